"""The real CMBAgent behind the wire, with a scripted model: what it does, and what it says of what it cannot do."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.contract.engines.cmbagent_harness import TOKEN, Engines, Json, Model, Run, load_player, task_for
from tomas_engine import wire

player = load_player()
REPORT = {"name": "report", "type": "markdown", "files": ["report.md"], "description": "What was found"}
PLOTS = {"name": "plots", "type": "plot", "files": ["plots/*.png"], "description": ""}
HOLDS_WITH_OTHERS = (
    "import multiprocessing, time\n"
    "def hold():\n    data = bytearray(120 * 2**20)\n    time.sleep(30)\n"
    "for _ in range(4):\n    multiprocessing.Process(target=hold).start()"
)
RAISES = 'raise ValueError("no column named hours")'

pytestmark = pytest.mark.engine("cmbagent")


@pytest.fixture(scope="module")
def engines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engines]:
    engines = Engines(tmp_path_factory.mktemp("cmbagent"))
    yield engines
    engines.close()


@pytest.fixture
def model() -> Iterator[Callable[..., Model]]:
    made: list[Model] = []

    def make(answer: Callable[[Json, Any], Any] = player.answer) -> Model:
        made.append(Model(answer))
        return made[-1]

    yield make
    for model in made:
        model.close()


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "tickets.csv"
    rows = "".join(f"{i},{'network' if i % 3 else 'disk'},{i % 7}\n" for i in range(60))
    path.write_text("number,category,hours\n" + rows)
    return path


def coded(*sources: str) -> Callable[[Json, Any], Any]:
    """Let the engineer send these programs, one an attempt, the last again and again."""
    left = list(sources)

    def answer(body: Json, headers: Any) -> Any:
        if headers["X-Tomas-Agent"] != "engineer":
            return player.answer(body, headers)
        source = left.pop(0) if len(left) > 1 else left[0]
        code = f"```python\n# filename: codebase/program.py\n{source}\n```"
        return {"content": f"**Code Explanation:**\n\nA test.\n\n**Python Code:**\n\n{code}"}

    return answer


def run_code(engines: Engines, model: Model, limits: Json | None = None, attempts: int = 1) -> Run:
    with engines.worker(model) as worker:
        assert worker.start(mode="one_shot", max_n_attempts=attempts, limits=limits)["status"] == "completed"
        return worker.execute(task_for(worker.workspace, []))


def printed(run: Run) -> str:
    return "".join(output["content"] for output in run.of("code", phase="output"))


def exit_codes(run: Run) -> list[int]:
    return [output["metadata"]["exit_code"] for output in run.of("code", phase="end")]


def test_a_plan_of_three_steps_is_worked_off(engines: Engines, model: Any, table: Path) -> None:
    model = model()
    with engines.worker(model) as worker:
        assert worker.hello["engine"] == "cmbagent"
        assert worker.start()["status"] == "completed"
        run = worker.execute(task_for(worker.workspace, [REPORT, PLOTS], {"data": table}))
        report = (worker.workspace / "outputs" / "report.md").read_text()
        memory = Path(f"/proc/{worker.pid}/smaps_rollup").read_text()

    assert run.done["status"] == "completed"
    assert run.final["content"] == "All 3 steps of the plan are done."
    assert run.stages == [
        (stage, state) for stage in ("planning", "step 1", "step 2", "step 3") for state in ("started", "completed")
    ]
    assert [c["metadata"]["step"] for c in run.of("checkpoint")] == [0, 1, 2, 3]
    assert exit_codes(run) == [0, 0]
    assert {"outputs/report.md", "outputs/plots/overview.png", "work/control/data/facts.json"} <= run.files
    assert "60 rows, 3 columns" in report
    assert "network (40), disk (20)" in report
    start = run.of("code", phase="start")[0]
    assert start["metadata"]["file"] == "work/control/codebase/explore.py"
    assert "def describe_table" in start["content"]
    assert "60 rows" in printed(run)
    assert {o["agent"] for o in run.of("message") if o is not run.final} == {
        "planner", "planner_response_formatter", "plan_reviewer", "reviewer_response_formatter", "engineer",
        "researcher", "researcher_response_formatter",
    }  # fmt: skip
    private = sum(int(line.split()[1]) for line in memory.splitlines() if line.startswith("Private_"))
    assert private < 120_000, "a session shares what was loaded before the fork"
    _check_calls(model)


def _check_calls(model: Model) -> None:
    assert len(model.calls) == 30
    for call in model.calls:
        assert call["path"] == "/v1/chat/completions"
        assert call["headers"]["Authorization"] == f"Bearer {TOKEN}"
        assert call["headers"]["X-Tomas-Engine"] == "cmbagent"
    stages = [call["headers"]["X-Tomas-Stage"] for call in model.calls]
    assert {stage: stages.count(stage) for stage in stages} == {"planning": 11, "step 1": 7, "step 2": 7, "step 3": 5}
    assert {(call["headers"]["X-Tomas-Agent"], call["body"]["model"]) for call in model.calls} >= {
        ("planner", "tomas-gpt-planner"),
        ("plan_reviewer", "tomas-gpt-planner"),
        ("engineer", "tomas-gpt-engineer"),
        ("engineer_response_formatter", "tomas-gpt-formatter"),
        ("researcher", "tomas-gpt-researcher"),
        ("control", "tomas-gpt-default"),
        ("plan_setter", "tomas-gpt-default"),
    }


def test_the_plain_variant_tells_its_steps_apart_and_keeps_no_checkpoint(
    engines: Engines, model: Any, table: Path
) -> None:
    with engines.worker(model()) as worker:
        worker.start(checkpoints=False)
        run = worker.execute(task_for(worker.workspace, [REPORT], {"data": table}))
    assert run.done["status"] == "completed"
    assert [stage for stage, state in run.stages if state == "started"] == ["planning", "step 1", "step 2", "step 3"]
    assert run.of("checkpoint") == []


def test_one_shot_does_it_all_in_one_program_and_a_repair_makes_what_is_gone(
    engines: Engines, model: Any, table: Path
) -> None:
    with engines.worker(model()) as worker:
        worker.start(mode="one_shot")
        task = task_for(worker.workspace, [REPORT], {"data": table})
        run = worker.execute(task)
        report = worker.workspace / "outputs" / "report.md"
        first = report.read_text()
        report.unlink()
        repair = worker.execute(task + "\n## Missing\n- report: report.md\n", repair=["report"])
        second = report.read_text()
    assert run.done["status"] == repair.done["status"] == "completed"
    assert run.stages == [("one shot", "started"), ("one shot", "completed")]
    assert repair.stages == [("repair", "started"), ("repair", "completed")]
    assert first == second


def test_a_chat_ends_after_one_turn_or_goes_on_with_a_persons_answers(engines: Engines, model: Any) -> None:
    with engines.worker(model(coded("print('turn')"))) as worker:
        worker.start(mode="chat")
        alone = worker.execute(task_for(worker.workspace, []))
    with engines.worker(model(coded("print('turn')"))) as worker:
        worker.start(mode="chat", wait_for_answers=True)
        words = ["Now by month.", ""]

        def reply(output: Json) -> None:
            if output["type"] == "input_request":
                worker.send(wire.Control(verb="intervene", data={"kind": "answer", "content": words.pop(0)}))

        answered = worker.execute(task_for(worker.workspace, []), reply)
    assert (alone.done["status"], len(alone.of("code", phase="end"))) == ("completed", 1)
    assert (answered.done["status"], len(answered.of("code", phase="end"))) == ("completed", 2)
    assert [(o["verb"], o["status"]) for o in answered.others] == [("intervene", "completed")] * 2


def test_code_that_keeps_failing_fails_the_task_and_says_why(engines: Engines, model: Any) -> None:
    with engines.worker(model(coded(RAISES))) as worker:
        worker.start(max_n_attempts=2)
        run = worker.execute(task_for(worker.workspace, []))
    assert run.done["status"] == "failed"
    assert "In step 1 of 3 the code failed 2 times, which is the limit (max_n_attempts)." in run.done["error"]
    assert "ValueError: no column named hours" in run.done["error"]
    assert run.stages[-1] == ("step 1", "failed")
    assert [c["metadata"]["step"] for c in run.of("checkpoint")] == [0]


def test_code_that_fails_once_is_mended(engines: Engines, model: Any) -> None:
    run = run_code(engines, model(coded(RAISES, "print(42)")), attempts=3)
    assert run.done["status"] == "completed"
    assert exit_codes(run) == [1, 0]


def test_a_success_that_only_the_model_saw_is_a_failure(engines: Engines, model: Any) -> None:
    programs = coded("import sys; print('all fine'); sys.exit(3)")

    def answer(body: Json, headers: Any) -> Any:
        if headers["X-Tomas-Agent"] == "executor_response_formatter":
            return player.tool("post_execution_transfer", next_agent_suggestion="control", execution_status="success")
        return programs(body, headers)

    run = run_code(engines, model(answer))
    assert run.done["status"] == "failed"
    assert "the last program ended with exit code 3, although the agents took it for a success" in run.done["error"]


def test_a_refused_model_call_ends_the_task_with_the_gateways_words(engines: Engines, model: Any) -> None:
    refusal = (402, {"error": {"message": "The session's budget of $1.00 is used up.", "type": "budget"}})
    with engines.worker(model(lambda _body, _headers: refusal)) as worker:
        worker.start(mode="one_shot")
        run = worker.execute(task_for(worker.workspace, []))
    assert run.done == {
        "kind": "done", "verb": "execute", "status": "failed", "trace": None, "data": {},
        "error": "The model call of engineer failed: The session's budget of $1.00 is used up.",
    }  # fmt: skip
    assert run.stages == [("one shot", "started"), ("one shot", "failed")]


def test_too_few_rounds_are_a_failure(engines: Engines, model: Any) -> None:
    with engines.worker(model()) as worker:
        worker.start(max_rounds=4)
        run = worker.execute(task_for(worker.workspace, []))
    assert run.done["status"] == "failed"
    assert "did not settle on a plan within 4 rounds" in run.done["error"]


def test_a_program_that_takes_too_long_is_ended_with_all_it_started(engines: Engines, model: Any) -> None:
    program = (
        "import subprocess, sys, time\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(300)'], start_new_session=True)\n"
        "print('child', child.pid)\ntime.sleep(300)"
    )
    run = run_code(engines, model(coded(program)), {"code_seconds": 2})
    assert run.done["status"] == "failed"
    assert "TimeoutError: the program was stopped after 2 seconds" in run.done["error"]
    assert exit_codes(run)[0] == 124
    assert run.of("code", phase="end")[0]["metadata"]["seconds"] < 4
    assert run.longest_silence < 2, "the worker's event loop turns while a program runs"
    child = int(printed(run).split()[1])
    assert not _lives(child)


def test_what_a_program_leaves_behind_does_not_hold_it_up(engines: Engines, model: Any) -> None:
    program = (
        "import subprocess, sys\n"
        "child = subprocess.Popen(['sleep', '300'], start_new_session=True)\nprint('child', child.pid)"
    )
    run = run_code(engines, model(coded(program)))
    assert run.done["status"] == "completed"
    assert run.seconds < 20
    assert not _lives(int(printed(run).split()[1]))


@pytest.mark.parametrize(
    ("program", "limits", "sign"),
    [
        ("data = bytearray(600 * 2**20)\nprint('had it')", {"code_memory_mb": 256}, "MemoryError"),
        (HOLDS_WITH_OTHERS, {"code_memory_mb": 256}, "MemoryError: the program was stopped"),
        (
            "import subprocess\nwhile True:\n    subprocess.Popen(['sleep', '30'])",
            {"code_processes": 8},
            "the limit is 8",
        ),
        ("open('big', 'wb').write(bytes(3 * 2**20))\nprint('had it')", {"code_file_mb": 2}, "File too large"),
    ],
    ids=["memory", "memory of all processes", "processes", "file size"],
)
def test_a_program_is_held_to_its_limits(engines: Engines, model: Any, program: str, limits: Json, sign: str) -> None:
    run = run_code(engines, model(coded(program)), {"code_seconds": 20} | limits)
    assert sign in printed(run)
    assert "had it" not in printed(run)
    assert run.done["status"] == "failed"


def test_a_program_sees_no_token_and_only_the_listed_variables(engines: Engines, model: Any) -> None:
    run = run_code(engines, model(coded("import os\nfor name in sorted(os.environ): print(name, os.environ[name])")))
    seen = dict(line.split(" ", 1) for line in printed(run).strip().splitlines())
    assert TOKEN not in printed(run)
    assert set(seen) - {"LC_CTYPE"} == {
        "HOME", "LANG", "MPLBACKEND", "MPLCONFIGDIR", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "PATH", "PIP_NO_INDEX",
        "PYTHONDONTWRITEBYTECODE", "PYTHONHASHSEED", "PYTHONUNBUFFERED", "PYTHONWARNINGS", "TMPDIR",
    }  # fmt: skip


def test_a_program_reaches_no_other_server(engines: Engines, model: Any) -> None:
    other = model()
    program = f"import socket\nsocket.create_connection(('127.0.0.1', {other.port}), 5)\nprint('reached')"
    run = run_code(engines, model(coded(program)))
    assert "reached" not in printed(run)
    assert "Permission" in printed(run)


def test_a_missing_package_is_not_installed(engines: Engines, model: Any) -> None:
    model = model(coded("import nosuchpackage", "print('without it')"))
    run = run_code(engines, model, attempts=4)
    assert run.done["status"] == "completed"
    assert "installer" in model.agents()
    asked = [call for call in model.calls if call["headers"]["X-Tomas-Agent"] == "executor_response_formatter"]
    assert "Nothing can be installed: the environment is locked" in str(asked[1]["body"])


def test_a_flood_of_output_is_cut_for_reader_and_agents(engines: Engines, model: Any) -> None:
    model = model(coded("for i in range(200_000): print('line', i, 'x' * 20)\nprint('the end')"))
    run = run_code(engines, model)
    assert run.done["status"] == "completed"
    assert 200_000 < len(printed(run)) < 300_000
    assert len(run.of("code", phase="output")) < 100
    asked = next(c for c in model.calls if c["headers"]["X-Tomas-Agent"] == "executor_response_formatter")
    heard = str(asked["body"]["messages"][-1])
    assert len(heard) < 120_000
    assert "the end" in heard
    assert "characters left out" in heard


def test_a_later_attempt_goes_on_where_the_first_was_ended(engines: Engines, model: Any, table: Path) -> None:
    """The calls of step 3 after a restart at step 2 are those of a run without one, byte for byte."""
    refusal = (400, {"error": {"message": "no more"}})

    def refuse_step_two(body: Json, headers: Any) -> Any:
        stop = headers["X-Tomas-Stage"] == "step 2" and headers["X-Tomas-Agent"] == "engineer"
        return refusal if stop else player.answer(body, headers)

    first, second, whole = model(refuse_step_two), model(), model()
    workspace = engines.workspace()
    task = task_for(workspace, [REPORT], {"data": table})
    with engines.worker(first, workspace) as worker:
        worker.start()
        broken = worker.execute(task)
    checkpoint = broken.of("checkpoint")[-1]["metadata"]
    with engines.worker(second, workspace) as worker:
        assert worker.start(checkpoint)["status"] == "completed"
        resumed = worker.execute(task)
    with engines.worker(whole) as worker:
        worker.start()
        worker.execute(task_for(worker.workspace, [REPORT], {"data": table}))
        other = worker.workspace

    assert broken.done["status"] == "failed"
    assert checkpoint["step"] == 1
    assert resumed.done["status"] == "completed"
    assert [stage for stage, state in resumed.stages if state == "started"] == ["step 2", "step 3"]
    after = [_normal(c, workspace) for c in second.calls if c["headers"]["X-Tomas-Stage"] == "step 3"]
    without = [_normal(c, other) for c in whole.calls if c["headers"]["X-Tomas-Stage"] == "step 3"]
    assert len(after) == 5
    assert after == without
    assert "### Step 1" in after[1], "the researcher reads of the steps before the restart"


def _normal(call: Json, workspace: Path) -> str:
    return re.sub(r"call_[0-9a-f]{12}", "CALL", str(call["body"]).replace(workspace.name, "WORKSPACE"))


def test_a_checkpoint_without_its_files_is_refused(engines: Engines, model: Any) -> None:
    with engines.worker(model()) as worker:
        done = worker.start({"step": 2})
    assert done["status"] == "failed"
    assert done["error"] == "The files of the checkpoint after step 2 are gone from the workspace; start anew."


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"skip_rag_agents": False}, "neither passes the gateway"),
        ({"mode": "one_shot", "initial_agent": "planner"}, "cannot begin with planner"),
        ({"agents": {"engineer": {"instructions": "Mind {nonsense}."}}}, "'nonsense' in braces"),
        ({"agents": {"poet": {"instructions": "Write verse."}}}, "CMBAgent has no agent poet"),
    ],
)
def test_what_cannot_be_done_is_refused_with_the_reason(
    engines: Engines, model: Any, options: Json, words: str
) -> None:
    with engines.worker(model()) as worker:
        done = worker.start(**options)
    assert done["status"] == "failed"
    assert words in done["error"]
    assert done["trace"] is None


def test_instructions_and_custom_agents_reach_the_model(engines: Engines, model: Any) -> None:
    model = model(coded("print(1)"))
    with engines.worker(model) as worker:
        worker.start(
            mode="one_shot",
            engineer_instructions="Use metric units {really}.",
            agents={"terminator": {"instructions": "End. {current_status}"}},
        )
        run = worker.execute(task_for(worker.workspace, []))
    assert run.done["status"] == "completed"
    said = {call["headers"]["X-Tomas-Agent"]: str(call["body"]["messages"]) for call in model.calls}
    assert "Use metric units {really}." in said["engineer"]
    assert "End. completed" in said["terminator"]


def _lives(pid: int) -> bool:
    state = Path(f"/proc/{pid}/stat")
    return state.exists() and state.read_text().rpartition(")")[2].split()[0] != "Z"
