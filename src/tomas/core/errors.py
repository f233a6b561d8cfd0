"""Errors a user can meet: a type each; its docstring is the title, its base gives the HTTP status.

The message says what is wrong with this very request and what to do about it.
"""

from collections.abc import Sequence
from typing import ClassVar


class TomasError(Exception):
    """Something went wrong."""

    status: ClassVar[int] = 500

    @property
    def title(self) -> str:
        """One sentence for this kind of error, the same every time."""
        return (type(self).__doc__ or "").splitlines()[0]

    @property
    def code(self) -> str:
        """A stable name in kebab case, for programs."""
        name = type(self).__name__
        return "".join("-" + c.lower() if c.isupper() else c for c in name).lstrip("-")


class NotFound(TomasError):
    """There is no such thing."""

    status = 404


class Conflict(TomasError):
    """The request does not fit the present state."""

    status = 409


class Invalid(TomasError):
    """The request is not valid."""

    status = 422

    def __init__(self, message: str, fields: Sequence[tuple[str, str]] = ()) -> None:
        super().__init__(message)
        self.fields = tuple(fields)  # (path of the field, what is wrong with it)


class TooLarge(TomasError):
    """The upload is larger than this server accepts."""

    status = 413


class Unavailable(TomasError):
    """The server cannot do this at the moment."""

    status = 503


class OutOfSpace(TomasError):
    """The server's disk is full."""

    status = 507


class WrongTransition(Conflict):
    """The session's status does not allow this."""


class StaleEpoch(Conflict):
    """Another attempt has taken over this session."""


class EngineNotInstalled(Conflict):
    """The engine's environment is not installed."""


class EngineCannot(Conflict):
    """The engine of this session cannot do this."""


class ModelNotServed(Conflict):
    """No configured provider serves this model."""


class SessionNotFound(NotFound):
    """There is no such session."""


class FileNotFound(NotFound):
    """There is no such file."""


class ModeNotFound(NotFound):
    """There is no such mode."""


class EngineNotFound(NotFound):
    """There is no such engine."""


class ConfigNotFound(NotFound):
    """There is no such configuration."""


class InvalidInput(Invalid):
    """The input does not fit the mode."""


class InvalidFile(Invalid):
    """The file cannot be used."""


class InvalidConfig(Invalid):
    """The configuration is not valid."""


class ProviderRefused(TomasError):
    """The model provider refused the request."""

    status = 502
