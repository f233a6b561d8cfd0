"""Writes harrow_valley_water_rfp.docx from the Markdown beside it: `python make_docx.py`."""

import re
from datetime import UTC, datetime
from pathlib import Path

import docx

HERE = Path(__file__).resolve().parent


def convert(source: Path, target: Path) -> None:
    """Turn headings, bold lines, lists, tables and paragraphs into a Word document."""
    document = docx.Document()
    table: list[list[str]] = []
    for line in [*source.read_text(encoding="utf-8").splitlines(), ""]:
        if line.startswith("|"):
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            if not all(re.fullmatch("-+", cell) for cell in cells):
                table.append(cells)
            continue
        if table:
            grid = document.add_table(rows=len(table), cols=len(table[0]), style="Table Grid")
            for i, row in enumerate(table):
                for j, text in enumerate(row):
                    grid.cell(i, j).text = text
            document.add_paragraph()
            table = []
        heading = re.match(r"(#+) (.+)", line)
        item = re.match(r"- (.+)", line)
        if heading:
            document.add_heading(heading.group(2), len(heading.group(1)))
        elif item:
            document.add_paragraph(item.group(1), style="List Bullet")
        elif line.strip():
            paragraph = document.add_paragraph()
            for n, part in enumerate(line.split("**")):
                paragraph.add_run(part).bold = n % 2 == 1
    document.core_properties.author = "Harrow Valley Water District (fictitious)"
    document.core_properties.created = document.core_properties.modified = datetime(2027, 1, 11, tzinfo=UTC)
    document.save(str(target))


if __name__ == "__main__":
    convert(HERE / "harrow_valley_water_rfp.md", HERE / "harrow_valley_water_rfp.docx")
