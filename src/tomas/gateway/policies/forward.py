"""Forward: the call goes to its provider once, and its answer is passed on as it comes, but for the end.

The end of an answer waits until it is recorded: who has all of an answer can rely on its being in the journal.
"""

import time

import httpx2

from tomas.gateway.answers import pass_on, take_whole
from tomas.gateway.exchange import Exchange, GoOn, Outcome
from tomas.gateway.refusals import Refusal
from tomas.gateway.upstream import request_of, unreachable
from tomas.services.providers import REHEARSAL, provider


async def forward(exchange: Exchange, go_on: GoOn) -> None:
    """Get the answer, have it recorded, then deliver its end."""
    started = time.monotonic()
    if exchange.target.provider == REHEARSAL:
        outcome = await _play(exchange)
    else:
        outcome = await _send(exchange)
    outcome.duration_ms = round((time.monotonic() - started) * 1000)
    exchange.outcome = outcome
    await go_on(exchange)
    if outcome.refusal:
        exchange.flight.refuse(outcome.refusal)
        return
    if not exchange.flight.status:
        exchange.flight.open(outcome.http_status, outcome.headers)
    exchange.flight.land(outcome.rest, whole=outcome.status == "answered")


async def _play(exchange: Exchange) -> Outcome:
    headers = {"x-tomas-engine": exchange.caller.engine, **exchange.headers}
    try:
        answer = await exchange.runtime.players.answer(exchange.route.wire, exchange.body, headers)
    except Refusal as refusal:
        return Outcome("failed", refusal.status, refusal=refusal, error=refusal.message)
    shown = {"content-type": answer.content_type}
    return Outcome("answered", 200, shown, answer.body, [answer.body], usage=answer.usage)


async def _send(exchange: Exchange) -> Outcome:
    one = provider(exchange.target.provider)
    access = exchange.caller.keys.access[one.name]
    client = exchange.runtime.client
    try:
        response = await client.send(request_of(exchange, client), stream=True)
        try:
            events = response.headers.get("content-type", "").startswith("text/event-stream")
            if response.is_success and events:
                return await pass_on(exchange, response)
            return await take_whole(exchange, response)
        finally:
            await response.aclose()
    except (httpx2.HTTPError, httpx2.InvalidURL) as error:
        refusal = unreachable(one, access, error)
        return Outcome("failed", refusal=refusal, error=refusal.message)
