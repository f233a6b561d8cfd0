"""Read what was given and test every possible relation, on one half of the rows where there are enough of them."""

from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import Any

import images
import numpy as np
import pandas as pd
import periods
import reading
import relations
import series
import structure
from columns import Column
from relations import Candidate
from structure import Shape

LEAST_TO_SPLIT = 100  # rows; of fewer, all are needed for both
ALPHA = 0.01  # of the corrected probability
LEAST_SHARE = 0.002  # of the variance; less is nothing to write about
_SEED = 1
_SAME = 0.9


@dataclass
class Study:
    """All that was read and tested."""

    shapes: list[Shape] = field(default_factory=list)
    panels: dict[str, series.Panel] = field(default_factory=dict)  # by table and signal
    looked: dict[str, images.Looked] = field(default_factory=dict)
    failures: list[reading.Failure] = field(default_factory=list)
    candidates: list[Candidate] = field(default_factory=list)
    trivial: list[tuple[str, str, str]] = field(default_factory=list)
    notes: dict[str, list[str]] = field(default_factory=dict)
    left_out: int = 0

    @property
    def held(self) -> list[Candidate]:
        """Return what passed the screening, the strongest first."""
        passed = [c for c in self.candidates if c.adjusted < ALPHA and c.share > LEAST_SHARE]
        return sorted(passed, key=lambda c: (-c.rank, c.p))


def study(given: dict[str, Any]) -> Study:
    """Carry out the screening."""
    found = Study()
    tables = []
    for item in reading.read_all(given):
        if isinstance(item, reading.Failure):
            found.failures.append(item)
        elif isinstance(item, reading.Image):
            found.notes[item.name] = item.notes
            looked, candidates = images.look(item)
            if looked is None:
                found.failures.append(reading.Failure(item.name, "an image too small, too empty or too even to ask"))
            else:
                found.looked[item.name] = looked
                found.candidates += candidates
        else:
            tables.append(item)
    for table in together(tables):
        found.notes[table.name] = table.notes
        found.shapes.append(structure.shape(table))
    for shape in list(found.shapes):
        _screen(found, shape)
    relations.adjust(found.candidates)
    return found


def together(tables: list[reading.Table]) -> list[reading.Table]:
    """Put tables of the same columns below one another, and join those that share a key."""
    kept: list[reading.Table] = []
    for table in tables:
        same = next((k for k in kept if list(k.frame.columns) == list(table.frame.columns) and len(table.frame)), None)
        if same is None or len(table.frame.columns) < 2:
            kept.append(table)
            continue
        for each in (same, table):
            if "file" not in each.frame.columns:
                each.frame.insert(0, "file", each.name)
        same.frame = pd.concat([same.frame, table.frame], ignore_index=True)
        same.rows += table.rows
        same.notes.append(f"`{table.name}` has the same columns and was put below")
    joined = _joined(kept)
    return joined or kept


def _joined(tables: list[reading.Table]) -> list[reading.Table]:
    for one in tables:
        for other in tables:
            if one is other:
                continue
            for name in [c for c in one.frame.columns if c in other.frame.columns]:
                key = other.frame[name].dropna()
                if not key.is_unique or one.frame[name].is_unique or len(key) < 2:
                    continue
                if one.frame[name].dropna().isin(set(key)).mean() >= _SAME:
                    frame = one.frame.merge(other.frame, on=name, how="left", suffixes=("", f" ({other.name})"))
                    note = f"joined with `{other.name}` by `{name}`"
                    new = reading.Table(one.name, frame, one.rows, other.units | one.units, [*one.notes, note])
                    return [new, *(t for t in tables if t is not one and t is not other)]
    return []


def halves(rows: int) -> tuple[np.ndarray, np.ndarray]:
    """Return which rows the question is picked on and which it is answered on."""
    if rows < LEAST_TO_SPLIT:
        return np.ones(rows, bool), np.ones(rows, bool)
    first = np.zeros(rows, bool)
    first[np.random.default_rng(_SEED).permutation(rows)[: rows // 2]] = True
    return first, ~first


def part(shape: Shape, rows: np.ndarray) -> Shape:
    """Return the shape with some of its rows."""
    columns = [replace(c, cells=c.cells[rows].reset_index(drop=True)) for c in shape.columns]
    return replace(shape, columns=columns)


def rows_of(shape: Shape) -> int:
    """Return how many rows are at hand."""
    return len(shape.columns[0].cells) if shape.columns else 0


def split(shape: Shape) -> bool:
    """Say whether the question is picked and answered on different rows."""
    return shape.build in ("rows", "events") and rows_of(shape) >= LEAST_TO_SPLIT


def _screen(found: Study, shape: Shape) -> None:
    if shape.build == "panel" and _screen_panel(found, shape):
        return
    if shape.build == "series":
        _add(found, shape, _series(shape))
    looked_at = part(shape, halves(rows_of(shape))[0]) if split(shape) else shape
    _add(found, shape, _pairs(found, looked_at))
    if shape.build == "events":
        counted = structure.per_day(shape)
        if counted is not None:
            daily = structure.shape(counted)
            daily.build, daily.time = "series", str(counted.frame.columns[0])
            found.shapes.append(daily)
            found.notes[daily.name] = []
            _add(found, daily, _series(daily), 0.8)


def _add(found: Study, shape: Shape, candidates: list[Candidate], weight: float = 1.0) -> None:
    for candidate in candidates:
        candidate.where = shape.name
        candidate.weight *= weight
    found.candidates += candidates


def _series(shape: Shape) -> list[Candidate]:
    time = shape.column(shape.time)
    found = []
    for column in shape.columns:
        if column.kind != "number":
            continue
        if (changing := relations.over_time(time, column)) is not None:
            found.append(changing)
        frame = pd.DataFrame({"t": time.cells, "y": column.cells}).dropna()
        period = periods.candidate(time.name, column.name, frame["t"].to_numpy(), frame["y"].to_numpy())
        if period is not None:
            found.append(period)
    return found


def _pairs(found: Study, shape: Shape) -> list[Candidate]:
    numbers, groups, left = relations.usable(shape.columns)
    found.left_out += left
    trivial = relations.trivial(numbers, groups)
    found.trivial += trivial
    skip = {frozenset(t[:2]) for t in trivial} | _kin(shape)
    times = {c.name for c in numbers if c.kind in ("time", "date")} if shape.build == "series" else set()
    candidates = []
    for a, b in combinations(numbers, 2):
        if frozenset((a.name, b.name)) in skip or {a.name, b.name} & times or (a.kind == b.kind == "date"):
            continue
        x, y = (b, a) if b.kind in ("time", "date") else (a, b)
        candidates.append(relations.pair(x, y))
    candidates += [relations.groups(g, y) for g in groups for y in numbers if frozenset((g.name, y.name)) not in skip]
    candidates += [relations.table(a, b) for a, b in combinations(groups, 2) if frozenset((a.name, b.name)) not in skip]
    return [c for c in candidates if c is not None]


def _kin(shape: Shape) -> set[frozenset[str]]:
    """Return pairs of which one was made from the other here."""
    pairs = set()
    for name in shape.made:
        pairs |= {frozenset((name, c.name)) for c in shape.columns if c.kind == "date" or c.name in shape.made}
    return pairs


def _screen_panel(found: Study, shape: Shape) -> bool:
    """Describe each series by a few numbers and relate those to what is constant in a series."""
    constant = series.attributes(shape)
    done = False
    for signal in series.signals(shape)[:6]:
        panel = series.panel(shape, signal)
        if panel is None:
            continue
        done = True
        found.panels[f"{shape.name}|{signal.name}"] = panel
        first = _per_series(shape, constant)
        for name in panel.features.columns:
            if name in ("a", "b", "period"):
                continue
            y = Column(f"{name} of {signal.name}", "number", panel.features[name].reset_index(drop=True), 0)
            for column in constant:
                x = replace(column, cells=first.reindex(panel.features.index)[column.name].reset_index(drop=True))
                test = relations.pair(x, y) if x.numeric else relations.groups(x, y)
                if test is not None:
                    test.family = "feature" if x.numeric else "feature groups"
                    test.weight = 1.2 if name not in ("a", "b", "start", "step", "amplitude") else 0.9
                    test.extra = {"signal": signal.name, "feature": name}
                    _add(found, shape, [test])
    return done


def _per_series(shape: Shape, constant: list[Column]) -> pd.DataFrame:
    frame = pd.DataFrame({c.name: c.cells for c in constant})
    frame["series"] = shape.column(shape.group).cells
    return frame.groupby("series").first()
