"""Where tickets pile up: single values, pairs of values, things named in the text, days and hours of the week."""

import re
from itertools import combinations

import numpy as np
import pandas as pd
from measure import Finding, cross, looked_at, many, more_than, plain
from scipy import stats

MOST_VALUES = 60  # of a group that are looked at
LEAST = 8  # tickets of a finding
LEAST_PART = 60  # tickets of a part that is looked at by itself
SETTLED = 0.75
CLOCK = frozenset(("weekday", "hour"))
FEW, APART = 6, 1.8  # many values tail off by nature: there only a gap in their order is a finding
_THING = re.compile(r"\b([A-Za-z]{2,}[A-Za-z]*)[-_ #]?(\d{2,}[A-Za-z0-9-]*)\b")
_WORD = re.compile(r"[^\W\d_]{3,}")
STOP = frozenset(
    "the and for with from not was are has have been that this when but can cannot could our out all any you your its in on"
    " at of to is be by an or it we user users please issue issues problem request ticket hi hello thanks after".split()
)
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def look(tickets):
    """Return findings about where tickets are."""
    frame, dims = tickets.frame, same_facts(tickets)
    findings = [f for label, column in dims.items() if label != "priority" for f in _single(frame, label, column)]
    findings += _things(tickets, dims)
    columns = {label: frame[column] for label, column in dims.items()}
    columns |= _times(frame) | _terms(tickets)
    pairs = [pair for pair in combinations(columns, 2) if _worth(*pair) and not _belongs(*(columns[c] for c in pair))]
    single = len(findings)
    for one, other in pairs:
        for part in _strata(frame, columns, one, other):
            findings += _pair(part, one, columns[one][part.index], other, columns[other][part.index])
    looked_at(findings[:single], len(dims))
    looked_at(findings[single:], len(pairs))
    return findings


def _belongs(a, b):
    """Say whether the values of one group each belong to one value of the other: an organisation, not a finding."""
    return _settles(a, b) > SETTLED or _settles(b, a) > SETTLED


def _settles(a, b):
    """Return how surely a value of `a` tells the value of `b`, beyond what the most frequent `b` would."""
    table = cross(a, b)
    total, usual = table.to_numpy().sum(), table.sum().max()
    return float((table.max(axis=1).sum() - usual) / max(total - usual, 1)) if min(table.shape) > 1 else 0.0


def _strata(frame, columns, one, other):
    """Part the tickets by a group both belong to (two persons of one team), so that the team is not found again."""
    for hub, h in columns.items():
        if hub in {one, other, "weekday", "hour", "word in the text"}:
            continue
        if _settles(columns[one], h) > SETTLED and _settles(columns[other], h) > SETTLED:
            return [part for _, part in frame.groupby(h) if len(part) >= LEAST_PART]
    return [frame]


def same_facts(tickets):
    """Drop groups that say the same as another one, and say so."""
    frame, kept = tickets.frame, {}
    for label, column in tickets.dims.items():
        if frame[column].nunique() < 2:
            continue
        twin = next((k for k, c in kept.items() if _association(frame[column], frame[c]) > 0.93), None)
        if twin and frame[column].nunique() <= frame[kept[twin]].nunique() * 1.2:
            note = f"{label} and {twin} say the same of almost every ticket; {twin} stands for both."
            tickets.notes += [note] if note not in tickets.notes else []
        else:
            kept[label] = column
    return kept


def _association(a, b):
    """Return Cramér's V of two columns of groups with a similar number of values."""
    table = cross(a, b)
    least = min(table.shape) - 1
    if least < 1 or max(table.shape) > 1.5 * min(table.shape) + 1:
        return 0.0
    chi = stats.chi2_contingency(table, correction=False)[0]
    return float(np.sqrt(chi / (table.to_numpy().sum() * least)))


def _single(frame, label, column):
    counts = frame[column].value_counts()
    total, values = int(counts.sum()), len(counts)
    if values < 2 or total < 30:
        return
    for value, count in counts.head(_outstanding(counts)).items():
        rest = (total - count) / (values - 1)
        share, expected = count / total, 1 / values
        if count < LEAST or count < 2 * rest or share < 1.6 * expected or share < 0.04:
            continue
        figures = {
            "count": int(count),
            "of": total,
            "share": plain(share),
            "values": values,
            "others_mean": plain(rest),
        }
        yield Finding(
            kind="concentration",
            title=f"{value} has {share:.0%} of the tickets ({label})",
            statement=f"{count} of {total} tickets ({share:.1%}) have {label} {value}; the other {values - 1} values have "
            f"{rest:.1f} each on average.",
            figures=figures,
            ids=list(frame.loc[frame[column] == value, "id"]),
            effect=(1 - rest / count) * min(1, share * 2) * 0.75,
            chance=many(count, total, expected) * values,
            where={label: value},
            data={"bars": counts.head(10).to_dict(), "label": label, "value": value},
        )


def _outstanding(counts):
    """Return how many of the first three values stand apart from the next; among few values, all may."""
    if len(counts) <= FEW:
        return 3
    sizes = counts.to_numpy()
    return max((i for i in (1, 2, 3) if sizes[i - 1] >= APART * sizes[i]), default=0)


def _pair(frame, one, a, other, b):
    table = cross(a, b)
    if min(table.shape) < 2:
        return
    table = table.loc[table.sum(axis=1).nlargest(MOST_VALUES).index, table.sum().nlargest(MOST_VALUES).index]
    n = table.to_numpy().sum()
    rows, cols = table.sum(axis=1), table.sum()
    for x in table.index:
        for y in table.columns:
            count, expected = int(table.at[x, y]), rows[x] * cols[y] / n
            if count < max(LEAST, 0.015 * n) or count < 1.5 * expected or rows[x] == n or cols[y] == n:
                continue
            ratio = count / expected
            # What comes in bursts comes once: a rhythm shows on many days.
            burst = _burst(frame["opened"], a == x, b == y) if other in CLOCK else 1
            parts = (int(part / burst) for part in (n, rows[x], cols[y]))
            chance = float(stats.hypergeom.sf(int(count / burst) - 1, *parts)) * table.size
            names = {one: str(x), other: str(y)}
            yield Finding(
                kind="rhythm" if other in CLOCK else "text" if other == "word in the text" else "concentration",
                title=f"{x} and {y} come together {ratio:.1f} times as often as expected",
                statement=f"{count} tickets have {one} {x} and {other} {y}; {expected:.1f} would be expected if the two had "
                f"nothing to do with each other. That is {count / rows[x]:.0%} of {x} and {count / cols[y]:.0%} of {y}.",
                figures={
                    "count": count,
                    "expected": plain(expected),
                    "ratio": plain(ratio),
                    "share_of_first": plain(count / rows[x]),
                    "share_of_second": plain(count / cols[y]),
                    "p_value": plain(min(chance, 1)),
                },
                ids=list(frame.loc[(a == x) & (b == y), "id"]),
                effect=(1 - 1 / ratio) * max(count / rows[x], count / cols[y]) * (0.4 if "priority" in names else 1),
                chance=min(chance, 1),
                where=names,
                data={"table": (one, other), "value": str(x)},
            )


def _burst(opened, first, second):
    """Return how unevenly a pair's tickets fall on the days that could have them: 1 as by chance, more in bursts."""
    days = opened.dt.normalize()
    counts = days[first & second].value_counts().reindex(days[second].dropna().unique(), fill_value=0)
    return max(1.0, float(counts.var(ddof=0) / counts.mean()))


def _worth(one, other):
    """Say whether a pair can tell something: words of a text always go with some categories."""
    if other == "word in the text":
        return one in {"place", "product", "requester", "weekday"}
    if one in CLOCK and other in CLOCK:
        return False
    if {one, other} & CLOCK:
        return not {one, other} & {"priority", "requester"}
    return True


def _times(frame):
    opened = frame["opened"]
    if opened.notna().sum() < 100:
        return {}
    found = {"weekday": opened.dt.dayofweek.map(dict(enumerate(DAYS)))}
    if (opened.dt.hour != opened.dt.hour.mode().iloc[0]).mean() > 0.5:
        found["hour"] = opened.dt.hour.map(
            lambda h: f"{int(h) // 3 * 3:02d}-{int(h) // 3 * 3 + 3:02d} h", na_action="ignore"
        )
    return found


def _terms(tickets):
    """Return the most frequent word of each text that is neither rare nor everywhere, as one more group."""
    if not tickets.text:
        return {}
    words = tickets.frame["text"].map(lambda text: {w.lower() for w in _WORD.findall(text)} - STOP)
    counts = words.explode().value_counts()
    useful = counts[(counts >= max(LEAST, 0.02 * len(words))) & (counts <= 0.6 * len(words))].head(40)
    rank = {word: i for i, word in enumerate(useful.index)}
    main = words.map(lambda found: min((w for w in found if w in rank), key=rank.get, default=None))
    return {"word in the text": main} if main.nunique() > 1 else {}


def _things(tickets, dims):
    """Devices, applications and the like: a word with a number, named again and again."""
    if not tickets.text:
        return
    frame = tickets.frame
    named = frame["text"].map(lambda text: {match[0] for match in _THING.finditer(text)})
    one = named.explode().dropna()
    if one.empty:
        return
    every = one.value_counts()
    kind = one.map(lambda thing: re.match(r"[A-Za-z]+", thing)[0].lower())
    for name, things in one.groupby(kind):
        counts = things.value_counts()
        kindred = f"things called {name} with a number"
        if len(counts) < 3:  # the only one of its kind: all that is named with a number is what to compare with
            kindred = "things named with a number"
            counts = pd.concat([counts, every.drop(counts.index)]).sort_values(ascending=False, kind="stable")
        if len(counts) < 3 or counts.sum() < 15 or counts.index[0] not in set(things):
            continue
        usual = max(float(counts.iloc[1:].mean()), 1.0)
        for thing, count in counts.head(3).items():
            if count < max(LEAST, 2.5 * usual) or thing not in set(things):
                continue
            mask = named.map(lambda found, t=thing: t in found)
            places = {
                d: frame.loc[mask, c].value_counts() for d, c in dims.items() if d in {"place", "category", "product"}
            }
            where = {d: str(v.index[0]) for d, v in places.items() if len(v) and v.iloc[0] > 0.7 * count}
            at = "".join(f", {places[d].iloc[0]} of them with {d} {v}" for d, v in where.items())
            chance = more_than(int(count), usual) * len(counts)
            yield Finding(
                kind="text",
                title=f"{thing} is named in {count} tickets, {count / usual:.0f} times as often as others of its kind",
                statement=f"{thing} is named in {count} tickets ({count / len(frame):.1%}){at}. The other {len(counts) - 1} "
                f"{kindred} are named {usual:.1f} times each on average.",
                figures={"count": int(count), "share": plain(count / len(frame)), "others_mean": plain(usual)},
                ids=list(frame.loc[mask, "id"]),
                effect=min(1.0, 0.6 + count / len(frame)),
                chance=min(chance, 1),
                where={"named": thing} | where,
                data={"bars": counts.head(10).to_dict(), "label": f"{name} named in the text", "value": thing},
            )
