"""Text that every part can carry: databases, files and JSON alike."""

from typing import Any, Final

_MOST_DEPTH: Final = 50


def storable(text: str, limit: int | None = None) -> str:
    """Return `text` as every database takes it, cut to `limit` characters: for what engines say, which must be kept."""
    text = text if limit is None else text[:limit]
    if text.isascii() and "\0" not in text:
        return text
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode()


def fault_in(value: Any, _depth: int = 0) -> str | None:
    """Say why a JSON value cannot be stored and sent as it is, or None.

    PostgreSQL stores no NUL, UTF-8 has no lone surrogates, JSON no NaN; deep nesting ends in a crash elsewhere.
    """
    if _depth > _MOST_DEPTH:
        return f"is nested more than {_MOST_DEPTH} levels deep"
    if isinstance(value, str):
        return _fault_in_text(value)
    if isinstance(value, float) and (value != value or value in {float("inf"), float("-inf")}):  # noqa: PLR0124 - NaN
        return "holds a number that is not finite"
    parts: list[Any] = []
    if isinstance(value, dict):
        parts = [*value.keys(), *value.values()]  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
    elif isinstance(value, list | tuple):
        parts = list(value)  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
    return next((fault for part in parts if (fault := fault_in(part, _depth + 1))), None)


def _fault_in_text(text: str) -> str | None:
    if "\0" in text:
        return "holds a NUL character"
    try:
        text.encode()
    except UnicodeEncodeError:
        return "holds half of a surrogate pair, which is not a character"
    return None
