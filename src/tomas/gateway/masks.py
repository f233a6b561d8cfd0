"""Masks: no provider's key leaves the gateway, whole or in part, not even in a provider's own words."""

import re
from collections.abc import Iterable
from typing import Final

_HIDDEN: Final = "[key]"
_LIKE_KEYS: Final = re.compile(
    r"\b(?:sk|pk|rk|sess|pplx|gsk|xai)-[\w\-*.…]{6,}"  # keys of the usual makes
    r"|\bAIza[\w\-*.…]{6,}"
    r"|[\w\-]*\*{3,}[\w\-*]*"  # "abcd****wxyz", an echo with its middle left out
)
_PREFIX: Final = 6  # characters of a key that may not be told
_SECRET: Final = 8  # characters from which on a key is one: servers without keys are given "none" or "x"


class Mask:
    """Hides certain keys."""

    def __init__(self, keys: Iterable[str]) -> None:
        self._keys = [key for key in keys if len(key) >= _SECRET]
        begins = [rf"{re.escape(key[:_PREFIX])}[\w\-*.…]*" for key in self._keys]
        self._parts = re.compile("|".join(begins)) if begins else None

    def text(self, text: str) -> str:
        """Hide the keys in an error, and whatever looks like a part of one."""
        for key in self._keys:
            text = text.replace(key, _HIDDEN)
        if self._parts:
            text = self._parts.sub(_HIDDEN, text)
        return _LIKE_KEYS.sub(_HIDDEN, text)

    def error(self, body: bytes) -> bytes:
        """Hide them in the body of an error."""
        return self.text(body.decode("utf-8", "replace")).encode("utf-8", "replace")

    def answer(self, body: bytes) -> bytes:
        """Hide the whole keys in an answer, which is left alone otherwise."""
        for key in self._keys:
            if (raw := key.encode()) in body:
                body = body.replace(raw, _HIDDEN.encode())
        return body
