"""Packages: DOCX, XLSX and ODT are zip files of XML. Bounds what they may unfold to."""

import struct
import zipfile
import zlib
from pathlib import Path
from typing import Final
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException

from tomas.core.errors import InvalidFile

# What libraries raise on files that are damaged, or made to do harm. (A list, for none of them documents it.)
BROKEN: Final = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    DefusedXmlException,
    EOFError,
    LookupError,
    MemoryError,
    NotImplementedError,
    OSError,
    ParseError,
    RecursionError,
    SyntaxError,
    TypeError,
    ValueError,
    struct.error,
    zipfile.BadZipFile,
    zlib.error,
)
_MOST_UNFOLDED: Final = 600_000_000  # bytes
_MOST_RATIO: Final = 400
_RATIO_FROM: Final = 20_000_000  # bytes: smaller packages may be as dense as they like
_MOST_PARTS: Final = 20_000
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PROLOG: Final = 1 << 20


def check_package(path: Path, what: str, content_type: str) -> None:
    """Raise InvalidFile unless the file is an OOXML package whose main part has `content_type`."""
    with open_package(path, what) as package:
        try:
            declared = package.read("[Content_Types].xml").decode("utf-8", "replace")
        except KeyError:
            raise InvalidFile(f"The file is a zip file, but not {what}: it has no list of content types.") from None
        except BROKEN as error:
            raise InvalidFile(f"The file is damaged: {error}.") from error
        if content_type not in declared:
            raise InvalidFile(f"The file is not {what}, though its name says so.")


def open_package(path: Path, what: str) -> zipfile.ZipFile:
    """Open a zip file whose size unfolded is bounded, that is not encrypted and defines no entities."""
    with path.open("rb") as file:
        head = file.read(8)
    if head == _OLE:
        raise InvalidFile(_old_or_encrypted(path, what))
    try:
        package = zipfile.ZipFile(path)
    except BROKEN as error:
        raise InvalidFile(f"The file is not {what}, though its name says so, or it is damaged.") from error
    try:
        _check_bounds(package, path.stat().st_size)
        _check_prologs(package)
    except InvalidFile:
        package.close()
        raise
    except BROKEN as error:
        package.close()
        raise InvalidFile(f"The file is damaged: {error}.") from error
    return package


def _check_bounds(package: zipfile.ZipFile, size: int) -> None:
    parts = package.infolist()
    unfolded = sum(part.file_size for part in parts)
    dense = unfolded > _RATIO_FROM and unfolded > size * _MOST_RATIO
    if unfolded > _MOST_UNFOLDED or dense or len(parts) > _MOST_PARTS:
        raise InvalidFile(
            f"The file unfolds to {unfolded // 1_000_000} MB in {len(parts)} parts, more than is safe to open."
        )
    if any(part.flag_bits & 0x1 for part in parts):
        raise InvalidFile("The file is encrypted. Save it without a password.")


def _check_prologs(package: zipfile.ZipFile) -> None:
    """Refuse document type definitions: no office program writes them, and entities can be made to explode."""
    for part in package.infolist():
        if part.filename.endswith((".xml", ".rels")):
            with package.open(part) as file:
                head = file.read(_PROLOG).replace(b"\0", b"")  # the zeros of UTF-16
            if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
                raise InvalidFile(f"The part {part.filename} defines XML entities, which is not safe to open.")


def _old_or_encrypted(path: Path, what: str) -> str:
    with path.open("rb") as file:
        directory = file.read(4_000_000)
        file.seek(max(0, path.stat().st_size - 4_000_000))
        directory += file.read()
    if "EncryptedPackage".encode("utf-16-le") in directory:
        return "The file is encrypted. Save it without a password."
    return f"The file is in an old binary Office format, not {what}. Save it in the new format."
