"""Writes the statement of work as Markdown and as a Word document."""

import re
from pathlib import Path

from analysis import table
from read_document import md

Block = tuple[str, object]


def as_markdown(blocks: list[Block]) -> str:
    """The blocks as Markdown."""
    out = []
    for kind, body in blocks:
        if kind == "table":
            header, rows = body
            out.append(table(header, rows))
        elif kind == "list":
            out.append("\n".join(f"- {md(x)}" for x in body))
        else:
            mark = {"title": "# ", "h": "## ", "h2": "### "}.get(kind, "")
            out.append(f"*{body}*" if kind == "note" else mark + md(body))
    return "\n\n".join(out).replace("\\[to be agreed\\]", "[to be agreed]") + "\n"


def as_docx(blocks: list[Block], path: Path, header: str) -> None:
    """The blocks as a Word document with headings, tables, a header and page numbers."""
    import docx
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt

    file = docx.Document()
    page = file.sections[0]
    page.left_margin = page.right_margin = Cm(2.2)
    page.top_margin = page.bottom_margin = Cm(2.2)
    file.styles["Normal"].font.name = "Calibri"
    file.styles["Normal"].font.size = Pt(10.5)
    page.header.paragraphs[0].text = printable(header)[:110]
    foot = page.footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = foot.add_run("Rehearsal draft, page ")
    for kind, code in (("begin", None), (None, "PAGE"), ("end", None)):
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.text = code
        foot.add_run()._r.append(element)
    run.font.size = Pt(9)
    for kind, body in blocks:
        if kind == "table":
            _docx_table(file, *body)
        elif kind == "list":
            for text in body:
                file.add_paragraph(printable(text), style="List Bullet")
        elif kind == "note":
            file.add_paragraph().add_run(printable(body)).italic = True
        elif kind == "p":
            file.add_paragraph(printable(body))
        else:
            file.add_heading(printable(body), {"title": 0, "h": 1, "h2": 2}[kind])
    from datetime import UTC, datetime

    file.core_properties.author, file.core_properties.title = "TOMAS rehearsal", printable(header)[:200]
    file.core_properties.created = file.core_properties.modified = datetime(
        2025, 1, 1, tzinfo=UTC
    )  # the same document each time
    file.save(str(path))


def _docx_table(file: object, header: list[str], rows: list[list[str]]) -> None:
    """One table with a bold header row that repeats on each page."""
    from docx.oxml import OxmlElement
    from docx.shared import Cm, Pt

    shown = ([header] if any(header) else []) + rows
    grid = file.add_table(rows=len(shown), cols=len(header), style="Light Grid Accent 1")
    grid.autofit = False
    columns = [[str(row[i]) for row in shown] for i in range(len(header))]
    longest = [
        max(
            min(max(map(len, column)), 60) + 8,
            2 * max((len(w) for text in column for w in text.split()), default=4) + 6,
        )
        for column in columns
    ]
    widths = [Cm(16.6 * n / sum(longest)) for n in longest]
    for j, width in enumerate(widths):
        grid.columns[j].width = width
    for i, row in enumerate(shown):
        for j, text in enumerate(row):
            cell = grid.cell(i, j)
            cell.width = widths[j]
            cell.text = printable(text)
            for paragraph in cell.paragraphs:
                paragraph.paragraph_format.space_after = Pt(0)
                for run in paragraph.runs:
                    run.font.size = Pt(9)
                    run.bold = (i == 0 and any(header)) or (j == 0 and not any(header))
    if any(header):
        mark = OxmlElement("w:tblHeader")
        grid.rows[0]._tr.get_or_add_trPr().append(mark)
    file.add_paragraph()


def printable(text: object) -> str:
    """Text without characters that XML forbids."""
    return re.sub(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "", str(text))
