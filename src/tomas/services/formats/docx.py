"""DOCX: text in the order of the document; headings and tables as Markdown.

Content controls and tracked insertions are part of the text, deletions are not. Numbers that Word computes for
headings and lists are not in the file and so not in the text.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from tomas.core.errors import InvalidFile
from tomas.services.formats.packages import BROKEN, check_package

_W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK: Final = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"  # says the same again
_HEADING: Final = re.compile(r"heading (\d)", re.IGNORECASE)


def check_docx(path: Path) -> None:
    """Raise InvalidFile unless the file is a Word document."""
    check_package(path, "a Word document (DOCX)", "application/vnd.openxmlformats-officedocument.wordprocessingml")


def extract_docx(path: Path) -> str:
    """Return the text as Markdown; InvalidFile if the document holds none."""
    check_docx(path)
    import docx  # noqa: PLC0415 - large, and only for documents

    try:
        document: Any = docx.Document(str(path))
        levels = dict(_levels(document.styles.element))
        text = "\n\n".join(block for block in _blocks(document.element.body, levels) if block)
    except BROKEN as error:
        raise InvalidFile(f"The document is damaged ({error}). Open it in Word and save it anew.") from error
    if not text.strip():
        raise InvalidFile("The document holds no text: it is empty, or all pictures.")
    return text + "\n"


def _levels(styles: Any) -> Iterator[tuple[str, int]]:
    """Yield (style id, level) of the paragraph styles that make headings, and 0 for those that make lists."""
    for style in styles.iter(f"{_W}style"):
        name = next((child.get(f"{_W}val", "") for child in style.iter(f"{_W}name")), "")
        outline = next((child.get(f"{_W}val", "") for child in style.iter(f"{_W}outlineLvl")), "")
        if match := _HEADING.match(name):
            yield style.get(f"{_W}styleId", ""), int(match[1])
        elif name.lower() == "title":
            yield style.get(f"{_W}styleId", ""), 1
        elif name.lower().startswith("list ") and "continue" not in name.lower():
            yield style.get(f"{_W}styleId", ""), 0
        elif outline.isdigit() and int(outline) < 9:  # noqa: PLR2004 - 9 is body text
            yield style.get(f"{_W}styleId", ""), int(outline) + 1


def _blocks(parent: Any, levels: dict[str, int]) -> Iterator[str]:
    for child in parent:
        if child.tag == f"{_W}p":
            yield _paragraph(child, levels)
        elif child.tag == f"{_W}tbl":
            yield _table(child, levels)
        elif child.tag in {f"{_W}sdt", f"{_W}sdtContent", f"{_W}customXml", f"{_W}ins", f"{_W}moveTo"}:
            yield from _blocks(child, levels)


def _paragraph(paragraph: Any, levels: dict[str, int]) -> str:
    text = "".join(_text(paragraph)).strip()
    properties = paragraph.find(f"{_W}pPr")
    if not text or properties is None:
        return text
    style = properties.find(f"{_W}pStyle")
    level = levels.get(style.get(f"{_W}val")) if style is not None else None
    if level:
        return f"{'#' * min(level, 6)} {' '.join(text.split())}"
    return f"- {text}" if level == 0 or properties.find(f"{_W}numPr") is not None else text


def _text(element: Any) -> Iterator[str]:
    for child in element:
        if child.tag == f"{_W}t":
            yield child.text or ""
        elif child.tag == f"{_W}tab":
            yield "\t"
        elif child.tag in {f"{_W}br", f"{_W}cr"}:
            yield "\n"
        elif child.tag == f"{_W}noBreakHyphen":
            yield "-"
        elif child.tag not in {f"{_W}del", f"{_W}moveFrom", f"{_W}pPr", _FALLBACK}:
            yield from _text(child)


def _table(table: Any, levels: dict[str, int]) -> str:
    rows = [
        [" ".join(" ".join(_blocks(cell, levels)).split()) for cell in row.iter(f"{_W}tc") if _own(cell, row)]
        for row in table.iter(f"{_W}tr")
        if _own(row, table)
    ]
    return markdown_table(rows)


def _own(part: Any, whole: Any) -> bool:
    """Say whether a row or cell is of this table and not of one inside it."""
    kinds = {f"{_W}tbl"} if whole.tag == f"{_W}tbl" else {f"{_W}tr"}
    return next(part.iterancestors(*kinds)) is whole


def markdown_table(rows: list[list[str]]) -> str:
    """Return rows of cells as a Markdown table whose first row is the header."""
    rows = [[cell.replace("|", "\\|") for cell in row] for row in rows if any(row)]
    if not rows:
        return ""
    width = max(map(len, rows))
    lines = ["| " + " | ".join(row + [""] * (width - len(row))) + " |" for row in rows]
    return "\n".join([lines[0], "|" + " --- |" * width, *lines[1:]])
