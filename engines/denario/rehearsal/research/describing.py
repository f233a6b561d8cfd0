"""Describe the data and the limits of what was done, in sentences and rows of tables."""

from typing import Any

import pandas as pd
import shown
from columns import Column, summary
from relations import MOST_COLUMNS, Candidate
from screening import Study

_MOST_ROWS = 16
_KINDS = {
    "number": "number", "time": "time", "date": "date", "group": "groups", "text": "text", "key": "label",
    "constant": "one value", "blank": "empty",
}  # fmt: skip


def data(study: Study) -> list[str]:
    """Return a sentence or two for each table, image and failure."""
    said = []
    for shape in study.shapes:
        if shape.name.endswith(", counted"):
            continue
        build = {
            "panel": f" It holds one series for each {shown.code(shape.group)}, along {shown.code(shape.time)}.",
            "series": f" It is one series along {shown.code(shape.time)}.",
            "events": f" It is a list of events, dated by {shown.code(shape.time)}.",
            "rows": "",
        }[shape.build]
        made = [c for c in shape.columns if c.name in shape.made]
        measured = len(shape.columns) - len(made)
        said.append(
            f"{shown.code(shape.name)} has {shown.several(shape.rows, 'row')} and "
            f"{shown.several(measured, 'column')}.{build}"
        )
        if made:
            said.append(f"Computed from its dates: {shown.listed([shown.code(c.name) for c in made])}.")
        said += [f"Of {shown.code(shape.name)}: {note}." for note in study.notes.get(shape.name, [])]
    for name, looked in study.looked.items():
        rows, columns_ = looked.pixels.shape
        said.append(f"{shown.code(name)} is an image of {rows} × {columns_} pixels.")
        said += [f"Of {shown.code(name)}: {note}." for note in study.notes.get(name, [])]
    said += [f"{shown.code(f.name)} was not used: {f.reason}." for f in study.failures]
    return said


def columns(study: Study) -> list[list[str]]:
    """Return a row for each column: name, kind, unit, missing, range."""
    rows = []
    every = [c for s in study.shapes if not s.name.endswith(", counted") for c in s.columns if c.name not in s.made]
    for column in every[:_MOST_ROWS]:
        facts = summary(column)
        unit = f"{column.unit}{' (guess)' if column.unit_is_guess else ''}" if column.kind != "date" else ""
        rows.append(
            [shown.code(column.name, 36), _KINDS[column.kind], unit, shown.count(column.missing), _range(column, facts)]
        )
    if len(every) > _MOST_ROWS:
        rows.append([f"and {len(every) - _MOST_ROWS} more", "", "", "", ""])
    return rows


def _range(column: Column, facts: dict[str, Any]) -> str:
    if column.kind == "date":
        ends = [str(pd.Timestamp(facts[k], unit="s"))[:10] for k in ("min", "max")]
        return f"{ends[0]} to {ends[1]}"
    if column.numeric:
        return f"{shown.number(facts['min'])} to {shown.number(facts['max'])}, median {shown.number(facts['median'])}"
    if column.kind == "constant":
        return "always the same"
    if column.kind == "blank":
        return "nothing"
    return f"{shown.count(facts['distinct'])} different values"


def skipped(study: Study) -> list[str]:
    """Return why pairs of columns were not tested."""
    said = []
    made = {name for shape in study.shapes for name in shape.made}
    for one, other, why in study.trivial:
        if {one, other} & made or any(f"`{name}`" in why for name in made):
            continue
        if why.startswith("`"):
            said.append(f"{why}.")
        elif why:
            said.append(f"{shown.code(one)} and {shown.code(other)}: {why}.")
    return said[:10]


def limits(study: Study, main: Candidate | None) -> list[str]:
    """Return what a reader must know before believing the result."""
    said = []
    every = [c for s in study.shapes for c in s.columns]
    guessed = [c for c in every if c.unit_is_guess]
    if guessed:
        said.append(
            f"The units of {shown.listed([shown.code(c.name) for c in guessed[:8]])} are guesses from the names of "
            "the columns."
        )
    if main is not None and main.family in ("pair", "groups", "counts", "feature", "feature groups"):
        said.append(
            "The data are taken as they are: a relation between two quantities does not say that one causes the other."
        )
    missing = [c for c in every if c.missing and c.kind not in ("blank", "constant")]
    if missing:
        worst = max(missing, key=lambda c: c.missing)
        said.append(
            f"{shown.several(len(missing), 'column has', 'columns have')} missing values, {shown.code(worst.name)} "
            "the most "
            f"({shown.count(worst.missing)}); rows without a value were left out of the tests that need it."
        )
    noted = [f"{shown.code(c.name)}: {note}." for c in every for note in c.notes]
    said += noted[:6]
    for kind, words in _UNUSED.items():
        these = [shown.code(c.name) for c in every if c.kind == kind]
        if these:
            said.append(f"{shown.listed(these[:8])}{' and others' if len(these) > 8 else ''} {words} and took no part.")
    if study.left_out:
        said.append(
            f"{shown.several(study.left_out, 'column was', 'columns were')} left out of the screening, which takes "
            f"{MOST_COLUMNS} at most."
        )
    return said


_UNUSED = {
    "blank": "held nothing",
    "constant": "held one value only",
    "text": "held text, which was not read",
    "key": "served as labels",
}


def candidate(c: Candidate) -> dict[str, Any]:
    """Return a test as it is kept."""
    return {
        "family": c.family,
        "where": c.where,
        "x": c.x,
        "y": c.y,
        "rows": c.rows,
        "test": c.test,
        "statistic": c.statistic,
        "p": c.p,
        "corrected": c.adjusted,
        "share": c.share,
    }
