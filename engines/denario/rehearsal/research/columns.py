"""Say of each column what it holds: numbers, times, groups, texts, or nothing that can be used, and in what state."""

import re
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import units

FEW = 20  # as many different values make groups, not numbers
_MOSTLY = 0.9
_TIME = re.compile(
    r"(^|[_\W])(t|time|zeit|temps|tiempo|date|datetime|timestamp|year|jd|mjd|bjd|epoch)([_\W]|$)", re.IGNORECASE
)
_KEY = re.compile(
    r"(^|[_\W])(id|ids|index|idx|no|nr|number|num|key|uuid|guid|unnamed: 0|row|record)([_\W]|$)", re.IGNORECASE
)
_KEY_CAMEL = re.compile(r"[a-z](Id|ID|No|Nr)$")
_DATE = re.compile(r"^\s*(\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}|\d{8}T\d{4})")
_JUNK = re.compile(r"[\s€$£¥%]|(?<=\d)[' ](?=\d{3})")
_SENTINELS = (-9999.0, -999.0, -99.0, 9999.0, 99999.0, -99999.0, -1e30, 1e20)


@dataclass
class Column:
    """What is known of a column; `cells` hold floats (seconds since 1970 for dates) or words."""

    name: str
    kind: str  # number, time, date, group, text, key, constant, blank
    cells: pd.Series
    missing: int
    unit: str = ""
    unit_is_guess: bool = False
    notes: list[str] = field(default_factory=list)

    @property
    def numeric(self) -> bool:
        """Whether it can be computed with."""
        return self.kind in ("number", "time", "date")


def describe(frame: pd.DataFrame, stated: dict[str, str]) -> list[Column]:
    """Describe every column of a table; `stated` are the units that the file gives."""
    found = []
    for name in frame.columns:
        column = _describe(str(name), frame[name])
        column.unit = stated.get(str(name), "")
        if not column.unit and column.kind in ("number", "time"):
            column.unit = units.guess(str(name))
            column.unit_is_guess = bool(column.unit)
        if column.kind == "date":
            column.unit = "s since 1970"
        found.append(column)
    return found


def _describe(name: str, raw: pd.Series) -> Column:
    missing = int(raw.isna().sum())
    if pd.api.types.is_bool_dtype(raw):
        return _groups(name, raw.astype(str), missing)
    if pd.api.types.is_datetime64_any_dtype(raw):
        return _date(name, raw, missing)
    if pd.api.types.is_numeric_dtype(raw):
        return _number(name, raw.astype(float), missing, [])
    words = raw.astype("object").where(raw.notna(), None)
    words = words.map(lambda v: " ".join(str(v).split()) if v is not None else None)
    words = words.where(words != "", None)
    missing = int(words.isna().sum())
    present = words.dropna()
    if present.empty:
        return Column(name, "blank", words, missing)
    numbers, notes = _as_numbers(present)
    if numbers is not None:
        return _number(name, numbers.reindex(words.index), missing, notes)
    dates = _as_dates(present)
    if dates is not None:
        return _date(name, dates.reindex(words.index), missing)
    return _groups(name, words, missing)


def _as_numbers(words: pd.Series) -> tuple[pd.Series | None, list[str]]:
    """Read numbers with currency signs, per cent signs, thousands or a decimal comma."""
    sample = words.head(200).map(lambda w: bool(re.search(r"\d", w)) and not re.search(r"[^\W\d_]{3,}", w))
    if sample.mean() < _MOSTLY:
        return None, []
    cleaned = words.map(lambda w: _JUNK.sub("", w).replace("−", "-"))
    if cleaned.str.fullmatch(r"[-+]?\d{1,3}(,\d{3})+(\.\d+)?").mean() > _MOSTLY / 2:
        cleaned = cleaned.str.replace(",", "", regex=False)
    elif cleaned.str.fullmatch(r"[-+]?\d+,\d+").mean() > _MOSTLY / 2:
        cleaned = cleaned.str.replace(",", ".", regex=False)
    numbers = pd.to_numeric(cleaned, errors="coerce")
    bad = int(numbers.isna().sum())
    if bad > (1 - _MOSTLY) * len(words):
        return None, []
    return numbers.astype(float), [f"{bad} cells that are no numbers were taken for missing"] if bad else []


def _as_dates(words: pd.Series) -> pd.Series | None:
    sample = words.head(200)
    if sample.str.match(_DATE).mean() < _MOSTLY:
        return None
    first = pd.to_numeric(sample.str.extract(r"^\s*(\d{1,2})[-/.]\d")[0], errors="coerce").max()
    dates = pd.to_datetime(words, errors="coerce", format="mixed", dayfirst=bool(first > 12), utc=True)
    return dates if dates.notna().mean() >= _MOSTLY else None


def _date(name: str, dates: pd.Series, missing: int) -> Column:
    dates = pd.to_datetime(dates, utc=True)
    seconds = (dates - pd.Timestamp(0, tz="UTC")).dt.total_seconds()
    if seconds.dropna().nunique() < 2:
        return Column(name, "constant" if seconds.notna().any() else "blank", seconds, missing)
    return Column(name, "date", seconds, missing)


def _number(name: str, values: pd.Series, missing: int, notes: list[str]) -> Column:
    values = values.replace([np.inf, -np.inf], np.nan)
    values, said = _without_sentinels(values)
    notes = notes + said
    missing = int(values.isna().sum())
    present = values.dropna()
    if present.empty:
        return Column(name, "blank", values, missing, notes=notes)
    distinct = present.nunique()
    if distinct == 1:
        return Column(name, "constant", values, missing, notes=notes)
    whole = bool((present == present.round()).all())
    named_key = bool(_KEY.search(name) or _KEY_CAMEL.search(name))
    steps = present.diff().dropna()
    if whole and distinct == len(present) and len(present) > 2 and (steps == 1).all() and not _TIME.search(name):
        return Column(name, "key", values, missing, notes=notes)
    if whole and named_key:
        return Column(name, "key" if distinct == len(present) else "group", values, missing, notes=notes)
    if whole and distinct == 2 and len(present) > FEW:
        words = values.map(lambda v: None if pd.isna(v) else str(int(v)))
        return Column(name, "group", words, missing, notes=notes)
    return Column(name, "time" if _TIME.search(name) else "number", values, missing, notes=notes)


def _without_sentinels(values: pd.Series) -> tuple[pd.Series, list[str]]:
    """Take for missing what stands for missing: -999 and its like, where nothing else comes near it."""
    present = values.dropna()
    for sentinel in _SENTINELS:
        hits = int((present == sentinel).sum())
        if not hits or hits == len(present):
            continue
        others = present[present != sentinel]
        span = float(others.max() - others.min()) or abs(float(others.median())) or 1.0
        far = sentinel < others.min() - 2 * span or sentinel > others.max() + 2 * span
        if hits > 1 and far:
            words = f"{hits} values of {sentinel:g} were taken for missing"
            return values.where(values != sentinel), [words]
    return values, []


def _groups(name: str, words: pd.Series, missing: int) -> Column:
    present = words.dropna()
    distinct = present.nunique()
    if distinct == 0:
        return Column(name, "blank", words, missing)
    if distinct == 1:
        return Column(name, "constant", words, missing)
    if distinct == len(present) and len(present) > 2:
        kind = "key" if present.map(len).max() <= 40 else "text"
        return Column(name, kind, words, missing)
    return Column(name, "group" if distinct <= max(FEW, 0.1 * len(present)) else "text", words, missing)


def summary(column: Column) -> dict[str, Any]:
    """Return plain facts about a column."""
    facts: dict[str, Any] = {
        "name": column.name, "kind": column.kind, "missing": column.missing, "unit": column.unit,
        "unit_is_guess": column.unit_is_guess, "notes": column.notes,
    }  # fmt: skip
    present = column.cells.dropna()
    if column.numeric:
        quartiles = np.percentile(present, [25, 50, 75])
        spread = 1.4826 * float(np.median(np.abs(present - quartiles[1])))
        far = int((np.abs(present - quartiles[1]) > 5 * spread).sum()) if spread else 0
        facts |= {
            "min": float(present.min()), "max": float(present.max()), "mean": float(present.mean()),
            "median": float(quartiles[1]), "sd": float(present.std()) if len(present) > 1 else 0.0,
            "skewness": float(present.skew()) if len(present) > 2 else 0.0, "outliers": far,
        }  # fmt: skip
    elif column.kind in ("group", "text", "key", "constant"):
        counts = present.value_counts()
        facts |= {"distinct": len(counts), "top": [[str(v), int(n)] for v, n in counts.head(6).items()]}
    return facts
