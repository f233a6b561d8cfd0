"""The API over real HTTP: what it promises to programs, and what it says to those who get it wrong."""

import json
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import httpx2
import pytest

from tests.e2e.conftest import Server

pytestmark = pytest.mark.xdist_group("api")


@pytest.fixture(scope="module")
def server(make_server: Callable[..., Server]) -> Server:
    return make_server(MAX_UPLOAD_MB="2", CORS_ORIGINS="https://desk.example.org")


def call(server: Server, method: str, path: str, **more: object) -> httpx2.Response:
    return httpx2.request(method, server.url + path, timeout=30, **more)


def assert_problem(answer: httpx2.Response, status: int, *words: str) -> dict:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == status
    assert {"type", "title", "detail", "code"} <= set(problem)
    for word in words:
        assert word in json.dumps(problem, ensure_ascii=False), problem
    return problem


class TestExecute:
    def test_a_session_is_accepted_and_comes_to_its_end(self, server: Server) -> None:
        answer = call(server, "POST", "/api/execute", json={"mode_id": "echo", "task": "Count", "input_data": {"n": 3}})
        assert answer.status_code == 202
        session_id = answer.json()["session_id"]
        assert answer.headers["location"] == f"/api/tasks/{session_id}"
        assert server.wait(session_id)["status"] == "completed"
        assert server.get(f"/api/tasks/{session_id}")["input_data"]["n"] == 3

    @pytest.mark.parametrize(
        ("body", "status", "words"),
        [
            ({"mode_id": "no_such", "task": "x"}, 404, ["no_such", "itops"]),
            ({"mode_id": "echo"}, 422, ["task"]),
            ({"mode_id": "echo", "task": "  "}, 422, ["task", "empty"]),
            ({"mode_id": "echo", "task": "x", "tusk": 1}, 422, ["tusk", "no such field"]),
            ({"mode_id": "echo", "task": "x", "input_data": {"n": "many"}}, 422, ["input_data.n"]),
            ({"mode_id": "echo", "task": "x", "input_data": {"m": 1}}, 422, ["input_data.m"]),
            ({"mode_id": "echo", "task": "x\0y"}, 422, ["task", "NUL"]),
            (
                {"mode_id": "itops", "task": "x", "input_data": {}},
                422,
                ["input_data.tickets"],
            ),
            ({"mode_id": "echo", "task": "x", "config": {"options": {"speed": 1}}}, 422, ["speed"]),
            ({"mode_id": "echo", "task": "x", "config": {"name": "absent"}}, 404, ["absent"]),
            ({"mode_id": "echo", "task": "x", "config": {"models": {"default": "openai/gpt-4.1"}}}, 409, ["REHEARSAL"]),
            ({"mode_id": "echo", "task": "x", "api_keys": {"nobody": "k"}}, 422, ["nobody"]),
        ],
    )
    def test_what_is_wrong_is_named(self, server: Server, body: dict, status: int, words: list[str]) -> None:
        before = len(server.get("/api/tasks", params={"limit": 200})["items"])
        assert_problem(call(server, "POST", "/api/execute", json=body), status, *words)
        assert len(server.get("/api/tasks", params={"limit": 200})["items"]) == before

    @pytest.mark.parametrize("body", [b'{"mode_id": "echo", ', b"", b"\xff\xfe", b"[1, 2"])
    def test_broken_json_is_told(self, server: Server, body: bytes) -> None:
        answer = call(server, "POST", "/api/execute", content=body, headers={"Content-Type": "application/json"})
        assert answer.status_code in {400, 422}
        assert_problem(answer, answer.status_code)

    def test_a_body_of_many_megabytes_is_refused(self, server: Server) -> None:
        body = {"mode_id": "echo", "task": "x" * 9_000_000}
        assert_problem(call(server, "POST", "/api/execute", json=body), 413)


class TestStreams:
    def test_a_stream_ends_with_the_session(self, server: Server) -> None:
        body = {"mode_id": "echo", "task": "x", "input_data": {"n": 50}}
        for path, more in (("/api/execute/stream", {}), ("/api/execute", {"stream": True})):
            answer = call(server, "POST", path, json=body | more)
            assert answer.headers["content-type"].startswith("text/event-stream")
            frames = [frame.split("\n") for frame in answer.text.strip().split("\n\n")]
            assert [frame[0] for frame in frames] == [f"id: {n}" for n in range(1, len(frames) + 1)]
            assert frames[-1][1] == "event: end"
            events = server.events(answer.headers["x-session-id"])
            assert [json.loads(frame[2].removeprefix("data: ")) for frame in frames] == events

    def test_a_client_that_left_goes_on_where_it_was(self, server: Server) -> None:
        session_id = server.execute("echo", input_data={"n": 30, "delay_ms": 10})
        path = f"{server.url}/api/tasks/{session_id}/stream"
        with httpx2.stream("GET", path, timeout=30) as answer:
            first = [line for line, _ in zip(answer.iter_lines(), range(8), strict=False) if line.startswith("id:")]
        rest = httpx2.get(path, headers={"Last-Event-ID": first[-1][4:]}, timeout=30).text
        ids = [*first, *(line for line in rest.splitlines() if line.startswith("id:"))]
        assert ids == [f"id: {n}" for n in range(1, len(ids) + 1)]
        last = server.status(session_id)["last_seq"]
        assert len(ids) == last
        assert httpx2.get(path, headers={"Last-Event-ID": str(last)}, timeout=30).status_code == 204

    @pytest.mark.parametrize("value", ["-1", "x", "1.5", "9" * 30, "٣"])
    def test_a_last_event_id_that_is_none_is_refused(self, server: Server, value: str) -> None:
        session_id = server.execute("echo", input_data={"n": 0})
        headers = {"Last-Event-ID": value.encode()}
        assert_problem(call(server, "GET", f"/api/tasks/{session_id}/stream", headers=headers), 422, "Last-Event-ID")


class TestFiles:
    def test_an_upload_comes_back_whole_and_in_ranges(self, server: Server, tmp_path: Path) -> None:
        path = tmp_path / "naïve „file“.csv"
        path.write_bytes(b"a,b\n1,2\n")
        file_id = server.upload(path)
        answer = call(server, "GET", f"/api/files/{file_id}")
        assert answer.content == b"a,b\n1,2\n"
        assert "attachment" in answer.headers["content-disposition"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        part = call(server, "GET", f"/api/files/{file_id}", headers={"Range": "bytes=2-3"})
        assert (part.status_code, part.content) == (206, b"b\n")
        assert call(server, "DELETE", f"/api/files/{file_id}").status_code == 204
        assert_problem(call(server, "GET", f"/api/files/{file_id}"), 404)

    def test_an_upload_over_the_limit_is_refused_and_leaves_nothing(self, server: Server) -> None:
        big = b"x" * 2_100_000
        assert_problem(call(server, "POST", "/api/files", files={"file": ("big.csv", big)}), 413, "2,000,000")

        def chunks():
            yield b'--b\r\nContent-Disposition: form-data; name="file"; filename="big.csv"\r\n\r\n'
            for _ in range(30):
                yield b"x" * 100_000
            yield b"\r\n--b--\r\n"

        headers = {"Content-Type": "multipart/form-data; boundary=b"}
        assert_problem(call(server, "POST", "/api/files", content=chunks(), headers=headers), 413)
        assert not list((server.folder / "workspace" / "uploads").glob("*.part"))

    @pytest.mark.parametrize(
        ("headers", "body"),
        [
            ({"Content-Type": "application/json"}, b"{}"),
            ({"Content-Type": "multipart/form-data; boundary=b"}, b"rubbish"),
            ({"Content-Type": "multipart/form-data; boundary=b"}, b""),
            (
                {"Content-Type": "multipart/form-data; boundary=b"},
                b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\nhalf',
            ),
        ],
    )
    def test_a_form_without_a_whole_file_is_refused(self, server: Server, headers: dict, body: bytes) -> None:
        assert_problem(call(server, "POST", "/api/files", content=body, headers=headers), 422, "file")

    @pytest.mark.parametrize(
        ("name", "content", "words"),
        [
            ("tickets.exe", b"a,b\n1,2\n", ["tickets"]),
            ("tickets.csv", b"a,b\n", ["row"]),
            ("tickets.xlsx", b"a,b\n1,2\n", ["xlsx"]),
            ("tickets.json", b"{", ["JSON"]),
        ],
    )
    def test_a_file_that_is_not_what_it_says_is_refused(
        self, server: Server, tmp_path: Path, name: str, content: bytes, words: list[str]
    ) -> None:
        path = tmp_path / name
        path.write_bytes(content)
        inputs = {"tickets": [server.upload(path)], "analysis_focus": ["patterns"]}
        body = {"mode_id": "itops", "task": "x", "input_data": inputs}
        problem = assert_problem(call(server, "POST", "/api/execute", json=body), 422, "input_data.tickets")
        assert any(word.lower() in json.dumps(problem).lower() for word in words), problem


class TestTasks:
    def test_lists_are_paged_and_filtered(self, server: Server) -> None:
        mine = [server.execute("echo", f"needle {n}", input_data={"n": 0}) for n in range(5)]
        for session_id in mine:
            server.wait(session_id)
        seen: list[str] = []
        cursor = None
        while True:
            page = server.get(
                "/api/tasks", params={"text": "NEEDLE", "limit": 2} | ({"cursor": cursor} if cursor else {})
            )
            seen += [item["session_id"] for item in page["items"]]
            cursor = page["next_cursor"]
            if cursor is None:
                break
        assert seen == mine[::-1]
        assert not server.get("/api/tasks", params={"text": "needle", "status": "failed"})["items"]
        assert_problem(call(server, "GET", "/api/tasks?status=asleep"), 422, "status")
        assert_problem(call(server, "GET", "/api/tasks?limit=0"), 422, "limit")

    def test_a_session_can_be_deleted_when_it_has_ended(self, server: Server) -> None:
        session_id = server.execute("echo", input_data={"n": 1000, "delay_ms": 100})
        assert_problem(call(server, "DELETE", f"/api/tasks/{session_id}"), 409, "Cancel")
        assert call(server, "POST", f"/api/tasks/{session_id}/cancel").json()["status"] == "cancelled"
        assert call(server, "DELETE", f"/api/tasks/{session_id}").status_code == 204
        assert_problem(call(server, "GET", f"/api/tasks/{session_id}"), 404)
        assert not (server.folder / "workspace" / session_id).exists()

    @pytest.mark.parametrize("verb", ["pause", "resume"])
    def test_what_cannot_be_done_yet_is_a_conflict(self, server: Server, verb: str) -> None:
        session_id = server.execute("echo", input_data={"n": 0})
        assert_problem(call(server, "POST", f"/api/tasks/{session_id}/{verb}"), 409)

    @pytest.mark.parametrize("path", ["", "/status", "/results", "/messages", "/events", "/stream", "/costs", "/files"])
    @pytest.mark.parametrize("session_id", ["01a20da6-4797-7a69-88c2-796583988de9", "x", "%00", "..%2f.."])
    def test_an_unknown_session_is_not_found(self, server: Server, path: str, session_id: str) -> None:
        assert_problem(call(server, "GET", f"/api/tasks/{session_id}{path}"), 404)

    def test_the_archive_holds_what_was_made(self, server: Server) -> None:
        session_id = server.execute("faulty")
        assert server.wait(session_id)["status"] == "completed"
        answer = call(server, "GET", f"/api/tasks/{session_id}/archive")
        names = zipfile.ZipFile(BytesIO(answer.content)).namelist()
        assert any(name.endswith("report.md") for name in names)
        assert any(name.endswith("events.jsonl") for name in names)


class TestConfigs:
    def test_a_configuration_is_stored_used_and_removed(self, server: Server) -> None:
        body = {"engine": "faulty", "options": {"fault": "said_failed"}}
        assert call(server, "PUT", "/api/configs/mine", json=body).status_code == 200
        assert [item["name"] for item in server.get("/api/configs")["items"]] == ["mine"]
        session_id = server.execute("faulty", config={"name": "mine"})
        assert server.wait(session_id)["status"] == "failed"
        session_id = server.execute("faulty", config={"name": "mine", "options": {"fault": "none"}})
        assert server.wait(session_id)["status"] == "completed"
        assert call(server, "DELETE", "/api/configs/mine").status_code == 204
        assert_problem(call(server, "GET", "/api/configs/mine"), 404)

    @pytest.mark.parametrize("name", ["..%2fx", "A", ".hidden", "x" * 65])
    def test_a_name_that_is_none_is_refused(self, server: Server, name: str) -> None:
        answer = call(server, "PUT", f"/api/configs/{name}", json={})
        assert answer.status_code in {404, 405, 422}


class TestWhoMayCall:
    def test_another_host_is_refused(self, server: Server) -> None:
        assert_problem(call(server, "GET", "/api/modes", headers={"Host": "evil.example"}), 403, "ALLOWED_HOSTS")

    def test_another_origin_is_refused(self, server: Server) -> None:
        for method, path in (("GET", "/api/tasks"), ("POST", "/api/execute")):
            headers = {"Origin": "https://evil.example"}
            assert_problem(call(server, method, path, headers=headers), 403, "CORS_ORIGINS")

    def test_an_allowed_origin_is_served(self, server: Server) -> None:
        answer = call(server, "GET", "/api/modes", headers={"Origin": "https://desk.example.org"})
        assert answer.headers["access-control-allow-origin"] == "https://desk.example.org"


class TestCatalogues:
    def test_hidden_modes_are_shown_when_asked_for(self, server: Server) -> None:
        assert {"itops", "rfp_sow"} <= {mode["id"] for mode in server.get("/api/modes")["items"]}
        assert "echo" not in {mode["id"] for mode in server.get("/api/modes")["items"]}
        assert "echo" in {mode["id"] for mode in server.get("/api/modes", params={"hidden": True})["items"]}
        assert "echo" in {mode["id"] for mode in server.get("/api/modes/category/developer")["items"]}
        assert "itops" in {mode["id"] for mode in server.get("/api/modes/engine/cmbagent")["items"]}
        assert_problem(call(server, "GET", "/api/modes/engine/none"), 404)

    def test_an_estimate_is_given(self, server: Server) -> None:
        answer = call(server, "POST", "/api/modes/itops/estimate", json={})
        assert answer.status_code == 200, answer.text
        assert answer.json()["rehearsal"] is True
        assert answer.json()["cost_usd"] == ["0.00", "0.00"]

    def test_unknown_paths_and_methods_are_problems(self, server: Server) -> None:
        assert_problem(call(server, "GET", "/api/nothing"), 404, "/api/docs")
        assert_problem(call(server, "PUT", "/api/modes"), 405)


def test_the_documentation_needs_no_network(server: Server) -> None:
    page = call(server, "GET", "/api/docs")
    assert page.status_code == 200
    assert "http://" not in page.text
    assert "https://" not in page.text
    for name in ("swagger-ui-bundle.js", "swagger-ui.css"):
        assert f"/api/docs/assets/{name}" in page.text
        assert len(call(server, "GET", f"/api/docs/assets/{name}").content) > 10_000
