"""Reads a ticket export into a table of texts: CSV of any delimiter and charset, XLSX, JSON of several shapes."""

import csv
import io
import json
from datetime import date, datetime
from pathlib import Path

import pandas as pd

DELIMITERS = ",;\t|"
SAMPLE = 64_000  # characters looked at to find the delimiter
LISTS = ("issues", "tickets", "incidents", "results", "records", "result", "data", "items")  # where JSON keeps its rows
BLANK = {"", "nan", "none", "null", "n/a", "na", "-", "--", "nat"}


def read_table(path, notes):
    """Return the table with every cell a text or None; what was odd is added to `notes`."""
    path = Path(path)
    suffix = path.suffix.lower()
    if suffix in {".xlsx", ".xlsm"}:
        frame = _excel(path, notes)
    elif suffix in {".json", ".ndjson", ".jsonl"}:
        frame = _json(path, notes)
    else:
        frame = _csv(path, notes)
    frame.columns = _unique(str(name).strip() or f"column {i + 1}" for i, name in enumerate(frame.columns))
    frame = frame.map(_clean)
    empty = [name for name in frame.columns if frame[name].isna().all()]
    if empty:
        notes.append(f"Left out, because every cell is blank: {', '.join(empty)}.")
    before = len(frame)
    frame = frame.drop(columns=empty).dropna(how="all").reset_index(drop=True)
    if len(frame) < before:
        notes.append(f"{before - len(frame)} rows without any value were left out.")
    return frame


def _csv(path, notes):
    text, charset = _decode(path.read_bytes())
    if charset != "utf-8":
        notes.append(f"The file is not in UTF-8; it was read as {charset}.")
    delimiter = _delimiter(text[:SAMPLE])
    csv.field_size_limit(10_000_000)
    rows = [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter) if any(map(str.strip, row))]
    if not rows:
        raise SystemExit("The file holds no rows.")
    width = len(rows[0])
    uneven = sum(len(row) != width for row in rows[1:])
    if uneven:
        notes.append(f"{uneven} rows have another number of cells than the header; missing cells were left blank.")
    body = [(row + [""] * width)[:width] for row in rows[1:]]
    return pd.DataFrame(body, columns=rows[0], dtype=object)


def _decode(data):
    for charset in ("utf-8-sig", "utf-16") if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else ("utf-8-sig",):
        try:
            return data.decode(charset), "utf-8" if charset == "utf-8-sig" else charset
        except UnicodeDecodeError:
            continue
    return data.decode("cp1252", "replace"), "cp1252"


def _delimiter(sample):
    lines = sample.splitlines()[:50]
    best = max(DELIMITERS, key=lambda mark: (min(_count(line, mark) for line in lines[:5]), _count(lines[0], mark)))
    return best if _count(lines[0], best) else ","


def _count(line, mark):
    quoted, found = False, 0
    for letter in line:
        quoted ^= letter == '"'
        found += letter == mark and not quoted
    return found


def _excel(path, notes):
    best, sheets = None, pd.read_excel(path, sheet_name=None, header=None, dtype=object)
    for name, sheet in sheets.items():
        filled = sheet.notna().sum(axis=1)
        if sheet.empty or filled.max() < 2:
            continue
        head = int((filled >= max(2, filled.max() * 0.6)).idxmax())
        body = sheet.iloc[head + 1 :].copy()
        body.columns = [str(value) if pd.notna(value) else "" for value in sheet.iloc[head]]
        if best is None or len(body) > len(best[1]):
            best = (name, body)
    if best is None:
        raise SystemExit("No sheet of the workbook holds a table.")
    if len(sheets) > 1:
        notes.append(f"The workbook has {len(sheets)} sheets; the tickets were read from {best[0]!r}.")
    return best[1].reset_index(drop=True)


def _json(path, notes):
    text, _ = _decode(path.read_bytes())
    try:
        found = _rows(json.loads(text))
    except json.JSONDecodeError:
        found = [json.loads(line) for line in text.splitlines() if line.strip()]
        notes.append("The file holds one JSON object a line.")
    if not found:
        raise SystemExit("No list of tickets was found in the JSON.")
    return pd.DataFrame([_flat(row) for row in found], dtype=object)


def _rows(value):
    if isinstance(value, list):
        return [row for row in value if isinstance(row, dict)]
    if isinstance(value, dict):
        for key in [*(key for key in LISTS if key in value), *value]:
            if rows := _rows(value[key]):
                return rows
    return []


def _flat(value, prefix=""):
    flat = {}
    for key, item in value.items():
        name = f"{prefix}{key}"
        if isinstance(item, dict):
            label = next(
                (item[k] for k in ("displayName", "name", "value", "title", "key") if _scalar(item.get(k))), None
            )
            flat |= {name: label} if label is not None else _flat(item, f"{name}.")
        elif isinstance(item, list):
            parts = [
                p if _scalar(p) else next(iter(_flat(p).values()), "") if isinstance(p, dict) else "" for p in item
            ]
            flat[name] = ", ".join(str(part) for part in parts if part is not None)
        else:
            flat[name] = item
    return flat


def _scalar(value):
    return isinstance(value, (str, int, float)) and not isinstance(value, bool)


def _clean(value):
    if value is None or value is pd.NaT or (isinstance(value, float) and value != value):
        return None
    if isinstance(value, (datetime, pd.Timestamp)):
        return value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = " ".join(str(value).replace("\0", " ").split())
    return None if text.lower() in BLANK else text


def _unique(names):
    seen, result = {}, []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        result.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return result
