"""Estimates the work by role from the number of requirements of each kind, and the people who run the system."""

import re
from decimal import ROUND_HALF_UP, Decimal

from budget import cents
from catalogue import RATES

SUPPORTED = re.compile(
    r"support (?:desk|services?|hours|tickets?|requests?|calls?)|technical support|help ?desk|service "
    r"desk|maintenance|warranty|on-call|24 ?[x/] ?7|hosting|hosted|managed service|operat(?:e|ion) "
    r"(?:of )?the|"
    r"(?:application|production|post.(?:launch|go.live|implementation)) support|severity|incidents?\b",
    re.IGNORECASE,
)


DAYS_PER_REQUIREMENT = {
    "functional": "8",
    "integration": "18",
    "data": "10",
    "security": "5",
    "compliance": "4",
    "performance/availability": "5",
    "technical": "5",
    "support/operations": "2",
    "deliverable": "4",
    "project/staffing": "0.5",
}


SHARES = {
    "Solution architect": "0.10",
    "Business analyst and UX designer": "0.13",
    "Developer": "0.42",
    "Integration and data engineer": "0.10",
    "Tester": "0.14",
    "Security engineer": "0.05",
    "Cloud and operations engineer": "0.06",
}


PEOPLE_PER_REQUIREMENT = Decimal("0.04")  # a standing team, at least half a person and at most four


FREE_FROM = 30  # beyond so many requirements of a kind each further one costs less: they overlap


def operations(result: dict, sizing: dict) -> list[dict]:
    """People who run and support the system, when the document asks for support or operation."""
    ids = [
        r["id"]
        for r in result["requirements"]
        if r["kind"] == "support/operations"
        and SUPPORTED.search(r["text"])
        and r["part"] not in ("submission", "legal")
    ]
    if not ids:
        return []
    desk = [
        r
        for r in result["requirements"]
        if re.search(
            r"help ?desk|service desk|answer .{0,20}calls|tier 1|first (?:level|contact|line)", r["text"], re.IGNORECASE
        )
        and r["part"] not in ("submission", "legal")
    ]
    round_the_clock = any(re.search(r"24 ?[x/] ?7", r["text"]) for r in result["requirements"])
    if len(desk) > 1:
        users = Decimal(str(sizing["drivers"]["staff users"]["value"]))
        agents = max(
            Decimal(5) if round_the_clock else Decimal(1),
            (users / 600).quantize(Decimal(1), rounding=ROUND_HALF_UP) * (Decimal("1.6") if round_the_clock else 1),
        )
        days, rate = (agents * 21).quantize(Decimal(1), rounding=ROUND_HALF_UP), Decimal(RATES["Support agent"])
        why = (
            f"{agents:g} agents at 21 days: one for 600 of {users:,.0f} "
            f"users{', 1.6 times that round the clock, at least 5' if round_the_clock else ''} (assumption)"
        )
        return [
            {
                "component": "Service desk staffed by the vendor",
                "service": "Support agent",
                "quantity": days,
                "unit": "day, per month",
                "unit_price": rate,
                "monthly": cents(days * rate),
                "yearly": cents(days * rate) * 12,
                "price_source": "planning rate, an assumption",
                "assumption": why,
                "requirement_ids": [r["id"] for r in desk][:12],
            }
        ]
    days = Decimal(15 if round_the_clock else 6)
    rate = Decimal(RATES["Cloud and operations engineer"])
    why = (
        "15 days a month: support round the clock is asked for"
        if round_the_clock
        else "6 days a month for support and operation in business hours"
    ) + " (assumption)"
    return [
        {
            "component": "Support and operation by the vendor",
            "service": "Cloud and operations engineer",
            "quantity": days,
            "unit": "day, per month",
            "unit_price": rate,
            "monthly": cents(days * rate),
            "yearly": cents(days * rate) * 12,
            "price_source": "planning rate, an assumption",
            "assumption": why,
            "requirement_ids": ids[:12],
        }
    ]


def effort(result: dict, sizing: dict) -> tuple[list[dict], list[str]]:
    """Days and money by role, from the number of requirements of each kind."""
    counts: dict[str, Decimal] = {}
    for r in result["requirements"]:
        if (
            r["kind"] in DAYS_PER_REQUIREMENT
            and r["part"] not in ("submission", "legal")
            and r["obligation"] != "prohibited"
        ):
            counts[r["kind"]] = counts.get(r["kind"], Decimal(0)) + (
                Decimal("0.5") if r["obligation"] == "desired" else 1
            )
    notes, build = [], Decimal(0)
    for kind, count in counts.items():
        counted = count if count <= FREE_FROM else Decimal(FREE_FROM) + (count - FREE_FROM) / 3
        days = counted * Decimal(DAYS_PER_REQUIREMENT[kind])
        build += days
        notes.append(
            f"{kind}: {count:g} requirement(s) at {DAYS_PER_REQUIREMENT[kind]} "
            f"days{' (a third beyond ' + str(FREE_FROM) + ')' if count > FREE_FROM else ''} = {days:.1f} "
            "days"
        )
    if not counts:
        return [], ["No requirement that asks for work was found: no effort is estimated."]
    months = Decimal(str(sizing["timeline"]["delivery_months"]))
    people = min(max(sum(counts.values()) * PEOPLE_PER_REQUIREMENT, Decimal("0.5")), Decimal(4))
    team = people * months * 19
    if team > build:
        notes.append(
            f"a standing team of {people:.1f} people for {months:g} months at 19 days is {team:.0f} days, "
            f"more than the {build:.0f} days counted above: the team is taken"
        )
        build = team
    plan = {role: build * Decimal(share) for role, share in SHARES.items()}
    plan["Project manager"] = max(
        months * min(Decimal(8), 2 + sum(counts.values()) * Decimal("0.12")), build * Decimal("0.10")
    )
    training = sum(
        1
        for r in result["requirements"]
        if re.search(r"train|manual|documentation", r["text"], re.IGNORECASE)
        and r["part"] not in ("submission", "legal")
    )
    plan["Trainer and technical writer"] = Decimal(min(5 + 3 * training, 90))
    lines = []
    for role, exact in plan.items():
        days = exact.quantize(Decimal(1), rounding=ROUND_HALF_UP)
        if days:
            why = (
                f"up to 8 days a month for {months:g} months, growing with the number of requirements, "
                "or a tenth of the build"
                if role == "Project manager"
                else f"5 days and 3 for each of {training} requirement(s) on training or documentation"
                if role.startswith("Trainer")
                else f"{Decimal(SHARES[role]) * 100:g} % of {build:.0f} build days"
            )
            lines.append(
                {
                    "role": role,
                    "days": days,
                    "rate": Decimal(RATES[role]),
                    "cost": cents(days * Decimal(RATES[role])),
                    "assumption": why,
                }
            )
    return lines, notes
