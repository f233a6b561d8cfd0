"""Which paths are served."""

import pytest

from tomas.gateway.wires import family_of, match


@pytest.mark.parametrize(
    ("path", "wire", "model", "up"),
    [
        ("/v1/chat/completions", "openai-chat", None, "/chat/completions"),
        ("/v1/responses", "openai-responses", None, "/responses"),
        ("/v1/embeddings", "openai-embeddings", None, "/embeddings"),
        ("/v1/messages", "anthropic-messages", None, "/v1/messages"),
        ("/v1/models/tomas-gpt-a:generateContent", "gemini", "tomas-gpt-a", "/v1/models/g%2F1:generateContent"),
    ],
)
def test_served(path: str, wire: str, model: str | None, up: str) -> None:
    route = match(path, {})
    assert route is not None
    assert (route.wire, route.model, route.upstream_path("g/1")) == (wire, model, up)


@pytest.mark.parametrize(
    "path",
    [
        "/v1/chat/completions/",
        "/v1/files",
        "/v1/messages/batches",
        "/v1beta/models/a/b:generateContent",
        "/v1beta/models/..:generateContent?",
        "/v2/models/m:generateContent",
    ],
)
def test_not_served(path: str) -> None:
    assert match(path, {}) is None


def test_gemini_streams_events_when_asked_for_them_alone() -> None:
    path = "/v1beta/models/m:streamGenerateContent"
    whole, events = match(path, {}), match(path, {"alt": "sse", "key": "secret"})
    assert whole is not None
    assert events is not None
    assert (whole.streamed, events.streamed) == (False, True)
    assert events.upstream_path("m") == f"{path}?alt=sse"
    assert whole.identity != events.identity


@pytest.mark.parametrize(
    ("path", "family"),
    [("/v1/messages", "anthropic"), ("/v1beta/models/x:y", "google"), ("/v1/models/x:y", "google"), ("/x", "openai")],
)
def test_errors_are_told_in_the_words_of_the_nearest_wire(path: str, family: str) -> None:
    assert family_of(path) == family
