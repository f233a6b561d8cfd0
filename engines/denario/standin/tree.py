"""Mends the tree that pandoc read from LaTeX where its Typst writer, or Typst, would stumble over it."""

import re
from collections.abc import Callable, Iterator
from typing import Any

Node = dict[str, Any]
_LABEL = re.compile(r"\\label\{([^{}]*)\}")
_LEAST_WIDTH = 70  # percent: half a column of a journal is small on a page of one column
_FULL_WIDTH = 100


def mend(document: Node, *, cited: bool) -> None:
    """Mend a document in place; `cited` says that there are references for its citations."""
    blocks = document["blocks"]
    aliases = _one_label_each(blocks)
    _each(blocks, _table_of_div)
    labels = set(_labels(blocks))
    _each(blocks, lambda node: _reference(node, labels, aliases))
    _each(blocks, _wider)
    if not cited:
        _each(blocks, _no_citation)


def _one_label_each(blocks: list[Any]) -> dict[str, str]:
    """Leave one label to each formula: Typst takes no more. Return which label stands for each that went."""
    aliases: dict[str, str] = {}

    def mend_math(node: Node) -> None:
        if node["t"] != "Math":
            return
        found = _LABEL.findall(node["c"][1])
        if len(found) > 1:
            aliases.update(dict.fromkeys(found[1:], found[0]))
            kept = iter([True])
            node["c"][1] = _LABEL.sub(lambda match: match[0] if next(kept, False) else "", node["c"][1])

    _each(blocks, mend_math)
    return aliases


def _table_of_div(node: Node) -> None:
    """Give a table the label of the box around it."""
    if node["t"] == "Div" and len(node["c"][1]) == 1 and node["c"][1][0]["t"] == "Table" and node["c"][0][0]:
        table = node["c"][1][0]
        table["c"][0][0] = node["c"][0][0]
        node["t"], node["c"] = table["t"], table["c"]


def _labels(value: Any) -> Iterator[str]:
    """Yield every label there is."""
    for node in _nodes(value):
        if node["t"] == "Math":
            yield from _LABEL.findall(node["c"][1])
        elif node["t"] in ("Figure", "Table") and node["c"][0][0]:
            yield node["c"][0][0]
        elif node["t"] == "Header" and node["c"][1][0]:
            yield node["c"][1][0]


def _reference(node: Node, labels: set[str], aliases: dict[str, str]) -> None:
    """Point a reference at a label that is there, or show what LaTeX shows for one that is not."""
    if node["t"] == "Link":
        attributes = dict(node["c"][0][2])
        if "reference-type" in attributes:
            label = attributes["reference"]
            label = aliases.get(label, label)
            if label in labels:
                node["t"], node["c"] = "RawInline", ["typst", f"#ref(label({_quoted(label)}))"]
            else:
                node["t"], node["c"] = "Str", "??"
    elif node["t"] == "Span" and node["c"][0][0] and not node["c"][1]:  # a label where nothing can be labelled
        node["c"][0][0] = ""


def _no_citation(node: Node) -> None:
    if node["t"] == "Cite":
        node["t"], node["c"] = "Str", "[?]"


def _wider(node: Node) -> None:
    if node["t"] != "Image":
        return
    for pair in node["c"][0][2]:
        found = re.fullmatch(r"([\d.]+)%", pair[1]) if pair[0] == "width" else None
        if found:
            pair[1] = f"{min(max(float(found[1]), _LEAST_WIDTH), _FULL_WIDTH):g}%"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _each(value: Any, change: Callable[[Node], None]) -> None:
    for node in list(_nodes(value)):
        change(node)


def _nodes(value: Any) -> Iterator[Node]:
    """Yield every node, parents first."""
    if isinstance(value, dict):
        if "t" in value:
            yield value
        for child in value.values():
            yield from _nodes(child)
    elif isinstance(value, list):
        for child in value:
            yield from _nodes(child)
