"""What answers say that they took. The usual ones are met over HTTP; these are the odd ones."""

from decimal import Decimal
from typing import Any

import pytest

from tomas.gateway.usage import Reading
from tomas.gateway.wires import WireName


def tokens(reading: Reading, provider: str = "openai") -> tuple[int, ...]:
    usage = reading.usage(provider)
    return usage.input_tokens, usage.cached_tokens, usage.output_tokens, usage.reasoning_tokens


def test_perplexity_counts_reasoning_and_citations_beside_the_rest() -> None:
    reading = Reading("openai-chat")
    reading.see(
        {
            "usage": {"prompt_tokens": 5, "completion_tokens": 7, "reasoning_tokens": 11, "citation_tokens": 13},
            "choices": [],
        }
    )
    assert tokens(reading, "perplexity") == (5, 0, 31, 11)


@pytest.mark.parametrize(
    ("cost", "usd"),
    [
        (0.006, Decimal("0.006")),
        ({"total_cost": 1}, Decimal(1)),
        ({"total_cost": "1"}, None),
        (-1, None),
        (True, None),
        (None, None),
        (float("inf"), None),
    ],
)
def test_stated_costs(cost: Any, usd: Decimal | None) -> None:
    reading = Reading("openai-chat")
    reading.see({"usage": {"prompt_tokens": 5, "completion_tokens": 7, "cost": cost}})
    assert reading.usage("perplexity").stated_usd == usd


@pytest.mark.parametrize("usage", [None, "much", {}, []])
def test_no_usage_is_known_as_such(usage: Any) -> None:
    reading = Reading("openai-chat")
    reading.see({"usage": usage, "choices": None})
    assert not reading.usage("openai").known


def test_rubbish_counts_as_nothing() -> None:
    reading = Reading("openai-chat")
    reading.see({"usage": {"prompt_tokens": "many", "completion_tokens": -3, "prompt_tokens_details": 7}})
    assert tokens(reading) == (0, 0, 0, 0)


@pytest.mark.parametrize(
    ("wire", "events", "finished", "failed"),
    [
        ("openai-chat", [{"choices": [{"finish_reason": None}]}], False, None),
        ("openai-chat", [{"choices": [{"finish_reason": "length"}]}], True, None),
        ("openai-chat", [{"error": {"message": "no"}}], False, "no"),
        ("openai-chat", [{"error": "no"}], False, "no"),
        ("openai-chat", [{"error": None, "choices": []}], False, None),
        ("openai-responses", [{"type": "response.created", "response": {"status": "in_progress"}}], False, None),
        ("openai-responses", [{"type": "response.incomplete", "response": {"status": "incomplete"}}], True, None),
        ("openai-responses", [{"status": "completed", "error": None}], True, None),
        (
            "openai-responses",
            [{"type": "response.failed", "response": {"status": "failed", "error": {"message": "no"}}}],
            True,
            "no",
        ),
        ("openai-responses", [{"type": "error", "message": "no"}], False, "no"),
        ("openai-responses", [{"type": "response.output_item.done", "item": {"status": "completed"}}], False, None),
        ("anthropic-messages", [{"type": "message_start", "message": {"stop_reason": None}}], False, None),
        ("anthropic-messages", [{"type": "message_delta", "delta": {"stop_reason": "tool_use"}}], True, None),
        (
            "anthropic-messages",
            [{"type": "error", "error": {"type": "overloaded_error", "message": "no"}}],
            False,
            "no",
        ),
        ("gemini", [{"candidates": [{"finishReason": "MAX_TOKENS"}]}], True, None),
        ("gemini", [{"promptFeedback": {"blockReason": "SAFETY"}}], True, None),
        ("openai-embeddings", [{"data": []}], True, None),
    ],
)
def test_how_answers_end(wire: WireName, events: list[dict[str, Any]], finished: bool, failed: str | None) -> None:
    reading = Reading(wire)
    for event in events:
        reading.see(event)
    assert (reading.finished, reading.failed) == (finished, failed)


def test_what_prices_depend_on() -> None:
    reading = Reading("anthropic-messages")
    reading.see({"usage": {"input_tokens": 1, "output_tokens": 1, "service_tier": "Standard", "speed": "fast"}})
    assert reading.price_context == {"service_tier": "standard", "speed": "fast"}
