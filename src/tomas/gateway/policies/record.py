"""Record: what became of a call is journalled, priced, counted and told, in one transaction, before it is delivered."""

import asyncio
import zlib
from typing import Final

import structlog
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from tomas.core.clock import now
from tomas.core.session import FINAL, Status
from tomas.core.text import storable
from tomas.gateway.events import call_event
from tomas.gateway.exchange import Exchange, GoOn, Outcome
from tomas.gateway.journal import write
from tomas.services import log, prices
from tomas.services.prices import Priced, Usage
from tomas.services.providers import REHEARSAL
from tomas.store import calls

_WAITS: Final = (0.2, 1.0, 3.0)  # seconds between tries: the answer is paid for, so it is not given up at once
_BIG: Final = 1024 * 1024
_log = structlog.get_logger()


async def record(exchange: Exchange, go_on: GoOn) -> None:
    """Write it down; an answer that cannot be written down is not delivered."""
    outcome = exchange.outcome
    priced = await _price(exchange, outcome)
    body = await _packed(outcome.body)
    for wait in (*_WAITS, None):
        try:
            await _write(exchange, outcome, priced, body)
            break
        except OperationalError as error:
            if wait is None:
                raise
            _log.warning("gateway.record", call_id=exchange.call_id, error=type(error).__name__)
            await asyncio.sleep(wait)
    if outcome.status == "answered":
        exchange.caller.ledger.answered[exchange.key] = exchange.call_id
    exchange.runtime.given.signals.ring(exchange.caller.session_id)
    await go_on(exchange)


async def _price(exchange: Exchange, outcome: Outcome) -> Priced:
    if outcome.usage is None:
        return Priced(0, None)
    provider = exchange.target.provider
    if provider != REHEARSAL and not prices.is_loaded():
        await asyncio.to_thread(prices.load)
    return prices.price(
        provider,
        exchange.target.model,
        outcome.usage,
        answered_by=outcome.answered_by,
        base_url=None if provider == REHEARSAL else exchange.caller.keys.access[provider].base_url,
        context=outcome.price_context,
    )


async def _packed(body: bytes) -> bytes:
    return await asyncio.to_thread(zlib.compress, body, 1) if len(body) > _BIG else zlib.compress(body, 1)


async def _write(exchange: Exchange, outcome: Outcome, priced: Priced, body: bytes) -> None:
    session_id, usage = exchange.caller.session_id, outcome.usage or Usage()
    tokens = {
        "input_tokens": usage.input_tokens,
        "cached_tokens": usage.cached_tokens,
        "output_tokens": usage.output_tokens,
        "reasoning_tokens": usage.reasoning_tokens,
        "cost_nano": priced.cost_nano,
        "price_version": priced.version,
    }
    values = {
        "status": outcome.status,
        "http_status": outcome.http_status or None,
        "response": body,
        "response_headers": dict(outcome.headers),
        "error": storable(outcome.error) if outcome.error else None,
        "duration_ms": outcome.duration_ms,
    }

    def work(db: Session) -> None:
        status = calls.add_to_session(
            db,
            session_id,
            model_calls=1 if outcome.usage else 0,
            cost_nano=priced.cost_nano or 0,
            input_tokens=usage.input_tokens,
            output_tokens=usage.output_tokens,
        )
        if outcome.usage:
            calls.add_cost(db, tokens | _cost_row(exchange))
        if status is None:  # the session was deleted meanwhile; its costs stay
            return
        calls.settle(db, exchange.call_id, tokens | values)
        if Status(status) not in FINAL:  # nothing comes after the end of a log
            log.append_in(db, session_id, [call_event(exchange, outcome, priced)])

    await write(exchange.runtime, work)


def _cost_row(exchange: Exchange) -> dict[str, object]:
    caller = exchange.caller
    return {
        "call_id": exchange.call_id,
        "session_id": caller.session_id,
        "mode_id": caller.mode_id,
        "engine": caller.engine,
        "agent": exchange.agent,
        "stage": exchange.stage or None,
        "provider": exchange.target.provider,
        "model": exchange.target.model[:200],
        "created_at": now(),
    }
