"""Wires: the paths the gateway serves, and what is asked for by each."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal
from urllib.parse import quote

from tomas.services.providers import Wire

WireName = Literal["openai-chat", "openai-responses", "openai-embeddings", "anthropic-messages", "gemini"]


@dataclass(frozen=True, slots=True)
class Route:
    """What a request is for. Gemini names model and streaming in the path, the others in the body."""

    wire: WireName
    family: Wire
    path: str  # at the provider, below its base address; "{model}" stands for the model
    model: str | None = None
    streamed: bool | None = None
    query: str = ""

    def upstream_path(self, model: str) -> str:
        """Return the path with the provider's own name of the model."""
        return self.path.replace("{model}", quote(model, safe="")) + self.query

    @property
    def identity(self) -> str:
        """What tells two requests with equal bodies apart."""
        return f"{self.wire} {self.path}{self.query} {self.model or ''}"


_FIXED: Final = {
    "/v1/chat/completions": Route("openai-chat", "openai", "/chat/completions"),
    "/v1/responses": Route("openai-responses", "openai", "/responses"),
    "/v1/embeddings": Route("openai-embeddings", "openai", "/embeddings", streamed=False),
    "/services/perplexity/chat/completions": Route("openai-chat", "openai", "/chat/completions"),
    "/v1/messages": Route("anthropic-messages", "anthropic", "/v1/messages"),
}
_GEMINI: Final = re.compile(r"/(v1|v1beta)/models/([\w.\-@]+):(generateContent|streamGenerateContent)")
SERVED: Final = (*_FIXED, "/v1beta/models/{model}:generateContent", "/v1beta/models/{model}:streamGenerateContent")


def match(path: str, query: Mapping[str, str]) -> Route | None:
    """Return the route of a POST, None for a path that is not served."""
    if fixed := _FIXED.get(path):
        return fixed
    found = _GEMINI.fullmatch(path)
    if found is None:
        return None
    version, model, method = found.groups()
    events = query.get("alt") == "sse"
    return Route(
        "gemini",
        "google",
        f"/{version}/models/{{model}}:{method}",
        model=model,
        streamed=method == "streamGenerateContent" and events,
        query="?alt=sse" if events else "",
    )


def family_of(path: str) -> Wire:
    """Return in whose words an error about this path is best told."""
    if path.startswith("/v1/messages"):
        return "anthropic"
    return "google" if path.startswith("/v1beta/") or ":" in path else "openai"
