"""Who carries the load: tickets open at the same moment, how that grew, and who was away."""

import numpy as np
import pandas as pd
from measure import Finding, looked_at, more_than, plain, trend

LEAST = 25
DAY = pd.Timedelta(days=1)


def look(tickets):
    """Return findings about the load of each assignee."""
    frame = tickets.frame
    if "assignee" not in tickets.dims or frame["opened"].notna().sum() < 60:
        return []
    findings, backlog = [], {}
    for person, count in frame["assignee"].value_counts().head(25).items():
        if count < LEAST:
            break
        part = frame[(frame["assignee"] == person) & frame["opened"].notna()].sort_values("opened")
        findings += _absence(person, part, frame)
        backlog[person] = open_at(part, *_range(frame))
    for person, (moments, counts) in backlog.items():
        others = np.sum([c for p, (_, c) in backlog.items() if p != person], axis=0) if len(backlog) > 1 else counts * 0
        findings += _growing(person, moments, counts, others, frame)
    looked_at(findings, len(backlog))
    return findings


def open_at(part, first, last):
    """Return weekly moments and how many of these tickets were open at each."""
    moments = pd.date_range(first, last, freq="7D")
    closed = part["closed"].fillna(pd.Timestamp("2100-01-01"))
    return moments, np.array([int(((part["opened"] <= m) & (closed > m)).sum()) for m in moments])


def _range(frame):
    return frame["opened"].min().normalize() + 7 * DAY, frame["opened"].max().normalize()


def _growing(person, moments, counts, others, frame):
    if len(counts) < 10 or counts.sum() == 0:
        return
    tau, chance = trend(np.arange(len(counts)), counts)
    third = max(len(counts) // 4, 2)
    begin, end = float(np.mean(counts[:third])), float(np.mean(counts[-third:]))
    share = float(np.mean(others[-third:]) / max(np.mean(others[:third]), 0.5)) if others.sum() else 1.0
    if tau < 0.35 or end < 2 * max(begin, 0.5) or end < 4 or end / max(begin, 0.5) < 1.3 * share:
        return
    part = frame[frame["assignee"] == person]
    # Where the others' tickets pile up too, only what goes beyond this person's usual part is the person's own.
    early = frame[frame["opened"] < frame["opened"].quantile(0.5)]["assignee"]
    usual = max(float((early == person).mean()), 0.5 / max(len(early), 1))
    own = 0.0
    if others.sum():
        stay = (part["closed"].fillna(frame["opened"].max()) - part["opened"]).mean() / (7 * DAY)
        expected = others[-third:].sum() * usual / max(1 - usual, 0.05)
        own = more_than(int(counts[-third:].sum() / max(stay, 1)), expected / max(stay, 1))
    chance = max(chance ** _independent(counts), own)
    yield Finding(
        kind="workload",
        title=f"The tickets open with {person} grow from {begin:.1f} to {end:.1f}",
        statement=f"{person} had {begin:.1f} tickets open at the same time in the first quarter of the period and {end:.1f} "
        f"in the last (Kendall's tau {tau:.2f} over {len(counts)} weeks); for the others together it went by a factor of "
        f"{share:.1f}.",
        figures={"from": plain(begin), "to": plain(end), "tau": plain(tau), "others_factor": plain(share)},
        ids=list(part["id"]),
        effect=min(1, tau * (1 - begin / end) * 1.3),
        chance=chance,
        where={"assignee": person},
        since=f"{moments[0]:%Y-%m-%d}",
        data={"series": {"starts": list(moments), "counts": counts, "label": f"open with {person}", "unit": "week"}},
    )


def _independent(counts):
    """Return which part of the counts is independent: one week's open tickets hold much of the week before's."""
    x = np.arange(len(counts))
    rest = counts - np.polyval(np.polyfit(x, counts, 1), x)
    if not rest[:-1].std() or not rest[1:].std():
        return 1.0
    alike = float(np.clip(np.corrcoef(rest[:-1], rest[1:])[0, 1], 0, 0.9))
    return (1 - alike) / (1 + alike)


def _absence(person, part, frame):
    opened = part["opened"].to_numpy()
    gaps = np.diff(opened) / np.timedelta64(1, "D")
    if not len(gaps):
        return
    longest = int(np.argmax(gaps))
    active = max((opened[-1] - opened[0]) / np.timedelta64(1, "D"), 1)
    rate = len(opened) / active
    chance = float(np.exp(-rate * gaps[longest]) * len(opened))
    if gaps[longest] < 14 or chance > 1e-4:
        return
    start, end = pd.Timestamp(opened[longest]), pd.Timestamp(opened[longest + 1])
    others = frame[(frame["opened"] > start) & (frame["opened"] < end)]
    yield Finding(
        kind="workload",
        title=f"{person} got no ticket for {gaps[longest]:.0f} days from {start:%Y-%m-%d}",
        statement=f"Between {start:%Y-%m-%d} and {end:%Y-%m-%d} no ticket was assigned to {person}, who got one every "
        f"{1 / rate:.1f} days otherwise; {len(others)} tickets went to others meanwhile.",
        figures={"days": plain(gaps[longest]), "usual_days": plain(1 / rate), "tickets_meanwhile": len(others)},
        ids=list(others["id"]),
        effect=min(0.8, gaps[longest] / 60),
        chance=chance,
        where={"assignee": person},
        since=f"{start:%Y-%m-%d}",
    )
