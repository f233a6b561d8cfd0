"""Ask three plain questions of an image: does it slope, does it hold sources, does it hold a regular pattern?"""

from dataclasses import dataclass, field

import numpy as np
from reading import Image
from relations import Candidate
from scipy import ndimage, stats

SIGMAS = 5.0
LEAST_PIXELS = 3
_BLOCKS = 10
_LEAST_SIDE = 16
MOST_SIDE = 2048
Array = np.ndarray


@dataclass
class Source:
    """Connected pixels above the background."""

    row: float
    column: float
    pixels: int
    flux: float
    peak: float


@dataclass
class Looked:
    """What was measured in an image."""

    name: str
    pixels: Array
    background: float
    noise: float
    binned: int
    plane: tuple[float, float, float]  # level, per row, per column
    sources: list[Source] = field(default_factory=list)
    below: int = 0  # regions as far below the background, which only noise makes
    wave: tuple[float, float] = (0.0, 0.0)  # turns per pixel along rows and columns
    wave_share: float = 0.0


def look(image: Image) -> tuple[Looked | None, list[Candidate]]:
    """Measure an image; return what was found and the questions it may answer."""
    values, binned = _smaller(image.pixels)
    if min(values.shape) < _LEAST_SIDE or np.isfinite(values).mean() < 0.5 or np.nanstd(values) == 0:
        return None, []
    background = float(np.nanmedian(values))
    values = np.where(np.isfinite(values), values, background)
    noise = _noise(values)
    rows, columns = np.mgrid[: values.shape[0], : values.shape[1]]
    keep = np.abs(values - background) < 4 * max(noise, 1e-12) if noise else np.ones_like(values, bool)
    plane, p_plane, share_plane = _plane(values, keep)
    flat = values - (plane[0] + plane[1] * rows + plane[2] * columns)
    found = Looked(image.name, values, background, noise, binned, plane)
    found.sources, found.below = _sources(flat)
    p_wave, found.wave, found.wave_share = wave(flat)
    total = float(np.var(values)) or 1.0
    lit = np.zeros(values.shape, bool)
    above = flat > SIGMAS * _noise(flat)
    lit[above] = True
    share_sources = float(np.sum(flat[lit] ** 2)) / values.size / total if found.sources else 0.0
    p_sources = float(stats.poisson.sf(len(found.sources) - 1, max(found.below, 0.5))) if found.sources else 1.0
    size = values.size
    pixels = "pixel position"
    return found, [
        Candidate("image", pixels, "gradient", p_plane, share_plane, size, "plane through block means",
                  f"R² = {share_plane:.3f}", where=image.name),
        Candidate("image", pixels, "sources", p_sources, min(1.0, share_sources), size,
                  "regions above against regions below", f"{len(found.sources)} against {found.below}",
                  where=image.name),
        Candidate("image", pixels, "pattern", p_wave, found.wave_share, size, "peak of the two-dimensional spectrum",
                  f"share of variance {found.wave_share:.3f}", where=image.name),
    ]  # fmt: skip


def _smaller(values: Array) -> tuple[Array, int]:
    step = -(-max(values.shape) // MOST_SIDE)
    if step < 2:
        return values, 1
    rows, columns = (side // step * step for side in values.shape)
    cut = values[:rows, :columns].reshape(rows // step, step, columns // step, step)
    return np.nanmean(cut, axis=(1, 3)), step


def _noise(values: Array) -> float:
    """Return the scatter of a pixel, from the median absolute deviation."""
    return 1.4826 * float(np.median(np.abs(values - np.median(values))))


def _plane(values: Array, keep: Array) -> tuple[tuple[float, float, float], float, float]:
    means, places = [], []
    for part_rows in np.array_split(np.arange(values.shape[0]), _BLOCKS):
        for part_columns in np.array_split(np.arange(values.shape[1]), _BLOCKS):
            block = np.ix_(part_rows, part_columns)
            mine = values[block][keep[block]]
            if mine.size:
                means.append(mine.mean())
                places.append((1.0, part_rows.mean(), part_columns.mean()))
    design, target = np.array(places), np.array(means)
    level, along_rows, along_columns = np.linalg.lstsq(design, target, rcond=None)[0]
    rest = target - design @ np.array([level, along_rows, along_columns])
    total = float(np.sum((target - target.mean()) ** 2)) or 1.0
    share = max(0.0, 1 - float(np.sum(rest**2)) / total)
    free = len(target) - 3
    f = (share / 2) / max((1 - share) / free, 1e-12)
    size = np.array(values.shape)
    slope_share = (along_rows**2 * size[0] ** 2 + along_columns**2 * size[1] ** 2) / 12 / (float(np.var(values)) or 1.0)
    return (level, along_rows, along_columns), float(stats.f.sf(f, 2, free)), float(min(1.0, slope_share))


def _sources(flat: Array) -> tuple[list[Source], int]:
    noise = _noise(flat)
    if not noise:
        return [], 0
    found = []
    labels, count = ndimage.label(flat > SIGMAS * noise)
    if count > 20_000:
        return [], 0
    sizes = np.bincount(labels.ravel())[1:]
    for index in np.flatnonzero(sizes >= LEAST_PIXELS) + 1:
        where = np.nonzero(labels == index) if count < 500 else None
        if where is None:
            break
        light = flat[where]
        found.append(
            Source(
                float(np.average(where[0], weights=light)), float(np.average(where[1], weights=light)), len(light),
                float(light.sum()), float(light.max()),
            )
        )  # fmt: skip
    if not found and (sizes >= LEAST_PIXELS).any():
        kept = np.flatnonzero(sizes >= LEAST_PIXELS) + 1
        centres = ndimage.center_of_mass(flat, labels, kept)
        sums, peaks = ndimage.sum(flat, labels, kept), ndimage.maximum(flat, labels, kept)
        found = [
            Source(float(c[0]), float(c[1]), int(sizes[i - 1]), float(s), float(p))
            for i, c, s, p in zip(kept, centres, sums, peaks, strict=True)
        ]
    below, below_count = ndimage.label(flat < -SIGMAS * noise)
    dark = int((np.bincount(below.ravel())[1:] >= LEAST_PIXELS).sum()) if below_count else 0
    return sorted(found, key=lambda s: -s.flux), dark


def wave(flat: Array) -> tuple[float, tuple[float, float], float]:
    noise = _noise(flat)
    centred = flat - np.median(flat)
    bright = ndimage.binary_dilation(np.abs(centred) > 4 * noise, iterations=4) if noise else np.zeros(flat.shape, bool)
    clipped = np.where(bright, 0.0, centred) if bright.mean() < 0.5 else centred
    """Return the chance of the highest peak of the spectrum, its frequencies, and its share of the variance."""
    power = np.abs(np.fft.rfft2(clipped)) ** 2
    power[0, 0] = 0
    fy = np.fft.fftfreq(flat.shape[0])[:, None]
    fx = np.fft.rfftfreq(flat.shape[1])[None, :]
    radius = np.hypot(fy, fx)
    cycles = radius * min(flat.shape)
    usable = (cycles >= 4) & (fx > 0)
    usable |= (cycles >= 4) & (fx == 0) & (fy > 0)
    if not usable.any():
        return 1.0, (0.0, 0.0), 0.0
    rings = np.digitize(radius, np.linspace(0, 0.71, 24))
    typical = np.ones_like(power)
    for ring in np.unique(rings):
        inside = (rings == ring) & usable
        if inside.sum() > 8:
            typical[rings == ring] = np.median(power[inside]) / np.log(2)
        else:
            usable &= rings != ring
    excess = np.where(usable, power / typical, 0)
    best = np.unravel_index(np.argmax(excess), excess.shape)
    chance = float(np.exp(-min(700.0, excess[best])) * usable.sum())
    share = float(2 * power[best] / (power[:, 1:].sum() * 2 + power[:, 0].sum())) if power.sum() else 0.0
    return min(1.0, chance), (float(fy[best[0], 0]), float(fx[0, best[1]])), min(1.0, share)
