"""Likely causes: what the findings say together, with evidence, doubts and what would settle it."""

import json
from pathlib import Path

import findings
import numpy as np
from measure import MOST_IDS, plain

MOST = 6
LIMITS = [
    "A ticket table shows what goes together, not what causes what: each cause is likely or possible, never proven.",
    "What was never reported, or was written into other systems, is not seen.",
]


def causes_of(table, found):
    """Return the causes, most telling first; each names the findings and the tickets it rests on."""
    causes, used = [], set()
    for number, finding in enumerate(found, 1):
        if number in used or finding.kind in {"prediction", "cost"} or _weak(finding):
            continue
        related = [n for n, other in enumerate(found, 1) if n != number and _supports(finding, other)]
        if finding.kind == "concentration" and any(_supports(found[n - 1], finding) for n in used):
            continue
        causes.append(_cause(table, found, number, related))
        used |= {number, *related}
        if len(causes) == MOST:
            break
    return causes


def _weak(finding):
    """Say whether a finding is too faint, or too much a matter of course, to name a cause for it."""
    return finding.score < 0.35 or (finding.kind == "concentration" and "priority" in finding.where)


def _supports(finding, other):
    """Say whether `other` is about the same tickets, or holds them."""
    if other.kind in {"prediction", "cost"}:
        return False
    mine, theirs = set(finding.ids), set(other.ids)
    shared = len(mine & theirs) / max(len(mine), 1)
    return shared > 0.7 and (finding.where.keys() & other.where.keys() or finding.kind == "text")


def _cause(table, found, number, related):
    finding = found[number - 1]
    title, statement, against, confirm = _words(finding)
    evidence = [finding.statement, *(found[n - 1].statement for n in related[:4]), *_more(table, finding)]
    firm = finding.score > 0.75 and finding.effect > 0.5
    return {
        "title": title,
        "statement": statement,
        "confidence": "high" if firm and related else "medium" if finding.score > 0.5 else "low",
        "evidence": evidence,
        "pattern_ids": [f"P{n}" for n in (number, *related)],
        "ticket_ids": [str(i) for i in finding.ids[:MOST_IDS]],
        "ticket_count": len(finding.ids),
        "against": against,
        "to_confirm": confirm,
    }


def _words(finding):
    where = ", ".join(f"{label} {value}" for label, value in finding.where.items())
    value = next(iter(finding.where.values()), "")
    if finding.kind == "text" and "named" in finding.where:
        at = "".join(f" ({label} {v})" for label, v in finding.where.items() if label != "named")
        return (
            f"{value} keeps failing",
            f"Most likely one thing, {value}{at}, is faulty or wrongly set up and produces these tickets again and again; "
            "each was closed by restoring service, none removed the cause.",
            [
                "It may simply be used far more than others of its kind: compare tickets per user or per job.",
                "It may be the name people give to any such fault.",
            ],
            [
                f"Read ten of the tickets about {value}: is it the same symptom?",
                f"Look at the maintenance record, age and use of {value}, and whether tickets stop when it is replaced.",
            ],
        )
    if finding.kind == "resolution_trend" and "from_hours" in finding.figures:
        grows = finding.figures["to_hours"] > finding.figures["from_hours"]
        word = "longer and longer" if grows else "less and less time"
        return (
            f"Work on {where or 'tickets'} takes {word}",
            f"Tickets of {where or 'every kind'} {'wait or are worked on longer' if grows else 'end sooner'} from month to "
            f"month. Most likely {'capacity or skill no longer fits the work, or a step waits for somebody else' if grows else 'something was improved, or tickets are closed earlier than before'}.",
            [
                "The mix of work may have changed: compare like with like (same category and priority).",
                "A new rule for when a ticket counts as closed would look the same.",
            ],
            [
                "Take twenty early and twenty late tickets and see where the hours lie: waiting, hand-overs, work.",
                f"Ask when {where or 'the process'} changed: people, tools, suppliers, rules.",
            ],
        )
    if finding.kind == "resolution_trend":
        return (
            f"{where} takes longer than the rest",
            f"Tickets of {where} need more time. Most likely the work is harder, waits for somebody, or lacks people.",
            ["Harder tickets may be given there on purpose.", "Priorities may differ between the groups compared."],
            ["Compare the same category and priority only.", "See how much of the time is waiting."],
        )
    if finding.kind == "workload" and "days" in finding.figures:
        return (
            f"{value} was away, and the work went to others",
            f"No ticket was assigned to {value} for {finding.figures['days']:.0f} days. Most likely an absence without cover.",
            ["The person may have worked on tickets assigned to a queue, or on a project."],
            ["Compare with the absence calendar.", "See whether resolution times of the others grew in these weeks."],
        )
    if finding.kind == "workload":
        return (
            f"More is assigned to {value} than gets done",
            f"The tickets open with {value} pile up while the others' do not. Most likely assignment does not look at load, "
            "or one person holds knowledge that others lack.",
            ["Tickets may be left open although the work is done."],
            [
                f"Look at the open tickets of {value}: which wait, and for what?",
                "See how tickets are assigned: by rule or by habit?",
            ],
        )
    if finding.kind == "volume_trend" and "ratio" in finding.figures:
        return (
            f"An event around {finding.since}",
            f"The sudden rise{' of ' + where if where else ''} around {finding.since} most likely has one cause: an outage, a "
            "release, a move or a campaign.",
            ["Tickets may have been entered late, all at once."],
            [f"Compare with the change and outage calendar around {finding.since}.", "Read ten of these tickets."],
        )
    if finding.kind == "volume_trend":
        return (
            f"{where or 'Demand'} changes steadily",
            f"The number of tickets{' with ' + where if where else ''} changes over the whole period, not at once. Most likely "
            "use, equipment age or reporting habits change.",
            ["The number of users may change at the same rate."],
            ["Relate the tickets to the number of users or devices.", "See which kinds of ticket make up the change."],
        )
    if finding.kind == "rhythm":
        return (
            f"Something happens regularly: {where}",
            f"Tickets of {where} come at a fixed time. Most likely a scheduled job, a shift change or a recurring task.",
            ["Tickets of the night may be entered in the morning."],
            ["Compare with the schedule of jobs and shifts at that time.", "Read ten of these tickets."],
        )
    if finding.kind == "sla":
        return (
            f"Targets do not fit the work of {where}",
            f"{where} misses its targets far more often than the rest. Most likely too few people at the right time, late "
            "hand-over, or a target that was never agreed with those who do the work.",
            ["The clock may run while the requester is awaited."],
            ["See at which step the time is lost.", "Check how the target clock is set for these tickets."],
        )
    return (
        f"Something particular to {where}",
        f"Tickets pile up at {where}. Most likely something there differs: equipment, software, instruction, or how tickets "
        "are recorded.",
        [
            "More people or devices may simply be there: relate the tickets to their number.",
            "Tickets may be recorded there for others.",
        ],
        ["Relate the tickets to users or devices there.", "Read ten of these tickets: which fault comes again?"],
    )


def _more(table, finding):
    """Return what else these tickets have in common, in sentences."""
    frame = table.frame
    part = frame[frame["id"].astype(str).isin({str(i) for i in finding.ids})]
    said = []
    for label, column in table.dims.items():
        if label in finding.where or part.empty or label == "priority":
            continue
        counts = part[column].value_counts()
        if counts.empty or frame[column].nunique() < 2:
            continue
        share, usual = counts.iloc[0] / len(part), (frame[column] == counts.index[0]).mean()
        if share > 0.6 and share > usual + 0.15:
            said.append(f"{share:.0%} of these tickets have {label} {counts.index[0]} ({usual:.0%} of all tickets do).")
    if part["hours"].notna().sum() > 10 and finding.kind in {"text", "concentration"}:
        mine, others = part["hours"].median(), frame.drop(part.index)["hours"].median()
        if np.isfinite(others):
            said.append(
                f"Their median resolution time is {plain(round(mine, 1))} h, that of all others {plain(round(others, 1))} h."
            )
    return said[:4]


def main(given):
    """Write root_causes.json and print it short."""
    table, found = findings.load()
    causes = [{"id": f"RC{i}"} | cause for i, cause in enumerate(causes_of(table, found), 1)]
    limits = [*LIMITS, *(f"Not in the file: {name}." for name in table.missing)]
    document = {"root_causes": causes, "limits": limits, "made_by": "rehearsal: scripts, no language model"}
    path = Path(given["outputs_dir"]) / "root_causes.json"
    path.write_text(json.dumps(document, ensure_ascii=False, allow_nan=False, indent=1), encoding="utf-8")
    for cause in causes:
        print(
            f"{cause['id']} ({cause['confidence']}, {cause['ticket_count']} tickets, {', '.join(cause['pattern_ids'])}): {cause['title']}"
        )
    if not causes:
        print("No cause is named: nothing stands out.")


if __name__ == "__main__":
    main(GIVEN)  # noqa: F821 - set by the line in front of this program
