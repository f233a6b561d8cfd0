"""Finds which column plays which role, by its name and by what it holds; what cannot be decided stays open."""

import re

import numpy as np
from dates import read_dates

NAMES = {  # role: words in a column's name, the most telling first
    "id": (
        "^number$",
        "ticket ?(id|number|no|#)",
        "incident ?(id|number)?$",
        "^(issue )?key$",
        "^id$",
        "case ?(id|number)",
    ),
    "opened": (
        "opened",
        "created",
        "date opened",
        "open(ed)? (at|date|time)",
        "reported|raised|submitted|logged",
        "start",
    ),
    "resolved": ("resolved", "resolution ?date", "solved", "resolutiondate", "fixed (at|on)", "completed"),
    "closed": ("closed( |_|$)", "closed ?(at|on|date)", "end( |_)?(date|time)", "date closed"),
    "updated": ("updated", "modified", "last ?change"),
    "due": ("due", "target", "sla ?(date|deadline)"),
    "state": ("^state$", "status", "^state"),
    "priority": ("priority", "severity", "urgency", "impact"),
    "category": ("^category$", "issue ?type", "category", "^type$", "ticket ?type", "topic"),
    "subcategory": ("sub ?category", "subtype", "component", "category ?2"),
    "group": ("assignment ?group", "group", "team", "queue", "department"),
    "assignee": ("assigned ?to", "assignee", "agent", "owner", "engineer", "technician", "handled by", "resolver"),
    "closed_by": ("closed ?by", "resolved ?by"),
    "requester": (
        "caller",
        "requester",
        "reporter",
        "opened ?by",
        "requested ?(by|for)",
        "customer",
        "user",
        "raised by",
    ),
    "place": ("location", "site", "country", "region", "office", "city", "building", "branch", "place"),
    "product": (
        "product",
        "application",
        "configuration ?item|^ci$|cmdb",
        "service",
        "asset",
        "device",
        "system",
        "software",
    ),
    "title": ("short ?desc", "summary", "subject", "title", "headline"),
    "description": ("^(?!short).*description", "details", "body", "comment|notes"),
    "sla": ("sla", "breach", "made ?sla", "within ?(sla|target)"),
    "effort": ("effort", "time ?spent|worked|work ?hours", "hours ?(worked|spent)"),
}
NEVER = {"updated_by": ("updated ?by", "modified ?by")}
DATES = ("opened", "resolved", "closed", "updated", "due")
PEOPLE = ("assignee", "requester", "closed_by")
GROUPS = ("category", "subcategory", "group", "place", "product")
_PRIORITY = re.compile(
    r"^(p?[1-5])$|critical|urgent|high|medium|moderate|normal|low|major|minor|trivial|blocker|planning|sev",
    re.IGNORECASE,
)
_STATE = re.compile(
    r"^(new|open|closed|resolved|pending|on ?hold|in ?progress|done|to ?do|solved|cancell?ed|waiting.*|reopened|assigned|work in progress|completed)$",
    re.IGNORECASE,
)
_PERSON = re.compile(r"^[A-Z][\w'’.-]+(, ?| )([A-Z][\w'’.-]*\.? ?){1,3}$|^[\w.-]+@[\w.-]+$")
_FLAG = re.compile(r"^(true|false|yes|no|y|n|0|1|met|missed|breached|not breached|within|violated)$", re.IGNORECASE)
_ID = re.compile(r"^[A-Za-z#_-]*\d[\w-]*$")


def find_roles(frame, notes):
    """Return ({role: column}, {column: moments}, columns that look like groups but have no role)."""
    names = {column: _words(column) for column in frame.columns}
    moments = {}
    for column in frame.columns:
        read = read_dates(frame[column])
        if read:
            moments[column] = read[0]
            if read[1]:
                notes.append(f"Dates of {column!r}: {read[1]}.")
    scores = []
    for column in frame.columns:
        if any(re.search(p, names[column]) for patterns in NEVER.values() for p in patterns):
            continue
        for role, patterns in NAMES.items():
            fits = _fits(role, frame[column], column in moments)
            rank = next((i for i, pattern in enumerate(patterns) if re.search(pattern, names[column])), None)
            if rank is not None and fits > 0:
                scores.append((10 - rank + fits, role, column))
            elif fits > 1 and role in {"id", "priority", "state"}:  # content tells by itself
                scores.append((fits, role, column))
    roles = {}
    for _, role, column in sorted(scores, key=lambda s: (-s[0], s[1], s[2])):
        if role not in roles and column not in roles.values():
            roles[role] = column
    _dates_by_content(roles, moments, notes)
    _texts_by_content(frame, roles, moments)
    _people_by_content(frame, roles, moments, notes)
    others = [column for column in frame.columns if column not in roles.values() and _is_group(frame[column])]
    others = [column for column in others if column not in moments and not _never(names[column])]
    return roles, moments, others


def _words(name):
    split = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    return re.sub(r"[\s_./-]+", " ", split).strip().lower()


def _never(name):
    return any(re.search(p, name) for patterns in NEVER.values() for p in patterns)


def _fits(role, column, is_date):
    """Return how well the content fits: 0 not at all, 1 possible, 2 telling."""
    filled = column.dropna()
    if filled.empty:
        return 0
    if role in DATES:
        return 2 if is_date else 0
    if is_date:
        return 0
    unique, share = filled.nunique(), filled.nunique() / len(filled)
    sample = filled.drop_duplicates().head(200)

    def matching(pattern):
        return np.mean([bool(pattern.search(text)) for text in sample])

    if role == "id":
        return 2 if share > 0.97 and matching(_ID) > 0.9 and filled.str.len().median() < 25 else 0
    if role == "priority":
        return 2 if unique <= 12 and matching(_PRIORITY) > 0.8 else 0
    if role == "state":
        return 2 if unique <= 20 and matching(_STATE) > 0.6 else 1 if unique <= 20 else 0
    if role == "sla":
        return 2 if unique <= 4 and matching(_FLAG) > 0.9 else 0
    if role in {"title", "description"}:
        return 1 if _words_per_cell(filled) >= 2 else 0
    if role == "effort":
        return 1 if np.mean([text.replace(".", "", 1).isdigit() for text in sample]) > 0.9 else 0
    if role in PEOPLE:
        return 1 if unique > 1 and share < 0.9 and _words_per_cell(filled) < 5 else 0
    return 1 if unique < max(60, 0.5 * len(filled)) and _words_per_cell(filled) < 7 else 0


def _words_per_cell(filled):
    return filled.head(300).str.split().str.len().mean()


def _is_group(column):
    filled = column.dropna()
    return 2 <= filled.nunique() <= 60 and filled.nunique() < 0.2 * len(filled) and _words_per_cell(filled) < 6


def _dates_by_content(roles, moments, notes):
    """Where names do not tell: tickets are opened before everything else happens to them."""
    left = [column for column in moments if column not in roles.values()]
    if "opened" not in roles and left:
        first = max(left, key=lambda c: np.mean([(moments[c] <= moments[o]).mean() for o in left if o != c] or [1]))
        roles["opened"] = first
        left.remove(first)
        notes.append(f"{first!r} was taken for the opening date: its moments come before all others.")
    if "opened" in roles and not {"resolved", "closed"} & set(roles):
        opened = moments[roles["opened"]]
        later = [c for c in left if (moments[c].dropna() >= opened[moments[c].notna()]).mean() > 0.95]
        if later:
            roles["closed"] = max(later, key=lambda c: moments[c].isna().sum())
            notes.append(f"{roles['closed']!r} was taken for the closing date: its moments follow the opening.")


def _texts_by_content(frame, roles, moments):
    free = [c for c in frame.columns if c not in roles.values() and c not in moments]
    texts = [c for c in free if frame[c].notna().sum() and _words_per_cell(frame[c].dropna()) >= 3]
    texts = [c for c in texts if frame[c].nunique() > 0.1 * frame[c].notna().sum()]
    texts.sort(key=lambda c: frame[c].dropna().str.len().mean())
    for role in ("title", "description"):
        if role not in roles and texts:
            roles[role] = texts.pop(0)


def _people_by_content(frame, roles, moments, notes):
    if {"assignee", "requester"} & set(roles):
        return
    free = [c for c in frame.columns if c not in roles.values() and c not in moments and _is_group(frame[c])]
    people = [c for c in free if np.mean([bool(_PERSON.match(v)) for v in frame[c].dropna().unique()[:100]]) > 0.7]
    if people:
        notes.append(
            f"{', '.join(map(repr, people))} hold names of people; whether they ask for help or give it cannot be told."
        )
