"""The stand-in's reading of LaTeX: front matter of each journal, and what Typst would stumble over."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

FOLDER = Path(__file__).resolve().parents[4] / "engines" / "denario" / "standin"


def load(name: str) -> ModuleType:
    """Load a module of the stand-in by its path: it is a program of its own."""
    spec = importlib.util.spec_from_file_location(f"standin_{name}", FOLDER / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[spec.name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


front = load("front")
tree = load("tree")
BODY = "\\section{Introduction}\nWords.\n\\bibliography{bibliography}{}\n\\bibliographystyle{unsrt}"
ABSTRACT = "\\begin{abstract}\nWe $\\{fit\\}$.\n\\end{abstract}"
FRONTS = {
    "NONE": "\\title{A {t}itle}\n\\author{Denario}\n\\date{By agents.}\n\\maketitle\n" + ABSTRACT,
    "AAS": "\\title{A {t}itle}\n\\author{Denario}\n\\affiliation{By agents.}\n" + ABSTRACT + "\n\\keywords{One, two}",
    "APS": "\\title{A {t}itle}\n\\author{Denario}\n\\affiliation{By agents.}\n" + ABSTRACT + "\n\\maketitle",
    "ICML": "\\twocolumn[\n\\icmltitle{A {t}itle}\n\\begin{icmlauthorlist}\n\\icmlauthor{Denario}{aff}\n"
    "\\end{icmlauthorlist}\n\\icmlaffiliation{aff}{By agents.}\n\n]\n\\printAffiliationsAndNotice{}\n" + ABSTRACT,
    "NeurIPS": "\\title{A {t}itle}\n\\author{\nDenario\\\\\nBy agents.\n}\n\\maketitle\n" + ABSTRACT,
}


@pytest.mark.parametrize("journal", FRONTS)
def test_each_journals_front_matter_is_understood(journal: str) -> None:
    text = f"\\documentclass{{x}}\n\\begin{{document}}\n{FRONTS[journal]}\n{BODY}\n\\end{{document}}"
    whole = front.read(text).whole
    assert "\\title{A {t}itle}" in whole
    assert "\\author{Denario}" in " ".join(whole.split()).replace("{ ", "{").replace(" }", "}")
    assert "By agents." in whole.partition("\\begin{abstract}")[0]
    assert "\\begin{abstract}We $\\{fit\\}$.\\end{abstract}" in whole
    assert "\\section{Introduction}\nWords." in whole
    for left in ("twocolumn", "icml", "affiliation", "bibliography", "printAff"):
        assert left not in whole
    assert ("One, two" in whole) == (journal == "AAS")


def test_old_font_commands_and_wide_floats_are_put_in_other_words() -> None:
    whole = front.read("\\begin{document}$x_{\\rm obs}$ \\begin{figure*}y\\end{figure*}\\end{document}").whole
    assert "$x_\\mathrm{obs}$" in whole
    assert "\\begin{figure}y\\end{figure}" in whole


def math(text: str) -> dict[str, Any]:
    return {"t": "Math", "c": [{"t": "DisplayMath"}, text]}


def reference(label: str) -> dict[str, Any]:
    attributes = [["reference-type", "ref"], ["reference", label]]
    return {"t": "Link", "c": [["", [], attributes], [{"t": "Str", "c": label}], [f"#{label}", ""]]}


def test_references_lead_to_what_is_there() -> None:
    inlines = [math(r"a \label{eq:a} \\ b \label{eq:b}"), reference("eq:b"), reference("eq:none")]
    document = {"blocks": [{"t": "Para", "c": inlines}]}
    tree.mend(document, cited=True)
    assert inlines[0]["c"][1].count("\\label") == 1
    assert inlines[1] == {"t": "RawInline", "c": ["typst", '#ref(label("eq:a"))']}
    assert inlines[2] == {"t": "Str", "c": "??"}


def test_without_references_a_citation_is_a_question_mark() -> None:
    inlines = [{"t": "Cite", "c": [[], []]}]
    tree.mend({"blocks": [{"t": "Para", "c": inlines}]}, cited=False)
    assert inlines == [{"t": "Str", "c": "[?]"}]


@pytest.mark.parametrize(("width", "shown"), [("45%", "70%"), ("90%", "90%"), ("120.0%", "100%"), ("5cm", "5cm")])
def test_figures_are_wide_enough_to_be_read(width: str, shown: str) -> None:
    image = {"t": "Image", "c": [["", [], [["width", width]]], [], ["a.png", ""]]}
    tree.mend({"blocks": [{"t": "Para", "c": [image]}]}, cited=True)
    assert image["c"][0][2] == [["width", shown]]
