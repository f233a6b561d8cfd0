"""What the rehearsal writes as LaTeX: names from the data hold any character, prices are no formulas."""

# ruff: noqa: RUF001 - minus and times are written as such in the texts that are tested

import pytest

from tests.unit.engines.denario.rehearsal.programs import load_player

latex = load_player()._part("latex")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("50% & #1_a", r"50\% \& \#1\_a"),
        (r"{x}~^\y", r"\{x\}\textasciitilde{}\textasciicircum{}\textbackslash{}y"),
        ('<a>|"q"', r"\ensuremath{<}a\ensuremath{>}\ensuremath{|}''q''"),
        ("3.2 × 10⁻⁵", r"3.2 × 10\ensuremath{^{-5}}"),
        ("−4", r"\ensuremath{-}4"),
        ("température 温度", "température 温度"),
        (r"\end{Text}", r"\textbackslash{}end\{Text\}"),
    ],
)
def test_plain_text(text: str, expected: str) -> None:
    assert latex.escape(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("costs $5 and $6", r"costs \$5 and \$6"),
        (r"$y = a \exp(b x)$ holds", r"$y = a \exp(b x)$ holds"),
        (r"$\write18{x}$", r"\$\textbackslash{}write18\{x\}\$"),
        ("`a_b` is **bold** and *so*", r"\texttt{a\_\allowbreak{}b} is \textbf{bold} and \emph{so}"),
        ("a `$x$` name", r"a \texttt{\$x\$} name"),
        ("$1/|b|$", "$1/|b|$"),
        ("2 * 3 * 4", "2 * 3 * 4"),
    ],
)
def test_a_line(text: str, expected: str) -> None:
    assert latex.inline(text) == expected


def test_a_document() -> None:
    markdown = (
        "# Results\n\nIntro `f_1.png`, in Table 1.\n\n## Data & co\n\n- one\n- [two] 5%\n\n1. first\n2. second\n\n"
        "| a_b | c |\n|---|---|\n| x\\|y | 5% |\n\nTable 1: A *table*.\n\n```\ncode_1 {x}\n```\n\n## Figures\n\n- "
        "gone\n<!-- gone -->\n"
    )
    found = latex.document(markdown, figures=("f_1.png",), without=("figures",))
    assert found.startswith(r"Intro \ref{fig:f-1}, in Table~\ref{tab:1}.")
    assert r"\subsection{Data \& co}" in found
    assert "\\item {}[two] 5\\%" in found
    assert found.count(r"\begin{itemize}") == found.count(r"\begin{enumerate}") == 1
    assert r"\raggedright x\ensuremath{|}y & \raggedright 5\%\tabularnewline" in found
    assert r"\caption{A \emph{table}.}" in found
    assert r"\label{tab:1}" in found
    assert r"\texttt{code\_\allowbreak{}1 \{x\}}" in found
    assert "gone" not in found
    assert "Results" not in found


def test_references_to_figures_that_are_not_there_are_taken_out() -> None:
    text = r"see \ref{fig:a} and \ref{fig:b} \label{fig:b}"
    assert latex.without_loose_references(text) == r"see (not shown) and \ref{fig:b} \label{fig:b}"


def test_what_failed_is_made_plain() -> None:
    found = latex.plainer("\\subsection{A}\n50% of \\foo{x_1} & $y$ \\texttt{a\\_b} \\item z")
    assert found == "\\subsection{A}\n50  of  foo{x 1}    y  \\texttt{a\\_b} \\item z"
