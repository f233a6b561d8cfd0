"""Describe any given table or document by plain facts."""

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas as pd

Facts = dict[str, Any]

TABLES = {".csv", ".tsv", ".xlsx", ".xls", ".json", ".jsonl", ".ods"}
WORDS = re.compile(r"[^\W\d_]{3,}")
COMMON = frozenset(
    WORDS.findall("""
    the and for with that this from are was were will shall must have has had not you your our their its his her they
    them all any can may per which who what when where how than then into onto such each other also been being but one
    more most use used using about over under between within out only very more should would could there these those
    """)
)
PLAIN_TEXT = {".md", ".txt", ".rst", ".html", ".log"}
MOSTLY = 0.8  # a column is taken for dates if as many of its values can be read as dates
LONG_FIELD = 30  # words; a longer text in the form is described like a document
WORTH_SAYING = 0.3  # |r|


def files_of(given: Facts) -> list[Facts]:
    """Return the given files as records with the field of the form they came in by."""
    return [dict(entry, field=field) for field, entries in given.get("files", {}).items() for entry in entries]


def read_text(path: str) -> str:
    """Return the text of a file, whatever its encoding."""
    data = Path(path).read_bytes()
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1")


def read_table(path: str) -> pd.DataFrame | None:
    """Return a file as a table, or None if it is none."""
    suffix = Path(path).suffix.lower()
    if suffix in (".xlsx", ".xls", ".ods"):
        return pd.read_excel(path)
    if suffix == ".jsonl":
        return pd.json_normalize([json.loads(line) for line in read_text(path).splitlines() if line.strip()])
    if suffix == ".json":
        data = json.loads(read_text(path))
        if isinstance(data, dict):
            data = next((value for value in data.values() if isinstance(value, list)), [data])
        return pd.json_normalize(data) if data and isinstance(data[0], dict) else None
    if suffix not in (".csv", ".tsv"):
        return None
    text = read_text(path)
    try:
        separator = csv.Sniffer().sniff(text[:20000], ",;\t|").delimiter
    except csv.Error:
        separator = "\t" if suffix == ".tsv" else ","
    return pd.read_csv(io.StringIO(text), sep=separator, low_memory=False)


def kind_of(column: pd.Series) -> tuple[str, pd.Series]:
    """Return number, date, category or text, and the column as such."""
    if pd.api.types.is_bool_dtype(column):
        return "category", column.astype(str)
    if pd.api.types.is_numeric_dtype(column):
        return "number", column
    if pd.api.types.is_datetime64_any_dtype(column):
        return "date", column
    words = column.dropna().astype(str)
    sample = words.head(200)
    if len(sample) and sample.str.contains(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}").mean() >= MOSTLY:
        dates = pd.to_datetime(column, errors="coerce", format="mixed")
        if dates.notna().sum() >= MOSTLY * len(words):
            return "date", dates
    distinct = words.nunique()
    return ("category" if distinct <= max(20, 0.2 * len(words)) else "text"), column.astype("string")


def describe_table(frame: pd.DataFrame) -> Facts:
    """Return the facts of a table."""
    columns, numbers = [], {}
    for name in frame.columns:
        kind, column = kind_of(frame[name])
        facts = {"name": str(name), "kind": kind, "missing": int(frame[name].isna().sum())}
        if kind == "number":
            numbers[str(name)] = column
            if column.notna().any():
                for measure in ("min", "median", "mean", "max"):
                    facts[measure] = round(float(getattr(column, measure)()), 4)
        elif kind == "date" and column.notna().any():
            facts["first"], facts["last"] = str(column.min())[:19], str(column.max())[:19]
        else:
            counts = column.dropna().value_counts()
            facts["distinct"] = len(counts)
            if kind == "category":
                facts["top"] = [[str(value), int(count)] for value, count in counts.head(8).items()]
        columns.append(facts)
    pairs = []
    table = pd.DataFrame(numbers)
    table = table.loc[:, table.min() < table.max()]
    if table.shape[1] > 1:
        matrix = table.corr()
        names = list(matrix.columns)
        pairs = [
            [a, b, round(float(matrix.loc[a, b]), 3)]
            for i, a in enumerate(names)
            for b in names[i + 1 :]
            if pd.notna(matrix.loc[a, b])
        ]
        pairs.sort(key=lambda pair: -abs(pair[2]))
    return {"kind": "table", "rows": len(frame), "columns": columns, "correlations": pairs[:10]}


def describe_text(text: str) -> Facts:
    """Return the facts of a document."""
    words = [word.lower() for word in WORDS.findall(text)]
    headings = [
        line.lstrip("# ").strip() for line in text.splitlines() if re.match(r"#{1,6} |\d+(\.\d+)*\.? +[A-Z]", line)
    ]
    counts = Counter(word for word in words if word not in COMMON)
    return {
        "kind": "text",
        "words": len(text.split()),
        "pages": len(re.findall(r"(?m)^\[page \d+\]", text)),
        "headings": headings[:30],
        "terms": counts.most_common(15),
    }


def explore(given: Facts) -> list[Facts]:
    """Return the facts of everything that was given, by file name."""
    found = []
    for entry in files_of(given):
        facts = {"file": entry["name"], "field": entry["field"]}
        try:
            frame = read_table(entry["path"])
            if frame is not None:
                facts.update(describe_table(frame))
            elif entry.get("text_path") or Path(entry["path"]).suffix.lower() in PLAIN_TEXT:
                facts.update(describe_text(read_text(entry.get("text_path") or entry["path"])))
            else:
                facts.update({"kind": "other", "bytes": Path(entry["path"]).stat().st_size})
        except (ValueError, OSError, KeyError, pd.errors.ParserError) as error:
            facts.update({"kind": "unreadable", "reason": type(error).__name__ + ": " + str(error)[:300]})
        found.append(facts)
    for name, value in given.get("inputs", {}).items():
        if isinstance(value, str) and len(value.split()) > LONG_FIELD:
            found.append({"file": "the field " + name, "field": name, **describe_text(value)})
    return found


def say(facts: Facts) -> list[str]:
    """Return the facts of one file as lines of Markdown."""
    lines = ["### " + facts["file"], ""]
    if facts["kind"] == "table":
        lines += [str(facts["rows"]) + " rows, " + str(len(facts["columns"])) + " columns.", ""]
        lines += ["| column | kind | missing | what is in it |", "|---|---|---|---|"]
        for column in facts["columns"]:
            if "median" in column:
                content = "{min} to {max}, median {median}, mean {mean}".format(**column)
            elif "first" in column:
                content = column["first"] + " to " + column["last"]
            elif "top" in column:
                content = ", ".join(value + " (" + str(count) + ")" for value, count in column["top"][:5])
            else:
                content = str(column.get("distinct", 0)) + " different values"
            cells = [column["name"], column["kind"], str(column["missing"]), content]
            lines.append("| " + " | ".join(cell.replace("|", "/").replace("\n", " ") for cell in cells) + " |")
        strong = [f"{a} and {b} (r = {r})" for a, b, r in facts["correlations"] if abs(r) >= WORTH_SAYING]
        lines += ["", f"Columns that move together: {listed(strong, f'none with |r| of {WORTH_SAYING} or more')}."]
    elif facts["kind"] == "text":
        pages = str(facts["pages"]) + " pages, " if facts["pages"] else ""
        lines += [pages + str(facts["words"]) + " words.", ""]
        lines += [f"Headings: {listed(facts['headings'], 'none found', '; ')}.", ""]
        lines.append(f"Most frequent terms: {listed(f'{term} ({count})' for term, count in facts['terms'])}.")
    elif facts["kind"] == "unreadable":
        lines.append("Could not be read: " + facts["reason"])
    else:
        lines.append("A file of " + str(facts["bytes"]) + " bytes, which was not looked into.")
    return [*lines, ""]


def listed(items: Iterable[str], nothing: str = "none", between: str = ", ") -> str:
    """Return the items in a row."""
    return between.join(items) or nothing


if __name__ == "__main__":
    found = explore(GIVEN)  # noqa: F821 - set in front of this program
    Path("data").mkdir(exist_ok=True)
    Path("data/facts.json").write_text(json.dumps(found, indent=2, ensure_ascii=False), encoding="utf-8")
    print("FACTS")
    for facts in found:
        print("\n".join(say(facts)))
    print(f"Looked into {len(found)} given items.")
