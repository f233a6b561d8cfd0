"""Replay or join: an equal request is never sent twice for one answer.

An occurrence of a request is over when its answer was delivered whole. Until then an equal request is a retry: it
joins the call under way, or takes the recorded answer. A new attempt counts from the first occurrence again, so
what its forerunners were answered comes from the record and costs nothing.
"""

import asyncio
import hashlib
import json
import zlib
from typing import Any, Final, cast

from tomas.gateway.callers import Progress
from tomas.gateway.edge import run_flight
from tomas.gateway.events import replay_event
from tomas.gateway.exchange import Exchange, GoOn
from tomas.gateway.flights import Flight
from tomas.gateway.policies.admit import check_standing
from tomas.gateway.refusals import Refusal
from tomas.gateway.rewrites import role_of
from tomas.services import log
from tomas.store import calls
from tomas.store.calls import Key, Recorded

_WORKSPACE: Final = "/workspace"
_BIG: Final = 1024 * 1024  # bytes from which on work on a body leaves the event loop


async def replay_or_join(exchange: Exchange, go_on: GoOn) -> None:
    """Read the request, and give it a flight: an old one, one that others wait for, or one of its own."""
    exchange.raw = await _read(exchange)
    exchange.body = await _parsed(exchange.raw)
    exchange.role = role_of(exchange.model)
    caller, ledger = exchange.caller, exchange.caller.ledger
    request_hash = await _hash(exchange)
    progress = caller.progress_of(exchange.stage, request_hash)
    exchange.key = Key(exchange.stage, request_hash, _occurrence(exchange, progress))
    if call_id := ledger.answered.get(exchange.key):
        exchange.call_id = call_id
        exchange.flight = await _recorded(exchange)
    elif flight := ledger.flights.get(exchange.key):
        exchange.flight = flight
    else:
        exchange.flight = ledger.flights[exchange.key] = Flight()
        exchange.runtime.tasks.create_task(run_flight(exchange, go_on))


def delivered(exchange: Exchange, *, whole: bool) -> None:
    """Note how a delivery to the worker ended."""
    progress = exchange.caller.progress_of(exchange.key.stage, exchange.key.request_hash)
    progress.last_delivered = whole
    if whole:
        progress.delivered = max(progress.delivered, exchange.key.occurrence)
        if call_id := exchange.caller.ledger.answered.get(exchange.key):
            exchange.runtime.delivered.append(call_id)


def _occurrence(exchange: Exchange, progress: Progress) -> int:
    # The worker may have gone in the moment its answer was sent; its SDK says then that it tries again.
    tries = exchange.headers.get("x-stainless-retry-count", "0")
    again = tries.isdecimal() and int(tries) > 0 and progress.last_delivered
    return progress.delivered + (0 if again else 1)


async def _read(exchange: Exchange) -> bytes:
    most = exchange.runtime.given.most_request_bytes
    too_large = Refusal(413, "request_too_large", f"The request is larger than {most:,} bytes.")
    stated = exchange.headers.get("content-length", "")
    if stated.isdecimal() and int(stated) > most:
        raise too_large
    if exchange.headers.get("content-encoding", "identity") != "identity":
        raise Refusal(415, "unsupported_encoding", "Send the request uncompressed.")
    parts: list[bytes] = []
    size, more = 0, True
    while more:
        message = await exchange.receive()
        if message["type"] == "http.disconnect":
            raise Refusal(400, "disconnected", "The worker left before its request was whole.")
        parts.append(message.get("body", b""))
        size, more = size + len(parts[-1]), message.get("more_body", False)
        if size > most:
            raise too_large
    return b"".join(parts)


async def _parsed(raw: bytes) -> dict[str, Any]:
    try:
        body = await asyncio.to_thread(_parse, raw) if len(raw) > _BIG else _parse(raw)
    except (ValueError, RecursionError) as error:
        raise Refusal(400, "invalid_json", f"The request is not JSON: {error}"[:300]) from None
    if not isinstance(body, dict):
        raise Refusal(400, "invalid_json", "The request is not a JSON object.")
    return cast(dict[str, Any], body)


def _parse(raw: bytes) -> Any:
    return json.loads(raw, parse_constant=_no_number)


def _no_number(text: str) -> Any:
    raise ValueError(f"{text} is no number of JSON")


async def _hash(exchange: Exchange) -> str:
    return await asyncio.to_thread(_digest, exchange) if len(exchange.raw) > _BIG else _digest(exchange)


def _digest(exchange: Exchange) -> str:
    canonical = json.dumps(exchange.body, sort_keys=True, separators=(",", ":"))
    workspace = json.dumps(str(exchange.runtime.given.workspace_dir / exchange.caller.session_id))[1:-1]
    text = f"{exchange.route.identity}\n{canonical.replace(workspace, _WORKSPACE)}"
    return hashlib.sha256(text.encode()).hexdigest()


async def _recorded(exchange: Exchange) -> Flight:
    caller = exchange.caller
    async with exchange.runtime.given.database.reading() as db:
        check_standing(caller, await db.run_sync(calls.standing, caller.session_id, caller.attempt))
        answer = await calls.recorded(db, exchange.call_id)
    if answer is None:
        raise Refusal(403, "session_gone", "The session is gone.")
    if answer.attempt != caller.attempt and exchange.call_id not in caller.replayed:
        caller.replayed.add(exchange.call_id)
        await _tell(exchange, answer)
    return Flight.recorded(answer.http_status, answer.headers, zlib.decompress(answer.body))


async def _tell(exchange: Exchange, answer: Recorded) -> None:
    caller, given = exchange.caller, exchange.runtime.given
    told = [replay_event(exchange, answer)]
    await given.database.write(lambda db: log.append_in(db, caller.session_id, told))
    given.signals.ring(caller.session_id)
