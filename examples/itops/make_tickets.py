"""Makes tickets.csv: a year of a fictitious company's service desk, with known patterns hidden in noise.

python make_tickets.py > tickets.csv
"""

import csv
import random
import sys
from datetime import datetime, timedelta

START, DAYS, COUNT = datetime(2025, 1, 6), 360, 1180  # noqa: DTZ001 - a help desk writes local times
SITES = {"Aarhus": 3, "Leeds": 3, "Porto": 2, "Gdansk": 2}
TEAMS = {
    "Workplace": ["Ingrid Dahl", "Tomas Reis", "Priya Nair"],
    "Applications": ["Owen Hart", "Lucia Prado", "Marek Zielinski"],
    "Infrastructure": ["Jonas Brandt", "Amara Okafor", "Hugo Lindqvist"],
}
KINDS = {
    "Workplace": ["Laptop", "Printing", "Access badge"],
    "Applications": ["Order entry", "Payroll", "Warehouse app"],
    "Infrastructure": ["Network", "Storage", "Batch jobs"],
}
TEXTS = {
    "Laptop": ["does not wake from sleep", "battery lasts an hour", "docking station loses the screen"],
    "Printing": ["paper jam", "prints blank pages", "queue is stuck"],
    "Access badge": ["door stays closed", "badge is not read", "reader blinks red"],
    "Order entry": ["screen freezes on save", "price is wrong", "cannot open an order"],
    "Payroll": ["payslip is missing", "cannot log in", "hours are wrong"],
    "Warehouse app": ["scanner loses connection", "stock differs", "slow since this morning"],
    "Network": ["wireless drops", "no connection in meeting room", "remote access fails"],
    "Storage": ["drive is full", "file cannot be restored", "share is not reachable"],
    "Batch jobs": ["nightly run was late", "job ended with an error", "report was not sent"],
}
TARGET = {"1 - Critical": 24, "2 - High": 48, "3 - Moderate": 120, "4 - Low": 200}


def main() -> None:
    """Write the table to standard output."""
    rnd = random.Random(2025)
    rows = [_ticket(rnd, START + timedelta(days=rnd.random() * DAYS)) for _ in range(COUNT - 230)]
    rows += [_badge(rnd) for _ in range(85)]
    rows += [_batch(rnd, week) for week in range(2, 50) for _ in range(2)]
    rows += [_release(rnd) for _ in range(49)]
    rows.sort(key=lambda row: row["opened"])
    writer = csv.DictWriter(sys.stdout, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    for number, row in enumerate(rows, 40001):
        writer.writerow(row | {"number": f"SD{number}"})


def _ticket(rnd: random.Random, opened: datetime, kind: str = "", site: str = "", text: str = "") -> dict[str, str]:
    team = next((name for name, kinds in KINDS.items() if kind in kinds), "") or rnd.choice(list(TEAMS))
    kind = kind or rnd.choice(KINDS[team])
    opened = opened.replace(hour=rnd.choice(range(7, 18)), minute=rnd.randrange(60)) if not text else opened
    # One person of the infrastructure team gets more of its work in every month.
    share = (opened - START) / timedelta(days=DAYS)
    person = "Amara Okafor" if team == "Infrastructure" and rnd.random() < 0.7 * share else rnd.choice(TEAMS[team])
    priority = rnd.choices(list(TARGET), (1, 3, 5, 2))[0]
    hours = rnd.lognormvariate(2.9, 0.6) * {"1": 0.2, "2": 0.5, "3": 1, "4": 1.4}[priority[0]]
    hours *= 1 + 2.2 * share if team == "Applications" else 1  # this team takes longer and longer
    hours *= 1 + 5 * share if person == "Amara Okafor" else 1
    resolved = opened + timedelta(hours=hours)
    missed = hours > TARGET[priority] or (priority == "2 - High" and team == "Workplace" and rnd.random() < 0.5)
    ended = resolved < START + timedelta(days=DAYS)
    thing = f"{'DESK' if team == 'Workplace' else 'SRV'}-{rnd.randrange(100, 400)}"
    return {
        "number": "",
        "opened": f"{opened:%Y-%m-%d %H:%M}",
        "resolved": f"{resolved:%Y-%m-%d %H:%M}" if ended else "",
        "state": "Closed" if ended else "In Progress",
        "priority": priority,
        "category": kind,
        "assignment group": team,
        "assigned to": person,
        "requested by": f"Employee {rnd.randrange(1, 260):03d}",
        "site": site or rnd.choices(list(SITES), list(SITES.values()))[0],
        "short description": text or f"{kind}: {rnd.choice(TEXTS[kind])} ({thing})",
        "sla missed": "yes" if missed else "no",
    }


def _badge(rnd: random.Random) -> dict[str, str]:
    opened = START + timedelta(days=rnd.random() * DAYS, hours=rnd.random() * 10)
    text = f"Access badge: {rnd.choice(TEXTS['Access badge'])} (READER-17)"
    return _ticket(rnd, opened, "Access badge", "Porto", text)


def _batch(rnd: random.Random, week: int) -> dict[str, str]:
    opened = START + timedelta(weeks=week, hours=2, minutes=rnd.randrange(60))
    return _ticket(
        rnd, opened, "Batch jobs", "", f"Batch jobs: {rnd.choice(TEXTS['Batch jobs'])} (SRV-{rnd.randrange(100, 400)})"
    )


def _release(rnd: random.Random) -> dict[str, str]:
    opened = datetime(2025, 9, 16) + timedelta(days=rnd.random() * 3, hours=rnd.random() * 8)  # noqa: DTZ001 - as above
    return _ticket(
        rnd,
        opened,
        "Order entry",
        "",
        f"Order entry: {rnd.choice(TEXTS['Order entry'])} (SRV-{rnd.randrange(100, 400)})",
    )


if __name__ == "__main__":
    main()
