"""Processes: what a worker sets up for itself, and how a whole tree of them is ended.

No namespaces are needed: every worker is the reaper of its own descendants, so that a grandchild which
called `setsid` stays below it and is found by a walk of /proc.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
from collections.abc import Collection, Iterator
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36
_libc = ctypes.CDLL(None, use_errno=True)


def die_with_parent(parent: int) -> None:
    """Have the kernel kill this process when its parent dies; `parent` is the pid it had when forked."""
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:  # it died between the fork and the call above
        os._exit(1)


def adopt_orphans() -> None:
    """Make this process the parent of any descendant whose own parent dies."""
    _libc.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def children(pid: int) -> Iterator[int]:
    """Yield the direct children of `pid`, those of its threads included."""
    with contextlib.suppress(OSError):  # a process that ended meanwhile has no children
        for task in Path(f"/proc/{pid}/task").iterdir():
            with contextlib.suppress(OSError):
                yield from map(int, (task / "children").read_text().split())


def descendants(pid: int) -> list[int]:
    """Return every process below `pid`, deepest last; `pid` itself is not among them."""
    found: list[int] = []
    todo = [pid]
    while todo:
        for child in children(todo.pop()):
            found.append(child)
            todo.append(child)
    return found


def send(pid: int, number: int) -> None:
    """Send a signal to a process that may be gone already."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)


def kill_tree(root: int) -> None:
    """End `root` and everything below it.

    The tree is stopped before it is killed, and walked until no new process appears, so that a fork under
    way cannot slip through.
    """
    send(root, signal.SIGSTOP)
    kill_below(root)
    send(root, signal.SIGKILL)


def kill_below(root: int) -> None:
    """End everything below `root`, which itself is left as it is."""
    stopped: set[int] = set()
    while fresh := [pid for pid in descendants(root) if pid not in stopped]:
        for pid in fresh:
            send(pid, signal.SIGSTOP)
        stopped.update(fresh)
    for pid in stopped:
        send(pid, signal.SIGKILL)


def kill_marked(variable: str, values: Collection[str]) -> None:
    """End every process whose environment has `variable` set to one of `values`, and what is below it."""
    marks = {f"{variable}={value}".encode() for value in values}
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(OSError):  # it ended meanwhile, or is another user's
            if entry.name.isdigit() and not marks.isdisjoint((entry / "environ").read_bytes().split(b"\0")):
                kill_tree(int(entry.name))
