"""Denario's papers: set by LaTeX and without it, journals, citations, the literature, the referee."""

import os
import shutil
from collections.abc import AsyncGenerator, Iterator
from pathlib import Path
from typing import Any

import pypdf
import pytest
import pytest_asyncio

from tests.contract.engines import denario_model
from tests.contract.engines.cmbagent_harness import TOKEN, Json, Model
from tests.contract.engines.denario_harness import Denario, Gateway, denario, outputs, stages
from tests.contract.engines.harness import Run

pytestmark = [pytest.mark.engine("denario"), pytest.mark.asyncio(loop_scope="module")]
UP_TO_RESULTS = {"idea": "My own idea: measure the rate.", "methods": "Fit a line to the logarithm of the data."}
has_latex = pytest.mark.skipif(shutil.which("xelatex") is None, reason="there is no LaTeX here; CI installs it")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def engine(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Denario]:
    async with denario(tmp_path_factory.mktemp("papers")) as engine:
        yield engine


@pytest.fixture
def model() -> Iterator[Model]:
    model = Model(denario_model.answer)
    yield model
    model.close()


@pytest.fixture
def gateway(model: Model) -> Iterator[Gateway]:
    gateway = Gateway(model)
    yield gateway
    gateway.close()


@pytest.fixture
def no_latex(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))


def error_of(run: Run) -> str | None:
    assert run.done is not None, "the worker ended"
    return run.done.error


def text_of(workspace: Path) -> str:
    pages = pypdf.PdfReader(workspace / "outputs" / "paper.pdf").pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


async def test_without_latex_the_paper_is_set_plainly_and_says_so(
    engine: Denario, model: Model, no_latex: None
) -> None:
    workspace = engine.workspace()
    run = await engine.run(model, workspace, UP_TO_RESULTS | {"stages": ["results", "paper"]}, journal="APS")
    assert error_of(run) is None
    text = text_of(workspace)
    assert "Set without LaTeX, by pandoc and Typst, in a plain style, not in that of APS." in text
    assert "A decay of 5% in café data" in text
    for words in ("Ελληνικά", "Русский", "中文", "5 % of A_1 & B", "café", "Figure 1", "Figure 2"):
        assert words in text, words
    assert "Set without LaTeX" not in (workspace / "outputs" / "paper.tex").read_text()


@has_latex
@pytest.mark.parametrize(("journal", "sign"), [("NONE", "1 Introduction"), ("APS", "I. INTRODUCTION")])
async def test_latex_sets_the_journals_style(engine: Denario, model: Model, journal: str, sign: str) -> None:
    workspace = engine.workspace()
    run = await engine.run(model, workspace, UP_TO_RESULTS | {"stages": ["results", "paper"], "journal": journal})
    assert error_of(run) is None
    text = text_of(workspace)
    assert sign in text
    for words in (
        "A decay of 5% in café data",
        "5 % of A",
        "Русский",
        "Ελληνικά",
        "FIG" if journal == "APS" else "Figure 1",
    ):
        assert words in text, words
    assert not [output for output in run.of("log") if "LaTeX reported errors" in output.content]


@has_latex
async def test_a_missing_style_is_seen_before_any_call(
    engine: Denario, model: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    finder = tmp_path / "kpsewhich"
    finder.write_text('#!/bin/sh\nfor name in "$@"; do case $name in revtex*) ;; *) echo /tex/$name ;; esac; done\n')
    finder.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    run = await engine.run(model, engine.workspace(), {"journal": "APS"})
    assert error_of(run) == (
        "LaTeX is installed, but not what the journal APS needs: revtex4-2.cls. Install it (Debian: apt-get install "
        "--no-install-recommends texlive-xetex texlive-publishers) or choose another journal."
    )
    assert model.calls == []


@pytest.mark.parametrize("latex", [pytest.param(True, marks=has_latex), False])
async def test_citations_are_those_that_can_be_fetched(
    engine: Denario, model: Model, gateway: Gateway, latex: bool, request: pytest.FixtureRequest
) -> None:
    if not latex:
        request.getfixturevalue("no_latex")
    workspace = engine.workspace()
    form = UP_TO_RESULTS | {"stages": ["results", "paper"], "citations": True, "referee": True}
    run = await engine.run(gateway, workspace, form, services=("perplexity", "arxiv"))
    assert error_of(run) is None
    assert {path.split("/")[2] for path, _ in gateway.asked} == {"perplexity", "arxiv"}
    for _, headers in gateway.asked:
        assert headers["Authorization"] == f"Bearer {TOKEN}"
        assert headers["X-Tomas-Engine"] == "denario"
        assert headers["X-Tomas-Stage"] == "paper"
    text = text_of(workspace)
    assert "Müller" in text
    assert "example.org" not in text
    assert {"bibliography.bib", "paper.pdf", "referee.md"} <= outputs(workspace)
    assert stages(run)[-1] == ("referee", "completed")
    seen = [call for call in model.calls if call["headers"]["X-Tomas-Agent"] == "referee"]
    assert [part["type"] for part in seen[0]["body"]["messages"][-1]["content"]][:3] == ["text", "text", "image_url"]
    assert seen[0]["body"]["model"] == "tomas-gpt-referee"


@pytest.mark.parametrize(
    ("check", "service", "words"),
    [("semantic_scholar", "semantic-scholar", "The idea is new"), ("futurehouse", "futurehouse", "none was found")],
)
async def test_the_idea_is_looked_up(engine: Denario, gateway: Gateway, check: str, service: str, words: str) -> None:
    workspace = engine.workspace()
    form: Json = {"stages": ["idea"], "literature_check": check}
    run = await engine.run(gateway, workspace, form, services=(service,), literature_iterations=2)
    assert error_of(run) is None
    assert {path.split("/")[2] for path, _ in gateway.asked} == {service}
    assert words in (workspace / "outputs" / "literature.md").read_text()


async def test_a_service_that_refuses_fails_the_stage_with_its_words(engine: Denario, gateway: Gateway) -> None:
    gateway.status = 403
    form: Json = {"stages": ["idea"], "literature_check": "semantic_scholar"}
    run = await engine.run(gateway, engine.workspace(), form, services=("semantic-scholar",))
    assert error_of(run) == (
        "The literature: semantic-scholar answered 403: The key was refused. So literature.md is not there, or says "
        "nothing. A retry goes on from the last checkpoint."
    )
    assert len(gateway.asked) == 1, "a refusal is not asked again two hundred times"


async def test_latex_that_cannot_be_set_is_given_to_the_model_to_mend(
    engine: Denario, model: Model, no_latex: None
) -> None:
    mended: list[str] = []

    def answer(body: Json, headers: Any) -> Any:
        prompt = denario_model.text_of(body["messages"][-1])
        if "LaTeX cannot compile it" in prompt:
            mended.append(prompt)
            return {"content": "\\begin{Text}\nThe decay is exponential after all.\n\\end{Text}"}
        if headers["X-Tomas-Agent"] == "conclusions":
            return {
                "content": "\\begin{Conclusions}\\begin{Text}\n\\begin{itemize} It is.\n\\end{Text}\\end{Conclusions}"
            }
        return denario_model.answer(body, headers)

    model.answer = answer
    workspace = engine.workspace()
    run = await engine.run(model, workspace, UP_TO_RESULTS | {"stages": ["results", "paper"]})
    assert error_of(run) is None
    assert len(mended) == 1
    assert "unexpected" in mended[0], "the model reads why it could not be set"
    assert "exponential after all" in text_of(workspace)
