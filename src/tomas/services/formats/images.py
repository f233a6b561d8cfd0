"""Pictures: whole, not merely begun. PNG, JPEG and SVG."""

import struct
import zlib
from pathlib import Path
from typing import Final

from defusedxml import ElementTree

from tomas.core.errors import InvalidFile
from tomas.services.formats.packages import BROKEN

_PNG: Final = b"\x89PNG\r\n\x1a\n"
_JPEG: Final = b"\xff\xd8\xff"
_MOST_SVG: Final = 50_000_000
_CHUNK_OVERHEAD: Final = 12
_JPEG_FRAMES: Final = frozenset({0xC0, 0xC1, 0xC2, 0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF})


def check_image(path: Path) -> None:
    """Raise InvalidFile unless the file is a whole PNG, JPEG or SVG."""
    data = path.read_bytes()
    if not data:
        raise InvalidFile("The picture is empty.")
    try:
        if data.startswith(_PNG):
            _check_png(data)
        elif data.startswith(_JPEG):
            _check_jpeg(data)
        else:
            _check_svg(path, data)
    except BROKEN as error:
        raise InvalidFile(f"The picture is damaged: {error}.") from error


def _check_png(data: bytes) -> None:
    place, kinds = len(_PNG), list[bytes]()
    while place < len(data):
        length, kind = struct.unpack_from(">I4s", data, place)
        body = data[place + 4 : place + 8 + length]
        (crc,) = struct.unpack_from(">I", data, place + 8 + length)
        if zlib.crc32(body) != crc:
            raise ValueError(f"the check sum of its part {kind.decode('ascii', 'replace')} is wrong")
        if not kinds and (kind != b"IHDR" or 0 in struct.unpack_from(">II", data, place + 8)):
            raise ValueError("it has no size")
        kinds.append(kind)
        place += length + _CHUNK_OVERHEAD
        if kind == b"IEND":
            break
    if b"IDAT" not in kinds or kinds[-1] != b"IEND":
        raise ValueError("it is cut off")


def _check_jpeg(data: bytes) -> None:
    place, framed = 2, False
    while place < len(data):
        marker, length = data[place + 1], int.from_bytes(data[place + 2 : place + 4])
        if data[place] != 0xFF:  # noqa: PLR2004 - the marker's first byte
            raise ValueError("a marker is missing")
        if marker in _JPEG_FRAMES:
            height, width = struct.unpack_from(">HH", data, place + 5)
            framed = bool(height and width)
        if marker == 0xDA:  # noqa: PLR2004 - start of scan: pixels up to the end marker
            break
        place += 2 + length
    if not framed or not data.rstrip(b"\0").endswith(b"\xff\xd9"):
        raise ValueError("it is cut off")


def _check_svg(path: Path, data: bytes) -> None:
    if len(data) > _MOST_SVG:
        raise ValueError("it is too large for an SVG")
    if b"<svg" not in data and "<svg".encode("utf-16-le") not in data:
        raise InvalidFile("The file is no picture: neither PNG nor JPEG nor SVG.")
    # matplotlib writes a DOCTYPE without entities: that is allowed, entities are not
    root = ElementTree.parse(path, forbid_dtd=False).getroot()
    if root is None or root.tag.rpartition("}")[2] != "svg" or len(root) == 0:
        raise ValueError("it draws nothing")
