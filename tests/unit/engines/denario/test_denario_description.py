"""The data description: all that Denario's agents read."""

import json

from tomas_denario import description

GIVEN = {"mode": "research", "inputs": {}, "files": {"data_files": []}, "outputs_dir": "/w/outputs", "outputs": []}
PROMPT = (
    "# Task\nFind the law.\n\n## Kind of work\nresearch: Research. Much.\n\n"
    f"## Given\n```json\n{json.dumps(GIVEN)}\n```\n\n## Deliverables\nWrite each of these.\n- paper.pdf\n\n"
    "## How to work\nQuote uncertainties.\n\n## Text of notes.md\nThe notes' words.\n\n## Missing\n- paper\n"
)
GOOD = {"name": "a.csv", "path": "/w/inputs/a.csv", "kind": "table", "facts": "3 rows", "error": None}
BAD = {"name": "b.fits", "path": "/w/inputs/b.fits", "kind": "FITS", "facts": "", "error": "No SIMPLE card found"}


def test_it_holds_the_users_words_the_files_and_the_given_values() -> None:
    text = description.compose(PROMPT, {"data_description": "Twelve {pendulums}, 5 %, Ελληνικά."}, [GOOD, BAD])
    assert text.startswith("# Task\nFind the law.\n\n## Data description\nTwelve {pendulums}, 5 %, Ελληνικά.\n")
    assert "\n- /w/inputs/a.csv\n" in text
    assert "### a.csv (table)\n\n3 rows" in text
    assert "* b.fits: No SIMPLE card found" in text
    assert "- /w/inputs/b.fits" not in text
    assert f"## Given\n```json\n{json.dumps(GIVEN)}\n```" in text
    assert text.endswith("## How to work\nQuote uncertainties.\n\n## Text of notes.md\nThe notes' words.\n")


def test_it_leaves_out_what_is_not_the_agents_business() -> None:
    text = description.compose(PROMPT, {"data_description": "d"}, [])
    for words in ("Deliverables", "Missing", "Kind of work", "Write each of these"):
        assert words not in text
    assert "No data files were given." in text


def test_a_heading_of_the_users_own_hides_nothing() -> None:
    task = PROMPT.replace("Find the law.", "Find it.\n\n## Deliverables\nMine.")
    assert "## Deliverables\nMine." in description.compose(task, {"data_description": "d"}, [])
