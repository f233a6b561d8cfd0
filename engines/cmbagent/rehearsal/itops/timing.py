"""What changes over time: volumes, sudden rises, resolution times; and whose resolution times differ."""

import numpy as np
import pandas as pd
from concentration import same_facts
from measure import Finding, differs, line, looked_at, more_than, plain, rank_trend, trend

LEAST = 25  # tickets of a series
DAY = pd.Timedelta(days=1)


def look(tickets):
    """Return findings about time."""
    frame = tickets.frame[tickets.frame["opened"].notna()]
    if len(frame) < 60 or frame["opened"].max() - frame["opened"].min() < 28 * DAY:
        tickets.notes.append("Too few dated tickets, or too short a period, for statements about change over time.")
        return []
    dims = {label: column for label, column in same_facts(tickets).items() if frame[column].nunique() <= 200}
    looked = 1
    findings = list(_volume(frame, None, None, frame))
    findings += list(_resolution(frame, None, None, frame))
    for label, column in dims.items():
        for value, count in frame[column].value_counts().head(25).items():
            if count < LEAST:
                break
            part = frame[frame[column] == value]
            if len(part) < 0.97 * len(frame):
                looked += 1
                findings += list(_volume(part, label, value, frame))
                findings += list(_resolution(part, label, value, frame))
                if label != "priority":  # what matters less may wait longer
                    findings += list(_slower(part, label, value, frame))
    looked_at(findings, looked)
    return findings


def bins(frame, whole, width=None):
    """Return (starts, counts, days) of equal periods; the first and the last whole period bound them."""
    first, last = whole["opened"].min().normalize(), whole["opened"].max()
    days = (last - first) / DAY
    width = width or (7 if days < 430 and len(frame) > 4 * days / 7 else 30.4 if days < 1500 else 91.3)
    number = max(int(days // width), 1)
    edges = [first + pd.Timedelta(days=width * i) for i in range(number + 1)]
    counts = np.histogram(frame["opened"].astype("int64"), [e.value for e in edges])[0]
    return edges[:-1], counts, width


def _volume(part, label, value, whole):
    starts, counts, width = bins(part, whole)
    every = bins(whole, whole)[1] if label and width == bins(whole, whole)[2] else None
    who = f"{label} {value}" if label else "all tickets"
    where = {label: str(value)} if label else {}
    unit = {7: "week", 30.4: "month", 91.3: "quarter"}[width]
    series = {"starts": starts, "counts": counts, "label": who, "unit": unit}
    tau, chance = trend(np.arange(len(counts)), counts)
    begin, end = line(np.arange(len(counts)).astype(float), counts.astype(float)) if len(counts) > 7 else (0, 0)
    begin, end = max(begin, 0.0), max(end, 0.0)
    if abs(tau) > 0.35 and max(begin, end) > 1.6 * (min(begin, end) + 0.5) and counts.sum() >= LEAST:
        word = "rises" if tau > 0 else "falls"
        alone = every is not None and abs(trend(np.arange(len(every)), every - counts)[0]) < 0.25
        rest = " The other tickets do not change." if alone else ""
        yield Finding(
            kind="volume_trend",
            title=f"The volume of {who} {word} from {begin:.1f} to {end:.1f} a {unit}",
            statement=f"{who[0].upper()}{who[1:]}: a straight line through the {unit}s goes from {begin:.1f} to {end:.1f} "
            f"tickets (Kendall's tau {tau:.2f}).{rest}",
            figures={"from": plain(begin), "to": plain(end), "tau": plain(tau), "p_value": plain(chance)},
            ids=list(part["id"]),
            effect=abs(tau) * min(1, abs(end - begin) / (max(begin, end) + 1e-9)) * (1 if label else 0.9),
            chance=chance,
            where=where,
            since=f"{starts[0]:%Y-%m-%d}",
            data={"series": series},
        )
    if starts[-1] - starts[0] < 800 * DAY:
        starts, counts, width = bins(part, whole, 7)
        unit = "week"
        series = {"starts": starts, "counts": counts, "label": who, "unit": unit}
    usual = float(np.median(counts))
    top = int(np.argmax(counts))
    near = np.median(counts[max(0, top - 4) : top + 5])
    base = max(usual, float(near), 0.5)
    if counts[top] >= max(8, 2.5 * base) and abs(tau) < 0.6:
        start = starts[top]
        hit = part[(part["opened"] >= start) & (part["opened"] < start + pd.Timedelta(days=width))]
        spread = max(1.0, float(np.var(np.delete(counts, top)) / max(np.mean(np.delete(counts, top)), 0.5)))
        chance = more_than(int(counts[top] / spread), base / spread) * len(counts)
        yield Finding(
            kind="volume_trend",
            title=f"A sudden rise of {who} in the {unit} of {start:%Y-%m-%d}: {counts[top]} instead of about {base:.0f}",
            statement=f"In the {unit} that begins on {start:%Y-%m-%d}, {counts[top]} tickets were opened ({who}); the "
            f"median {unit} has {usual:.1f}.",
            figures={"count": int(counts[top]), "median": plain(usual), "ratio": plain(counts[top] / base)},
            ids=list(hit["id"]),
            effect=1 - base / counts[top],
            chance=min(chance, 1),
            where=where,
            since=f"{start:%Y-%m-%d}",
            data={"series": series, "mark": start},
        )


def ended(frame):
    """Return tickets with a resolution time, without the newest, of which only the quick ones have ended."""
    done = frame[frame["hours"].notna()]
    if frame["hours"].isna().mean() > 0.02 and len(done):
        until = frame["opened"].max() - pd.Timedelta(hours=float(done["hours"].quantile(0.9)))
        done = done[done["opened"] <= until]
    return done.sort_values("opened")


def _resolution(part, label, value, whole):
    done = ended(part)
    if len(done) < LEAST:
        return
    days = ((done["opened"] - done["opened"].min()) / DAY).to_numpy()
    hours = done["hours"].to_numpy()
    rho, chance = rank_trend(days, hours)
    if abs(rho) < 0.25:
        return
    begin, end = (max(v, 0.1) for v in line(days, hours))
    if max(begin, end) < 1.5 * min(begin, end):
        return
    who = f"{label} {value}" if label else "all tickets"
    rest = ended(whole.drop(part.index)) if label else part.iloc[:0]
    other = rank_trend(((rest["opened"] - done["opened"].min()) / DAY).to_numpy(), rest["hours"].to_numpy())[0]
    alone = label and abs(other) < 0.6 * abs(rho)
    if label and not alone:  # it goes with all others: the change of the whole is told, or that of its cause
        return
    said = f" For all other tickets there is no such change (rho {other:.2f})." if alone else ""
    word = "grows" if rho > 0 else "falls"
    yield Finding(
        kind="resolution_trend",
        title=f"The resolution time of {who} {word} from {begin:.0f} to {end:.0f} hours",
        statement=f"{who[0].upper()}{who[1:]}: over {len(done)} ended tickets the typical resolution time goes from "
        f"{begin:.1f} to {end:.1f} hours between {done['opened'].min():%Y-%m-%d} and {done['opened'].max():%Y-%m-%d} "
        f"(Spearman's rho {rho:.2f}).{said}",
        figures={
            "from_hours": plain(begin),
            "to_hours": plain(end),
            "rho": plain(rho),
            "p_value": plain(chance),
            "tickets": len(done),
        },
        ids=list(done["id"]),
        effect=0.5 * (min(1, abs(rho) * 1.3) + 1 - min(begin, end) / max(begin, end)),
        chance=chance,
        where={label: str(value)} if label else {},
        since=f"{done['opened'].min():%Y-%m-%d}",
        data={"points": (done["opened"].to_numpy(), hours), "line": (begin, end), "label": who},
    )


def _slower(part, label, value, whole):
    one, other = part["hours"].dropna(), whole.drop(part.index)["hours"].dropna()
    if len(one) < LEAST or len(other) < LEAST:
        return
    mine, theirs = float(one.median()), float(other.median())
    ratio = mine / theirs if theirs else 1
    if ratio < 1.5:
        return
    chance = differs(one, other)
    medians = whole.groupby(whole[part_column(whole, label)])["hours"].median().dropna().nlargest(10)
    yield Finding(
        kind="resolution_trend",
        title=f"{value} takes {ratio:.1f} times as long as the rest ({label})",
        statement=f"Tickets with {label} {value} take {mine:.1f} hours (median of {len(one)}); all others {theirs:.1f} hours.",
        figures={
            "median_hours": plain(mine),
            "others_median_hours": plain(theirs),
            "ratio": plain(ratio),
            "tickets": len(one),
        },
        ids=list(part.loc[one.index, "id"]),
        effect=(1 - 1 / ratio) * 0.8,
        chance=chance,
        where={label: str(value)},
        data={"bars": medians.to_dict(), "label": f"median hours by {label}", "value": value},
    )


def part_column(frame, label):
    """Return the column a group's label stands for."""
    return label if label in frame.columns else f"other:{label}"
