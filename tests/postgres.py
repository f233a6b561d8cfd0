"""A PostgreSQL server of the tests' own: in a temporary folder, on a unix socket, gone with the test run."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg

_NUMBERS = count(1)
_FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200", "shared_buffers=32MB")


class PostgresServer:
    """Makes databases, each a copy of a template."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def url(self, name: str) -> str:
        """Return the address of a database as settings take it."""
        return f"postgresql+psycopg://postgres@/{name}?host={self.folder}"

    def create(self, template: str = "template0") -> str:
        """Make a database and return its name."""
        name = f"test_{os.getpid()}_{next(_NUMBERS)}"
        with self.connect() as connection:
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return name

    def connect(self) -> psycopg.Connection:
        """Connect to the server's own database."""
        return psycopg.connect(host=str(self.folder), user="postgres", dbname="postgres", autocommit=True)


@contextmanager
def running_server() -> Iterator[PostgresServer]:
    """Start a server for as long as the block lasts; PostgreSQL must be installed, and is never skipped."""
    binaries = _binaries()
    folder = Path(tempfile.mkdtemp(prefix="tomas-pg-"))
    as_user = _unprivileged()
    if as_user:
        os.chown(folder, as_user["user"], as_user["group"])
    env = {"PATH": os.defpath, "LC_ALL": "C.UTF-8", "HOME": str(folder)}
    data = folder / "data"
    process = None
    try:
        subprocess.run(
            [binaries / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"],
            check=True, capture_output=True, cwd=folder, env=env, **as_user,
        )  # fmt: skip
        options = [part for option in (*_FAST, "listen_addresses=") for part in ("-c", option)]
        with (folder / "server.log").open("wb") as log:
            process = subprocess.Popen(
                [binaries / "postgres", "-D", data, "-k", folder, *options],
                stdout=log, stderr=log, stdin=subprocess.DEVNULL, cwd=folder, env=env, **as_user,
            )  # fmt: skip
        server = PostgresServer(folder)
        _wait(server, process, folder / "server.log")
        yield server
    finally:
        if process is not None:
            process.send_signal(signal.SIGINT)  # fast shutdown
            process.wait(30)
        shutil.rmtree(folder)


def _wait(server: PostgresServer, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + 60
    while True:
        try:
            server.connect().close()
        except psycopg.OperationalError as error:
            if process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"PostgreSQL did not start:\n{log.read_text()}") from error
            time.sleep(0.05)
        else:
            return


def _binaries() -> Path:
    """Return the folder of initdb and postgres: the newest of Debian's, or where PATH has them."""
    versions = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    found = sorted(versions, key=lambda path: float(path.parts[-3]))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    if on_path is None:
        raise RuntimeError("PostgreSQL is not installed: the tests need initdb and postgres (apt install postgresql).")
    return Path(on_path).resolve().parent


def _unprivileged() -> dict[str, int]:
    """Return whom to run as: PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            user = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": user.pw_uid, "group": user.pw_gid}
    raise RuntimeError("There is neither a user postgres nor nobody to run PostgreSQL as.")
