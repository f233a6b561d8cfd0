"""Answer when nothing was found, or nothing could be asked: say so, and what would have been found if it were there."""

import numpy as np
import plots
import shown
from columns import Column, summary
from findings import Check, Finding
from plots import BLUE, GREY, ORANGE, Gallery
from relations import Candidate
from scipy import stats
from structure import Shape

_POWER = 0.9
_ALPHA = 0.01
_MOST_WORDS = 600  # characters of the description that are quoted


def nothing_found(candidates: list[Candidate], alpha: float) -> Finding:
    """Report a search that found nothing: a result too."""
    tested = len(candidates)
    rows = int(np.median([c.rows for c in candidates]))
    finding = Finding("null", "Is any pair of the given quantities related?", "", "", False, quantity="")
    least = _detectable(rows, alpha / tested)
    best = min(candidates, key=lambda c: c.p)
    finding.record("tests", tested)
    finding.record("detectable", least)
    finding.record("smallest p", best.p)
    finding.title = "No relation found among the quantities of the data"
    pair = f"{shown.code(best.x)} and {shown.code(best.y)}"
    if tested == 1:
        finding.claim = (
            f"The one relation that could be tested, that of {pair}, was not found ({shown.p_value(best.p)})"
        )
    else:
        finding.claim = (
            f"None of {tested} tests for relations passed after the correction for their number; the smallest "
            "probability, "
            f"{shown.p_value(best.p)} for {pair}, becomes {shown.p_value(best.adjusted)} when corrected"
        )
    finding.detail = [
        f"With {shown.count(rows)} rows and {shown.several(tested, 'test')}, a rank correlation of "
        f"{shown.number(least, 2)} or "
        f"more would have been found with a probability of {shown.percent(_POWER)}; weaker relations may be there "
        "unseen.",
    ]
    p = float(stats.kstest([c.p for c in candidates], "uniform").pvalue) if tested > 4 else 1.0
    if tested > 4:
        finding.detail.append(
            "The probabilities of all tests are "
            + (
                "spread as chance alone would spread them"
                if p > 0.01
                else "not spread evenly, as tests that share data need not be"
            )
            + f" (Kolmogorov–Smirnov test, {shown.p_value(p)})."
        )
    finding.checks = [Check("tests as even as chance", f"Kolmogorov–Smirnov test: {shown.p_value(p)}", p > 0.01)]
    finding.method = ["Every pair was tested by ranks, groups by Kruskal–Wallis tests, series for trends and periods."]
    finding.robust = "A second way of computing was not needed, for no value is reported."
    order = sorted(candidates, key=lambda c: c.p)[:6]
    finding.alternatives_head = ["quantities", "test", "p", "corrected"]
    finding.alternatives = [
        [f"{shown.code(c.x, 24)}, {shown.code(c.y, 24)}", c.test, shown.number(c.p, 2), shown.number(c.adjusted, 2)]
        for c in order
    ]
    return finding


def _detectable(rows: int, alpha: float) -> float:
    """Return the rank correlation that a test of this size finds nine times in ten (Fisher's z)."""
    if rows <= 4:
        return 1.0
    z = (stats.norm.isf(alpha / 2) + stats.norm.isf(1 - _POWER)) / np.sqrt(rows - 3)
    return float(np.tanh(z))


def no_data(description: str) -> Finding:
    """Say what the description asks and what would have to be measured; nothing was."""
    finding = Finding("nothing", "What can be answered without data?", "", "", held=False)
    finding.title = "A study without data: what would have to be measured"
    finding.claim = "No data were given, so nothing was measured and no result is reported"
    words = " ".join(description.split())
    if words:
        short = words if len(words) <= _MOST_WORDS else words[:_MOST_WORDS].rpartition(" ")[0] + " …"
        finding.detail.append(f"The description of the data reads: “{short}”")
    needed = []
    for size in (0.5, 0.3, 0.1):
        rows = _rows_needed(size)
        finding.record(f"rows for a correlation of {size}", rows)
        needed.append(f"{shown.count(rows)} rows for one of {size}")
    finding.detail.append(
        "To answer whether two quantities are related takes a table with one row for each thing observed, both "
        "quantities in each "
        f"row. To find a rank correlation {shown.percent(_POWER)} of the time at a probability of {_ALPHA} takes "
        f"{shown.listed(needed)}; with more than one pair tested, more."
    )
    finding.method = [
        "The numbers of rows follow from the normal approximation for a transformed correlation (Fisher)."
    ]
    return finding


def _rows_needed(correlation: float) -> int:
    z = float(stats.norm.isf(_ALPHA / 2) + stats.norm.isf(1 - _POWER))
    return int(np.ceil((z / np.arctanh(correlation)) ** 2 + 3))


def draw_plan(gallery: Gallery) -> None:
    """Draw how many rows a relation of some strength would take."""
    figure, (axes,) = plots.canvas()
    sizes = np.linspace(0.05, 0.9, 80)
    axes.plot(sizes, [_rows_needed(float(s)) for s in sizes], color=BLUE)
    axes.set_yscale("log")
    axes.set_xlabel("rank correlation to be found")
    axes.set_ylabel("rows needed")
    gallery.save(
        figure,
        "plan",
        "answer",
        f"How many rows it takes to find a rank correlation {shown.percent(_POWER)} of the time at a probability of "
        f"{_ALPHA}. "
        "This is a plan; it shows no data.",
    )


def nothing_to_ask(shapes: list[Shape], failures: int) -> Finding:
    """Say why no question could be put."""
    finding = Finding("nothing", "What can these data answer?", "", "", held=False)
    columns = [c for s in shapes for c in s.columns]
    kinds = {kind: sum(c.kind == kind for c in columns) for kind in _WORDS}
    rows = max((s.rows for s in shapes), default=0)
    finding.record("rows", rows)
    finding.record("columns", len(columns))
    finding.title = "The given data do not answer a question"
    finding.claim = "No relation could be tested in the given data"
    if shapes:
        told = [shown.several(n, _WORDS[kind][0], _WORDS[kind][1]) for kind, n in kinds.items() if n]
        finding.detail.append(
            f"There are {shown.several(rows, 'row')} at most and {shown.several(len(columns), 'column')}: "
            f"{shown.listed(told)}."
        )
        finding.detail.append(
            "A test of a relation needs two columns that vary, of numbers or of groups, and at least eight rows that "
            "have both."
        )
    if failures:
        finding.detail.append(
            f"{shown.several(failures, 'file or part of a file', 'files or parts of files')} could not be read."
        )
    return finding


_WORDS = {
    "number": ("column of numbers", "columns of numbers"), "time": ("column of times", "columns of times"),
    "date": ("column of dates", "columns of dates"), "group": ("column of groups", "columns of groups"),
    "text": ("column of texts", "columns of texts"), "key": ("column of labels", "columns of labels"),
    "constant": ("column with one value only", "columns with one value only"),
    "blank": ("column with nothing in it", "columns with nothing in them"),
}  # fmt: skip


def draw(gallery: Gallery, candidates: list[Candidate], shapes: list[Shape]) -> None:
    """Draw what there is to draw when no relation was found."""
    numbers = [c for s in shapes for c in s.columns if c.numeric][:6]
    if numbers:
        _all_numbers(gallery, numbers)
    if len(candidates) > 4:
        _all_tests(gallery, candidates)
        _power(gallery, candidates)
    columns = [c for s in shapes for c in s.columns][:25]
    if columns and max(len(c.cells) for c in columns) > 0:
        _filled(gallery, columns)


def _all_numbers(gallery: Gallery, numbers: list[Column]) -> None:
    rows = -(-len(numbers) // 2)
    figure, axes = plots.canvas(rows, min(2, len(numbers)), width=5.2, height=0.5 + 1.7 * rows)
    for ax, column in zip(axes, numbers, strict=False):
        unit = column.unit if column.kind != "date" else "s since 1970"
        plots.histogram(ax, column.cells.dropna().to_numpy(float), shown.label(column.name, unit))
    for ax in axes[len(numbers) :]:
        ax.set_visible(False)
    facts = [summary(c) for c in numbers]
    told = [f"{shown.code(f['name'])} {shown.number(f['min'])} to {shown.number(f['max'])}" for f in facts[:4]]
    gallery.save(figure, "data", "data", f"Distributions of the quantities. Ranges: {'; '.join(told)}.")


def _all_tests(gallery: Gallery, candidates: list[Candidate]) -> None:
    figure, (axes,) = plots.canvas()
    p = np.sort([max(c.p, 1e-16) for c in candidates])
    expected = (np.arange(len(p)) + 0.5) / len(p)
    axes.loglog(expected, p, "o", color=BLUE, ms=3, label="tests")
    axes.loglog(expected, expected, color=ORANGE, lw=1, label="chance alone")
    axes.set_xlabel("expected probability")
    axes.set_ylabel("probability found")
    axes.legend()
    gallery.save(
        figure,
        "tests",
        "answer",
        f"The probabilities of all {shown.several(len(p), 'test')}, ordered, against those "
        "that chance alone would give.",
    )


def _power(gallery: Gallery, candidates: list[Candidate]) -> None:
    figure, (axes,) = plots.canvas()
    rows = np.geomspace(10, max(20, 20 * max(c.rows for c in candidates)), 100)
    axes.plot(rows, [_detectable(int(n), 0.01 / len(candidates)) for n in rows], color=BLUE)
    mine = int(np.median([c.rows for c in candidates]))
    axes.axvline(mine, color=ORANGE, lw=1, label=f"these data: {shown.count(mine)} rows")
    axes.set_xscale("log")
    axes.set_ylim(0, 1)
    axes.set_xlabel("rows")
    axes.set_ylabel("rank correlation found 9 times in 10")
    axes.legend()
    gallery.save(
        figure,
        "power",
        "robustness",
        "How strong a relation would have to be to be found, after the correction for the number of tests.",
    )


def _filled(gallery: Gallery, columns: list[Column]) -> None:
    figure, (axes,) = plots.canvas(height=0.9 + 0.2 * len(columns))
    shares = [1 - c.missing / max(1, len(c.cells)) for c in columns]
    places = np.arange(len(columns))[::-1]
    axes.barh(places, shares, color=[BLUE if c.kind not in ("blank", "constant") else GREY for c in columns])
    axes.set_yticks(places, [f"{shown.label(c.name, most=24)} ({c.kind})" for c in columns])
    axes.set_xlim(0, 1)
    axes.set_xlabel("share of rows with a value")
    gallery.save(
        figure,
        "filled",
        "data",
        "How much of each column is filled, and what it was taken for; grey columns hold one value or none.",
    )
