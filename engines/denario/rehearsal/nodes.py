"""Answers the nodes of Denario's graphs: which one asks is seen from its words, what it is told is made elsewhere."""

import ast
import json
import re
from collections.abc import Callable
from typing import Any

ideas = part("ideas")  # type: ignore[name-defined]
paper = part("paper")  # type: ignore[name-defined]
latex = part("latex")  # type: ignore[name-defined]
review = part("review")  # type: ignore[name-defined]
pictures = part("pictures")  # type: ignore[name-defined]


class Prompt:
    """What a node sends: the words of its last message, and its pictures."""

    def __init__(self, body: dict[str, Any]) -> None:
        messages = body.get("messages", [])
        content = messages[-1].get("content") if messages else ""
        parts = content if isinstance(content, list) else [{"type": "text", "text": content or ""}]
        self.text = "\n".join(p.get("text", "") for p in parts if p.get("type") == "text")
        self.images = [p["image_url"]["url"] for p in parts if p.get("type") == "image_url"]

    def between(self, begin: str, end: str = "", *, last: bool = True) -> str:
        """Return what stands between two marks of the prompt; to its end if the second is not there."""
        _, found, rest = self.text.partition(begin)
        if not found:
            return ""
        if end:
            head, seen, _ = rest.rpartition(end) if last else rest.partition(end)
            rest = head if seen else rest
        return rest.strip()


def answer(body: dict[str, Any]) -> str | None:
    """Return the answer to a node; None if no node speaks like that."""
    prompt = Prompt(body)
    for sign, block, node in _NODES:
        if sign in prompt.text:
            said = node(prompt)
            return f"\\begin{{{block}}}\n{said}\n\\end{{{block}}}" if block else said
    return None


def _idea(prompt: Prompt) -> str:
    found = re.search(r"Iteration (\d+)", prompt.text)
    data = prompt.between("Data description:", "Previous ideas:")
    return ideas.idea(data, int(found[1]) if found else 0)


def _critic(prompt: Prompt) -> str:
    return ideas.criticism(prompt.between("Data description:", "Previous ideas:"))


def _methods(prompt: Prompt) -> str:
    idea = prompt.between("\nIdea:\n", "Respond in this format")
    return ideas.methods(prompt.between("Data description:", "\nIdea:\n"), own_idea=ideas.NOTE_IDEA not in idea)


def _novelty(prompt: Prompt) -> str:
    found = re.search(r"Round: (\d+)/", prompt.text)
    idea = prompt.between("\nIdea:", "Messages from previous iterations:")
    papers = prompt.between("Papers found this round:", "(If iteration = 0")
    reason, decision, query = review.novelty(int(found[1]) if found else 0, idea, papers)
    return json.dumps({"Reason": reason, "Decision": decision, "Query": query}, ensure_ascii=False)


def _summary(prompt: Prompt) -> str:
    return review.literature(prompt.between("**Literature search iterations**:", "**Respond in exactly this format**"))


def _results_before(prompt: Prompt, end: str) -> str:
    return prompt.between("\nResults:\n", end)


def _title_and_abstract(prompt: Prompt) -> str:
    idea, results = (
        prompt.between("\nIdea:\n", "\nMethods:\n"),
        _results_before(prompt, "**Respond in exactly this format**"),
    )
    found = {"Title": paper.title(results, idea), "Abstract": paper.abstract(results, idea)}
    return f"```json\n{json.dumps(found, ensure_ascii=False)}\n```"


def _abstract(prompt: Prompt) -> str:
    return prompt.between("Previous abstract:", "**Respond in exactly this format**")


def _introduction(prompt: Prompt) -> str:
    abstract = prompt.between("Paper abstract:", "Paper general idea:")
    idea = prompt.between("Paper general idea:", "Paper methods:")
    return paper.introduction(abstract, idea)


def _paper_methods(prompt: Prompt) -> str:
    own_idea = paper.OWN_IDEA in prompt.between("Paper introduction:", "Short description of paper methods:")
    return paper.methods(prompt.between("Short description of paper methods:", "Respond in this format:"), own_idea)


def _results(prompt: Prompt) -> str:
    return paper.results(prompt.between("Paper short results:", "Respond in this format:"))


def _conclusions(prompt: Prompt) -> str:
    abstract = prompt.between("Paper abstract:", "Paper introduction:")
    return paper.conclusions(prompt.between("\nResults:", "Follow these guidelines:"), abstract)


def _caption(prompt: Prompt) -> str:
    title = pictures.title(prompt.images[0]) if prompt.images else ""
    return paper.caption(prompt.between("Context:", "**Respond in exactly this format**"), title)


def _place(prompt: Prompt) -> str:
    data = prompt.between("images dictionary", "Respond in this format:")
    try:
        images = list(ast.literal_eval(data).values())
    except (ValueError, SyntaxError):
        images = []
    return paper.with_figures(prompt.between("section:\n", "images dictionary"), images)


def _refine(prompt: Prompt) -> str:
    return latex.without_loose_references(prompt.between("Results section:", "**Respond in exactly this format**"))


def _fix(prompt: Prompt) -> str:
    return latex.plainer(prompt.between("\nText:\n", "\nError:\n"))


def _extract(prompt: Prompt) -> str:
    found = re.search(r"extract all the text inside the (\w+) section", prompt.text)
    name = found[1] if found else "Text"
    text = prompt.between("Text:", "Respond in this format:")
    inner = re.search(rf"\\begin{{{name}}}(.*?)(?:\\end{{{name}}}|$)", text, re.DOTALL)
    return f"\\begin{{{name}}}\n{(inner[1] if inner else text).strip()}\n\\end{{{name}}}"


def _original(prompt: Prompt) -> str:
    return prompt.between("Original text:", "**Respond in this format**")


def _combined(prompt: Prompt) -> str:
    known = prompt.between("Summarized text:", "Text to summarize:")
    return f"{known}\n{prompt.between('Text to summarize:', _FORMAT)}"


_FORMAT = "Respond in this format:"
_NODES: tuple[tuple[str, str, Callable[[Prompt], str]], ...] = (
    ("Your goal is to generate a groundbreaking idea for a scientific paper", "IDEA", _idea),
    ("Your goal is to critic an idea", "CRITIC", _critic),
    ("Your task is to think about the methods to use", "METHODS", _methods),
    ("Your task is to evaluate whether a proposed idea is novel", "", _novelty),
    ("determine whether the idea is novel or not", "", lambda _p: '```json\n{"Decision": "query"}\n```'),
    ("We have been searching the literature to find similar papers", "SUMMARY", _summary),
    ("You are a scientific referee", "REVIEW", lambda p: review.referee(p.text, len(p.images))),
    ("select a few AAS keywords", "Keywords", lambda p: paper.keywords(p.between("AAS keywords list:"))),
    ("get a title and write an abstract", "", _title_and_abstract),
    ("Rewrite the below abstract", "Abstract", _abstract),
    ("write an introduction for a paper", "Introduction", _introduction),
    (
        "Rewrite the paper introduction below", "Introduction",
        lambda p: p.between("Previous paper introduction:", "Respond with in the following format"),
    ),
    ("write the methods section for the paper", "Methods", _paper_methods),
    ("write the results section for a scientific paper", "Results", _results),
    ("write the conclusions for the paper", "Conclusions", _conclusions),
    ("create a caption for a figure", "Caption", _caption),
    ("insert a set of images in the section", "Section", _place),
    ("rewrite the text to make it more coherent with the figures", "Results", _refine),
    ("make minimal modifications to parts that are not compatible with LaTeX", "Text", _original),
    (
        "minimal, clarity-focused edits", "Text",
        lambda p: p.between("**Original Text:**", "---"),
    ),
    ("make sure that the references to the figures are correct", "Text", _original),
    ("LaTeX cannot compile it", "Text", _fix),
    ("please extract all the text inside the", "", _extract),
    (
        "Summarize the text below and combine", "Summary",
        _combined,
    ),
)  # fmt: skip
