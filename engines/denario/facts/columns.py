"""What can be said of a column, gathered chunk by chunk so that no table has to fit into memory."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

_MOST_VALUES = 2000  # different texts that are counted
_MOST_SHOWN = 3
_LONGEST = 40  # characters of a text that is shown
MOST_COLUMNS = 80
_SAMPLE = 500  # values that decide whether texts are dates


@dataclass
class Column:
    """One column: how many values it has, and the range or the commonest of them."""

    name: str
    unit: str = ""
    rows: int = 0
    filled: int = 0
    numbers: int = 0
    whole: bool = True
    dates: int = 0
    low: float = float("inf")
    high: float = float("-inf")
    finite: int = 0
    mean: float = 0.0
    squares: float = 0.0  # of the distances from the mean
    first_date: Any = None
    last_date: Any = None
    texts: Counter[str] = field(default_factory=Counter)
    more_texts: bool = False

    def take(self, values: pd.Series) -> None:
        """Take the next values."""
        self.rows += len(values)
        values = _without_blanks(values)
        self.filled += len(values)
        if not len(values):
            return
        if pd.api.types.is_bool_dtype(values):
            self._take_texts(values.astype(str))
        elif pd.api.types.is_datetime64_any_dtype(values):
            self._take_dates(values)
        else:
            self._take_mixed(values)

    def _take_mixed(self, values: pd.Series) -> None:
        numbers = pd.to_numeric(values, errors="coerce")
        found = numbers.notna()
        if found.any():
            self._take_numbers(numbers[found].to_numpy(dtype=float))
        rest = values[~found]
        if not len(rest):
            return
        dates = pd.to_datetime(rest.head(_SAMPLE), errors="coerce", format="ISO8601")
        if dates.notna().mean() > 0.9:  # noqa: PLR2004 - nearly all
            self._take_dates(pd.to_datetime(rest, errors="coerce", format="ISO8601").dropna())
        else:
            self._take_texts(rest.astype(str))

    def _take_numbers(self, numbers: np.ndarray) -> None:
        finite = numbers[np.isfinite(numbers)]
        self.numbers += len(numbers)
        if len(finite):
            self.whole = self.whole and bool((finite == np.floor(finite)).all())
            self.low, self.high = min(self.low, float(finite.min())), max(self.high, float(finite.max()))
            count, mean = len(finite), float(finite.mean())
            both, apart = self.finite + count, mean - self.mean
            self.squares += float(((finite - mean) ** 2).sum()) + apart**2 * self.finite * count / both
            self.mean += apart * count / both
            self.finite = both

    def _take_dates(self, dates: pd.Series) -> None:
        self.dates += len(dates)
        if len(dates):
            low, high = dates.min(), dates.max()
            self.first_date = low if self.first_date is None else min(self.first_date, low)
            self.last_date = high if self.last_date is None else max(self.last_date, high)

    def _take_texts(self, texts: pd.Series) -> None:
        for text, count in texts.value_counts().items():
            if text in self.texts or len(self.texts) < _MOST_VALUES:
                self.texts[str(text)] += int(count)
            else:
                self.more_texts = True

    @property
    def kind(self) -> str:
        """The type, as a word."""
        if not self.filled:
            return "blank"
        if self.numbers == self.filled:
            return "integer" if self.whole else "number"
        if self.dates == self.filled:
            return "date"
        return "text" if not self.numbers else f"mixed ({self.numbers} numbers, {self.filled - self.numbers} other)"

    @property
    def content(self) -> str:
        """The range, or the commonest values."""
        if not self.filled:
            return "only blanks"
        parts: list[str] = []
        if self.finite:
            spread = (self.squares / self.finite) ** 0.5
            parts.append(f"{self.low:.6g} to {self.high:.6g}, mean {self.mean:.6g}, standard deviation {spread:.4g}")
        if self.dates:
            parts.append(f"{self.first_date} to {self.last_date}")
        if self.texts:
            count = f"more than {_MOST_VALUES}" if self.more_texts else str(len(self.texts))
            shown = ", ".join(f"{_short(text)} ({n})" for text, n in self.texts.most_common(_MOST_SHOWN))
            parts.append(f"{count} different: {shown}")
        return "; ".join(parts)


def show(columns: list[Column]) -> str:
    """Return the columns as a Markdown table."""
    lines = ["| column | type | unit | filled | values |", "|---|---|---|---|---|"]
    for column in columns[:MOST_COLUMNS]:
        cells = (column.name, column.kind, column.unit or "-", f"{column.filled} of {column.rows}", column.content)
        lines.append("| " + " | ".join(_cell(cell) for cell in cells) + " |")
    if len(columns) > MOST_COLUMNS:
        names = ", ".join(_short(column.name) for column in columns[MOST_COLUMNS : 3 * MOST_COLUMNS])
        lines.append(f"\n{len(columns) - MOST_COLUMNS} more columns: {names}")
    return "\n".join(lines)


def _without_blanks(values: pd.Series) -> pd.Series:
    values = values.dropna()
    if values.dtype == object or pd.api.types.is_string_dtype(values):
        values = values[values.astype(str).str.strip() != ""]
    return values


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _cell(text: str) -> str:
    return " ".join(str(text).split()).replace("|", "\\|")
