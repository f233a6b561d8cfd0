"""Estimates are the mode's ranges at the price of the chosen models."""

from pathlib import Path

import pytest

from tests.contract.services.context import make_context
from tomas.core.errors import InvalidConfig, ModelNotServed, ModeNotFound
from tomas.services import prices
from tomas.services.estimate import estimate

KEYS: dict[str, str | None] = {"openai": "sk-server"}


async def test_a_rehearsal_costs_nothing(tmp_path: Path) -> None:
    told = await estimate(make_context(tmp_path), "itops")
    assert told.rehearsal
    assert told.cost_nano == (0, 0)
    assert told.seconds == (180, 1_800)
    assert told.model_calls == (30, 90)


async def test_a_model_is_priced_by_its_tokens(tmp_path: Path) -> None:
    told = await estimate(make_context(tmp_path, KEYS), "itops")
    assert told.models == {"default": "openai/gpt-4.1"}
    # 2 dollars a million tokens in, 8 out: 0.25 * 2 + 0.015 * 8, and 1.2 * 2 + 0.07 * 8
    assert told.cost_nano == (620_000_000, 2_960_000_000)


async def test_the_span_covers_all_models(tmp_path: Path) -> None:
    config = {"models": {"default": "gpt-4.1-nano", "engineer": "gpt-4.1"}}
    told = await estimate(make_context(tmp_path, KEYS), "itops", config)
    nano = prices.estimate("openai", "gpt-4.1-nano", 250_000, 15_000)
    assert told.cost_nano == (nano, 2_960_000_000)


async def test_an_unknown_price_is_not_guessed(tmp_path: Path) -> None:
    told = await estimate(make_context(tmp_path, KEYS), "itops", {"models": {"default": "openai/brand-new"}})
    assert told.cost_nano is None


async def test_what_cannot_run_is_not_estimated(tmp_path: Path) -> None:
    with pytest.raises(ModeNotFound):
        await estimate(make_context(tmp_path), "nope")
    with pytest.raises(ModelNotServed, match="OPENAI_API_KEY"):
        await estimate(make_context(tmp_path), "itops", {"models": {"default": "gpt-4.1"}})
    with pytest.raises(InvalidConfig, match=r"config\.models\.pilot"):
        await estimate(make_context(tmp_path), "itops", {"models": {"pilot": "gpt-4.1"}})
