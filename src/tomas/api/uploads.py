"""Reads one file out of a multipart body while it arrives, holding no more than a chunk of it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import Request

from tomas.core.errors import Invalid

_MOST_NAME = 1000
_SHAPE = "Send the file as multipart/form-data, in a field called file."


@dataclass
class _Parts:
    """What the parser has seen: the current part's headers, and the data of the part called `file`."""

    headers: dict[bytes, bytes] = field(default_factory=dict[bytes, bytes])
    name: bytes = b""
    value: bytes = b""
    wanted: bool = False
    filename: str | None = None
    data: list[bytes] = field(default_factory=list[bytes])
    ended: bool = False

    def begin(self) -> None:
        self.headers = {}
        self.wanted = False

    def header_field(self, data: bytes, start: int, end: int) -> None:
        self.name += data[start:end]

    def header_value(self, data: bytes, start: int, end: int) -> None:
        self.value += data[start:end]

    def header_end(self) -> None:
        self.headers[self.name.lower()] = self.value
        self.name = self.value = b""

    def headers_finished(self) -> None:
        _, options = parse_options_header(self.headers.get(b"content-disposition", b""))
        if options.get(b"name") == b"file" and b"filename" in options and self.filename is None:
            self.filename = options[b"filename"].decode("utf-8", "replace")[-_MOST_NAME:]
            self.wanted = True

    def part_data(self, data: bytes, start: int, end: int) -> None:
        if self.wanted:
            self.data.append(data[start:end])

    def finish(self) -> None:
        self.ended = True


class Upload:
    """The file of a request: await `name`, then iterate `chunks`."""

    def __init__(self, request: Request) -> None:
        kind, options = parse_options_header(request.headers.get("content-type", ""))
        if kind != b"multipart/form-data" or not options.get(b"boundary"):
            raise Invalid(f"The body is no form. {_SHAPE}", [("file", "is missing")])
        self._parts = _Parts()
        self._stream = request.stream()
        self._parser = MultipartParser(
            options[b"boundary"],
            {
                "on_part_begin": self._parts.begin,
                "on_header_field": self._parts.header_field,
                "on_header_value": self._parts.header_value,
                "on_header_end": self._parts.header_end,
                "on_headers_finished": self._parts.headers_finished,
                "on_part_data": self._parts.part_data,
                "on_end": self._parts.finish,
            },
        )

    async def name(self) -> str:
        """Read on until the file begins and return its name; Invalid if the form has none."""
        while self._parts.filename is None and await self._feed():
            pass
        if not self._parts.filename:
            raise Invalid(f"The form holds no file. {_SHAPE}", [("file", "is missing")])
        return self._parts.filename

    async def chunks(self) -> AsyncIterator[bytes]:
        """Yield the file's bytes; Invalid if the form breaks off."""
        more = True
        while more or self._parts.data:
            for chunk in self._parts.data:
                yield chunk
            self._parts.data.clear()
            more = await self._feed()
        if not self._parts.ended:
            raise Invalid("The form breaks off before its end: the upload is not whole.", [("file", "is not whole")])

    async def _feed(self) -> bool:
        chunk = await anext(self._stream, b"")
        if not chunk:
            return False
        try:
            self._parser.write(chunk)
        except ValueError as error:  # what the parser raises for any fault of the form
            raise Invalid(f"The form cannot be read: {error}. {_SHAPE}", [("file", "cannot be read")]) from error
        return True
