"""Settles how long the contract runs and how long delivery takes, and says where that comes from."""

import math
import re
from datetime import date

from amounts import months_of


def timeline_of(given: dict, facts: dict, wanted: int) -> dict:
    """Months of the contract and of delivery, each with where it comes from."""
    told = str(given["inputs"].get("timeline") or "")
    told_months = months_of(told)
    quarters = [int(y) * 12 + int(q) * 3 for q, y in re.findall(r"Q([1-4])\s*(?:of\s*)?(20\d\d)", told)]
    if not told_months and len(quarters) > 1:
        told_months = float(max(quarters) - min(quarters) + 3)
    terms = [t for t in facts["contract_term"] if t["kind"] == "term"]
    delivery = next((t for t in facts["contract_term"] if t["kind"] == "delivery"), None)
    days = {d["meaning"]: date.fromisoformat(d["date"]) for d in reversed(facts["dates"])}
    start, live = (
        days.get("contract start") or days.get("contract award") or days.get("proposals due"),
        days.get("go-live"),
    )
    span = round((live - start).days / 30.44, 1) if start and live and live > start else None
    paid = next((b for b in facts["budget"] if b["months"]), None)
    term = max(terms, key=lambda t: t["months"]) if terms else None
    months, source = (
        (term["months"], f'contract term in the document: "{term["text"][:140]}"')
        if term
        else (told_months, f'timeline you gave: "{told}"')
        if told_months
        else (paid["months"], f'the time the budget is meant for: "{paid["text"][:140]}"')
        if paid
        else (12.0, "assumption: neither document nor timeline gives a term; 12 months taken")
    )
    if told_months:
        build, why = (
            min(told_months, months) if term and term["months"] >= told_months else told_months,
            f'timeline you gave: "{told}"',
        )
    elif delivery:
        build, why = delivery["months"], f'document: "{delivery["text"][:140]}"'
    elif span:
        build, why = span, f"from {start} to the go-live on {live}, dates in the document"
    elif term and months <= 18:
        build, why = months, "the whole contract term"
    else:
        build = float(min(12, max(3, math.ceil(wanted / 5) + 2)))
        why = f"assumption: no delivery time stated; {build:g} months for {wanted} requirements"
    return {
        "term_months": months,
        "term_source": source,
        "delivery_months": build,
        "delivery_source": why,
        "told": told or None,
        "told_months": told_months,
    }
