"""Finds what the programs printed, wherever a request holds it, and puts it where later requests will hold it."""

import hashlib
import json
import re
from typing import Any

Findings = dict[str, Any]
_PRINTED = re.compile(r"^FINDINGS (\{.*\})\s*$", re.MULTILINE)
_IN_MARKDOWN = re.compile(r"<!-- findings ([0-9a-f]{12}) (\{.*?\}) -->", re.DOTALL)
_IN_LATEX = re.compile(r"^% findings ([0-9a-f]{12}) (\{.*\})[ \t]*$", re.MULTILINE)


def printed(text: str) -> Findings | None:
    """Return the last block that a program printed."""
    for match in reversed(list(_PRINTED.finditer(text))):
        found = _loaded(match[1])
        if found is not None:
            return found
    return None


def sealed(markdown: str, found: Findings) -> str:
    """Return a text with the findings behind it, out of sight, and a mark that breaks if the text is changed."""
    data = json.dumps(found, ensure_ascii=False).replace("--", "\\u002d\\u002d")
    return f"{markdown.rstrip()}\n\n<!-- findings {_mark(markdown)} {data} -->\n"


def unsealed(markdown: str) -> tuple[str, Findings | None]:
    """Return the text without the findings, and these if nobody has changed the text since."""
    found_marks = list(_IN_MARKDOWN.finditer(markdown))
    if not found_marks:
        return markdown, None
    match = found_marks[-1]
    text = (markdown[: match.start()] + markdown[match.end() :]).strip()
    found = _loaded(match[2])
    return text, found if found is not None and match[1] == _mark(text) else None


def latex_comment(found: Findings) -> str:
    """Return the findings as a comment of LaTeX: the paper's source says where its numbers come from."""
    data = json.dumps(found, ensure_ascii=True)
    return f"% findings {hashlib.sha256(data.encode()).hexdigest()[:12]} {data}"


def in_latex(text: str) -> Findings | None:
    """Return the findings in a source of LaTeX."""
    match = _IN_LATEX.search(text)
    return _loaded(match[2]) if match else None


def _mark(text: str) -> str:
    return hashlib.sha256("".join(text.split()).encode()).hexdigest()[:12]


def _loaded(data: str) -> Findings | None:
    try:
        found = json.loads(data)
    except ValueError:
        return None
    return found if isinstance(found, dict) and "main" in found else None
