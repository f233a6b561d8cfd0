"""Takes a paper's front matter apart: each journal's class has commands of its own for it, pandoc knows the usual."""

import re
from dataclasses import dataclass

_DOCUMENT = re.compile(r"\\begin\{document\}(.*?)\\end\{document\}", re.DOTALL)
_ABSTRACT = re.compile(r"\\begin\{abstract\}(.*?)\\end\{abstract\}", re.DOTALL)
_GLUE = re.compile(
    r"\\twocolumn\s*\[|^\s*\]\s*$|\\printAffiliationsAndNotice\{\}|\\(?:begin|end)\{icmlauthorlist\}|\\maketitle"
    r"|\\bibliography\{[^{}]*\}(?:\{\})?|\\bibliographystyle\{[^{}]*\}",
    re.MULTILINE,
)
_OLD_FONTS = {"rm": "mathrm", "bf": "mathbf", "it": "mathit", "sf": "mathsf", "tt": "mathtt", "cal": "mathcal"}
_OLD_FONT = re.compile(r"\{\\(rm|bf|it|sf|tt|cal)\b\s*([^{}]*)\}")
_STAR = re.compile(r"\\(begin|end)\{(figure|table)\*\}")


@dataclass(frozen=True)
class Paper:
    """A LaTeX document that pandoc can read."""

    whole: str


def read(text: str) -> Paper:
    """Return the document with the front matter put in the usual commands."""
    found = _DOCUMENT.search(text)
    body = found[1] if found else text
    values: dict[str, str] = {}
    for name, commands in _COMMANDS.items():
        for command in commands:
            body, value = _take(body, command)
            values[name] = values.get(name) or value
    if abstract := _ABSTRACT.search(body):
        values["abstract"] = abstract[1].strip()
        body = body[: abstract.start()] + body[abstract.end() :]
    elif "abstract" not in values:
        body, values["abstract"] = _take(body, "abstract")
    author, _, rest = values["author"].partition(r"\\")
    note = values["note"] or rest
    lines = [r"\documentclass{article}", r"\begin{document}"]
    lines += [
        rf"\{name}{{{value}}}"
        for name, value in (("title", values["title"]), ("author", author), ("date", note))
        if value
    ]
    if values["abstract"]:
        lines.append(rf"\begin{{abstract}}{values['abstract']}\end{{abstract}}")
    if values["keywords"]:
        body = rf"\par\emph{{Keywords:}} {values['keywords']}\par" + "\n\n" + body
    return Paper("\n".join([*lines, r"\maketitle", _plainer(body), r"\end{document}"]))


_COMMANDS = {
    "title": ("title", "icmltitle"),
    "author": ("icmlauthor", "author"),
    "note": ("affiliation", "icmlaffiliation", "altaffiltext", "date"),
    "keywords": ("keywords", "icmlkeywords"),
}


def _take(body: str, command: str) -> tuple[str, str]:
    """Take a command with its arguments out of `body`; return the rest and the argument that holds the text."""
    found = re.search(rf"\\{command}(?=\s*\{{)", body)
    if found is None:
        return body, ""
    end, arguments = found.end(), list[str]()
    while (opening := re.compile(r"\s*\{").match(body, end)) is not None:
        end = _closing(body, opening.end())
        arguments.append(body[opening.end() : end - 1].strip())
    # ICML's author ends with a mark for the affiliation, and its affiliation begins with one.
    text = arguments[0] if command == "icmlauthor" else arguments[-1]
    return body[: found.start()] + body[end:], text


def _closing(text: str, start: int) -> int:
    """Return where the group that begins before `start` ends, its brace included."""
    depth, position = 1, start
    while position < len(text) and depth:
        if text[position] == "\\":
            position += 1
        elif text[position] == "{":
            depth += 1
        elif text[position] == "}":
            depth -= 1
        position += 1
    return position


def _plainer(body: str) -> str:
    """Put what pandoc does not know in words that it knows."""
    body = _GLUE.sub("", body)
    body = _STAR.sub(r"\\\1{\2}", body)
    return _OLD_FONT.sub(lambda match: rf"\{_OLD_FONTS[match[1]]}{{{match[2]}}}", body)
