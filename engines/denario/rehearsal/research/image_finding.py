"""Answer one plain question of an image: its slope, its sources, or its regular pattern."""

from collections.abc import Sequence
from dataclasses import dataclass

import findings
import numpy as np
import plots
import shown
from findings import Check, Finding, Variant
from images import SIGMAS, Looked, Source, wave
from plots import BLUE, ORANGE, Gallery
from relations import Candidate
from scipy import stats

Array = np.ndarray


@dataclass
class Answer:
    """The finding and what its figures need."""

    finding: Finding
    looked: Looked
    kind: str
    flat: Array


def answer(looked: Looked, candidate: Candidate, *, why: str) -> Answer:
    """Look into what the screening saw."""
    rows, columns = np.mgrid[: looked.pixels.shape[0], : looked.pixels.shape[1]]
    level, along_rows, along_columns = looked.plane
    flat = looked.pixels - (level + along_rows * rows + along_columns * columns)
    name = shown.code(looked.name)
    make = {"gradient": _gradient, "sources": _find_sources, "pattern": _pattern}[candidate.y]
    finding = make(looked, flat, name)
    finding.record("p", candidate.p)
    finding.method = [why, *finding.method]
    rest = flat[np.abs(flat - np.median(flat)) < 4 * _scatter(flat)]
    some = rest[:: max(1, rest.size // 500)]
    p = float(stats.shapiro(some).pvalue)
    finding.checks.append(
        Check("normal background", f"Shapiro–Wilk test of {len(some)} pixels: {shown.p_value(p)}", p > 0.01)
    )
    finding.checks.append(
        Check(
            "as much below as above",
            f"{looked.below} regions below −{SIGMAS:.0f} scatters against {len(looked.sources)} above",
            looked.below <= max(1, 0.05 * len(looked.sources)),
        )
    )
    finding.detail.append(
        f"The image has {looked.pixels.shape[0]} × {looked.pixels.shape[1]} pixels"
        + (f" (averaged in squares of {looked.binned})" if looked.binned > 1 else "")
        + f"; the median is {shown.number(looked.background)} and the scatter of a pixel {shown.number(looked.noise)}."
    )
    findings.agreement(finding)
    return Answer(finding, looked, candidate.y, flat)


def _scatter(values: Array) -> float:
    return 1.4826 * float(np.median(np.abs(values - np.median(values)))) or 1.0


def _gradient(looked: Looked, _flat: Array, name: str) -> Finding:
    def slope(values: Array) -> tuple[float, float]:
        means = [np.array_split(m, 10) for m in (values.mean(axis=1), values.mean(axis=0))]
        found = []
        for axis, parts in enumerate(means):
            places = [p.mean() for p in np.array_split(np.arange(values.shape[axis]), 10)]
            fit = stats.linregress(places, [p.mean() for p in parts])
            found.append((fit.slope, fit.stderr))
        size = float(np.hypot(found[0][0], found[1][0]))
        return size, float(np.hypot(found[0][1], found[1][1]))

    value, error = slope(looked.pixels)
    finding = Finding("image gradient", f"Does the brightness of {name} slope?", "", "", value > 3 * error)
    finding.quantity = "slope per pixel"
    finding.record(finding.quantity, value, error)
    finding.record("per row", looked.plane[1])
    finding.record("per column", looked.plane[2])
    if finding.held:
        finding.title = f"The brightness of {name} slopes across the image"
        finding.claim = (
            f"The brightness of {name} changes by {shown.measured(value, error)} a pixel in the direction of steepest "
            "rise, "
            f"{shown.number(looked.plane[1])} a row and {shown.number(looked.plane[2])} a column"
        )
    else:
        finding.title = f"The brightness of {name} does not slope measurably"
        finding.claim = f"No slope of the brightness of {name} was confirmed ({shown.measured(value, error)} a pixel)"
    finding.method = [
        "The slope is that of straight lines through the means of tenths of the image along either axis; its error is "
        "theirs."
    ]
    finding.variants.append(Variant("main value", looked.pixels.size, value, error))
    height = looked.pixels.shape[0] // 2
    limits = looked.background - 4 * looked.noise, looked.background + 4 * looked.noise
    for label, part in (
        ("every second pixel", looked.pixels[::2, ::2]),
        ("clipped at four scatters", np.clip(looked.pixels, *limits)),
        ("first half of the rows", looked.pixels[:height]),
        ("second half of the rows", looked.pixels[height:]),
    ):  # fmt: skip
        v, e = slope(part)
        if label == "every second pixel":
            v, e = v / 2, e / 2
        finding.variants.append(Variant(label, part.size, v, e))
    return finding


def _find_sources(looked: Looked, flat: Array, name: str) -> Finding:
    count = len(looked.sources)
    finding = Finding("image sources", f"How many sources does {name} hold?", "", "", count > 3 * max(1, looked.below))
    finding.quantity = "number of sources"
    finding.record(finding.quantity, count, float(np.sqrt(count)))
    if finding.held:
        finding.title = f"{count} sources in {name}"
        finding.claim = (
            f"{name} holds {shown.several(count, 'source')} above {SIGMAS:.0f} times the scatter of the background, "
            "against "
            f"{looked.below} regions as far below it, which is the number of false ones to expect"
        )
    else:
        finding.title = f"No certain sources in {name}"
        finding.claim = (
            f"No sources were confirmed in {name} ({count} regions above the background, {looked.below} below)"
        )
    fluxes = np.array([s.flux for s in looked.sources])
    if count > 1:
        finding.record("median flux", float(np.median(fluxes)))
        finding.detail.append(
            f"Their fluxes above the background span {shown.number(float(fluxes.min()))} to "
            f"{shown.number(float(fluxes.max()))}, "
            f"with a median of {shown.number(float(np.median(fluxes)))}, in the unit of the pixels."
        )
        finding.alternatives_head = ["row", "column", "pixels", "flux", "peak"]
        finding.alternatives = [
            [
                shown.number(s.row, 4),
                shown.number(s.column, 4),
                str(s.pixels),
                shown.number(s.flux),
                shown.number(s.peak),
            ]
            for s in looked.sources[:8]
        ]
    finding.method = [
        f"A source is a region of at least three touching pixels above {SIGMAS:.0f} times the scatter after a plane "
        "is taken "
        "off; regions as far below serve as a measure of false ones. The error of the number is its square root."
    ]
    finding.variants.append(Variant("main value", flat.size, count, float(np.sqrt(max(1, count)))))
    noise = _scatter(flat)
    for factor in (4.0, 6.0, 8.0):
        again = _at(flat, factor, noise)
        finding.variants.append(
            Variant(f"above {factor:.0f} scatters", flat.size, again, float(np.sqrt(max(1, again))))
        )
    return finding


def _at(flat: Array, factor: float, noise: float) -> int:
    from scipy import ndimage  # noqa: PLC0415 - only here

    labels, count = ndimage.label(flat > factor * noise)
    return int((np.bincount(labels.ravel())[1:] >= 3).sum()) if count else 0


def _pattern(looked: Looked, flat: Array, name: str) -> Finding:
    fy, fx = looked.wave
    period, error = _wavelength(fy, fx, flat.shape)
    finding = Finding("image pattern", f"Does {name} hold a regular pattern?", "", "", True, quantity="wavelength")
    finding.record("wavelength", period, error, "pixels")
    finding.record("share", looked.wave_share)
    angle = float(np.degrees(np.arctan2(fy, fx)))
    finding.title = f"A regular pattern in {name} with a wavelength of {shown.measured(period, error)} pixels"
    finding.claim = (
        f"{name} holds a wave with a wavelength of {shown.measured(period, error)} pixels, running at "
        f"{shown.number(angle)}° to "
        f"the rows, which makes up {shown.percent(looked.wave_share)} of the variance"
    )
    finding.method = [
        "The pattern is the highest peak of the two-dimensional spectrum over the typical power at the same scale, "
        "with bright "
        "regions taken out; the error is half the spacing of the frequencies."
    ]
    finding.variants.append(Variant("main value", flat.size, period, error))
    rows, columns = flat.shape
    for label, part in (
        ("upper half", flat[: rows // 2]), ("lower half", flat[rows // 2 :]), ("left half", flat[:, : columns // 2]),
        ("right half", flat[:, columns // 2 :]),
    ):  # fmt: skip
        _, (gy, gx), _ = wave(part)
        if gy or gx:
            finding.variants.append(Variant(label, part.size, *_wavelength(gy, gx, part.shape)))
    return finding


def _wavelength(fy: float, fx: float, shape: tuple[int, ...]) -> tuple[float, float]:
    radius = float(np.hypot(fy, fx))
    step = float(np.hypot(fy / shape[0], fx / shape[1])) / radius / 2
    return 1 / radius, step / radius**2


def draw(gallery: Gallery, found: Answer) -> None:
    """Draw what answers the question, the background's scatter and the variants."""
    if found.kind == "sources" and len(found.looked.sources) > 3:
        _fluxes(gallery, found)
    elif found.kind == "pattern":
        _folded(gallery, found)
    else:
        _profiles(gallery, found)
    figure, axes = plots.canvas(1, 2, width=5.2, height=2.4)
    scatter = _scatter(found.flat)
    inner = found.flat[np.abs(found.flat) < 8 * scatter] / scatter
    axes[0].hist(inner, bins=np.linspace(-8, 8, 65), color=BLUE, log=True)
    axes[0].axvline(SIGMAS, color=ORANGE, lw=1)
    axes[0].axvline(-SIGMAS, color=ORANGE, lw=1)
    axes[0].set_xlabel("pixel / scatter")
    axes[0].set_ylabel("pixels")
    plots.normal_quantiles(axes[1], found.flat.ravel()[:: max(1, found.flat.size // 3000)])
    gallery.save(
        figure,
        "background",
        "assumptions",
        "Pixels after a plane is taken off, in units of their scatter (left; the "
        f"lines stand at {SIGMAS:.0f}), and against a normal distribution (right).",
    )
    plots.forest(gallery, found.finding)


def _fluxes(gallery: Gallery, found: Answer) -> None:
    figure, (axes,) = plots.canvas()
    fluxes = np.sort([s.flux for s in found.looked.sources])[::-1]
    axes.step(fluxes, np.arange(1, len(fluxes) + 1), where="post", color=BLUE)
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlabel("flux above the background [unit of the pixels]")
    axes.set_ylabel("sources at least as bright")
    gallery.save(
        figure, "fluxes", "answer", f"How many sources are at least as bright as a given flux. {found.finding.claim}."
    )


def _folded(gallery: Gallery, found: Answer) -> None:
    fy, fx = found.looked.wave
    rows, columns = np.mgrid[: found.flat.shape[0], : found.flat.shape[1]]
    phase = (fy * rows + fx * columns).ravel() % 1
    parts = np.minimum((phase * 16).astype(int), 15)
    values = found.flat.ravel()
    means = np.array([values[parts == i].mean() for i in range(16)])
    errors = np.array([values[parts == i].std() / np.sqrt((parts == i).sum()) for i in range(16)])
    figure, (axes,) = plots.canvas()
    at = (np.arange(32) + 0.5) / 16
    axes.errorbar(at, np.tile(means, 2), 2 * np.tile(errors, 2), fmt="o-", ms=4, color=BLUE, ecolor=ORANGE, capsize=2)
    axes.set_xlabel("phase of the wave (two turns)")
    axes.set_ylabel("mean above the plane [unit of the pixels]")
    gallery.save(
        figure,
        "folded",
        "answer",
        f"All pixels folded at the wavelength found; bars are two standard errors. {found.finding.claim}.",
    )


def _profiles(gallery: Gallery, found: Answer) -> None:
    values = found.looked.pixels
    figure, axes = plots.canvas(1, 2, width=5.2, height=2.4)
    for axis, ax, label in ((1, axes[0], "row"), (0, axes[1], "column")):
        profile = values.mean(axis=axis)
        ax.plot(np.arange(len(profile)), profile, color=BLUE, lw=0.8)
        line = np.polyfit(np.arange(len(profile)), profile, 1)
        ax.plot(np.arange(len(profile)), np.polyval(line, np.arange(len(profile))), color=ORANGE)
        ax.set_xlabel(f"{label} [pixels]")
        ax.set_ylabel(f"mean over the {'columns' if label == 'row' else 'rows'}")
    gallery.save(
        figure,
        "profiles",
        "answer",
        f"Mean brightness along the rows and the columns, with straight lines fitted. {found.finding.claim}.",
    )


def distributions(gallery: Gallery, found: Answer) -> None:
    """Draw the image itself."""
    picture(gallery, found.looked.name, found.looked.pixels, found.looked.sources if found.kind == "sources" else [])


def picture(gallery: Gallery, name: str, values: Array, sources: Sequence[Source] = ()) -> None:
    """Draw an image, with circles around its sources."""
    figure, (axes,) = plots.canvas(width=4.2, height=3.6)
    low, high = np.percentile(values, [1, 99.5])
    image = axes.imshow(values, cmap="cividis", vmin=low, vmax=high, origin="lower")
    if sources:
        axes.plot([s.column for s in sources], [s.row for s in sources], "o", mfc="none", mec=ORANGE, ms=9, mew=0.8)
    axes.grid(visible=False)
    axes.set_xlabel("column [pixels]")
    axes.set_ylabel("row [pixels]")
    figure.colorbar(image, ax=axes, label="pixel value")
    marks = "; circles mark the sources found" if sources else ""
    gallery.save(
        figure,
        "image",
        "data",
        f"The image {shown.code(name)}{marks}. The colours span the 1st to the 99.5th percentile.",
    )
