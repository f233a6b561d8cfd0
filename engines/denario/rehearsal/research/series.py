"""Many series side by side: find the one shape that describes them, and make its parameters columns of a new table."""

import warnings
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
import periods
from columns import Column
from scipy.optimize import OptimizeWarning, curve_fit
from structure import LEAST_POINTS, Shape

MOST_SERIES = 400
Array = np.ndarray


@dataclass(frozen=True)
class Model:
    """A shape in time and what its parameters mean; `power` is the power of the time's unit in each."""

    name: str
    formula: str
    names: tuple[str, ...]
    power: tuple[int, ...]  # of 1/time; 0 for the signal's own unit
    of_signal: tuple[bool, ...]
    function: Callable[..., Array]


def _decay(t: Array, a: float, k: float, c: float) -> Array:
    return c + a * np.exp(-k * t)


def _wave(t: Array, a: float, b: float, f: float, c: float) -> Array:
    return c + a * np.cos(2 * np.pi * f * t) + b * np.sin(2 * np.pi * f * t)


def _damped(t: Array, a: float, b: float, f: float, k: float, c: float) -> Array:
    return c + np.exp(-k * t) * (a * np.cos(2 * np.pi * f * t) + b * np.sin(2 * np.pi * f * t))


LEVEL = Model("level", "$y = c$", ("level",), (0,), (True,), np.full_like)
LINE = Model("line", "$y = c + s t$", ("start", "slope"), (0, 1), (True, True), lambda t, c, s: c + s * t)
DECAY = Model(
    "exponential approach",
    r"$y = c + a \exp(-k t)$",
    ("step", "rate", "final level"),
    (0, 1, 0),
    (True, False, True),
    _decay,
)
WAVE = Model(
    "oscillation", r"$y = c + A \cos(2\pi f t + \varphi)$", ("a", "b", "frequency", "level"), (0, 0, 1, 0),
    (True, True, False, True), _wave,
)  # fmt: skip
DAMPED = Model(
    "damped oscillation",
    r"$y = c + A \exp(-k t) \cos(2\pi f t + \varphi)$",
    ("a", "b", "frequency", "damping rate", "level"),
    (0, 0, 1, 1, 0),
    (True, True, False, False, True),
    _damped,
)
MODELS = (LEVEL, LINE, DECAY, WAVE, DAMPED)


@dataclass
class Panel:
    """What the series of one signal have in common."""

    signal: str
    model: Model
    votes: dict[str, int]
    features: pd.DataFrame  # one row per series
    errors: pd.DataFrame
    units: dict[str, str]
    scatter: float  # median residual, in the signal's unit
    examples: list[tuple[str, Array, Array, Array]]  # name, t, y, curve
    left_out: int


def attributes(found: Shape) -> list[Column]:
    """Return the columns that do not change within a series."""
    group = found.column(found.group).cells
    kept = []
    for column in found.columns:
        if column.name in (found.group, found.time) or column.kind in ("blank", "constant", "key", "text"):
            continue
        if column.cells.groupby(group).nunique().max() <= 1:
            kept.append(column)
    return kept


def signals(found: Shape) -> list[Column]:
    """Return the columns of numbers that change within the series."""
    constant = {c.name for c in attributes(found)}
    return [
        c for c in found.columns
        if c.numeric and c.kind == "number" and c.name not in constant and c.name not in (found.group, found.time)
    ]  # fmt: skip


def panel(found: Shape, signal: Column) -> Panel | None:
    """Fit every series by every model, choose the model by AICc summed over all series."""
    frame = pd.DataFrame({
        "g": found.column(found.group).cells, "t": found.column(found.time).cells, "y": signal.cells,
    }).dropna()  # fmt: skip
    series = [(key, part) for key, part in frame.groupby("g", sort=True) if len(part) >= LEAST_POINTS][:MOST_SERIES]
    if len(series) < 5:
        return None
    fits: dict[object, dict[str, tuple[float, Array, Array]]] = {}
    for key, part in series:
        t = part["t"].to_numpy(float)
        fits[key] = _fit_all(t - t.min(), part["y"].to_numpy(float))
    votes = Counter(min(found_, key=lambda name: found_[name][0]) for found_ in fits.values() if found_)
    totals = {
        m.name: sum(f[m.name][0] if m.name in f else max(v[0] for v in f.values()) + 50 for f in fits.values() if f)
        for m in MODELS
    }
    model = next(m for m in MODELS if m.name == min(totals, key=totals.__getitem__))
    rows, errors, scatters, examples = [], [], [], []
    for key, part in series:
        if model.name not in fits[key]:
            continue
        _, values, error = fits[key][model.name]
        t, y = part["t"].to_numpy(float), part["y"].to_numpy(float)
        curve = model.function(t - t.min(), *values)
        scatters.append(float(np.std(y - curve)))
        rows.append({"series": key, **_features(model, values)})
        errors.append({"series": key, **dict(zip(model.names, error, strict=True))})
        examples.append((str(key), t, y, curve))
    features = pd.DataFrame(rows).set_index("series")
    time_unit = found.column(found.time).unit if found.column(found.time).kind != "date" else "s"
    units = _units(model, signal.unit, time_unit)
    return Panel(
        signal.name, model, dict(votes), features, pd.DataFrame(errors).set_index("series"), units,
        float(np.median(scatters)), examples, len(series) - len(rows),
    )  # fmt: skip


def _fit_all(t: Array, y: Array) -> dict[str, tuple[float, Array, Array]]:
    found = {}
    for model in MODELS:
        best = None
        for start in _starts(model, t, y):
            result = _fit(model, t, y, start)
            if result is not None and (best is None or result[0] < best[0]):
                best = result
        if best is not None:
            found[model.name] = best
    return found


def _fit(model: Model, t: Array, y: Array, start: list[float]) -> tuple[float, Array, Array] | None:
    k = len(model.names) + 1
    if len(t) <= k + 2:
        return None
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore", OptimizeWarning)
            values, covariance = curve_fit(model.function, t, y, p0=start, maxfev=1500)
    except (RuntimeError, ValueError):
        return None
    rest = float(np.mean((y - model.function(t, *values)) ** 2))
    error = np.sqrt(np.abs(np.diag(covariance)))
    if not np.isfinite(rest) or not np.all(np.isfinite(error)):
        return None
    # A turn slower than the series is long, or faster than its steps can show, is no oscillation.
    if "frequency" in model.names:
        f = abs(values[model.names.index("frequency")])
        if not 1.5 / np.ptp(t) < f < 0.55 / np.median(np.diff(t)):
            return None
    n = len(t)
    floor = 1e-18 * (float(np.var(y)) or 1.0)
    return n * np.log(max(rest, floor)) + 2 * k + 2 * k * (k + 1) / (n - k - 1), values, error


def _starts(model: Model, t: Array, y: Array) -> list[list[float]]:
    span = float(np.ptp(t)) or 1.0
    if model is LEVEL:
        return [[float(y.mean())]]
    if model is LINE:
        slope, start = np.polyfit(t, y, 1)
        return [[float(start), float(slope)]]
    if model is DECAY:
        starts = []
        for rate in (0.7, 3.0, 9.0):
            design = np.column_stack([np.exp(-rate * t / span), np.ones_like(t)])
            (a, c), *_ = np.linalg.lstsq(design, y, rcond=None)
            starts.append([float(a), rate / span, float(c)])
        return starts
    found = periods.spectrum(t, y, surrogates=0) if len(t) >= periods.LEAST else None
    if found is None:
        return []
    f = found.best
    starts = []
    for rate in (0.0,) if model is WAVE else (0.5, 2.0, 6.0):
        fall = np.exp(-rate * t / span)
        design = np.column_stack([fall * np.cos(2 * np.pi * f * t), fall * np.sin(2 * np.pi * f * t), np.ones_like(t)])
        a, b, c = np.linalg.lstsq(design, y, rcond=None)[0]
        starts.append([a, b, f, c] if model is WAVE else [a, b, f, rate / span, c])
    return starts


def _features(model: Model, values: Array) -> dict[str, float]:
    named = dict(zip(model.names, map(float, values), strict=True))
    if "frequency" in named:
        named["frequency"] = abs(named["frequency"])
        named["period"] = 1 / named["frequency"]
        named["amplitude"] = float(np.hypot(named.pop("a"), named.pop("b")))
    return named


def _units(model: Model, signal: str, time: str) -> dict[str, str]:
    found = {}
    for name, power, of_signal in zip(model.names, model.power, model.of_signal, strict=True):
        unit = signal if of_signal else ""
        if power and time:
            unit = f"{unit}/{time}" if unit else f"1/{time}"
        elif power:
            unit = ""
        found[name] = unit
    return found | {"period": time, "amplitude": signal}
