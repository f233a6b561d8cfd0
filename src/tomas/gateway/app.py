"""The gateway as an ASGI application: it answers workers, and runs the calls they ask for in tasks of its own."""

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from typing import Final
from urllib.parse import parse_qsl

import httpx2
from starlette.types import ASGIApp, Receive, Scope, Send

from tomas.gateway import journal
from tomas.gateway.callers import Caller, Callers
from tomas.gateway.delivery import deliver, send_refusal, send_whole
from tomas.gateway.edge import refusal_for
from tomas.gateway.exchange import Exchange
from tomas.gateway.literature import fetch, is_literature
from tomas.gateway.policies import chained
from tomas.gateway.policies.authenticate import caller_of
from tomas.gateway.policies.replay import delivered
from tomas.gateway.recovery import recover
from tomas.gateway.refusals import Refusal
from tomas.gateway.rehearsal import Players
from tomas.gateway.rewrites import ALIAS
from tomas.gateway.state import GatewayState, Runtime
from tomas.gateway.wires import SERVED, Route, family_of, match

_KEEPALIVE_SECONDS: Final = 30
_WRITE_SECONDS: Final = 60


def create_gateway(state: GatewayState) -> ASGIApp:
    """Return the application; serve it with its lifespan, on an address of its own, never the API's."""
    return _Gateway(state)


@asynccontextmanager
async def running(state: GatewayState) -> AsyncGenerator[Runtime]:
    """Hold what a gateway needs while it runs; at the end, give calls under way a moment to come in."""
    await recover(state.database, only_ended=not state.alone)
    timeout = httpx2.Timeout(state.read_seconds, connect=state.connect_seconds, write=_WRITE_SECONDS, pool=None)
    limits = httpx2.Limits(max_connections=None, max_keepalive_connections=100, keepalive_expiry=_KEEPALIVE_SECONDS)
    async with httpx2.AsyncClient(timeout=timeout, limits=limits) as client:
        tasks = asyncio.TaskGroup()
        callers = Callers(state.database, state.provider_keys, state.keybox)
        runtime = Runtime(state, client, tasks, callers, Players(state.rehearsal_dirs))
        with suppress(TimeoutError):
            async with asyncio.timeout(None) as limit, tasks:
                yield runtime
                limit.reschedule(asyncio.get_running_loop().time() + state.drain_seconds)
        await journal.flush(runtime)


class _Gateway:
    """The application, with nothing between it and its server: each part of a stream passes here."""

    def __init__(self, state: GatewayState) -> None:
        self._state = state
        self._run = chained()
        self._runtime: Runtime

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        match scope["type"]:
            case "http":
                await self._answer(scope, receive, send)
            case "lifespan":
                await self._live(receive, send)
            case _:
                await send({"type": "websocket.close", "code": 1008, "reason": "The gateway speaks plain HTTP."})

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        async with running(self._state) as self._runtime:
            await send({"type": "lifespan.startup.complete"})
            await receive()
        await send({"type": "lifespan.shutdown.complete"})

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request: with the model list, with a call's answer, or with a refusal."""
        wire = family_of(scope["path"])
        headers = {name.decode("latin-1").lower(): _text(value) for name, value in scope["headers"]}
        query = dict(parse_qsl(scope["query_string"].decode("latin-1")))
        try:
            if (scope["method"], scope["path"]) == ("GET", "/v1/models"):
                body = _models(await caller_of(self._runtime, headers, query))
                await send_whole(send, 200, {"content-type": "application/json"}, body)
                return
            if is_literature(scope["method"], scope["path"], self._state.literature):
                text = scope["query_string"].decode("latin-1")
                status, kept, body = await fetch(self._runtime, scope["path"], text, headers)
                await send_whole(send, status, kept, body)
                return
            exchange = Exchange(self._runtime, _route(scope, query), headers, query, receive)
            await self._run(exchange)
        except Exception as error:  # noqa: BLE001 - the edge
            await send_refusal(send, refusal_for(error), wire)
            return
        delivered(exchange, whole=await deliver(exchange.flight, wire, receive, send))


def _route(scope: Scope, query: dict[str, str]) -> Route:
    method, path = scope["method"], scope["path"]
    route = match(path, query) if method == "POST" else None
    if route is None:
        text = f"The gateway does not serve {method} {path[:200]}. It serves POST {', '.join(SERVED)}."
        raise Refusal(404, "not_served", text)
    return route


def _models(caller: Caller) -> bytes:
    roles = {"default": "", **caller.models}
    models = [{"id": f"{ALIAS}{role}", "object": "model", "created": 0, "owned_by": "tomas"} for role in roles]
    return json.dumps({"object": "list", "data": models}).encode()


def _text(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")
