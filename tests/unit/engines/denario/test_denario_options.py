"""What is asked of Denario, and what is refused."""

from typing import Any

import pytest
from tomas_denario import options
from tomas_denario.estimate import estimate

from tomas_engine import EngineFailed


def test_the_form_goes_before_the_options_and_an_empty_field_says_nothing() -> None:
    asked = options.read({"journal": "AAS", "iterations": 3, "backend": "fast"}, {"journal": "APS", "backend": ""})
    assert (asked.journal, asked.iterations, asked.backend) == ("APS", 3, "fast")
    assert asked.plan == ("description", "idea", "methods", "results", "paper")


def test_own_texts_and_checks_join_the_plan() -> None:
    form = {"stages": ["results"], "idea": " Mine. ", "methods": "So.", "literature_check": True, "referee": False}
    asked = options.read({}, form)
    assert asked.plan == ("description", "idea", "literature", "methods", "results")
    assert asked.given("idea") == "Mine."
    assert asked.given("results") == ""


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"backend": "slow"}, "backend: 'slow' is not one of fast, cmbagent."),
        ({"journal": "JHEP"}, "journal: 'JHEP' is not one of NONE, AAS, APS, ICML, NeurIPS."),
        ({"stages": ["idea", "thesis"]}, "stages: 'thesis' is not one of idea, methods, results, paper."),
        ({"involved_agents": ["engineer"]}, "The researcher must be among involved_agents"),
        ({"involved_agents": ["researcher", "camb_context"]}, "The agent camb_context cannot run here"),
        ({"literature_check": "google"}, "literature_check: 'google' is not one of"),
    ],
)
def test_what_makes_no_sense_is_refused(given: dict[str, Any], words: str) -> None:
    with pytest.raises(EngineFailed) as caught:
        options.read(given, {})
    assert words in str(caught.value)


def test_a_stage_may_be_made_from_what_is_there_already() -> None:
    asked = options.read({"stages": ["paper"]}, {})
    with pytest.raises(EngineFailed, match="The stage paper is made from idea and methods and results"):
        options.check_order(asked, ["description"])
    options.check_order(asked, ["description", "idea", "methods", "results"])


def test_citations_need_both_services_and_only_a_paper_needs_citations() -> None:
    asked = options.read({"citations": True}, {})
    with pytest.raises(EngineFailed, match="arxiv cannot be reached"):
        options.check_services(asked, {"perplexity"})
    options.check_services(asked, {"perplexity", "arxiv"})
    options.check_services(options.read({"citations": True, "stages": ["idea"]}, {}), set())


def test_the_estimate_grows_with_what_is_asked_and_owns_cost_nothing() -> None:
    least = estimate(options.read({"stages": ["idea"]}, {"idea": "Mine."}), {})
    fast = estimate(options.read({}, {}), {"data_description": "d" * 4000})
    team = estimate(options.read({"backend": "cmbagent", "citations": True, "referee": True}, {}), {})
    assert least["model_calls"] == [0, 0]
    assert fast["model_calls"][0] < team["model_calls"][0]
    assert all(low <= high for low, high in fast.values())
    assert fast["model_calls"][0] <= 55 <= fast["model_calls"][1], "the scripted run of the contract tests takes 55"
