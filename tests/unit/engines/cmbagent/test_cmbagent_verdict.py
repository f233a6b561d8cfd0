import pytest
from tomas_cmbagent import verdict
from tomas_cmbagent.runner import Outcome

FINE = Outcome(exit_code=0, output="42", seconds=1, stopped=None)
BAD = Outcome(exit_code=1, output="Traceback …\nKeyError: 'hours'\n", seconds=1, stopped=None)


def state(**changes: object) -> dict[str, object]:
    return {
        "number_of_steps_in_plan": 3,
        "current_plan_step_number": 2,
        "current_status": "completed",
        "n_attempts": 0,
        "max_n_attempts": 3,
    } | changes


@pytest.mark.parametrize(
    ("context", "step"),
    [
        (state(), 2),
        (state(current_plan_step_number=3, current_status="in progress"), 2),
        (state(current_plan_step_number=3), 3),
    ],
    ids=["completed", "the next was entered", "the last completed"],
)
def test_a_step_was_done(context: dict[str, object], step: int) -> None:
    assert verdict.of_step(context, step, FINE, 50) is None
    assert verdict.of_step(context, step, None, 50) is None


@pytest.mark.parametrize(
    ("context", "step", "run", "words"),
    [
        (state(n_attempts=3), 2, BAD, "In step 2 of 3 the code failed 3 times"),
        (state(n_attempts=3), 2, BAD, "KeyError: 'hours'"),
        (state(n_attempts=1, max_n_attempts=1), 2, BAD, "the code failed once"),
        (state(current_status="in progress"), 2, FINE, "did not finish within 50 rounds"),
        (state(current_status="failed"), 2, FINE, "gave up in step 2 of 3"),
        (state(current_plan_step_number=1), 2, FINE, "did not finish"),
        (state(), 3, FINE, "did not finish within 50 rounds (max_rounds) in step 3 of 3"),
        (state(), 2, BAD, "the last program ended with exit code 1, although"),
        (state(number_of_steps_in_plan=1, current_plan_step_number=1), 1, BAD, "In the task the last program"),
    ],
)
def test_a_step_was_not_done(context: dict[str, object], step: int, run: Outcome, words: str) -> None:
    assert words in str(verdict.of_step(context, step, run, 50))


def test_there_is_a_plan_or_not() -> None:
    assert verdict.of_planning({"final_plan": "…", "number_of_steps_in_plan": 2}, 50) is None
    assert "within 50 rounds" in str(verdict.of_planning({"final_plan": None}, 50))
    assert verdict.of_planning({"final_plan": "…", "number_of_steps_in_plan": 0}, 50)
