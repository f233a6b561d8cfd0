"""Who may call an API without accounts: programs of this machine, and pages of its own origin.

`Host` is checked against DNS rebinding, `Origin` against requests that other sites have a browser make.
"""

from collections.abc import Collection
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from tomas.api.problems import problem

_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})


class Guard:
    """An ASGI middleware that refuses every other `Host` and `Origin` with a 403."""

    def __init__(self, app: ASGIApp, allowed_hosts: Collection[str], cors_origins: Collection[str]) -> None:
        self._app = app
        self._hosts = _LOOPBACK | {host.lower() for host in allowed_hosts}
        self._origins = frozenset(origin.rstrip("/").lower() for origin in cors_origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        host, origin = headers.get("host", ""), headers.get("origin")
        if (hostname(host) or "") not in self._hosts:
            detail = f"The host {host!r} is not one this server answers for. Add it to ALLOWED_HOSTS."
            await problem(403, "host-not-allowed", "The request is not for this server.", detail)(scope, receive, send)
        elif origin is not None and not self._same(origin, host):
            detail = f"Pages of {origin!r} may not call this server. Add the origin to CORS_ORIGINS."
            await problem(403, "origin-not-allowed", "The page may not call this server.", detail)(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    def _same(self, origin: str, host: str) -> bool:
        return origin.rstrip("/").lower() in self._origins or urlsplit(origin).netloc.lower() == host.lower()


def hostname(host: str) -> str | None:
    """Return the name in a Host header without its port, None for what is no host."""
    try:
        return urlsplit(f"//{host}").hostname
    except ValueError:
        return None
