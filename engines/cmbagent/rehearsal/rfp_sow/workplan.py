"""Divides the time there is into phases with dates."""

import re
from datetime import date, timedelta

from amounts import DATE, MONTHS, iso

OPEN = "[to be agreed]"


PHASES = [  # (name, share of the time, what is done, what ends it)
    ("Mobilise", 0.08, "Kick-off, project plan, access, answers to open questions", "Project plan accepted"),
    (
        "Analyse and design",
        0.20,
        "Requirements confirmed with the buyer, architecture, interfaces and data mapped",
        "Design accepted",
    ),
    (
        "Build",
        0.40,
        "Components, interfaces and documents made in short cycles with demonstrations",
        "All mandatory requirements built",
    ),
    (
        "Test and migrate",
        0.17,
        "System, security, load and acceptance tests; trial migrations",
        "Acceptance test passed",
    ),
    ("Go live and train", 0.09, "Training, cut-over, release to production", "In production"),
    ("Stabilise and hand over", 0.06, "Close support, open faults mended, hand-over documents", "Final acceptance"),
]


def start_and_end(given: dict, facts: dict, line: dict) -> tuple[date | None, date | None, str]:
    """First and last day of the work, and where they come from."""
    by = {d["meaning"]: date.fromisoformat(d["date"]) for d in reversed(facts["dates"])}
    start, end, source = by.get("contract start"), by.get("go-live") or by.get("contract end"), "dates in the document"
    told = given["inputs"].get("timeline") or ""
    days = [d for d in (iso(m) for m in DATE.finditer(told)) if d]
    month = re.search(r"(?i)\b(" + "|".join(MONTHS) + r")\s+(20\d\d)", told)
    same = (
        month and start and (start.year, start.month) == (int(month.group(2)), MONTHS.index(month.group(1).lower()) + 1)
    )
    if not days and month and not same:
        days = [date(int(month.group(2)), MONTHS.index(month.group(1).lower()) + 1, 1).isoformat()]
    if days:
        ends = re.search(r"(?i)\b(?:by|until|before|no later than|complete|go-?live|finish|deadline)\b", told)
        source = f'the timeline you gave: "{told}"'
        if len(days) > 1:
            start, end = date.fromisoformat(days[0]), date.fromisoformat(days[-1])
        elif ends:
            end = date.fromisoformat(days[0])
        else:
            start, end = date.fromisoformat(days[0]), None
    length = timedelta(days=round(line["delivery_months"] * 30.44))
    if start and (end is None or end <= start or (line["told_months"] and not days)):
        end = start + length
    last = by.get("contract end")
    if start and end and last and start < last < end:
        end, source = last, f"{source}, cut off at the contract's end in the document"
    return start, end, source


def plan(given: dict, facts: dict, line: dict) -> tuple[list[list[str]], str]:
    """Phases with dates where a start is known, else with weeks from the start."""
    start, end, source = start_and_end(given, facts, line)
    rows, done = [], 0.0
    if start and end:
        total = (end - start).days
        for name, share, what, mark in PHASES:
            a, b = (
                start + timedelta(days=round(total * done)),
                start + timedelta(days=round(total * (done + share)) - (0 if done + share > 0.99 else 1)),
            )
            rows.append([name, f"{a.isoformat()} to {b.isoformat()}", what, mark])
            done += share
        return (
            rows,
            (
                f"From {start.isoformat()} to {end.isoformat()} ({source}); the phases divide that time by "
                "rule and are to be confirmed. If the start moves, all dates move with it."
            ),
        )
    weeks = max(6, round(line["delivery_months"] * 4.35))
    for name, share, what, mark in PHASES:
        first, last = round(weeks * done) + 1, max(round(weeks * (done + share)), round(weeks * done) + 1)
        rows.append([name, f"week {first} to {last}", what, mark])
        done += share
    if end:
        return (
            rows,
            (
                f"To be complete by {end.isoformat()} ({source}). The start is {OPEN}, so weeks are counted "
                f"from it; {weeks} weeks follow from {line['delivery_source']}."
            ),
        )
    return (
        rows,
        (
            f"The start date is {OPEN}: the document and your timeline give none. {weeks} weeks follow from: "
            f"{line['delivery_source']}."
        ),
    )
