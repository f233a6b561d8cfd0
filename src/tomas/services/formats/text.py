"""Plain text: which encoding it is in, and whether it is only one."""

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tomas.core.errors import InvalidFile

_BOMS: Final = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LEGACY: Final = "windows-1252"
_LEGACY_HOLES: Final = frozenset(b"\x81\x8d\x8f\x90\x9d")  # bytes windows-1252 has no character for
_LINE: Final = 1 << 20  # bytes: a longer line is looked at in pieces


@dataclass(slots=True)
class _Seen:
    utf8_line: int = 0
    other_line: int = 0
    other_byte: int = 0


def encoding_of(path: Path) -> str:
    """Return the name of the one encoding a file's text is in, or raise InvalidFile saying why there is none.

    A byte order mark decides; else UTF-8 if all of it is, else windows-1252 if none of it need be UTF-8.
    """
    with path.open("rb") as file:
        head = file.read(4)
    for mark, name in _BOMS:
        if head.startswith(mark):
            return _checked(path, name)
    seen = _Seen()
    for number, line in _lines(path):
        if b"\0" in line:
            raise InvalidFile(
                f"Line {number} holds NUL bytes: this is no plain text. If it is a table or a text in UTF-16 without "
                "a byte order mark, save it as UTF-8; otherwise give it the suffix of what it really is."
            )
        if not line.isascii():
            _look(number, line, seen)
    if not seen.other_line:
        return "utf-8"
    if seen.utf8_line:
        raise InvalidFile(
            f"The file mixes encodings: line {seen.utf8_line} is in UTF-8, line {seen.other_line} is not "
            f"(byte 0x{seen.other_byte:02x}). Save it anew in UTF-8."
        )
    if seen.other_byte in _LEGACY_HOLES:
        raise InvalidFile(
            f"Line {seen.other_line} holds the byte 0x{seen.other_byte:02x}, which is neither UTF-8 nor windows-1252. "
            "Save the file in UTF-8."
        )
    return _LEGACY


def read_text(path: Path, limit: int) -> str:
    """Return a file's text, decoded; InvalidFile if it is not text or larger than `limit` bytes."""
    if path.stat().st_size > limit:
        raise InvalidFile(f"The text is larger than {limit // 1_000_000} MB. Give the part that matters.")
    encoding = encoding_of(path)
    return path.read_bytes().decode(encoding).replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")


def _checked(path: Path, encoding: str) -> str:
    decoder = codecs.getincrementaldecoder(encoding)()
    with path.open("rb") as file:
        try:
            while chunk := file.read(_LINE):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError as error:
            raise InvalidFile(
                f"The file begins as {encoding.upper().removesuffix('-SIG')} but does not stay so ({error.reason}): it "
                "mixes encodings or is cut off. Save it anew in UTF-8."
            ) from error
    return encoding


def _look(number: int, line: bytes, seen: _Seen) -> None:
    """Note of a line that is not ASCII whether it is UTF-8; a byte that could be nothing else wins."""
    try:
        line.decode()
        seen.utf8_line = seen.utf8_line or number
    except UnicodeDecodeError:
        holes = [byte for byte in line if byte in _LEGACY_HOLES]
        if holes or not seen.other_line:
            seen.other_line = number
            seen.other_byte = holes[0] if holes else next(byte for byte in line if byte > 0x7F)  # noqa: PLR2004


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """Yield (number, line); of an overlong line, pieces that end at an ASCII byte if they can."""
    with path.open("rb") as file:
        number = 1
        rest = b""
        while piece := file.readline(_LINE):
            ends = piece.endswith(b"\n")
            piece = rest + piece
            cut = len(piece) if ends or len(piece) < _LINE else _last_ascii(piece)
            rest = piece[cut:]
            yield number, piece[:cut]
            number += ends
        if rest:
            yield number, rest


def _last_ascii(piece: bytes) -> int:
    """Return where to cut so that no character of several bytes is torn."""
    for back in range(1, 5):
        if piece[-back] < 0x80:  # noqa: PLR2004
            return len(piece) - back + 1
    return len(piece)
