"""Answer whether a number differs between groups, by a test whose assumptions were checked."""

from dataclasses import dataclass
from itertools import combinations

import findings
import numpy as np
import plots
import shown
from findings import Check, Finding, Name, Variant
from plots import BLUE, ORANGE, Gallery
from scipy import stats

_ALPHA = 0.01
Array = np.ndarray


@dataclass
class Answer:
    """The finding and what its figures need."""

    finding: Finding
    parts: dict[str, Array]
    group: Name
    y: Name
    middle: str  # mean or median


def answer(parts: dict[str, Array], other: dict[str, Array], group: Name, y: Name, *, why: str, split: bool) -> Answer:
    """Look into the groups in `parts`; `other` are the rows on which the question was picked."""
    checks = _checks(parts)
    normal = checks[0].holds or min(map(len, parts.values())) >= 40
    middle = "mean" if normal else "median"
    test, p = _test(parts, normal, checks[1].holds)
    ordered = dict(sorted(parts.items(), key=lambda item: -_middle(item[1], middle)))
    # Which two groups lie furthest apart is seen on the rows that are not used to say how far.
    judged = {k: v for k, v in other.items() if len(v) > 1} if split else {}
    ranked = sorted(
        judged if len(judged) == len(parts) else parts, key=lambda k: -_middle((judged or parts)[k], middle)
    )
    top, bottom = ranked[0], ranked[-1]
    value, error, low, high = _difference(ordered[top], ordered[bottom], middle)
    held = p < _ALPHA
    finding = Finding("groups", f"Does {y.words} differ between the groups of {group.words}?", "", "", held)
    finding.quantity = f"difference of {middle}s"
    unit = f" {y.unit}" if y.unit else ""
    finding.record(finding.quantity, value, error, y.unit)
    finding.record("p", p)
    total = sum(map(len, parts.values()))
    named = f"{shown.code(top)} and {shown.code(bottom)}"
    if held:
        finding.title = f"{_capital(y.words)} differs between the groups of {group.words}"
        finding.claim = (
            f"{_capital(y.words)} differs between the {len(parts)} groups of {group.words} ({test}, "
            f"{shown.p_value(p)}); the "
            f"{middle} of {shown.code(top)} lies {shown.measured(abs(value), error)}{unit} "
            f"{'above' if value > 0 else 'below'} that of {shown.code(bottom)} "
            f"(95% interval of the difference {shown.between(low, high)})"
        )
    else:
        finding.title = f"{_capital(y.words)} does not differ measurably between the groups of {group.words}"
        finding.claim = (
            f"No difference of {y.words} between the {len(parts)} groups of {group.words} was confirmed "
            f"({test}, {shown.p_value(p)}); the difference of {middle}s between {named} is "
            f"{shown.measured(value, error)}{unit}"
        )
    sizes = [
        f"{shown.code(k)}: {middle} {shown.number(_middle(v, middle))}{unit}, {len(v)} rows" for k, v in ordered.items()
    ]
    finding.detail.append(f"The groups, from the highest: {'; '.join(sizes)}.")
    share = _share(parts)
    finding.record("share", share)
    finding.detail.append(
        f"Which group a row belongs to explains {shown.percent(share)} of the variance of {y.words} (η²). The "
        "standardised "
        f"difference of {named} is {shown.number(_hedges(ordered[top], ordered[bottom]))} (Hedges' g)."
    )
    finding.detail += _pairs(ordered, normal)
    finding.method = [
        why,
        f"The groups were compared by {test}, chosen after testing for normal scatter and equal variances; pairs of "
        "groups "
        f"by {'Welch t tests' if normal else 'Mann–Whitney tests'} with Holm's correction.",
        f"Uncertainties of differences come from {findings.RESAMPLES} resamples within each group.",
    ]
    if split:
        finding.method.append("The question was picked on one half of the rows and answered on the other.")
    finding.checks = checks
    finding.alternatives_head = ["group", "rows", middle, "standard deviation"]
    finding.alternatives = [
        [shown.code(k), shown.count(len(v)), shown.number(_middle(v, middle)), shown.number(float(np.std(v, ddof=1)))]
        for k, v in ordered.items()
    ]
    _variants(finding, ordered, other if split else {}, top, bottom, middle, value, error, total)
    findings.agreement(finding)
    return Answer(finding, ordered, group, y, middle)


def _checks(parts: dict[str, Array]) -> list[Check]:
    rest = np.concatenate([v - v.mean() for v in parts.values()])
    some = rest[:: max(1, len(rest) // 500)]
    p = float(stats.shapiro(some).pvalue) if np.ptp(some) > 0 else 1.0
    equal = float(stats.levene(*parts.values()).pvalue) if all(np.ptp(v) > 0 for v in parts.values()) else 0.0
    least = min(map(len, parts.values()))
    return [
        Check("normal scatter", f"Shapiro–Wilk test of {len(some)} residuals: {shown.p_value(p)}", p > _ALPHA),
        Check("equal variances", f"Levene test: {shown.p_value(equal)}", equal > _ALPHA),
        Check("groups large enough", f"the smallest has {least} rows", least >= 15),
    ]


def _test(parts: dict[str, Array], normal: bool, equal: bool) -> tuple[str, float]:
    values = list(parts.values())
    if not normal:
        if len(values) == 2:
            return "Mann–Whitney test", float(stats.mannwhitneyu(*values).pvalue)
        return "Kruskal–Wallis test", float(stats.kruskal(*values).pvalue)
    if len(values) == 2:
        return "Welch t test", float(stats.ttest_ind(*values, equal_var=False).pvalue)
    if equal:
        return "analysis of variance", float(stats.f_oneway(*values).pvalue)
    return "Welch analysis of variance", _welch(values)


def _welch(values: list[Array]) -> float:
    """Return the probability of Welch's analysis of variance."""
    n = np.array([len(v) for v in values], float)
    means = np.array([v.mean() for v in values])
    weights = n / np.maximum([v.var(ddof=1) for v in values], 1e-300)
    total = weights.sum()
    centre = float((weights * means).sum() / total)
    k = len(values)
    spread = float((((1 - weights / total) ** 2) / (n - 1)).sum())
    f = float((weights * (means - centre) ** 2).sum() / (k - 1)) / (1 + 2 * (k - 2) / (k**2 - 1) * spread)
    return float(stats.f.sf(f, k - 1, (k**2 - 1) / (3 * spread)))


def _middle(values: Array, middle: str) -> float:
    return float(values.mean() if middle == "mean" else np.median(values))


def _difference(one: Array, other: Array, middle: str) -> tuple[float, float, float, float]:
    generator = np.random.default_rng(13)
    take = np.mean if middle == "mean" else np.median

    def drawn(values: Array) -> float:
        return float(take(values[generator.integers(0, len(values), len(values))]))

    draws = np.array([drawn(one) - drawn(other) for _ in range(findings.RESAMPLES)])
    error, low, high = findings.interval(draws)
    return float(take(one) - take(other)), error, low, high


def _share(parts: dict[str, Array]) -> float:
    every = np.concatenate(list(parts.values()))
    between = sum(len(v) * (v.mean() - every.mean()) ** 2 for v in parts.values())
    total = float(np.sum((every - every.mean()) ** 2))
    return float(between / total) if total else 0.0


def _hedges(one: Array, other: Array) -> float:
    n = len(one) + len(other)
    pooled = np.sqrt(((len(one) - 1) * one.var(ddof=1) + (len(other) - 1) * other.var(ddof=1)) / (n - 2))
    return float((one.mean() - other.mean()) / pooled * (1 - 3 / (4 * n - 9))) if pooled else 0.0


def _pairs(parts: dict[str, Array], normal: bool) -> list[str]:
    if len(parts) < 3:
        return []
    tested = []
    for a, b in combinations(parts, 2):
        if normal:
            p = float(stats.ttest_ind(parts[a], parts[b], equal_var=False).pvalue)
        else:
            p = float(stats.mannwhitneyu(parts[a], parts[b]).pvalue)
        tested.append((p, a, b))
    tested.sort()
    worst, apart = 0.0, 0
    for i, (p, _a, _b) in enumerate(tested):
        worst = max(worst, min(1.0, p * (len(tested) - i)))
        apart += worst < _ALPHA
    verb = "differs" if apart == 1 else "differ"
    return [f"Of {len(tested)} pairs of groups, {apart or 'none'} {verb} after the correction for their number."]


def _variants(
    finding: Finding,
    parts: dict[str, Array],
    other: dict[str, Array],
    top: str,
    bottom: str,
    middle: str,
    value: float,
    error: float,
    total: int,
) -> None:
    finding.variants.append(Variant("main value", total, value, error))
    swapped = "median" if middle == "mean" else "mean"
    v, e, _, _ = _difference(parts[top], parts[bottom], swapped)
    finding.variants.append(Variant(f"by {swapped}s", total, v, e))
    clipped = {k: _without_outliers(parts[k]) for k in (top, bottom)}
    if min(map(len, clipped.values())) > 4:
        v, e, _, _ = _difference(clipped[top], clipped[bottom], middle)
        finding.variants.append(Variant("without outliers", sum(map(len, clipped.values())), v, e))
    for name, half in (("first half of each group", 0), ("second half of each group", 1)):
        cut = {k: np.array_split(parts[k], 2)[half] for k in (top, bottom)}
        if min(map(len, cut.values())) > 4:
            v, e, _, _ = _difference(cut[top], cut[bottom], middle)
            finding.variants.append(Variant(name, sum(map(len, cut.values())), v, e))
    if top in other and bottom in other:
        v, e, _, _ = _difference(other[top], other[bottom], middle)
        finding.variants.append(Variant("rows on which it was picked", sum(map(len, other.values())), v, e))


def _without_outliers(values: Array) -> Array:
    off = np.abs(values - np.median(values))
    spread = 1.4826 * float(np.median(off))
    return values[off < findings.OUTLYING * spread] if spread else values


def draw(gallery: Gallery, found: Answer) -> None:
    """Draw the groups, their residuals and the variants."""
    names = [shown.label(k, most=18) for k in found.parts]
    figure, (axes,) = plots.canvas(width=max(4.2, 0.55 * len(names) + 1.5))
    places = np.arange(len(names))
    axes.boxplot(
        list(found.parts.values()), positions=places, widths=0.5, showfliers=False, medianprops={"color": BLUE}
    )
    generator = np.random.default_rng(2)
    for place, values in zip(places, found.parts.values(), strict=True):
        some = plots.thinned(len(values))[:300]
        axes.plot(place + generator.uniform(-0.18, 0.18, len(some)), values[some], ".", color=BLUE, ms=2, alpha=0.35)
    means = [v.mean() for v in found.parts.values()]
    errors = [1.96 * v.std(ddof=1) / np.sqrt(len(v)) for v in found.parts.values()]
    axes.errorbar(places, means, errors, fmt="D", color=ORANGE, ms=4, capsize=3, label="mean, 95% interval")
    everything = np.concatenate(list(found.parts.values()))
    axes.set_ylim(*_limits(everything))
    axes.set_xticks(places, names, rotation=30 if max(map(len, names)) > 8 or len(names) > 5 else 0, ha="center")
    axes.set_xlabel(found.group.label)
    axes.set_ylabel(found.y.axis)
    axes.legend()
    gallery.save(
        figure, "groups", "answer",
        f"{_capital(found.y.words)} in the groups of {found.group.words}: single rows, quartiles (boxes) and means. "
        f"{found.finding.claim}.",
    )  # fmt: skip
    figure, axes_ = plots.canvas(1, 2, width=5.2, height=2.4)
    rest = np.concatenate([v - v.mean() for v in found.parts.values()])
    plots.histogram(axes_[0], rest, f"residual [{found.y.unit}]" if found.y.unit else "residual")
    plots.normal_quantiles(axes_[1], rest)
    broken = [c.name for c in found.finding.checks if not c.holds]
    verdict = f"Not borne out: {shown.listed(broken)}." if broken else "All assumptions tested are borne out."
    gallery.save(
        figure, "residuals", "assumptions",
        f"Scatter of {found.y.words} within the groups (left) and against a normal distribution (right). {verdict}",
    )  # fmt: skip
    plots.forest(gallery, found.finding, found.y.unit)


def distributions(gallery: Gallery, found: Answer) -> None:
    """Draw the number and the sizes of the groups."""
    figure, axes = plots.canvas(1, 2, width=5.2, height=2.4)
    plots.histogram(axes[0], np.concatenate(list(found.parts.values())), found.y.axis)
    names = [shown.label(k, most=18) for k in found.parts]
    axes[1].barh(np.arange(len(names))[::-1], [len(v) for v in found.parts.values()], color=BLUE)
    axes[1].set_yticks(np.arange(len(names))[::-1], names)
    axes[1].set_xlabel("rows")
    gallery.save(
        figure, "data", "data",
        f"Distribution of {found.y.words} (left) and sizes of the groups of {found.group.words} used for the answer "
        "(right).",
    )  # fmt: skip


def _limits(values: Array) -> tuple[float, float]:
    low, high = np.percentile(values, [0.5, 99.5])
    edge = 0.06 * (high - low) or 1.0
    return float(low - edge), float(high + edge)


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:] if not words.startswith("`") else words
