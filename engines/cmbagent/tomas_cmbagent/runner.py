"""Runs a program that a model wrote: in a process group of its own, watched, limited, and ended as a whole."""

from __future__ import annotations

import codecs
import os
import select
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tomas_engine.process import descendants, kill_below, kill_tree

TIMED_OUT = 124  # as of timeout(1)
STOPPED = 137  # as of a killed program
_LOOK_SECONDS = 0.2  # how often the program is looked at, and its output passed on
_BATCH = 8192  # characters that are passed on before that time
_SHOWN = 256 * 1024  # characters of one run that are shown live
_KEPT_HEAD, _KEPT_TAIL = 60_000, 20_000  # characters that the agents get to read
_PAGE = os.sysconf("SC_PAGE_SIZE")
_PASSED_ON = ("LANG", "LC_ALL", "TZ", "MPLBACKEND", "PYTHONHASHSEED", "OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a program may take: wall-clock seconds, megabytes of memory (all its processes), processes, file size."""

    code_seconds: float = 600
    code_memory_mb: int = 4096
    code_processes: int = 64
    code_file_mb: int = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a program ended. `output` is what it printed, the middle left out if that was very long."""

    exit_code: int
    output: str
    seconds: float
    stopped: str | None  # why it was stopped, None if it ended by itself


def environment(workspace: Path, scratch: Path) -> dict[str, str]:
    """Return the whole environment of a program: nothing of the worker's own but what is listed here."""
    passed = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    return passed | {
        "PATH": os.pathsep.join((str(Path(sys.executable).parent), "/usr/local/bin", "/usr/bin", "/bin")),
        "HOME": str(workspace / ".home"),
        "TMPDIR": str(workspace / ".tmp"),
        "MPLCONFIGDIR": str(scratch / "matplotlib"),
        "PIP_NO_INDEX": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONUNBUFFERED": "1",
        "PYTHONWARNINGS": "ignore",
    }


def run(
    command: Sequence[str], *, cwd: Path, env: Mapping[str, str], limits: Limits, show: Callable[[str], None]
) -> Outcome:
    """Run `command` to its end; `show` gets its output in batches as it comes.

    All it started is ended with it. The worker must have no other children meanwhile.
    """
    begun = time.monotonic()
    wrapper = [sys.executable, "-I", "-S", str(Path(__file__).with_name("limited.py")), str(os.getpid())]
    numbers = [str(limits.code_memory_mb), str(limits.code_file_mb), str(_tasks_of_user() + limits.code_processes)]
    process = subprocess.Popen(  # noqa: S603 - running it is this module's task
        [*wrapper, *numbers, *command],
        cwd=cwd,
        env=dict(env),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    kept, live, stopped = _Kept(), _Live(show), None
    try:
        for text in _read(process):
            kept.add(text)
            live.add(text)
            if process.poll() is not None:
                kill_below(os.getpid())  # what it left behind holds the pipe open
            elif stopped is None and (stopped := _reason_to_stop(process.pid, begun, limits)):
                kill_tree(process.pid)
                kill_below(os.getpid())
    finally:
        kill_below(os.getpid())
        code = process.wait()
        _reap()
    if stopped:
        note = f"\n{stopped}\n"
        kept.add(note)
        live.add(note)
        code = TIMED_OUT if stopped.startswith("TimeoutError") else STOPPED
    live.flush()
    return Outcome(exit_code=code, output=kept.text(), seconds=time.monotonic() - begun, stopped=stopped)


def _read(process: subprocess.Popen[bytes]) -> Iterator[str]:
    """Yield the output as it comes, and an empty text at least every `_LOOK_SECONDS`, until it ends."""
    assert process.stdout is not None
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    with process.stdout as pipe:
        while True:
            ready, _, _ = select.select([pipe], [], [], _LOOK_SECONDS)
            data = os.read(pipe.fileno(), 65536) if ready else b""
            if ready and not data:
                return
            yield decoder.decode(data)


def _reason_to_stop(pid: int, begun: float, limits: Limits) -> str | None:
    if time.monotonic() - begun > limits.code_seconds:
        return f"TimeoutError: the program was stopped after {limits.code_seconds:g} seconds, the limit for one run."
    tree = [pid, *descendants(pid)]
    if len(tree) > limits.code_processes:
        return f"The program was stopped: it had {len(tree)} processes, the limit is {limits.code_processes}."
    used = sum(map(_resident_mb, tree))
    if used > limits.code_memory_mb:
        return f"MemoryError: the program was stopped at {used} MB of memory, the limit is {limits.code_memory_mb} MB."
    return None


def _resident_mb(pid: int) -> int:
    with suppress(OSError, IndexError, ValueError):  # a process that ended meanwhile takes nothing
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE >> 20
    return 0


def _tasks_of_user() -> int:
    """Count the threads of this user: the kernel's limit on processes counts them all, not those of one run."""
    user, count = os.getuid(), 0
    for entry in os.scandir("/proc"):
        if entry.name.isdigit():
            with suppress(OSError):  # ended meanwhile
                if entry.stat().st_uid == user:
                    count += sum(1 for _ in os.scandir(f"/proc/{entry.name}/task"))
    return count


def _reap() -> None:
    """Take the exit codes of orphans, which fell to this process."""
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


class _Kept:
    """What the agents get to read: the head and the tail of it if it is long."""

    def __init__(self) -> None:
        self._head, self._tail, self._left_out = "", "", 0

    def add(self, text: str) -> None:
        room = _KEPT_HEAD - len(self._head)
        self._head += text[:room]
        self._tail += text[room:]
        if len(self._tail) > 2 * _KEPT_TAIL:
            self._left_out += len(self._tail) - _KEPT_TAIL
            self._tail = self._tail[-_KEPT_TAIL:]

    def text(self) -> str:
        gap = f"\n[… {self._left_out:,} characters left out …]\n" if self._left_out else ""
        return self._head + gap + self._tail


class _Live:
    """Passes output on in batches, up to a limit a run: a program may print faster than anyone can read."""

    def __init__(self, show: Callable[[str], None]) -> None:
        self._show, self._waiting, self._shown, self._last = show, "", 0, 0.0

    def add(self, text: str) -> None:
        if self._shown >= _SHOWN:
            return
        self._waiting += text
        if len(self._waiting) >= _BATCH or time.monotonic() - self._last >= _LOOK_SECONDS:
            self.flush()

    def flush(self) -> None:
        if not self._waiting:
            return
        room = _SHOWN - self._shown
        text, self._waiting, self._last = self._waiting[:room], "", time.monotonic()
        self._shown += len(text)
        self._show(text)
        if self._shown >= _SHOWN:
            self._show("\n[… more output is not shown live …]\n")
