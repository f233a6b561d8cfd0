"""An engine's own Python environment: made from hash-locked requirements, shared between checkouts."""

import fcntl
import hashlib
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from uv import find_uv_bin

import tomas_engine
from tomas.workers.manifest import Manifest

_COMPLETE = ".complete"  # written last: an environment without it was never finished


class InstallFailed(Exception):
    """The environment could not be made; the message ends with what the installer said."""


def environment_dir(manifest: Manifest, engines_dir: Path) -> Path | None:
    """Return where the environment lies: its name holds the digest of the lock. None: the platform's own."""
    if manifest.lock_file is None:
        return None
    digest = hashlib.sha256(manifest.lock_file.read_bytes()).hexdigest()[:12]
    return engines_dir / f"{manifest.name}-{digest}"


def python_of(manifest: Manifest, engines_dir: Path) -> Path:
    """Return the interpreter that runs the engine."""
    environment = environment_dir(manifest, engines_dir)
    return Path(sys.executable) if environment is None else environment / "bin" / "python"


def is_installed(manifest: Manifest, engines_dir: Path) -> bool:
    """Say whether the environment is complete."""
    environment = environment_dir(manifest, engines_dir)
    return environment is None or (environment / _COMPLETE).is_file()


def install(manifest: Manifest, engines_dir: Path, say: Callable[[str], None]) -> None:
    """Make the environment if it is not there; several installers at once wait for the first."""
    environment = environment_dir(manifest, engines_dir)
    if environment is None or manifest.lock_file is None:
        return
    engines_dir.mkdir(parents=True, exist_ok=True)
    with (engines_dir / f"{environment.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if is_installed(manifest, engines_dir):
            return
        say(f"Making the environment of {manifest.name} in {environment}")
        uv = find_uv_bin()
        _run([uv, "venv", "--quiet", "--clear", "--python", _base_interpreter(), str(environment)])
        sync = [uv, "pip", "sync", "--quiet", "--require-hashes", "--compile-bytecode", "--python", str(environment)]
        _run([*sync, str(manifest.lock_file)])
        (environment / _COMPLETE).touch()


def check(manifest: Manifest, engines_dir: Path) -> None:
    """Import the engine's adapter in its environment; InstallFailed says why it cannot be."""
    module = manifest.entry.partition(":")[0]
    program = (
        "import sys; sys.path[:0] = sys.argv[1:3]; from bootstrap import register_sdk; register_sdk(); "
        "import importlib; importlib.import_module(sys.argv[3])"
    )
    sdk = Path(tomas_engine.__file__).parent
    python = str(python_of(manifest, engines_dir))
    env = {"PATH": os.defpath, "PYTHONDONTWRITEBYTECODE": "1"} | manifest.env
    _run([python, "-c", program, str(sdk), str(manifest.folder), module], env=env)


def size_mb(environment: Path) -> int:
    """Return what an environment takes on disk, in megabytes of 10**6 bytes."""
    total = 0
    for folder, _, names in os.walk(environment):
        for name in names:
            with suppress(OSError):  # a file that vanished while we looked takes no room
                total += os.lstat(Path(folder) / name).st_blocks * 512
    return round(total / 1e6)


def _base_interpreter() -> str:
    return str(getattr(sys, "_base_executable", sys.executable))


def _run(command: list[str], env: dict[str, str] | None = None) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=env)  # noqa: S603 - built here
    if done.returncode:
        last = "\n".join((done.stderr or done.stdout).strip().splitlines()[-20:])
        raise InstallFailed(f"{command[0]} {command[1]} failed with exit code {done.returncode}:\n{last}")
