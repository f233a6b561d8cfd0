"""The real Denario behind the wire, with a scripted model: every stage, both backends, what it says of a fault."""

import json
import re
import shutil
from collections.abc import AsyncGenerator, Callable, Iterator
from pathlib import Path
from typing import Any

import pypdf
import pytest
import pytest_asyncio

from tests.contract.engines import denario_model
from tests.contract.engines.cmbagent_harness import TOKEN, Json, Model
from tests.contract.engines.denario_harness import (
    Denario,
    denario,
    form_for,
    given,
    mode_for,
    outputs,
    put_table,
    stages,
    task_for,
    until,
)
from tests.contract.engines.harness import Run, execute
from tomas_engine import wire

pytestmark = [pytest.mark.engine("denario"), pytest.mark.asyncio(loop_scope="module")]
ALL = ("description", "idea", "methods", "results", "paper")
IDEA = "Title: my own idea. We measure the rate of the decay, and nothing else."
METHODS = "1. Take the logarithm. 2. Fit a line. 3. Quote the slope with its error."


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def engine(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Denario]:
    async with denario(tmp_path_factory.mktemp("denario")) as engine:
        yield engine


@pytest.fixture
def model() -> Iterator[Callable[..., Model]]:
    made: list[Model] = []

    def make(answer: Callable[..., Any] = denario_model.answer) -> Model:
        made.append(Model(answer))
        return made[-1]

    yield make
    for model in made:
        model.close()


def error_of(run: Run) -> str | None:
    assert run.done is not None, "the worker ended"
    return run.done.error


def ended(*names: str, skipped: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    """What the stages look like that go well."""
    told: list[tuple[str, str]] = []
    for name in names:
        told += [(name, "skipped")] if name in skipped else [(name, "started"), (name, "completed")]
    return told


def first_page(workspace: Path) -> str:
    return pypdf.PdfReader(workspace / "outputs" / "paper.pdf").pages[0].extract_text()


def stages_called(model: Model) -> set[str]:
    return {call["headers"]["X-Tomas-Stage"] for call in model.calls}


async def test_from_a_table_to_a_paper(engine: Denario, model: Any) -> None:
    model, workspace = model(), engine.workspace()
    run = await engine.run(model, workspace)
    assert error_of(run) is None
    assert stages(run) == ended(*ALL)
    assert outputs(workspace) == {
        "idea.md", "methods.md", "results.md", "plots/decay_1.png", "plots/residuals_1.png", "paper.pdf", "paper.tex",
    }  # fmt: skip
    assert "A decay of 5% in café data" in first_page(workspace)
    assert "0.25" in (workspace / "outputs" / "results.md").read_text()
    assert "{plots/decay_1.png}" in (workspace / "outputs" / "paper.tex").read_text()
    described = (workspace / "work" / "input_files" / "data_description.md").read_text()
    assert "| x_m | number | - | 60 of 60 | 0.525 to 2, mean 1.2625" in described
    assert "| blank | blank | - | 0 of 60 | only blanks |" in described
    assert f"- {workspace}/inputs/decay.csv" in described
    assert "Write paper.pdf" not in described
    assert "Quote uncertainties." in described
    finals = [output for output in run.outputs if output.status != "running"]
    assert [output.content for output in finals] == ["Done: description, idea, methods, results, paper."]
    seconds = [o.metadata["seconds"] for o in run.of("stage") if o.metadata["state"] == "completed"]
    assert all(value >= 0 for value in seconds)
    assert [o.metadata["part"] for o in run.of("checkpoint") if o.stage == "paper" and "part" in o.metadata] == [
        "keywords", "abstract", "introduction", "methods", "results", "conclusions", "plots", "refine_results",
    ]  # fmt: skip
    assert [o.metadata["step"] for o in run.of("checkpoint") if "step" in o.metadata] == [0, 1, 2]
    check_calls(model)


def check_calls(model: Model) -> None:
    assert stages_called(model) == {"idea", "methods", "results", "paper"}
    for call in model.calls:
        assert call["path"] == "/v1/chat/completions"
        assert call["headers"]["Authorization"] == f"Bearer {TOKEN}"
        assert call["headers"]["X-Tomas-Engine"] == "denario"
        assert not call["body"].get("stream")
    who = {(c["headers"]["X-Tomas-Stage"], c["headers"]["X-Tomas-Agent"], c["body"]["model"]) for c in model.calls}
    assert who >= {
        ("idea", "maker", "tomas-gpt-default"),
        ("idea", "hater", "tomas-gpt-default"),
        ("methods", "methods", "tomas-gpt-default"),
        ("results", "planner", "tomas-gpt-planner"),
        ("results", "engineer", "tomas-gpt-engineer"),
        ("results", "researcher", "tomas-gpt-researcher"),
        ("results", "engineer_response_formatter", "tomas-gpt-formatter"),
        ("paper", "abstract", "tomas-gpt-writer"),
        ("paper", "plots", "tomas-gpt-writer"),
    }


async def test_the_team_finds_idea_and_methods(engine: Denario, model: Any) -> None:
    model, workspace = model(), engine.workspace()
    run = await engine.run(model, workspace, {"stages": ["idea", "methods"]}, backend="cmbagent")
    assert error_of(run) is None
    assert stages(run) == ended("description", "idea", "methods")
    assert outputs(workspace) == {"idea.md", "methods.md"}
    assert {c["headers"]["X-Tomas-Agent"] for c in model.calls} >= {"planner", "idea_maker", "idea_hater", "researcher"}
    assert stages_called(model) == {"idea", "methods"}


async def test_own_idea_and_methods_skip_their_stages(engine: Denario, model: Any) -> None:
    model, workspace = model(), engine.workspace()
    form = {"idea": IDEA, "methods": METHODS, "stages": ["results"]}
    run = await engine.run(model, workspace, form)
    assert error_of(run) is None
    assert stages(run) == ended("description", "idea", "methods", "results", skipped=("idea", "methods"))
    assert stages_called(model) == {"results"}
    assert (workspace / "outputs" / "idea.md").read_text().strip() == IDEA
    assert any(IDEA in json.dumps(call["body"]) for call in model.calls)
    assert any("Take the logarithm" in json.dumps(call["body"]) for call in model.calls)


@pytest.mark.parametrize(
    ("chosen", "words"),
    [
        (["methods"], "The stage methods is made from idea, which no stage makes: choose it too or give your own."),
        (["idea", "results"], "The stage results is made from methods"),
        (["idea", "methods", "paper"], "The stage paper is made from results, which no stage makes: choose it too."),
    ],
)
async def test_a_stage_without_what_it_is_made_from_is_refused(
    engine: Denario, model: Any, chosen: list[str], words: str
) -> None:
    model = model()
    run = await engine.run(model, engine.workspace(), {"stages": chosen})
    assert words in (error_of(run) or "")
    assert model.calls == []


async def test_a_worker_killed_in_any_stage_leaves_what_the_next_goes_on_from(engine: Denario, model: Any) -> None:
    model, workspace = model(), engine.workspace()
    waits = {
        "methods": lambda o: o.type == "checkpoint" and o.stage == "idea",
        "results": lambda o: o.type == "checkpoint" and o.metadata.get("step") == 1,
        "paper": lambda o: o.type == "checkpoint" and o.metadata.get("part") == "methods" and o.stage == "paper",
    }
    form = form_for(workspace, {})
    checkpoint = None
    counts: dict[str, int] = {}
    for stage, wait in waits.items():
        before = len(model.calls)
        async with engine.worker(model, workspace, checkpoint=checkpoint) as worker:
            await worker.send(
                wire.Execute(task=task_for(workspace, form), input_data=form, mode_config=mode_for(workspace))
            )
            checkpoint = (await until(worker, wait)).metadata
            await worker.kill()
        counts[stage] = len(model.calls) - before
    before = len(model.calls)
    async with engine.worker(model, workspace, checkpoint=checkpoint) as worker:
        run = await execute(worker, task_for(workspace, form), form, mode_for(workspace))
    assert error_of(run) is None
    assert stages(run) == ended(*ALL, skipped=ALL[:-1])
    rest = [call["headers"]["X-Tomas-Agent"] for call in model.calls[before:]]
    assert not {"keywords", "abstract", "introduction", "methods"} & set(rest), "the sections were written before"
    engineers = [call for call in model.calls if call["headers"]["X-Tomas-Agent"] == "engineer"]
    assert len(engineers) == 1, "the first step of the plan is not done again"
    researcher = [call for call in model.calls if call["headers"]["X-Tomas-Agent"] == "researcher"]
    assert any("decay rate 0.25" in json.dumps(call["body"]) for call in researcher), "it knows what step 1 printed"
    assert {"paper.pdf", "plots/decay_1.png", "results.md"} <= outputs(workspace)


async def test_a_killed_worker_with_all_steps_done_redoes_the_last_and_keeps_the_plots(
    engine: Denario, model: Any
) -> None:
    model, workspace = model(), engine.workspace()
    form = form_for(workspace, {"stages": ["results"], "idea": IDEA, "methods": METHODS})
    async with engine.worker(model, workspace) as worker:
        await worker.send(
            wire.Execute(task=task_for(workspace, form), input_data=form, mode_config=mode_for(workspace))
        )
        checkpoint = await until(worker, lambda o: o.type == "checkpoint" and o.metadata.get("step") == 2)
        await worker.kill()
    shutil.rmtree(workspace / "work" / "input_files" / "plots", ignore_errors=True)
    async with engine.worker(model, workspace, checkpoint=checkpoint.metadata) as worker:
        run = await execute(worker, task_for(workspace, form), form, mode_for(workspace))
    assert error_of(run) is None
    assert {"plots/decay_1.png", "plots/residuals_1.png", "results.md"} <= outputs(workspace)


async def test_what_is_made_from_something_changed_is_made_anew(engine: Denario, model: Any) -> None:
    model, workspace = model(), engine.workspace()
    assert error_of(await engine.run(model, workspace)) is None
    before = len(model.calls)
    form = form_for(workspace, {"data_files": [given(workspace / "inputs" / "decay.csv")]})
    async with engine.worker(model, workspace) as worker:
        again = await execute(worker, task_for(workspace, form), form, mode_for(workspace))
    assert stages(again) == ended(*ALL, skipped=ALL)
    assert len(model.calls) == before
    results = workspace / "work" / "input_files" / "results.md"
    results.write_text(results.read_text() + "\nOne more sentence.\n")
    async with engine.worker(model, workspace) as worker:
        edited = await execute(worker, task_for(workspace, form), form, mode_for(workspace))
    assert stages(edited) == ended(*ALL, skipped=ALL[:-1])
    assert any("One more sentence." in json.dumps(call["body"]) for call in model.calls[before:])


async def test_a_checkpoint_whose_files_are_gone_is_refused(engine: Denario, model: Any) -> None:
    run = await engine.run(model(), engine.workspace(), checkpoint={"stage": "idea"})
    assert "The files of the checkpoint are gone" in (error_of(run) or "")


async def test_a_file_that_cannot_be_read_is_said_and_the_others_are_used(engine: Denario, model: Any) -> None:
    workspace = engine.workspace()
    broken = workspace / "inputs" / "broken.fits"
    broken.write_bytes(b"this is no FITS file" * 200)
    form = {"data_files": [given(broken), put_table(workspace)], "stages": ["idea"]}
    run = await engine.run(model(), workspace, form)
    assert error_of(run) is None
    described = (workspace / "work" / "input_files" / "data_description.md").read_text()
    assert re.search(r"cannot be read.*\n\n\* broken\.fits: No SIMPLE card found", described)
    assert [o for o in run.of("log") if "broken.fits cannot be read" in o.content]


async def test_no_readable_file_at_all_ends_it_before_any_call(engine: Denario, model: Any) -> None:
    workspace, model = engine.workspace(), model()
    empty = workspace / "inputs" / "empty.csv"
    empty.touch()
    run = await engine.run(model, workspace, {"data_files": [given(empty)]})
    assert error_of(run) == "The data: None of the data files can be read. empty.csv: the file is empty."
    assert stages(run) == [("description", "started"), ("description", "failed")]
    assert model.calls == []


async def test_without_data_the_paper_says_so(engine: Denario, model: Any) -> None:
    workspace = engine.workspace()
    run = await engine.run(model(), workspace, {"data_files": []})
    assert error_of(run) is None
    assert "No data was given" in " ".join(first_page(workspace).split())
    assert "No data files were given" in (workspace / "work" / "input_files" / "data_description.md").read_text()


async def test_results_without_a_plot_are_a_failure(engine: Denario, model: Any) -> None:
    def answer(body: Json, headers: Any) -> Any:
        if headers["X-Tomas-Agent"] == "engineer":
            return {"content": "**Python Code:**\n\n```python\n# filename: codebase/x.py\nprint('no plot')\n```"}
        return denario_model.answer(body, headers)

    run = await engine.run(model(answer), engine.workspace())
    assert "The results: Denario went through the stage, but no plot was made." in (error_of(run) or "")
    assert stages(run)[-1] == ("results", "failed")


async def test_code_that_keeps_failing_says_why(engine: Denario, model: Any) -> None:
    def answer(body: Json, headers: Any) -> Any:
        if headers["X-Tomas-Agent"] == "engineer":
            code = "raise ValueError('no such column')"
            return {"content": f"**Python Code:**\n\n```python\n# filename: codebase/x.py\n{code}\n```"}
        return denario_model.answer(body, headers)

    run = await engine.run(model(answer), engine.workspace(), max_n_attempts=2)
    assert "the code failed 2 times, which is the limit" in (error_of(run) or "")
    assert "ValueError: no such column" in (error_of(run) or "")


async def test_an_answer_without_its_part_ends_the_stage_not_the_worker(engine: Denario, model: Any) -> None:
    def answer(body: Json, headers: Any) -> Any:
        if headers["X-Tomas-Agent"] == "conclusions":
            return {"content": "I had rather not."}
        return denario_model.answer(body, headers)

    run = await engine.run(model(answer), engine.workspace())
    assert (error_of(run) or "").startswith("The paper: A model's answer did not hold the part it was asked for")


async def test_a_refused_call_ends_the_stage_with_the_gateways_words(engine: Denario, model: Any) -> None:
    def answer(body: Json, headers: Any) -> Any:
        if headers["X-Tomas-Stage"] == "methods":
            return 402, {"error": {"message": "The session's budget of $1.00 is used up."}}
        return denario_model.answer(body, headers)

    run = await engine.run(model(answer), engine.workspace())
    assert error_of(run) == ("The methods: The model call of methods failed: The session's budget of $1.00 is used up.")
    assert stages(run)[-1] == ("methods", "failed")


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"citations": True}, "Citations cannot be had here: perplexity and arxiv cannot be reached"),
        ({"literature_check": "semantic_scholar"}, "semantic-scholar cannot be reached through the gateway"),
        ({"literature_check": "futurehouse"}, "futurehouse cannot be reached through the gateway"),
    ],
)
async def test_a_service_that_cannot_be_reached_is_refused_at_the_start(
    engine: Denario, model: Any, form: Json, words: str
) -> None:
    model = model()
    run = await engine.run(model, engine.workspace(), form)
    assert words in (error_of(run) or "")
    assert "References are never invented" in (error_of(run) or "")
    assert model.calls == []


async def test_a_repair_puts_back_what_is_gone_without_a_call(engine: Denario, model: Any) -> None:
    model, workspace = model(), engine.workspace()
    form = form_for(workspace, {"stages": ["idea"]})
    async with engine.worker(model, workspace) as worker:
        assert error_of(await execute(worker, task_for(workspace, form), form, mode_for(workspace))) is None
        before = len(model.calls)
        (workspace / "outputs" / "idea.md").unlink()
        repair = mode_for(workspace) | {"repair": ["idea"]}
        missing = task_for(workspace, form) + "\n## Missing\n- idea: idea.md\n"
        assert error_of(await execute(worker, missing, form, repair)) is None
    assert outputs(workspace) == {"idea.md"}
    assert len(model.calls) == before
