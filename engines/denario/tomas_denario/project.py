"""Denario's project folder: where its files lie, whether they are good, and which of them the user gets."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import pymupdf

from tomas_denario.latex import Latex
from tomas_denario.options import Options
from tomas_denario.session import TEAM_FOLDERS

TEXTS = {
    "description": "data_description.md",
    "idea": "idea.md",
    "literature": "literature.md",
    "methods": "methods.md",
    "results": "results.md",
    "referee": "referee.md",
}
_IN_PAPER, _IN_OUTPUTS = "../input_files/plots/", "plots/"
_STYLE_SUFFIXES = {".cls", ".sty", ".bst", ".bib"}
_LEAST_TEXT = 20  # characters of a text, or of a paper's first page, below which it says nothing
_PLOT_SUFFIXES = {".png", ".jpg", ".jpeg", ".pdf", ".svg"}


class Project:
    """The project of a session, below its workspace."""

    def __init__(self, folder: Path, outputs: Path) -> None:
        self.folder, self._outputs = folder, outputs
        self.inputs, self.paper_folder = folder / "input_files", folder / "paper"

    def text(self, stage: str) -> Path:
        """Return the file of a stage that writes a text."""
        return self.inputs / TEXTS[stage]

    def plots(self) -> list[Path]:
        """Return the plots, by name."""
        folder = self.inputs / "plots"
        return sorted(file for file in folder.glob("*") if file.suffix.lower() in _PLOT_SUFFIXES)

    def paper(self, asked: Options) -> Path:
        """Return the finished paper's LaTeX; its PDF lies beside it."""
        name = "paper_v4_final.tex" if asked.citations else "paper_v2_no_citations.tex"
        return self.paper_folder / name

    def fault(self, stage: str, asked: Options, *, has_data: bool) -> str | None:
        """Say what a stage owes that is not there or not good; None if all is."""
        if stage == "paper":
            return self._fault_of_paper(self.paper(asked).with_suffix(".pdf"))
        file = self.text(stage)
        if not file.is_file() or len(file.read_text(encoding="utf-8").strip()) < _LEAST_TEXT:
            return f"{file.name} is not there, or says nothing"
        if stage == "results" and has_data and "engineer" in asked.involved_agents and not asked.given(stage):
            plots = self.plots()
            if not plots:
                return "no plot was made"
            if bad := [plot.name for plot in plots if not _opens(plot)]:
                return f"these plots cannot be opened: {', '.join(bad)}"
        return None

    def _fault_of_paper(self, file: Path) -> str | None:
        if not file.is_file():
            return "the paper has no PDF"
        try:
            with pymupdf.open(file) as paper:
                if not paper.page_count:
                    return "the paper's PDF has no page"
                if len(paper[0].get_text().strip()) < _LEAST_TEXT:
                    return "the first page of the paper's PDF is empty"
        except (RuntimeError, ValueError) as error:
            return f"the paper's PDF cannot be opened: {error}"
        return None

    def publish(self, stage: str, asked: Options) -> None:
        """Copy what a stage made to where the user gets it."""
        self._outputs.mkdir(exist_ok=True)
        if stage == "paper":
            self._publish_paper(self.paper(asked))
        elif stage != "description":
            shutil.copyfile(self.text(stage), self._outputs / TEXTS[stage])
        if stage == "results":
            target = self._outputs / "plots"
            shutil.rmtree(target, ignore_errors=True)
            for plot in self.plots():
                target.mkdir(exist_ok=True)
                shutil.copyfile(plot, target / plot.name)

    def _publish_paper(self, source: Path) -> None:
        shutil.copyfile(source.with_suffix(".pdf"), self._outputs / "paper.pdf")
        text = source.read_text(encoding="utf-8").replace(_IN_PAPER, _IN_OUTPUTS)
        (self._outputs / "paper.tex").write_text(text, encoding="utf-8")
        for file in self.paper_folder.iterdir():  # so that paper.tex can be set again
            if file.suffix in _STYLE_SUFFIXES and file.name != "bibliography_temp.bib":
                shutil.copyfile(file, self._outputs / file.name)

    def errors_of_latex(self) -> Sequence[str]:
        """Return the first errors that LaTeX reported in the whole paper."""
        log = self.paper_folder / "LaTeX_compilation.log"
        if not log.is_file():
            return ()
        whole = log.read_text(encoding="utf-8", errors="replace").rpartition("==== ERROR")[2]
        return [line for line in whole.splitlines() if line.startswith("! ")][:3]

    def clear(self, stage: str, asked: Options, *, anew: bool) -> None:
        """Remove what a stage made before, by which it is judged; `anew`: also its makings.

        Sections, code and contexts would otherwise be taken for the new ones.
        """
        makings = {"paper": self.paper_folder, "results": self.folder / TEAM_FOLDERS["results"]}
        if anew and stage in makings:
            shutil.rmtree(makings[stage], ignore_errors=True)
        made = self.paper(asked).with_suffix(".pdf") if stage == "paper" else self.text(stage)
        made.unlink(missing_ok=True)


def _opens(plot: Path) -> bool:
    try:
        with pymupdf.open(plot) as image:
            return image.page_count > 0
    except (RuntimeError, ValueError):
        return False


def describe_style(latex: Latex, journal: str) -> str:
    """Say how the paper is set."""
    if latex.xelatex is None:
        return "There is no LaTeX here: the paper is set in a plain style, by pandoc and Typst."
    return f"The paper is set by LaTeX{'' if journal == 'NONE' else f' in the style of {journal}'}."
