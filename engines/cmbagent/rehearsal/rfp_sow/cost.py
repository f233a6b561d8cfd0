"""Estimates the cost to the cent: running cost per component, work by role, totals for the year and the term.

All sums are Decimal. The budget is compared like with like: same currency, same period; another currency is said, never
converted. Writes cost_estimate.json and cost_estimate.csv.
"""

import csv
import json
import re
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from catalogue import AS_OF, BY_KEY, CURRENCY, RATES, REGION, SUPPORT
from facts import budget_months, money, period_of
from read_document import REHEARSAL, place, work

SUPPORTED = re.compile(
    r"support (?:desk|services?|hours|tickets?|requests?|calls?)|technical support|help ?desk|service desk|maintenance|warranty|on-call|24 ?[x/] ?7|hosting|hosted|managed service|operat(?:e|ion) (?:of )?the|"
    r"(?:application|production|post.(?:launch|go.live|implementation)) support|severity|incidents?\b", re.IGNORECASE)
CENT = Decimal("0.01")
DAYS_PER_REQUIREMENT = {"functional": "8", "integration": "18", "data": "10", "security": "5", "compliance": "4", "performance/availability": "5", "technical": "5", "support/operations": "2", "deliverable": "4", "project/staffing": "0.5"}
SHARES = {"Solution architect": "0.10", "Business analyst and UX designer": "0.13", "Developer": "0.42", "Integration and data engineer": "0.10", "Tester": "0.14", "Security engineer": "0.05", "Cloud and operations engineer": "0.06"}
PEOPLE_PER_REQUIREMENT = Decimal("0.04")  # a standing team, at least half a person and at most four
FREE_FROM = 30  # beyond so many requirements of a kind each further one costs less: they overlap


def cents(value: Decimal) -> Decimal:
    """Round to the cent, halves up."""
    return value.quantize(CENT, rounding=ROUND_HALF_UP)


def running(sizing: dict) -> list[dict]:
    """One line per component: quantity times price, rounded to the cent per line."""
    provider, lines = sizing["provider"], []
    for c in sizing["components"]:
        service, price, source = BY_KEY[c["key"]].offer(provider)
        quantity = Decimal(str(c["quantity"]))
        monthly = cents(quantity * price)
        lines.append({"component": c["title"], "service": service, "quantity": quantity, "unit": c["unit"], "unit_price": price, "monthly": monthly,
            "yearly": monthly * 12, "price_source": source, "assumption": c["derivation"], "requirement_ids": c["requirement_ids"]})
    if lines:
        name, least, share = SUPPORT[provider]
        base = sum((x["monthly"] for x in lines), Decimal(0))
        price = max(Decimal(least), cents(base * Decimal(share)))
        lines.append({"component": "Support contract of the provider", "service": name, "quantity": Decimal(1), "unit": "contract, per month", "unit_price": price, "monthly": price, "yearly": price * 12,
            "price_source": f"approximate list price, as of {AS_OF}", "assumption": f"at least {least} a month or {Decimal(share) * 100:g} % of the lines above", "requirement_ids": []})
    return lines


def operations(result: dict, sizing: dict) -> list[dict]:
    """People who run and support the system, when the document asks for support or operation."""
    ids = [r["id"] for r in result["requirements"] if r["kind"] == "support/operations" and SUPPORTED.search(r["text"]) and r["part"] not in ("submission", "legal")]
    if not ids:
        return []
    desk = [r for r in result["requirements"] if re.search(r"help ?desk|service desk|answer .{0,20}calls|tier 1|first (?:level|contact|line)", r["text"], re.IGNORECASE) and r["part"] not in ("submission", "legal")]
    round_the_clock = any(re.search(r"24 ?[x/] ?7", r["text"]) for r in result["requirements"])
    if len(desk) > 1:
        users = Decimal(str(sizing["drivers"]["staff users"]["value"]))
        agents = max(Decimal(5) if round_the_clock else Decimal(1), (users / 600).quantize(Decimal(1), rounding=ROUND_HALF_UP) * (Decimal("1.6") if round_the_clock else 1))
        days, rate = (agents * 21).quantize(Decimal(1), rounding=ROUND_HALF_UP), Decimal(RATES["Support agent"])
        why = f"{agents:g} agents at 21 days: one for 600 of {users:,.0f} users{', 1.6 times that round the clock, at least 5' if round_the_clock else ''} (assumption)"
        return [{"component": "Service desk staffed by the vendor", "service": "Support agent", "quantity": days, "unit": "day, per month", "unit_price": rate, "monthly": cents(days * rate), "yearly": cents(days * rate) * 12,
            "price_source": "planning rate, an assumption", "assumption": why, "requirement_ids": [r["id"] for r in desk][:12]}]
    days = Decimal(15 if round_the_clock else 6)
    rate = Decimal(RATES["Cloud and operations engineer"])
    why = ("15 days a month: support round the clock is asked for" if round_the_clock else "6 days a month for support and operation in business hours") + " (assumption)"
    return [{"component": "Support and operation by the vendor", "service": "Cloud and operations engineer", "quantity": days, "unit": "day, per month", "unit_price": rate, "monthly": cents(days * rate), "yearly": cents(days * rate) * 12,
        "price_source": "planning rate, an assumption", "assumption": why, "requirement_ids": ids[:12]}]


def effort(result: dict, sizing: dict) -> tuple[list[dict], list[str]]:
    """Days and money by role, from the number of requirements of each kind."""
    counts: dict[str, Decimal] = {}
    for r in result["requirements"]:
        if r["kind"] in DAYS_PER_REQUIREMENT and r["part"] not in ("submission", "legal") and r["obligation"] != "prohibited":
            counts[r["kind"]] = counts.get(r["kind"], Decimal(0)) + (Decimal("0.5") if r["obligation"] == "desired" else 1)
    notes, build = [], Decimal(0)
    for kind, count in counts.items():
        counted = count if count <= FREE_FROM else Decimal(FREE_FROM) + (count - FREE_FROM) / 3
        days = counted * Decimal(DAYS_PER_REQUIREMENT[kind])
        build += days
        notes.append(f"{kind}: {count:g} requirement(s) at {DAYS_PER_REQUIREMENT[kind]} days{' (a third beyond ' + str(FREE_FROM) + ')' if count > FREE_FROM else ''} = {days:.1f} days")
    if not counts:
        return [], ["No requirement that asks for work was found: no effort is estimated."]
    months = Decimal(str(sizing["timeline"]["delivery_months"]))
    people = min(max(sum(counts.values()) * PEOPLE_PER_REQUIREMENT, Decimal("0.5")), Decimal(4))
    team = people * months * 19
    if team > build:
        notes.append(f"a standing team of {people:.1f} people for {months:g} months at 19 days is {team:.0f} days, more than the {build:.0f} days counted above: the team is taken")
        build = team
    plan = {role: build * Decimal(share) for role, share in SHARES.items()}
    plan["Project manager"] = max(months * min(Decimal(8), 2 + sum(counts.values()) * Decimal("0.12")), build * Decimal("0.10"))
    training = sum(1 for r in result["requirements"] if re.search(r"train|manual|documentation", r["text"], re.IGNORECASE) and r["part"] not in ("submission", "legal"))
    plan["Trainer and technical writer"] = Decimal(min(5 + 3 * training, 90))
    lines = []
    for role, exact in plan.items():
        days = exact.quantize(Decimal(1), rounding=ROUND_HALF_UP)
        if days:
            why = f"up to 8 days a month for {months:g} months, growing with the number of requirements, or a tenth of the build" if role == "Project manager" else f"5 days and 3 for each of {training} requirement(s) on training or documentation" if role.startswith("Trainer") else f"{Decimal(SHARES[role]) * 100:g} % of {build:.0f} build days"
            lines.append({"role": role, "days": days, "rate": Decimal(RATES[role]), "cost": cents(days * Decimal(RATES[role])), "assumption": why})
    return lines, notes


def budget_input(text: str) -> dict | None:
    """The budget a person typed: '500k-1.5M USD', 'up to 1.2 million EUR', '$2M per year over 3 years'."""
    text = " ".join(str(text or "").split())
    if not text:
        return None
    shared = re.search(r"(?i)\b(USD|EUR|GBP|CAD|AUD|CHF)\b|(US\$|\$|€|£)", text)
    sign = shared.group(0) if shared else "USD"
    numbers = []
    pattern = r"(?i)(\d{1,3}(?:[,' ]\d{3})+(?:\.\d+)?|\d+(?:[.,]\d+)?)\s?(million|mio|mn|mm|thousand|billion|[km](?![a-z]))?"
    cut = re.split(r"(?i)\bover\b|\bfor \d|\bin \d+ (?:year|month)", text)[0]
    for value, unit in re.findall(pattern, cut):
        plain = re.sub(r"[' ]|,(?=\d{3})", "", value).replace(",", ".")
        numbers.append((Decimal(plain), unit))
    if not numbers:
        return {"text": text, "currency": None, "low": None, "high": None, "period": "total"}
    last = numbers[-1][1]
    sums = [v * {"k": 1000, "t": 1000, "m": 10**6, "b": 10**9}.get((u or (last if v < 1000 else "") or " ")[0].lower(), 1) for v, u in numbers[:2]]  # noqa: PLR2004
    low, high = (min(sums), max(sums)) if len(sums) > 1 else (None, sums[0])
    if len(sums) == 1 and re.search(r"(?i)at least|minimum|from|more than|over \D*\d", cut) and not re.search(r"(?i)no more", cut):
        low, high = sums[0], None
    code = money(f"{sign} 1")[0][0] if money(f"{sign} 1") else sign.upper()
    return {"text": text, "currency": code, "low": low, "high": high, "period": period_of(text), "months": budget_months(text)}


def compare(totals: dict, low: Decimal | None, high: Decimal | None, currency: str | None, period: str, source: str, own_months: float | None = None) -> dict:
    """Set one budget against the total of the same period."""
    months = totals["term_months"]
    span_months = Decimal(str(own_months)) if own_months else months
    basis = {"year": ("an average year of the term", cents(totals["term"] * 12 / max(months, Decimal(12)))), "month": ("an average month of the term", cents(totals["term"] / max(months, Decimal(1))))}
    whole = (f"{span_months:g} months" if own_months else f"the whole term ({months:g} months)", cents(totals["monthly"] * span_months) + totals["one_time"])
    label, total = basis.get(period, whole)
    entry: dict = {"source": source, "currency": currency, "period": period, "low": low, "high": high, "compared_with": label, "total": total, "total_currency": CURRENCY}
    span = f"{currency or ''} " + (f"{low:,.2f} to {high:,.2f}" if low is not None and high is not None else f"{high:,.2f}" if high is not None else f"at least {low:,.2f}" if low is not None else "unreadable")
    if currency != CURRENCY or (low is None and high is None):
        entry["verdict"] = f"Not compared: the budget ({source}) is {span.strip()}, the estimate for {label} is {CURRENCY} {total:,.2f}. Nothing was converted; give a rate or a budget in {CURRENCY}."
    elif high is not None and total > high:
        entry["verdict"] = f"Above: the estimate for {label} is {CURRENCY} {total:,.2f}, {CURRENCY} {total - high:,.2f} ({(total - high) / high * 100:.1f} %) above the upper end of the budget ({source}: {span})."
    elif low is not None and total < low:
        entry["verdict"] = f"Below: the estimate for {label} is {CURRENCY} {total:,.2f}, {CURRENCY} {low - total:,.2f} below the lower end of the budget ({source}: {span}); check that nothing is missing."
    else:
        room = f", {CURRENCY} {high - total:,.2f} ({(high - total) / high * 100:.1f} %) below its upper end" if high is not None else ""
        entry["verdict"] = f"Within: the estimate for {label} is {CURRENCY} {total:,.2f}{room} (budget, {source}: {span})."
    return entry


def comparisons(given: dict, facts: dict, totals: dict) -> list[dict]:
    """The budget the person gave and each one in the document, against the estimate."""
    out = []
    told = budget_input(given["inputs"].get("budget_range"))
    if told:
        out.append(compare(totals, told["low"], told["high"], told["currency"], told["period"], f"given by you: \"{told['text']}\"", told.get("months")))
    for b in facts["budget"]:
        by: dict[str, list[Decimal]] = {}
        for a in b["amounts"]:
            by.setdefault(a["currency"], []).append(Decimal(a["amount"]))
        for currency, sums in by.items():
            low = min(sums) if len(sums) > 1 and not b["ceiling"] else None
            out.append(compare(totals, low, max(sums), currency, b["period"], f"in the document, {place(b)}", b["months"]))
    return out


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
    totals = {"one_time": work_cost, "monthly": monthly, "yearly": monthly * 12, "first_year": first_year, "term_months": months, "running_over_term": cents(monthly * months), "term": cents(monthly * months) + work_cost}
    facts = result["document"]
    assumptions = [
        f"Prices: approximate public list prices for {REGION[sizing['provider']]}, on demand, as of {AS_OF}, without tax, discount or reservation. Written down, not fetched: check each before use.",
        "Work: days follow from the number of requirements of each kind, at planning rates; both are assumptions to be replaced by the bidder's own.",
        f"Term: {months:g} months ({sizing['timeline']['term_source']}). Running cost is counted for every month of it, an upper bound.",
        f"Delivery: {sizing['timeline']['delivery_months']:g} months ({sizing['timeline']['delivery_source']}).",
        *(f"{name}: {d['value']:,.10g} {d['unit']} - {d['note']}" for name, d in sizing["drivers"].items() if not d["stated"]),
        *notes,
    ]
    if facts["exclusions"]:
        assumptions.append("The document leaves out: " + "; ".join(f"\"{e['text'][:200]}\"" for e in facts["exclusions"][:4]))
    if facts["standing_system"]:
        assumptions.append("The document speaks of a standing system: if it stays on the buyer's platform, the running lines (or most of them) fall away. They are priced here as if the parts were new.")
    compared = comparisons(given, facts, totals)
    stated = "; ".join(c["source"] for c in compared) or None
    verdict = " ".join(c["verdict"] for c in compared) or "No budget is stated, neither by you nor in the document: nothing to compare with."
    first = compared[0] if compared else {"low": None, "high": None}
    if not lines and not one_time:
        verdict = "Nothing was estimated: no requirement for a system or for work was found."
    return {"rehearsal": REHEARSAL, "currency": CURRENCY, "provider": sizing["provider"], "region": REGION[sizing["provider"]], "as_of": AS_OF, "lines": lines, "one_time": one_time, "totals": totals, "assumptions": assumptions,
        "budget_comparison": {"stated_budget": stated, "low": first["low"], "high": first["high"], "total": totals["term"], "verdict": verdict, "comparisons": compared}}


def safe(value: object) -> str:
    """A cell that no spreadsheet takes for a formula."""
    text = str(value)
    return "'" + text if text[:1] in "=+-@" and not re.fullmatch(r"-?\d[\d.]*", text) else text


def write_csv(cost: dict, path: Path) -> None:
    """The lines, the work and the totals as one table."""
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(["type", "component", "service or role", "quantity", "unit", "unit_price", "monthly", "yearly", "one_time", "currency", "assumption", "requirement_ids"])
        for x in cost["lines"]:
            out.writerow([safe(v) for v in ("running", x["component"], x["service"], x["quantity"], x["unit"], x["unit_price"], x["monthly"], x["yearly"], "", CURRENCY, x["assumption"], " ".join(x["requirement_ids"]))])
        for x in cost["one_time"]:
            out.writerow([safe(v) for v in ("one-time", "Implementation", x["role"], x["days"], "day", x["rate"], "", "", x["cost"], CURRENCY, x["assumption"], "")])
        t = cost["totals"]
        out.writerow(["total", "All", "", "", "", "", t["monthly"], t["yearly"], t["one_time"], CURRENCY, f"first year {t['first_year']}; term of {t['term_months']} months {t['term']}", ""])
        out.writerow(["note", REHEARSAL, "", "", "", "", "", "", "", "", "approximate list prices, to be checked", ""])


if __name__ == "__main__":
    folder = Path(GIVEN["outputs_dir"])  # noqa: F821
    result = json.loads((folder / "requirements.json").read_text(encoding="utf-8"))
    sizing = json.loads(work("sizing.json").read_text(encoding="utf-8"))
    cost = estimate(result, sizing, GIVEN)  # noqa: F821
    (folder / "cost_estimate.json").write_text(json.dumps(plain(cost), indent=1, ensure_ascii=False), encoding="utf-8")
    write_csv(cost, folder / "cost_estimate.csv")
    t = cost["totals"]
    print(f"COST in {CURRENCY}, {sizing['provider']}, list prices as of {AS_OF} (approximate): monthly {t['monthly']:,.2f}, yearly {t['yearly']:,.2f}, one-time {t['one_time']:,.2f}, first year {t['first_year']:,.2f}, term of {t['term_months']} months {t['term']:,.2f}")
    for x in sorted(cost["lines"], key=lambda x: -x["monthly"])[:8]:
        print(f"  {x['component']}: {x['quantity']} x {x['unit_price']} = {x['monthly']:,.2f} a month")
    for x in cost["one_time"]:
        print(f"  {x['role']}: {x['days']} days x {x['rate']} = {x['cost']:,.2f}")
    print("BUDGET " + cost["budget_comparison"]["verdict"])
