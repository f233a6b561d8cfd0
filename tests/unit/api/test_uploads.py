from collections.abc import AsyncIterator

import pytest

from tomas.api.uploads import Upload
from tomas.core.errors import Invalid

HEAD = b'--b\r\nContent-Disposition: form-data; name="note"\r\n\r\nhello\r\n'
FILE = 'Content-Disposition: form-data; name="file"; filename="näme „x“.csv"'.encode()
BODY = HEAD + b"--b\r\n" + FILE + b"\r\nContent-Type: text/csv\r\n\r\na,b\r\n--1,2\r\n--b--\r\n"


class FakeRequest:
    """A request whose body arrives in pieces."""

    def __init__(self, pieces: list[bytes], kind: str = "multipart/form-data; boundary=b") -> None:
        self.headers = {"content-type": kind}
        self._pieces = pieces

    async def stream(self) -> AsyncIterator[bytes]:
        for piece in self._pieces:
            if piece:
                yield piece
        yield b""


async def read(*pieces: bytes) -> tuple[str, bytes]:
    upload = Upload(FakeRequest(list(pieces)))
    name = await upload.name()
    return name, b"".join([chunk async for chunk in upload.chunks()])


async def test_a_file_is_read_wherever_its_body_is_cut() -> None:
    for cut in range(1, len(BODY)):
        assert await read(BODY[:cut], BODY[cut:]) == ("näme „x“.csv", b"a,b\r\n--1,2")


async def test_every_byte_by_itself() -> None:
    assert await read(*(bytes([byte]) for byte in BODY)) == ("näme „x“.csv", b"a,b\r\n--1,2")


async def test_only_the_first_file_is_taken() -> None:
    second = b'--b\r\nContent-Disposition: form-data; name="file"; filename="two"\r\n\r\nsecond\r\n--b--\r\n'
    name, content = await read(BODY.removesuffix(b"--b--\r\n") + second)
    assert (name, content) == ("näme „x“.csv", b"a,b\r\n--1,2")


@pytest.mark.parametrize("end", [5, 30, len(HEAD), len(BODY) - 10, len(BODY) - 5])
async def test_a_form_that_breaks_off_is_refused(end: int) -> None:
    with pytest.raises(Invalid):
        await read(BODY[:end])


@pytest.mark.parametrize("kind", ["", "application/json", "multipart/form-data", "multipart/form-data; boundary="])
def test_what_is_no_form_is_refused(kind: str) -> None:
    with pytest.raises(Invalid, match="no form"):
        Upload(FakeRequest([], kind))
