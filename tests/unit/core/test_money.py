from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tomas.core.money import from_usd, to_usd


@pytest.mark.parametrize(
    ("nano", "text"),
    [(0, "0.00"), (1, "0.000000001"), (1_500_000_000, "1.50"), (12_345_678, "0.012345678"), (10**9, "1.00")],
)
def test_dollars_are_written_plainly(nano: int, text: str) -> None:
    assert to_usd(nano) == text


def test_halves_are_rounded_to_even() -> None:
    assert from_usd(Decimal("0.0000000005")) == 0
    assert from_usd(Decimal("0.0000000015")) == 2


@given(st.integers(0, 10**18))
def test_nothing_is_lost_on_the_way_there_and_back(nano: int) -> None:
    assert from_usd(Decimal(to_usd(nano))) == nano
