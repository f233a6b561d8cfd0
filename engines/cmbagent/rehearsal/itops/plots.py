"""Draws the dashboard: one message a plot, its title; the unusual part in colour, the rest in grey."""

import textwrap
from pathlib import Path

import findings
import matplotlib as mpl

mpl.use("Agg")
import matplotlib.dates as mdates
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from timing import bins, ended

STRONG, GREY, DARK = "#c2410c", "#b8bec6", "#1f2937"
MOST = 6
plt.rcParams.update(
    {
        "font.size": 10,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.edgecolor": "#6b7280",
        "axes.titlelocation": "left",
        "axes.titleweight": "bold",
        "axes.titlesize": 12,
        "figure.dpi": 150,
        "savefig.dpi": 150,
    }
)


def draw(table, found, folder):
    """Draw up to six plots and return [(file name, pattern id or "", caption)]."""
    folder.mkdir(exist_ok=True)
    for old in folder.glob("*.png"):
        old.unlink()
    drawn = []
    frame = table.frame[table.frame["opened"].notna()]
    if len(frame) > 10:
        drawn.append((_overview(frame, folder), "", "Tickets opened over the period"))
    for number, finding in enumerate(found, 1):
        if len(drawn) == MOST:
            break
        name = _of(finding, folder, f"p{number}")
        if name:
            drawn.append((name, f"P{number}", finding.title))
    if len(drawn) < 3 and table.frame["hours"].notna().sum() > 20:
        drawn.append((_durations(table, folder), "", "Resolution times"))
    for label, column in table.dims.items():
        if len(drawn) >= 3:
            break
        counts = table.frame[column].value_counts().head(10)
        drawn.append(
            (
                _bars(
                    counts.to_dict(), f"tickets by {label}", None, f"Tickets by {label}", folder, f"by_{_slug(label)}"
                ),
                "",
                label,
            )
        )
    return drawn


def _of(finding, folder, stem):
    data = finding.data
    name = f"{stem}_{_slug(finding.kind)}_{_slug(next(iter(finding.where.values()), 'all'))}"
    if "bars" in data:
        return _bars(data["bars"], data["label"], data["value"], finding.title, folder, name)
    if "points" in data:
        return _points(data, finding.title, folder, name)
    if "series" in data:
        return _series(data["series"], finding.title, folder, name, data.get("mark"))
    return None


def _figure(title, height=4.0):
    figure, axes = plt.subplots(figsize=(7.2, height), constrained_layout=True)
    axes.set_title("\n".join(textwrap.wrap(_plain(title), 58)))
    return figure, axes


def _save(figure, folder, name):
    path = Path(folder) / f"{name}.png"
    figure.savefig(path, metadata={"Software": None})
    plt.close(figure)
    return path.name


def _bars(bars, label, marked, title, folder, name):
    shown = dict(list(bars.items())[:10])
    figure, axes = _figure(title, 1.6 + 0.32 * len(shown))
    names = ["\n".join(textwrap.wrap(_plain(str(key)), 28)) for key in shown]
    values = list(shown.values())
    colours = [STRONG if str(key) == str(marked) else GREY for key in shown]
    drawn = axes.barh(names, values, color=colours)
    share = max(values) <= 1.0
    axes.bar_label(drawn, [f"{v:.0%}" if share else f"{v:,.0f}" for v in values], padding=3, color=DARK)
    axes.invert_yaxis()
    axes.set_xlabel(_plain(label if " by " in label else f"tickets by {label}"))
    axes.margins(x=0.12)
    return _save(figure, folder, name)


def _series(series, title, folder, name, mark=None):
    figure, axes = _figure(title)
    starts, counts = pd.to_datetime(list(series["starts"])), np.asarray(series["counts"])
    width = (starts[1] - starts[0]) * 0.85 if len(starts) > 1 else pd.Timedelta(days=5)
    colours = [STRONG if mark is not None and s == mark else GREY for s in starts]
    axes.bar(starts, counts, width=width, color=colours, align="edge")
    if mark is None and len(counts) > 7:
        fit = np.polyfit(np.arange(len(counts)), counts, 1)
        axes.plot(starts, np.polyval(fit, np.arange(len(counts))), color=STRONG, linewidth=2)
    axes.set_ylabel(f"tickets a {series['unit']}\n({_plain(series['label'])})")
    _time_axis(axes)
    return _save(figure, folder, name)


def _points(data, title, folder, name):
    figure, axes = _figure(title)
    opened, hours = data["points"]
    axes.scatter(opened, hours, s=9, color=GREY, label="a ticket")
    axes.plot([opened.min(), opened.max()], data["line"], color=STRONG, linewidth=2.5, label="robust straight line")
    axes.set_ylim(0, float(np.percentile(hours, 98)) * 1.15)
    axes.set_ylabel(f"hours to resolution\n({_plain(data['label'])})")
    axes.legend(frameon=False, loc="upper left")
    _time_axis(axes)
    return _save(figure, folder, name)


def _overview(frame, folder):
    starts, counts, width = bins(frame, frame)
    unit = {7: "week", 30.4: "month", 91.3: "quarter"}[width]
    title = f"{len(frame):,} tickets were opened, {np.median(counts):.0f} in a typical {unit}"
    return _series(
        {"starts": starts, "counts": counts, "label": "all tickets", "unit": unit}, title, folder, "tickets_over_time"
    )


def _durations(table, folder):
    hours = ended(table.frame[table.frame["opened"].notna()])["hours"]
    figure, axes = _figure(
        f"Half of the tickets end within {hours.median():.0f} hours, nine in ten within {hours.quantile(0.9):.0f}"
    )
    axes.hist(hours.clip(upper=hours.quantile(0.98)), bins=40, color=GREY)
    axes.axvline(hours.median(), color=STRONG, linewidth=2)
    axes.set_xlabel("hours to resolution (the longest 2 % drawn at the edge)")
    axes.set_ylabel("tickets")
    return _save(figure, folder, "resolution_times")


def _time_axis(axes):
    locator = mdates.AutoDateLocator(minticks=4, maxticks=9)
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(mdates.ConciseDateFormatter(locator))
    axes.set_xlabel("opened")


def _plain(text):
    return text.replace("$", "\\$")  # a dollar sign would begin a formula


def _slug(text):
    return "".join(c if c.isascii() and c.isalnum() else "_" for c in str(text).lower()).strip("_")[:30] or "x"


def main(given):
    """Draw, and print what was drawn."""
    table, found = findings.load()
    for name, pattern, caption in draw(table, found, Path(given["outputs_dir"]) / "dashboard"):
        print(f"dashboard/{name}: {pattern + ' ' if pattern else ''}{caption}")


if __name__ == "__main__":
    main(GIVEN)  # noqa: F821 - set by the line in front of this program
