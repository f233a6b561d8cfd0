"""Runs one command under limits: `python -I -S limited.py PARENT DATA_MB FILE_MB TASKS COMMAND …`.

A program of its own, and not a function run after the fork, because the worker that starts it has threads.
"""

import ctypes
import os
import resource
import signal
import sys

_PR_SET_PDEATHSIG = 1
_PR_SET_NO_NEW_PRIVS = 38
_ADDRESS_SPACE_SPARE_MB = 4096  # mapped files and libraries, which take address space and no memory


def main() -> None:
    """Set the limits, then become the command."""
    parent, data_mb, file_mb, tasks, *command = sys.argv[1:]
    libc = ctypes.CDLL(None)
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    if os.getppid() != int(parent):
        os._exit(1)
    _limit(resource.RLIMIT_DATA, int(data_mb) << 20)
    _limit(resource.RLIMIT_AS, (int(data_mb) + _ADDRESS_SPACE_SPARE_MB) << 20)
    _limit(resource.RLIMIT_FSIZE, int(file_mb) << 20)
    _limit(resource.RLIMIT_NPROC, int(tasks))
    _limit(resource.RLIMIT_CORE, 0)
    os.execv(command[0], command)  # noqa: S606 - that is what this program is for


def _limit(kind: int, wanted: int) -> None:
    """Set a limit, or keep the one in force where that is tighter."""
    _, hard = resource.getrlimit(kind)
    value = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    resource.setrlimit(kind, (value, value))


if __name__ == "__main__":
    main()
