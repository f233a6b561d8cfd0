"""Bounds what a request may send; uploads have a bound of their own, where they are written."""

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class BodyLimit:
    """An ASGI middleware that refuses bodies over `most` bytes, as soon as that is known."""

    def __init__(self, app: ASGIApp, most: int, exempt: str) -> None:
        self._app, self._most, self._exempt = app, most, exempt

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, its body counted."""
        if scope["type"] != "http" or scope["path"] == self._exempt:
            await self._app(scope, receive, send)
            return
        length = Headers(scope=scope).get("content-length", "")
        announced = int(length) if length.isascii() and length.isdigit() else 0
        seen = 0

        async def counted() -> Message:
            nonlocal seen
            if announced > self._most:
                raise HTTPException(413)
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > self._most:
                raise HTTPException(413)
            return message

        await self._app(scope, counted, send)
