"""Reads of costs: sums over the recorded calls, in nano-dollars and tokens."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import ColumnElement, String, case, func, literal, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from tomas.store import tables


@dataclass(frozen=True, slots=True)
class Sums:
    """What some calls took. `unpriced` counts those whose price is not known: `cost_nano` lacks them."""

    calls: int = 0
    input_tokens: int = 0
    cached_tokens: int = 0
    output_tokens: int = 0
    reasoning_tokens: int = 0
    cost_nano: int = 0
    unpriced: int = 0


@dataclass(frozen=True, slots=True)
class Summary:
    """A session's costs: the total, and the same by model, stage and agent (largest cost first)."""

    total: Sums
    by_model: dict[str, Sums]
    by_stage: dict[str, Sums]
    by_agent: dict[str, Sums]


async def summary(db: AsyncSession, session_id: str) -> Summary:
    """Return what a session cost so far; a call without a stage or agent counts under ""."""
    model = tables.Cost.provider + literal("/", String) + tables.Cost.model
    return Summary(
        total=(await _grouped(db, session_id, literal("", String))).get("", Sums()),
        by_model=await _grouped(db, session_id, model),
        by_stage=await _grouped(db, session_id, _or_empty(tables.Cost.stage)),
        by_agent=await _grouped(db, session_id, _or_empty(tables.Cost.agent)),
    )


async def of_session(db: AsyncSession, session_id: str, limit: int = 1000) -> Sequence[tables.Cost]:
    """Return the single costs of a session in the order they arose."""
    statement = (
        select(tables.Cost)
        .where(tables.Cost.session_id == session_id)
        .order_by(tables.Cost.created_at, tables.Cost.call_id)
        .limit(limit)
    )
    return (await db.scalars(statement)).all()


def _or_empty(column: InstrumentedAttribute[str | None]) -> ColumnElement[str]:
    return func.coalesce(column, "")


async def _grouped(db: AsyncSession, session_id: str, key: ColumnElement[str]) -> dict[str, Sums]:
    cost = tables.Cost
    columns: list[ColumnElement[Any]] = [
        func.count(),
        func.sum(cost.input_tokens),
        func.sum(cost.cached_tokens),
        func.sum(cost.output_tokens),
        func.sum(cost.reasoning_tokens),
        func.coalesce(func.sum(cost.cost_nano), 0),
        func.sum(case((cost.cost_nano.is_(None), 1), else_=0)),
    ]
    named = key.label("key")
    rows = await db.execute(select(named, *columns).where(cost.session_id == session_id).group_by(named))
    names = [field.name for field in fields(Sums)]
    found = [(row[0], Sums(**{name: int(value) for name, value in zip(names, row[1:], strict=True)})) for row in rows]
    return dict(sorted(found, key=lambda pair: (-pair[1].cost_nano, pair[0])))
