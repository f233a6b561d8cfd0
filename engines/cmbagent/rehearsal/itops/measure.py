"""Measures of how unusual something is, and the record of a finding."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from scipy import stats

MOST_IDS = 2000


@dataclass(eq=False)
class Finding:
    """Something that stands out. `effect` is 0 to 1; `chance` the probability of as much by chance alone."""

    kind: str
    title: str
    statement: str
    figures: dict
    ids: list
    effect: float
    chance: float
    where: dict = field(default_factory=dict)
    since: str = ""
    data: dict = field(default_factory=dict)  # what a plot needs
    merged: list = field(default_factory=list)

    @property
    def score(self):
        """How unusual: half by chance (in powers of ten, up to 30), half by effect."""
        powers = min(-np.log10(max(self.chance, 1e-300)), 30) / 30
        return 0.5 * powers + 0.5 * float(np.clip(self.effect, 0, 1))


def plain(value):
    """Return a number JSON can hold, rounded; None for what is no number."""
    number = float(value)
    if not np.isfinite(number):
        return None
    return int(number) if number.is_integer() else float(f"{number:.6g}")


def many(count, of, share):
    """Return the chance of at least `count` in `of` where each has the chance `share`."""
    return float(stats.binom.sf(count - 1, of, min(max(share, 1e-12), 1)))


def more_than(count, expected):
    """Return the chance of at least `count` events where `expected` are."""
    return float(stats.poisson.sf(count - 1, max(expected, 1e-12)))


def cross(a, b):
    """Return how many tickets have each value of `a` with each of `b`; much faster than pandas' own."""
    both = (a.notna() & b.notna()).to_numpy()
    rows, names = pd.factorize(a.to_numpy()[both], sort=True)
    cols, others = pd.factorize(b.to_numpy()[both], sort=True)
    counts = np.bincount(rows * len(others) + cols, minlength=len(names) * len(others))
    return pd.DataFrame(counts.reshape(len(names), len(others)), index=names, columns=others)


def trend(x, y):
    """Return (Kendall's tau, chance) of a monotone change of y along x."""
    if len(x) < 8 or np.ptp(y) == 0:
        return 0.0, 1.0
    tau, chance = stats.kendalltau(x, y)
    return (float(tau), float(chance)) if np.isfinite(tau) else (0.0, 1.0)


def rank_trend(x, y):
    """Return (Spearman's rho, chance); for many points, where Kendall's test takes long."""
    if len(x) < 15 or np.ptp(y) == 0:
        return 0.0, 1.0
    rho, chance = stats.spearmanr(x, y)
    return (float(rho), float(chance)) if np.isfinite(rho) else (0.0, 1.0)


def line(x, y):
    """Return the robust straight line through the points, as values at the first and the last x."""
    if len(x) > 1500:
        pick = np.linspace(0, len(x) - 1, 1500).astype(int)
        x, y = x[pick], y[pick]
    slope, middle, _, _ = stats.theilslopes(y, x)
    return middle + slope * x.min(), middle + slope * x.max()


def differs(one, other):
    """Return the chance that two groups differ as much by chance (rank test)."""
    return float(stats.mannwhitneyu(one, other).pvalue)


def looked_at(findings, times):
    """Raise each finding's chance by how often something like it was looked for."""
    for finding in findings:
        finding.chance = min(1.0, finding.chance * max(times, 1))


def accepted(findings, rate=0.003):
    """Return those findings that stand after a correction for having looked often (Benjamini and Hochberg)."""
    ordered = sorted(findings, key=lambda f: f.chance)
    last = 0
    for place, finding in enumerate(ordered, 1):
        if finding.chance <= rate * place / len(ordered):
            last = place
    return ordered[:last]
