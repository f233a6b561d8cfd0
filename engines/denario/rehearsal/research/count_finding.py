"""Answer whether two groupings go together: which combinations are more frequent than independence would have them."""

from dataclasses import dataclass

import findings
import numpy as np
import pandas as pd
import plots
import relations
import shown
from findings import Check, Finding, Name, Variant
from plots import Gallery
from scipy import stats

_ALPHA = 0.01
Array = np.ndarray


@dataclass
class Answer:
    """The finding and what its figures need."""

    finding: Finding
    counts: pd.DataFrame
    excess: Array  # standardised residuals
    a: Name
    b: Name


def answer(pairs: pd.DataFrame, other: pd.DataFrame, a: Name, b: Name, *, why: str, split: bool) -> Answer:
    """Look into the columns `a` and `b` of `pairs`."""
    counts = pd.crosstab(pairs["a"], pairs["b"])
    table = counts.to_numpy()
    together = relations.merged(table)
    chi2, p, _, _ = stats.chi2_contingency(together, correction=False)
    expected = stats.contingency.expected_freq(table)
    n = int(table.sum())
    rows, columns = table.sum(axis=1) / n, table.sum(axis=0) / n
    excess = (table - expected) / np.sqrt(expected * np.outer(1 - rows, 1 - columns))
    v, error, low, high = _cramer_of(pairs)
    held = bool(p < _ALPHA)
    finding = Finding("counts", f"Do {a.words} and {b.words} go together?", "", "", held, quantity="Cramér's V")
    finding.record("Cramér's V", v, error)
    finding.record("p", float(p))
    at = np.unravel_index(np.argmax(excess), excess.shape)
    one, two = shown.code(counts.index[at[0]]), shown.code(counts.columns[at[1]])
    size = shown.measured(v, error)
    if held:
        finding.title = f"{a.words} and {b.words} go together: Cramér's V {size}"
        finding.claim = (
            f"{a.words} and {b.words} are associated (χ² test, {shown.p_value(float(p))}), with Cramér's V of {size} "
            f"(95% interval {shown.between(low, high)})"
        )
    else:
        finding.title = f"{a.words} and {b.words} show no association"
        finding.claim = (
            f"No association of {a.words} and {b.words} was confirmed "
            f"(χ² test, {shown.p_value(float(p))}; Cramér's V {size})"
        )
    finding.detail = [
        f"The test has χ² = {shown.number(float(chi2))} over {shown.count(n)} rows, {table.shape[0]} groups of "
        f"{a.words} and "
        f"{table.shape[1]} of {b.words}{_told(table, together)}.",
        f"The combination furthest above independence is {one} with {two}: {shown.count(int(table[at]))} rows where "
        f"{shown.number(float(expected[at]))} would be expected, {shown.number(float(excess[at]))} standard errors "
        "more.",
    ]
    finding.method = [
        why,
        "The two groupings were compared by the χ² test of independence; the size is Cramér's V with a correction for "
        "bias; "
        f"its uncertainty comes from {findings.RESAMPLES} resamples of the rows.",
    ]
    if split:
        finding.method.append("The question was picked on one half of the rows and answered on the other.")
    small = relations.sparse(together)
    words = f"{shown.percent(small)} of the cells tested expect fewer than {relations.LEAST_IN_GROUP} rows"
    finding.checks = [
        Check("expected counts large enough", words, small <= relations.MOST_SPARSE),
        Check("carried by several groups", *_without_top(table, at)),
    ]
    finding.variants = [Variant("main value", n, v, error)]
    for name, part in (
        ("first half of the rows", pairs.iloc[: n // 2]),
        ("second half of the rows", pairs.iloc[n // 2 :]),
    ):
        if len(part) > 40:
            w, e, _, _ = _cramer_of(part, 100)
            finding.variants.append(Variant(name, len(part), w, e))
    if split and len(other) > 40:
        w, e, _, _ = _cramer_of(other, 100)
        finding.variants.append(Variant("rows on which it was picked", len(other), w, e))
    findings.agreement(finding)
    finding.alternatives_head = [f"{a.words} with {b.words}", "rows", "expected", "standard errors"]
    order = np.argsort(-np.abs(excess), axis=None)[:6]
    for place in order:
        i, j = np.unravel_index(place, excess.shape)
        finding.alternatives.append([
            f"{shown.code(counts.index[i], 24)}, {shown.code(counts.columns[j], 24)}", shown.count(int(table[i, j])),
            shown.number(float(expected[i, j])), shown.number(float(excess[i, j])),
        ])  # fmt: skip
    return Answer(finding, counts, excess, a, b)


def _told(table: Array, together: Array) -> str:
    if table.shape == together.shape:
        return ""
    rows, columns = together.shape
    return f"; for the test the rarest were put together, so that it has {rows} times {columns} cells"


def _cramer(table: Array) -> float:
    table = table[table.sum(axis=1) > 0][:, table.sum(axis=0) > 0]
    if min(table.shape) < 2:
        return 0.0
    n, (r, c) = table.sum(), table.shape
    phi = max(0.0, stats.chi2_contingency(table, correction=False)[0] / n - (r - 1) * (c - 1) / (n - 1))
    r_, c_ = r - (r - 1) ** 2 / (n - 1), c - (c - 1) ** 2 / (n - 1)
    return float(np.sqrt(phi / max(1e-9, min(r_, c_) - 1)))


def _cramer_of(pairs: pd.DataFrame, resamples: int = findings.RESAMPLES) -> tuple[float, float, float, float]:
    a, b = pd.factorize(pairs["a"])[0], pd.factorize(pairs["b"])[0]
    shape = (a.max() + 1, b.max() + 1)
    cells = a * shape[1] + b
    counts = np.bincount(cells, minlength=shape[0] * shape[1])
    value = _cramer(counts.reshape(shape))
    generator = np.random.default_rng(17)
    draws = np.array([
        _cramer(generator.multinomial(len(cells), counts / len(cells)).reshape(shape)) for _ in range(resamples)
    ])  # fmt: skip
    return value, *findings.interval(draws)


def _without_top(table: Array, at: tuple[int, int]) -> tuple[str, bool]:
    if min(table.shape) < 3:
        return "the table is too small to leave a group out", True
    rest = np.delete(table, at[0], axis=0)
    rest = rest[:, rest.sum(axis=0) > 0]
    p = float(stats.chi2_contingency(rest, correction=False)[1]) if min(rest.shape) > 1 else 1.0
    return f"without the group of the largest excess the test gives {shown.p_value(p)}", p < _ALPHA


def draw(gallery: Gallery, found: Answer) -> None:
    """Draw the excesses, the shares and the variants."""
    figure, (axes,) = plots.canvas(width=4.6, height=3.2)
    limit = float(np.abs(found.excess).max()) or 1.0
    image = axes.imshow(found.excess, cmap="PuOr_r", vmin=-limit, vmax=limit, aspect="auto")
    _ticks(axes, found)
    axes.grid(visible=False)
    figure.colorbar(image, ax=axes, label="standard errors above independence")
    gallery.save(
        figure, "excess", "answer",
        f"How far each combination of {found.a.words} and {found.b.words} lies above or below independence. "
        f"{found.finding.claim}.",
    )  # fmt: skip
    figure, (axes,) = plots.canvas(width=4.6, height=3.0)
    shares = found.counts.div(found.counts.sum(axis=1), axis=0)
    left = np.zeros(len(shares))
    for i, name in enumerate(shares.columns[: len(plots.COLOURS)]):
        axes.barh(
            np.arange(len(shares)), shares[name], left=left, color=plots.COLOURS[i], label=shown.label(name, most=18)
        )
        left += shares[name].to_numpy()
    axes.set_yticks(np.arange(len(shares)), [shown.label(k, most=18) for k in shares.index])
    axes.set_xlabel(f"share of {found.b.label}")
    axes.legend(ncols=2, loc="upper center", bbox_to_anchor=(0.5, -0.2))
    gallery.save(figure, "shares", "assumptions", f"Shares of {found.b.words} within each group of {found.a.words}.")
    plots.forest(gallery, found.finding)


def distributions(gallery: Gallery, found: Answer) -> None:
    """Draw how often each group occurs."""
    figure, axes = plots.canvas(1, 2, width=5.2, height=2.6)
    for ax, totals, name in (
        (axes[0], found.counts.sum(axis=1), found.a),
        (axes[1], found.counts.sum(axis=0), found.b),
    ):
        ax.barh(np.arange(len(totals))[::-1], totals.to_numpy(), color=plots.BLUE)
        ax.set_yticks(np.arange(len(totals))[::-1], [shown.label(k, most=18) for k in totals.index])
        ax.set_xlabel("rows")
        ax.set_title(name.label)
    gallery.save(figure, "data", "data", f"How often each group of {found.a.words} and of {found.b.words} occurs.")


def _ticks(axes: plots.Axes, found: Answer) -> None:
    names = [shown.label(k, most=16) for k in found.counts.columns]
    axes.set_xticks(np.arange(len(names)), names, rotation=40, ha="right")
    axes.set_yticks(np.arange(len(found.counts)), [shown.label(k, most=18) for k in found.counts.index])
    axes.set_xlabel(found.b.label)
    axes.set_ylabel(found.a.label)
