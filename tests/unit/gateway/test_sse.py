"""Events are cut where they end, however the bytes come."""

import pytest

from tomas.gateway.sse import Splitter, data_of, event

STREAM = b"event: a\ndata: 1\n\ndata: 2\r\n\r\n: hold\r\rdata: {\n\n"


@pytest.mark.parametrize("size", [1, 2, 3, 5, 100])
def test_cutting(size: int) -> None:
    splitter = Splitter()
    events = [one for i in range(0, len(STREAM), size) for one in splitter.feed(STREAM[i : i + size])]
    assert events == [b"event: a\ndata: 1\n\n", b"data: 2\r\n\r\n", b": hold\r\r", b"data: {\n\n"]
    assert splitter.rest() == b""


def test_what_is_not_whole_is_kept() -> None:
    splitter = Splitter()
    assert splitter.feed(b"data: 1\n\ndata") == [b"data: 1\n\n"]
    assert splitter.rest() == b"data"


@pytest.mark.parametrize(
    ("raw", "data"),
    [
        (b'data: {"a": 1}\n\n', {"a": 1}),
        (b'event: x\r\ndata:{"a":\r\ndata: 1}\r\n\r\n', {"a": 1}),
        (b"data: [DONE]\n\n", None),
        (b"data: [1]\n\n", None),
        (b"data: {\n\n", None),
        (b": comment\n\n", None),
    ],
)
def test_reading(raw: bytes, data: object) -> None:
    assert data_of(raw) == data


def test_writing() -> None:
    assert event({"a": "ü"}) == 'data: {"a":"ü"}\n\n'.encode()
    assert event(None) == b"data: [DONE]\n\n"
