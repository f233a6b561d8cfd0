"""What the shapes share."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, PlainSerializer

from tomas.core.clock import isoformat
from tomas.core.money import to_usd
from tomas.store.costs import Sums

Moment = Annotated[datetime, PlainSerializer(isoformat, return_type=str)]


class Strict(BaseModel):
    """A request: a field that is not known is refused."""

    model_config = ConfigDict(extra="forbid")


class Page[Item](BaseModel):
    """One page of a list; `next_cursor` is null on the last."""

    items: list[Item]
    next_cursor: str | None = None


class Spent(BaseModel):
    """What model calls took. `unpriced` counts calls whose price is not known: `cost_usd` lacks them."""

    model_calls: int
    input_tokens: int
    cached_tokens: int
    output_tokens: int
    reasoning_tokens: int
    cost_usd: str
    unpriced: int

    @classmethod
    def of(cls, sums: Sums) -> "Spent":
        """Build from the store's sums."""
        return cls(
            model_calls=sums.calls,
            input_tokens=sums.input_tokens,
            cached_tokens=sums.cached_tokens,
            output_tokens=sums.output_tokens,
            reasoning_tokens=sums.reasoning_tokens,
            cost_usd=to_usd(sums.cost_nano),
            unpriced=sums.unpriced,
        )
