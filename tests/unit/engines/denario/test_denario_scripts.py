"""Every character gets a font or a command, and nothing else is touched."""

from pathlib import Path

import pytest
from tomas_denario import scripts

HEAD = "\\documentclass[aps]{revtex4-2}\n\\begin{document}\n"
TAIL = "\n\\end{document}\n"


@pytest.fixture
def fonts(tmp_path: Path) -> Path:
    """A folder in which the fonts lie already: they come from the engine's environment."""
    folder = tmp_path / "fonts"
    folder.mkdir()
    for name in ("DejaVuSans", "DejaVuSerif", "DejaVuSerif-Bold", "cjk", "fontpkg_noto_sans_devanagari"):
        (folder / f"{name}.ttf").touch()
    return folder


def prepared(body: str, folder: Path, fonts: Path) -> str:
    file = folder / "paper.tex"
    file.write_text(HEAD + body + TAIL, encoding="utf-8")
    ready = scripts.prepare(file, fonts)
    assert file.read_text(encoding="utf-8") == HEAD + body + TAIL, "Denario reads its own file again"
    return ready.read_text(encoding="utf-8")


def test_a_plain_file_is_taken_as_it_is(tmp_path: Path, fonts: Path) -> None:
    file = tmp_path / "plain.tex"
    file.write_text(HEAD + "5\\% of $x_1$" + TAIL)
    assert scripts.prepare(file, fonts) == file


@pytest.mark.parametrize(
    ("given", "set_as"),
    [
        ("λ ≤ 2 µm", r"\ensuremath{\lambda} \ensuremath{\le} 2 \ensuremath{\mu}m"),
        ("10⁻³ H₂O x²", r"10\ensuremath{^{-3}} H\ensuremath{_{2}}O x\ensuremath{^{2}}"),
        ("café naïve Łódź “so” \u2013 5 €", "café naïve Łódź “so” \u2013 5 €"),
        ("Ελληνικά", r"\tomasgreek{Ελληνικά}"),
        ("यह हिन्दी है", r"\tomasdevanagari{यह हिन्दी है}"),
        ("中文 and עברית", r"\tomascjk{中文} and \tomashebrew{עברית}"),
        ("№ 5 ✓", r"\tomasother{№} 5 \tomasother{✓}"),
    ],
)
def test_characters_get_what_shows_them(tmp_path: Path, fonts: Path, given: str, set_as: str) -> None:
    assert f"{{document}}\n{set_as}\n" in prepared(given, tmp_path, fonts)


def test_names_comments_and_code_are_left_alone(tmp_path: Path, fonts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scripts, "_stage_mono", lambda folder: folder / "Mono.ttf")
    kept = (
        "\\label{fig:λ} \\includegraphics[width=1cm]{plots/größe λ.png} % λ\n"
        "\\begin{verbatim}\nλ = β\n\\end{verbatim} \\verb|π| \\cite{müller}"
    )
    text = prepared(kept, tmp_path, fonts)
    assert kept in text
    assert r"\setmonofont" in text


def test_fonts_are_declared_once_for_what_is_used(tmp_path: Path, fonts: Path) -> None:
    text = prepared("עברית Ελληνικά", tmp_path, fonts)
    assert text.startswith("\\documentclass[aps]{revtex4-2}\n\\usepackage{amsmath}\n\\usepackage{fontspec}\n")
    assert (
        r"\newfontfamily\tomasfonthebrew[Path=fonts/,Extension=.ttf,AutoFakeBold=2,Script=Hebrew]{DejaVuSans}" in text
    )
    assert r"BoldFont=*-Bold]{DejaVuSerif}" in text
    assert r"\beginR #1\endR" in text
    assert "tomasfontcjk" not in text


def test_links_can_be_written(tmp_path: Path, fonts: Path) -> None:
    assert "\\usepackage{url}" in prepared(r"See \url{https://example.org/a_b}.", tmp_path, fonts)
