"""Turns Markdown into LaTeX that sets whatever stands in it: names from the data hold any character."""

import re

_ESCAPES = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "%": r"\%", "#": r"\#", "_": r"\_",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "<": r"\ensuremath{<}", ">": r"\ensuremath{>}",
    "|": r"\ensuremath{|}", '"': "''", "`": "'",
}  # fmt: skip
_POWER = re.compile(r"[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+")
_PLAIN_POWER = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
_MATH = re.compile(r"\$(?=[^\s$])([^$\n&%#~]{1,200}?)(?<=\S)\$(?!\d)")
_SPAN = re.compile(r"`([^`\n]+)`|\*\*([^*\n]+)\*\*|(?<![\w*])\*(?=\S)([^*\n]+)(?<=\S)\*(?![\w*])")
_CAPTION = re.compile(r"Table ?(\d*): ")
_ITEMS = ("item", "number")
_WIDE = 4  # columns; a wider table spans the page
_FULL, _HALF = 0.92, 0.44


def escape(text: str) -> str:
    """Return plain text as LaTeX shows it."""
    out = "".join(_ESCAPES.get(char, char) for char in text)
    out = _POWER.sub(lambda m: rf"\ensuremath{{^{{{m[0].translate(_PLAIN_POWER)}}}}}", out)
    return out.replace("−", r"\ensuremath{-}")


def code(text: str) -> str:
    """Return a name from the data as it is, breakable after an underscore."""
    return r"\texttt{" + escape(text).replace(r"\_", r"\_\allowbreak{}") + "}"


def inline(text: str, figures: tuple[str, ...] = ()) -> str:
    """Return a line of Markdown as LaTeX; names of figures become references."""
    parts, end = [], 0
    for match in _MATH.finditer(text):
        if not _is_math(match[1]) or text.count("`", 0, match.start()) % 2:
            continue
        parts += [_spans(text[end : match.start()], figures), match[0]]
        end = match.end()
    return "".join([*parts, _spans(text[end:], figures)])


def _is_math(inside: str) -> bool:
    """Say whether what stands between dollars is a formula: prices are not."""
    balanced = inside.count("{") == inside.count("}")
    known = all(word in _COMMANDS for word in re.findall(r"\\([A-Za-z]+)", inside))
    return (
        balanced
        and known
        and not re.search(r"\\[^A-Za-z,;:!{}]|[^\x00-\x7f]", inside)
        and bool(re.search(r"[\\^_=|]|^[A-Za-z]$", inside))
    )


_COMMANDS = frozenset(
    re.findall(
        r"\w+",
        """
        alpha beta gamma delta epsilon varepsilon zeta eta theta kappa lambda mu nu xi pi rho sigma tau phi varphi chi
        psi omega Gamma Delta Theta Lambda Sigma Phi Psi Omega frac sqrt sum int prod cdot times pm le ge leq geq approx
        sim propto infty partial nabla exp ln log sin cos tan mathrm text left right quad hat bar dot ddot vec to
        rightarrow langle rangle
        """,
    )
)


def _spans(text: str, figures: tuple[str, ...]) -> str:
    parts, end = [], 0
    for match in _SPAN.finditer(text):
        parts.append(escape(text[end : match.start()]))
        name, bold, slanted = match.groups()
        if name is not None:
            parts.append(rf"\ref{{{label(name)}}}" if name in figures else code(name))
        elif bold is not None:
            parts.append(r"\textbf{" + _spans(bold, figures) + "}")
        else:
            parts.append(r"\emph{" + _spans(slanted, figures) + "}")
        end = match.end()
    return "".join([*parts, escape(text[end:])])


def label(file: str) -> str:
    """Return the label of a figure."""
    return "fig:" + re.sub(r"[^A-Za-z0-9]+", "-", file.rsplit(".", 1)[0]).strip("-")


def document(markdown: str, figures: tuple[str, ...] = (), without: tuple[str, ...] = ()) -> str:
    """Return Markdown as LaTeX for a section of a paper; its own title and the sections in `without` are left out."""
    markdown = re.sub(r"<!--.*?-->", "", markdown, flags=re.DOTALL)
    blocks: list[str] = []
    skip = False
    for block in _blocks(markdown):
        heading = re.fullmatch(r"(#{1,6})\s+(.*?)\s*#*", block)
        if heading:
            name = heading[2].strip("* ")
            skip = name.lower() in {w.lower() for w in without}
            if len(heading[1]) > 1 and not skip:
                level = "subsection" if len(heading[1]) == 2 else "subsubsection"
                blocks.append(rf"\{level}{{{inline(name)}}}")
        elif not skip:
            blocks.append(_block(block, figures))
    found = "\n\n".join(b for b in blocks if b)
    labels = set(re.findall(r"\\label\{tab:(\d+)\}", found))
    return re.sub(r"\b([Tt]able) (\d+)\b", lambda m: rf"{m[1]}~\ref{{tab:{m[2]}}}" if m[2] in labels else m[0], found)


def _blocks(markdown: str) -> list[str]:
    """Cut Markdown into headings, tables with their captions, lists, code and paragraphs."""
    found: list[str] = []
    fenced: list[str] | None = None
    for line in markdown.splitlines():
        if line.lstrip().startswith("```"):
            if fenced is None:
                fenced = ["```"]
            else:
                found.append("\n".join(fenced))
                fenced = None
            continue
        if fenced is not None:
            fenced.append(line)
            continue
        stripped = line.strip()
        kind = _kind(stripped)
        if kind in _ITEMS and line.startswith("  ") and found and _kind(found[-1].lstrip()) in _ITEMS:
            found[-1] += f" – {re.sub(r'^([-*+]|[0-9]+[.)]) +', '', stripped)}"  # a point below a point goes into it
            continue
        if not stripped:
            found.append("")
        elif found and found[-1] and kind == _kind(found[-1].splitlines()[-1].strip()) and kind != "heading":
            found[-1] += "\n" + line
        elif found and found[-1] and kind == "text" and _kind(found[-1].splitlines()[-1].strip()) in _ITEMS:
            found[-1] += " " + stripped
        else:
            found.append(line)
    if fenced is not None:
        found.append("\n".join(fenced))
    return _with_captions([f for f in found if f])


def _with_captions(blocks: list[str]) -> list[str]:
    out: list[str] = []
    for block in blocks:
        kind, before = _kind(block.lstrip()), _kind(out[-1].lstrip()) if out else ""
        if (_CAPTION.match(block) and before == "table") or (kind in _ITEMS and kind == before):
            out[-1] += "\n" + block
        else:
            out.append(block.strip() if not block.startswith("```") else block)
    return out


def _kind(line: str) -> str:
    if re.match(r"#{1,6}\s", line):
        return "heading"
    if line.startswith("|"):
        return "table"
    if re.match(r"\d+[.)]\s", line):
        return "number"
    return "item" if re.match(r"[-*+]\s", line) else "text"


def _block(block: str, figures: tuple[str, ...]) -> str:
    if block.startswith("```"):
        return "\n\n".join(code(line) for line in block.splitlines()[1:] if line.strip())
    kind = _kind(block.splitlines()[0].strip())
    if kind == "table":
        return _table(block)
    if kind in _ITEMS:
        numbered = kind == "number"
        items = re.split(r"^\s*(?:[-*+]|\d+[.)])\s+", block, flags=re.MULTILINE)[1:]
        name = "enumerate" if numbered else "itemize"
        lines = [rf"\item {_unbracketed(inline(' '.join(item.split()), figures))}" for item in items]
        return "\n".join([rf"\begin{{{name}}}", *lines, rf"\end{{{name}}}"])
    return inline(" ".join(block.split()), figures)


def _unbracketed(text: str) -> str:
    """Keep an item that begins with a bracket from being taken for an option."""
    return "{}" + text if text.startswith("[") else text


def _table(block: str) -> str:
    lines = block.splitlines()
    said = _CAPTION.match(lines[-1])
    caption = lines[-1][said.end() :] if said else ""
    rows = [_cells(line) for line in lines if line.strip().startswith("|")]
    rows = [row for row in rows if not all(re.fullmatch(r":?-*:?", cell) for cell in row)]
    width = max(map(len, rows))
    rows = [row + [""] * (width - len(row)) for row in rows]
    wide = width >= _WIDE or max(sum(map(len, row)) for row in rows) > 60
    lengths = [max(9, min(40, max(len(row[i]) for row in rows))) for i in range(width)]
    share = (_FULL if wide else 0.88) / sum(lengths)
    of = r"\textwidth" if wide else r"\linewidth"
    columns = "".join(rf"p{{{max(0.06, share * n - 0.02):.3f}{of}}}" for n in lengths)
    body = [" & ".join(rf"\raggedright {inline(c)}" if c else "" for c in row) + r"\tabularnewline" for row in rows]
    env = "table*" if wide else "table"
    parts = [rf"\begin{{{env}}}[ht]", r"\centering", r"\footnotesize"]
    if caption:
        parts += [rf"\caption{{{inline(caption)}}}", r"\smallskip"]
        if said and said[1]:
            parts.insert(-1, rf"\label{{tab:{said[1]}}}")
    parts += [rf"\begin{{tabular}}{{{columns}}}", r"\hline", body[0], r"\hline", *body[1:], r"\hline", r"\end{tabular}"]
    return "\n".join([*parts, rf"\end{{{env}}}"])


def _cells(line: str) -> list[str]:
    return [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line.strip().strip("|"))]


def figure(file: str, caption: str) -> str:
    """Return a figure with its caption, which is LaTeX already."""
    return "\n".join([
        r"\begin{figure}[ht]", r"\centering", rf"\includegraphics[width=0.8\linewidth]{{../input_files/plots/{file}}}",
        rf"\caption{{{caption}}}", rf"\label{{{label(file)}}}", r"\end{figure}",
    ])  # fmt: skip


def without_loose_references(text: str) -> str:
    """Take out references to figures that are not there."""
    labels = set(re.findall(r"\\label\{(fig:[^}]*)\}", text))
    return re.sub(r"\\ref\{(fig:[^}]*)\}", lambda m: m[0] if m[1] in labels else "(not shown)", text)


def plainer(text: str) -> str:
    """Return LaTeX that failed with all that is not surely harmless shown as plain text."""
    safe = re.compile(
        r"\\(?:sub)*section\{[^{}]*\}|\\(?:begin|end)\{(?:itemize|enumerate|figure|table\*?|tabular)\}(?:\[ht\])?"
        r"|\\(?:includegraphics\[[^\]]*\]|ref|label)\{[^{}]*\}|\\item "
        r"|\\centering|\\footnotesize|\\hline|\\tabularnewline"
        r"|\\raggedright |\\allowbreak\{\}|\\[&%$#_{}]"
        r"|\\text(?:backslash|asciitilde|asciicircum)\{\}|\\(?:caption|texttt|textbf|emph)\{"
        r"|^%.*$",
        re.MULTILINE,
    )
    risky = r"[\\$%#_^~]" if "{tabular}" in text else r"[\\$&%#_^~]"
    parts, end = [], 0
    for match in safe.finditer(text):
        parts += [re.sub(risky, " ", text[end : match.start()]), match[0]]
        end = match.end()
    return "".join([*parts, re.sub(risky, " ", text[end:])])
