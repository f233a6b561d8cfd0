"""Look for a period in a series, against a background that remembers its last value (red noise)."""

from dataclasses import dataclass

import numpy as np
from relations import Candidate
from scipy import stats

LEAST = 24
MOST = 1500  # points; a longer series is averaged in steps
SURROGATES = 120
_PER_PEAK = 4  # frequencies tried per width of a peak
Array = np.ndarray


@dataclass
class Spectrum:
    """Power is the share of the variance that a sine of that frequency explains, beside a straight line."""

    frequency: Array
    power: Array
    p: float  # probability of a peak as high in red noise
    memory: float  # lag-one autocorrelation of that noise
    rows: int
    smoothing: int  # rows averaged into one
    level: float  # power that one in a hundred series of noise passes somewhere

    @property
    def best(self) -> float:
        """The frequency of the highest peak."""
        return float(self.frequency[np.argmax(self.power)])

    @property
    def peak(self) -> float:
        """Its power."""
        return float(self.power.max())


def spectrum(t: Array, y: Array, surrogates: int = SURROGATES) -> Spectrum | None:
    """Return the spectrum of y(t), or None if it is too short."""
    t, y, step = shorten(np.asarray(t, float), np.asarray(y, float))
    if len(t) < LEAST or np.ptp(y) == 0 or np.ptp(t) == 0:
        return None
    rest = detrended(t, y)
    frequency = grid(t)
    waves = _waves(t, frequency)
    power = _power(waves, rest)
    strongest = frequency[np.argmax(power)]
    noise = rest - _sine(t, rest, strongest)  # what is left has the memory of the noise, not of the wave
    memory = min(0.98, max(0.0, _memory(t, noise)))
    generator = np.random.default_rng(5)
    highest = []
    for _ in range(surrogates):
        fake = detrended(t, red(t, memory, generator))
        highest.append(_power(waves, fake).max())
    if not highest:
        return Spectrum(frequency, power, 1.0, memory, len(t), step, 1.0)
    location, scale = stats.gumbel_r.fit(highest)
    p = float(stats.gumbel_r.sf(power.max(), location, scale))
    level = float(stats.gumbel_r.isf(0.01, location, scale))
    return Spectrum(frequency, power, p, memory, len(t), step, level)


def candidate(time: str, name: str, t: Array, y: Array) -> Candidate | None:
    """Test a series for a period."""
    found = spectrum(t, y)
    if found is None:
        return None
    cycles = found.best * float(np.ptp(t))
    if cycles < 2.5:
        return None
    return Candidate(
        "period", time, name, found.p, found.peak, len(y), "spectrum against red noise",
        f"share of variance {found.peak:.3f}",
    )  # fmt: skip


def shorten(t: Array, y: Array) -> tuple[Array, Array, int]:
    """Average neighbours so that no more than `MOST` points are left; return how many became one."""
    order = np.argsort(t, kind="stable")
    t, y = t[order], y[order]
    step = -(-len(t) // MOST)
    if step < 2:
        return t, y, 1
    whole = len(t) // step * step
    return t[:whole].reshape(-1, step).mean(axis=1), y[:whole].reshape(-1, step).mean(axis=1), step


def grid(t: Array) -> Array:
    """Return frequencies from one turn in the whole series to half a turn per typical step."""
    span = float(np.ptp(t))
    gaps = np.diff(np.sort(t))
    gap = float(np.median(gaps[gaps > 0]))
    highest = 0.5 / gap
    count = int(min(3000, max(50, _PER_PEAK * span * highest)))
    return np.linspace(1 / span, highest, count)


def detrended(t: Array, y: Array) -> Array:
    """Take a straight line off."""
    centred = t - t.mean()
    slope = float(np.dot(centred, y - y.mean()) / np.dot(centred, centred))
    return y - y.mean() - slope * centred


def _waves(t: Array, frequency: Array) -> tuple[Array, Array, Array, Array]:
    phase = 2 * np.pi * np.outer(frequency, t - t.mean())
    cosine, sine = np.cos(phase), np.sin(phase)
    cosine -= cosine.mean(axis=1, keepdims=True)
    sine -= sine.mean(axis=1, keepdims=True)
    cc = np.maximum((cosine**2).sum(axis=1), 1e-9)
    overlap = (cosine * sine).sum(axis=1) / cc
    sine -= overlap[:, None] * cosine
    return cosine, sine, cc, np.maximum((sine**2).sum(axis=1), 1e-9)


def _power(waves: tuple[Array, Array, Array, Array], y: Array) -> Array:
    cosine, sine, cc, ss = waves
    total = float(np.dot(y, y)) or 1.0
    part = np.where(ss > 1e-6 * cc, (sine @ y) ** 2 / ss, 0.0)
    return np.minimum(1.0, ((cosine @ y) ** 2 / cc + part) / total)


def _sine(t: Array, y: Array, frequency: float) -> Array:
    phase = 2 * np.pi * frequency * t
    design = np.column_stack([np.cos(phase), np.sin(phase), np.ones_like(t)])
    return design @ np.linalg.lstsq(design, y, rcond=None)[0]


def _memory(t: Array, y: Array) -> float:
    """Return the correlation of neighbours at the typical step."""
    gaps = np.diff(t)
    near = gaps <= 1.5 * np.median(gaps)
    if near.sum() < 8 or np.ptp(y) == 0:
        return 0.0
    centred = y - y.mean()
    return float(np.mean((centred[1:] * centred[:-1])[near]) / np.mean(centred**2))


def red(t: Array, memory: float, generator: np.random.Generator) -> Array:
    """Return noise at the times t whose neighbours resemble each other by `memory` at the typical step."""
    noise = generator.normal(size=len(t))
    if memory <= 0.02:
        return noise
    gaps = np.diff(t)
    kept = memory ** np.maximum(gaps / np.median(gaps), 0)
    values = np.empty(len(t))
    values[0] = noise[0]
    for i in range(1, len(t)):
        values[i] = kept[i - 1] * values[i - 1] + np.sqrt(1 - kept[i - 1] ** 2) * noise[i]
    return values
