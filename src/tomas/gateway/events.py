"""What the log of a session says of a model call."""

from typing import Any

from tomas.core.money import to_usd
from tomas.gateway.exchange import Exchange, Outcome
from tomas.services.prices import Priced, Usage
from tomas.services.providers import REHEARSAL
from tomas.store.calls import Lost, Recorded
from tomas_engine import EngineOutput


def call_event(exchange: Exchange, outcome: Outcome, priced: Priced) -> EngineOutput:
    """Report a call that was answered or failed."""
    target, usage = exchange.target, outcome.usage
    who = "The rehearsal" if target.provider == REHEARSAL else target.model
    to = f" {exchange.agent}" if exchange.agent else ""
    took = f"{outcome.duration_ms / 1000:.1f} s"
    if outcome.status == "answered":
        content = f"{who} answered{to} in {took}: {_tokens(usage or Usage())}, {_cost(priced.cost_nano)}."
    else:
        content = f"{who} did not answer{to}: {outcome.error}"
    metadata = _metadata(exchange, target.provider, target.model, outcome.http_status or None)
    metadata |= {"duration_ms": outcome.duration_ms, "replayed": False, "status": outcome.status}
    if outcome.error:
        metadata["error"] = outcome.error
    return EngineOutput(
        type="llm_call",
        agent=exchange.agent,
        stage=exchange.stage or None,
        content=content,
        metadata=metadata,
        cost_info=cost_info(usage, priced) if usage else None,
    )


def replay_event(exchange: Exchange, answer: Recorded) -> EngineOutput:
    """Report that an earlier attempt's answer was given once more."""
    usage = Usage(answer.input_tokens, answer.cached_tokens, answer.output_tokens, answer.reasoning_tokens)
    metadata = _metadata(exchange, answer.provider, answer.model, answer.http_status)
    to = f" to {exchange.agent}" if exchange.agent else ""
    return EngineOutput(
        type="llm_call",
        agent=exchange.agent,
        stage=exchange.stage or None,
        content=f"An earlier answer of {answer.model} was given{to} once more, at no cost.",
        metadata=metadata | {"duration_ms": 0, "replayed": True, "status": "answered"},
        cost_info=cost_info(usage, Priced(0, None)),
    )


def lost_event(call: Lost) -> EngineOutput:
    """Report a call of which nobody knows what became."""
    return EngineOutput(
        type="llm_call",
        agent=call.agent,
        stage=call.stage or None,
        content=f"A call of {call.model} was under way when the gateway ended. It may have cost something.",
        metadata={
            "call_id": call.id,
            "provider": call.provider,
            "model": call.model,
            "role": None,
            "duration_ms": None,
            "http_status": None,
            "replayed": False,
            "status": "lost",
        },
    )


def cost_info(usage: Usage, priced: Priced) -> dict[str, Any]:
    """Return what a call took; a cost of None is one that is not known."""
    return {
        "input_tokens": usage.input_tokens,
        "cached_tokens": usage.cached_tokens,
        "output_tokens": usage.output_tokens,
        "reasoning_tokens": usage.reasoning_tokens,
        "cost_usd": None if priced.cost_nano is None else to_usd(priced.cost_nano),
        "cost_nano": priced.cost_nano,
        "price_known": priced.cost_nano is not None,
        "price_version": priced.version,
    }


def _metadata(exchange: Exchange, provider: str, model: str, http_status: int | None) -> dict[str, Any]:
    return {
        "call_id": exchange.call_id,
        "provider": provider,
        "model": model,
        "role": exchange.role,
        "http_status": http_status,
    }


def _tokens(usage: Usage) -> str:
    if not usage.known:
        return "tokens unknown"
    cached = f" ({usage.cached_tokens:,} cached)" if usage.cached_tokens else ""
    return f"{usage.input_tokens:,} tokens in{cached}, {usage.output_tokens:,} out"


def _cost(nano: int | None) -> str:
    return "price unknown" if nano is None else f"${to_usd(nano)}"
