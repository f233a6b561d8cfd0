"""The one look of all figures: one column wide, colours that the colour-blind can tell apart, a caption with each."""

from dataclasses import dataclass
from pathlib import Path

import matplotlib as mpl

mpl.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
from findings import Finding
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

BLUE, ORANGE, GREEN, PINK, SKY, GREY = "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#666666"
COLOURS = (BLUE, ORANGE, GREEN, PINK, SKY, "#E69F00", "#F0E442", "#000000")
FOLDER = Path("data")
MOST_DOTS = 3000
plt.rcParams.update({
    "text.usetex": False, "font.size": 8, "axes.titlesize": 8, "axes.labelsize": 8,
    "legend.fontsize": 7, "xtick.labelsize": 7, "ytick.labelsize": 7, "axes.grid": True, "grid.alpha": 0.25,
    "grid.linewidth": 0.5, "axes.linewidth": 0.7, "lines.linewidth": 1.3, "legend.frameon": False,
    "axes.spines.top": False, "axes.spines.right": False, "savefig.dpi": 300,
})  # fmt: skip


@dataclass
class Drawn:
    """A figure that was saved."""

    file: str
    section: str  # where it belongs: data, answer, assumptions, robustness, screening
    caption: str


class Gallery:
    """Saves figures under running numbers and remembers them with their captions."""

    def __init__(self) -> None:
        self.drawn: list[Drawn] = []

    def save(self, figure: Figure, name: str, section: str, caption: str) -> None:
        """Save a figure; its name goes into the file too, so that whoever sees only the picture knows which it is."""
        FOLDER.mkdir(exist_ok=True)
        file = f"{name}_{len(self.drawn) + 1}.png"
        figure.savefig(FOLDER / file, dpi=300, metadata={"Title": file, "Software": None})
        plt.close(figure)
        self.drawn.append(Drawn(file, section, caption))
        print("Saved data/" + file + ": " + caption)


def canvas(rows: int = 1, columns: int = 1, width: float = 4.2, height: float = 2.9) -> tuple[Figure, list[Axes]]:
    """Return a figure with its axes in one list."""
    figure, axes = plt.subplots(rows, columns, figsize=(width, height), layout="constrained", squeeze=False)
    return figure, list(axes.ravel())


def thinned(count: int) -> np.ndarray:
    """Return which of so many points to draw."""
    if count <= MOST_DOTS:
        return np.arange(count)
    return np.sort(np.random.default_rng(3).choice(count, MOST_DOTS, replace=False))


def histogram(axes: Axes, values: np.ndarray, label: str) -> bool:
    """Draw a histogram, in logarithmic steps where the values span two powers of ten; return whether it is so."""
    values = values[np.isfinite(values)]
    wide = values.size > 0 and values.min() > 0 and values.max() / values.min() > 100
    number = int(np.clip(np.sqrt(values.size), 8, 40))
    if wide:
        axes.hist(values, bins=np.geomspace(values.min(), values.max(), number), color=BLUE, alpha=0.85)
        axes.set_xscale("log")
    else:
        axes.hist(values, bins=number, color=BLUE, alpha=0.85)
    axes.set_xlabel(label)
    axes.set_ylabel("count")
    return bool(wide)


def forest(gallery: Gallery, finding: Finding, unit: str = "") -> None:
    """Draw the variants of a quantity with their standard errors."""
    if len(finding.variants) < 2:
        return
    figure, (axes,) = canvas(height=0.9 + 0.28 * len(finding.variants))
    places = np.arange(len(finding.variants))[::-1]
    values = np.array([v.value for v in finding.variants])
    errors = np.array([2 * v.error for v in finding.variants])
    first = finding.variants[0]
    axes.axvspan(first.value - 2 * first.error, first.value + 2 * first.error, color=BLUE, alpha=0.15, lw=0)
    axes.axvline(first.value, color=BLUE, lw=0.8)
    axes.errorbar(values[1:], places[1:], xerr=errors[1:], fmt="o", color=ORANGE, ms=4, capsize=2)
    axes.errorbar(values[:1], places[:1], xerr=errors[:1], fmt="s", color=BLUE, ms=5, capsize=2)
    axes.set_yticks(places, [v.name for v in finding.variants])
    axes.set_ylim(-0.6, len(finding.variants) - 0.4)
    axes.xaxis.set_major_locator(MaxNLocator(4))
    axes.set_xlabel(finding.quantity + (f" [{unit}]" if unit else ""))
    axes.grid(visible=False, axis="y")
    gallery.save(
        figure, "robustness", "robustness",
        f"{finding.quantity[:1].upper() + finding.quantity[1:]}, computed in different ways. Bars are two standard "
        "errors; the square and the band are "
        "the main value.",
    )  # fmt: skip


def normal_quantiles(axes: Axes, values: np.ndarray) -> None:
    """Draw ordered standardised values against those of a normal distribution."""
    from scipy import stats  # noqa: PLC0415 - only here

    ordered = np.sort(values[thinned(len(values))])
    ordered = (ordered - ordered.mean()) / (ordered.std() or 1.0)
    expected = stats.norm.ppf((np.arange(len(ordered)) + 0.5) / len(ordered))
    axes.plot(expected, ordered, ".", color=BLUE, ms=3)
    ends = [expected[0], expected[-1]]
    axes.plot(ends, ends, color=ORANGE, lw=1)
    axes.set_xlabel("normal quantile")
    axes.set_ylabel("residual / its scatter")
