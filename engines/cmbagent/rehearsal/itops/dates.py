"""Reads a column of dates: the one format that fits the whole of it, and what was decided is said."""

import re
import warnings

import numpy as np
import pandas as pd

SHARE = 0.8  # of the filled cells that must read as dates
_ISO = re.compile(r"^\d{4}-\d{1,2}-\d{1,2}")
_NUMERIC = re.compile(r"^(\d{1,4})[./-](\d{1,2})[./-](\d{2,4})(.*)$")
_EPOCH = re.compile(r"^\d{10}(\.\d+)?$|^\d{13}$")
_SERIAL = re.compile(r"^\d{5}(\.\d+)?$")
_WORDS = re.compile(r"[A-Za-z]{3}")
_MOMENT = re.compile(r"\d{4}|\d{1,2}:\d{2}")


def read_dates(column):
    """Return (moments without zone, what was decided or None), or None if the column does not hold dates."""
    filled = column.dropna()
    if len(filled) < 3:
        return None
    sample = filled.head(500)
    if _fits(sample, _EPOCH):
        numbers = pd.to_numeric(column, errors="coerce")
        unit = "ms" if numbers.median() > 1e11 else "s"
        return _checked(pd.to_datetime(numbers, unit=unit, errors="coerce"), f"read as seconds since 1970 ({unit})")
    if _fits(sample, _SERIAL):
        numbers = pd.to_numeric(column, errors="coerce")
        if numbers.between(25_000, 60_000).mean() > SHARE * filled.size / column.size:
            return _checked(
                pd.to_datetime(numbers, unit="D", origin="1899-12-30", errors="coerce"), "read as Excel days"
            )
        return None
    if _fits(sample, _ISO):
        return _checked(_mixed(column, iso=True), None)
    if _fits(sample, _NUMERIC):
        return _by_order(column)
    worded = sample.map(lambda text: len(text) < 40 and bool(_WORDS.search(text) and _MOMENT.search(text)))
    if worded.mean() > SHARE:
        read = _checked(_mixed(column), None)
        return read if read and read[0].notna().sum() >= SHARE * len(filled) else None
    return None


def _by_order(column):
    parts = column.dropna().map(_NUMERIC.match).dropna()
    first = parts.map(lambda m: int(m[1]))
    second = parts.map(lambda m: int(m[2]))
    if first.gt(31).mean() > SHARE:
        return _checked(_mixed(column.str.replace(r"^(\d{4})[./](\d{1,2})[./]", r"\1-\2-", regex=True), iso=True), None)
    if first.gt(12).any() and second.gt(12).any():
        return None
    if first.gt(12).any():
        return _checked(_mixed(column, dayfirst=True), "read with the day first: values above 12 stand first")
    if second.gt(12).any():
        return _checked(_mixed(column, dayfirst=False), "read with the month first: values above 12 stand second")
    day, month = _mixed(column, dayfirst=True), _mixed(column, dayfirst=False)
    shorter = (day.max() - day.min()) <= (month.max() - month.min())
    taken = "day" if shorter else "month"
    why = "no value above 12 tells; this order gives the shorter period"
    return _checked(day if shorter else month, f"read with the {taken} first: {why}")


def _mixed(column, *, dayfirst=False, iso=False):
    text = column.str.replace(r"(\.\d{6})\d+", r"\1", regex=True)  # nanoseconds
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        moments = pd.to_datetime(
            text, format="ISO8601" if iso else "mixed", dayfirst=dayfirst, errors="coerce", utc=True
        )
    return moments.dt.tz_localize(None)


def _checked(moments, note):
    moments = pd.to_datetime(moments).astype("datetime64[ns]")
    wrong = (moments < pd.Timestamp("1990-01-01")) | (moments > pd.Timestamp("2100-01-01"))
    moments = moments.mask(wrong)
    return (moments, note) if moments.notna().any() else None


def _fits(sample, pattern):
    return np.mean([bool(pattern.match(text)) for text in sample]) >= SHARE
