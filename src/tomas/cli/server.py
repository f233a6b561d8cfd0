"""The server a command speaks to: one that runs, or one started for the command's own time."""

import os
import socket
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager

import uvicorn

from tomas.app import configure_logging, create_app
from tomas.client import Client, Unreachable
from tomas.settings import Settings, load_settings

_START_SECONDS = 60


def connect(url: str | None) -> Client:
    """Return a client of the server that runs at `url`, TOMAS_URL, or the settings' address; or Unreachable."""
    address = _address(url, load_settings())
    client = Client(address)
    if not client.ready():
        client.close()
        raise Unreachable(f"There is no TOMAS server at {address}. Start one: tomas serve")
    return client


@contextmanager
def connected(url: str | None) -> Generator[tuple[Client, bool]]:
    """Yield a client and whether its server is our own: one is started, and ended, where none runs."""
    settings = load_settings()
    with Client(_address(url, settings)) as client:
        if client.ready():
            yield client, False
            return
        if url or os.environ.get("TOMAS_URL"):
            raise Unreachable(f"There is no TOMAS server at {client.url}.")
    with _own_server(settings) as port, Client(f"http://127.0.0.1:{port}") as client:
        yield client, True


def _address(url: str | None, settings: Settings) -> str:
    return url or os.environ.get("TOMAS_URL") or f"http://{settings.host}:{settings.port}"


@contextmanager
def _own_server(settings: Settings) -> Generator[int]:
    configure_logging(settings)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        application = create_app(settings)
        config = uvicorn.Config(application, log_level="error", access_log=False, timeout_graceful_shutdown=5)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, name="tomas-server")
        thread.start()
        try:
            until = time.monotonic() + _START_SECONDS
            while not server.started:
                if not thread.is_alive() or time.monotonic() > until:
                    raise Unreachable("The server for this run did not start; what it said stands above.")
                time.sleep(0.02)
            yield listener.getsockname()[1]
        finally:
            server.should_exit = True
            thread.join()
