"""Ticket exports in many shapes, each with what was put into it; labelled by hand, made with seeds."""

import json
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pandas as pd

START = datetime(2024, 1, 1)
PEOPLE = ("Ann Lee", "Bob Ray", "Cyd Fox", "Dia Kim", "Edo Poe", "Fay Orr")
TEXTS = ("cannot log in", "screen stays dark", "application is slow", "file is lost", "error on save", "no connection")


@dataclass
class Ticket:
    number: int
    opened: datetime
    category: str
    place: str
    person: str
    caller: str
    priority: str
    text: str
    hours: float | None

    @property
    def closed(self) -> datetime | None:
        return None if self.hours is None else self.opened + timedelta(hours=self.hours)


@dataclass
class Sample:
    """`wanted`: for each planted pattern, words that one finding's title or statement must hold, all of them."""

    name: str
    write: Callable[[Path, list[Ticket]], Path]
    plant: Callable[[random.Random, list[Ticket]], None]
    wanted: list[tuple[str, ...]]
    seed: int
    tickets: list[Ticket] = field(default_factory=list)
    also: tuple[str, ...] = ()  # words of findings that follow from the planted pattern: neither hit nor false alarm

    def make(self, folder: Path) -> Path:
        rnd = random.Random(self.seed)
        self.tickets = noise(rnd)
        self.plant(rnd, self.tickets)
        self.tickets.sort(key=lambda ticket: ticket.opened)
        return self.write(folder, self.tickets)


def noise(rnd: random.Random, count: int = 700) -> list[Ticket]:
    places, weights = ("UK", "India", "USA", "Brazil", "Kenya"), (3, 3, 2, 2, 2)
    return [
        Ticket(
            number=n,
            opened=START + timedelta(minutes=rnd.random() * 365 * 1440),
            category=rnd.choices(("Hardware", "Software", "Network", "Database"), (3, 3, 2, 2))[0],
            place=rnd.choices(places, weights)[0],
            person=rnd.choice(PEOPLE),
            caller=f"Caller {int(rnd.expovariate(1 / 25)) % 90:02d}",
            priority=rnd.choice(("1 - Critical", "2 - High", "3 - Moderate", "4 - Low")),
            text=f"{rnd.choice(TEXTS)} on PC{rnd.randrange(100, 999)}",
            hours=rnd.lognormvariate(3, 0.7),
        )
        for n in range(count)
    ]


# What is planted.


def device(rnd: random.Random, tickets: list[Ticket]) -> None:
    for ticket in rnd.sample(tickets, 110):
        ticket.category, ticket.place, ticket.text = "Hardware", "Kenya", "Plotter 733 does not answer"


def slower_category(_: random.Random, tickets: list[Ticket]) -> None:
    for ticket in tickets:
        if ticket.category == "Software":
            ticket.hours = (ticket.hours or 0) * (1 + 4 * (ticket.opened - START).days / 365)


def slower_person(_: random.Random, tickets: list[Ticket]) -> None:
    for ticket in tickets:
        if ticket.person == "Cyd Fox":
            ticket.hours = 20 + (ticket.hours or 0) * 0.5 + (ticket.opened - START).days * 0.6


def piling_up(rnd: random.Random, tickets: list[Ticket]) -> None:
    for ticket in tickets:
        day = (ticket.opened - START).days
        if rnd.random() < 0.55 * day / 365:
            ticket.person = "Dia Kim"
        if ticket.person == "Dia Kim":
            ticket.hours = (ticket.hours or 0) * (1 + 5 * day / 365)


def spike(rnd: random.Random, tickets: list[Ticket]) -> None:
    for ticket in rnd.sample(tickets, 60):
        ticket.opened = datetime(2024, 6, 11) + timedelta(hours=rnd.random() * 70)
        ticket.category = "Network"


def one_caller(rnd: random.Random, tickets: list[Ticket]) -> None:
    for ticket in rnd.sample(tickets, 160):
        ticket.caller = "Bud Richman"


def pair(rnd: random.Random, tickets: list[Ticket]) -> None:
    for ticket in rnd.sample(tickets, 100):
        ticket.category, ticket.place = "Database", "Brazil"


def rhythm(rnd: random.Random, tickets: list[Ticket]) -> None:
    for ticket in rnd.sample(tickets, 80):
        ticket.opened = START + timedelta(weeks=rnd.randrange(52), days=3, hours=4 + rnd.random())  # a Thursday
        ticket.category = "Software"


def nothing(_: random.Random, __: list[Ticket]) -> None:
    pass


# In which shape.


def servicenow(folder: Path, tickets: list[Ticket]) -> Path:
    columns = {
        "category": [t.category for t in tickets],
        "state": ["Closed" for _ in tickets],
        "closed_at": [f"{t.closed:%Y-%m-%d %H:%M:%S}.123456789" if t.closed else "" for t in tickets],
        "opened_at": [f"{t.opened:%Y-%m-%d %H:%M:%S}" for t in tickets],
        "number": [f"INC{t.number:07d}" for t in tickets],
        "location": [t.place for t in tickets],
        "assigned_to": [t.person for t in tickets],
        "caller_id": [t.caller for t in tickets],
        "short_description": [t.text for t in tickets],
        "assignment_group": [t.category for t in tickets],
        "priority": [t.priority for t in tickets],
    }
    return _csv(folder / "servicenow.csv", pd.DataFrame(columns))


def jira(folder: Path, tickets: list[Ticket]) -> Path:
    issues = [
        {
            "key": f"OPS-{t.number}",
            "fields": {
                "created": t.opened.strftime("%Y-%m-%dT%H:%M:%S.000+0000"),
                "resolutiondate": t.closed.strftime("%Y-%m-%dT%H:%M:%S.000+0000") if t.closed else None,
                "issuetype": {"name": t.category, "self": "https://x/1"},
                "assignee": {"displayName": t.person},
                "reporter": {"displayName": t.caller},
                "priority": {"name": t.priority.split(" - ")[1].replace("Critical", "Highest")},
                "summary": t.text,
                "components": [{"name": t.place}],
            },
        }
        for t in tickets
    ]
    path = folder / "jira.json"
    path.write_text(json.dumps({"total": len(issues), "issues": issues}), "utf-8")
    return path


def zendesk(folder: Path, tickets: list[Ticket]) -> Path:
    columns = {
        "Ticket ID": [40000 + t.number for t in tickets],
        "Created at": [t.opened.strftime("%Y-%m-%d %H:%M") for t in tickets],
        "Solved at": [t.closed.strftime("%Y-%m-%d %H:%M") if t.closed else "" for t in tickets],
        "Subject": [t.text for t in tickets],
        "Requester": [t.caller for t in tickets],
        "Assignee": [t.person for t in tickets],
        "Ticket type": [t.category for t in tickets],
        "Country": [t.place for t in tickets],
        "Priority": [{"1": "Urgent", "2": "High", "3": "Normal", "4": "Low"}[t.priority[0]] for t in tickets],
    }
    return _csv(folder / "zendesk.csv", pd.DataFrame(columns))


def semicolons(folder: Path, tickets: list[Ticket]) -> Path:
    columns = {
        "Nr": [f"T-{t.number}" for t in tickets],
        "Date opened": [t.opened.strftime("%d.%m.%Y %H:%M") for t in tickets],
        "Date closed": [t.closed.strftime("%d.%m.%Y %H:%M") if t.closed else "" for t in tickets],
        "Category": [t.category for t in tickets],
        "Site": [t.place.replace("Kenya", "Köln") for t in tickets],
        "Owner": [t.person for t in tickets],
        "Reported by": [t.caller for t in tickets],
    }
    path = folder / "semicolons.csv"
    pd.DataFrame(columns).to_csv(path, index=False, sep=";", encoding="cp1252")
    return path


def workbook(folder: Path, tickets: list[Ticket]) -> Path:
    columns = {
        "Case number": [f"C{t.number:05d}" for t in tickets],
        "Opened on": [t.opened for t in tickets],
        "Resolved on": [t.closed for t in tickets],
        "Type": [t.category for t in tickets],
        "Office": [t.place for t in tickets],
        "Technician": [t.person for t in tickets],
        "Customer": [t.caller for t in tickets],
        "Summary": [t.text for t in tickets],
    }
    path = folder / "workbook.xlsx"
    with pd.ExcelWriter(path) as writer:
        pd.DataFrame({"About": ["An export"]}).to_excel(writer, sheet_name="Cover", index=False)
        pd.DataFrame(columns).to_excel(writer, sheet_name="Tickets", index=False)
    return path


def nameless(folder: Path, tickets: list[Ticket]) -> Path:
    columns = {
        "col_1": [t.place for t in tickets],
        "col_2": [str(t.closed) if t.closed else "" for t in tickets],
        "col_3": [t.person for t in tickets],
        "col_4": [str(t.opened) for t in tickets],
        "col_5": [t.category for t in tickets],
        "col_6": [f"X{t.number:06d}" for t in tickets],
        "col_7": [t.text for t in tickets],
    }
    return _csv(folder / "nameless.csv", pd.DataFrame(columns))


def _csv(path: Path, frame: pd.DataFrame) -> Path:
    frame.to_csv(path, index=False)
    return path


SAMPLES = [
    Sample("device", servicenow, device, [("733", "named")], 1, also=("Kenya", "Hardware")),
    Sample("slower category", jira, slower_category, [("resolution time", "Software", "grows")], 2, also=("Software",)),
    Sample("slower person", zendesk, slower_person, [("resolution time", "Cyd Fox", "grows")], 3, also=("Cyd Fox",)),
    Sample("piling up", servicenow, piling_up, [("Dia Kim", "open")], 4, also=("Dia Kim", "all tickets")),
    Sample("spike", workbook, spike, [("sudden rise", "2024-06-1")], 5, also=("Network", "2024-06-1")),
    Sample("one caller", zendesk, one_caller, [("Bud Richman",)], 6, also=("Bud Richman",)),
    Sample("pair", semicolons, pair, [("Database", "Brazil")], 7, also=("Database", "Brazil")),
    Sample("rhythm", servicenow, rhythm, [("Software", "Thursday")], 8, also=("Software", "03-06 h", "Thursday")),
    Sample("device, nameless", nameless, device, [("733", "named")], 9, also=("Kenya", "Hardware")),
    Sample("pair, nameless", nameless, pair, [("Database", "Brazil")], 10, also=("Database", "Brazil")),
]
SHAPES = (servicenow, jira, zendesk, semicolons, workbook, nameless)
NOISE = [Sample(f"noise {i}", SHAPES[i % len(SHAPES)], nothing, [], 100 + i) for i in range(6)]
