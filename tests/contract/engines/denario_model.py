"""A scripted model for Denario: each prompt's own question answered, with the least that its node accepts."""

import json
import re
from collections.abc import Mapping
from typing import Any

from tests.contract.engines.cmbagent_harness import load_player

Json = dict[str, Any]
_cmbagent = load_player()
IDEA = "Does the displacement decay exponentially? We fit a line to the logarithm of its envelope, with an uncertainty."
METHODS = (
    "1. Read the table. 2. Fit the decay $x = A e^{-\\gamma t}$ by least squares. 3. Report $\\gamma$ with its error."
)
RESULTS = (
    "## Results\n\nThe decay rate is 0.25 per second with an error of 0.01. See `decay_1.png` and `residuals_1.png`.\n"
)
CODE = """
import os
import matplotlib
matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
os.makedirs("data", exist_ok=True)
t = np.linspace(0, 10, 50)
for number, name in enumerate(("decay_1", "residuals_1")):
    fig, ax = plt.subplots()
    ax.plot(t, np.exp(-0.25 * t) * (number + 1))
    ax.set_xlabel("t [s]")
    fig.savefig("data/" + name + ".png", dpi=60)
print("decay rate 0.25 +- 0.01")
"""
PLAN = [
    ("Fit the decay and plot it", "engineer"),
    ("Write the full Results section", "researcher"),
]
IDEAS = [("Generate 5 ideas", "idea_maker"), ("Criticise them", "idea_hater"), ("Report the best idea", "idea_maker")]
METHOD = [("Reason about the idea", "researcher"), ("Write the full methodology", "researcher")]
UNICODE = "Ελληνικά, Русский, हिन्दी, 中文, العربية; 5 \\% of A\\_1 \\& B, café, Ω ≤ 2 µm"


def answer(body: Json, headers: Mapping[str, str]) -> Json:
    """Answer any agent of Denario, or of the CMBAgent within."""
    agent = headers["X-Tomas-Agent"]
    said = "\n".join(text_of(message) for message in body["messages"])
    last = text_of(body["messages"][-1])
    if agent in _NODES and not body.get("tools") and not body.get("response_format"):
        return {"content": _node(agent, last)}
    return _team(agent, body, headers, said)


def _node(agent: str, prompt: str) -> str:
    for sign, block, content in _PROMPTS:
        if sign in prompt:
            return _block(block, content(prompt) if callable(content) else content) if block else content(prompt)
    raise AssertionError(f"a prompt of {agent} that is not known: {prompt[:200]}")


def _block(name: str, content: str) -> str:
    return f"\\begin{{{name}}}\n{content}\n\\end{{{name}}}"


def _between(text: str, start: str, end: str) -> str:
    return text.partition(start)[2].rpartition(end)[0].strip()


def _abstract(_prompt: str) -> str:
    return "```json\n" + json.dumps({"Title": "A decay of 5\\% in café data", "Abstract": "We fit a decay."}) + "\n```"


def _keywords(prompt: str) -> str:
    known = re.findall(r"[A-Z][a-z]+ [a-z]+(?: [a-z]+)?", prompt)
    from_list = [word for word in ("Astronomy data analysis", "Regression", "Time series analysis") if word in prompt]
    return ", ".join((from_list + known)[:5])


def _novelty(prompt: str) -> str:
    first = re.search(r"Round: 0/", prompt)
    decision = "query" if first else "novel"
    return json.dumps({"Reason": "None overlaps.", "Decision": decision, "Query": "exponential decay"})


def _figures(prompt: str) -> str:
    section, images = (
        _between(prompt, "section:", "images dictionary"),
        _between(prompt, "images dictionary", "Respond"),
    )
    for name in re.findall(r"'name': '([^']+)'", images):
        section += (
            "\n\n\\begin{figure}[ht]\n\\centering\n\\includegraphics[width=0.45\\textwidth]{../input_files/plots/"
            f"{name}}}\n\\caption{{A caption with 5\\%.}}\n\\label{{fig:{name.partition('_')[0]}}}\n\\end{{figure}}\n"
        )
    return section


_NODES = frozenset({
    "maker", "hater", "methods", "novelty", "literature_summary", "referee", "keywords", "abstract", "introduction",
    "results", "conclusions", "plots", "refine_results", "citations", "semantic_scholar",
})  # fmt: skip
_FORMAT = "**Respond in this format**"
_PROMPTS: list[tuple[str, str, Any]] = [
    ("generate a groundbreaking idea for a scientific paper", "IDEA", IDEA),
    ("Your goal is to critic an idea", "CRITIC", "Quantify the uncertainty."),
    ("think about the methods to use", "METHODS", METHODS),
    ("evaluate whether a proposed idea is novel", "", _novelty),
    ("We have been searching the literature", "SUMMARY", "The idea is new: nothing like it was found."),
    ("You are a scientific referee", "REVIEW", "A small but sound study. Score: 4"),
    ("AAS keywords", "Keywords", _keywords),
    ("get a title and write an abstract", "", _abstract),
    ("Rewrite the below abstract", "Abstract", "We fit a decay and find 0.25 per second, 5% of the range."),
    ("write an introduction for a paper", "Introduction", f"Decays are common. {UNICODE}."),
    ("Rewrite the paper introduction below", "Introduction", f"Decays are common.\n\nWe fit one. {UNICODE}."),
    ("write the methods section", "Methods", "\\subsection{Fit}\nWe fit $x = A e^{-\\gamma t}$."),
    ("write the results section", "Results", "The decay rate is $0.25 \\pm 0.01$ per second."),
    ("write the conclusions for the paper", "Conclusions", "The decay is exponential."),
    ("create a caption for a figure", "Caption", "The decay, 5\\%."),
    ("insert a set of images in the section", "Section", _figures),
    ("more coherent with the figures", "Results", lambda p: _between(p, "Results section:", "**Respond in exactly")),
    (
        "minimal modifications to parts that are not compatible",
        "Text",
        lambda p: _between(p, "Original text:", _FORMAT),
    ),
    ("minimal, clarity-focused edits", "Text", lambda p: _between(p, "**Original Text:**", "---")),
    ("references to the figures are correct", "Text", lambda p: _between(p, "Original text:", _FORMAT)),
    ("LaTeX cannot compile it", "Text", lambda p: _between(p, "Text:", "Error:")),
]


def _plan_of(said: str) -> list[tuple[str, str]]:
    if "Ask idea_maker to generate 5 new research" in said:
        return IDEAS
    return METHOD if "The only agent involved in this workflow is the researcher" in said else PLAN


def _team(agent: str, body: Json, headers: Mapping[str, str], said: str) -> Json:
    plan = _plan_of(said)
    if agent == "plan_setter":
        return _cmbagent.tool("record_plan_constraints", needed_agents=sorted({who for _, who in plan}))
    if agent == "planner":
        lines = [
            f"   - Step {i}:\n         * sub-task: {what}\n         * agent: {who}\n"
            "         * bullet points:\n             - do it"
            for i, (what, who) in enumerate(plan, 1)
        ]
        return {"content": "**Plan:**\n" + "\n".join(lines)}
    if agent == "engineer":
        code = f"```python\n# filename: codebase/decay.py\n{CODE.strip()}\n```"
        return {"content": f"**Code Explanation:**\n\nA fit.\n\n**Python Code:**\n\n{code}"}
    if agent == "researcher":
        text = METHODS if "design a methodology" in said else RESULTS
        return {"content": f"<!-- filename: notes.md -->\n{text}"}
    if agent in ("idea_maker", "idea_hater"):
        return {"content": f"**Ideas**\n\n- Idea 1:\n\t* {IDEA}"}
    return _cmbagent.answer(body, headers)


def text_of(message: Json) -> str:
    content = message.get("content")
    if isinstance(content, list):
        return "".join(part.get("text", "") for part in content)
    return content or ""
