"""Read tables of text: any separator, encoding, decimal mark, with or without a header, of any size."""

import csv
import gzip
import io
import re
import warnings
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

WHOLE_UP_TO = 48 << 20  # bytes; of a larger file a sample of the rows is read
SAMPLE = 100_000  # rows
SEED = 20
_HEAD = 1 << 18
_NUMBER = re.compile(r"\s*[-+]?(\d+[.,]?\d*|[.,]\d+)([eE][-+]?\d+)?\s*%?\s*$")
_BLANK = {"", "na", "n/a", "nan", "null", "none", "-", "--", "nd", "?"}
_MOSTLY = 0.8


@dataclass
class Delimited:
    """A table of text as it was read."""

    frame: pd.DataFrame
    rows: int
    notes: list[str] = field(default_factory=list)


def read_delimited(path: str) -> Delimited | str:
    """Read the file at `path`, or return why it is no table."""
    opened = gzip.open if path.endswith(".gz") else open
    with opened(path, "rb") as file:
        head = file.read(_HEAD)
    encoding, notes = _encoding(head)
    if b"\0" in head and not encoding.startswith("utf-16"):
        return "it is not text, and its name says no format that can be read here"
    lines = head.decode(encoding, "replace").splitlines()
    if len(head) == _HEAD:
        lines = lines[:-1]
    comments = next((i for i, line in enumerate(lines) if line.strip() and not line.startswith("#")), len(lines))
    lines = [line for line in lines[comments:] if line.strip()]
    if not lines:
        return "it holds no lines of data"
    separator = _separator(lines[:200])
    if separator is None and not _one_column(lines):
        return "it is a text, not a table"
    rows = [_split(line, separator) for line in lines[:200]]
    header = not any(_NUMBER.match(cell) for cell in rows[0] if cell.strip())
    options: dict[str, Any] = {
        "sep": separator or ",", "encoding": encoding, "encoding_errors": "replace", "header": 0 if header else None,
        "skiprows": comments, "on_bad_lines": "warn", "skipinitialspace": True, "low_memory": False,
        "keep_default_na": True, "na_values": ["-", "--", "?", "nd", " "], "decimal": _decimal(rows[1:], separator),
    }  # fmt: skip
    if not header:
        notes.append("the file has no header: columns are named by their place")
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        try:
            frame, total = _read(path, options)
        except pd.errors.ParserError as error:
            return f"its rows cannot be told apart ({' '.join(str(error).split())[:120]})"
    skipped = sum(str(w.message).count("Skipping line") for w in warned)
    if skipped:
        notes.append(f"{skipped} rows with too many cells were left out")
    if len(frame) < total:
        notes.append(f"a random sample of {len(frame):,} of {total:,} rows was read (seed {SEED}): the file is large")
    if not header:
        frame.columns = [f"column {i + 1}" for i in range(frame.shape[1])]
    frame.columns = [str(c).strip().strip('"') or f"column {i + 1}" for i, c in enumerate(frame.columns)]
    return Delimited(_distinct(frame), total, notes)


def _read(path: str, options: dict[str, Any]) -> tuple[pd.DataFrame, int]:
    size = Path(path).stat().st_size
    if size <= WHOLE_UP_TO:
        frame = pd.read_csv(path, **options)
        return frame, len(frame)
    generator = np.random.default_rng(SEED)
    kept, keys, total = [], [], 0
    for chunk in pd.read_csv(path, chunksize=200_000, **options):
        total += len(chunk)
        # A uniform sample of all rows: each draws a number, the smallest win; the cut falls as more are seen.
        drawn = generator.random(len(chunk))
        mine = np.sort(np.argsort(drawn)[:SAMPLE])
        if total > SAMPLE:
            mine = mine[drawn[mine] <= 2 * SAMPLE / total]
        kept.append(chunk.iloc[mine])
        keys.append(drawn[mine])
    frame, key = pd.concat(kept), np.concatenate(keys)
    order = np.sort(np.argsort(key)[:SAMPLE])
    return frame.iloc[order].reset_index(drop=True), total


def _encoding(head: bytes) -> tuple[str, list[str]]:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16", []
    try:
        head[: head.rfind(b"\n") + 1 or None].decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252", ["the text is not UTF-8 and was read as Windows-1252, which is a guess"]
    return "utf-8-sig", []


def _separator(lines: list[str]) -> str | None:
    """Return the separator that cuts the lines into the same number of cells, or None."""
    best: tuple[float, int, str] | None = None
    for candidate in ("\t", ";", ",", "|"):
        counts = Counter(len(_split(line, candidate)) for line in lines)
        width, lines_of_width = counts.most_common(1)[0]
        share = lines_of_width / len(lines)
        if width > 1 and share >= _MOSTLY and (best is None or (share, width) > best[:2]):
            best = (share, width, candidate)
    if best is not None:
        return best[2]
    widths = Counter(len(line.split()) for line in lines)
    width, same = widths.most_common(1)[0]
    cells = [cell for line in lines[1:] for cell in line.split()]
    numeric = sum(bool(_NUMBER.match(cell)) for cell in cells)
    return r"\s+" if width > 1 and same >= _MOSTLY * len(lines) and numeric >= len(cells) / 2 else None


def _one_column(lines: list[str]) -> bool:
    numbers = sum(bool(_NUMBER.match(line)) for line in lines[1:])
    short = all(len(line) <= 40 and "," not in line for line in lines)
    return len(lines) > 1 and (numbers >= _MOSTLY * (len(lines) - 1) or short)


def _split(line: str, separator: str | None) -> list[str]:
    if separator is None:
        return [line]
    if separator == r"\s+":
        return line.split()
    return next(csv.reader(io.StringIO(line), delimiter=separator), [])


def _decimal(rows: list[list[str]], separator: str | None) -> str:
    if separator == ",":
        return "."
    cells = [cell.strip() for row in rows for cell in row if cell.strip().lower() not in _BLANK]
    commas = sum(bool(re.fullmatch(r"[-+]?\d+,\d+", cell)) for cell in cells)
    points = sum(bool(re.fullmatch(r"[-+]?\d+\.\d+", cell)) for cell in cells)
    return "," if commas > points else "."


def _distinct(frame: pd.DataFrame) -> pd.DataFrame:
    seen: Counter[str] = Counter()
    names = []
    for name in frame.columns:
        seen[name] += 1
        names.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return frame.set_axis(names, axis=1)
