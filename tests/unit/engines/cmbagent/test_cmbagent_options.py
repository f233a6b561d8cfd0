import pytest
from tomas_cmbagent import options

from tomas_engine import CannotDo


def test_the_defaults_plan_with_checkpoints() -> None:
    read = options.read({})
    assert (read.mode, read.first, read.checkpointed) == ("planning_and_control", "plan_setter", True)


@pytest.mark.parametrize(
    ("given", "first", "checkpointed"),
    [
        ({"mode": "one_shot"}, "engineer", False),
        ({"mode": "chat", "initial_agent": "researcher"}, "researcher", False),
        ({"checkpoints": False, "initial_agent": "task_improver"}, "task_improver", False),
    ],
)
def test_who_begins_depends_on_the_mode(given: dict[str, object], first: str, checkpointed: bool) -> None:
    read = options.read(given)
    assert (read.first, read.checkpointed) == (first, checkpointed)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"skip_rag_agents": False}, "Leave skip_rag_agents on"),
        ({"mode": "debate"}, "has no mode 'debate'"),
        ({"mode": "one_shot", "initial_agent": "perplexity"}, "invent its references"),
        ({"initial_agent": "camb_context"}, "downloads its documentation"),
        ({"initial_agent": "engineer"}, "only with plan_setter, task_improver, planner"),
        ({"agents": {"engineer": "be quick"}}, "may only set instructions and description"),
        ({"agents": {"engineer": {"tools": "all"}}}, "may only set instructions and description"),
        ({"agents": {"engineer": {"instructions": "a { b"}}}, "are no template"),
        ({"agents": {"engineer": {"instructions": "{0}"}}}, "'0' in braces"),
    ],
)
def test_what_cannot_be_done_is_refused(given: dict[str, object], words: str) -> None:
    with pytest.raises(CannotDo, match=words):
        options.read(given)


def test_custom_agents_may_name_what_cmbagent_fills_in() -> None:
    given = {"agents": {"engineer": {"name": "engineer", "instructions": "Do {current_sub_task} as {{json}}."}}}
    assert options.read(given).agents == given["agents"]
