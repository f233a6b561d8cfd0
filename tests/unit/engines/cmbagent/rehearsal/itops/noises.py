"""Ticket exports without any pattern, but as uneven as real ones: what the playbook must not tell of."""

import json
import random
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pandas as pd

START = datetime(2023, 3, 6)  # a Monday
TEXTS = (
    "cannot sign in after password change",
    "screen flickers since morning",
    "application answers slowly",
    "attachment will not open",
    "error when saving the form",
    "please install the viewer",
    "mailbox is full",
    "no sound in calls",
)
Row = dict[str, object]


def zipf(rnd: random.Random, names: list[str], power: float = 1.0) -> str:
    return rnd.choices(names, [1 / (rank**power) for rank in range(1, len(names) + 1)])[0]


def names(stem: str, count: int) -> list[str]:
    return [f"{stem} {letter}" for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[:count]]


def moment(rnd: random.Random, days: int = 360) -> datetime:
    return START + timedelta(minutes=rnd.randrange(days * 1440))


def office(rnd: random.Random, days: int = 364) -> datetime:
    """Working days, most on Mondays, between seven and eighteen with two peaks."""
    week = rnd.randrange(days // 7)
    day = rnd.choices(range(7), (26, 21, 19, 18, 14, 1, 1))[0]
    hour = rnd.choices(range(7, 19), (2, 6, 10, 10, 8, 4, 5, 8, 8, 6, 3, 1))[0]
    return START + timedelta(weeks=week, days=day, hours=hour, minutes=rnd.randrange(60))


def people(rnd: random.Random, count: int = 8) -> list[str]:
    first = ["Ada", "Ben", "Cleo", "Dan", "Eva", "Finn", "Gus", "Hana", "Ivo", "Jin", "Kai", "Lea", "Max", "Nia"]
    last = ["Berg", "Costa", "Dumas", "Eklund", "Ferro", "Gray", "Hall", "Ito"]
    return [f"{name} {rnd.choice(last)}" for name in first[:count]]


def ended(opened: datetime, hours: float, until: datetime | None = None) -> str:
    closed = opened + timedelta(hours=hours)
    return "" if until and closed > until else f"{closed:%Y-%m-%d %H:%M:%S}"


def written(folder: Path, rows: list[Row], suffix: str = ".csv") -> Path:
    rows.sort(key=lambda row: str(row.get("opened_at") or row.get("Created") or ""))
    path = folder / f"noise{suffix}"
    if suffix == ".json":
        path.write_text(json.dumps({"tickets": rows}), "utf-8")
    else:
        pd.DataFrame(rows).to_csv(path, index=False)
    return path


def plain(rnd: random.Random, number: int, opened: datetime, crew: list[str]) -> Row:
    return {
        "number": f"INC{number:07d}",
        "opened_at": f"{opened:%Y-%m-%d %H:%M:%S}",
        "closed_at": ended(opened, rnd.lognormvariate(3, 0.8)),
        "category": rnd.choice(["Hardware", "Software", "Network", "Access"]),
        "location": rnd.choice(names("Site", 6)),
        "assigned_to": rnd.choice(crew),
        "caller_id": f"User {rnd.randrange(300):03d}",
        "priority": rnd.choices(["1 - Critical", "2 - High", "3 - Moderate", "4 - Low"], (1, 3, 6, 3))[0],
        "short_description": f"{rnd.choice(TEXTS)} (PC-{rnd.randrange(1000, 9999)})",
    }


def uneven_categories(rnd: random.Random, folder: Path) -> Path:
    crew, rows = people(rnd), []
    for number in range(900):
        row = plain(rnd, number, moment(rnd), crew)
        row["category"] = zipf(rnd, ["Mail", "Laptop", "Printing", "Phones", "Servers", "Backup", "Badges", "Other"])
        row["location"] = zipf(rnd, names("Site", 9), 0.8)
        rows.append(row)
    return written(folder, rows)


def office_hours(rnd: random.Random, folder: Path) -> Path:
    crew = people(rnd)
    return written(folder, [plain(rnd, number, office(rnd), crew) for number in range(1000)])


def heavy_requesters(rnd: random.Random, folder: Path) -> Path:
    crew, rows = people(rnd, 12), []
    for number in range(1100):
        row = plain(rnd, number, office(rnd), crew)
        row["caller_id"] = zipf(rnd, [f"User {n:03d}" for n in range(250)], 0.7)
        row["assigned_to"] = zipf(rnd, crew, 0.6)
        rows.append(row)
    return written(folder, rows)


def wild_durations(rnd: random.Random, folder: Path) -> Path:
    crew, rows = people(rnd), []
    for number in range(800):
        opened = moment(rnd, 500)
        rows.append(plain(rnd, number, opened, crew) | {"closed_at": ended(opened, rnd.lognormvariate(2.5, 1.7))})
    return written(folder, rows)


def urgent_is_faster(rnd: random.Random, folder: Path) -> Path:
    crew, rows = people(rnd), []
    for number in range(900):
        opened = office(rnd)
        row = plain(rnd, number, opened, crew)
        factor = {"1": 0.1, "2": 0.4, "3": 1.0, "4": 2.0}[str(row["priority"])[0]]
        row["closed_at"] = ended(opened, rnd.lognormvariate(3, 0.7) * factor)
        rows.append(row)
    return written(folder, rows)


def organisation(rnd: random.Random, folder: Path) -> Path:
    """Each team has its people, its categories, and each category its own subcategories and words."""
    teams = {
        "Desk": ["Laptop", "Phone"],
        "Apps": ["Payroll", "Orders", "Mail"],
        "Core": ["Network", "Storage"],
    }
    crew = people(rnd, 12)
    members = {team: crew[i * 4 : i * 4 + 4] for i, team in enumerate(teams)}
    rows: list[Row] = []
    for number in range(1200):
        team = rnd.choices(list(teams), (4, 3, 2))[0]
        kind = rnd.choice(teams[team])
        row = plain(rnd, number, office(rnd), members[team])
        row |= {"category": kind, "subcategory": f"{kind} {rnd.choice(['request', 'fault', 'question'])}"}
        row |= {"assignment_group": team, "short_description": f"{kind}: {rnd.choice(TEXTS)}"}
        rows.append(row)
    return written(folder, rows)


def holidays(rnd: random.Random, folder: Path) -> Path:
    """Quiet weeks in summer and at the end of the year."""
    crew, rows = people(rnd), []
    while len(rows) < 1000:
        opened = office(rnd)
        quiet = opened.month == 8 or (opened.month, opened.day) > (12, 20)
        if not quiet or rnd.random() < 0.5:
            rows.append(plain(rnd, len(rows), opened, crew))
    return written(folder, rows)


def few(rnd: random.Random, folder: Path) -> Path:
    crew = people(rnd, 4)
    return written(folder, [plain(rnd, number, moment(rnd, 90), crew) for number in range(110)])


def many(rnd: random.Random, folder: Path) -> Path:
    crew = people(rnd, 14)
    return written(folder, [plain(rnd, number, office(rnd, 728), crew) for number in range(6000)])


def flags(rnd: random.Random, folder: Path) -> Path:
    crew, rows = people(rnd), []
    for number in range(900):
        row = plain(rnd, number, office(rnd), crew)
        row |= {"made_sla": str(rnd.random() > 0.18).lower(), "reopened": rnd.choice(["yes", "no", "no", "no"])}
        row |= {"channel": rnd.choices(["phone", "mail", "portal"], (3, 2, 4))[0]}
        rows.append(row)
    return written(folder, rows)


def still_open(rnd: random.Random, folder: Path) -> Path:
    """The export was made on one day: what was opened before it and not ended has no end."""
    crew, rows, until = people(rnd), [], START + timedelta(days=300)
    for number in range(900):
        opened = moment(rnd, 300)
        row = plain(rnd, number, opened, crew) | {"closed_at": ended(opened, rnd.lognormvariate(4.8, 1.0), until)}
        row["due_date"] = f"{opened + timedelta(days=14):%Y-%m-%d %H:%M:%S}"
        rows.append(row)
    return written(folder, rows)


def bursts(rnd: random.Random, folder: Path) -> Path:
    """Faults bring two to four tickets at once, as they do."""
    crew, rows = people(rnd), []
    while len(rows) < 900:
        opened, kind = moment(rnd), rnd.choice(["Hardware", "Software", "Network", "Access"])
        for _ in range(rnd.choice([1, 1, 1, 2, 2, 3, 4])):
            row = plain(rnd, len(rows), opened + timedelta(minutes=rnd.randrange(300)), crew)
            rows.append(row | {"category": kind})
    return written(folder, rows)


def blanks(rnd: random.Random, folder: Path) -> Path:
    crew, rows = people(rnd), []
    for number in range(800):
        opened = moment(rnd)
        rows.append(
            {
                "Key": f"HD-{number}",
                "Created": f"{opened:%Y-%m-%dT%H:%M:%S.000+0200}",
                "Resolved": ""
                if rnd.random() < 0.1
                else f"{opened + timedelta(hours=rnd.expovariate(1 / 40)):%Y-%m-%dT%H:%M:%S.000+0200}",
                "Assignee": rnd.choice(crew) if rnd.random() < 0.75 else None,
                "Component": zipf(rnd, names("Component", 8), 0.5) if rnd.random() < 0.6 else None,
                "Severity": rnd.choice(["Minor", "Major", "Blocker", "Trivial"]),
                "Summary": rnd.choice(TEXTS),
            }
        )
    return written(folder, rows, ".json")


def years(rnd: random.Random, folder: Path) -> Path:
    """Few tickets over many years, dates without times."""
    crew, rows = people(rnd, 5), []
    for number in range(500):
        opened = moment(rnd, 1800)
        row = plain(rnd, number, opened, crew)
        rows.append(row | {"opened_at": f"{opened:%Y-%m-%d}", "closed_at": str(row["closed_at"])[:10]})
    return written(folder, rows)


Make = Callable[[random.Random, Path], Path]
# What is uneven on purpose may be told as what it is: a group with more tickets than the others.
NOISES: dict[str, tuple[Make, tuple[str, ...]]] = {
    "uneven categories": (uneven_categories, ("Mail has", "Site A has")),
    "office hours": (office_hours, ()),
    "heavy requesters": (heavy_requesters, ("User 000 has",)),
    "wild durations": (wild_durations, ()),
    "urgent is faster": (urgent_is_faster, ()),
    "organisation": (organisation, ()),
    "holidays": (holidays, ()),
    "few": (few, ()),
    "many": (many, ()),
    "flags": (flags, ()),
    "still open": (still_open, ()),
    "bursts": (bursts, ()),
    "blanks": (blanks, ("Component A has",)),
    "years": (years, ()),
}
