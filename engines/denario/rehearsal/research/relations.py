"""Test every pair of columns for a relation, in a way that suits what they hold, and correct for their number."""

from dataclasses import dataclass, field
from itertools import combinations

import laws
import numpy as np
import pandas as pd
from columns import Column
from scipy import stats

MOST_COLUMNS = 30
MOST_ROWS = 5000  # for the screening only
MOST_GROUPS = 12
LEAST_ROWS = 8
LEAST_IN_GROUP = 5
_SAME_GROUPS = 0.9  # of the rows
MOST_SPARSE = 0.2  # of the cells of a table (Cochran's rule)
_BINS = 6
_UNIT_ROOT = -4.0  # beyond the tabulated 1% point, for the law was fitted to the same points
_EXACT = 1 - 1e-9  # of a variance; what is explained so far is computed, not measured


@dataclass
class Candidate:
    """A possible relation and what the screening says of it."""

    family: str  # pair, time, groups, counts, period, rate, feature, image
    x: str
    y: str
    p: float
    share: float  # of the variance, or what answers to it
    rows: int
    test: str
    statistic: str
    adjusted: float = 1.0
    weight: float = 1.0
    where: str = ""  # the table
    extra: dict[str, object] = field(default_factory=dict)

    @property
    def rank(self) -> float:
        """How much it would be worth to look into."""
        return self.share * self.weight


def usable(columns: list[Column]) -> tuple[list[Column], list[Column], int]:
    """Return columns of numbers and of groups that can be tested, and how many were left out for their number."""
    numbers = [c for c in columns if c.kind in ("number", "time", "date") and c.cells.notna().sum() >= LEAST_ROWS]
    groups = [c for c in columns if c.kind == "group" and len(big_groups(c)) > 1]
    left = max(0, len(numbers) - MOST_COLUMNS) + max(0, len(groups) - MOST_COLUMNS)
    numbers.sort(key=lambda c: (c.missing, columns.index(c)))
    numbers = sorted(numbers[:MOST_COLUMNS], key=columns.index)
    return numbers, groups[:MOST_COLUMNS], left


def big_groups(column: Column) -> list[object]:
    """Return the groups with rows enough to be compared, the largest first."""
    counts = column.cells.value_counts()
    return list(counts[counts >= LEAST_IN_GROUP].index[:MOST_GROUPS])


def trivial(numbers: list[Column], groups: list[Column]) -> list[tuple[str, str, str]]:
    """Return pairs that are related by their making: (one, other, why)."""
    found = []
    frame = pd.DataFrame({c.name: c.cells for c in numbers}).dropna()
    frame = frame.head(MOST_ROWS)
    if len(frame) >= LEAST_ROWS:
        for a, b in combinations(numbers, 2):
            x, y = frame[a.name].to_numpy(float), frame[b.name].to_numpy(float)
            if np.ptp(x) == 0 or np.ptp(y) == 0:
                continue
            if np.array_equal(x, y):
                found.append((a.name, b.name, "they are equal"))
            elif abs(np.corrcoef(x, y)[0, 1]) ** 2 > _EXACT:
                found.append((a.name, b.name, "one is the other in another unit or scale"))
        found += _computed(frame, {frozenset(pair[:2]) for pair in found})
    for a, b in combinations(groups, 2):
        pair = pd.DataFrame({"a": a.cells, "b": b.cells}).dropna()
        if len(pair) and (pair.groupby("a")["b"].nunique().max() == 1 or pair.groupby("b")["a"].nunique().max() == 1):
            found.append((a.name, b.name, "one determines the other"))
        elif len(pair) and min(_told_by(pair, "a", "b"), _told_by(pair, "b", "a")) > _SAME_GROUPS:
            found.append((a.name, b.name, "each nearly determines the other"))
    return found


def _told_by(pair: pd.DataFrame, by: str, what: str) -> float:
    """Return the share of rows whose group in one column is the commonest for that in the other."""
    return float(pair.groupby(by)[what].agg(lambda v: v.value_counts().iloc[0]).sum() / len(pair))


def _computed(frame: pd.DataFrame, known: set[frozenset[str]]) -> list[tuple[str, str, str]]:
    """Find columns that are exactly a sum, difference, product or quotient of two others."""
    names = list(frame.columns)[:14]
    found = []
    values = {name: frame[name].to_numpy(float) for name in names}
    positive = {name: bool((v > 0).all()) for name, v in values.items()}
    for c in names:
        for a, b in combinations([n for n in names if n != c], 2):
            if {frozenset(p) for p in ((a, c), (b, c), (a, b))} & known:
                continue
            sums = _spans(values[a], values[b], values[c])
            in_logs = not sums and positive[a] and positive[b] and positive[c]
            if sums or (in_logs and _spans(np.log(values[a]), np.log(values[b]), np.log(values[c]))):
                found += [(a, c, f"`{c}` is computed from `{a}` and `{b}`"), (b, c, "")]
    seen: set[frozenset[str]] = set()
    kept = []
    for one, other, why in found:
        if frozenset((one, other)) not in seen:
            seen.add(frozenset((one, other)))
            kept.append((one, other, why))
    return kept


def _spans(a: np.ndarray, b: np.ndarray, c: np.ndarray) -> bool:
    if np.ptp(c) == 0 or len(c) < 2 * LEAST_ROWS:
        return False
    design = np.column_stack([a - a.mean(), b - b.mean()])
    centred = c - c.mean()
    coefficients, *_ = np.linalg.lstsq(design, centred, rcond=None)
    rest = float(np.sum((centred - design @ coefficients) ** 2))
    matters = np.abs(coefficients) * design.std(axis=0) > 1e-3 * centred.std()
    return bool(matters.all()) and rest < (1 - _EXACT) * float(np.sum(centred**2))


def pair(x: Column, y: Column) -> Candidate | None:
    """Test two columns of numbers: by ranks, and by ranks in sixths of x, which also sees what rises and falls."""
    frame = pd.DataFrame({"x": x.cells, "y": y.cells}).dropna()
    if len(frame) < LEAST_ROWS or frame["x"].nunique() < 3 or frame["y"].nunique() < 3:
        return None
    a, b = laws.thin(frame["x"].to_numpy(), frame["y"].to_numpy(), MOST_ROWS)
    rho = float(stats.spearmanr(a, b).statistic)
    effective = _effective(len(a), laws.neighbours(stats.rankdata(a)) * laws.neighbours(stats.rankdata(b)))
    p_ranks = _p_of_rho(rho, effective)
    bins = pd.qcut(pd.Series(a), _BINS, labels=False, duplicates="drop").to_numpy()
    parts = [b[bins == i] for i in np.unique(bins) if (bins == i).sum() >= LEAST_IN_GROUP]
    p_bins, share_bins = 1.0, 0.0
    if len(parts) > 2 and len(a) >= 5 * _BINS:
        h = float(stats.kruskal(*parts).statistic)
        total = sum(map(len, parts))
        p_bins = float(stats.chi2.sf(h * effective / len(a), len(parts) - 1))
        share_bins = max(0.0, (h - len(parts) + 1) / (total - len(parts)))
    p = min(1.0, 2 * min(p_ranks, p_bins))
    monotone = rho**2 >= share_bins - 0.1
    words = "Spearman's rank correlation" if monotone else "Kruskal–Wallis over sixths"
    return Candidate(
        "pair", x.name, y.name, p, max(rho**2, share_bins), len(frame), words, f"ρ = {rho:.3f}".replace("-", "−")
    )


def over_time(t: Column, y: Column) -> Candidate | None:
    """Test whether y changes along t, with as many points as its scatter about the best law is worth."""
    frame = pd.DataFrame({"t": t.cells, "y": y.cells}).dropna().sort_values("t")
    if len(frame) < 2 * LEAST_ROWS or frame["y"].nunique() < 3:
        return None
    x, values = laws.thin(frame["t"].to_numpy(), frame["y"].to_numpy(), MOST_ROWS)
    x = (x - x.min()) / (float(np.ptp(x)) or 1.0)
    best = min((law for law in laws.compare(x, values) if len(law.form.names) > 1), key=lambda law: law.aicc)
    rest = laws.residuals(best, x, values)
    effective = _effective(len(x), max(0.0, laws.neighbours(rest)))
    share = max(0.0, laws.explained(best, x, values))
    k = len(best.form.names)
    free = effective - k
    if free < 1 or not np.isfinite(share):
        return None
    f = (share / (k - 1)) / max((1 - share) / free, 1e-12)
    p = float(stats.f.sf(f, k - 1, free))
    if _wanders(rest):
        p = max(p, float(stats.ttest_1samp(np.diff(values), 0.0).pvalue))
    return Candidate(
        "time", t.name, y.name, p, share, len(frame), "F test of a law against none",
        f"R² = {share:.3f}", weight=0.95,
    )  # fmt: skip


def _wanders(rest: np.ndarray) -> bool:
    """Say whether what a law leaves may be a random walk (Dickey-Fuller test), which any law seems to fit."""
    steps, before = np.diff(rest), rest[:-1]
    square = float(np.dot(before, before))
    if square == 0:
        return False
    pull = float(np.dot(before, steps)) / square
    error = np.sqrt(float(np.var(steps - pull * before)) / square) or 1e-12
    return pull / error > _UNIT_ROOT


def groups(group: Column, y: Column) -> Candidate | None:
    """Test whether y differs between groups."""
    kept = big_groups(group)
    frame = pd.DataFrame({"g": group.cells, "y": y.cells}).dropna()
    frame = frame[frame["g"].isin(kept)]
    parts = [v.to_numpy() for _, v in frame.groupby("g")["y"] if len(v) >= LEAST_IN_GROUP]
    if len(parts) < 2 or frame["y"].nunique() < 3:
        return None
    h = float(stats.kruskal(*parts).statistic)
    total = sum(map(len, parts))
    codes = pd.factorize(frame["g"])[0]
    chance = float(np.sum((np.bincount(codes) / len(codes)) ** 2))
    runs = (float((codes[1:] == codes[:-1]).mean()) - chance) / max(1e-9, 1 - chance)
    alike = laws.neighbours(stats.rankdata(frame["y"] - frame.groupby("g")["y"].transform("median")))
    effective = _effective(total, max(0.0, runs) * max(0.0, alike))
    p = float(stats.chi2.sf(h * effective / total, len(parts) - 1))
    share = max(0.0, (h - len(parts) + 1) / (total - len(parts)))
    return Candidate("groups", group.name, y.name, p, share, total, "Kruskal–Wallis", f"ε² = {share:.3f}")


def table(a: Column, b: Column) -> Candidate | None:
    """Test whether two groupings go together."""
    frame = pd.DataFrame({"a": a.cells, "b": b.cells}).dropna()
    frame = frame[frame["a"].isin(big_groups(a)) & frame["b"].isin(big_groups(b))]
    counts = pd.crosstab(frame["a"], frame["b"]).to_numpy()
    if counts.size == 0 or min(counts.shape) < 2:
        return None
    counts = merged(counts)
    if min(counts.shape) < 2 or sparse(counts) > MOST_SPARSE:
        return None
    chi2, p, free, _ = stats.chi2_contingency(counts, correction=False)
    n = counts.sum()
    share = max(0.0, chi2 / n - free / (n - 1)) / max(1, min(counts.shape) - 1)
    return Candidate(
        "counts", a.name, b.name, float(p), share, int(n), "χ² test", f"Cramér's V = {np.sqrt(share):.3f}", weight=0.7
    )


def sparse(counts: np.ndarray) -> float:
    """Return the share of cells that expect fewer rows than the test needs."""
    return float((stats.contingency.expected_freq(counts) < LEAST_IN_GROUP).mean())


def merged(counts: np.ndarray) -> np.ndarray:
    """Put the rarest groups together until the cells expect enough rows for a χ² test."""
    while min(counts.shape) > 1 and max(counts.shape) > 2 and sparse(counts) > MOST_SPARSE:
        totals = [counts.sum(axis=1 - axis) if counts.shape[axis] > 2 else [np.inf] for axis in (0, 1)]
        axis = int(np.argmin([min(t) for t in totals]))
        order = np.argsort(totals[axis], kind="stable")
        both = counts.take(order[:2], axis=axis).sum(axis=axis, keepdims=True)
        counts = np.concatenate([np.delete(counts, order[:2], axis=axis), both], axis=axis)
    return counts


def _effective(n: int, alike: float) -> float:
    alike = min(max(alike, -0.5), 0.999)
    return max(3.0, n * (1 - alike) / (1 + alike)) if alike > 2 / np.sqrt(n) else float(n)


def _p_of_rho(rho: float, n: float) -> float:
    if n <= 3:
        return 1.0
    t = rho * np.sqrt((n - 2) / max(1e-15, 1 - rho**2))
    return float(2 * stats.t.sf(abs(t), n - 2))


def adjust(candidates: list[Candidate]) -> None:
    """Correct all probabilities for the number of tests (Holm)."""
    order = sorted(candidates, key=lambda c: c.p)
    worst = 0.0
    for i, candidate in enumerate(order):
        worst = max(worst, min(1.0, candidate.p * (len(order) - i)))
        candidate.adjusted = worst
