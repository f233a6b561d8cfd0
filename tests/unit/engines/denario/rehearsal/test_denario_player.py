"""The rehearsal's player: which node asks is seen from its words, and each is told what can be told, and no more."""

# ruff: noqa: RUF001 - minus and times are written as such in the texts that are tested

import base64
import json
import re
import struct
from typing import Any

import pytest

from tests.unit.engines.denario.rehearsal.programs import given, load_player

player = load_player()
findings, ideas, paper, report, review = (player._part(n) for n in ("findings", "ideas", "paper", "report", "review"))
DATA = """# Task
Look.

## Data description
Swings.

## Data files
Read the files from these paths; they are read-only.

- /in/swings.csv

### swings.csv (table)

4000 rows, 4 columns.

| column | type | unit | filled | values |
|---|---|---|---|---|
| pendulum_id | integer | - | 4000 of 4000 | 1 to 40, mean 20.5, standard deviation 11.54 |
| length_m | number | - | 4000 of 4000 | 0.209 to 2.374, mean 1.34, standard deviation 0.67 |
| bob \\| colour | text | - | 100 of 4000 | 3 different: red (50), black (30), brass (20) |
| time_s | number | - | 4000 of 4000 | 0 to 11.88, mean 5.94, standard deviation 3.464 |
| nothing | blank | - | 0 of 4000 | only blanks |

## Given
```json
GIVEN
```
"""
FOUND: dict[str, Any] = {
    "version": 1, "data": ["`s.csv` has 240 rows and 3 columns."], "tests": "12", "passed": "2", "alpha": "0.01",
    "columns": [["`a_b`", "number", "kg (guess)", "0", "1.0 to 2.0, median 1.5"]], "asked": False, "note": "",
    "main": {
        "kind": "law", "question": "How does `a_b` depend on `50%`?", "held": True, "quantity": "slope",
        "title": "`a_b` changes linearly with `50%`: slope 1.70 ± 0.05", "claim": "`a_b` changes linearly with `50%`",
        "detail": ["The law explains 91% of the variance.", "The scatter is 3.1 × 10⁻⁵ kg."],
        "method": ["By fits, on the other half."],
        "checks": [["normal scatter", "p = 0.4", True], ["even scatter", "p = 0.001", False]],
        "variants": [["main value", "120", "1.70 ± 0.05"], ["without outliers", "118", "1.71 ± 0.05"]],
        "robust": "The slope was computed in 1 other way; none differs.", "alternatives": [["linear", "0"]],
        "alternatives_head": ["law", "AICc"],
    },
    "others": [], "skipped": [], "limits": ["The units of `a_b` are guesses from the names of the columns."],
    "figures": [["relation_2.png", "answer", "`a_b` against `50%`, slope 1.70."],
                ["data_1.png", "data", "Both -- as they are."]],
}  # fmt: skip
PRINTED = f"some output\nFINDINGS {json.dumps(FOUND)}\nWrote data/results.json.\n"
MARKDOWN = report.write(PRINTED)


def data() -> str:
    return DATA.replace("GIVEN", json.dumps(given([])))


def ask(text: str, *urls: str, **headers: str) -> str:
    parts = [{"type": "text", "text": text}, *({"type": "image_url", "image_url": {"url": url}} for url in urls)]
    body = {"messages": [{"role": "system", "content": "You are a scientist"}, {"role": "user", "content": parts}]}
    return player.answer(body, headers)["content"]


def block(text: str, name: str) -> str:
    found = re.fullmatch(rf"\\begin{{{name}}}(.*)\\end{{{name}}}", text, re.DOTALL)
    assert found is not None
    return found[1].strip()


def test_an_idea_asks_what_the_columns_allow_and_criticism_adds_safeguards() -> None:
    head = (
        "Your goal is to generate a groundbreaking idea for a scientific paper. Generate\n"
        "\nIteration {}\n\nData description:\n"
    )
    rounds = [block(ask(head.format(i) + data() + "\n\nPrevious ideas:\n"), "IDEA") for i in range(4)]
    assert "`length_m`" in rounds[0]
    assert "`pendulum_id`" in rounds[0]
    assert "`bob | colour`" in rounds[0]
    assert "`nothing`" not in rounds[0]
    assert [len(text) for text in rounds] == sorted({len(text) for text in rounds})
    assert all(ideas.NOTE_IDEA in text for text in rounds)


def test_a_critic_counts() -> None:
    said = block(
        ask("Your goal is to critic an idea.\n\nData description:\n" + data() + "\nPrevious ideas:\n"), "CRITIC"
    )
    assert "Less than half of `bob | colour` and `nothing` is filled." in said
    assert "pairs of columns" in said


def test_methods_say_what_the_programs_do_with_an_idea_of_ones_own() -> None:
    prompt = (
        "Your task is to think about the methods to use.\n\nData description:\n{}\n\nIdea:"
        "\n{}\n\nRespond in this format:"
    )
    files = data().replace('"data_files": []', '"data_files": [{"name": "a.csv"}]')
    ours, own = (
        block(ask(prompt.format(files, i)), "METHODS") for i in (f"Ask. {ideas.NOTE_IDEA}", "Is the moon cheese?")
    )
    assert "strongest relation" in ours
    assert "that the given idea names" in own
    assert "No data were given" in block(ask(prompt.format(data(), "x")), "METHODS")


def test_results_keep_their_findings_until_somebody_changes_them() -> None:
    text, found = findings.unsealed(MARKDOWN)
    assert found == FOUND
    assert "3.1 × 10⁻⁵" in text
    assert "-- as they are" in text
    assert findings.unsealed(MARKDOWN.replace("91%", "99%"))[1] is None
    assert findings.unsealed("\n" + MARKDOWN.replace("\n\n", "\n\n\n"))[1] == FOUND
    assert "printed no findings" in report.write("Traceback")


def test_title_and_abstract_come_as_json_that_denario_reads() -> None:
    prompt = (
        "get a title and write an abstract\n\nIdea:\nX\n\nMethods:\nY\n\nResults:\n{}\n"
        "\n**Respond in exactly this format**"
    )
    said = ask(prompt.format(MARKDOWN))
    found = json.loads(said.removeprefix("```json\n").removesuffix("\n```"))
    assert found["Title"] == r"\texttt{a\_\allowbreak{}b} changes linearly with \texttt{50\%}: slope 1.70 ± 0.05"
    assert r"91\%" in found["Abstract"]
    assert "No language model wrote this paper" in found["Abstract"]
    assert "even scatter" in found["Abstract"]
    assert "\n" not in found["Abstract"]


def test_edited_results_are_quoted_and_nothing_else_is_claimed() -> None:
    edited = "# Results\n\nThe slope is 2.5 by hand. See `relation_2.png`.\n" + MARKDOWN.partition("## Data")[2]
    abstract = paper.abstract(edited, "**My idea** is simple.")
    assert "The slope is 2.5 by hand." in abstract
    assert "edited by hand" in abstract
    section = paper.results(edited)
    assert "The slope is 2.5 by hand. See \\ref{fig:relation-2}." in section
    assert "edited by hand" in paper.conclusions(section, abstract)


def test_figures_go_behind_the_words_that_name_them_with_the_captions_that_were_printed() -> None:
    section = paper.results(MARKDOWN)
    images = [{"name": f, "caption": paper.caption(MARKDOWN, f)} for f, *_ in FOUND["figures"]]
    images.append({"name": "stray.png", "caption": "?"})
    placed = block(
        ask(f"insert a set of images in the section of a paper.\n\nsection:\n{section}\n\nimages dictionary\n"
            f"{dict(enumerate(images))}\n\nRespond in this format:"), "Section",
    )  # fmt: skip
    assert placed.index("plots/data_1.png") < placed.index("plots/relation_2.png") < placed.index("plots/stray.png")
    assert r"\caption{\texttt{a\_\allowbreak{}b} against \texttt{50\%}, slope 1.70.}" in placed
    assert findings.in_latex(placed) == FOUND
    refined = ask(
        "rewrite the text to make it more coherent with the figures\nResults section:\n"
        + placed.replace(r"\label{fig:data-1}", "") + "\n\n**Respond in exactly this format**:"
    )  # fmt: skip
    assert r"\ref{fig:data-1}" not in refined
    assert r"\ref{fig:relation-2}" in refined


def png(title: str) -> str:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I4s", len(body), kind) + body + b"crc!"

    data = (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", b"\0" * 13)
        + chunk(b"tEXt", b"Title\0" + title.encode())
        + chunk(b"IDAT", b"x")
    )
    return "data:image/png;base64," + base64.b64encode(data).decode()


@pytest.mark.parametrize(
    ("title", "says"), [("relation_2.png", "slope 1.70"), ("other.png", "cannot look at pictures")]
)
def test_a_caption_is_known_by_the_title_in_the_picture(title: str, says: str) -> None:
    prompt = f"create a caption for a figure\n\nContext:\n{MARKDOWN}\n\n**Respond in exactly this format**"
    assert says in block(ask(prompt, png(title)), "Caption")
    assert "cannot look at pictures" in ask(prompt, "data:image/png;base64,AAAA")


def test_methods_of_ones_own_stand_in_the_paper_beside_what_was_done() -> None:
    prompt = (
        "write the methods section for the paper\nPaper introduction:\n{}"
        "\nShort description of paper methods:\n{}\n\nRespond in this format:"
    )
    said = ask(prompt.format(paper.OWN_IDEA, "Fit $y=a+bx$ at $5 & $6."))
    assert "Methods as given" in said
    assert r"Fit $y=a+bx$ at \$5 \& \$6." in said
    assert "the given idea names" in said
    assert "Methods as given" not in ask(prompt.format("", ideas.methods(data(), own_idea=False)))


def test_the_referee_computes_from_the_source_and_says_so_without_it() -> None:
    prompt = "You are a scientific referee. Below, you can find a scientific paper."
    blind = block(ask(prompt, png("page")), "REVIEW")
    assert "1 page as pictures and no text" in blind
    assert "of 9" not in blind
    seeing = block(ask(f"{prompt}\n\\documentclass{{article}}\n{paper.results(MARKDOWN)}", png("page")), "REVIEW")
    assert "“even scatter” does not hold (p = 0.001)" in seeing
    assert "corrected for all 12 tests" in seeing
    assert "of 9" in seeing


def test_novelty_is_searched_for_and_not_judged() -> None:
    prompt = (
        "Your task is to evaluate whether a proposed idea is novel\nRound: {}/7\nData description: d\n\nIdea: `swing "
        "data.csv` "
        "and more\n\nMessages from previous iterations: \n\nPapers found this round:\n{}\n(If iteration = 0, none)"
    )
    first = json.loads(ask(prompt.format(0, "")))
    assert (first["Decision"], first["Query"]) == ("query", "swing data")
    papers = ["0. On swings \nAbstract: a\nURL: https://x.org/1\n"]
    second = json.loads(ask(prompt.format(1, papers)))
    assert "On swings (https://x.org/1)" in second["Reason"]
    log = f"\nIteration 1\ndecision:novel\nreason:{second['Reason']}\n"
    summary = ask(
        "We have been searching the literature to find similar papers\n**Literature search "
        f"iterations**:\n{log}\n\n**Respond in exactly this format**"
    )
    assert "not a judgement" in summary
    assert "- On swings (https://x.org/1)" in summary


@pytest.mark.parametrize("stage", ["idea", "methods", "results"])
def test_the_team_plans_for_the_stage_it_works_for(stage: str) -> None:
    def told(agent: str, text: str, **body: Any) -> Any:
        messages = [
            {"role": "system", "content": "The Plan you suggest must have at most 6 Steps."},
            {"role": "user", "content": text},
        ]
        return player.answer(
            {"messages": messages, "tools": [{}], **body}, {"X-Tomas-Agent": agent, "X-Tomas-Stage": stage}
        )

    agents = {"idea": ["idea_hater", "idea_maker"], "methods": ["researcher"], "results": ["engineer", "researcher"]}[
        stage
    ]
    assert told("plan_setter", data())["arguments"]["needed_agents"] == agents
    plan = told("planner", data())["content"]
    steps = json.loads(told("planner_response_formatter", plan)["content"])["sub_tasks"]
    assert [step["sub_task_agent"] for step in steps] == {
        "idea": ["idea_maker", "idea_hater", "idea_maker"], "methods": ["researcher"] * 2,
        "results": ["engineer", "engineer", "researcher"],
    }[stage]  # fmt: skip


def engineer(sub_task: str, instructions: str, text: str) -> str:
    system = f"**Current sub-task:**\n{sub_task}\n----Task-specific instructions for coding-----\n{instructions}"
    body = {"messages": [{"role": "system", "content": system}, {"role": "user", "content": text}]}
    return player.answer(body, {"X-Tomas-Agent": "engineer", "X-Tomas-Stage": "results"})["content"]


def test_the_engineer_hands_an_idea_of_ones_own_to_the_programs() -> None:
    end = "Given these datasets, and information on the features and project idea and methodology, go."
    step = player._part("team")._STEPS["results"][1].sub_task
    own = engineer(step, f"Is `x` after `y`?\n\n{end}", data())
    ours = engineer(step, f"{ideas.NOTE_IDEA}\n\n{end}", data())
    assert "Is \\\\x60x\\\\x60" in own or "Is \\u0060x\\u0060" in own or "u0060x" in own
    assert '"own_idea": true' in own
    assert '"own_idea": false' in ours
    assert "# filename: codebase/answer_question.py" in own


def test_the_best_idea_of_the_team_keeps_its_form() -> None:
    body = {
        "messages": [
            {"role": "system", "content": "**Current sub-task:**\nSelect the best idea and report it"},
            {"role": "user", "content": data()},
        ]
    }
    headers = {"X-Tomas-Agent": "idea_maker", "X-Tomas-Stage": "idea"}
    said = player.answer(body, headers)["content"]
    form = {
        "messages": [{"role": "user", "content": said}],
        "response_format": {"json_schema": {"name": "IdeaMakerResponse"}},
    }
    found = json.loads(player.answer(form, {**headers, "X-Tomas-Agent": "idea_maker_response_formatter"})["content"])
    assert len(found["sub_tasks"]) == 1
    assert "`swings.csv`" in found["sub_tasks"][0]["idea_description"]
    assert found["sub_tasks"][0]["bullet_points"][-1] == ideas.NOTE_IDEA


def test_the_player_names_keywords_of_the_list_only() -> None:
    said = block(ask("select a few AAS keywords\nAAS keywords list:\nBootstrapRegressionCosmology"), "Keywords")
    assert said == "Regression, Bootstrap"


def test_the_referee_of_nothing_gives_nothing() -> None:
    nothing = FOUND | {"main": FOUND["main"] | {"kind": "nothing", "held": False}}
    assert "0 of 9" in review.referee(findings.latex_comment(nothing), 2)
