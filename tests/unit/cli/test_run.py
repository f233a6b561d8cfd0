import pytest
import typer

from tomas.cli import run
from tomas.cli.console import plain, safe, seconds
from tomas.cli.progress import Tally, _told


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        ({"type": "multiselect"}, "a, b,,c", ["a", "b", "c"]),
        ({"type": "number"}, "3", 3),
        ({"type": "number"}, "3.5", 3.5),
        ({"type": "number"}, "many", "many"),
        ({"type": "checkbox"}, "yes", True),
        ({"type": "checkbox"}, "No", False),
        ({"type": "checkbox"}, "perhaps", "perhaps"),
        ({"type": "text"}, "3", "3"),
        ({}, "x", "x"),
    ],
)
def test_text_becomes_what_the_field_takes(field: dict, text: str, value: object) -> None:
    assert run._value(field, text) == value


def test_models_are_named_by_role_or_for_all() -> None:
    config = run._config(["openai/gpt-4.1", "planner=openai/o3"], ["max_plan_steps=4", "checkpoints=false"], "mine")
    assert config == {
        "models": {"default": "openai/gpt-4.1", "planner": "openai/o3"},
        "options": {"max_plan_steps": 4, "checkpoints": False},
        "name": "mine",
    }


@pytest.mark.parametrize("text", ["novalue", "=x", ""])
def test_a_pair_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(typer.BadParameter, match="NAME=VALUE"):
        run._pair(text)


def event(kind: str, content: str = "", **more: object) -> dict:
    shape = {"type": kind, "content": content, "metadata": {}, "artifacts": [], "agent": None, "stage": None}
    return shape | {"cost_info": None} | more


def test_hostile_text_is_shown_as_it_is() -> None:
    told = _told(event("message", "[red]x[/] \x1b[2Jgone\x07", agent="[b]engineer"))
    assert told is not None
    assert "\x1b" not in told
    assert "\\[red]" in told
    assert "\\[b]engineer" in told


def test_what_no_person_wants_to_see_is_left_out() -> None:
    for kind in ("llm_call", "tool", "checkpoint", "input_request", "end"):
        assert _told(event(kind, "x")) is None
    assert _told(event("code", "x = 1", metadata={"phase": "output"})) is None
    assert "failed" in (_told(event("code", metadata={"phase": "end", "exit_code": 1})) or "")


def test_the_tally_adds_exactly() -> None:
    tally = Tally()
    cost = {"input_tokens": 10, "output_tokens": 5, "cost_usd": "0.1"}
    for _ in range(3):
        tally.count(event("llm_call", cost_info=cost))
    tally.count(event("stage", stage="step 1", metadata={"state": "started"}))
    assert (tally.calls, tally.tokens, str(tally.cost)) == (3, 45, "0.3")
    assert "step 1" in tally.line()


def test_console_text() -> None:
    assert plain("a\x1b[31mb\r\nc\td\x9b") == "a[31mb\nc\td"
    assert safe("[bold]") == "\\[bold]"
    assert (seconds(1.26), seconds(61)) == ("1.3 s", "1 min 01 s")
