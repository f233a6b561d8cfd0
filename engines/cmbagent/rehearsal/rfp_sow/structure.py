"""Builds the structure of the document: headings, paragraphs, list items with their lead-in, table rows, sentences.

Every sentence knows its page, section, clause number and source line. Words broken at a line end are mended.
"""

import re
from collections import Counter
from dataclasses import dataclass, field

from headings import heading_of
from read_document import (
    BULLET,
    CLAUSE,
    ENUM,
    MODAL,
    NAMED,
    Line,
    clean,
    drop_contents,
    drop_running,
    join_marks,
    page_lines,
    read_text,
)

TABLE_HEAD = re.compile(
    r"\b(?:system|deliverable|due|date|priority|description|requirement|item|no\.|direction|frequency|metric|target|level|"
    r"response|task|name|id|measure|service|event|milestone|criterion|role)\b",
    re.IGNORECASE,
)
KEEP_HYPHEN = (  # first parts that keep their hyphen when a line breaks behind them
    " self non multi real end role cloud user web high low long short third pre post co cross full part state on off "
    "up well two three one single open back front read write built in day year time data risk "
)


ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|vs|approx|incl|[Nn]os?|NO|[Ss]ec|SEC|[Aa]rt|[Ff]ig|Dr|Mr|Mrs|Ms|Inc|Ltd|Co|"
    r"Corp|Dept|St|cf|al|Ref|Ph\.D|U\.S|U\.K|E\.U|a\.m|p\.m|"
    r"Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec)|\b[A-Z]|^\W*\w{1,2})$"
)


@dataclass
class Block:
    """A paragraph, list item or table row, with where it stands and what leads into it."""

    kind: str
    text: str
    lines: list[Line]
    path: list[str] = field(default_factory=list)
    clause: str | None = None
    lead: "list[Block]" = field(default_factory=list)
    cells: list[str] = field(default_factory=list)
    header: list[str] = field(default_factory=list)

    @property
    def section(self) -> str:
        """The section as it stands in the document; a heading without a number follows its numbered parent."""
        return section_name(self.path)


@dataclass
class Sentence:
    """One sentence of a block with its place."""

    text: str
    block: Block
    line: Line
    last: bool


@dataclass
class Document:
    """The whole document: blocks in order, the title candidates and every line."""

    name: str
    blocks: list[Block]
    lines: list[Line]
    pages: int | None
    headings: list[tuple[str, int]]

    def sentences(self) -> list[Sentence]:
        """All sentences in reading order."""
        return [s for b in self.blocks for s in split_block(b)]


def section_name(path: list[str]) -> str:
    """Join the last numbered heading and what stands below it."""
    shown = [p for p in path if p]
    start = max(
        (i for i, p in enumerate(shown) if re.match(r"\W*(?:[A-Z][a-z]*\.?\s+)?[A-Z]?\.?\d", p) or NAMED.match(p)),
        default=len(shown) - 1,
    )
    return " › ".join(shown[start:]) if shown else ""


class Builder:
    """Turns lines into blocks; holds the open paragraph, the heading path and the open lists."""

    def __init__(self, lines: list[Line]) -> None:
        lengths = sorted(len(x.text) for x in lines if len(x.text) > 30)
        self.width = lengths[int(len(lengths) * 0.8)] if lengths else 80
        self.blocks: list[Block] = []
        self.headings: list[tuple[str, int]] = []
        self.stack: list[tuple[int, str]] = []
        self.open: Block | None = None
        self.lists: list[tuple[int, str, Block]] = []
        self.leader: Block | None = None
        self.header: list[str] = []
        self.blank = False
        self.table = False
        self.rows_of: Block | None = None

    def path(self) -> list[str]:
        return [t for _, t in self.stack]

    def close(self) -> None:
        block, self.open = self.open, None
        if block is None:
            return
        block.text = clean("\n".join(x.text for x in block.lines)) if block.kind != "row" else block.text
        if block.kind == "item":
            block.text = re.sub(
                r"^\s*(?:" + BULLET.pattern.lstrip("^") + "|" + ENUM.pattern.lstrip("^") + ")", "", block.text, count=1
            )
        if block.clause:
            block.text = re.sub(CLAUSE.pattern, "", block.text, count=1)
        if block.text.strip():
            self.blocks.append(block)

    def start(self, kind: str, line: Line, **more: object) -> Block:
        self.close()
        self.open = Block(kind, "", [line], self.path(), **more)
        return self.open

    def heading(self, level: int, title: str, line: Line) -> None:
        self.close()
        strong = any(lv < 20 for lv, _ in self.stack)
        if level == 21 and strong and len(title.split()) > 6:
            self.start("para", line)
            return
        self.stack = [(lv, t) for lv, t in self.stack if lv < level]
        self.stack.append((level, title))
        self.headings.append((title, line.no))
        self.lists, self.leader, self.header, self.rows_of = [], None, [], None

    def item(self, line: Line, indent: int, style: str) -> None:
        self.close()
        if not self.lists:
            self.leader = next((b for b in self.blocks[-1:] if b.kind != "row"), None)
        while self.lists and (
            self.lists[-1][0] > indent
            or (
                self.lists[-1][0] == indent and self.lists[-1][1] != style and any(s == style for _, s, _ in self.lists)
            )
        ):
            self.lists.pop()
        if self.lists and self.lists[-1][0] == indent and self.lists[-1][1] == style:
            self.lists.pop()
        lead = ([self.leader] if self.leader else []) + [b for _, _, b in self.lists]
        block = self.start("item", line, lead=lead)
        self.lists.append((indent, style, block))

    def row(self, line: Line) -> None:
        cells = [clean(c).strip() for c in re.split(r"(?<!\\)\|", line.text.strip().strip("|"))]
        if all(re.fullmatch(r"[:\-=\s]*", c) for c in cells):
            return
        self.close()
        if not self.table:
            lead = self.blocks[-1] if self.blocks and self.blocks[-1].kind == "para" else None
            self.header, self.leader, self.table = cells, lead, True
            return
        lead = [self.leader] if self.leader else []
        self.start("row", line, cells=cells, header=self.header, lead=lead).text = " | ".join(cells)
        self.close()

    def ends_here(self, line: Line) -> bool:
        """Whether the open paragraph is over before this line (hard-wrapped text without blank lines)."""
        last = self.open.lines[-1].text.rstrip() if self.open else ""
        text = line.text.strip()
        fresh = bool(text) and (text[0].isupper() or text[0].isdigit())
        return fresh and (
            last.endswith(":")
            or (len(last) < self.width * 0.6 and (last[-1:] in ".;!?" or self.open.kind == "item" or self.blank))
        )

    def feed(self, line: Line, before: Line | None, after: Line | None) -> None:
        text = line.text.strip()
        self.table = self.table and "|" in text
        if not text:
            self.blank = True
            return
        if re.fullmatch(r"[-=_*]{3,}", text):
            if (
                self.open
                and self.open.kind == "para"
                and len(self.open.lines) == 1
                and not self.blank
                and text[0] in "=-"
                and not MODAL.search(self.open.lines[0].text)
            ):
                title, own, self.open = clean(self.open.lines[0].text).strip(), self.open.lines[0], None
                self.heading(1 if text[0] == "=" else 2, title, own)
            else:
                self.close()
            return
        if text.count("|") >= 2 or (" | " in text and self.open is None):
            self.row(line)
        elif (mark := BULLET.match(line.text)) and not text.startswith("**"):
            self.item(line, len(mark.group(1).expandtabs(4)), mark.group(2))
        elif (found := heading_of(line, before, after)) and not self.wrapped(line, found[0]):
            self.heading(*found, line)
        elif mark := ENUM.match(line.text):
            shape = re.sub(r"[ivx]{2,}", "i", re.sub(r"\d+", "1", mark.group(2)))
            self.item(line, len(mark.group(1).expandtabs(4)), re.sub(r"[a-z]", "a", re.sub(r"[A-Z]", "A", shape)))
        elif mark := CLAUSE.match(line.text):
            self.start("para", line, clause=mark.group(1))
            self.lists, self.leader, self.rows_of = [], None, None
        elif self.loose_row(line):
            pass
        elif self.open and not (self.blank and self.finished(line)) and not self.ends_here(line):
            self.open.lines.append(line)
        else:
            if not (self.lists and line.text[:1].isspace() and self.blank):
                self.lists = []
            self.start("para", line)
        self.blank = False

    def loose_row(self, line: Line) -> bool:
        """A table in the text of a PDF is short lines below a lead-in: each row becomes a list item."""
        text = line.text.strip()
        last = self.open.lines[-1].text.rstrip() if self.open else ""
        begins = self.open is not None and self.open.kind == "para" and last.endswith(":")
        if line.page is None or len(text) > self.width * 0.8 or text.endswith(".") or not (begins or self.rows_of):
            self.rows_of = None
            return False
        if begins:
            self.rows_of = self.open
            self.close()
            if len(text.split()) <= 6 and TABLE_HEAD.search(text):
                return True
        if self.open and not (text[0].isupper() or re.match(r"\d+(?![\d.]* [a-z])", text)):
            self.open.lines.append(line)
        else:
            self.start("item", line, lead=[self.rows_of])
        return True

    def wrapped(self, line: Line, level: int) -> bool:
        """A numbered or short line that only carries on the sentence above is no heading."""
        if not self.open or self.blank or level < 7:
            return False
        last = self.open.lines[-1].text.rstrip()
        return (
            last[-1:] not in ".:;!?"
            and len(last) > self.width * 0.75
            and not (line.page is not None and CLAUSE.match(line.text))
        )

    def finished(self, line: Line) -> bool:
        """Whether a blank line ended the paragraph (PDF text may hold blank lines inside one)."""
        last = self.open.lines[-1].text.rstrip() if self.open else ""
        crossed = self.open is not None and line.page is not None and self.open.lines[-1].page != line.page
        return not ((line.page is not None or crossed) and last[-1:] not in ".:;!?" and line.text.strip()[:1].islower())


def parse(text: str, name: str = "document") -> Document:
    """Read extracted text into a Document."""
    every = page_lines(text)
    lines = join_marks(drop_contents(drop_running(every)))
    builder = Builder(lines)
    for i, line in enumerate(lines):
        builder.feed(line, lines[i - 1] if i else None, lines[i + 1] if i + 1 < len(lines) else None)
    builder.close()
    mend_hyphens(builder.blocks)
    pages = max((x.page for x in every if x.page is not None), default=None)
    return Document(name, builder.blocks, every, pages, builder.headings)


def mend_hyphens(blocks: list[Block]) -> None:
    """Mend words broken at a line end; \\x01 stands for a line break inside a word."""
    vocabulary = {w.lower() for b in blocks for w in re.findall(r"[A-Za-z]+(?:-[A-Za-z]+)*", b.text)}

    def mend(match: re.Match[str]) -> str:
        left, right = match.group(1), match.group(2)
        whole, pair = (left + right).lower(), f"{left}-{right}".lower()
        if whole in vocabulary or not (pair in vocabulary or f" {left.lower()} " in KEEP_HYPHEN):
            return f"{left}\x01{right}"
        return f"{left}-\x01{right}"

    for block in blocks:
        block.text = re.sub(r"([A-Za-z]{2,})[-‐]\s*\n\s*([a-z]+)", mend, block.text)


def split_block(block: Block) -> list[Sentence]:
    """Split a block into sentences, each with the source line it starts on."""
    text, out, start = block.text, [], 0
    for stop in re.finditer(
        (
            r"\[(?:[Mm]ust|[Ss]hould|[Cc]ould|[MDO])\](?=\s+[A-Z])|[.!?][\"')\]”]*(?=\s+[\"'(\[“]?[A-Z0-9])|"
            r"(?<=;)(?=\n\s*[A-Z])|\b(?:following|shall|must|will|includes?|to|are|is|below|that|provide|"
            r"requirements)\s*:(?=\n\s*[A-Z])"
        ),
        text,
    ):
        if (
            text[stop.start()] == "."
            and ABBREVIATION.search(text[start : stop.start()][-14:])
            and not re.search(r"\b(?:etc|[A-Z]{2,}|\d{4})$", text[: stop.start()])
        ):
            continue
        out.append((start, stop.end()))
        start = stop.end()
    out.append((start, len(text)))
    spans = [(a, b) for a, b in out if text[a:b].strip()]
    return [
        Sentence(
            tidy(text[a:b]), block, block.lines[min(line_index(text, a), len(block.lines) - 1)], i == len(spans) - 1
        )
        for i, (a, b) in enumerate(spans)
    ]


def line_index(text: str, start: int) -> int:
    """How many line breaks come before the first word at or after start."""
    lead = len(text[start:]) - len(text[start:].lstrip())
    return text[: start + lead].count("\n") + text[: start + lead].count("\x01")


def tidy(text: str) -> str:
    """One line of text, without marks of line breaks."""
    return " ".join(text.replace("\x01", "").split())


def load(given: dict) -> Document:
    """Read the document a person uploaded."""
    source = given["files"]["rfp_document"][0]
    return parse(read_text(source), source["name"])


if __name__ == "__main__":
    document = load(GIVEN)  # noqa: F821
    sentences = document.sentences()
    kinds = Counter(b.kind for b in document.blocks)
    print(f"STRUCTURE {len(sentences)} sentences in " + ", ".join(f"{n} {k}s" for k, n in kinds.items()))
    print(f"headings ({len(document.headings)}): " + "; ".join(t for t, _ in document.headings[:40]))
