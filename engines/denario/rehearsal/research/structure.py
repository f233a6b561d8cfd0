"""Find out how a table is built: single rows, one series in time, many series side by side, a list of events."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from columns import Column, describe
from reading import Table

LEAST_SERIES = 5
LEAST_POINTS = 12
_ALMOST = 0.95


@dataclass
class Shape:
    """A table with its columns and its build."""

    name: str
    columns: list[Column]
    rows: int
    build: str  # rows, series, panel, events
    time: str = ""
    group: str = ""
    made: list[str] = field(default_factory=list)  # what columns were made from others, as sentences

    def column(self, name: str) -> Column:
        """Return a column by name."""
        return next(c for c in self.columns if c.name == name)


def shape(table: Table) -> Shape:
    """Describe a table and find its build."""
    columns = describe(table.frame, table.units)
    made = _spans_of_dates(columns)
    found = Shape(table.name, columns, table.rows, "rows", made=made)
    panel = _panel([c for c in columns if c.name not in made])
    if panel:
        found.build, found.group, found.time = "panel", *panel
        return found
    for column in sorted(columns, key=_start):
        if column.kind not in ("time", "date"):
            continue
        values = np.sort(column.cells.dropna().to_numpy(float))
        if len(values) < LEAST_POINTS:
            continue
        distinct = len(np.unique(values))
        gaps = np.diff(np.unique(values))
        even = gaps.std() / gaps.mean() if len(gaps) and gaps.mean() else 9.0
        if column.kind == "date" and not (even < 0.5 and distinct > _ALMOST * len(values)):
            if not found.time:
                found.build, found.time = "events", column.name
        elif distinct > _ALMOST * len(values):
            found.build, found.time = "series", column.name
            return found
    return found


def _start(column: Column) -> float:
    """Order dates by when they begin: the first of several is when a thing came to be."""
    return float(column.cells.median()) if column.kind == "date" else -np.inf


def _spans_of_dates(columns: list[Column]) -> list[str]:
    """Add the time between two dates as a column, in hours; and the day of the week of the first."""
    dates = sorted((c for c in columns if c.kind == "date"), key=_start)
    said = []
    for i, first in enumerate(dates[:4]):
        for second in dates[i + 1 : 4]:
            hours = (second.cells - first.cells) / 3600
            early, late = first, second
            if hours.median() < 0:
                early, late, hours = second, first, -hours
            if hours.dropna().nunique() > 2:
                name = f"hours from {early.name} to {late.name}"
                columns.append(Column(name, "number", hours, int(hours.isna().sum()), "h"))
                said.append(name)
    if dates and dates[0].cells.dropna().nunique() > LEAST_POINTS:
        days = pd.to_datetime(dates[0].cells, unit="s").dt.day_name()
        if len(days.dropna().unique()) > 1:
            name = f"day of the week of {dates[0].name}"
            columns.append(Column(name, "group", days, int(days.isna().sum())))
            said.append(name)
    return said


def _panel(columns: list[Column]) -> tuple[str, str] | None:
    """Find the column that tells series apart and the one that runs within each."""
    groups = [c for c in columns if c.kind in ("group", "text") or (c.kind == "number" and c.cells.nunique() > 2)]
    times = [c for c in columns if c.kind in ("time", "date", "number")]
    times.sort(key=lambda c: c.kind == "number")
    for group in sorted(groups, key=lambda c: c.kind == "number"):
        sizes = group.cells.value_counts()
        if len(sizes) < LEAST_SERIES or sizes.median() < LEAST_POINTS:
            continue
        if group.kind == "number" and not ((group.cells.diff() == 0).mean() > 0.8):
            continue
        for time in times:
            if time is not group and _runs(group.cells, time.cells):
                return group.name, time.name
    return None


def _runs(group: pd.Series, time: pd.Series) -> bool:
    frame = pd.DataFrame({"g": group, "t": time}).dropna()
    if frame.empty:
        return False
    steps = frame.groupby("g", sort=False)["t"].diff().dropna()
    if len(steps) == 0 or (steps > 0).mean() < _ALMOST:
        return False
    if (frame["t"].diff().dropna() > 0).all():
        return False  # one series, whose rows happen to carry a mark
    spans = frame.groupby("g")["t"].agg(["min", "max"])
    whole = float(frame["t"].max() - frame["t"].min())
    # The series lie side by side, not one after the other.
    return bool((spans["max"] - spans["min"]).median() > 0.3 * whole)


def per_day(found: Shape) -> Table | None:
    """Return how many events there were on each day (or week, if there are few)."""
    seconds = found.column(found.time).cells.dropna()
    days = np.floor(seconds.to_numpy(float) / 86400).astype(int)
    span = int(days.max() - days.min()) + 1
    step = 1 if len(days) >= 2 * span else 7
    counts = np.bincount((days - days.min()) // step)
    if step > 1 or len(counts) > 3:
        counts = counts[1:-1] if len(counts) > LEAST_POINTS else counts  # the first and last may be cut off
    if len(counts) < LEAST_POINTS:
        return None
    unit = "day" if step == 1 else "week"
    frame = pd.DataFrame({f"time in {unit}s": np.arange(len(counts), dtype=float), f"rows per {unit}": counts})
    stated = {f"time in {unit}s": "d" if step == 1 else "weeks", f"rows per {unit}": f"1/{unit}"}
    return Table(f"{found.name}, counted", frame, len(frame), stated)
