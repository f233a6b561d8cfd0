"""The prompt tells every engine the same things in the same order."""

import json
import re
from pathlib import Path

from tomas.modes.catalog import load_modes
from tomas.modes.prompt import GivenFile, describe_output, render

OUT = Path("/w/outputs")
RFP = GivenFile("rfp.md", "/w/inputs/rfp.md", "text/markdown", 9, "/w/inputs/rfp.md.txt", "# Given\nThe vendor shall.")
TICKETS = GivenFile("t.csv", "/w/inputs/t.csv", "text/csv", 5)


def test_the_sections_come_in_order() -> None:
    mode = load_modes().get("rfp_sow")
    text = render(mode, "Draft it.", {"cloud_provider": "AWS"}, {"rfp_document": [RFP]}, OUT, missing=["risks"])
    heads = [line for line in text.splitlines() if re.match(r"##? ", line)]
    assert heads[:5] == ["# Task", "## Kind of work", "## Given", "## Deliverables", "## How to work"]
    assert [head for head in heads[5:] if head.startswith("## ")] == ["## Text of rfp.md", "## Missing"]
    assert text.startswith("# Task\nDraft it.\n")
    assert text.rstrip().endswith("- risks: risks.md")


def test_what_is_given_is_one_line_of_json() -> None:
    mode = load_modes().get("itops")
    text = render(mode, "Look.", {"analysis_focus": ["patterns"]}, {"tickets": [TICKETS]}, OUT)
    line = text.split("```json\n", 1)[1].split("\n```", 1)[0]
    assert "\n" not in line
    assert json.loads(line) == {
        "mode": "itops",
        "inputs": {"analysis_focus": ["patterns"]},
        "files": {
            "tickets": [
                {"name": "t.csv", "path": "/w/inputs/t.csv", "media_type": "text/csv", "size": 5, "text_path": None}
            ]
        },
        "outputs_dir": "/w/outputs",
        "outputs": [describe_output(output) for output in mode.outputs],
    }
    assert describe_output(mode.outputs[0]) == {
        "name": "executive_summary",
        "type": "markdown",
        "files": ["executive_summary.md"],
        "description": mode.outputs[0].description,
        "required": True,
    }


def test_a_long_document_is_cut_and_it_is_said() -> None:
    mode = load_modes().get("rfp_sow").model_copy(update={"text_limit": 10})
    text = render(mode, "Draft it.", {}, {"rfp_document": [RFP]}, OUT)
    assert "the first 10 of 25 characters" in text
    assert "/w/inputs/rfp.md.txt" in text
    assert "The vendor" not in text.split("## Text of")[1]


def test_a_mode_may_keep_documents_out_of_the_prompt() -> None:
    mode = load_modes().get("rfp_sow").model_copy(update={"text_limit": 0})
    assert "## Text of" not in render(mode, "Draft it.", {}, {"rfp_document": [RFP]}, OUT)


def test_a_mode_without_outputs_and_instructions_says_less() -> None:
    text = render(load_modes().get("echo"), "Count.", {"n": 3}, {}, OUT)
    assert "## Deliverables" not in text
    assert "## How to work" not in text
