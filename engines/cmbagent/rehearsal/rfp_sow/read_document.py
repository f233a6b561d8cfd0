"""Reads the lines of a request for proposals, each with its page, line number and character offset.

Running headers and footers, page numbers and tables of contents are dropped. Nothing is interpreted here.
"""

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

REHEARSAL = (
    "Rehearsal: computed by scripts from the document you gave; no language model read it. "
    "A starting point to be checked by an architect."
)


MODAL = re.compile(r"\b(shall|must|will|should|may|can|cannot|is required|are required)\b", re.IGNORECASE)


PAGE_MARK = re.compile(r"^\s*\[page (\d+)\]\s*$")


BULLET = re.compile(
    r"^(\s*(?:>\s*)*)([-*+•●▪■◦○–—·»➢✓✔❖\uf0b7\uf0a7\uf02d\u2023\u2043]|o(?=\s+\S))(?:\s+|(?<=[^-*+o–—])(?=\S))"
)


ENUM = re.compile(
    r"^(\s*(?:>\s*)*)(\(?[a-z]\)|\(?[ivx]{1,5}\)|\(\d{1,2}\)|\d{1,2}\)|[a-z]\.|[A-Z][.)]|\d{1,2}\.)\s+(?=\S)"
)


CLAUSE = re.compile(
    r"^\s*((?:[A-Z]\.?)?\d{1,3}(?:\.\d{1,3}){1,5}|[A-Z]\.\d{1,3}(?:\.\d{1,3})*|"
    r"[A-Z]{1,4}-?\d{1,3}(?:\.\d{1,3})+|[A-Z]{1,6}-\d{1,4})[.):]?\s+(?=\S)"
)


NAMED = re.compile(
    r"^\s*((?:SECTION|Section|SEC\.?|Sec\.?|ARTICLE|Article|PART|Part|CHAPTER|Chapter|APPENDIX|Appendix|ATTACHMENT|"
    r"Attachment|ANNEX|Annex|EXHIBIT|Exhibit|SCHEDULE|Schedule)\s+(?:\d[\w.\-]*|[A-Z]\b|"
    r"[IVX]+\b)\.?)(?:\s*[-–—:.]+\s*|\s+|$)"
)


TOC_LINE = re.compile(r"(?:\.\s?){4,}\s*[\divxlc]+\s*$|…{2,}\s*\d+\s*$|_{4,}\s*\d+\s*$|\t+\d{1,3}\s*$")


LIGATURES = str.maketrans(
    {
        "ﬁ": "fi",
        "ﬂ": "fl",
        "ﬀ": "ff",
        "ﬃ": "ffi",
        "ﬄ": "ffl",
        "\u00ad": "",
        "\u00a0": " ",
        "\u200b": "",
        "\ufeff": "",
        "’": "'",
        "‘": "'",
    }
)


@dataclass
class Line:
    """One source line: number (1-based), character offset, page (or None), text."""

    no: int
    offset: int
    page: int | None
    text: str


def read_text(given_file: dict) -> str:
    """The document's text with page marks; extracted here only if the platform did not."""
    ready = given_file.get("text_path")
    if ready and Path(ready).is_file():
        return Path(ready).read_text(encoding="utf-8", errors="replace")
    path = Path(given_file["path"])
    suffix = path.suffix.lower()
    if suffix == ".pdf":
        from pypdf import PdfReader

        pages = [page.extract_text() for page in PdfReader(path).pages]
        return "\n".join(f"[page {n}]\n{text}" for n, text in enumerate(pages, 1))
    if suffix == ".docx":
        return docx_text(path)
    if suffix == ".odt":
        from odf import teletype, text
        from odf.opendocument import load

        body = load(path).text.childNodes
        tags = {text.H().qname: "#", text.P().qname: "", text.List().qname: "-"}
        return "\n\n".join(f"{tags.get(n.qname, '')} {teletype.extractText(n)}".strip() for n in body)
    raw = path.read_bytes()
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace")


def docx_text(path: Path) -> str:
    """Markdown-like text of a Word file: headings, list items and tables in order."""
    import docx
    from docx.table import Table

    out = []
    for part in docx.Document(str(path)).iter_inner_content():
        if isinstance(part, Table):
            out += ["| " + " | ".join(" ".join(c.text.split()) for c in row.cells) + " |" for row in part.rows] + [""]
            continue
        style = (part.style.name if part.style else "") or ""
        level = re.match(r"(?:Heading|heading) (\d)", style)
        listed = style.startswith("List") or (part._p.pPr is not None and part._p.pPr.numPr is not None)
        mark = "#" * int(level.group(1)) + " " if level else "# " if style == "Title" else "- " if listed else ""
        out.append(mark + part.text + ("" if listed else "\n"))
    return "\n".join(out)


def clean(text: str) -> str:
    """Take Markdown and HTML marks out of text; line breaks stay."""
    text = re.sub(r"!\[[^\]]*\]\([^)]*\)", "", text.translate(LIGATURES))
    link = r"\[([^\]]*)\]\(((?:[^()\s]|\n|\([^()]*\))*)(?:\s+\"[^\"]*\")?\)"
    text = re.sub(link, lambda m: m.group(1) + "\n" * m.group(2).count("\n"), text)
    text = re.sub(r"</?[a-zA-Z][^<>\n]{0,80}>", " ", text)
    text = re.sub(r"\*\*|__(?=\S)|(?<=\S)__|(?<!\w)\*(?=\S)|(?<=[^\s*])\*(?!\w)|`", "", text)
    text = re.sub(r"\\([\\`*_{}\[\]()#+.!$|'\"<>-])", r"\1", text)
    return re.sub(r"(?m)^\s*>\s?", "", text)


def page_lines(text: str) -> list[Line]:
    """Number the lines, set each one's page, drop the page marks."""
    out, page, offset = [], None, 0
    for no, raw in enumerate(text.split("\n"), 1):
        mark = PAGE_MARK.match(raw)
        if mark:
            page = int(mark.group(1))
        else:
            out.append(Line(no, offset, page, raw.rstrip("\r").replace("\x0c", "")))
        offset += len(raw) + 1
    return out


def drop_running(lines: list[Line]) -> list[Line]:
    """Leave out running headers, footers and bare page numbers of a paged document."""
    pages: dict[int, list[Line]] = {}
    for line in lines:
        if line.page is not None and line.text.strip():
            pages.setdefault(line.page, []).append(line)
    if not pages:
        return lines

    def key(line: Line) -> str:
        return re.sub(r"\d+|\b[ivxlc]+\b", "#", " ".join(line.text.lower().split()))

    edge = [line for own in pages.values() for line in {id(x): x for x in own[:3] + own[-3:]}.values()]
    seen = Counter(key(line) for line in edge)
    need = max(2, round(len(pages) * 0.4)) if len(pages) < 8 else max(3, round(len(pages) * 0.25))
    bare = re.compile(r"^\W*(?:page\s*)?(?:\d{1,4}|[ivxlc]{1,6})(?:\s*(?:of|/|\|)\s*\d{1,4})?\W*$", re.IGNORECASE)
    gone = set()
    for line in edge:
        repeated = len(pages) > 1 and seen[key(line)] >= need and len(line.text) < 140
        if (repeated and not (MODAL.search(line.text) and line.text.rstrip().endswith("."))) or bare.match(line.text):
            gone.add(line.no)
    return [line for line in lines if line.no not in gone]


def drop_contents(lines: list[Line]) -> list[Line]:
    """Leave out the table of contents: dot leaders, links to anchors, and entries below its heading that end in a
    page number or come again further down."""

    def key(text: str) -> str:
        return re.sub(r"[\W_]+", " ", re.sub(r"\s\d{1,3}\s*$", "", clean(text).lower())).strip()

    later = Counter(key(x.text) for x in lines)
    out, inside = [], False
    for line in lines:
        text = clean(line.text).strip()
        later[key(line.text)] -= 1
        if re.fullmatch(r"\W*(?:table of contents|contents|list of (?:tables|figures))\W*", text, re.IGNORECASE):
            inside = True
        elif TOC_LINE.search(text) or re.fullmatch(r"\s*[-*+\d.]*\s*\[[^\]]+\]\(#[^)]*\)\s*", line.text):
            continue
        elif not inside or not text:
            out.append(line)
        elif not (re.search(r"\s\d{1,3}$", text) or later[key(line.text)]) or len(text) > 110 or text.endswith("."):
            inside = False
            out.append(line)
    return out


def join_marks(lines: list[Line]) -> list[Line]:
    """Join a bullet or clause number that stands alone on its line with the text below it."""
    out: list[Line] = []
    for line in lines:
        alone = out and re.fullmatch(
            r"\s*(?:[•●▪■◦○➢✓\uf0b7\uf0a7]|o|\(?[a-z]\)|(?:[A-Z]\.)?\d{1,3}(?:\.\d{1,3})+\.?)\s*", out[-1].text
        )
        if alone and line.text.strip():
            out[-1] = Line(line.no, line.offset, line.page, out[-1].text.rstrip() + " " + line.text.strip())
        else:
            out.append(line)
    return out


def md(text: object) -> str:
    """Escape text of the document for Markdown, tables included."""
    flat = " ".join(str("" if text is None else text).split())
    return re.sub(r"([\\`*_\[\]<>#|])", r"\\\1", re.sub(r"[\x00-\x08\x0b-\x1f]", "", flat))


def place(entry: dict) -> str:
    """Where something stands, for people: page, section and clause."""
    page = f"p. {entry['page']}" if entry.get("page") else ""
    clause = entry.get("clause")
    section = entry.get("section") or "before the first heading"
    return ", ".join(
        x for x in (page, f"{clause} (in {section})" if clause and clause not in section else section) if x
    )


def work(name: str) -> Path:
    """A working file that later steps read, below the engine's work folder."""
    Path("data").mkdir(exist_ok=True)
    return Path("data") / name


if __name__ == "__main__":
    source = GIVEN["files"]["rfp_document"][0]  # noqa: F821
    text = read_text(source)
    every = page_lines(text)
    kept = drop_contents(drop_running(every))
    Path(GIVEN["outputs_dir"]).mkdir(parents=True, exist_ok=True)  # noqa: F821
    pages = max((x.page for x in every if x.page is not None), default=None)
    print(f"DOCUMENT {source['name']}: {pages or 'no'} page marks, {len(text.split())} words, {len(every)} lines")
    print(f"left out as running headers, page numbers and contents: {len(every) - len(kept)} lines")
    print("begins: " + " / ".join(x.text.strip() for x in kept if x.text.strip())[:300])
