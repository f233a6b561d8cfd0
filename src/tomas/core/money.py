"""Money: an integer of nano-dollars (1 USD = 10**9), so that sums are exact."""

from decimal import ROUND_HALF_EVEN, Decimal

NANO = 1_000_000_000


def from_usd(amount: Decimal) -> int:
    """Return `amount` dollars in nano-dollars, rounded half to even."""
    return int((amount * NANO).to_integral_value(ROUND_HALF_EVEN))


def to_usd(nano: int) -> str:
    """Return nano-dollars as a plain decimal string of dollars, without trailing zeros beyond the cent."""
    text = f"{Decimal(nano) / NANO:.9f}".rstrip("0")
    whole, _, fraction = text.partition(".")
    return f"{whole}.{fraction:0<2}"
