"""Answer whether a series has a period: its length with an uncertainty, against noise that remembers its last value."""

import itertools
from dataclasses import dataclass

import findings
import numpy as np
import periods
import plots
import shown
from findings import Check, Finding, Name, Variant
from periods import Spectrum
from plots import BLUE, ORANGE, Gallery
from scipy.optimize import curve_fit

_ALPHA = 0.01
Array = np.ndarray


@dataclass
class Answer:
    """The finding and what its figures need."""

    finding: Finding
    t: Array
    y: Array
    wave: Array  # the fitted sine at t
    spectrum: Spectrum
    period: float
    time: Name
    signal: Name


def answer(t: Array, y: Array, time: Name, signal: Name, *, why: str) -> Answer:
    """Look into y(t)."""
    order = np.argsort(t, kind="stable")
    t, y = t[order], y[order]
    found = periods.spectrum(t, y, surrogates=300)
    if found is None:
        raise ValueError("the series is too short for a spectrum")
    rest = periods.detrended(t, y)
    frequency, error, amplitude, amplitude_error = _refined(t, rest, found)
    period, period_error = 1 / frequency, error / frequency**2
    wave = _curve(t, rest, frequency)
    held = found.p < _ALPHA
    finding = Finding("period", f"Does {signal.words} repeat itself in {time.words}?", "", "", held, quantity="period")
    unit_t, unit_y = (f" {u}" if u else "" for u in (time.unit, signal.unit))
    finding.record("period", period, period_error, time.unit)
    finding.record("amplitude", amplitude, amplitude_error, signal.unit)
    finding.record("p", found.p)
    size = f"{shown.measured(period, period_error)}{unit_t}"
    if held:
        finding.title = f"{signal.words} varies with a period of {size}"
        finding.claim = (
            f"{signal.words} varies with a period of {size} and an amplitude of "
            f"{shown.measured(amplitude, amplitude_error)}{unit_y} (against red noise {shown.p_value(found.p)})"
        )
    else:
        finding.title = f"{signal.words} shows no period"
        finding.claim = f"No period of {signal.words} was confirmed (highest peak at {size}, {shown.p_value(found.p)})"
    share = 1 - float(np.var(rest - wave) / np.var(rest))
    finding.record("share", share)
    turns = float(np.ptp(t)) / period
    finding.detail = [
        f"After a straight line is taken off, a sine of this period explains {shown.percent(max(0, share))} of the "
        "variance.",
        f"The series covers {shown.number(turns)} turns with {shown.count(len(t))} points.",
        f"Neighbouring points of the rest are correlated by {shown.number(found.memory, 2)}; noise of that memory "
        "passes a "
        f"peak of {shown.number(found.level)} in one series of a hundred, the peak found is "
        f"{shown.number(found.peak)}.",
    ]
    finding.method = [
        why,
        "The spectrum gives, for each frequency, the share of the variance that a sine explains (least squares, so "
        "that "
        "uneven steps do no harm). The chance of a peak as high comes from 300 simulated series of red noise with the "
        "same "
        "times and the same memory.",
        "The uncertainty of the period comes from a least-squares fit of the sine, widened by the memory of the rest.",
    ]
    _checks(finding, t, rest, wave, found, turns)
    finding.variants.append(Variant("main value", len(t), period, period_error))
    for name, part in (("first half", slice(0, len(t) // 2)), ("second half", slice(len(t) // 2, None))):
        _variant(finding, name, t[part], periods.detrended(t[part], y[part]), frequency)
    off = np.abs(rest - wave - np.median(rest - wave))
    spread = 1.4826 * float(np.median(off)) or 1.0
    keep = off < findings.OUTLYING * spread
    _variant(finding, "without outliers", t[keep], rest[keep], frequency)
    every = slice(None, None, 2)
    _variant(finding, "every second point", t[every], rest[every], frequency)
    findings.agreement(finding)
    finding.alternatives_head = ["peak at period" + (f" [{time.unit}]" if time.unit else ""), "share of variance"]
    for place in _peaks(found):
        finding.alternatives.append([shown.number(1 / found.frequency[place]), shown.number(float(found.power[place]))])
    return Answer(finding, t, y, wave, found, period, time, signal)


def _refined(t: Array, y: Array, found: Spectrum) -> tuple[float, float, float, float]:
    """Fit the frequency; return it and the amplitude with standard errors."""
    return _fit(t, y, found.best, found.memory)


def _fit(t: Array, y: Array, start: float, memory: float) -> tuple[float, float, float, float]:
    def sine(x: Array, a: float, b: float, f: float, c: float) -> Array:
        return c + a * np.cos(2 * np.pi * f * x) + b * np.sin(2 * np.pi * f * x)

    at = t - t.mean()
    design = np.column_stack([np.cos(2 * np.pi * start * at), np.sin(2 * np.pi * start * at), np.ones_like(at)])
    a, b, c = np.linalg.lstsq(design, y, rcond=None)[0]
    values, covariance = curve_fit(sine, at, y, p0=[a, b, start, c], maxfev=5000)
    widened = np.sqrt((1 + memory) / (1 - min(memory, 0.95)))
    errors = np.sqrt(np.abs(np.diag(covariance))) * widened
    amplitude = float(np.hypot(values[0], values[1]))
    return abs(float(values[2])), float(errors[2]), amplitude, float(np.hypot(errors[0], errors[1]) / np.sqrt(2))


def _curve(t: Array, y: Array, frequency: float) -> Array:
    design = np.column_stack([np.cos(2 * np.pi * frequency * t), np.sin(2 * np.pi * frequency * t), np.ones_like(t)])
    return design @ np.linalg.lstsq(design, y, rcond=None)[0]


def _variant(finding: Finding, name: str, t: Array, y: Array, frequency: float) -> None:
    if len(t) < periods.LEAST or float(np.ptp(t)) * frequency < 2:
        return
    try:
        f, error, _, _ = _fit(t, y, frequency, max(0.0, periods._memory(t, y - _curve(t, y, frequency))))  # noqa: SLF001
    except RuntimeError:
        return
    if f > 0:
        finding.variants.append(Variant(name, len(t), 1 / f, error / f**2))


def _checks(finding: Finding, t: Array, rest: Array, wave: Array, found: Spectrum, turns: float) -> None:
    finding.checks = [
        Check("enough turns", f"{shown.number(turns)} turns in the series", turns >= 5),
        Check("noise not too red", f"memory {shown.number(found.memory, 2)}", found.memory < 0.9),
    ]
    half = len(t) // 2
    sizes = []
    for part in (slice(0, half), slice(half, None)):
        scale = float(np.dot(wave[part], wave[part])) or 1.0
        sizes.append(float(np.dot(rest[part], wave[part])) / scale)
    steady = abs(sizes[0] - sizes[1]) < 0.5 * max(map(abs, sizes))
    finding.checks.append(
        Check(
            "steady amplitude",
            f"{shown.number(sizes[0], 2)} of the mean wave in the first half, {shown.number(sizes[1], 2)} in the "
            "second",
            steady,
        )
    )


def _peaks(found: Spectrum) -> list[int]:
    power = found.power
    inner = np.flatnonzero((power[1:-1] > power[:-2]) & (power[1:-1] >= power[2:])) + 1
    return [int(i) for i in inner[np.argsort(-power[inner])][:4]]


def draw(gallery: Gallery, found: Answer) -> None:
    """Draw the spectrum, the folded series, the rest and the variants."""
    figure, (axes,) = plots.canvas()
    axes.plot(found.spectrum.frequency, found.spectrum.power, color=BLUE, lw=0.8)
    axes.axhline(found.spectrum.level, color=ORANGE, ls="--", lw=1, label="passed by 1 in 100 series of red noise")
    axes.set_xlabel(f"frequency [1/{found.time.unit}]" if found.time.unit else "frequency")
    axes.set_ylabel("share of the variance")
    axes.legend()
    gallery.save(
        figure,
        "spectrum",
        "answer",
        f"Spectrum of {found.signal.words}. The dashed line is the height that red noise of the same memory passes in "
        "one "
        f"series of a hundred; the highest peak reaches {shown.number(found.spectrum.peak)}.",
    )
    rest = periods.detrended(found.t, found.y)
    phase = found.t / found.period % 1
    figure, (axes,) = plots.canvas()
    some = plots.thinned(len(phase))
    both = np.concatenate([phase[some], phase[some] + 1])
    axes.plot(both, np.tile(rest[some], 2), ".", color=BLUE, ms=3, alpha=0.4)
    edges = np.linspace(0, 1, 13)
    centres = (edges[:-1] + edges[1:]) / 2
    parts = [rest[(phase >= a) & (phase < b)] for a, b in itertools.pairwise(edges)]
    kept = [i for i, p in enumerate(parts) if len(p) > 2]
    means = np.array([parts[i].mean() for i in kept])
    errors = np.array([parts[i].std(ddof=1) / np.sqrt(len(parts[i])) for i in kept])
    axes.errorbar(
        np.concatenate([centres[kept], centres[kept] + 1]), np.tile(means, 2), 2 * np.tile(errors, 2), fmt="o", ms=4,
        color=ORANGE, capsize=2, label="mean in a twelfth of a turn, two standard errors",
    )  # fmt: skip
    axes.set_xlabel("phase (two turns)")
    axes.set_ylabel(found.signal.axis)
    axes.legend()
    gallery.save(
        figure,
        "folded",
        "answer",
        f"{found.signal.words} without its linear trend, folded at the period found. {found.finding.claim}.",
    )
    left = rest - found.wave
    figure, axes_ = plots.canvas(1, 2, width=5.2, height=2.4)
    axes_[0].plot(found.t[some], left[some], ".", color=BLUE, ms=2.5, alpha=0.5)
    axes_[0].axhline(0, color=ORANGE, lw=1)
    axes_[0].set_xlabel(found.time.axis)
    axes_[0].set_ylabel("residual" + (f" [{found.signal.unit}]" if found.signal.unit else ""))
    plots.normal_quantiles(axes_[1], left)
    broken = [c.name for c in found.finding.checks if not c.holds]
    verdict = f"Not borne out: {shown.listed(broken)}." if broken else "All assumptions tested are borne out."
    gallery.save(
        figure,
        "residuals",
        "assumptions",
        f"What the sine leaves, in time (left) and against a normal distribution (right). {verdict}",
    )
    plots.forest(gallery, found.finding, found.time.unit)


def distributions(gallery: Gallery, found: Answer) -> None:
    """Draw the series as it is."""
    figure, (axes,) = plots.canvas(width=5.2, height=2.4)
    some = plots.thinned(len(found.t))
    axes.plot(found.t[some], found.y[some], ".-" if len(some) < 200 else ".", color=BLUE, ms=2.5, lw=0.5)
    axes.set_xlabel(found.time.axis)
    axes.set_ylabel(found.signal.axis)
    gallery.save(
        figure, "data", "data", f"{found.signal.words} as it was measured, {shown.count(len(found.t))} points."
    )
