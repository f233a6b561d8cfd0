"""Usage: what an answer says that it took, read from a whole body or put together from a stream."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final, cast

from tomas.gateway.wires import WireName
from tomas.services.prices import Usage

_FLAVORS: Final[dict[WireName, tuple[str, str]]] = {
    "openai-chat": ("openai", "chat"),
    "openai-responses": ("openai", "responses"),
    "openai-embeddings": ("openai", "embeddings"),
    "anthropic-messages": ("anthropic", "default"),
    "gemini": ("google", "default"),
}
_RESPONSE_ENDS: Final = {"completed", "incomplete", "failed", "cancelled"}


class Reading:
    """Looks at an answer as it passes. `finished`: the model has said all it will; `failed`: why it did not."""

    def __init__(self, wire: WireName) -> None:
        self.finished = False
        self.failed: str | None = None
        self.model: str | None = None
        self._wire: WireName = wire
        self._report: dict[str, Any] = {}
        self._tier: str | None = None

    def see(self, data: Mapping[str, Any]) -> None:
        """Take one event of a stream, or a whole body."""
        body = data
        if self._wire == "openai-responses":
            body = _mapping(data.get("response")) or data
        elif self._wire == "anthropic-messages":
            body = _mapping(data.get("message")) or data
        usage = _mapping(body.get("usageMetadata" if self._wire == "gemini" else "usage"))
        # Anthropic reports the input at the start and the output at the end; the others repeat the whole.
        self._report |= {name: value for name, value in usage.items() if value is not None}
        model = body.get("modelVersion") or body.get("model")
        self.model = model if isinstance(model, str) and model else self.model
        tier = body.get("service_tier") or body.get("serviceTier")
        self._tier = tier if isinstance(tier, str) else self._tier
        self._see_end(data, body)

    def _see_end(self, data: Mapping[str, Any], body: Mapping[str, Any]) -> None:
        match self._wire:
            case "openai-chat":
                ended = any(choice.get("finish_reason") for choice in _mappings(body.get("choices")))
            case "openai-responses":
                ended = body.get("status") in _RESPONSE_ENDS and data.get("type", "response.").startswith("response.")
                if ended and body.get("status") == "failed":
                    self.failed = _message(body.get("error")) or "the response failed"
            case "anthropic-messages":
                ended = bool(body.get("stop_reason") or _mapping(data.get("delta")).get("stop_reason"))
            case "gemini":
                blocked = bool(_mapping(body.get("promptFeedback")).get("blockReason"))
                ended = blocked or any(one.get("finishReason") for one in _mappings(body.get("candidates")))
            case "openai-embeddings":
                ended = True
        self.finished = self.finished or ended
        if data.get("error") and (data.get("type") == "error" or not self.finished):
            self.failed = _message(data["error"])
        elif data.get("type") == "error":
            self.failed = _message(data)

    @property
    def price_context(self) -> dict[str, str]:
        """What the price depends on besides tokens."""
        speed = self._report.get("speed")
        tier = self._tier or self._report.get("service_tier")
        context = {"service_tier": tier, "speed": speed}
        return {name: value.lower() for name, value in context.items() if isinstance(value, str)}

    def usage(self, provider: str) -> Usage:
        """Return what the answer took."""
        report = self._report
        if not report:
            return Usage(known=False)
        tokens = _google(report) if self._wire == "gemini" else _anthropic(report) if self._is_anthropic else None
        tokens = tokens or _openai(report)
        flavor = _FLAVORS[self._wire]
        if provider == "perplexity":
            flavor = ("perplexity", "default")
            reasoning = _count(report, "reasoning_tokens")
            tokens = (*tokens[:2], tokens[2] + reasoning + _count(report, "citation_tokens"), reasoning)
        return Usage(
            *tokens,
            reported={"usageMetadata" if self._wire == "gemini" else "usage": report},
            flavor=flavor,
            stated_usd=_stated(report.get("cost")),
        )

    @property
    def _is_anthropic(self) -> bool:
        return self._wire == "anthropic-messages"


_Tokens = tuple[int, int, int, int]  # input, of these cached, output, of these reasoning


def _openai(report: Mapping[str, Any]) -> _Tokens:
    """Read the reports of chat completions and embeddings, and those of responses."""
    given = "prompt_tokens" if "prompt_tokens" in report else "input_tokens"
    made = "completion_tokens" if "prompt_tokens" in report else "output_tokens"
    return (
        _count(report, given),
        _count(_mapping(report.get(f"{given}_details")), "cached_tokens"),
        _count(report, made),
        _count(_mapping(report.get(f"{made}_details")), "reasoning_tokens"),
    )


def _anthropic(report: Mapping[str, Any]) -> _Tokens:
    cached = _count(report, "cache_read_input_tokens")
    return (
        _count(report, "input_tokens") + _count(report, "cache_creation_input_tokens") + cached,
        cached,
        _count(report, "output_tokens"),
        _count(_mapping(report.get("output_tokens_details")), "thinking_tokens"),
    )


def _google(report: Mapping[str, Any]) -> _Tokens:
    thoughts = _count(report, "thoughtsTokenCount")
    return (
        _count(report, "promptTokenCount") + _count(report, "toolUsePromptTokenCount"),
        _count(report, "cachedContentTokenCount"),
        _count(report, "candidatesTokenCount") + thoughts,
        thoughts,
    )


def _count(report: Mapping[str, Any], name: str) -> int:
    value = report.get(name)
    return value if isinstance(value, int) and value > 0 else 0


def _stated(cost: Any) -> Decimal | None:
    """Return the dollars a provider states: a number, or an object with the total."""
    value = _mapping(cost).get("total_cost") if isinstance(cost, dict) else cost
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < float("inf"):
        return None
    return Decimal(repr(value))


def _message(error: Any) -> str:
    return str(_mapping(error).get("message") or error)


def _mapping(value: Any) -> dict[str, Any]:
    return cast(dict[str, Any], value) if isinstance(value, dict) else {}


def _mappings(value: Any) -> list[dict[str, Any]]:
    return [_mapping(one) for one in cast(list[Any], value)] if isinstance(value, list) else []
