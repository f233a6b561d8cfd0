"""Reads Denario's data description: what was given, and the facts of each file that the engine counted."""

import json
import re
from dataclasses import dataclass, field
from typing import Any

_GIVEN = re.compile(r"^## Given\s*\n+```json\s*\n(\{.*\})\s*\n```", re.MULTILINE)
_FILE = re.compile(r"^### (.+) \(([\w ]+)\)[ \t]*$", re.MULTILINE)
_NUMBERS = re.compile(r"(-?[\d.]+(?:e[+-]?\d+)?) to (-?[\d.]+(?:e[+-]?\d+)?)")
_TIME = re.compile(r"(^|[_\W])(t|time|date|datetime|timestamp|year|jd|mjd|bjd|epoch)([_\W]|$)", re.IGNORECASE)
_KEY = re.compile(
    r"(^|[_\W])(id|ids|index|idx|no|nr|number|num|key|uuid|row|record|unnamed: 0)([_\W]|$)|[a-z](Id|ID|No|Nr)$"
)
FEW = 20


@dataclass
class Column:
    """A column as the description tells of it."""

    name: str
    kind: str  # number, time, group, key, text, blank, constant
    filled: int = 0
    rows: int = 0


@dataclass
class File:
    """A data file as the description tells of it."""

    name: str
    kind: str
    columns: list[Column] = field(default_factory=list)
    image: bool = False

    def of(self, *kinds: str) -> list[str]:
        """Return the names of the columns of some kinds."""
        return [c.name for c in self.columns if c.kind in kinds]


def given(text: str) -> dict[str, Any]:
    """Return the JSON object under "## Given"; empty if there is none."""
    for match in _GIVEN.finditer(text):
        try:
            found = json.loads(match[1])
        except ValueError:  # a document may look like a task
            continue
        if isinstance(found, dict) and "outputs_dir" in found:
            return found
    return {}


def file_names(text: str) -> list[str]:
    """Return the names of the files that were given."""
    return [str(one.get("name", "")) for several in given(text).get("files", {}).values() for one in several]


def files(text: str) -> list[File]:
    """Return the files with their columns."""
    begin = text.rfind("## Data files")
    part = text[max(begin, 0) :].partition("\n## Given")[0]
    found = []
    places = list(_FILE.finditer(part))
    for match, after in zip(places, [*(p.start() for p in places[1:]), len(part)], strict=False):
        body = part[match.end() : after]
        file = File(match[1], match[2])
        file.columns = _columns(body)
        file.image = not file.columns and bool(re.search(r"shape \d+ × \d+|\d+ × \d+", body))
        found.append(file)
    return found


def _columns(body: str) -> list[Column]:
    rows = [_cells(line) for line in body.splitlines() if line.startswith("|")]
    if len(rows) < 3 or rows[0][0] not in ("column", "name"):
        return []
    head = rows[0]
    if head[0] == "name":  # arrays: one-dimensional ones are columns
        flat = [r for r in rows[2:] if len(r) > 1 and "×" not in r[1]]
        return [Column(re.sub(r" \(.*\)$", "", r[0]), "time" if _TIME.search(r[0]) else "number") for r in flat]
    return [_column(dict(zip(head, row, strict=False))) for row in rows[2:]]


def _column(told: dict[str, str]) -> Column:
    name, kind, values = told.get("column", ""), told.get("type", ""), told.get("values", "")
    filled, _, rows = told.get("filled", "0 of 0").partition(" of ")
    column = Column(name, "text", _whole(filled), _whole(rows))
    ends = _NUMBERS.search(values)
    different = re.search(r"(\d+) different", values)
    if kind == "blank" or not column.filled:
        column.kind = "blank"
    elif kind == "date":
        column.kind = "time"
    elif ends and kind in ("integer", "number"):
        low, high = float(ends[1]), float(ends[2])
        if low == high:
            column.kind = "constant"
        elif kind == "integer" and high - low + 1 == column.filled and not _TIME.search(name):
            column.kind = "key"
        elif kind == "integer" and _KEY.search(name):
            column.kind = "key" if high - low + 1 >= column.filled else "group"
        else:
            column.kind = "time" if _TIME.search(name) else "number"
    elif different:
        count = int(different[1])
        column.kind = "constant" if count == 1 else "group" if count <= FEW else "text"
    return column


def _whole(text: str) -> int:
    digits = re.sub(r"\D", "", text)
    return int(digits) if digits else 0


def _cells(line: str) -> list[str]:
    cells = re.split(r"(?<!\\)\|", line.strip().strip("|"))
    return [cell.strip().replace("\\|", "|") for cell in cells]
