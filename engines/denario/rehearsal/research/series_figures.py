"""Draw and describe many series of one shape."""

import numpy as np
import plots
import shown
from plots import BLUE, ORANGE, Gallery
from series import MODELS, Panel
from structure import Shape


def draw(gallery: Gallery, panel: Panel, shape: Shape) -> None:
    """Draw four of the series with their fits: those at the quartiles of the most telling parameter."""
    by = panel.features.columns[-1]
    order = np.argsort(panel.features[by].to_numpy())
    chosen = [panel.examples[order[int(q * (len(order) - 1))]] for q in (0.05, 0.35, 0.65, 0.95)]
    figure, axes = plots.canvas(2, 2, width=5.6, height=3.6)
    time = shape.column(shape.time)
    signal = shape.column(panel.signal)
    for ax, (name, t, y, curve) in zip(axes, chosen, strict=True):
        ax.plot(t, y, ".", color=BLUE, ms=2.5, alpha=0.6)
        ax.plot(t, curve, color=ORANGE, lw=1)
        ax.set_title(f"{shown.label(shape.group, most=18)} {name.removesuffix('.0')}")
    for ax in axes[2:]:
        ax.set_xlabel(shown.label(time.name, time.unit if time.kind != "date" else "s since 1970"))
    for ax in axes[::2]:
        ax.set_ylabel(shown.label(signal.name, signal.unit))
    gallery.save(
        figure, "series", "data",
        f"Four of {len(panel.examples)} series of {shown.code(panel.signal)} with the fitted {panel.model.name}, "
        f"{panel.model.formula}.",
    )  # fmt: skip


def method(panel: Panel, shape: Shape) -> str:
    """Say how the series were turned into numbers."""
    names = shown.listed([m.name for m in MODELS], "or")
    return (
        f"Each series of {shown.code(panel.signal)} (one for each {shown.code(shape.group)}) was fitted by least "
        "squares as a "
        f"function of {shown.code(shape.time)}, counted from the start of the series, with {names}; the shape with "
        "the lowest "
        "sum of AICc over all series was taken for all, and its parameters are one row each in what follows, so that "
        "the rows "
        "of a series do not count as independent."
    )


def told(panel: Panel) -> str:
    """Say what came of the fits."""
    best = panel.votes.get(panel.model.name, 0)
    unit = panel.units.get("amplitude") or panel.units.get("level") or panel.units.get("final level") or ""
    left = f" {shown.several(panel.left_out, 'series', 'series')} could not be fitted." if panel.left_out else ""
    return (
        f"The {panel.model.name} describes {best} of {len(panel.examples)} series best when each is judged alone; the "
        "median "
        f"scatter about the curves is {shown.number(panel.scatter)}{' ' + unit if unit else ''}.{left}"
    )
