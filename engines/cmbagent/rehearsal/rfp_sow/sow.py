"""Drafts the statement of work from everything found: sow.md and sow.docx, the same text in both.

What the document does not say and nobody has agreed is marked [to be agreed]; nothing is invented in its place.
"""

import json
import re
from pathlib import Path

from kinds import context_of
from read_document import REHEARSAL, place, work
from sow_files import Block, as_docx, as_markdown
from structure import load
from workplan import OPEN, plan

SHOWN = 14


IN_SCOPE = [
    ("Functions", ("functional",)),
    ("Interfaces and data", ("integration", "data")),
    ("Technology, performance and availability", ("technical", "performance/availability")),
    ("Security and compliance", ("security", "compliance")),
    ("Support and operation", ("support/operations",)),
    ("Project and people", ("project/staffing",)),
    ("Documents and other deliverables", ("deliverable",)),
]


def background(document: object) -> list[str]:
    """The first sentences of the document's own background, purpose or introduction."""
    out: list[str] = []
    for s in document.sentences():
        title = s.block.path[-1] if s.block.path else ""
        if (
            s.block.kind == "para"
            and re.search(r"(?i)background|purpose|introduction|overview|about|summary", title)
            and context_of([title]) in ("background", "submission", "")
            and len(s.text) > 60
            and not s.text.endswith(":")
        ):
            out.append(s.text)
        if len(out) == 4:
            break
    return out


def acceptance(name: str, requirements: list[dict], own: str | None) -> tuple[str, list[str]]:
    """How a deliverable is accepted, and the requirements it answers: those that share its words."""
    words = {w[:7] for w in re.findall(r"[a-z]{4,}", name.lower())} - {
        "deliver",
        "documen",
        "report",
        "final",
        "product",
        "service",
        "system",
    }
    near = [
        r["id"]
        for r in requirements
        if r["kind"] != "submission"
        and words
        and sum(w in r["text"].lower() for w in words) >= max(1, min(2, len(words)))
    ]
    ids = list(dict.fromkeys(([own] if own else []) + near))[:8]
    test = (
        "shown by a passed test"
        if re.search(
            r"(?i)code|software|system|release|module|interface|environment|migration|prototype|portal|application",
            name,
        )
        else "shown by a completed session and its attendance list"
        if re.search(r"(?i)training session|workshop|training$", name)
        else "reviewed by the buyer without open major comment"
    )
    return (
        f"Meets {', '.join(ids) if ids else 'its description in the document'}; {test}. Time for review: {OPEN}.",
        ids,
    )


def deliverables(result: dict) -> list[list[str]]:
    """The deliverables table: as the document names them, else one per group of requirements."""
    rows, solution = [], [r for r in result["requirements"] if r["part"] not in ("submission", "legal")]
    for d in result["document"]["deliverables"][:40]:
        text, _ = acceptance(d["name"], solution, d["requirement_id"])
        rows.append([f"D{len(rows) + 1:02d}", d["name"], d["due"] or OPEN, text, place(d)])
    if not rows:
        for title, kinds in IN_SCOPE:
            ids = [r["id"] for r in solution if r["kind"] in kinds]
            if ids:
                shown = ", ".join(ids[:10]) + (f" and {len(ids) - 10} more" if len(ids) > 10 else "")
                rows.append(
                    [
                        f"D{len(rows) + 1:02d}",
                        title,
                        OPEN,
                        f"Meets {shown}. Time for review: {OPEN}.",
                        "derived: the document lists no deliverables",
                    ]
                )
    return rows


def service_levels(result: dict, sizing: dict) -> list[list[str]]:
    """Service levels the document states; the others are open."""
    d, rows = sizing["drivers"], []
    for name, label in (
        ("availability", "Availability a month"),
        ("response time", "Response time"),
        ("recovery point", "Recovery point"),
        ("recovery time", "Recovery time"),
    ):
        x = d[name]
        rows.append(
            [
                label,
                f"{x['value']:g} {x['unit']}" if x["stated"] else OPEN,
                x["note"] if x["stated"] else "the document gives no figure",
            ]
        )
    hours = next(
        (
            r
            for r in result["requirements"]
            if re.search(r"24 ?[x/] ?7|business hours|support hours|\bhelp ?desk\b", r["text"], re.IGNORECASE)
            and r["kind"] == "support/operations"
        ),
        None,
    )
    rows.append(
        [
            "Support hours",
            hours["text"] if hours else OPEN,
            f"{hours['id']}, {place(hours)}" if hours else "the document gives no figure",
        ]
    )
    return rows


def by_kind(result: dict, kinds: tuple[str, ...]) -> list[dict]:
    """Requirements of these kinds that belong to the work itself."""
    return [
        r
        for r in result["requirements"]
        if r["kind"] in kinds
        and r["part"] not in ("submission", "legal", "commercial")
        and r["obligation"] in ("mandatory", "stated scope", "prohibited")
    ]


def short(r: dict) -> str:
    """A requirement without the lead-in its list items share, where that only announces the scope."""
    return r["quote"] if r.get("lead_in") and r["obligation"] == "stated scope" else r["text"]


def compose(given: dict, result: dict, sizing: dict, cost: dict, document: object) -> list[Block]:
    """The statement of work as headings, paragraphs, lists and tables."""
    facts, t, line = result["document"], cost["totals"], sizing["timeline"]
    buyer, number = facts["buyer"] or f"{OPEN} (buyer)", facts["number"]
    out: list[Block] = [("note", REHEARSAL), ("title", f"Statement of Work: {facts['title']}")]
    out.append(
        (
            "table",
            (
                ["", ""],
                [
                    ["Buyer", buyer],
                    ["Vendor", OPEN],
                    ["Reference", number or OPEN],
                    ["Draft of", "this rehearsal; date and version " + OPEN],
                    ["Source document", facts["name"]],
                ],
            ),
        )
    )
    if not result["requirements"]:
        out.append(
            (
                "p",
                (
                    "No requirement was found in the document, so there is no work to describe. The sections "
                    "of a statement of work are left open."
                ),
            )
        )
    rows, note = plan(given, facts, line)
    out += [
        ("h", "1. Purpose"),
        (
            "p",
            f'This statement of work sets out what {OPEN} (the vendor) delivers to {buyer} for "{facts["title"]}"'
            + (f" under {number}" if number else "")
            + (
                ", how it is accepted and what it costs. It is a draft: each number R-... points to a "
                "requirement in requirements.md, with its page or section in the source."
            ),
        ),
    ]
    told = background(document)
    out += [("h", "2. Background"), ("p", " ".join(told) if told else f"The document gives no background. {OPEN}")]
    out.append(("h", "3. Scope"))
    for title, kinds in IN_SCOPE:
        own = by_kind(result, kinds)
        if own:
            out += [
                ("h2", f"3.{sum(1 for b in out if b[0] == 'h2') + 1} {title} ({len(own)})"),
                (
                    "list",
                    [f"{r['id']}: {short(r)}" for r in own[:SHOWN]]
                    + (
                        [
                            (
                                f"and {len(own) - SHOWN} more: {own[SHOWN]['id']} to {own[-1]['id']} of this "
                                "kind, listed in requirements.md"
                            )
                        ]
                        if len(own) > SHOWN
                        else []
                    ),
                ),
            ]
    wishes = [r for r in result["requirements"] if r["obligation"] == "desired" and r["kind"] != "submission"]
    excluded = [f'"{e["text"]}" ({place(e)})' for e in facts["exclusions"][:10]]
    excluded += (
        [f"{len(wishes)} desired requirement(s) unless agreed: " + ", ".join(r["id"] for r in wishes[:12])]
        if wishes
        else []
    )
    excluded += [
        "Anything not named in section 3; it needs a change request (section 12).",
        "Licences and services the buyer already holds.",
    ]
    out += [("h2", "Out of scope"), ("list", excluded)]
    out += [
        ("h", "4. Deliverables and acceptance"),
        ("table", (["Id", "Deliverable", "Due", "Accepted when", "Source"], deliverables(result))),
    ]
    out += [("h", "5. Work plan"), ("p", note), ("table", (["Phase", "When", "Work", "Ends with"], rows))]
    if re.search(r"\bsprint|\bagile\b|\bscrum\b", " ".join(r["text"] for r in result["requirements"]), re.IGNORECASE):
        out.append(
            (
                "p",
                "The document asks for agile work: within the phases the work runs in sprints (length "
                + OPEN
                + "), each with planning, review with demonstration, and retrospective.",
            )
        )
    out += [
        ("h", "6. Roles"),
        (
            "table",
            (
                ["Role", "Days", "Person"],
                [[x["role"], f"{x['days']:g}", OPEN] for x in cost["one_time"]] or [[OPEN, OPEN, OPEN]],
            ),
        ),
    ]
    stated = [
        r
        for r in by_kind(result, ("project/staffing",))
        if re.search(r"(?i)manager|lead|personnel|key|experience", r["text"])
    ][:6]
    if stated:
        out += [("p", "What the document asks of people:"), ("list", [f"{r['id']}: {r['text']}" for r in stated])]
    out += [("h", "7. Assumptions"), ("list", cost["assumptions"][:24])]
    duties = [
        f"{d['id']}: {d['text']} ({place(d)})"
        for d in result["buyer_obligations"]
        if d["part"] not in ("evaluation", "submission", "schedule", "definitions", "background")
    ][:16]
    out += [
        ("h", "8. What the buyer provides"),
        ("p", "From the document:" if duties else "The document names no duty of the buyer."),
        (
            "list",
            [
                *duties,
                f"A product owner with authority to decide: {OPEN}",
                f"Access to systems, test data and people within {OPEN} working days",
                f"Review of deliverables within {OPEN} working days",
            ],
        ),
    ]
    out += [("h", "9. Service levels"), ("table", (["Measure", "Level", "Source"], service_levels(result, sizing)))]
    money = cost["currency"]
    price = [
        ["One-time work", f"{money} {t['one_time']:,.2f}"],
        ["Running cost a month", f"{money} {t['monthly']:,.2f}"],
        ["Running cost a year", f"{money} {t['yearly']:,.2f}"],
        ["First year", f"{money} {t['first_year']:,.2f}"],
        [f"Term of {float(t['term_months']):g} months", f"{money} {t['term']:,.2f}"],
    ]
    out += [
        ("h", "10. Price"),
        ("p", "From the estimate (cost_estimate.json), at approximate list prices and planning rates; not an offer."),
        ("table", (["Item", "Amount"], price)),
        ("p", cost["budget_comparison"]["verdict"]),
    ]
    pay = [
        r for r in result["requirements"] if r["kind"] == "commercial" and r["part"] not in ("submission", "evaluation")
    ][:6]
    out += [("h", "11. Payment"), ("list", [f"{r['id']}: {r['text']}" for r in pay] or [f"Payment terms: {OPEN}"])]
    change = [
        r
        for r in [*result["requirements"], *result["buyer_obligations"]]
        if re.search(r"(?i)change (?:order|request|control)|additional work|contract amendment", r["text"])
        and r["part"] != "submission"
    ][:4]
    out += [
        ("h", "12. Change control"),
        (
            "p",
            "A change is asked for in writing, with its reason. The vendor states effect on scope, date "
            "and price; work begins when both parties have signed. Time to answer: " + OPEN + ".",
        ),
    ]
    out += [("list", [f"{r['id']}: {r['text']} ({place(r)})" for r in change])] if change else []
    accept = [
        r
        for r in [*result["requirements"], *result["buyer_obligations"]]
        if re.search(r"(?i)\baccept(?:ance|ed)\b|inspect", r["text"]) and r["part"] not in ("submission", "evaluation")
    ][:5]
    out += [
        ("h", "13. Acceptance"),
        (
            "p",
            (
                "A deliverable is accepted in writing when its criteria in section 4 are met. Faults are "
                f"listed in writing, mended and shown again. Days for review: {OPEN}; rounds: {OPEN}."
            ),
        ),
    ]
    out += [("list", [f"{r['id']}: {r['text']} ({place(r)})" for r in accept])] if accept else []
    out += [
        ("h", "14. Signatures"),
        (
            "table",
            (
                ["", "Buyer", "Vendor"],
                [
                    ["Organisation", buyer, OPEN],
                    ["Name", OPEN, OPEN],
                    ["Title", OPEN, OPEN],
                    ["Date", OPEN, OPEN],
                    ["Signature", "", ""],
                ],
            ),
        ),
    ]
    return out


if __name__ == "__main__":
    folder = Path(GIVEN["outputs_dir"])  # noqa: F821
    result = json.loads((folder / "requirements.json").read_text(encoding="utf-8"))
    sizing = json.loads(work("sizing.json").read_text(encoding="utf-8"))
    cost = json.loads((folder / "cost_estimate.json").read_text(encoding="utf-8"))
    blocks = compose(GIVEN, result, sizing, cost, load(GIVEN))  # noqa: F821
    text = as_markdown(blocks)
    (folder / "sow.md").write_text(text, encoding="utf-8")
    as_docx(blocks, folder / "sow.docx", f"Statement of Work: {result['document']['title']}")
    print(
        f"SOW {sum(1 for b in blocks if b[0] == 'h')} sections, {len(deliverables(result))} deliverables, "
        f"{text.count(OPEN.replace('[', '').replace(']', ''))} places left to be agreed"
    )
    for row in plan(GIVEN, result["document"], sizing["timeline"])[0]:  # noqa: F821
        print("  " + ": ".join(row[:2]))
    print("files: " + ", ".join(sorted(p.name for p in folder.iterdir())))
