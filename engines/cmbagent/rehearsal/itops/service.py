"""What was asked for beside patterns: service levels, the next weeks, effort. Without the data it is said, not guessed."""

import numpy as np
import pandas as pd
from measure import Finding, many, plain
from timing import bins

BREACHED = {"true": True, "yes": True, "y": True, "1": True, "breached": True, "missed": True, "violated": True}
MET = {"false": False, "no": False, "n": False, "0": False, "met": False, "within": False, "not breached": False}


def look(tickets, focus):
    """Return findings for the focus; what cannot be answered is noted."""
    findings = list(_levels(tickets, asked="sla" in focus))
    if "prediction" in focus:
        findings += _next(tickets)
    if "cost" in focus:
        findings += _effort(tickets)
    return findings


def breaches(tickets):
    """Return a column of True (breached), False or missing, and how it is known; None if nothing tells."""
    frame = tickets.frame
    if "sla" in tickets.columns:
        flags = frame["sla"].str.lower().map(BREACHED | MET)
        kept = "made" in tickets.columns["sla"].lower() or "within" in tickets.columns["sla"].lower()
        return (flags.map({True: False, False: True}) if kept else flags), f"the column {tickets.columns['sla']!r}"
    if frame["due"].notna().any():
        late = frame["closed"].fillna(frame["opened"].max()) > frame["due"]
        return late.where(frame["due"].notna()), f"the due date in {tickets.columns['due']!r}"
    return None


def _levels(tickets, *, asked):
    found = breaches(tickets)
    if found is None:
        if asked:
            tickets.notes.append("Service levels were asked for, but the file has neither an SLA flag nor a due date.")
        return
    late, known = found[0].astype("boolean"), found[1]
    frame = tickets.frame.assign(late=late)[late.notna()]
    share = float(frame["late"].mean())
    for label, column in tickets.dims.items():
        groups = frame.groupby(column)["late"].agg(["mean", "sum", "count"])
        for value, row in groups[groups["count"] >= 15].iterrows():
            rest = frame[frame[column] != value]["late"].mean()
            if row["mean"] < 1.5 * rest or row["sum"] < 8 or not np.isfinite(rest):
                continue
            yield Finding(
                kind="sla",
                title=f"{row['mean']:.0%} of {value} miss the SLA, {rest:.0%} of the rest ({label})",
                statement=f"{int(row['sum'])} of {int(row['count'])} tickets with {label} {value} missed their target "
                f"({row['mean']:.1%}), by {known}; of all others {rest:.1%} did, overall {share:.1%}.",
                figures={"count": int(row["sum"]), "share": plain(row["mean"]), "others_share": plain(rest)},
                ids=list(frame.loc[(frame[column] == value) & frame["late"].astype(bool), "id"]),
                effect=(row["mean"] - rest) * 1.2,
                chance=many(int(row["sum"]), int(row["count"]), rest) * len(groups),
                where={label: str(value)},
                data={
                    "bars": groups["mean"].nlargest(10).to_dict(),
                    "label": f"share that missed the SLA by {label}",
                    "value": value,
                },
            )


def _next(tickets):
    frame = tickets.frame[tickets.frame["opened"].notna()]
    if len(frame) < 60:
        tickets.notes.append("A forecast was asked for, but there are too few dated tickets.")
        return
    starts, counts, width = bins(frame, frame)
    if len(counts) < 12:
        tickets.notes.append("A forecast was asked for, but the period is too short for one.")
        return
    held = max(3, len(counts) // 5)
    methods = {
        "the mean of the last eight periods": lambda past: np.mean(past[-8:]),
        "the last period": lambda past: past[-1],
    }
    errors = {
        name: np.array([counts[i] - method(counts[:i]) for i in range(len(counts) - held, len(counts))])
        for name, method in methods.items()
    }
    best = min(errors, key=lambda name: np.mean(np.abs(errors[name])))
    value, spread = float(methods[best](counts)), 1.64 * float(np.sqrt(np.mean(errors[best] ** 2)))
    unit = {7: "week", 30.4: "month", 91.3: "quarter"}[width]
    low, high = max(0.0, value - spread), value + spread
    yield Finding(
        kind="prediction",
        title=f"About {value:.0f} tickets in the next {unit}, likely {low:.0f} to {high:.0f}",
        statement=f"By {best}, about {value:.1f} tickets are to be expected in the {unit} after {frame['opened'].max():%Y-%m-%d} "
        f"(nine times in ten between {low:.0f} and {high:.0f}). Tested on the last {held} {unit}s, the forecast was off by "
        f"{np.mean(np.abs(errors[best])):.1f} tickets on average.",
        figures={
            "expected": plain(value),
            "low": plain(low),
            "high": plain(high),
            "error": plain(np.mean(np.abs(errors[best]))),
        },
        ids=list(frame.loc[frame["opened"] >= starts[-1], "id"]),
        effect=0.3,
        chance=1.0,
        data={"series": {"starts": starts, "counts": counts, "label": "all tickets", "unit": unit}, "asked": True},
    )


def _effort(tickets):
    frame = tickets.frame
    effort = pd.to_numeric(frame["effort"], errors="coerce") if "effort" in tickets.columns else None
    if effort is None or not effort.notna().any():
        tickets.notes.append("Cost was asked for, but the file holds no effort and no rate: no sum of money is given.")
        if not frame["hours"].notna().any() or "category" not in tickets.dims:
            return
        hours, known = frame["hours"], "hours open (not worked)"
    else:
        hours, known = effort, f"the column {tickets.columns['effort']!r}"
    column = tickets.dims.get("category") or next(iter(tickets.dims.values()), None)
    if column is None:
        return
    sums = hours.groupby(frame[column]).sum().nlargest(10)
    top, share = sums.index[0], float(sums.iloc[0] / hours.sum())
    yield Finding(
        kind="cost",
        title=f"{top} takes {share:.0%} of the hours",
        statement=f"By {known}, {top} takes {sums.iloc[0]:.1f} of {hours.sum():.1f} hours ({share:.1%}).",
        figures={"hours": plain(sums.iloc[0]), "of": plain(hours.sum()), "share": plain(share)},
        ids=list(frame.loc[frame[column] == top, "id"]),
        effect=0.3,
        chance=1.0,
        where={"category": str(top)},
        data={"bars": sums.to_dict(), "label": f"hours by category ({known})", "value": top, "asked": True},
    )
