"""Authenticate: a worker shows the token that was made for its attempt, in whatever place its SDK puts keys."""

import asyncio
from collections.abc import Mapping

from tomas.gateway.callers import Caller
from tomas.gateway.exchange import Exchange, GoOn
from tomas.gateway.refusals import Refusal
from tomas.gateway.state import Runtime
from tomas.services import prices
from tomas.services.keys import KeysUnreadable


async def authenticate(exchange: Exchange, go_on: GoOn) -> None:
    """Find the caller, or refuse with 401."""
    caller = exchange.caller = await caller_of(exchange.runtime, exchange.headers, exchange.query)
    if not (caller.rehearsal or caller.progress or prices.is_loaded()):
        exchange.runtime.tasks.create_task(asyncio.to_thread(prices.load))  # slow: meanwhile the model thinks
    await go_on(exchange)


async def caller_of(runtime: Runtime, headers: Mapping[str, str], query: Mapping[str, str]) -> Caller:
    """Return whose token the request carries."""
    token = _token(headers, query)
    if not token:
        raise Refusal(401, "missing_token", "The request carries no token: send the one the engine was given.")
    try:
        caller = await runtime.callers.find(token)
    except KeysUnreadable as error:
        raise Refusal(403, "keys_unreadable", str(error)) from error
    if caller is None:
        raise Refusal(401, "invalid_token", "This gateway made no such token. Provider keys are of no use here.")
    return caller


def _token(headers: Mapping[str, str], query: Mapping[str, str]) -> str:
    scheme, _, credentials = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and credentials.strip():
        return credentials.strip()
    return headers.get("x-api-key") or headers.get("x-goog-api-key") or query.get("key") or ""
