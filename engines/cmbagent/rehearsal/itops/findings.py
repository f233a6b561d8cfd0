"""Finds, tests, merges and ranks; writes patterns.json."""

import json
import pickle
from pathlib import Path

import concentration
import people
import service
import tickets
import timing
from explain import without_followers
from measure import MOST_IDS, accepted

STORE = Path("data/findings.pkl")
MOST = 12  # findings that are told
SAME = 0.8  # of their tickets shared: two views of one thing


def find(table, focus):
    """Return the findings that stand, most unusual first."""
    found = concentration.look(table) + timing.look(table) + people.look(table)
    asked = service.look(table, focus)
    firm = accepted(found + [f for f in asked if f.chance < 1])
    told = merged(sorted(firm, key=lambda f: (-f.score, f.title)))
    ranked = without_followers(table, told)[:MOST]
    return ranked + [f for f in asked if f.chance >= 1]


def merged(ordered):
    """Fold what is about the same tickets, and of the same kind, into the more unusual finding."""
    kept = []
    for finding in ordered:
        ids = set(finding.ids)
        twin = next((k for k in kept if _same(k, finding, ids)), None)
        if twin is None:
            kept.append(finding)
        elif twin.where == finding.where and "rho" in finding.figures and "ratio" in twin.figures:
            # That something gets slower says more than that it is slow.
            finding.effect, finding.chance, finding.merged = twin.effect, twin.chance, [twin, *twin.merged][:4]
            kept[kept.index(twin)] = finding
        elif len(twin.merged) < 4:
            twin.merged.append(finding)
    return kept


def _same(one, other, ids):
    families = ({"concentration", "text", "rhythm"}, {"volume_trend"}, {"resolution_trend"}, {"workload"}, {"sla"})
    family = next((f for f in families if one.kind in f), {one.kind})
    if other.kind not in family:
        return False
    if one.kind == "volume_trend" and "ratio" in one.figures and "ratio" in other.figures and one.since == other.since:
        return True  # one event, seen through several groups
    mine = set(one.ids)
    shared = len(mine & ids)
    close = shared / len(mine | ids) > SAME
    # The same change seen through a group that holds most of the tickets is no news.
    inside = shared / max(min(len(mine), len(ids)), 1) > 0.9 and one.kind == other.kind and one.kind != "concentration"
    # Where it is said by the stronger finding already, and most of its tickets are the same.
    implied = set(other.where.items()) <= set(one.where.items()) and shared > 0.6 * len(ids)
    nested = one.kind in {"concentration", "text"} and shared == len(ids) and len(ids) > 0.5 * len(mine)
    return close or inside or nested or implied


def written(table, found):
    """Return what patterns.json holds."""
    first, last = table.period
    data = {
        "file": table.file,
        "tickets": table.total,
        "used": len(table.frame),
        "from": first,
        "to": last,
        "columns": table.columns,
        "not_in_the_file": table.missing,
        "notes": table.notes,
        "made_by": "rehearsal: scripts, no language model",
    }
    return {"data": data, "patterns": [_pattern(i, f) for i, f in enumerate(found, 1)] or [_none()]}


def _pattern(rank, finding):
    return {
        "id": f"P{rank}",
        "rank": rank,
        "kind": finding.kind,
        "title": finding.title,
        "statement": finding.statement,
        "figures": {k: v for k, v in finding.figures.items() if v is not None},
        "where": {str(k): str(v) for k, v in finding.where.items()},
        "since": finding.since,
        "ticket_ids": [str(i) for i in finding.ids[:MOST_IDS]],
        "ticket_count": len(finding.ids),
        "unusual": round(finding.score, 3),
        "also_seen_as": [f.title for f in finding.merged],
    }


def _none():
    text = "Nothing stands out beyond what chance alone would give, after correction for having looked often."
    return {
        "id": "P0",
        "rank": 1,
        "kind": "none",
        "title": "Nothing stands out",
        "statement": text,
        "figures": {},
        "where": {},
        "since": "",
        "ticket_ids": [],
        "ticket_count": 0,
        "unusual": 0,
        "also_seen_as": [],
    }


def main(given):
    """Find, store, write, print."""
    table = tickets.load()
    found = find(table, list(given["inputs"].get("analysis_focus") or []))
    with STORE.open("wb") as file:
        pickle.dump((table, found), file)
    document = written(table, found)
    path = Path(given["outputs_dir"]) / "patterns.json"
    path.write_text(json.dumps(document, ensure_ascii=False, allow_nan=False, indent=1), encoding="utf-8")
    for pattern in document["patterns"]:
        print(f"{pattern['id']} [{pattern['kind']}, unusual {pattern['unusual']:.2f}] {pattern['title']}")


def load():
    """Return the tickets and the findings."""
    with STORE.open("rb") as file:
        return pickle.load(file)


if __name__ == "__main__":
    main(GIVEN)  # noqa: F821 - set by the line in front of this program
