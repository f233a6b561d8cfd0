"""Reads tables: text with separators, Parquet, Excel, JSON."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import columns
import pandas as pd

_CHUNK = 200_000  # rows
_HEAD = 64 * 1024  # bytes
_LARGEST_JSON = 300 * 1024 * 1024  # bytes
_ENCODINGS = ("utf-8-sig", "cp1252")


def read_text_table(path: Path) -> str:
    """Read CSV and its kin: encoding, separator and header are found out, and said."""
    encoding = _encoding(path)
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        head = file.read(_HEAD)
    if "\0" in head:
        raise ValueError("it holds zero bytes, so it is no text")
    separator, comment = _separator(head)
    has_header = _has_header(head, separator, comment)
    options: dict[str, Any] = {
        "sep": separator, "encoding": encoding, "encoding_errors": "replace", "chunksize": _CHUNK,
        "comment": comment, "header": 0 if has_header else None, "skipinitialspace": True, "low_memory": False,
        "na_values": ["", " ", "NA", "N/A", "nan", "NaN", "null", "NULL", "None", "-"], "keep_default_na": True,
    }  # fmt: skip
    facts = _gather(pd.read_csv(path, **options))
    notes = [f"Separator {_named(separator)}, encoding {'UTF-8' if encoding == 'utf-8-sig' else encoding}."]
    if not has_header:
        notes.append("It has no header line: the columns are numbered from 0.")
    return f"{facts}\n\n{' '.join(notes)}"


def read_parquet(path: Path) -> str:
    """Read Parquet, batch by batch."""
    import pyarrow.parquet  # noqa: PLC0415 - each format's library is large

    file = pyarrow.parquet.ParquetFile(path)
    return _gather(batch.to_pandas() for batch in file.iter_batches(batch_size=_CHUNK))


def read_excel(path: Path) -> str:
    """Read every sheet of a workbook."""
    sheets = pd.read_excel(path, sheet_name=None)
    return "\n\n".join(f"Sheet {name!r}: {_gather([frame])}" for name, frame in sheets.items())


def read_json(path: Path) -> str:
    """Read a list of records, one a line or the first list of records inside."""
    if path.stat().st_size > _LARGEST_JSON:
        raise ValueError("it is too large to be looked into")
    text = path.read_text(encoding="utf-8-sig")
    try:
        value = json.loads(text)
    except ValueError:
        value = [json.loads(line) for line in text.splitlines() if line.strip()]
    if isinstance(value, dict):
        lists = [inner for inner in value.values() if isinstance(inner, list) and inner and isinstance(inner[0], dict)]
        if not lists:
            return f"A JSON object with the keys {', '.join(map(str, list(value)[:40]))}."
        value = lists[0]
    return _gather([pd.json_normalize(value)])


def _gather(frames: Iterable[pd.DataFrame]) -> str:
    found: dict[str, columns.Column] = {}
    rows = 0
    for frame in frames:
        rows += len(frame)
        for position, name in enumerate(frame.columns):
            column = found.setdefault(str(name), columns.Column(str(name)))
            column.take(frame.iloc[:, position])
    if not found:
        raise ValueError("it has no columns")
    return f"{rows} rows, {len(found)} columns.\n\n{columns.show(list(found.values()))}"


def _encoding(path: Path) -> str:
    for encoding in _ENCODINGS:
        try:
            with path.open(encoding=encoding) as file:
                while file.read(1 << 20):
                    pass
        except UnicodeDecodeError:
            continue
        return encoding
    return "latin-1"


def _separator(head: str) -> tuple[str, str | None]:
    """Return the separator and the sign that comments begin with."""
    lines = [line for line in head.splitlines()[:-1] or head.splitlines() if line.strip()]
    comment = "#" if lines and lines[0].startswith("#") else None
    lines = [line for line in lines if not (comment and line.startswith(comment))][:50]
    for separator in (",", ";", "\t", "|"):
        counts = {len(row) for row in csv.reader(lines, delimiter=separator)}
        if len(counts) == 1 and counts != {1}:
            return separator, comment
    most = max((",", ";", "\t", "|"), key=lambda sign: sum(line.count(sign) for line in lines))
    if any(most in line for line in lines):
        return most, comment
    return (r"\s+" if any(len(line.split()) > 1 for line in lines) else ","), comment


def _has_header(head: str, separator: str, comment: str | None) -> bool:
    line = next((line for line in head.splitlines() if line.strip() and not (comment and line.startswith(comment))), "")
    cells = line.split() if separator == r"\s+" else next(csv.reader([line], delimiter=separator), [])
    return not any(_is_number(cell) for cell in cells)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _named(separator: str) -> str:
    return {"\t": "tab", r"\s+": "blanks"}.get(separator, repr(separator))
