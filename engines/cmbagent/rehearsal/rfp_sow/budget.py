"""Reads a budget and sets it against the estimate, like with like: same currency, same period; nothing is converted."""

import re
from decimal import ROUND_HALF_UP, Decimal

from amounts import budget_months, money, period_of
from catalogue import CURRENCY
from read_document import place

CENT = Decimal("0.01")


def cents(value: Decimal) -> Decimal:
    """Round to the cent, halves up."""
    return value.quantize(CENT, rounding=ROUND_HALF_UP)


def budget_input(text: str) -> dict | None:
    """The budget a person typed: '500k-1.5M USD', 'up to 1.2 million EUR', '$2M per year over 3 years'."""
    text = " ".join(str(text or "").split())
    if not text:
        return None
    shared = re.search(r"(?i)\b(USD|EUR|GBP|CAD|AUD|CHF)\b|(US\$|\$|€|£)", text)
    sign = shared.group(0) if shared else "USD"
    numbers = []
    pattern = (
        r"(?i)(\d{1,3}(?:[,' ]\d{3})+(?:\.\d+)?|\d+(?:[.,]\d+)?)\s?(million|mio|mn|mm|thousand|billion|[km](?![a-z]))?"
    )
    cut = re.split(r"(?i)\bover\b|\bfor \d|\bin \d+ (?:year|month)", text)[0]
    for value, unit in re.findall(pattern, cut):
        bare = re.sub(r"[' ]|,(?=\d{3})", "", value).replace(",", ".")
        numbers.append((Decimal(bare), unit))
    if not numbers:
        return {"text": text, "currency": None, "low": None, "high": None, "period": "total"}
    last = numbers[-1][1]
    sums = [
        v * {"k": 1000, "t": 1000, "m": 10**6, "b": 10**9}.get((u or (last if v < 1000 else "") or " ")[0].lower(), 1)
        for v, u in numbers[:2]
    ]
    low, high = (min(sums), max(sums)) if len(sums) > 1 else (None, sums[0])
    if (
        len(sums) == 1
        and re.search(r"(?i)at least|minimum|from|more than|over \D*\d", cut)
        and not re.search(r"(?i)no more", cut)
    ):
        low, high = sums[0], None
    code = money(f"{sign} 1")[0][0] if money(f"{sign} 1") else sign.upper()
    return {
        "text": text,
        "currency": code,
        "low": low,
        "high": high,
        "period": period_of(text),
        "months": budget_months(text),
    }


def compare(
    totals: dict,
    low: Decimal | None,
    high: Decimal | None,
    currency: str | None,
    period: str,
    source: str,
    own_months: float | None = None,
    words: str = "",
) -> dict:
    """Set one budget against the total of the same period."""
    months = totals["term_months"]
    span_months = Decimal(str(own_months)) if own_months else months
    basis = {
        "year": ("an average year of the term", cents(totals["term"] * 12 / max(months, Decimal(12)))),
        "month": ("an average month of the term", cents(totals["term"] / max(months, Decimal(1)))),
    }
    whole = (
        f"{span_months:g} months" if own_months else f"the whole term ({months:g} months)",
        cents(totals["monthly"] * span_months) + totals["one_time"],
    )
    label, total = basis.get(period, whole)
    runs = re.search(r"operat|running|maintenance|hosting|subscription", words, re.IGNORECASE)
    builds = re.search(r"implement|one-?time|develop|completion of", words, re.IGNORECASE)
    if runs and not builds and period in ("year", "month"):
        label, total = (
            ("a year of running cost", totals["yearly"])
            if period == "year"
            else ("a month of running cost", totals["monthly"])
        )
    elif (
        builds
        and not runs
        and re.search(r"implement\w+ (?:only|cost|budget)|for implementation\b", words, re.IGNORECASE)
    ):
        label, total = "the one-time work", totals["one_time"]
    entry: dict = {
        "source": source,
        "currency": currency,
        "period": period,
        "low": low,
        "high": high,
        "compared_with": label,
        "total": total,
        "total_currency": CURRENCY,
    }
    span = f"{currency or ''} " + (
        f"{low:,.2f} to {high:,.2f}"
        if low is not None and high is not None
        else f"{high:,.2f}"
        if high is not None
        else f"at least {low:,.2f}"
        if low is not None
        else "unreadable"
    )
    if currency != CURRENCY or (low is None and high is None):
        entry["verdict"] = (
            f"Not compared: the budget ({source}) is {span.strip()}, the estimate for {label} is "
            f"{CURRENCY} {total:,.2f}. Nothing was converted; give a rate or a budget in {CURRENCY}."
        )
    elif high is not None and total > high:
        entry["verdict"] = (
            f"Above: the estimate for {label} is {CURRENCY} {total:,.2f}, {CURRENCY} {total - high:,.2f} "
            f"({(total - high) / high * 100:.1f} %) above the upper end of the budget ({source}: {span})."
        )
    elif low is not None and total < low:
        entry["verdict"] = (
            f"Below: the estimate for {label} is {CURRENCY} {total:,.2f}, {CURRENCY} {low - total:,.2f} "
            f"below the lower end of the budget ({source}: {span}); check that nothing is missing."
        )
    else:
        room = (
            f", {CURRENCY} {high - total:,.2f} ({(high - total) / high * 100:.1f} %) below its upper end"
            if high is not None
            else ""
        )
        entry["verdict"] = (
            f"Within: the estimate for {label} is {CURRENCY} {total:,.2f}{room} (budget, {source}: {span})."
        )
    return entry


def comparisons(given: dict, facts: dict, totals: dict) -> list[dict]:
    """The budget the person gave and each one in the document, against the estimate."""
    out = []
    told = budget_input(given["inputs"].get("budget_range"))
    if told:
        out.append(
            compare(
                totals,
                told["low"],
                told["high"],
                told["currency"],
                told["period"],
                f'given by you: "{told["text"]}"',
                told.get("months"),
                told["text"],
            )
        )
    for b in facts["budget"]:
        by: dict[str, list[Decimal]] = {}
        for a in b["amounts"]:
            by.setdefault(a["currency"], []).append(Decimal(a["amount"]))
        for currency, sums in by.items():
            low = min(sums) if len(sums) > 1 and not b["ceiling"] else None
            out.append(
                compare(
                    totals,
                    low,
                    max(sums),
                    currency,
                    b["period"],
                    f"in the document, {place(b)}",
                    b["months"],
                    b["text"],
                )
            )
    return out
