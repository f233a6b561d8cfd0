"""Finds risks in what the document says and leaves out; each with evidence, probability, impact, mitigation and owner.

Writes risks.md and data/risks.json.
"""

import json
import re
from datetime import date
from decimal import Decimal
from pathlib import Path

from analysis import table
from architecture import outside_systems
from read_document import REHEARSAL, md, place, work
from risk_signs import SIGNS, STANDARD_HELP

LEVEL = {"high": 3, "medium": 2, "low": 1}


def add(
    risks: list[dict], title: str, evidence: str, spot: str, probability: str, impact: str, mitigation: str, owner: str
) -> None:
    """Keep one risk."""
    risks.append(
        {
            "risk": title,
            "evidence": evidence,
            "where": spot,
            "probability": probability,
            "impact": impact,
            "mitigation": mitigation,
            "owner": owner,
            "score": LEVEL[probability] * LEVEL[impact],
        }
    )


def from_text(result: dict, risks: list[dict]) -> None:
    """Risks that a sentence of the document gives rise to."""
    pool = [
        *result["requirements"],
        *result["buyer_obligations"],
        *result["document"]["penalties"],
        *result["document"]["exclusions"],
    ]
    for title, words, kinds, probability, impact, mitigation, owner in SIGNS:
        hits = [
            r for r in pool if re.search(words, r["text"], re.IGNORECASE) and (kinds is None or r.get("kind") in kinds)
        ]
        if hits:
            others = [h["id"] for h in hits[1:6] if h.get("id")]
            more = f" (also {', '.join(others)})" if others else ""
            add(
                risks, title, f'"{hits[0]["text"][:260]}"{more}', place(hits[0]), probability, impact, mitigation, owner
            )
    for name in result["document"]["standards"]:
        hit = next(
            (
                r
                for r in pool
                if re.search(re.escape(name.split(" /")[0].split("/")[0].split()[0]), r["text"], re.IGNORECASE)
            ),
            None,
        )
        if hit:
            help_text = STANDARD_HELP.get(name, "map its controls to the design, name who proves them")
            add(
                risks,
                f"{name} must be met and proven",
                f'"{hit["text"][:260]}"',
                place(hit),
                "medium",
                "high",
                help_text[:1].upper() + help_text[1:] + ".",
                "Security engineer",
            )


def from_dates(result: dict, risks: list[dict]) -> None:
    """Risks of time: a short time to answer, a short time to deliver."""
    by = {d["meaning"]: d for d in reversed(result["document"]["dates"])}
    if "issued" in by and "proposals due" in by:
        days = (date.fromisoformat(by["proposals due"]["date"]) - date.fromisoformat(by["issued"]["date"])).days
        if 0 < days < 45:
            add(
                risks,
                f"{days} days from issue to the deadline",
                (
                    f"issued {by['issued']['date']}, due {by['proposals due']['date']}: "
                    f'"{by["proposals due"]["text"][:160]}"'
                ),
                place(by["proposals due"]),
                "medium",
                "medium",
                "Fix the answers to the key questions first; send questions at once.",
                "Bid manager",
            )
    start, live = by.get("contract start"), by.get("go-live")
    if start and live:
        months = (date.fromisoformat(live["date"]) - date.fromisoformat(start["date"])).days / 30.44
        if 0 < months < 6:
            add(
                risks,
                f"Go-live {months:.1f} months after the start",
                f"start {start['date']}, go-live {live['date']}",
                place(live),
                "high",
                "high",
                "Agree a first release with the essential functions; move the rest behind it.",
                "Vendor's project manager",
            )
    if (
        start
        and "contract award" in by
        and 0 <= (date.fromisoformat(start["date"]) - date.fromisoformat(by["contract award"]["date"])).days < 21
    ):
        add(
            risks,
            "Little time between award and start",
            f"award {by['contract award']['date']}, start {start['date']}",
            place(start),
            "medium",
            "medium",
            "Hold the team ready; agree what may begin before signature.",
            "Vendor's project manager",
        )


def from_numbers(result: dict, sizing: dict, cost: dict, risks: list[dict]) -> None:
    """Risks of money, effort and missing figures."""
    for c in cost["budget_comparison"]["comparisons"]:
        if c["verdict"].startswith("Above") and any(r["risk"] == "The estimate lies above the budget" for r in risks):
            continue
        if c["verdict"].startswith("Above"):
            add(
                risks,
                "The estimate lies above the budget",
                c["verdict"],
                c["source"],
                "high",
                "high",
                (
                    "Cut or stage the scope before bidding; use reserved prices; ask whether the budget "
                    "covers running cost."
                ),
                "Bid manager",
            )
        elif c["verdict"].startswith("Within") and c["high"] and c["total"] > 0.85 * c["high"]:
            add(
                risks,
                "Little room below the budget",
                c["verdict"],
                c["source"],
                "medium",
                "high",
                "Hold a reserve for change; confirm the assumptions behind the largest lines.",
                "Bid manager",
            )
        elif c["verdict"].startswith("Not compared"):
            add(
                risks,
                "Budget and estimate are in different currencies",
                c["verdict"],
                c["source"],
                "medium",
                "medium",
                "Fix a rate and who bears its change.",
                "Bid manager",
            )
    days = sum((Decimal(str(x["days"])) for x in cost["one_time"]), Decimal(0))
    people = days / (Decimal(str(sizing["timeline"]["delivery_months"])) * 19) if days else Decimal(0)
    if people > 12:
        add(
            risks,
            f"A team of about {people:.0f} full-time people is needed",
            (
                f"{days:g} days of work in {sizing['timeline']['delivery_months']:g} months "
                f"({sizing['timeline']['delivery_source']})"
            ),
            "cost estimate",
            "high" if people > 25 else "medium",
            "high",
            "Stage the delivery, or lengthen it; find partners early.",
            "Vendor's project manager",
        )
    silent = [g["topic"] for g in result["gaps"] if g["kind"] == "nothing stated"]
    if silent:
        add(
            risks,
            "The design rests on assumed figures",
            "the document says nothing about: " + ", ".join(silent),
            "whole document",
            "high",
            "medium" if len(silent) < 6 else "high",
            "Ask the questions in the requirements analysis; state the assumptions in the offer as conditions.",
            "Solution architect",
        )
    vague = [g for g in result["gaps"] if g["kind"] == "vague wording"]
    if vague:
        first = next(r for r in result["requirements"] if r["id"] == vague[0]["requirement_ids"][0])
        add(
            risks,
            f"{len(vague)} requirement(s) cannot be tested as worded",
            f'{vague[0]["text"]} "{first["text"][:200]}"',
            place(first),
            "high" if len(vague) > 8 else "medium",
            "medium",
            "Agree measurable acceptance criteria in the first month.",
            "Business analyst",
        )
    for g in [g for g in result["gaps"] if g["kind"] == "contradiction"]:
        add(
            risks,
            f"Contradiction: {g['topic']}",
            g["text"],
            "see the requirements analysis",
            "medium",
            "medium",
            "Ask before the deadline: " + g["question"],
            "Bid manager",
        )
    if any(g["kind"] == "not given" for g in result["gaps"]):
        text = next(g["text"] for g in result["gaps"] if g["kind"] == "not given")
        add(
            risks,
            "Requirements may stand in attachments that were not read",
            text,
            "whole document",
            "high",
            "medium",
            "Get and read the attachments before the price is fixed.",
            "Bid manager",
        )
    systems = outside_systems(result, sizing)
    if len(sizing["interfaces"]) > 1:
        hit = next(r for r in result["requirements"] if r["id"] == sizing["interfaces"][0])
        add(
            risks,
            f"{len(sizing['interfaces'])} requirements for interfaces ({', '.join(systems) or 'systems not named'})",
            f'"{hit["text"][:260]}"',
            place(hit),
            "medium",
            "high",
            "Get specifications and test access in the first month; simulate each outside system.",
            "Integration and data engineer",
        )


def report(result: dict, risks: list[dict]) -> str:
    """risks.md."""
    out = [f"*{REHEARSAL}*", f"# Risks: {md(result['document']['title'])}"]
    if not risks:
        return (
            "\n\n".join(
                [*out, "No risk could be derived: the document holds no requirement, date or sum to derive one from."]
            )
            + "\n"
        )
    out.append(
        f"{len(risks)} risks read from the document, the estimate and the gaps; ordered by probability "
        "times impact. The levels are a first judgement by rule, to be weighed by the team."
    )
    out.append(
        table(
            ["Id", "Risk", "Probability", "Impact", "Owner"],
            [[r["id"], r["risk"], r["probability"], r["impact"], r["owner"]] for r in risks],
        )
    )
    out += [
        f"## {r['id']} {md(r['risk'])}\n\n- Evidence: {md(r['evidence'])} ({md(r['where'])})\n"
        f"- Probability: {r['probability']}; impact: {r['impact']}\n- Mitigation: {md(r['mitigation'])}\n"
        f"- Owner: {md(r['owner'])}"
        for r in risks
    ]
    return "\n\n".join(out) + "\n"


def find(result: dict, sizing: dict, cost: dict) -> list[dict]:
    """All risks, numbered from the greatest."""
    risks: list[dict] = []
    if result["requirements"]:
        from_text(result, risks)
        from_dates(result, risks)
        from_numbers(result, sizing, cost, risks)
    risks.sort(key=lambda r: (-r["score"], r["risk"]))
    for n, risk in enumerate(risks, 1):
        risk["id"] = f"K-{n:02d}"
    return risks


if __name__ == "__main__":
    folder = Path(GIVEN["outputs_dir"])  # noqa: F821
    result = json.loads((folder / "requirements.json").read_text(encoding="utf-8"))
    sizing = json.loads(work("sizing.json").read_text(encoding="utf-8"))
    cost = json.loads((folder / "cost_estimate.json").read_text(encoding="utf-8"))
    risks = find(result, sizing, cost)
    work("risks.json").write_text(json.dumps(risks, indent=1, ensure_ascii=False), encoding="utf-8")
    (folder / "risks.md").write_text(report(result, risks), encoding="utf-8")
    print(f"RISKS {len(risks)}")
    for r in risks[:8]:
        print(f"  {r['id']} {r['risk']} ({r['probability']}/{r['impact']}, {r['where']})")
