"""Rewrites: all that the gateway changes in a request besides the key, in one table.

An engine knows its models by alias, so it cannot know what the model behind one refuses; the table does.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

from tomas.gateway.wires import Route

ALIAS: Final = "tomas-gpt-"


@dataclass(frozen=True, slots=True)
class Quirk:
    """What the models of a provider want otherwise in a chat completion."""

    provider: str
    models: re.Pattern[str]
    drop: tuple[str, ...] = ()
    rename: tuple[tuple[str, str], ...] = ()


_SAMPLING: Final = ("temperature", "top_p", "presence_penalty", "frequency_penalty")
_LENGTH: Final = (("max_tokens", "max_completion_tokens"),)
QUIRKS: Final = (
    Quirk("openai", re.compile(r"o\d"), drop=("parallel_tool_calls", *_SAMPLING), rename=_LENGTH),
    Quirk("openai", re.compile(r"gpt-([5-9]|\d\d)(?!.*chat)"), drop=_SAMPLING, rename=_LENGTH),
)


def role_of(model: str) -> str | None:
    """Return the role an alias stands for, None for a model's own name."""
    return model.removeprefix(ALIAS) if model.startswith(ALIAS) else None


def model_for(model: str, models: Mapping[str, str]) -> str:
    """Return what the session runs for an alias, by role with "default" for the rest; other names stay."""
    role = role_of(model)
    return model if role is None else models.get(role) or models["default"]


def rewrite(route: Route, body: Mapping[str, Any], provider: str, model: str) -> dict[str, Any]:
    """Return the body as the provider gets it."""
    new = dict(body)
    if route.model is None:
        new["model"] = model
    if route.wire != "openai-chat":
        return new
    if wants_usage(route, body, provider):
        options: Any = body.get("stream_options")
        new["stream_options"] = {
            **(cast(dict[str, Any], options) if isinstance(options, dict) else {}),
            "include_usage": True,
        }
    for quirk in QUIRKS:
        if quirk.provider == provider and quirk.models.match(model):
            for name in quirk.drop:
                new.pop(name, None)
            for old, name in quirk.rename:
                if old in new:
                    new.setdefault(name, new.pop(old))
    return new


def wants_usage(route: Route, body: Mapping[str, Any], provider: str) -> bool:
    """Whether usage must be asked for: a streamed chat completion of OpenAI's tells it to those alone who ask."""
    streamed_chat = route.wire == "openai-chat" and provider == "openai" and bool(body.get("stream"))
    return streamed_chat and not asks_usage(body)


def asks_usage(body: Mapping[str, Any]) -> bool:
    """Whether a request for a stream asks for its usage."""
    options: Any = body.get("stream_options")
    return isinstance(options, dict) and bool(cast(dict[str, Any], options).get("include_usage"))


def dump(body: Any) -> bytes:
    """Write JSON as compactly as it goes; what is no text in UTF-8 is escaped."""
    try:
        return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    except UnicodeEncodeError:
        return json.dumps(body, separators=(",", ":")).encode()
