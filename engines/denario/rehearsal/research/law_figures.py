"""Draw a law: the data it is sought in, the law with its band, and what it leaves."""

import laws
import numpy as np
import plots
import shown
from law_finding import Answer
from matplotlib.axes import Axes
from plots import BLUE, ORANGE, Gallery

_WIDE = 20.0  # x or y that span more than this factor are drawn on logarithmic axes


def draw(gallery: Gallery, found: Answer) -> None:
    """Draw all figures of an answer."""
    _relation(gallery, found)
    _residuals(gallery, found)
    unit = found.finding.numbers[found.finding.quantity].get("unit", "")
    plots.forest(gallery, found.finding, unit)


def distributions(gallery: Gallery, found: Answer) -> None:
    """Draw how the two quantities are distributed."""
    figure, axes = plots.canvas(1, 2, width=5.2, height=2.4)
    x, y = found.points.x, found.points.y
    both = [plots.histogram(a, v, n.axis) for a, v, n in zip(axes, (x, y), (found.x, found.y), strict=True)]
    scale = " The bins are even in the logarithm where a quantity spans two powers of ten." if any(both) else ""
    gallery.save(
        figure, "data", "data",
        f"Distributions of {found.x.words} and {found.y.words} in the {shown.count(len(x))} {found.points.what} "
        f"used for the answer.{scale}",
    )  # fmt: skip


def _relation(gallery: Gallery, found: Answer) -> None:
    figure, (axes,) = plots.canvas()
    x, y = found.points.x, found.points.y
    some = plots.thinned(len(x))
    axes.plot(x[some], y[some], ".", color=BLUE, ms=3, alpha=0.6 if len(some) < 500 else 0.3, label="data")
    in_logs = _scales(axes, x, y)
    at = np.geomspace(x.min(), x.max(), 200) if in_logs[0] else np.linspace(x.min(), x.max(), 200)
    with np.errstate(all="ignore"):
        curves = np.array([found.law.form.function(at, *values) for values in found.draws[:200]])
    if len(curves):
        low, high = np.nanpercentile(curves, [2.5, 97.5], axis=0)
        axes.fill_between(at, low, high, color=ORANGE, alpha=0.3, lw=0, label="95% of the resamples")
    axes.plot(at, found.law.predict(at), color=ORANGE, label=found.law.form.name)
    axes.set_xlabel(found.x.axis)
    axes.set_ylabel(found.y.axis)
    axes.legend()
    scales = " Both axes are logarithmic." if all(in_logs) else ""
    gallery.save(
        figure, "relation", "answer",
        f"{_capital(found.y.words)} against {found.x.words} ({shown.count(len(x))} {found.points.what}) with the "
        "fitted "
        f"law, {found.law.form.formula}.{scales} {found.finding.claim}.",
    )  # fmt: skip


def _residuals(gallery: Gallery, found: Answer) -> None:
    figure, axes = plots.canvas(1, 2, width=5.2, height=2.4)
    x, rest = found.points.x, laws.residuals(found.law, found.points.x, found.points.y)
    some = plots.thinned(len(x))
    axes[0].plot(x[some], rest[some], ".", color=BLUE, ms=2.5, alpha=0.5)
    axes[0].axhline(0, color=ORANGE, lw=1)
    if x.min() > 0 and x.max() / x.min() > _WIDE:
        axes[0].set_xscale("log")
    axes[0].set_xlabel(found.x.axis)
    unit = f" [{found.y.unit}]" if found.y.unit else ""
    axes[0].set_ylabel("residual of the logarithm" if found.law.relative else f"residual{unit}")
    plots.normal_quantiles(axes[1], rest)
    broken = [c.name for c in found.finding.checks if not c.holds]
    verdict = f"Not borne out: {shown.listed(broken)}." if broken else "All four assumptions tested are borne out."
    gallery.save(
        figure, "residuals", "assumptions",
        f"What the law leaves: residuals against {found.x.words} (left) and against a normal distribution (right). "
        + verdict,
    )  # fmt: skip


def _scales(axes: Axes, x: np.ndarray, y: np.ndarray) -> tuple[bool, bool]:
    wide = tuple(bool(v.min() > 0 and v.max() / v.min() > _WIDE) for v in (x, y))
    if wide[0] and wide[1]:
        axes.set_xscale("log")
        axes.set_yscale("log")
        return True, True
    if wide[1]:
        axes.set_yscale("log")
    return False, False


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:] if not words.startswith("`") else words
