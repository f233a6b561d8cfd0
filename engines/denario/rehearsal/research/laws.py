"""Fit simple laws to pairs of numbers and choose among them by an information criterion (AICc).

A law is a form (constant, linear, quadratic, power, exponential, exponential with a floor, logarithmic) with an error
that is either added (the same scatter everywhere) or multiplied (the same relative scatter). The likelihoods are those
of `y` itself in both cases, so that the criteria can be compared.
"""

import warnings
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import OptimizeWarning, curve_fit

CLOSE = 2.0  # AICc; of laws that lie closer together the simplest is taken
MOST_POINTS = 8000
_TINY = 1e-300
Array = np.ndarray


@dataclass(frozen=True)
class Form:
    """A law's shape; `names` are its parameters'."""

    name: str
    words: str
    formula: str
    names: tuple[str, ...]
    function: Callable[..., Array]


@dataclass
class Law:
    """A form fitted to data."""

    form: Form
    relative: bool  # whether the scatter is relative
    parameters: Array
    scatter: float  # in units of y, or of ln y where relative
    aicc: float
    points: int

    def predict(self, x: Array) -> Array:
        """Return the law's curve."""
        with np.errstate(all="ignore"):
            return self.form.function(np.asarray(x, float), *self.parameters)

    @property
    def name(self) -> str:
        """The form and how the scatter is taken."""
        return f"{self.form.name}, {'relative' if self.relative else 'constant'} scatter"


def _power(x: Array, a: float, b: float) -> Array:
    return a * np.power(x, b)


CONSTANT = Form("constant", "does not depend on", "$y = a$", ("a",), np.full_like)
LINEAR = Form("linear", "changes linearly with", "$y = a + b x$", ("a", "b"), lambda x, a, b: a + b * x)
QUADRATIC = Form(
    "quadratic",
    "follows a parabola in",
    "$y = a + b x + c x^2$",
    ("a", "b", "c"),
    lambda x, a, b, c: a + x * (b + c * x),
)
LOGARITHM = Form(
    "logarithmic", "changes with the logarithm of", r"$y = a + b \ln x$", ("a", "b"), lambda x, a, b: a + b * np.log(x)
)
POWER = Form("power law", "follows a power law in", "$y = a x^b$", ("a", "b"), _power)
EXPONENTIAL = Form(
    "exponential", "changes exponentially with", r"$y = a \exp(b x)$", ("a", "b"), lambda x, a, b: a * np.exp(b * x)
)
FLOOR = Form(
    "exponential with a floor",
    "approaches a fixed level exponentially with",
    r"$y = c + a \exp(b x)$",
    ("a", "b", "c"),
    lambda x, a, b, c: c + a * np.exp(b * x),
)
FORMS = (CONSTANT, LINEAR, LOGARITHM, POWER, EXPONENTIAL, QUADRATIC, FLOOR)  # simple ones first
_IN_LOGS = {"power law", "exponential", "constant"}


def compare(x: Array, y: Array) -> list[Law]:
    """Return every law that could be fitted, the chosen one first, the others by AICc."""
    x, y = thin(x, y)
    laws = [law for form in FORMS for relative in (False, True) if (law := fit(form, x, y, relative)) is not None]
    laws.sort(key=lambda law: law.aicc)
    near = [law for law in laws if law.aicc - laws[0].aicc < CLOSE]
    chosen = min(near, key=lambda law: (len(law.form.names), law.aicc))
    return [chosen, *(law for law in laws if law is not chosen)]


def fit(form: Form, x: Array, y: Array, relative: bool) -> Law | None:
    """Fit one form; None if it does not apply to these numbers or does not converge."""
    if form in (LOGARITHM, POWER) and x.min() <= 0:
        return None
    if len(y) < len(form.names) + 3:
        return None
    if relative and (form.name not in _IN_LOGS or y.min() <= 0):
        return None
    values = _in_logs(form, x, y) if relative else _plain(form, x, y)
    if values is None or not np.all(np.isfinite(values)):
        return None
    curve = form.function(x, *values)
    if not np.all(np.isfinite(curve)) or (relative and curve.min() <= 0):
        return None
    residual = np.log(y) - np.log(curve) if relative else y - curve
    n, k = len(y), len(values) + 1
    variance = max(float(np.mean(residual**2)), _TINY)
    log_likelihood = -0.5 * n * (np.log(2 * np.pi * variance) + 1) - (float(np.log(y).sum()) if relative else 0.0)
    correction = 2 * k * (k + 1) / (n - k - 1) if n > k + 1 else np.inf
    scatter = float(np.sqrt(variance * n / max(1, n - len(values))))
    return Law(form, relative, np.asarray(values, float), scatter, 2 * k - 2 * log_likelihood + correction, n)


def _in_logs(form: Form, x: Array, y: Array) -> Array | None:
    ln_y = np.log(y)
    if form is CONSTANT:
        return np.array([np.exp(ln_y.mean())])
    slope, intercept = np.polyfit(np.log(x) if form is POWER else x, ln_y, 1)
    return np.array([np.exp(intercept), slope])


def _plain(form: Form, x: Array, y: Array) -> Array | None:
    if form is CONSTANT:
        return np.array([y.mean()])
    if form in (LINEAR, QUADRATIC, LOGARITHM):
        base = np.log(x) if form is LOGARITHM else x
        return np.polyfit(base, y, 2 if form is QUADRATIC else 1)[::-1]
    best: tuple[float, Array] | None = None
    for start in _starts(form, x, y):
        try:
            with warnings.catch_warnings(), np.errstate(all="ignore"):
                warnings.simplefilter("ignore", OptimizeWarning)
                values, _ = curve_fit(form.function, x, y, p0=start, maxfev=2000)
                rest = float(np.sum((y - form.function(x, *values)) ** 2))
        except (RuntimeError, ValueError, FloatingPointError):
            continue
        if np.isfinite(rest) and (best is None or rest < best[0]):
            best = (rest, values)
    return None if best is None else best[1]


def _starts(form: Form, x: Array, y: Array) -> list[list[float]]:
    span = float(np.ptp(x)) or 1.0
    if form is POWER:
        if y.min() > 0:
            return [list(_in_logs(POWER, x, y))]  # type: ignore[arg-type]
        scale = float(np.median(x))
        return [[float(np.median(y)) / scale**b, b] for b in (-1.0, 1.0, 2.0)]
    order = np.argsort(x)
    ends = max(1, len(x) // 10)
    first, last = float(np.median(y[order[:ends]])), float(np.median(y[order[-ends:]]))
    if form is EXPONENTIAL:
        if y.min() > 0:
            return [list(_in_logs(EXPONENTIAL, x, y))]  # type: ignore[arg-type]
        return [[first or 1.0, -1 / span], [last or 1.0, 1 / span]]
    starts = []
    for rate in (-8.0, -3.0, -1.0, 1.0, 3.0):
        grown = np.exp(rate * (x - x[order[0]]) / span)
        design = np.column_stack([grown, np.ones_like(x)])
        (a, c), *_ = np.linalg.lstsq(design, y, rcond=None)
        starts.append([a * np.exp(-rate * x[order[0]] / span), rate / span, c])
    return starts


def thin(x: Array, y: Array, most: int = MOST_POINTS) -> tuple[Array, Array]:
    """Return at most so many of the points, at random (the same ones each time), in their order."""
    if len(x) <= most:
        return np.asarray(x, float), np.asarray(y, float)
    keep = np.sort(np.random.default_rng(7).choice(len(x), most, replace=False))
    return np.asarray(x, float)[keep], np.asarray(y, float)[keep]


def bootstrap(law: Law, x: Array, y: Array, resamples: int, block: int = 1) -> Array:
    """Return the parameters of the law fitted to resampled points; in blocks where neighbours resemble each other."""
    generator = np.random.default_rng(11)
    found = []
    n = len(x)
    for _ in range(resamples):
        if block > 1:
            begins = generator.integers(0, max(1, n - block + 1), -(-n // block))
            chosen = np.concatenate([np.arange(b, min(b + block, n)) for b in begins])[:n]
        else:
            chosen = generator.integers(0, n, n)
        if np.ptp(x[chosen]) == 0:
            continue
        again = _again(law, x[chosen], y[chosen])
        if again is not None and np.all(np.isfinite(again)):
            found.append(again)
    return np.array(found)


def _again(law: Law, x: Array, y: Array) -> Array | None:
    """Fit the same law to other points, from where it was."""
    if law.relative:
        return _in_logs(law.form, x, y)
    if law.form in (CONSTANT, LINEAR, QUADRATIC, LOGARITHM):
        return _plain(law.form, x, y)
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore", OptimizeWarning)
            return curve_fit(law.form.function, x, y, p0=law.parameters, maxfev=400)[0]
    except (RuntimeError, ValueError):
        return None


def explained(law: Law, x: Array, y: Array) -> float:
    """Return the share of the variance that the law explains, of ln y where its scatter is relative."""
    curve = law.predict(x)
    if law.relative:
        if curve.min() <= 0 or y.min() <= 0:
            return float("nan")
        curve, y = np.log(curve), np.log(y)
    total = float(np.sum((y - y.mean()) ** 2))
    return 1 - float(np.sum((y - curve) ** 2)) / total if total else 0.0


def residuals(law: Law, x: Array, y: Array) -> Array:
    """Return data minus law: in units of y, or of ln y where the scatter is relative."""
    curve = law.predict(x)
    return np.log(y) - np.log(np.maximum(curve, _TINY)) if law.relative else y - curve


def neighbours(values: Array) -> float:
    """Return how much each value resembles the one before it (lag-one autocorrelation)."""
    values = np.asarray(values, float)
    centred = values - values.mean()
    total = float(np.sum(centred**2))
    return float(np.sum(centred[1:] * centred[:-1]) / total) if total and len(values) > 3 else 0.0
