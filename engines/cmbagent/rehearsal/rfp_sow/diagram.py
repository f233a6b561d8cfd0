"""Draws the architecture by tiers: architecture_diagram.svg and architecture_diagram.png."""

import json
import textwrap
from pathlib import Path

from architecture import outside_systems, users_of
from catalogue import REGION
from read_document import work

TIERS = ("Users", "Edge", "Application", "Integration", "Data")


SIDE = ("Security", "Operations")


COLOURS = {
    "Users": "#e8eef7",
    "Edge": "#dbe9f6",
    "Application": "#dff0e3",
    "Integration": "#fdf0d8",
    "Data": "#f6e3ea",
    "Security": "#ece5f5",
    "Operations": "#e6ecec",
    "Outside": "#f3f3f3",
}


def box(axes: object, x: float, y: float, w: float, h: float, title: str, note: str, colour: str) -> None:
    """One rounded box with a bold title and a smaller second line, both wrapped to its width."""
    from matplotlib.patches import FancyBboxPatch

    axes.add_patch(
        FancyBboxPatch(
            (x, y),
            w,
            h,
            boxstyle="round,pad=0,rounding_size=0.08",
            facecolor=colour,
            edgecolor="#44546a",
            linewidth=0.9,
        )
    )
    room = max(12, int(w * 9.2))
    head = textwrap.wrap(title.replace("$", "\\$"), room)[:2]
    tail = textwrap.wrap(note.replace("$", "\\$"), int(room * 1.12))[:2]
    total = 0.2 * len(head) + 0.17 * len(tail)
    top = y + h / 2 + total / 2
    for i, line in enumerate(head):
        axes.text(
            x + w / 2,
            top - 0.2 * i - 0.1,
            line,
            ha="center",
            va="center",
            fontsize=8.4,
            fontweight="bold",
            color="#1f2a3a",
        )
    for i, line in enumerate(tail):
        axes.text(
            x + w / 2,
            top - 0.2 * len(head) - 0.17 * i - 0.085,
            line,
            ha="center",
            va="center",
            fontsize=7.2,
            color="#3d4a5c",
        )


def draw(result: dict, sizing: dict, folder: Path) -> None:
    """Draw the tiers from the users down to the data, the cross-cutting services at the side."""
    import matplotlib as mpl

    mpl.use("Agg")
    mpl.rcParams["svg.hashsalt"] = "tomas"
    from matplotlib import pyplot as plt

    per_tier: dict[str, list[tuple[str, str]]] = {"Users": [(u, "web browser and mobile") for u in users_of(sizing)]}
    for c in sizing["components"]:
        if c["key"] not in ("db_small", "db_storage"):
            per_tier.setdefault(c["tier"], []).append((c["title"], c["service"]))
    outside = outside_systems(result, sizing) or (["Outside systems (not named)"] if sizing["interfaces"] else [])
    tiers = [t for t in TIERS if per_tier.get(t)]
    left, inner, h, row_gap, band_gap, per_row = 0.3, 10.4, 0.86, 0.16, 0.42, 4
    rows = {t: -(-len(per_tier[t]) // per_row) for t in tiers}
    bands = {t: rows[t] * h + (rows[t] - 1) * row_gap + 0.55 for t in tiers}
    tall = sum(bands.values()) + band_gap * (len(tiers) - 1)
    side_boxes = [(s, b) for s in SIDE for b in per_tier.get(s, [])]
    side_tall = len(side_boxes) * 0.98 + 0.55 * len({s for s, _ in side_boxes}) + 0.2
    height = max(tall, side_tall) + 1.5
    outer = 2.6 if outside else 0
    width = left * 2 + inner + 0.5 + 2.9 + (0.6 + outer if outside else 0)
    figure, axes = plt.subplots(figsize=(width, height))
    axes.set_xlim(0, width)
    axes.set_ylim(0, height)
    axes.axis("off")
    title = textwrap.shorten(result["document"]["title"], 80, placeholder=" ...").replace("$", "\\$")
    axes.text(
        left,
        height - 0.35,
        f"{title}: proposed architecture on {sizing['provider']}",
        fontsize=13,
        fontweight="bold",
        color="#1f2a3a",
        va="center",
    )
    axes.text(
        left,
        height - 0.68,
        f"{REGION[sizing['provider']]}. Rehearsal: computed by scripts, no language model.",
        fontsize=8.5,
        color="#5a6778",
        va="center",
    )
    x0 = left + (outer + 0.6 if outside else 0)
    y = height - 1.0
    where_is: dict[str, tuple[float, float]] = {}
    for i, tier in enumerate(tiers):
        bottom = y - bands[tier]
        axes.add_patch(
            plt.Rectangle(
                (x0, bottom),
                inner,
                bands[tier],
                facecolor=COLOURS[tier],
                edgecolor="#b8c4d0",
                linewidth=0.8,
                alpha=0.55,
            )
        )
        axes.text(x0 + 0.14, y - 0.2, tier, fontsize=9.5, fontweight="bold", color="#33475b", va="center")
        items = per_tier[tier]
        for n, (name, service) in enumerate(items):
            row, column = divmod(n, per_row)
            in_row = min(per_row, len(items) - row * per_row)
            w = min(3.4, (inner - 0.3 - 0.22 * (in_row - 1)) / in_row)
            start = x0 + (inner - in_row * w - 0.22 * (in_row - 1)) / 2
            box(
                axes, start + column * (w + 0.22), y - 0.4 - (row + 1) * h - row * row_gap, w, h, name, service, "white"
            )
        where_is[tier] = (y, bottom)
        if i + 1 < len(tiers):
            label = {
                "Users": "HTTPS",
                "Edge": "HTTPS, private network",
                "Application": "calls and messages" if tiers[i + 1] == "Integration" else "SQL over TLS, files",
                "Integration": "SQL over TLS, files",
            }[tier]
            axes.annotate(
                "",
                xy=(x0 + inner / 2, bottom - band_gap),
                xytext=(x0 + inner / 2, bottom),
                arrowprops={
                    "arrowstyle": "<|-|>" if tier != "Users" else "-|>",
                    "color": "#44546a",
                    "lw": 1.4,
                    "shrinkA": 0,
                    "shrinkB": 0,
                },
            )
            axes.text(x0 + inner / 2 + 0.15, bottom - band_gap / 2, label, fontsize=7.6, color="#44546a", va="center")
        y = bottom - band_gap
    if outside:
        _draw_outside(
            axes,
            outside,
            left,
            outer,
            x0,
            where_is.get("Integration") or where_is.get("Application") or (height - 1, height - 3),
        )
    _draw_side(axes, side_boxes, x0 + inner + 0.5, height - 1.0)
    figure.savefig(
        folder / "architecture_diagram.svg",
        bbox_inches="tight",
        metadata={"Date": None, "Title": "Proposed architecture"},
    )
    figure.savefig(folder / "architecture_diagram.png", dpi=110, bbox_inches="tight", metadata={"Software": None})
    plt.close(figure)


def _draw_outside(axes: object, names: list[str], left: float, w: float, x0: float, band: tuple[float, float]) -> None:
    """The systems outside, at the left of the tier that talks to them."""
    h, gap = 0.72, 0.16
    tall = len(names) * (h + gap) + 0.5
    centre = (band[0] + band[1]) / 2
    bottom = max(0.2, centre - tall / 2)
    axes.text(
        left + w / 2,
        bottom + tall - 0.18,
        "Outside systems",
        fontsize=9.5,
        fontweight="bold",
        color="#33475b",
        ha="center",
        va="center",
    )
    for n, name in enumerate(names):
        box(axes, left, bottom + tall - 0.45 - (n + 1) * h - n * gap, w, h, name, "", COLOURS["Outside"])
    axes.annotate(
        "",
        xy=(x0, centre),
        xytext=(left + w + 0.02, centre),
        arrowprops={"arrowstyle": "<|-|>", "color": "#44546a", "lw": 1.4, "shrinkA": 0, "shrinkB": 0},
    )


def _draw_side(axes: object, boxes: list[tuple[str, tuple[str, str]]], x: float, top: float) -> None:
    """Security and operations, which act on all tiers, in a column of their own."""
    from matplotlib.patches import Rectangle

    y = top
    for side in SIDE:
        own = [b for s, b in boxes if s == side]
        if not own:
            continue
        tall = len(own) * 0.98 + 0.44
        axes.add_patch(
            Rectangle((x, y - tall), 2.9, tall, facecolor=COLOURS[side], edgecolor="#b8c4d0", linewidth=0.8, alpha=0.6)
        )
        axes.text(
            x + 0.14, y - 0.2, f"{side} (all tiers)", fontsize=9.5, fontweight="bold", color="#33475b", va="center"
        )
        for n, (name, service) in enumerate(own):
            box(axes, x + 0.12, y - 0.4 - n * 0.98 - 0.86, 2.66, 0.86, name, service, "white")
        y -= tall + 0.2


def empty_picture(folder: Path, title: str) -> None:
    """A picture that says there is nothing to draw."""
    import matplotlib as mpl

    mpl.use("Agg")
    mpl.rcParams["svg.hashsalt"] = "tomas"
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(figsize=(8, 2))
    axes.axis("off")
    axes.text(0.5, 0.6, textwrap.shorten(title, 70).replace("$", "\\$"), ha="center", fontsize=12, fontweight="bold")
    axes.text(0.5, 0.3, "No requirement for a system was found: nothing to draw. (Rehearsal)", ha="center", fontsize=10)
    figure.savefig(folder / "architecture_diagram.svg", metadata={"Date": None})
    figure.savefig(folder / "architecture_diagram.png", dpi=110, metadata={"Software": None})
    plt.close(figure)


if __name__ == "__main__":
    folder = Path(GIVEN["outputs_dir"])  # noqa: F821
    result = json.loads((folder / "requirements.json").read_text(encoding="utf-8"))
    sizing = json.loads(work("sizing.json").read_text(encoding="utf-8"))
    if sizing["components"]:
        draw(result, sizing, folder)
    else:
        empty_picture(folder, result["document"]["title"])
    print("DIAGRAM architecture_diagram.svg, architecture_diagram.png")
