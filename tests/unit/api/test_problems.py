import json

from fastapi import FastAPI
from pydantic import BaseModel
from starlette.testclient import TestClient

from tomas.api import problems
from tomas.core.errors import InvalidInput, SessionNotFound


class Body(BaseModel):
    name: str


def make() -> TestClient:
    app = FastAPI()
    problems.install(app)

    @app.post("/body")
    async def take(body: Body) -> str:
        return body.name

    @app.get("/{kind}")
    async def fail(kind: str) -> None:
        raise {
            "missing": SessionNotFound("There is no session x."),
            "invalid": InvalidInput("no", [("input_data.n", "must be a number")]),
            "full": OSError(28, "No space left on device"),
            "bug": ZeroDivisionError("a secret detail"),
        }[kind]

    return TestClient(app, raise_server_exceptions=False)


def test_each_error_is_a_problem() -> None:
    client = make()
    for path, status, code in (
        ("/missing", 404, "session-not-found"),
        ("/invalid", 422, "invalid-input"),
        ("/full", 507, "out-of-space"),
        ("/bug", 500, "internal-error"),
        ("/a/b", 404, "not-found"),
    ):
        answer = client.get(path)
        assert answer.status_code == status
        assert answer.headers["content-type"] == problems.MEDIA_TYPE
        assert answer.json()["code"] == code
        assert answer.json()["type"] == f"/api/problems/{code}"


def test_wrong_fields_are_named() -> None:
    assert make().get("/invalid").json()["errors"] == [{"field": "input_data.n", "message": "must be a number"}]
    assert make().post("/body", json={}).json()["errors"][0]["field"] == "name"


def test_a_fault_of_ours_tells_nothing_but_its_number() -> None:
    body = json.dumps(make().get("/bug").json())
    assert "secret" not in body
    assert "ZeroDivision" not in body


def test_broken_json_is_told_apart_from_wrong_fields() -> None:
    answer = make().post("/body", content=b'{"name": ', headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (400, "broken-json")
