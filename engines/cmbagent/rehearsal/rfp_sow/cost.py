"""Estimates the cost to the cent: running cost per component, work by role, totals for the year and the term.

All sums are Decimal. The budget is compared like with like: same currency, same period; another currency is said, never
converted. Writes cost_estimate.json and cost_estimate.csv.
"""

import csv
import json
import re
from decimal import Decimal
from pathlib import Path

from budget import cents, comparisons
from catalogue import AS_OF, BY_KEY, CURRENCY, REGION, SUPPORT
from effort import effort, operations
from read_document import REHEARSAL, work


def running(sizing: dict) -> list[dict]:
    """One line per component: quantity times price, rounded to the cent per line."""
    provider, lines = sizing["provider"], []
    for c in sizing["components"]:
        service, price, source = BY_KEY[c["key"]].offer(provider)
        quantity = Decimal(str(c["quantity"]))
        monthly = cents(quantity * price)
        lines.append(
            {
                "component": c["title"],
                "service": service,
                "quantity": quantity,
                "unit": c["unit"],
                "unit_price": price,
                "monthly": monthly,
                "yearly": monthly * 12,
                "price_source": source,
                "assumption": c["derivation"],
                "requirement_ids": c["requirement_ids"],
            }
        )
    if lines:
        name, least, share = SUPPORT[provider]
        base = sum((x["monthly"] for x in lines), Decimal(0))
        price = max(Decimal(least), cents(base * Decimal(share)))
        lines.append(
            {
                "component": "Support contract of the provider",
                "service": name,
                "quantity": Decimal(1),
                "unit": "contract, per month",
                "unit_price": price,
                "monthly": price,
                "yearly": price * 12,
                "price_source": f"approximate list price, as of {AS_OF}",
                "assumption": f"at least {least} a month or {Decimal(share) * 100:g} % of the lines above",
                "requirement_ids": [],
            }
        )
    return lines


def plain(value: object) -> object:
    """Decimals as numbers with two places, for JSON."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral() and value.as_tuple().exponent == 0 else float(value)
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items()}
    return [plain(v) for v in value] if isinstance(value, list) else value


def estimate(result: dict, sizing: dict, given: dict) -> dict:
    """The whole estimate."""
    lines = running(sizing) + operations(result, sizing)
    one_time, notes = effort(result, sizing)
    monthly = sum((x["monthly"] for x in lines), Decimal(0))
    work_cost = sum((x["cost"] for x in one_time), Decimal(0))
    months = Decimal(f"{sizing['timeline']['term_months']:g}")
    first_year = monthly * 12 + work_cost
    totals = {
        "one_time": work_cost,
        "monthly": monthly,
        "yearly": monthly * 12,
        "first_year": first_year,
        "term_months": months,
        "running_over_term": cents(monthly * months),
        "term": cents(monthly * months) + work_cost,
    }
    facts = result["document"]
    assumptions = [
        (
            f"Prices: approximate public list prices for {REGION[sizing['provider']]}, on demand, as of "
            f"{AS_OF}, without tax, discount or reservation. Written down, not fetched: check each before use."
        ),
        (
            "Work: days follow from the number of requirements of each kind, at planning rates; both are "
            "assumptions to be replaced by the bidder's own."
        ),
        (
            f"Term: {months:g} months ({sizing['timeline']['term_source']}). Running cost is counted for every "
            "month of it, an upper bound."
        ),
        f"Delivery: {sizing['timeline']['delivery_months']:g} months ({sizing['timeline']['delivery_source']}).",
        *(
            f"{name}: {d['value']:,.10g} {d['unit']} - {d['note']}"
            for name, d in sizing["drivers"].items()
            if not d["stated"]
        ),
        *notes,
    ]
    if facts["exclusions"]:
        assumptions.append(
            "The document leaves out: " + "; ".join(f'"{e["text"][:200]}"' for e in facts["exclusions"][:4])
        )
    if facts["standing_system"]:
        assumptions.append(
            "The document speaks of a standing system: if it stays on the buyer's platform, the running "
            "lines (or most of them) fall away. They are priced here as if the parts were new."
        )
    compared = comparisons(given, facts, totals)
    stated = "; ".join(c["source"] for c in compared) or None
    verdict = (
        " ".join(c["verdict"] for c in compared)
        or "No budget is stated, neither by you nor in the document: nothing to compare with."
    )
    first = compared[0] if compared else {"low": None, "high": None}
    if not lines and not one_time:
        verdict = "Nothing was estimated: no requirement for a system or for work was found."
    return {
        "rehearsal": REHEARSAL,
        "currency": CURRENCY,
        "provider": sizing["provider"],
        "region": REGION[sizing["provider"]],
        "as_of": AS_OF,
        "lines": lines,
        "one_time": one_time,
        "totals": totals,
        "assumptions": assumptions,
        "budget_comparison": {
            "stated_budget": stated,
            "low": first["low"],
            "high": first["high"],
            "total": totals["term"],
            "verdict": verdict,
            "comparisons": compared,
        },
    }


def safe(value: object) -> str:
    """A cell that no spreadsheet takes for a formula."""
    text = str(value)
    return "'" + text if text and text[:1] in "=+-@" and not re.fullmatch(r"-?\d[\d.]*", text) else text


def write_csv(cost: dict, path: Path) -> None:
    """The lines, the work and the totals as one table."""
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(
            [
                "type",
                "component",
                "service or role",
                "quantity",
                "unit",
                "unit_price",
                "monthly",
                "yearly",
                "one_time",
                "currency",
                "assumption",
                "requirement_ids",
            ]
        )
        for x in cost["lines"]:
            out.writerow(
                [
                    safe(v)
                    for v in (
                        "running",
                        x["component"],
                        x["service"],
                        x["quantity"],
                        x["unit"],
                        x["unit_price"],
                        x["monthly"],
                        x["yearly"],
                        "",
                        CURRENCY,
                        x["assumption"],
                        " ".join(x["requirement_ids"]),
                    )
                ]
            )
        for x in cost["one_time"]:
            out.writerow(
                [
                    safe(v)
                    for v in (
                        "one-time",
                        "Implementation",
                        x["role"],
                        x["days"],
                        "day",
                        x["rate"],
                        "",
                        "",
                        x["cost"],
                        CURRENCY,
                        x["assumption"],
                        "",
                    )
                ]
            )
        t = cost["totals"]
        out.writerow(
            [
                "total",
                "All",
                "",
                "",
                "",
                "",
                t["monthly"],
                t["yearly"],
                t["one_time"],
                CURRENCY,
                f"first year {t['first_year']}; term of {t['term_months']} months {t['term']}",
                "",
            ]
        )
        out.writerow(["note", REHEARSAL, "", "", "", "", "", "", "", "", "approximate list prices, to be checked", ""])


if __name__ == "__main__":
    folder = Path(GIVEN["outputs_dir"])  # noqa: F821
    result = json.loads((folder / "requirements.json").read_text(encoding="utf-8"))
    sizing = json.loads(work("sizing.json").read_text(encoding="utf-8"))
    cost = estimate(result, sizing, GIVEN)  # noqa: F821
    (folder / "cost_estimate.json").write_text(json.dumps(plain(cost), indent=1, ensure_ascii=False), encoding="utf-8")
    write_csv(cost, folder / "cost_estimate.csv")
    t = cost["totals"]
    print(
        f"COST in {CURRENCY}, {sizing['provider']}, list prices as of {AS_OF} (approximate): monthly "
        f"{t['monthly']:,.2f}, yearly {t['yearly']:,.2f}, one-time {t['one_time']:,.2f}, first year "
        f"{t['first_year']:,.2f}, term of {t['term_months']} months {t['term']:,.2f}"
    )
    for x in sorted(cost["lines"], key=lambda x: -x["monthly"])[:8]:
        print(f"  {x['component']}: {x['quantity']} x {x['unit_price']} = {x['monthly']:,.2f} a month")
    for x in cost["one_time"]:
        print(f"  {x['role']}: {x['days']} days x {x['rate']} = {x['cost']:,.2f}")
    print("BUDGET " + cost["budget_comparison"]["verdict"])
