"""Answer the question that the data answer best; draw it; print what was found in one line for those who write."""

import json
from pathlib import Path
from typing import Any

import count_finding
import describing
import fonts
import group_finding
import image_finding
import law_figures
import law_finding
import null_finding
import numpy as np
import pandas as pd
import period_finding
import plots
import relations
import screening
import series_figures
import shown
from choosing import Choice, choose
from columns import Column
from findings import Check, Finding, Name
from relations import Candidate
from screening import Study
from structure import Shape

GIVEN: dict[str, Any]
_DAY = 86400.0
_OTHERS = 6
_LEAST = 1e-10  # smaller probabilities are not told apart


def name_of(column: Column) -> Name:
    """Return how a column is written."""
    unit = column.unit if column.kind != "date" else ""
    return Name(shown.code(column.name), shown.label(column.name), unit, column.unit_is_guess)


def since_first(column: Column) -> tuple[np.ndarray, Name]:
    """Return times counted from the first; dates in days."""
    values = column.cells.to_numpy(float)
    name = name_of(column)
    first = np.nanmin(values)
    if column.kind == "date":
        label = shown.label(f"time since the first {column.name}")
        return (values - first) / _DAY, Name(f"the time since the first {name.words}", label, "d")
    return values, name


def find(study: Study, choice: Choice, gallery: plots.Gallery) -> Finding:
    """Answer the question and draw the answer."""
    candidate = choice.candidate
    if candidate is None:
        if not any(GIVEN.get("files", {}).values()):
            null_finding.draw_plan(gallery)
            return null_finding.no_data(str(GIVEN.get("inputs", {}).get("data_description", "")))
        if study.candidates:
            finding = null_finding.nothing_found(study.candidates, screening.ALPHA)
        else:
            finding = null_finding.nothing_to_ask(study.shapes, len(study.failures))
        for name, looked in study.looked.items():
            image_finding.picture(gallery, name, looked.pixels)
        null_finding.draw(gallery, study.candidates, study.shapes)
        return finding
    if candidate.family == "image":
        found = image_finding.answer(study.looked[candidate.where], candidate, why=choice.why)
        image_finding.distributions(gallery, found)
        image_finding.draw(gallery, found)
        return found.finding
    shape = next(s for s in study.shapes if s.name == candidate.where)
    return _FAMILIES[candidate.family](study, shape, candidate, choice, gallery)


def _parts(shape: Shape) -> tuple[Shape, Shape, bool]:
    """Return the rows for picking, those for answering, and whether they differ."""
    if not screening.split(shape):
        return shape, shape, False
    first, second = screening.halves(screening.rows_of(shape))
    return screening.part(shape, first), screening.part(shape, second), True


def _pair_points(shape: Shape, c: Candidate) -> tuple[law_finding.Points, Name, Name]:
    first, second, split = _parts(shape)
    (x1, name), (x2, _) = since_first(first.column(c.x)), since_first(second.column(c.x))
    one = pd.DataFrame({"x": x1, "y": first.column(c.y).cells.to_numpy(float)}).dropna()
    two = pd.DataFrame({"x": x2, "y": second.column(c.y).cells.to_numpy(float)}).dropna()
    points = law_finding.Points(*_arrays(two), *_arrays(one), split=split, ordered=shape.build == "series")
    return points, name, name_of(shape.column(c.y))


def _pair(_study: Study, shape: Shape, c: Candidate, choice: Choice, gallery: plots.Gallery) -> Finding:
    found = law_finding.answer(*_pair_points(shape, c), why=choice.why)
    if c.family == "pair":
        _through_others(found.finding, _parts(shape)[1], shape.column(c.x), shape.column(c.y))
    law_figures.distributions(gallery, found)
    law_figures.draw(gallery, found)
    return found.finding


def _arrays(frame: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    return frame["x"].to_numpy(float), frame["y"].to_numpy(float)


def _through_others(finding: Finding, shape: Shape, x: Column, y: Column) -> None:
    """Check that the relation is not one of both columns with the others."""
    others = [
        c for c in shape.columns
        if c.numeric and c.name not in (x.name, y.name) and c.cells.notna().mean() > 0.8
    ][:6]  # fmt: skip
    frame = pd.DataFrame({"x": shape.column(x.name).cells, "y": shape.column(y.name).cells})
    for i, column in enumerate(others):
        frame[i] = column.cells
    frame = frame.dropna()
    if not finding.held or not others or len(frame) < 4 * (len(others) + 2):
        return
    ranks = frame.rank().to_numpy(float)
    plain = float(np.corrcoef(ranks[:, 0], ranks[:, 1])[0, 1])
    design = np.column_stack([np.ones(len(ranks)), ranks[:, 2:]])
    left = [ranks[:, i] - design @ np.linalg.lstsq(design, ranks[:, i], rcond=None)[0] for i in (0, 1)]
    if min(float(np.std(v)) for v in left) < 1e-9 * len(ranks):
        return
    partial = float(np.corrcoef(left[0], left[1])[0, 1])
    finding.record("rank correlation", plain)
    finding.record("partial rank correlation", partial)
    names = shown.listed([shown.code(c.name) for c in others])
    finding.checks.append(
        Check(
            "direct, not through other quantities",
            f"rank correlation {shown.number(plain)}, with {names} held fixed {shown.number(partial)}",
            abs(partial) > 0.5 * abs(plain),
        )
    )


def _groups(_study: Study, shape: Shape, c: Candidate, choice: Choice, gallery: plots.Gallery) -> Finding:
    first, second, split = _parts(shape)
    parts, other = (_split(p.column(c.x), p.column(c.y)) for p in (second, first))
    other = {k: v for k, v in other.items() if k in parts}
    found = group_finding.answer(
        parts, other, name_of(shape.column(c.x)), name_of(shape.column(c.y)), why=choice.why, split=split
    )
    group_finding.distributions(gallery, found)
    group_finding.draw(gallery, found)
    return found.finding


def _split(group: Column, y: Column) -> dict[str, np.ndarray]:
    frame = pd.DataFrame({"g": group.cells, "y": y.cells}).dropna()
    kept = relations.big_groups(Column(group.name, "group", frame["g"], 0))
    return {_word(k): frame.loc[frame["g"] == k, "y"].to_numpy(float) for k in kept}


def _word(value: object) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _counts(_study: Study, shape: Shape, c: Candidate, choice: Choice, gallery: plots.Gallery) -> Finding:
    first, second, split = _parts(shape)
    pairs = []
    for part in (second, first):
        a, b = part.column(c.x), part.column(c.y)
        frame = pd.DataFrame({"a": a.cells, "b": b.cells}).dropna()
        frame = frame[frame["a"].isin(relations.big_groups(a)) & frame["b"].isin(relations.big_groups(b))]
        pairs.append(frame.map(_word))
    names = name_of(shape.column(c.x)), name_of(shape.column(c.y))
    found = count_finding.answer(*pairs, *names, why=choice.why, split=split)
    count_finding.distributions(gallery, found)
    count_finding.draw(gallery, found)
    return found.finding


def _period(_study: Study, shape: Shape, c: Candidate, choice: Choice, gallery: plots.Gallery) -> Finding:
    t, time = since_first(shape.column(c.x))
    frame = pd.DataFrame({"t": t, "y": shape.column(c.y).cells.to_numpy(float)}).dropna()
    found = period_finding.answer(
        frame["t"].to_numpy(), frame["y"].to_numpy(), time, name_of(shape.column(c.y)), why=choice.why
    )
    period_finding.distributions(gallery, found)
    period_finding.draw(gallery, found)
    return found.finding


def _per_series(study: Study, shape: Shape, c: Candidate) -> tuple[pd.DataFrame, Name]:
    """Return what is constant in each series and its parameter, and how the parameter is written."""
    signal, feature = str(c.extra["signal"]), str(c.extra["feature"])
    panel = study.panels[f"{shape.name}|{signal}"]
    group = shape.column(shape.group).cells
    first = pd.DataFrame({"x": shape.column(c.x).cells, "g": group}).groupby("g")["x"].first()
    frame = pd.DataFrame({"x": first.reindex(panel.features.index), "y": panel.features[feature]}).dropna()
    name = Name(
        f"the {feature} of {shown.code(signal)}", f"{feature} of {shown.label(signal)}", panel.units.get(feature, "")
    )
    return frame.reset_index(drop=True), name


def _feature_points(study: Study, shape: Shape, c: Candidate) -> tuple[law_finding.Points, Name, Name]:
    frame, words = _per_series(study, shape, c)
    arrays = _arrays(frame)
    points = law_finding.Points(*arrays, *arrays, split=False, ordered=False, what="series")
    return points, name_of(shape.column(c.x)), words


def _feature(study: Study, shape: Shape, c: Candidate, choice: Choice, gallery: plots.Gallery) -> Finding:
    signal, feature = str(c.extra["signal"]), str(c.extra["feature"])
    panel = study.panels[f"{shape.name}|{signal}"]
    series_figures.draw(gallery, panel, shape)
    if c.family == "feature groups":
        frame, words = _per_series(study, shape, c)
        parts = _split(Column(c.x, "group", frame["x"], 0), Column(feature, "number", frame["y"], 0))
        found = group_finding.answer(parts, {}, name_of(shape.column(c.x)), words, why=choice.why, split=False)
        group_finding.draw(gallery, found)
        finding = found.finding
    else:
        answer = law_finding.answer(*_feature_points(study, shape, c), why=choice.why)
        law_figures.draw(gallery, answer)
        finding = answer.finding
    finding.method.insert(1, series_figures.method(panel, shape))
    finding.detail.insert(0, series_figures.told(panel))
    if feature in panel.errors:
        error = float(panel.errors[feature].median())
        finding.record("median error of a series", error)
        unit = panel.units.get(feature, "")
        finding.detail.append(
            f"The median standard error of the {feature} of a single series is {shown.number(error, 2)}"
            f"{' ' + unit if unit else ''}."
        )
    return finding


_FAMILIES = {
    "pair": _pair, "time": _pair, "groups": _groups, "counts": _counts, "period": _period, "feature": _feature,
    "feature groups": _feature,
}  # fmt: skip


def others(study: Study, main: Candidate | None) -> list[list[str]]:
    """Return the other relations that passed the screening, one of each pair, as rows of a table."""
    seen = {frozenset((main.x, main.y))} if main else set()
    rows = []
    for c in study.held:
        pair = frozenset((c.x, c.y))
        if pair in seen or len(rows) == _OTHERS:
            continue
        seen.add(pair)
        names = (
            f"{c.y} of {shown.code(c.where, 40)}"
            if c.family == "image"
            else f"{shown.code(c.y, 40)}, {shown.code(c.x, 40)}"
        )
        rows.append(
            [
                names,
                _KINDS[c.family],
                _measure(study, c),
                shown.number(c.adjusted, 2) if c.adjusted > _LEAST else "< 10⁻¹⁰",
            ]
        )
    return rows


def _measure(study: Study, c: Candidate) -> str:
    """Return the size of a relation, with the law where there is one."""
    if c.family not in ("pair", "time", "feature"):
        return c.statistic
    shape = next(s for s in study.shapes if s.name == c.where)
    points = _feature_points(study, shape, c) if c.family == "feature" else _pair_points(shape, c)
    return f"{c.statistic}; {law_finding.brief(*points)}"


_KINDS = {
    "pair": "two numbers", "time": "change in time", "groups": "difference of groups", "counts": "two groupings",
    "period": "period", "feature": "shape of series", "feature groups": "shape of series", "image": "image",
}  # fmt: skip


def tests_figure(study: Study, gallery: plots.Gallery) -> None:
    """Draw the strongest of all tests against the limit."""
    ranked = sorted(study.candidates, key=lambda c: c.adjusted)[:14]
    if len(ranked) < 3:
        return
    figure, (axes,) = plots.canvas(width=5.2, height=1.0 + 0.2 * len(ranked))
    heights = [-np.log10(max(c.adjusted, 1e-30)) for c in ranked]
    places = np.arange(len(ranked))[::-1]
    axes.barh(places, heights, color=[plots.BLUE if c.adjusted < screening.ALPHA else plots.GREY for c in ranked])
    axes.set_yticks(places, [f"{shown.label(c.y, most=26)} ~ {shown.label(c.x, most=20)}" for c in ranked])
    axes.axvline(-np.log10(screening.ALPHA), color=plots.ORANGE, lw=1)
    axes.set_xlabel("−log10 of the corrected probability (30 at most)")
    gallery.save(
        figure, "screening", "screening",
        f"The {len(ranked)} strongest of {shown.several(len(study.candidates), 'test')} in the screening. The line "
        "stands at a "
        f"corrected probability of {screening.ALPHA}.",
    )  # fmt: skip


def run() -> dict[str, Any]:
    """Do all of it and return what is to be printed."""
    study = screening.study(GIVEN)
    names = [c.name for s in study.shapes for c in s.columns]
    groups = [
        str(v) for s in study.shapes for c in s.columns if c.kind == "group" for v in c.cells.dropna().unique()[:30]
    ]
    shown.more_letters = fonts.add("".join([*names, *groups]))
    research = GIVEN.get("research", {})
    choice = choose(study, research)
    gallery = plots.Gallery()
    finding = find(study, choice, gallery)
    tests_figure(study, gallery)
    held = len(study.held)
    told = {
        "version": 1,
        "data": describing.data(study),
        "columns": describing.columns(study),
        "tests": str(len(study.candidates)),
        "passed": str(held),
        "alpha": str(screening.ALPHA),
        "main": finding.as_json(),
        "asked": choice.asked,
        "note": choice.note,
        "others": others(study, choice.candidate),
        "skipped": describing.skipped(study),
        "limits": describing.limits(study, choice.candidate),
        "figures": [[d.file, d.section, d.caption] for d in gallery.drawn],
    }
    full = told | {"numbers": finding.numbers, "candidates": [describing.candidate(c) for c in study.candidates]}
    Path("data").mkdir(exist_ok=True)
    Path("data/results.json").write_text(
        json.dumps(full, indent=1, ensure_ascii=False, default=_plain) + "\n", encoding="utf-8"
    )
    return told


def _plain(value: object) -> object:
    return value.item() if isinstance(value, np.generic) else str(value)


if __name__ == "__main__":
    found = run()
    print("FINDINGS " + json.dumps(found, ensure_ascii=False, default=_plain))
    print("Wrote data/results.json.")
