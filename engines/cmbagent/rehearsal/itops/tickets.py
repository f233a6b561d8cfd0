"""The tickets as the analysis sees them: roles instead of column names, filters applied, everything odd said."""

import json
import pickle
import re
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
from roles import DATES, GROUPS, PEOPLE, find_roles
from tables import read_table

STORE = Path("data/tickets.pkl")
LEVELS = {  # what a priority filter may ask for
    "critical": r"critical|highest|blocker|urgent|\bp?1\b|sev ?1",
    "high": r"^(?!.*highest).*high|major|\bp?2\b|sev ?2",
    "medium": r"medium|moderate|normal|\bp?3\b|sev ?3",
    "low": r"^(?!.*lowest).*low|minor|\bp?4\b|sev ?4",
    "planning": r"planning|lowest|trivial|\bp?5\b|sev ?5",
}
WANTED = {
    "place": "place",
    "product": "product",
    "assignee": "assignee",
    "category": "category",
    "priority": "priority",
}


@dataclass
class Tickets:
    """`frame` has a row a ticket: id, opened, closed, hours, title and the groups in `dims` (label → column)."""

    frame: pd.DataFrame
    dims: dict
    columns: dict  # role → the file's own name
    missing: list
    notes: list = field(default_factory=list)
    total: int = 0
    file: str = ""
    text: bool = False

    @property
    def period(self):
        """First and last day of opening, as texts; blanks where there is no opening date."""
        opened = self.frame["opened"].dropna()
        return ("", "") if opened.empty else (f"{opened.min():%Y-%m-%d}", f"{opened.max():%Y-%m-%d}")


def load():
    """Return what the first step stored."""
    with STORE.open("rb") as file:
        return pickle.load(file)


def read(given):
    """Read the export that `given` names, apply its filters, and say what was done."""
    notes = []
    source = given["files"]["tickets"][0]
    raw = read_table(source["path"], notes)
    roles, moments, others = find_roles(raw, notes)
    frame = pd.DataFrame(index=raw.index)
    frame["id"] = _ids(raw, roles, notes)
    for role in DATES:
        frame[role] = moments[roles[role]] if role in roles else pd.NaT
        frame[role] = pd.to_datetime(frame[role])
    frame["closed"] = _closing(frame, notes)
    for role in (*GROUPS, *PEOPLE, "priority", "state", "sla", "effort", "title", "description"):
        frame[role] = raw[roles[role]] if role in roles else None
    for column in others:
        frame[f"other:{column}"] = raw[column]
    frame["text"] = frame["title"].fillna("") + " " + frame["description"].fillna("")
    total = len(frame)
    frame = _duplicates(frame, notes)
    frame["hours"] = _hours(frame, notes)
    frame = _by_time(frame, given["inputs"].get("time_range"), notes)
    frame = _by_priority(frame, given["inputs"].get("priority_filter"), notes)
    dims = {role: role for role in (*GROUPS, "assignee", "requester", "priority") if frame[role].notna().any()}
    dims |= {column: f"other:{column}" for column in others}
    looked_for = ("opened", "priority", "category", "group", "assignee", "requester", "place", "product")
    missing = [role for role in looked_for if role not in roles]
    missing += [] if frame["hours"].notna().any() else ["a closing date (so no resolution times)"]
    missing += [] if {"title", "description"} & set(roles) else ["a free text"]
    missing += [] if {"sla", "due"} & set(roles) else ["an SLA flag or due date"]
    tickets = Tickets(frame.reset_index(drop=True), dims, roles, missing, notes, total, source["name"])
    tickets.text = bool({"title", "description"} & set(roles))
    return tickets


def _ids(raw, roles, notes):
    if "id" not in roles:
        notes.append("No column holds ticket numbers: tickets are named by their row, the header being row 1.")
        return pd.Series([f"row {i + 2}" for i in range(len(raw))], index=raw.index)
    ids = raw[roles["id"]]
    blank = int(ids.isna().sum())
    if blank:
        notes.append(f"{blank} tickets have no number; they are named by their row.")
    return ids.where(ids.notna(), pd.Series([f"row {i + 2}" for i in range(len(raw))], index=raw.index))


def _closing(frame, notes):
    closed = frame["resolved"].where(frame["resolved"].notna(), frame["closed"])
    if frame["resolved"].notna().any() and frame["closed"].notna().any():
        notes.append("Resolution is taken as the end of a ticket where it is given, its closing otherwise.")
    return closed


def _duplicates(frame, notes):
    double = frame.duplicated("id", keep="last")
    if double.any():
        notes.append(f"{int(double.sum())} rows repeat the number of a later row and were left out.")
    return frame[~double]


def _hours(frame, notes):
    hours = (frame["closed"] - frame["opened"]).dt.total_seconds() / 3600
    wrong = int((hours < 0).sum())
    if wrong:
        notes.append(f"{wrong} tickets end before they begin; their resolution times were left out.")
    unread = int(frame["opened"].isna().sum())
    if unread and unread < len(frame):
        notes.append(f"{unread} tickets have no readable opening date; they are left out of everything about time.")
    return hours.where(hours >= 0)


def _by_time(frame, asked, notes):
    if not asked:
        return frame
    span = _span(str(asked), frame["opened"].max())
    if span is None or frame["opened"].isna().all():
        notes.append(f"The time range {asked!r} could not be applied; all tickets were analysed.")
        return frame
    kept = frame[frame["opened"].between(*span)]
    notes.append(f"Time range {asked!r}: opened {span[0]:%Y-%m-%d} to {span[1]:%Y-%m-%d}, {len(kept)} tickets.")
    return kept


def _span(text, newest):
    low = text.lower().strip()
    if match := re.search(r"last (\d+) (day|week|month|year)s?", low):
        start = newest.normalize() - pd.DateOffset(**{f"{match[2]}s": int(match[1])})
        return start, newest
    if match := re.search(r"q([1-4])[ /-]*(\d{4})|(\d{4})[ /-]*q([1-4])", low):
        quarter, year = int(match[1] or match[4]), int(match[2] or match[3])
        return pd.Timestamp(year, 3 * quarter - 2, 1), pd.Timestamp(year, 3 * quarter - 2, 1) + pd.DateOffset(
            months=3, seconds=-1
        )
    found = re.findall(r"\d{4}(?:-\d{1,2}(?:-\d{1,2})?)?", low)
    if not found:
        return None
    try:
        starts = [pd.Timestamp(part if "-" in part else f"{part}-01-01") for part in found]
    except ValueError:
        return None
    unit = {0: "years", 1: "months", 2: "days"}[found[-1].count("-")]
    return starts[0], starts[-1] + pd.DateOffset(**{unit: 1}) - pd.Timedelta(seconds=1)


def _by_priority(frame, asked, notes):
    levels = [asked] if isinstance(asked, str) else list(asked or [])
    if not levels:
        return frame
    if frame["priority"].isna().all():
        notes.append("The priority filter could not be applied: no column holds priorities. All tickets were analysed.")
        return frame
    pattern = "|".join(LEVELS.get(level.lower(), re.escape(level)) for level in levels)
    kept = frame[frame["priority"].fillna("").str.contains(pattern, case=False, regex=True)]
    notes.append(f"Priorities {', '.join(levels)}: {len(kept)} of {len(frame)} tickets.")
    return kept


def main(given):
    """Read, store, and print what the next agents need to know."""
    import tickets as module

    tickets = module.read(given)
    if tickets.frame.empty:
        tickets.notes.append("No ticket is left after the filters.")
    STORE.parent.mkdir(exist_ok=True)
    with STORE.open("wb") as file:
        pickle.dump(tickets, file)
    frame = tickets.frame
    print(f"{tickets.file}: {tickets.total} tickets, {len(frame)} used, opened {' to '.join(tickets.period)}")
    print("columns:", json.dumps(tickets.columns, ensure_ascii=False))
    print("not in the file:", ", ".join(tickets.missing) or "nothing that was looked for")
    for label, column in tickets.dims.items():
        top = frame[column].value_counts().head(4)
        print(f"{label}: {frame[column].nunique()} values;", ", ".join(f"{v} {n}" for v, n in top.items()))
    if frame["hours"].notna().any():
        q = np.nanpercentile(frame["hours"], [50, 90])
        print(
            f"resolution time: median {q[0]:.1f} h, 90th percentile {q[1]:.1f} h; open: {int(frame['hours'].isna().sum())}"
        )
    for note in tickets.notes:
        print("note:", note)


if __name__ == "__main__":
    main(GIVEN)  # noqa: F821 - set by the line in front of this program
