"""Judges the request itself: gaps, vague words, contradictions, and the questions an architect would send the buyer.

Adds "gaps" and "questions" to requirements.json and writes requirements.md, the analysis for people.
"""

import json
import re
from collections import Counter
from decimal import Decimal
from pathlib import Path

from read_document import REHEARSAL, md, place, work
from sizing import BUILD_KINDS

VAGUE = re.compile(
    r"\b(user[- ]friendly|intuitive(?:ly)?|easy to use|easily|state[- ]of[- ]the[- ]art|modern|robust|seamless(?:ly)?|world[- ]class|best (?:practices?|in class)|industry[- ]standards?|as appropriate|where appropriate|"
    r"if (?:applicable|needed)|as (?:needed|required|necessary)|adequate(?:ly)?|sufficient(?:ly)?|reasonable|timely(?: manner)?|promptly|fast|quick(?:ly)?|minimal|optimal|flexible|scalable|high[- ]performance|"
    r"appropriate|efficient(?:ly)?|and/or|etc\b|including but not limited to|various|several|multiple|to the extent possible|near[- ]real[- ]time|high availability|comprehensive)", re.IGNORECASE)
UNDECIDED = re.compile(r"\b(TBD|TBC|to be (?:determined|decided|confirmed|defined|advised|announced|provided later)|\[insert[^\]]*\]|XX+)\b", re.IGNORECASE)
TOPICS = [  # what an architect needs a figure for: (topic, figures that answer it, words that answer it, words that make it matter, question)
    ("load", ("concurrent users", "transactions"), r"concurrent|per (?:second|hour|day)", "", "How many users work at once at the peak, and how many transactions a day are expected?"),
    ("data volume", ("storage", "records"), r"\b[GT]B\b", "", "How much data (records, GB) is held today, and how fast does it grow?"),
    ("availability", ("availability",), r"24 ?[x/] ?7", "", "Which availability is required, measured how, and with which maintenance windows?"),
    ("recovery", ("recovery point", "recovery time"), r"RPO|RTO|recovery (?:point|time)", "", "Which recovery point (RPO) and recovery time (RTO) are required?"),
    ("response time", ("response time",), r"response time", "", "Which response times are required, for which actions and under which load?"),
    ("retention", ("retention years",), r"retention", "", "How long must each kind of record be kept, and how must it be destroyed?"),
    ("environments", (), r"\b(?:test|staging|UAT|development) environment|environments", "", "Which environments are required besides production, and who provides them?"),
    ("support hours", (), r"24 ?[x/] ?7|business hours|support hours|\d ?(?:a\.?m|am)\b", "", "During which hours is support required, with which response times per severity?"),
    ("accessibility", (), r"WCAG|Section 508|EN 301 549|accessib", "", "Which accessibility standard and level applies to the user interface?"),
    ("data location", (), r"United States|within the (?:EU|UK|country|province)|data (?:residency|sovereignty|centers? located)|European Union|onshore|domestic|located in", "", "Where may data be stored and processed, and by whom?"),
    ("identity", (), r"single sign|SSO|SAML|Active Directory|Entra|Okta|identity provider|OAuth|OpenID", "", "Which identity provider must staff and public users sign on with?"),
    ("interfaces", (), r"interface (?:specification|control)|API (?:documentation|specification)|specification", r"integrat|interfac\w+ with|connect(?:ion|ions)? to", "For each interface: protocol, direction, frequency, volume, owner and test system?"),
    ("migration", ("records", "storage"), r"\b[GT]B\b", r"migrat|legacy data|data conver", "What is to be migrated: sources, formats, volume, quality and cut-over window?"),
    ("acceptance", (), r"acceptance (?:criteria|test)|user acceptance|accepted when", "", "By which criteria and within how many days is a deliverable accepted?"),
]


def missing_figures(result: dict, sizing: dict, text: str) -> list[dict]:
    """Topics that matter for the design and that the document gives no figure or rule for."""
    given = {f["name"] for f in sizing["figures"]}
    out = []
    for topic, figures, words, matters, question in TOPICS:
        answered = bool(set(figures) & given) or bool(words and re.search(words, text, re.IGNORECASE))
        if not answered and (not matters or re.search(matters, text, re.IGNORECASE)):
            ids = [r["id"] for r in result["requirements"] if matters and re.search(matters, r["text"], re.IGNORECASE)][:8]
            out.append({"kind": "nothing stated", "topic": topic, "text": f"The document says nothing about {topic}.", "requirement_ids": ids, "question": question})
    return out


def vague_words(result: dict) -> list[dict]:
    """Requirements that cannot be tested as they are worded."""
    out = []
    for r in result["requirements"]:
        words = sorted({m.group(1).lower() for m in VAGUE.finditer(r["text"])})
        if words and r["kind"] in (*BUILD_KINDS, "deliverable", "project/staffing") and r["part"] not in ("submission", "legal"):
            shown = ", ".join(f"\"{w}\"" for w in words)
            out.append({"kind": "vague wording", "topic": words[0], "text": f"{r['id']} uses {shown}: no test can decide whether it is met.", "requirement_ids": [r["id"]], "place": place(r),
                "question": f"{r['id']} ({place(r)}): what is measured, and which value is enough, where the text says {shown}?"})
    return out


def contradictions(result: dict, sizing: dict, given: dict) -> list[dict]:
    """Dates, weights, figures and sums that do not fit one another."""
    facts, out = result["document"], []

    def say(topic: str, text: str, question: str) -> None:
        out.append({"kind": "contradiction", "topic": topic, "text": text, "requirement_ids": [], "question": question})

    by: dict[str, list[dict]] = {}
    for d in facts["dates"]:
        by.setdefault(d["meaning"], []).append(d)
        if d["weekday_problem"]:
            say("date", f"{d['date']} ({d['meaning']}, {place(d)}): {d['weekday_problem']}.", f"Which is right for \"{d['meaning']}\": the weekday or the date {d['date']}?")
    for meaning in ("proposals due", "questions due", "go-live", "issued", "contract end"):
        days = sorted({d["date"] for d in by.get(meaning, [])})
        if len(days) > 1:
            places = "; ".join(f"{d['date']} in {place(d)}" for d in by[meaning])
            say("date", f"More than one date for \"{meaning}\": {places}.", f"Which date holds for \"{meaning}\": {' or '.join(days)}?")
    order = ["issued", "questions due", "proposals due", "contract award", "contract start", "go-live", "contract end"]
    known = [(m, min(d["date"] for d in by[m])) for m in order if m in by]
    for (first, a), (second, b) in zip(known, known[1:], strict=False):
        if a > b:
            say("date", f"\"{first}\" ({a}) lies after \"{second}\" ({b}).", f"Are the dates for \"{first}\" and \"{second}\" right?")
    percent = [c["weight"] for c in facts["evaluation_criteria"] if c["unit"] == "%"]
    if len(percent) > 2 and abs(sum(percent) - 100) > 0.5:  # noqa: PLR2004
        say("weights", f"The evaluation weights add up to {sum(percent):g} %, not 100 %.", "What are the right evaluation weights?")
    for name in ("availability", "recovery point", "recovery time", "concurrent users", "retention years"):
        values = {f["value"]: f for f in sizing["figures"] if f["name"] == name}
        if len(values) > 1:
            shown = "; ".join(f"{v:g} {f['unit']} ({place(f)})" for v, f in sorted(values.items()))
            say(name, f"Different figures for {name}: {shown}.", f"Which figure holds for {name}, or do they apply to different things?")
    limits = {(a["currency"], Decimal(a["amount"])) for b in facts["budget"] if b["ceiling"] and b["period"] == "total" for a in b["amounts"]}
    if len(limits) > 1:
        say("budget", "More than one ceiling is stated: " + ", ".join(f"{c} {a:,.0f}" for c, a in sorted(limits)) + ".", "Which ceiling holds, and for what?")
    line = sizing["timeline"]
    if line["told_months"] and facts["contract_term"]:
        stated = max((t["months"] for t in facts["contract_term"] if t["kind"] == "term"), default=None)
        if stated and line["told_months"] > stated * 1.1:
            say("timeline", f"The timeline you gave ({line['told']}, {line['told_months']:g} months) is longer than the contract term in the document ({stated:g} months).", "May delivery go beyond the stated contract term?")
    return out


def undecided(sentences: list[dict], attachments: list[str]) -> list[dict]:
    """Places the document leaves open, and attachments that are named but were not given."""
    out = [
        {"kind": "left open", "topic": "undecided", "text": f"{place(r)}: \"{r['text'][:160]}\"", "requirement_ids": [r["id"]], "place": place(r), "question": f"{r['id']} ({place(r)}): when will this be decided?"}
        for r in sentences if UNDECIDED.search(r["text"])
    ]
    if attachments:
        out.append({"kind": "not given", "topic": "attachments", "text": "Named but not part of the file that was read: " + ", ".join(attachments) + " (unless they are inside it).",
            "requirement_ids": [], "question": "Please supply the attachments named: requirements may stand in them that this analysis has not seen."})
    return out


def table(header: list[str], rows: list[list[object]]) -> str:
    """A Markdown table with escaped cells."""
    lines = ["| " + " | ".join(header) + " |", "|" + " --- |" * len(header)]
    return "\n".join(lines + ["| " + " | ".join(md(c) if c not in (None, "") else "-" for c in row) + " |" for row in rows])


def listing(requirements: list[dict]) -> str:
    """Requirements as a table."""
    return table(["Id", "Requirement", "Kind", "Obligation", "Who acts", "Where"], [[r["id"], r["text"], r["kind"], r["obligation"], r["actor"], place(r)] for r in requirements])


def facts_table(facts: dict) -> str:
    """What is bought by whom, until when, for how much."""
    sums = "; ".join(", ".join(f"{a['currency']} {Decimal(a['amount']):,.0f}" for a in b["amounts"]) + f" ({'per ' + b['period'] if b['period'] != 'total' else 'in total'}{', a ceiling' if b['ceiling'] else ''}; {place(b)})" for b in facts["budget"])
    term = "; ".join(f"{t['months']:g} months ({t['kind']}; {place(t)})" for t in facts["contract_term"])
    rows = [["Title", facts["title"]], ["Buyer", facts["buyer"]], ["Number", facts["number"]], ["Contact", facts["contact"]], ["Budget", sums or "no budget is stated"], ["Contract term", term or "no term is stated"],
        ["Standards named", ", ".join(facts["standards"]) or "none"], ["Products named", ", ".join(facts["named_products"]) or "none"], ["Attachments named", ", ".join(facts["attachments"]) or "none"],
        ["Not found in the document", ", ".join(facts["not_found"]) or "nothing of what was looked for"]]
    return table(["Fact", "As read"], rows)


def report(result: dict) -> str:
    """The analysis as Markdown."""
    facts, requirements, gaps = result["document"], result["requirements"], result["gaps"]
    out = [f"*{REHEARSAL}*", f"# Requirements analysis: {md(facts['title'])}"]
    if not result["reads_like_an_rfp"]:
        out.append(f"**This document does not read like a request for proposals**: hardly any words of procurement occur in it. {len(requirements)} sentence(s) oblige a vendor or a system; take what follows with care.")
    if not requirements:
        out.append("No requirement was found in this document.")
    out += ["## The procurement", facts_table(facts)]
    if facts["dates"]:
        rows = [[d["date"], d["meaning"] + (f" ({d['time']})" if d["time"] else ""), d["text"][:200], place(d)] for d in sorted(facts["dates"], key=lambda d: d["date"])]
        out += ["## Dates", table(["Date", "Meaning", "As it stands", "Where"], rows)]
    obligations = ["mandatory", "prohibited", "stated scope", "desired"]
    counts = Counter((r["kind"], r["obligation"]) for r in requirements)
    kinds = [k for k, _ in Counter(r["kind"] for r in requirements).most_common()]
    rows = [[k, *[counts[k, o] or "" for o in obligations], sum(counts[k, o] for o in obligations)] for k in kinds]
    rows.append(["all", *[sum(counts[k, o] for k in kinds) for o in obligations], len(requirements)])
    out += ["## Counts by kind", table(["Kind", *obligations, "all"], rows), "*Stated scope*: named as part of the work without shall, must or will. *Prohibited*: what the vendor must not do."]
    firm = [r for r in requirements if r["obligation"] in ("mandatory", "prohibited", "stated scope") and r["kind"] not in ("submission", "legal", "commercial")]
    groups = [("Mandatory requirements for the solution and its delivery", firm),
        ("Desired requirements", [r for r in requirements if r["obligation"] == "desired" and r["kind"] != "submission"]),
        ("Commercial and legal requirements", [r for r in requirements if r["kind"] in ("legal", "commercial") and r["obligation"] != "desired"]),
        ("What the proposal must contain and how it is submitted", [r for r in requirements if r["kind"] == "submission"])]
    for title, entries in groups:
        out += [f"## {title} ({len(entries)})", listing(entries) if entries else "None found."]
    duties = [d for d in result["buyer_obligations"] if d["part"] not in ("evaluation", "submission", "schedule")]
    if duties:
        out += [f"## What the buyer takes on ({len(duties)})", table(["Id", "Duty", "Where"], [[d["id"], d["text"], place(d)] for d in duties])]
    if facts["deliverables"]:
        out += ["## Deliverables named", table(["Deliverable", "Due", "Requirement", "Where"], [[d["name"], d["due"], d["requirement_id"], place(d)] for d in facts["deliverables"]])]
    if facts["evaluation_criteria"]:
        out += ["## Evaluation", table(["Criterion", "Weight"], [[c["criterion"], f"{c['weight']:g} {c['unit']}"] for c in facts["evaluation_criteria"]])]
    for title, kind in (("Contradictions", "contradiction"), ("What the document does not say", "nothing stated"), ("Vague wording", "vague wording"), ("Left open or not given", "left open not given")):
        own = [g for g in gaps if g["kind"] in kind]
        out += [f"## {title} ({len(own)})", "\n".join(f"- {md(g['text'])}" for g in own[:60]) or "None found."]
    out += [f"## Questions to the buyer ({len(result['questions'])})", "\n".join(f"{n}. {md(q)}" for n, q in enumerate(result["questions"], 1)) or "None."]
    return "\n\n".join(out) + "\n"


if __name__ == "__main__":
    folder = Path(GIVEN["outputs_dir"])  # noqa: F821
    result = json.loads((folder / "requirements.json").read_text(encoding="utf-8"))
    sizing = json.loads(work("sizing.json").read_text(encoding="utf-8"))
    text = " ".join(r["text"] for r in result["requirements"])
    gaps = contradictions(result, sizing, GIVEN)  # noqa: F821
    gaps += missing_figures(result, sizing, text) if sizing["asks_for_software"] else []
    gaps += vague_words(result) + undecided(result["requirements"], result["document"]["attachments"])
    result["gaps"], result["questions"] = gaps, [g["question"] for g in gaps][:80]
    (folder / "requirements.json").write_text(json.dumps(result, indent=1, ensure_ascii=False), encoding="utf-8")
    (folder / "requirements.md").write_text(report(result), encoding="utf-8")
    print(f"ANALYSIS {len(gaps)} gaps: " + ", ".join(f"{k} {n}" for k, n in Counter(g["kind"] for g in gaps).most_common()))
    for gap in gaps[:14]:
        print(f"  [{gap['kind']}] {gap['text'][:160]}")
