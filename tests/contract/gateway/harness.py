"""A real gateway and a scripted provider, both on loopback, and the database they leave their traces in."""

import asyncio
import hashlib
import json
import zlib
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import uvicorn
from sqlalchemy import select, update

from tomas.core.clock import now
from tomas.core.ids import new_id
from tomas.core.session import Status
from tomas.gateway.app import create_gateway
from tomas.gateway.state import GatewayState
from tomas.services.keys import KeyBox
from tomas.services.providers import ProviderKeys
from tomas.store import configs, tables
from tomas.store.database import Database
from tomas.store.signals import Signals

Json = dict[str, Any]
KEYS = {
    "openai": "sk-proj-openaisecret0123456789",
    "anthropic": "sk-ant-anthropicsecret0123456789",
    "google": "AIzaGoogleSecret0123456789",
    "perplexity": "pplx-perplexitysecret0123456789",
}
KEYBOX = KeyBox(b"the secret of the tests")
PLAYER = """
def answer(body, headers):
    said = body["messages"][-1]["content"]
    if said == "use a tool":
        return {"tool": "look", "arguments": {"at": "Zürich", "n": 3}}
    if said == "fail":
        raise KeyError("no such playbook")
    return {"content": f"{headers['x-tomas-engine']} heard {said}"}
"""


@dataclass
class Seen:
    """A request that reached the provider."""

    path: str
    query: str
    headers: dict[str, str]
    raw: bytes

    @property
    def body(self) -> Json:
        return json.loads(self.raw)


@dataclass
class Answer:
    """What the provider does: one body, or parts that are sent as they are reached; then it may break off."""

    body: Any = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    parts: list[bytes] | None = None
    gate: asyncio.Event | None = None  # waited for before the last part, or before a whole body
    break_off: bool = False


@dataclass
class Upstream:
    """A provider that says what it is told to."""

    answer: Callable[[Seen], Answer] = field(default=lambda _: Answer({}))
    seen: list[Seen] = field(default_factory=list)
    url: str = ""
    finished: int = 0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        raw, more = b"", True
        while more:
            message = await receive()
            raw += message.get("body", b"")
            more = message.get("more_body", False)
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        seen = Seen(scope["path"], scope["query_string"].decode(), headers, raw)
        self.seen.append(seen)
        answer = self.answer(seen)
        kind = "text/event-stream" if answer.parts else "application/json"
        shown = {"content-type": kind, "set-cookie": "track=1", "x-request-id": "req-1"} | answer.headers
        if answer.parts is None and answer.gate:
            await answer.gate.wait()
        start = [(name.encode(), value.encode()) for name, value in shown.items()]
        await send({"type": "http.response.start", "status": answer.status, "headers": start})
        if answer.parts is None:
            body = answer.body if isinstance(answer.body, bytes) else json.dumps(answer.body).encode()
            await send({"type": "http.response.body", "body": body, "more_body": answer.break_off})
        else:
            for place, part in enumerate(answer.parts, 1):
                if answer.gate and place == len(answer.parts):
                    await answer.gate.wait()
                await send({"type": "http.response.body", "body": part, "more_body": True})
            if not answer.break_off:
                await send({"type": "http.response.body", "body": b""})
        self.finished += 1


@dataclass
class Bed:
    """The gateway under test."""

    database: Database
    state: GatewayState
    upstream: Upstream
    client: httpx2.AsyncClient
    sessions: dict[str, str] = field(default_factory=dict)  # by token

    async def session(
        self,
        token: str = "token",
        models: Json | None = None,
        *,
        status: Status = Status.RUNNING,
        rehearsal: bool = False,
        own_keys: dict[str, str] | None = None,
    ) -> str:
        """Make a running session whose worker has `token`."""
        session_id = new_id()
        async with self.database.transaction() as db:
            digest = await configs.keep(db, {"models": models or {"default": "openai/gpt-4.1"}})
            row = tables.Session(
                id=session_id,
                mode_id="itops",
                engine="echo",
                title="t",
                task="t",
                input_data={},
                config_digest=digest,
                status=status,
                rehearsal=rehearsal,
                epoch=1,
                keys_encrypted=KEYBOX.encrypt(own_keys) if own_keys else None,
                created_at=now(),
                updated_at=now(),
            )
            db.add(row)
            await db.flush()
            db.add(tables.Attempt(session_id=session_id, number=1, token_hash=_hash(token), started_at=now()))
        self.sessions[token] = session_id
        return session_id

    async def next_attempt(self, old: str, token: str) -> None:
        """End the attempt of `old` and begin another, as after a crash."""
        session_id = self.sessions[token] = self.sessions[old]
        async with self.database.transaction() as db:
            session = await db.get_one(tables.Session, session_id)
            await db.execute(
                update(tables.Attempt).where(tables.Attempt.session_id == session_id).values(ended_at=now())
            )
            session.epoch += 1
            await db.flush()
            number = session.epoch
            db.add(tables.Attempt(session_id=session_id, number=number, token_hash=_hash(token), started_at=now()))

    async def set_status(self, status: Status, token: str = "token") -> None:
        async with self.database.transaction() as db:
            (await db.get_one(tables.Session, self.sessions[token])).status = status

    async def post(self, path: str, body: Any, token: str = "token", **headers: str) -> httpx2.Response:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        shown = {"authorization": f"Bearer {token}"} if token else {}
        return await self.client.post(path, content=content, headers=shown | named)

    async def chat(self, text: str = "hello", token: str = "token", **more: Any) -> httpx2.Response:
        """Send a chat completion; keywords that begin with x_ are headers."""
        headers = {name: value for name, value in more.items() if name.startswith("x_")}
        body = {"model": "tomas-gpt-default", "messages": [{"role": "user", "content": text}]}
        body |= {name: value for name, value in more.items() if not name.startswith("x_")}
        return await self.post("/v1/chat/completions", body, token, **headers)

    async def rows(self, table: Any) -> list[Any]:
        async with self.database.reading() as db:
            return list(await db.scalars(select(table)))

    async def calls(self) -> list[tables.Call]:
        return sorted(await self.rows(tables.Call), key=lambda call: call.id)

    async def events(self) -> list[Json]:
        rows = sorted(await self.rows(tables.EventRow), key=lambda row: row.seq)
        return [json.loads(row.payload) for row in rows]

    async def get_session(self, token: str = "token") -> tables.Session:
        async with self.database.reading() as db:
            return await db.get_one(tables.Session, self.sessions[token])

    async def settled(self, count: int = 1) -> list[tables.Call]:
        """The calls, once `count` of them are pending no more."""
        return await until(lambda: self._settled(count))

    async def _settled(self, count: int) -> list[tables.Call] | None:
        calls = await self.calls()
        return calls if len([call for call in calls if call.status != "pending"]) >= count else None


async def until[T](get: Callable[[], Awaitable[T | None]], seconds: float = 10) -> T:
    """Wait for something to become true."""
    async with asyncio.timeout(seconds):
        while (value := await get()) is None:
            await asyncio.sleep(0.01)
        return value


def text_of(packed: bytes | None) -> str:
    """A body of the journal."""
    return zlib.decompress(packed or b"").decode()


@asynccontextmanager
async def serving(app: Any, lifespan: str) -> AsyncGenerator[str]:
    """Serve an application on a free port of loopback."""
    config = uvicorn.Config(app, port=0, lifespan=lifespan, log_level="critical", ws="none")
    config.timeout_graceful_shutdown = 1
    server = uvicorn.Server(config)
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(server._serve())
        while not server.started and not running.done():
            await asyncio.sleep(0.002)
        try:
            yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
        finally:
            server.should_exit = True
            server.force_exit = lifespan == "off"  # a provider is not waited for


@asynccontextmanager
async def bed(database: Database, folder: Path, **more: Any) -> AsyncGenerator[Bed]:
    """Set up everything."""
    upstream = Upstream()
    rehearsal = folder / "echo"
    rehearsal.mkdir(exist_ok=True)
    (rehearsal / "player.py").write_text(PLAYER, "utf-8")
    async with serving(upstream, "off") as url:
        upstream.url = url
        urls = {"openai": f"{url}/v1", "anthropic": url, "google": url, "perplexity": f"{url}/pplx"}
        options = {
            "provider_keys": ProviderKeys.of(KEYS, urls),
            "rehearsal_dirs": {"echo": rehearsal},
            "workspace_dir": Path("/data/workspace"),
            "drain_seconds": 0.2,
        }
        state = GatewayState(database=database, signals=Signals(), keybox=KEYBOX, **(options | more))
        async with (
            serving(create_gateway(state), "on") as gateway,
            httpx2.AsyncClient(base_url=gateway, timeout=20) as client,
        ):
            yield Bed(database, state, upstream, client)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
