"""Tables: CSV, JSON, and the first sheet of a workbook must hold a header and rows."""

import csv
import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, Final, cast

from tomas.core.errors import InvalidFile
from tomas.services.formats import packages
from tomas.services.formats.text import encoding_of

_SAMPLE_ROWS: Final = 1_000
_PARSED_WHOLE: Final = 64_000_000  # bytes: parsing takes some ten times as much memory
_NUMBER: Final = re.compile(r"[-+]?[\d.,]*\d%?")
_MOMENT: Final = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}([ T]\d{1,2}:\d{2}.*)?")
_ALIKE: Final = 0.5  # share of rows that must be as wide as the header
_ALIKE_ONE: Final = 0.95  # ^ if there is one column only
_DELIMITERS: Final = ",;\t|"


def check_csv(path: Path, delimiter: str | None = None) -> str:
    """Raise InvalidFile unless the file is a table with a header and a row; return its encoding."""
    encoding = encoding_of(path)
    with path.open(encoding=encoding, newline="") as file:
        lines = [line for line in islice(file, 50) if line.strip()]
        file.seek(0)
        reader = csv.reader(file, delimiter=delimiter or _delimiter(lines))
        try:
            rows = [row for row in islice(reader, _SAMPLE_ROWS) if any(cell.strip() for cell in row)]
            _check_widths(rows)
        except csv.Error as error:
            message = f"Line {reader.line_num} cannot be read as CSV: {error}. Is a quotation mark never closed?"
            raise InvalidFile(message) from error
    check_rows(rows)
    return encoding


def check_rows(rows: Sequence[Sequence[str]]) -> None:
    """Raise InvalidFile unless the first row names columns and another follows."""
    if not rows:
        raise InvalidFile("The table is empty: it has neither a header nor rows.")
    header = [cell.strip() for cell in rows[0]]
    if fault := _no_header(header, rows[1:]):
        raise InvalidFile(f"The first row is no header: {fault}. Put the names of the columns into the first row.")
    if len(rows) == 1:
        raise InvalidFile("The table has a header but no rows: there is nothing to analyse.")


def check_json(path: Path, parsed_whole: int = _PARSED_WHOLE) -> str:
    """Raise InvalidFile unless the file is JSON that holds something; return its encoding.

    Of files larger than `parsed_whole` bytes only both ends are looked at.
    """
    encoding = encoding_of(path)
    if path.stat().st_size > parsed_whole:
        _check_ends(path, encoding)
        return encoding
    try:
        value = json.loads(path.read_bytes().decode(encoding))
    except json.JSONDecodeError as error:
        raise InvalidFile(f"The file is no JSON: line {error.lineno}, column {error.colno}: {error.msg}.") from error
    except (RecursionError, ValueError) as error:
        raise InvalidFile(f"The JSON cannot be read: {error}.") from error
    if not _holds_something(value):
        raise InvalidFile("The JSON holds no records: there is nothing to analyse.")
    return encoding


def check_jsonl(path: Path) -> str:
    """Raise InvalidFile unless every line of the first thousand is JSON; return the encoding."""
    encoding = encoding_of(path)
    seen = 0
    with path.open(encoding=encoding) as file:
        for number, line in enumerate(islice(file, _SAMPLE_ROWS), 1):
            if not line.strip():
                continue
            try:
                json.loads(line)
            except (ValueError, RecursionError) as error:
                raise InvalidFile(f"Line {number} is no JSON: {error}.") from error
            seen += 1
    if not seen:
        raise InvalidFile("The file holds no records: there is nothing to analyse.")
    return encoding


def check_xlsx(path: Path) -> None:
    """Raise InvalidFile unless some sheet of the workbook has a header and a row."""
    packages.check_package(path, "an Excel workbook", "application/vnd.openxmlformats-officedocument.spreadsheetml")
    import openpyxl  # noqa: PLC0415 - large, and seldom needed

    try:
        book: Any = openpyxl.load_workbook(path, read_only=True, data_only=True)  # pyright: ignore[reportUnknownMemberType]
        fault = InvalidFile("The workbook has no sheet with cells.")
        for sheet in book.worksheets:
            filled = (_cells(row) for row in sheet.iter_rows(max_row=_SAMPLE_ROWS, values_only=True))
            rows = [row for row in filled if any(row)]
            try:
                check_rows(rows)
            except InvalidFile as error:
                fault = InvalidFile(f"Sheet {sheet.title!r}: {error}") if rows else fault
            else:
                return
    except packages.BROKEN as error:
        raise InvalidFile(f"The workbook cannot be read ({error}). Open it in Excel and save it anew.") from error
    raise fault


def _check_widths(rows: Sequence[Sequence[str]]) -> None:
    """Refuse prose that is called a table, and lines above the header."""
    if len(rows) < 2:  # noqa: PLR2004 - nothing to compare
        return
    widths = Counter(len(row) for row in rows[1:])
    width, common = len(rows[0]), widths.most_common(1)[0][0]
    if widths[width] < len(rows[1:]) * (_ALIKE if width > 1 else _ALIKE_ONE):
        raise InvalidFile(
            f"The first row has {width} cell{'s' * (width != 1)}, most of the others have {common}: this is no table "
            "with a header. Put the names of the columns into the first row, and nothing above it."
        )


def _cells(row: Iterable[object]) -> list[str]:
    return ["" if cell is None else str(cell) for cell in row]


def _delimiter(lines: Sequence[str]) -> str:
    """Choose the delimiter that splits the first lines into the most columns alike."""

    def score(delimiter: str) -> tuple[int, int]:
        try:
            counts = [len(row) for row in csv.reader(lines, delimiter=delimiter) if row]
        except csv.Error:
            return (0, 0)
        first = counts[0] if counts else 0
        return (0, 0) if first < 2 else (counts.count(first), first)  # noqa: PLR2004 - one column is no split

    return max(_DELIMITERS, key=score)


def _no_header(header: list[str], rows: Sequence[Sequence[str]]) -> str | None:
    """Say why a row is data rather than names of columns, or None."""
    named = [cell for cell in header if cell]
    if len(named) * 2 <= len(header):
        return f"{len(header) - len(named)} of its {len(header)} cells are empty"
    if moments := [cell for cell in named if _MOMENT.fullmatch(cell)]:
        return f"{moments[0]!r} is a date"
    if sum(bool(_NUMBER.fullmatch(cell)) for cell in named) * 2 > len(named):
        return "most of its cells are numbers"
    below = [row for row in rows if [cell.strip() for cell in row] != header]  # joined exports repeat their header
    again = [
        cell
        for place, cell in enumerate(header)
        if cell and any(len(row) > place and row[place].strip() == cell for row in below)
    ]
    if len(again) >= max(2, len(named) // 4):
        return f"its cells {', '.join(map(repr, again[:3]))} come again as values below"
    return None


def _holds_something(value: Any) -> bool:
    if isinstance(value, dict):
        return any(_holds_something(part) for part in cast(dict[str, Any], value).values())
    if isinstance(value, list):
        return any(_holds_something(part) for part in cast(list[Any], value))
    return value is not None


def _check_ends(path: Path, encoding: str) -> None:
    with path.open("rb") as file:
        head = file.read(4096).decode(encoding, "ignore").strip()
        file.seek(-4096, 2)
        tail = file.read().decode("utf-8" if encoding == "utf-8-sig" else encoding, "ignore").strip()
    if (head[:1], tail[-1:]) not in {("{", "}"), ("[", "]")}:
        raise InvalidFile("The file is no JSON: it must begin with { or [ and end with its partner. Is it cut off?")
