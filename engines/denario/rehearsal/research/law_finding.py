"""Answer by what law one number depends on another: with uncertainties, checks of what is assumed, and variants."""

from dataclasses import dataclass, replace

import findings
import laws
import numpy as np
import shown
from findings import Check, Finding, Name, Variant
from scipy import stats

Array = np.ndarray
_KEY = {  # the parameter that says most, and its name
    "constant": ("a", "level"), "linear": ("b", "slope"), "logarithmic": ("b", "change per e-fold"),
    "power law": ("b", "exponent"), "exponential": ("b", "rate"), "quadratic": ("c", "curvature"),
    "exponential with a floor": ("b", "rate"),
}  # fmt: skip


@dataclass
class Points:
    """What a law is sought in. The form is chosen on the first points and measured on the second."""

    x: Array
    y: Array
    x_first: Array
    y_first: Array
    split: bool
    ordered: bool  # whether neighbours in x may resemble each other
    what: str = "rows"


@dataclass
class Answer:
    """The finding and what its figures need."""

    finding: Finding
    law: laws.Law
    draws: Array
    points: Points
    x: Name
    y: Name


def answer(points: Points, x: Name, y: Name, *, why: str) -> Answer:
    """Look into y as a function of x."""
    rows = len(points.x)
    points = _thinned(points)
    ranked = laws.compare(points.x_first, points.y_first)
    chosen = ranked[0]
    law = laws.fit(chosen.form, points.x, points.y, chosen.relative) or chosen
    block = _block(law, points) if points.ordered else 1
    draws = laws.bootstrap(law, points.x, points.y, findings.RESAMPLES, block)
    symbol, quantity = _KEY[law.form.name]
    index = law.form.names.index(symbol)
    value = float(law.parameters[index])
    error, low, high = findings.interval(draws[:, index]) if len(draws) > 20 else (float("nan"),) * 3
    unit = _unit(law.form.name, symbol, x.unit, y.unit)
    rho = stats.spearmanr(points.x, points.y)
    held = law.form.name != "constant" and not low <= 0 <= high
    finding = Finding("law", f"How does {y.words} depend on {x.words}?", "", "", held)
    finding.quantity = quantity
    finding.record(quantity, value, error, unit)
    finding.record("rows", len(points.x))
    size = f"{shown.measured(value, error)}{' ' + unit if unit else ''}"
    if held:
        finding.title = f"{_capital(y.words)} {law.form.words} {x.words}: {quantity} {size}"
        finding.claim = (
            f"{_capital(y.words)} {law.form.words} {x.words}, with {_article(quantity)} {quantity} of {size} "
            f"(95% interval {shown.between(low, high)})"
        )
    else:
        finding.title = f"{_capital(y.words)} shows no law in {x.words}"
        finding.claim = (
            f"No law was confirmed by which {y.words} depends on {x.words}: "
            + ("the best form is a constant" if law.form.name == "constant" else f"the {quantity} is {size}")
            + f" (Spearman's ρ = {shown.number(float(rho.statistic))})"
        )
    _details(finding, law, ranked, draws, points, x, y)
    finding.method += _method(points, block, why)
    if len(points.x) < rows:
        finding.method.append(
            f"Of the {shown.count(rows)} {points.what} for the answer a random {shown.count(len(points.x))} were "
            "used, which "
            "is enough for the fits."
        )
    _checks(finding, law, points)
    _variants(finding, law, points, value, error)
    findings.agreement(finding)
    return Answer(finding, law, draws, points, x, y)


def _thinned(points: Points) -> Points:
    """Return points of a number that can be fitted hundreds of times."""
    (x, y), (first_x, first_y) = laws.thin(points.x, points.y), laws.thin(points.x_first, points.y_first)
    return replace(points, x=x, y=y, x_first=first_x, y_first=first_y)


def brief(points: Points, x: Name, y: Name) -> str:
    """Return a law in a few words: its form and its key parameter."""
    points = _thinned(points)
    law = laws.compare(points.x_first, points.y_first)[0]
    law = laws.fit(law.form, points.x, points.y, law.relative) or law
    if law.form.name == "constant":
        return "no law"
    symbol, quantity = _KEY[law.form.name]
    index = law.form.names.index(symbol)
    draws = laws.bootstrap(law, points.x, points.y, 100, _block(law, points) if points.ordered else 1)
    error = float(np.std(draws[:, index])) if len(draws) > 20 else float("nan")
    unit = _unit(law.form.name, symbol, x.unit, y.unit)
    return (
        f"{law.form.name}, {quantity} {shown.measured(float(law.parameters[index]), error)}{' ' + unit if unit else ''}"
    )


def _details(
    finding: Finding, law: laws.Law, ranked: list[laws.Law], draws: Array, points: Points, x: Name, y: Name
) -> None:
    say = finding.detail
    share = laws.explained(law, points.x, points.y)
    finding.record("explained", share)
    scale = f"of the logarithm of {y.words}" if law.relative else f"of {y.words}"
    say.append(
        f"The law is {law.form.formula}, with $y$ for {y.words} and $x$ for {x.words}; its parameters are "
        + shown.listed([_parameter(law, draws, i, x, y) for i in range(len(law.form.names))])
        + "."
    )
    if law.form.name != "constant":
        if points.split and (first := ranked[0]).form is law.form:
            ahead = laws.explained(first, points.x, points.y)
            finding.record("explained ahead", ahead)
            say.append(
                f"The law as fitted on the first half of the rows explains {shown.percent(max(0.0, ahead))} of the "
                f"variance {scale} in the second half, which it had not seen."
            )
        else:
            say.append(f"It explains {shown.percent(max(0.0, share))} of the variance {scale}.")
    scatter = f"{shown.percent(law.scatter)}" if law.relative else f"{shown.number(law.scatter)} {y.unit}".strip()
    say.append(f"The scatter about the law is {scatter}{' of the value' if law.relative else ''}.")
    say += _meaning(finding, law, draws, x, y)
    others = [r for r in ranked[1:] if r.form is not law.form]
    seen: set[str] = set()
    finding.alternatives_head = ["law", "scatter", "AICc above the best"]
    best = min(r.aicc for r in ranked)
    for r in [ranked[0], *others]:
        if r.form.name not in seen:
            seen.add(r.form.name)
            finding.alternatives.append(
                [r.form.name, "relative" if r.relative else "constant", shown.number(r.aicc - best)]
            )
    if finding.held and len(finding.alternatives) > 1:
        name, _, behind = finding.alternatives[1]
        say.append(f"The next form in the comparison, {name}, lies {behind} behind it in AICc.")
    near = [r.form.name for r in ranked if r.form is not law.form and r.aicc - best < laws.CLOSE]
    if near and finding.held:
        say.append(
            f"The data do not tell it from {shown.listed(sorted(set(near)), 'or')}: the information criteria differ by "
            f"less than {laws.CLOSE:.0f}; the simplest form was taken."
        )


def _parameter(law: laws.Law, draws: Array, i: int, x: Name, y: Name) -> str:
    symbol = law.form.names[i]
    unit = _unit(law.form.name, symbol, x.unit, y.unit)
    error = float(np.std(draws[:, i])) if len(draws) else float("nan")
    return f"${symbol}$ = {shown.measured(float(law.parameters[i]), error)}{' ' + unit if unit else ''}"


def _meaning(finding: Finding, law: laws.Law, draws: Array, x: Name, y: Name) -> list[str]:
    """Say what the key parameter means in plain terms."""
    if not finding.held or len(draws) < 20:
        return []
    name = law.form.name
    if name == "power law":
        factor, error = 2 ** law.parameters[1], float(np.std(2 ** draws[:, 1]))
        finding.record("factor per doubling", factor, error)
        said = [f"When {x.words} doubles, {y.words} is multiplied by {shown.measured(factor, error)}."]
        _, low, high = findings.interval(draws[:, 1])
        fraction = findings.near_fraction(low, high)
        if fraction and high - low < 0.3:
            said.append(f"Of the simple fractions from 1/4 to 4, only {fraction} lies within the exponent's interval.")
        return said
    if name in ("exponential", "exponential with a floor"):
        scale, error = 1 / abs(law.parameters[1]), float(np.std(1 / np.abs(draws[:, 1])))
        unit = f" {x.unit}" if x.unit else ""
        finding.record("scale", scale, error, x.unit)
        half = np.log(2) * scale
        finding.record("half", half, np.log(2) * error, x.unit)
        falls = "halves" if law.parameters[1] < 0 else "doubles"
        what = f"the distance of {y.words} from its fixed level" if name.endswith("floor") else y.words
        said = [
            f"The scale of the exponential, $1/|b|$, is {shown.measured(scale, error)}{unit}: {what} {falls} every "
            f"{shown.measured(half, np.log(2) * error)}{unit}."
        ]
        if name.endswith("floor"):
            unit_y = f" {y.unit}" if y.unit else ""
            said.append(f"The fixed level is {shown.measured(law.parameters[2], float(np.std(draws[:, 2])))}{unit_y}.")
        return said
    if name == "logarithmic":
        step, error = law.parameters[1] * np.log(10), float(np.std(draws[:, 1])) * np.log(10)
        finding.record("per tenfold", step, error, y.unit)
        unit = f" {y.unit}" if y.unit else ""
        return [f"A tenfold {x.words} changes {y.words} by {shown.measured(step, error)}{unit}."]
    if name == "quadratic":
        with np.errstate(all="ignore"):
            tops = -draws[:, 1] / (2 * draws[:, 2])
        top = -law.parameters[1] / (2 * law.parameters[2])
        error = float(np.percentile(tops, 84) - np.percentile(tops, 16)) / 2
        finding.record("vertex", top, error, x.unit)
        unit = f" {x.unit}" if x.unit else ""
        return [f"The parabola turns at {shown.measured(top, error)}{unit}."]
    return []


def _method(points: Points, block: int, why: str) -> list[str]:
    said = [why]
    if points.split:
        said.append(
            f"The form of the law was chosen on one half of the {points.what} and its parameters were measured on the "
            "other half, so that the choice does not flatter the result."
        )
    else:
        said.append(
            f"With {shown.count(len(points.x))} {points.what} no half was kept back: form and parameters come from the "
            "same points."
        )
    drawn = f"blocks of {block} neighbouring points" if block > 1 else f"single {points.what}"
    said.append(
        f"Uncertainties are standard deviations over {findings.RESAMPLES} resamples of {drawn}; intervals hold 95% of "
        "the resamples."
    )
    return said


def _block(law: laws.Law, points: Points) -> int:
    alike = laws.neighbours(laws.residuals(law, points.x, points.y))
    if alike < 2 / np.sqrt(len(points.x)):
        return 1
    return int(np.clip(np.ceil(2 * (1 + alike) / (1 - min(alike, 0.95))), 2, max(2, len(points.x) // 8)))


def _checks(finding: Finding, law: laws.Law, points: Points) -> None:
    rest = laws.residuals(law, points.x, points.y)
    some = rest[:: max(1, len(rest) // 500)]
    normal = float(stats.shapiro(some).pvalue) if np.ptp(some) > 0 else 1.0
    finding.checks.append(
        Check("normal scatter", f"Shapiro–Wilk test of {len(some)} residuals: {shown.p_value(normal)}", normal > 0.01)
    )
    size = stats.spearmanr(points.x, np.abs(rest))
    p = float(size.pvalue)
    finding.checks.append(
        Check(
            "even scatter",
            f"rank correlation of the size of the residuals with x: ρ = {shown.number(float(size.statistic), 2)}, "
            f"{shown.p_value(p)}",
            p > 0.01 or abs(float(size.statistic)) < 0.1,
        )
    )
    trend = _curved(points.x, rest)
    finding.checks.append(
        Check(
            "no trend left",
            f"Kruskal–Wallis test of the residuals over sixths of x: {shown.p_value(trend)}",
            trend > 0.01,
        )
    )
    alike = laws.neighbours(rest[np.argsort(points.x, kind="stable")])
    limit = 2.6 / np.sqrt(len(rest))
    finding.checks.append(
        Check(
            "independent neighbours",
            f"correlation of neighbouring residuals {shown.number(alike, 2)}, limit {shown.number(limit, 2)}",
            abs(alike) < limit,
        )
    )


def _curved(x: Array, rest: Array) -> float:
    order = np.argsort(x, kind="stable")
    parts = [p for p in np.array_split(rest[order], 6) if len(p) >= 3]
    return float(stats.kruskal(*parts).pvalue) if len(parts) > 1 and np.ptp(rest) > 0 else 1.0


def _variants(finding: Finding, law: laws.Law, points: Points, value: float, error: float) -> None:
    index = law.form.names.index(_KEY[law.form.name][0])
    x, y = points.x, points.y
    finding.variants.append(Variant("main value", len(points.x), value, error))

    def add(name: str, form: laws.Form, relative: bool, keep: Array, xs: Array = x, ys: Array = y) -> None:
        if keep.sum() < 12 or np.ptp(xs[keep]) == 0:
            return
        again = laws.fit(form, xs[keep], ys[keep], relative)
        if again is None:
            return
        draws = laws.bootstrap(again, xs[keep], ys[keep], 80, _block(again, points) if points.ordered else 1)
        if len(draws) > 20:
            finding.variants.append(
                Variant(name, int(keep.sum()), float(again.parameters[index]), float(np.std(draws[:, index])))
            )

    rest = laws.residuals(law, x, y)
    spread = 1.4826 * np.median(np.abs(rest - np.median(rest))) or 1.0
    whole = np.ones(len(x), bool)
    add("without outliers", law.form, law.relative, np.abs(rest) < findings.OUTLYING * spread)
    middle = np.median(x)
    every = np.zeros(len(x), bool)
    every[::2] = True
    add("every second point", law.form, law.relative, every)
    if law.form.name in ("linear", "power law", "logarithmic", "exponential"):
        add("lower half of x", law.form, law.relative, x <= middle)
        add("upper half of x", law.form, law.relative, x > middle)
    add(f"{'constant' if law.relative else 'relative'} scatter assumed", law.form, not law.relative, whole)
    if points.split:
        xs, ys = points.x_first, points.y_first
        add("the other half of the rows", law.form, law.relative, np.ones(len(xs), bool), xs, ys)
    if law.form.name == "linear":
        slope, _, low, high = stats.theilslopes(y[:800], x[:800])
        finding.variants.append(Variant("Theil–Sen slope", min(800, len(x)), float(slope), float(high - low) / 3.92))


def _unit(form: str, symbol: str, x: str, y: str) -> str:
    if symbol == "c" and form == "exponential with a floor":
        return y
    if symbol == "a":
        return y if form != "power law" else ""
    if form in ("exponential", "exponential with a floor"):
        return f"1/{x}" if x else ""
    if form == "linear":
        return f"{y}/{x}" if x and y else (f"1/{x}" if x else y)
    if form == "logarithmic":
        return y
    if form == "quadratic":
        top = y or "1"
        return (f"{top}/{x}" if symbol == "b" else f"{top}/{x}²") if x else y
    return ""


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:] if not words.startswith("`") else words


def _article(word: str) -> str:
    return "an" if word[0] in "aeio" else "a"
