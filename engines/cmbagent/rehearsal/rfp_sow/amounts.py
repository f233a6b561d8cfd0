"""Reads dates, sums of money and spans of time out of text."""

import re
from datetime import date
from decimal import Decimal

MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]


MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|"
    r"oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)


DATE = re.compile(
    r"\b(?:(?P<wd>(?:mon|tues|wednes|thurs|fri|satur|"
    rf"sun)day),?\s+)?(?:(?P<m1>{MONTH})\s+(?P<d1>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y1>(?:19|20)\d\d)"
    rf"|(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<m2>{MONTH}),?\s+(?P<y2>(?:19|20)\d\d)|"
    r"(?P<y3>20\d\d)-(?P<m3>\d\d)-(?P<d3>\d\d)"
    r"|(?P<a4>\d{1,2})[/.](?P<b4>\d{1,2})[/.](?P<y4>(?:20)?\d\d))\b(?!\.\d)",
    re.IGNORECASE,
)


MONEY = re.compile(
    r"(?P<c1>US\$|C\$|A\$|NZ\$|USD|EUR|GBP|CAD|AUD|CHF|\$|€|£)\s?(?P<n1>\d{1,3}(?:[,' "
    r"]\d{3})+(?:\.\d{1,2})?|\d+(?:\.\d+)?)(?:\s?(?P<u1>million|billion|thousand|mio|mn|mm|"
    r"[km](?![a-z])))?"
    r"|\b(?P<n2>\d{1,3}(?:[,' ]\d{3})+(?:\.\d{1,2})?|\d+(?:\.\d+)?)\s?(?P<u2>million|billion|thousand|"
    r"mio\.?|mn|mm|[km](?![a-z]))?\s?(?P<c2>US dollars|dollars|euros?|pounds sterling|pounds|USD|EUR|"
    r"GBP|CAD|AUD|CHF|€|£)",
    re.IGNORECASE,
)


CURRENCY = {
    "us$": "USD",
    "$": "USD",
    "usd": "USD",
    "us dollars": "USD",
    "dollars": "USD",
    "c$": "CAD",
    "a$": "AUD",
    "nz$": "NZD",
    "€": "EUR",
    "euro": "EUR",
    "euros": "EUR",
    "£": "GBP",
    "pounds": "GBP",
    "pounds sterling": "GBP",
}


NUMBERS = {
    w: n
    for n, w in enumerate(
        ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
    )
} | {"eighteen": 18, "twenty-four": 24, "thirty-six": 36, "twenty": 20, "fifteen": 15, "thirty": 30, "sixty": 60}


SPAN = re.compile(
    rf"\b(\d{{1,3}}|{'|'.join(NUMBERS)})\s*(?:\(\d+\)\s*)?[- ]?(?:base |initial |calendar )?(day|week|month|year)s?\b",
    re.IGNORECASE,
)


def iso(match: re.Match[str]) -> str | None:
    """The date as YYYY-MM-DD; 03/04/2025 is read month first unless the first number is above 12."""
    g = match.groupdict()
    try:
        if g["y1"] or g["y2"]:
            month, day, year = (g["m1"], g["d1"], g["y1"]) if g["y1"] else (g["m2"], g["d2"], g["y2"])
            number = next(i for i, m in enumerate(MONTHS, 1) if m.startswith(month.lower()[:3]))
            return date(int(year), number, int(day)).isoformat()
        if g["y3"]:
            return date(int(g["y3"]), int(g["m3"]), int(g["d3"])).isoformat()
        first, second, year = int(g["a4"]), int(g["b4"]), int(g["y4"]) + (2000 if len(g["y4"]) == 2 else 0)
        first, second = (second, first) if first > 12 else (first, second)
        return date(year, first, second).isoformat()
    except ValueError:
        return None


def money(text: str) -> list[tuple[str, Decimal]]:
    """(currency, amount) of every sum of money in the text."""
    out = []
    for m in MONEY.finditer(text):
        sign, number, unit = (m["c1"], m["n1"], m["u1"]) if m["c1"] else (m["c2"], m["n2"], m["u2"])
        factor = {"k": 10**3, "t": 10**3, "m": 10**6, "b": 10**9}[unit[0].lower()] if unit else 1
        out.append((CURRENCY.get(sign.lower(), sign.upper()), Decimal(re.sub(r"[,' ]", "", number)) * factor))
    return out


def period_of(text: str) -> str:
    """Whether a sum is meant per year, per month or in total."""
    if re.search(
        r"per (?:year|annum)|annual|yearly|each (?:fiscal |contract )?year|/ ?y(?:ea)?r|p\.a\.", text, re.IGNORECASE
    ):
        return "year"
    return "month" if re.search(r"per month|monthly|/ ?month", text, re.IGNORECASE) else "total"


def budget_months(text: str) -> float | None:
    """The time a sum is meant for: 'for the first three years', 'over 5 years'."""
    found = re.search(
        (
            r"(?i)\b(?:over|for|during|across|in)\b(?: the| a| an)?(?: first| full| initial| entire)?(?: \w+)? "
            r"(?:period of )?([\w-]+(?: \(\d+\))?[- ](?:year|month)s?)"
        ),
        text,
    )
    return months_of(found.group(1)) if found else None


def months_of(text: str) -> float | None:
    """A span of time in months: '18 months', 'three (3) years', '12 weeks', or two dates."""
    dates = [d for d in (iso(m) for m in DATE.finditer(text)) if d]
    if len(dates) >= 2:
        first, last = date.fromisoformat(min(dates)), date.fromisoformat(max(dates))
        return round((last - first).days / 30.44, 1)
    factors = {"day": 1 / 30.44, "week": 7 / 30.44, "month": 1, "year": 12}
    spans = [
        (NUMBERS.get(m.group(1).lower()) or float(m.group(1))) * factors[m.group(2).lower()]
        for m in SPAN.finditer(text)
    ]
    return round(max(spans), 1) if spans else None
