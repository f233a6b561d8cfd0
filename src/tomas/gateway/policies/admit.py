"""Admit: a call is journalled while the session's row is held, so that it and a change of status are in order.

This is the place for whatever may keep a call from being sent: its session's status, later pauses and budgets.
"""

import zlib
from functools import partial

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tomas.core.clock import now
from tomas.core.errors import ModelNotServed
from tomas.core.ids import new_id
from tomas.core.session import ACTIVE, Status
from tomas.gateway.callers import Caller
from tomas.gateway.exchange import Exchange, GoOn
from tomas.gateway.journal import write
from tomas.gateway.refusals import Refusal
from tomas.gateway.rewrites import model_for
from tomas.services.providers import REHEARSAL, ResolvedModel, resolve
from tomas.store import calls
from tomas.store.calls import Standing


async def admit(exchange: Exchange, go_on: GoOn) -> None:
    """Journal the call as pending, or refuse it."""
    exchange.target = _target(exchange)
    exchange.call_id = new_id()
    request = zlib.compress(exchange.raw, 1)
    try:
        await _journal(exchange, request)
    except IntegrityError:
        # An equal call is pending in the journal, yet not under way: what became of it could not be written.
        lose = partial(calls.lose, session_id=exchange.caller.session_id, key=exchange.key)
        await exchange.runtime.given.database.write(lose)
        await _journal(exchange, request)
    await go_on(exchange)


def check_standing(caller: Caller, standing: Standing | None) -> None:
    """Refuse with 403 if the caller's attempt may not call (any more)."""
    if standing is None:
        raise Refusal(403, "session_gone", "The session is gone.")
    if standing.epoch != caller.attempt or standing.ended_at is not None:
        raise Refusal(403, "stale_attempt", f"Attempt {caller.attempt} at this session is over.")
    if Status(standing.status) not in ACTIVE:
        raise Refusal(
            403, "session_not_running", f"The session is {standing.status}; it must be running to call models."
        )


def _target(exchange: Exchange) -> ResolvedModel:
    caller = exchange.caller
    if caller.rehearsal:
        return ResolvedModel(REHEARSAL, REHEARSAL)
    try:
        return resolve(model_for(exchange.model, caller.models), caller.keys, wire=exchange.route.family)
    except ModelNotServed as error:
        raise Refusal(404, "model_not_served", str(error)) from error


async def _journal(exchange: Exchange, request: bytes) -> None:
    caller, key = exchange.caller, exchange.key
    values = {
        "id": exchange.call_id,
        "session_id": caller.session_id,
        "attempt": caller.attempt,
        "agent": exchange.agent,
        "stage": key.stage,
        "request_hash": key.request_hash,
        "occurrence": key.occurrence,
        "status": "pending",
        "wire": exchange.route.wire,
        "provider": exchange.target.provider,
        "model": exchange.target.model[:200],
        "request": request,
        "started_at": now(),
    }

    def work(db: Session) -> None:
        check_standing(caller, calls.standing(db, caller.session_id, caller.attempt, lock=True))
        calls.add(db, values)

    await write(exchange.runtime, work)
