"""Server-sent events as bytes: cut where they end, and otherwise left as they are."""

import json
import re
from typing import Any, Final, cast

_END: Final = re.compile(rb"\r\n\r\n|\n\n|\r\r")
_DATA: Final = b"data:"
_DONE: Final = "[DONE]"


class Splitter:
    """Cuts a stream of bytes into whole events, blank line included."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> list[bytes]:
        """Take what came and return the events that are whole now."""
        searched = max(0, len(self._rest) - 3)
        self._rest += data
        events: list[bytes] = []
        start = 0
        for end in _END.finditer(self._rest, searched):
            events.append(self._rest[start : end.end()])
            start = end.end()
        self._rest = self._rest[start:]
        return events

    def rest(self) -> bytes:
        """Return what came after the last whole event."""
        return self._rest


def data_of(event: bytes) -> dict[str, Any] | None:
    """Return the JSON object an event carries, None if it carries none."""
    lines = [line[len(_DATA) :].strip() for line in event.splitlines() if line.startswith(_DATA)]
    if not lines:
        return None
    try:
        data = json.loads(b"\n".join(lines))
    except ValueError:
        return None
    return cast(dict[str, Any], data) if isinstance(data, dict) else None


def event(data: dict[str, Any] | None) -> bytes:
    """Write one event of the OpenAI wire; None is the mark of its end."""
    text = _DONE if data is None else json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return f"data: {text}\n\n".encode("utf-8", "replace")
