"""Judges the request itself: gaps, vague words, contradictions, and the questions an architect would send the buyer.

Adds "gaps" and "questions" to requirements.json and writes requirements.md, the analysis for people.
"""

import json
from collections import Counter
from decimal import Decimal
from pathlib import Path

from gaps import contradictions, missing_figures, undecided, vague_words
from read_document import REHEARSAL, md, place, work


def table(header: list[str], rows: list[list[object]]) -> str:
    """A Markdown table with escaped cells."""
    lines = ["| " + " | ".join(header) + " |", "|" + " --- |" * len(header)]
    return "\n".join(
        lines + ["| " + " | ".join(md(c) if c not in (None, "") else "-" for c in row) + " |" for row in rows]
    )


def listing(requirements: list[dict]) -> str:
    """Requirements as a table."""
    return table(
        ["Id", "Requirement", "Kind", "Obligation", "Who acts", "Where"],
        [[r["id"], r["text"], r["kind"], r["obligation"], r["actor"], place(r)] for r in requirements],
    )


def facts_table(facts: dict) -> str:
    """What is bought by whom, until when, for how much."""
    sums = "; ".join(
        ", ".join(f"{a['currency']} {Decimal(a['amount']):,.0f}" for a in b["amounts"])
        + (
            " "
            f"({'per ' + b['period'] if b['period'] != 'total' else 'in total'}"
            f"{', a ceiling' if b['ceiling'] else ''}; "
            f"{place(b)})"
        )
        for b in facts["budget"]
    )
    term = "; ".join(f"{t['months']:g} months ({t['kind']}; {place(t)})" for t in facts["contract_term"])
    rows = [
        ["Title", facts["title"]],
        ["Buyer", facts["buyer"]],
        ["Number", facts["number"]],
        ["Contact", facts["contact"]],
        ["Budget", sums or "no budget is stated"],
        ["Contract term", term or "no term is stated"],
        ["Standards named", ", ".join(facts["standards"]) or "none"],
        ["Products named", ", ".join(facts["named_products"]) or "none"],
        ["Attachments named", ", ".join(facts["attachments"]) or "none"],
        ["Not found in the document", ", ".join(facts["not_found"]) or "nothing of what was looked for"],
    ]
    return table(["Fact", "As read"], rows)


def report(result: dict) -> str:
    """The analysis as Markdown."""
    facts, requirements, gaps = result["document"], result["requirements"], result["gaps"]
    out = [f"*{REHEARSAL}*", f"# Requirements analysis: {md(facts['title'])}"]
    if not result["reads_like_an_rfp"]:
        out.append(
            "**This document does not read like a request for proposals**: hardly any words of "
            f"procurement occur in it. {len(requirements)} sentence(s) oblige a vendor or a system; take "
            "what follows with care."
        )
    if not requirements:
        out.append("No requirement was found in this document.")
    out += ["## The procurement", facts_table(facts)]
    if facts["dates"]:
        rows = [
            [d["date"], d["meaning"] + (f" ({d['time']})" if d["time"] else ""), d["text"][:200], place(d)]
            for d in sorted(facts["dates"], key=lambda d: d["date"])
        ]
        out += ["## Dates", table(["Date", "Meaning", "As it stands", "Where"], rows)]
    obligations = ["mandatory", "prohibited", "stated scope", "desired"]
    counts = Counter((r["kind"], r["obligation"]) for r in requirements)
    kinds = [k for k, _ in Counter(r["kind"] for r in requirements).most_common()]
    rows = [[k, *[counts[k, o] or "" for o in obligations], sum(counts[k, o] for o in obligations)] for k in kinds]
    rows.append(["all", *[sum(counts[k, o] for k in kinds) for o in obligations], len(requirements)])
    out += [
        "## Counts by kind",
        table(["Kind", *obligations, "all"], rows),
        (
            "*Stated scope*: named as part of the work without shall, must or will. *Prohibited*: "
            "what the vendor must not do."
        ),
    ]
    firm = [
        r
        for r in requirements
        if r["obligation"] in ("mandatory", "prohibited", "stated scope")
        and r["kind"] not in ("submission", "legal", "commercial")
    ]
    groups = [
        ("Mandatory requirements and stated scope: the solution and its delivery", firm),
        (
            "Desired requirements",
            [r for r in requirements if r["obligation"] == "desired" and r["kind"] != "submission"],
        ),
        (
            "Commercial and legal requirements",
            [r for r in requirements if r["kind"] in ("legal", "commercial") and r["obligation"] != "desired"],
        ),
        (
            "What the proposal must contain and how it is submitted",
            [r for r in requirements if r["kind"] == "submission"],
        ),
    ]
    for title, entries in groups:
        out += [f"## {title} ({len(entries)})", listing(entries) if entries else "None found."]
    duties = [d for d in result["buyer_obligations"] if d["part"] not in ("evaluation", "submission", "schedule")]
    if duties:
        out += [
            f"## What the buyer takes on ({len(duties)})",
            table(["Id", "Duty", "Where"], [[d["id"], d["text"], place(d)] for d in duties]),
        ]
    if facts["deliverables"]:
        out += [
            "## Deliverables named",
            table(
                ["Deliverable", "Due", "Requirement", "Where"],
                [[d["name"], d["due"], d["requirement_id"], place(d)] for d in facts["deliverables"]],
            ),
        ]
    if facts["evaluation_criteria"]:
        out += [
            "## Evaluation",
            table(
                ["Criterion", "Weight"],
                [[c["criterion"], f"{c['weight']:g} {c['unit']}"] for c in facts["evaluation_criteria"]],
            ),
        ]
    for title, kind in (
        ("Contradictions", "contradiction"),
        ("What the document does not say", "nothing stated"),
        ("Vague wording", "vague wording"),
        ("Left open or not given", "left open not given"),
    ):
        own = [g for g in gaps if g["kind"] in kind]
        out += [f"## {title} ({len(own)})", "\n".join(f"- {md(g['text'])}" for g in own[:60]) or "None found."]
    out += [
        f"## Questions to the buyer ({len(result['questions'])})",
        "\n".join(f"{n}. {md(q)}" for n, q in enumerate(result["questions"], 1)) or "None.",
    ]
    return "\n\n".join(out) + "\n"


if __name__ == "__main__":
    folder = Path(GIVEN["outputs_dir"])  # noqa: F821
    result = json.loads((folder / "requirements.json").read_text(encoding="utf-8"))
    sizing = json.loads(work("sizing.json").read_text(encoding="utf-8"))
    text = " ".join(r["text"] for r in result["requirements"])
    gaps = contradictions(result, sizing)
    gaps += missing_figures(result, sizing, text) if sizing["asks_for_software"] else []
    gaps += vague_words(result) + undecided(result["requirements"], result["document"]["attachments"])
    result["gaps"], result["questions"] = gaps, [g["question"] for g in gaps][:80]
    (folder / "requirements.json").write_text(json.dumps(result, indent=1, ensure_ascii=False), encoding="utf-8")
    (folder / "requirements.md").write_text(report(result), encoding="utf-8")
    print(
        f"ANALYSIS {len(gaps)} gaps: "
        + ", ".join(f"{k} {n}" for k, n in Counter(g["kind"] for g in gaps).most_common())
    )
    for gap in gaps[:14]:
        print(f"  [{gap['kind']}] {gap['text'][:160]}")
