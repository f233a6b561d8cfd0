"""Makes characters stand in a paper set by XeLaTeX that its default fonts do not have.

LaTeX leaves out what a font lacks, without a word on the page. Symbols become LaTeX's own, other writing systems
get a font of the engine's environment. The file itself is left as it is: Denario reads it again.
"""

from __future__ import annotations

import os
import re
import shutil
import tomllib
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

_PLAIN = re.compile(r"[^\x00-\x7f]")
# Parts in which nothing may be put: they are shown as they are, or are names.
_KEPT = re.compile(
    r"\\begin\{(verbatim\*?|lstlisting|Verbatim)\}.*?\\end\{\1\}|\\verb\*?(\W).*?\2"
    r"|\\(?:url|label|ref|eqref|cite[tp]?|includegraphics|input|bibliography)\*?(?:\[[^\]]*\])*\{[^{}]*\}|(?<!\\)%[^\n]*",
    re.DOTALL,
)
_FOR_LINKS = "\\usepackage{url}\n\\AtBeginDocument{\\providecommand\\href[2]{#2}}"
_LINKS = re.compile(r"\\(?:url|href)\s*\{")  # models write them, and Denario loads nothing that knows them
_TABLE = tomllib.loads(Path(__file__).with_name("symbols.toml").read_text(encoding="utf-8"))
_GREEK: dict[str, str] = _TABLE["greek"]  # character → command of a formula
_SYMBOLS: dict[str, str] = _TABLE["symbols"]
_RAISED = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱ", "0123456789+-=()ni", strict=True))
_LOWERED = dict(zip("₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎", "0123456789+-=()", strict=True))
_IN_FONT = re.compile(
    "[\u00a0-\u024f\u1e00-\u1eff\u2010-\u2014\u2018-\u201e\u2020-\u2022\u2030\u2039\u203a\u20ac\u2122]"
)
_DEJAVU, _SERIF = "DejaVuSans", "DejaVuSerif"
# Writing system → (characters, font, what fontspec calls the script, right to left)
_WRITING: dict[str, tuple[str, str, str, bool]] = {
    "greek": ("\u0370-\u03ff\u1f00-\u1fff", _SERIF, "", False),
    "cyrillic": ("\u0400-\u052f", _SERIF, "", False),
    "armenian": ("\u0530-\u058f", _SERIF, "", False),
    "georgian": ("\u10a0-\u10ff", _SERIF, "", False),
    "hebrew": ("\u0590-\u05ff\ufb1d-\ufb4f", _DEJAVU, "Hebrew", True),
    "arabic": ("\u0600-\u06ff\u0750-\u077f\u08a0-\u08ff\ufb50-\ufdff\ufe70-\ufefe", _DEJAVU, "Arabic", True),
    "devanagari": ("\u0900-\u097f", "fontpkg_noto_sans_devanagari", "Devanagari", False),
    "tamil": ("\u0b80-\u0bff", "fontpkg_noto_sans_tamil", "Tamil", False),
    "telugu": ("\u0c00-\u0c7f", "fontpkg_noto_sans_telugu", "Telugu", False),
    "thai": ("\u0e00-\u0e7f", "fontpkg_noto_sans_thai", "Thai", False),
    "cjk": ("\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef\u1100-\u11ff", "cjk", "", False),
    "other": ("", _DEJAVU, "", False),  # whatever else there is
}
_RUNS = {name: re.compile(f"[{chars}]+(?:[ \u00a0-]*[{chars}]+)*") for name, (chars, *_) in _WRITING.items() if chars}


def prepare(file: Path, fonts: Path) -> Path:
    """Return the file to give to XeLaTeX: `file`, or a copy beside it in which every character has a font."""
    text = file.read_text(encoding="utf-8")
    links = bool(_LINKS.search(text))
    if not links and not _PLAIN.search(text):
        return file
    used: set[str] = set()
    body = _outside(text, lambda part: _written(part, used))
    code = "".join(match[0] for match in _KEPT.finditer(text) if match[1] or match[2])
    lines = _preamble(used, bool(_PLAIN.search(code)), fonts, file.parent)
    if links:
        lines = f"{lines}\n{_FOR_LINKS}".strip()
    if lines:
        body = re.sub(r"(\\documentclass(?:\[[^\]]*\])?\{[^}]*\})", lambda m: m[1] + "\n" + lines, body, count=1)
    ready = file.with_name(f"{file.stem}_set.tex")
    ready.write_text(body, encoding="utf-8")
    return ready


def stage_all(fonts: Path) -> Path:
    """Put the fonts of all writing systems into the folder `fonts` and return it."""
    for name in _WRITING:
        stage(name, fonts)
    _stage_mono(fonts)
    return fonts


def stage(name: str, fonts: Path) -> Path:
    """Put the font of a writing system into the folder `fonts`, under a name that TeX can read."""
    fonts.mkdir(parents=True, exist_ok=True)
    font = _WRITING[name][1]
    target = fonts / f"{font}.ttf"
    if target.is_file():
        return target
    if font == "cjk":
        _write_cjk(target)
    elif font.startswith("fontpkg"):
        spec = find_spec(font)
        folder = Path(spec.origin or "").parent if spec else Path()
        shutil.copyfile(next(folder.glob("files/*.ttf")), target)
    else:
        for style in ("", "-Bold"):
            shutil.copyfile(_dejavu_folder() / f"{font}{style}.ttf", fonts / f"{font}{style}.ttf")
    return target


def _stage_mono(fonts: Path) -> Path:
    """Put a font for code there; other folders of fonts may hold one that shows a box for every character."""
    fonts.mkdir(parents=True, exist_ok=True)
    mono = fonts / "DejaVuSansMono.ttf"
    shutil.copyfile(_dejavu_folder() / mono.name, mono)
    return mono


def _write_cjk(target: Path) -> None:
    """Write the font for Chinese, Japanese and Korean that PyMuPDF holds, with the names that Typst asks for."""
    import pymupdf  # noqa: PLC0415 - takes a while, and few papers need it
    from fontTools.ttLib import TTFont  # noqa: PLC0415 - as above

    raw = target.with_suffix(".raw")
    raw.write_bytes(pymupdf.Font("cjk").buffer)
    font = TTFont(raw, lazy=True)
    for number, name in ((4, "Droid Sans Fallback"), (6, "DroidSansFallback")):
        font["name"].setName(name, number, 3, 1, 0x409)
    font.save(target)
    font.close()
    raw.unlink()


def _dejavu_folder() -> Path:
    spec = find_spec("matplotlib")
    return Path(spec.origin or "").parent / "mpl-data" / "fonts" / "ttf" if spec else Path()


def _outside(text: str, change: Callable[[str], str]) -> str:
    """Change all but the parts that must stay as they are."""
    parts: list[str] = []
    end = 0
    for match in _KEPT.finditer(text):
        parts += [change(text[end : match.start()]), match[0]]
        end = match.end()
    return "".join([*parts, change(text[end:])])


def _written(text: str, used: set[str]) -> str:
    if not _PLAIN.search(text):
        return text
    text = _series(text, _RAISED, "^")
    text = _series(text, _LOWERED, "_")
    letters = "".join(_GREEK)
    text = re.sub(
        f"(?<![\u0370-\u03ff\u1f00-\u1fff])([{letters}])(?![\u0370-\u03ff\u1f00-\u1fff])",
        lambda match: rf"\ensuremath{{\{_GREEK[match[1]]}}}",
        text,
    )
    text = "".join(rf"\ensuremath{{{_SYMBOLS[char]}}}" if char in _SYMBOLS else char for char in text)
    for name, run in _RUNS.items():
        text, count = run.subn(lambda match, name=name: rf"\tomas{name}{{{match[0]}}}", text)
        if count:
            used.add(name)
    return re.sub(r"[^\x00-\x7f]+", lambda match: _rest(match[0], used), text)


def _series(text: str, table: dict[str, str], mark: str) -> str:
    return re.sub(
        f"[{''.join(table)}]+",
        lambda match: rf"\ensuremath{{{mark}{{{''.join(table[char] for char in match[0])}}}}}",
        text,
    )


def _rest(run: str, used: set[str]) -> str:
    """Give what no writing system above has, and LaTeX's own font neither, a font with many signs."""
    known = re.compile("|".join(chars.pattern for chars in _RUNS.values()))
    out: list[str] = []
    for char in run:
        if _IN_FONT.match(char) or known.match(char):
            out.append(char)
        else:
            used.add("other")
            out.append(rf"\tomasother{{{char}}}")
    return "".join(out)


def _preamble(used: set[str], code: bool, fonts: Path, folder: Path) -> str:
    if not used and not code:
        return ""
    path = Path(os.path.relpath(fonts, folder)).as_posix()
    lines = [r"\usepackage{amsmath}", r"\usepackage{fontspec}", r"\TeXXeTstate=1"]
    for name in sorted(used):
        _, font, script, right_to_left = _WRITING[name]
        file = stage(name, fonts)
        bold = "BoldFont=*-Bold" if (fonts / f"{font}-Bold.ttf").is_file() else "AutoFakeBold=2"
        options = f"Path={path}/,Extension=.ttf,{bold}" + (f",Script={script}" if script else "")
        begin, end = (r"\beginR ", r"\endR") if right_to_left else ("", "")
        shown = rf"{{\tomasfont{name} {begin}#1{end}}}"
        lines.append(rf"\newfontfamily\tomasfont{name}[{options}]{{{file.stem}}}")
        lines.append(rf"\DeclareRobustCommand\tomas{name}[1]{{\ifmmode\text{shown}\else{shown}\fi}}")
    if code:
        mono = _stage_mono(fonts)
        lines.append(rf"\setmonofont[Path={path}/,Extension=.ttf,Scale=MatchLowercase]{{{mono.stem}}}")
    return "\n".join(lines)
