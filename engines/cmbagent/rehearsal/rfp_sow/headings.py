"""Tells a heading from other lines: Markdown, numbered, named, bold, in capitals or standing alone."""

import re

from read_document import CLAUSE, ENUM, MODAL, NAMED, Line, clean

SMALL = {
    "a",
    "an",
    "and",
    "as",
    "at",
    "by",
    "for",
    "from",
    "in",
    "into",
    "of",
    "on",
    "or",
    "per",
    "the",
    "to",
    "with",
    "vs",
    "is",
    "are",
}


def heading_of(line: Line, before: Line | None, after: Line | None) -> tuple[int, str] | None:
    """(level, title) if the line is a heading: Markdown, numbered, named, bold or in capitals."""
    text = clean(line.text).strip()
    marked = re.match(r"^\s{0,3}(#{1,6})\s+(\S.*?)\s*#*$", line.text)
    if marked:
        return len(marked.group(1)), clean(marked.group(2)).strip()
    words = text.split()
    if not words or len(words) > 14 or len(text) > 110 or MODAL.search(text) or text[-1] in ",;:?" or "|" in text:
        return None
    named, clause, single = (
        NAMED.match(text),
        CLAUSE.match(text),
        re.match(r"^\s*(\d{1,2}|[IVX]{1,5}|[A-Z])\.?\s+(?=[A-Z])", text),
    )
    ended = text.endswith(".") and not text.isupper()
    if named and not ended:
        level = 7 if re.match(r"(?i)section|article|part|chapter|app|att|annex|exhibit|schedule", text) else 8
        return level if not re.search(r"\d\.\d", named.group(1)) else 8, text
    if clause and not ended and (rest := text[clause.end() :]) and rest[0].isupper() and titled(rest):
        return 7 + clause.group(1).count("."), text
    if single and not ended and titled(text[single.end() :]) and len(words) > 1:
        alone = before is None or not before.text.strip() or line.page is not None or titled(text[single.end() :], 0.99)
        return (7, text) if alone and (after is None or not ENUM.match(after.text)) else None
    if re.fullmatch(r"\s*(?:\*\*|__)[^*]+(?:\*\*|__)\s*", line.text) and not ended:
        return 20, text
    letters = [c for c in text if c.isalpha()]
    if len(letters) > 3 and text.isupper() and not ended and not re.search(r"\d{4,}|@", text):
        return 20, text
    apart = (before is None or not before.text.strip()) and (after is None or not after.text.strip())
    if (
        apart
        and len(words) <= 9
        and not text[-1].isdigit()
        and text[-1] != "."
        and titled(text, 0.99)
        and "@" not in text
    ):
        return 21, text
    return None


def titled(text: str, share: float = 0.6) -> bool:
    """Whether most words that can carry a capital do."""
    words = [w for w in re.findall(r"[A-Za-z][\w'-]*", text) if w.lower() not in SMALL]
    return bool(words) and (
        sum(w[0].isupper() for w in words) / len(words) >= share
        or (len(words) <= 3 and words[0][0].isupper() and share < 0.9)
    )
