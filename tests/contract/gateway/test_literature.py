"""Literature: passed on to a fixed list of hosts, for live sessions alone; Perplexity as a metered model call."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from tests.contract.gateway.harness import Bed, bed, serving
from tests.contract.gateway.scripts import always, chat
from tomas.store.database import Database

AUTH = {"Authorization": "Bearer token", "X-Tomas-Stage": "literature"}


async def _echo(request: Request) -> JSONResponse:
    seen = {"path": request.url.path, "query": dict(request.query_params), "auth": request.headers.get("authorization")}
    return JSONResponse(seen, headers={"Set-Cookie": "a=b"})


@pytest.fixture
async def gateway(database: Database, tmp_path: Path) -> AsyncIterator[Bed]:
    library = Starlette(routes=[Route("/{path:path}", _echo)])
    async with (
        serving(library, "off") as url,
        bed(database, tmp_path, literature={"semantic-scholar": url, "arxiv": "http://127.0.0.1:9"}) as one,
    ):
        yield one


async def test_a_search_reaches_its_host_without_the_token(gateway: Bed) -> None:
    await gateway.session()
    path = "/services/semantic-scholar/graph/v1/paper/search"
    answer = await gateway.client.get(path, params={"query": "cooling & law"}, headers=AUTH)
    assert answer.json() == {"path": "/graph/v1/paper/search", "query": {"query": "cooling & law"}, "auth": None}
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/services/elsewhere/x", 404),
        ("/services/semantic-scholar/../x", 404),
        ("/services/semantic-scholar/%2e%2e/x", 404),
        ("/services/arxiv/bibtex/1", 502),
    ],
)
async def test_no_other_host_is_reached(gateway: Bed, path: str, status: int) -> None:
    await gateway.session()
    answer = await gateway.client.get(path, headers=AUTH)
    assert answer.status_code == status


async def test_a_token_is_needed_and_a_rehearsal_reaches_nothing(gateway: Bed) -> None:
    assert (await gateway.client.get("/services/semantic-scholar/x", headers=AUTH)).status_code == 401
    await gateway.session(rehearsal=True)
    assert (await gateway.client.get("/services/semantic-scholar/x", headers=AUTH)).status_code == 403


async def test_perplexity_is_a_model_call(gateway: Bed) -> None:
    await gateway.session()
    gateway.upstream.answer = always(chat("found it"))
    body = {"model": "sonar", "messages": [{"role": "user", "content": "references, please"}]}
    answer = await gateway.client.post("/services/perplexity/chat/completions", json=body, headers=AUTH)
    assert answer.status_code == 200, answer.text
    assert answer.json()["choices"][0]["message"]["content"] == "found it"
