"""Prices in nano-dollars, worked out by hand from the price lists."""

from decimal import Decimal

import pytest

from tomas.services import prices
from tomas.services.prices import Priced, Usage

VERSION = "genai-prices 0.2.3"


@pytest.mark.parametrize(
    ("provider", "model", "tokens", "nano"),
    [
        ("openai", "gpt-4.1", (1000, 100), 2_800_000),  # 1000 * 2.00 + 100 * 8.00 = 2,800 millionths of a dollar
        ("openai", "gpt-4.1", (1, 0), 2_000),
        ("openai", "o3-mini", (1000, 100), 1_540_000),  # 1000 * 1.10 + 100 * 4.40 = 1,540
        ("anthropic", "claude-sonnet-4-5", (1000, 100), 4_500_000),  # 1000 * 3.00 + 100 * 15.00 = 4,500
        ("google", "gemini-2.5-pro", (200_000, 0), 250_000_000),  # up to 200,000 tokens 1.25
        ("google", "gemini-2.5-pro", (200_001, 0), 500_002_500),  # beyond, all of them 2.50
        ("openai", "nobodys-model", (1000, 100), None),
        ("rehearsal", "rehearsal", (1000, 100), 0),
    ],
)
def test_estimates(provider: str, model: str, tokens: tuple[int, int], nano: int | None) -> None:
    assert prices.estimate(provider, model, *tokens) == nano


def test_cached_tokens_of_the_report_are_cheaper() -> None:
    report = {
        "usage": {"prompt_tokens": 1000, "completion_tokens": 0, "prompt_tokens_details": {"cached_tokens": 1000}}
    }
    usage = Usage(1000, 1000, 0, 0, reported=report, flavor=("openai", "chat"))
    assert prices.price("openai", "gpt-4.1", usage) == Priced(500_000, VERSION)


def test_what_is_stated_wins() -> None:
    usage = Usage(1000, 0, 100, 0, stated_usd=Decimal("0.0000000015"))
    assert prices.price("perplexity", "sonar", usage) == Priced(2, "provider")  # half to even


def test_the_version_that_answered_is_priced_and_the_one_asked_for_failing_that() -> None:
    usage = Usage(input_tokens=1000)
    assert prices.price("openai", "gpt-4.1", usage, answered_by="gpt-4.1-mini-2025-04-14").cost_nano == 400_000
    assert prices.price("openai", "gpt-4.1", usage, answered_by="my-deployment").cost_nano == 2_000_000


def test_another_server_is_priced_as_what_it_is_known_as() -> None:
    usage = Usage(input_tokens=1_000_000)
    groq = prices.price("openai", "llama-3.1-8b-instant", usage, base_url="https://api.groq.com/openai/v1")
    assert groq.cost_nano == 50_000_000
    assert prices.price("openai", "llama-3.1-8b-instant", usage, base_url="http://localhost:1/v1").cost_nano is None
    assert prices.price("openai", "gpt-4.1", usage, base_url="http://localhost:1/v1").cost_nano == 2_000_000_000


@pytest.mark.parametrize(
    "usage",
    [
        Usage(known=False),
        Usage(1, 0, 1, 0, reported={"usage": {}}, flavor=("openai", "chat")),
        Usage(
            1,
            reported={
                "usage": {"prompt_tokens": 1, "completion_tokens": 0, "prompt_tokens_details": {"cached_tokens": 9}}
            },
            flavor=("openai", "chat"),
        ),
    ],
)
def test_figures_that_make_no_sense_have_no_price(usage: Usage) -> None:
    assert prices.price("openai", "gpt-4.1", usage) == Priced(None, None)


def test_the_list_holds_models_that_answer_in_text() -> None:
    listed = {model.name: model for model in prices.list_models()}
    assert {"openai/gpt-4.1", "anthropic/claude-sonnet-4-5", "google/gemini-2.5-pro", "perplexity/sonar-pro"} <= set(
        listed
    )
    assert (listed["openai/gpt-4.1"].input_usd, listed["openai/gpt-4.1"].output_usd) == (2, 8)
    assert not [name for name in listed if "embedding" in name or "tts" in name]
