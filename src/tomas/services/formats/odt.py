"""ODT: text in the order of the document; headings, lists and tables as Markdown."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final
from xml.etree.ElementTree import Element

from defusedxml import ElementTree

from tomas.core.errors import InvalidFile
from tomas.services.formats.docx import markdown_table
from tomas.services.formats.packages import BROKEN, open_package

_WHAT: Final = "an OpenDocument text (ODT)"
_MIME: Final = "application/vnd.oasis.opendocument.text"
_TEXT: Final = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_TABLE: Final = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE: Final = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_UNSAID: Final = frozenset({f"{_TEXT}tracked-changes", f"{_OFFICE}annotation", f"{_TEXT}sequence-decls"})
_MOST_REPEATED: Final = 100


def check_odt(path: Path) -> None:
    """Raise InvalidFile unless the file is an OpenDocument text without a password."""
    _content(path)


def extract_odt(path: Path) -> str:
    """Return the text as Markdown; InvalidFile if the document holds none."""
    try:
        body = ElementTree.fromstring(_content(path)).find(f".//{_OFFICE}text")
        text = "" if body is None else "\n\n".join(block for block in _blocks(body) if block)
    except BROKEN as error:
        raise InvalidFile(f"The document is damaged ({error}). Open it and save it anew.") from error
    if not text.strip():
        raise InvalidFile("The document holds no text: it is empty, or all pictures.")
    return text + "\n"


def _content(path: Path) -> bytes:
    with open_package(path, _WHAT) as package:
        try:
            if not package.read("mimetype").decode("ascii", "replace").strip().startswith(_MIME):
                raise InvalidFile(f"The file is not {_WHAT}, though its name says so.")
            if b"encryption-data" in package.read("META-INF/manifest.xml"):
                raise InvalidFile("The document is encrypted. Save it without a password.")
            return package.read("content.xml")
        except BROKEN as error:
            raise InvalidFile(f"The file is not {_WHAT}, though its name says so, or it is damaged.") from error


def _blocks(parent: Element) -> Iterator[str]:
    for child in parent:
        if child.tag == f"{_TEXT}h":
            level = child.get(f"{_TEXT}outline-level", "1")
            yield f"{'#' * min(int(level) if level.isdigit() else 1, 6)} {' '.join(_inline(child).split())}"
        elif child.tag == f"{_TEXT}p":
            yield _inline(child).strip()
        elif child.tag == f"{_TEXT}list":
            yield "\n".join(f"- {block}" for item in child for block in _blocks(item) if block)
        elif child.tag == f"{_TABLE}table":
            yield markdown_table([_row(row) for row in child.iter(f"{_TABLE}table-row")])
        elif child.tag not in _UNSAID:
            yield from _blocks(child)


def _row(row: Element) -> list[str]:
    cells: list[str] = []
    for cell in row:
        if cell.tag in {f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"}:
            repeated = cell.get(f"{_TABLE}number-columns-repeated", "1")
            text = " ".join(" ".join(_blocks(cell)).split())
            cells += [text] * min(int(repeated) if repeated.isdigit() else 1, _MOST_REPEATED)
    return cells


def _inline(element: Element) -> str:
    parts = [element.text or ""]
    for child in element:
        if child.tag == f"{_TEXT}s":
            count = child.get(f"{_TEXT}c", "1")
            parts.append(" " * min(int(count) if count.isdigit() else 1, _MOST_REPEATED))
        elif child.tag == f"{_TEXT}tab":
            parts.append("\t")
        elif child.tag == f"{_TEXT}line-break":
            parts.append("\n")
        elif child.tag not in _UNSAID:
            parts.append(_inline(child))
        parts.append(child.tail or "")
    return "".join(parts)
