import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from tomas.api.guard import Guard, hostname


async def _fine(_: object) -> PlainTextResponse:
    return PlainTextResponse("fine")


@pytest.fixture
def client() -> TestClient:
    app = Starlette(routes=[Route("/", _fine, methods=["GET", "POST"])])
    return TestClient(Guard(app, allowed_hosts=["tomas.example.org"], cors_origins=["https://desk.example.org"]))


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1:8000", 200),
        ("localhost", 200),
        ("LOCALHOST:80", 200),
        ("[::1]:8000", 200),
        ("tomas.example.org", 200),
        ("evil.example", 403),
        ("127.0.0.1.evil.example", 403),
        ("localhost@evil.example", 403),
        ("evil.example:127.0.0.1", 403),
        ("[::1", 403),
        ("", 403),
    ],
)
def test_only_this_server_s_names_are_answered(client: TestClient, host: str, status: int) -> None:
    assert client.get("/", headers={"Host": host}).status_code == status


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        ("http://127.0.0.1:8000", 200),
        ("https://desk.example.org", 200),
        ("https://desk.example.org.evil.example", 403),
        ("http://127.0.0.1:9000", 403),
        ("null", 403),
    ],
)
def test_only_pages_of_its_own_may_call(client: TestClient, origin: str, status: int) -> None:
    headers = {"Host": "127.0.0.1:8000", "Origin": origin}
    assert client.get("/", headers=headers).status_code == status
    assert client.post("/", headers=headers).status_code == status


def test_what_is_no_host_has_no_name() -> None:
    assert hostname("[broken") is None
