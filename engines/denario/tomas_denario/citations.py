"""Adds references to a section, paragraph by paragraph, in place of Denario's own function.

Denario's joins the lines of the section without their ends, which glues paragraphs and headings together, and
fails on a number that no reference belongs to.
"""

from __future__ import annotations

import re
from typing import Any

from denario.paper_agents import literature

_NUMBER = re.compile(r"\[(\d+)\]")


def add_references(text: str, keys: Any, _most: int | None = None) -> tuple[str, str]:
    """Return `text` with citations, and their BibTeX entries; references that cannot be fetched are left out."""
    lines = text.splitlines()
    entries = ""
    paragraphs = sorted(literature._extract_paragraphs_from_tex_content(text))  # noqa: SLF001 - Denario's own parts
    for number in paragraphs[1:]:  # the first states what the paper is about
        found, urls = literature.perplexity(lines[number], keys)
        if found is None:
            continue
        known = _without_strays(" ".join(found.split()), len(urls))
        lines[number], entries = literature._replace_references_with_cite(known, urls, entries)  # noqa: SLF001 - as above
    return "\n".join(lines), entries


def _without_strays(text: str, count: int) -> str:
    """Leave out the numbers that no reference belongs to."""
    return _NUMBER.sub(lambda match: match[0] if int(match[1]) <= count else "", text)
