"""Refusals: errors of the gateway itself, told in the words of the wire that the worker speaks."""

import json
from collections.abc import Mapping
from typing import Any, Final

from tomas.services.providers import Wire

_GOOGLE_STATUS: Final = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    429: "RESOURCE_EXHAUSTED",
    501: "UNIMPLEMENTED",
    503: "UNAVAILABLE",
    504: "DEADLINE_EXCEEDED",
}
_ANTHROPIC_TYPE: Final = {
    400: "invalid_request_error",
    401: "authentication_error",
    403: "permission_error",
    404: "not_found_error",
    413: "request_too_large",
    429: "rate_limit_error",
}


class Refusal(Exception):
    """A call that gets no answer of a model. The message is for the person who reads the engine's log.

    With `retry`, an SDK may try again; without, it is told not to.
    """

    def __init__(
        self, status: int, code: str, message: str, *, retry: bool = False, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message
        self.headers = dict(headers or {}) | {"content-type": "application/json"}
        if not retry:
            self.headers["x-should-retry"] = "false"

    def body(self, wire: Wire) -> bytes:
        """Return the error as that wire writes errors."""
        return json.dumps(self._error(wire), ensure_ascii=False).encode("utf-8", "replace")

    def event(self, wire: Wire) -> bytes:
        """Return the error as an event for a stream that has begun."""
        head = b"event: error\n" if wire == "anthropic" else b""
        return head + b"data: " + self.body(wire) + b"\n\n"

    def _error(self, wire: Wire) -> dict[str, Any]:
        if wire == "anthropic":
            kind = _ANTHROPIC_TYPE.get(self.status, "api_error")
            return {"type": "error", "error": {"type": kind, "message": self.message}}
        if wire == "google":
            status = _GOOGLE_STATUS.get(self.status, "INTERNAL")
            return {"error": {"code": self.status, "message": self.message, "status": status}}
        kind = "invalid_request_error" if self.status < 500 else "server_error"  # noqa: PLR2004 - server errors
        return {"error": {"message": self.message, "type": kind, "param": None, "code": self.code}}
