"""Finds what the document leaves open: missing figures, vague words, contradictions."""

import re
from decimal import Decimal
from itertools import pairwise

from read_document import place
from sizing import BUILD_KINDS

VAGUE = re.compile(
    r"\b(user[- ]friendly|intuitive(?:ly)?|easy to use|easily|state[- ]of[- ]the[- ]art|modern|robust|seamless(?:ly)?|"
    r"world[- ]class|best (?:practices?|in class)|industry[- ]standards?|(?:as|where) appropriate|"
    r"if (?:applicable|needed)|"
    r"as (?:needed|required|necessary)|adequate(?:ly)?|sufficient(?:ly)?|reasonable|timely(?: manner)?|promptly|fast|"
    r"quick(?:ly)?|minimal|optimal|flexible|scalable|high[- ]performance|efficient(?:ly)?|to the extent possible|"
    r"near[- ]real[- ]time|high availability|comprehensive)\b",
    re.IGNORECASE,
)
UNDECIDED = re.compile(
    (
        r"\b(TBD|TBC|to be (?:determined|decided|confirmed|defined|advised|announced|provided later)|"
        r"\[insert[^\]]*\]|XX+)\b"
    ),
    re.IGNORECASE,
)


# What an architect needs to know: (topic, figures that answer it, words that answer it, words that make it matter,
# the question to ask).
TOPICS = [
    (
        "load",
        ("concurrent users", "transactions"),
        r"concurrent|per (?:second|hour|day)",
        "",
        "How many users work at once at the peak, and how many transactions a day are expected?",
    ),
    (
        "data volume",
        ("storage", "records"),
        r"\b[GT]B\b",
        "",
        "How much data (records, GB) is held today, and how fast does it grow?",
    ),
    (
        "availability",
        ("availability",),
        r"24 ?[x/] ?7",
        "",
        "Which availability is required, measured how, and with which maintenance windows?",
    ),
    (
        "recovery",
        ("recovery point", "recovery time"),
        r"RPO|RTO|recovery (?:point|time)",
        "",
        "Which recovery point (RPO) and recovery time (RTO) are required?",
    ),
    (
        "response time",
        ("response time",),
        r"response time",
        "",
        "Which response times are required, for which actions and under which load?",
    ),
    (
        "retention",
        ("retention years",),
        r"retention",
        "",
        "How long must each kind of record be kept, and how must it be destroyed?",
    ),
    (
        "environments",
        (),
        r"\b(?:test|staging|UAT|development) environment|environments",
        "",
        "Which environments are required besides production, and who provides them?",
    ),
    (
        "support hours",
        (),
        r"24 ?[x/] ?7|business hours|support hours|\d ?(?:a\.?m|am)\b",
        "",
        "During which hours is support required, with which response times per severity?",
    ),
    (
        "accessibility",
        (),
        r"WCAG|Section 508|EN 301 549|accessib",
        "",
        "Which accessibility standard and level applies to the user interface?",
    ),
    (
        "data location",
        (),
        (
            r"United States|within the (?:EU|UK|country|province)|data (?:residency|sovereignty|centers? "
            r"located)|European Union|onshore|domestic|located in"
        ),
        "",
        "Where may data be stored and processed, and by whom?",
    ),
    (
        "identity",
        (),
        r"single sign|SSO|SAML|Active Directory|Entra|Okta|identity provider|OAuth|OpenID",
        "",
        "Which identity provider must staff and public users sign on with?",
    ),
    (
        "interfaces",
        (),
        r"interface (?:specification|control)|API (?:documentation|specification)|specification",
        r"integrat|interfac\w+ with|connect(?:ion|ions)? to",
        "For each interface: protocol, direction, frequency, volume, owner and test system?",
    ),
    (
        "migration",
        ("records", "storage"),
        r"\b[GT]B\b",
        r"migrat|legacy data|data conver",
        "What is to be migrated: sources, formats, volume, quality and cut-over window?",
    ),
    (
        "acceptance",
        (),
        r"acceptance (?:criteria|test)|user acceptance|accepted when",
        "",
        "By which criteria and within how many days is a deliverable accepted?",
    ),
]


def missing_figures(result: dict, sizing: dict, text: str) -> list[dict]:
    """Topics that matter for the design and that the document gives no figure or rule for."""
    given = {f["name"] for f in sizing["figures"]}
    out = []
    for topic, figures, words, matters, question in TOPICS:
        answered = bool(set(figures) & given) or bool(words and re.search(words, text, re.IGNORECASE))
        if not answered and (not matters or re.search(matters, text, re.IGNORECASE)):
            ids = [r["id"] for r in result["requirements"] if matters and re.search(matters, r["text"], re.IGNORECASE)][
                :8
            ]
            out.append(
                {
                    "kind": "nothing stated",
                    "topic": topic,
                    "text": f"The document says nothing about {topic}.",
                    "requirement_ids": ids,
                    "question": question,
                }
            )
    return out


def vague_words(result: dict) -> list[dict]:
    """Requirements that cannot be tested as they are worded."""
    out = []
    for r in result["requirements"]:
        words = sorted({m.group(1).lower() for m in VAGUE.finditer(r["quote"])})
        if (
            words
            and r["kind"] in (*BUILD_KINDS, "deliverable", "project/staffing")
            and r["part"] not in ("submission", "legal")
        ):
            shown = ", ".join(f'"{w}"' for w in words)
            out.append(
                {
                    "kind": "vague wording",
                    "topic": words[0],
                    "text": f"{r['id']} uses {shown}: no test can decide whether it is met.",
                    "requirement_ids": [r["id"]],
                    "place": place(r),
                    "question": (
                        f"{r['id']} ({place(r)}): what is measured, and which value is enough, where the text "
                        f"says {shown}?"
                    ),
                }
            )
    return out


def contradictions(result: dict, sizing: dict) -> list[dict]:
    """Dates, weights, figures and sums that do not fit one another."""
    facts, out = result["document"], []

    def say(topic: str, text: str, question: str) -> None:
        out.append({"kind": "contradiction", "topic": topic, "text": text, "requirement_ids": [], "question": question})

    by: dict[str, list[dict]] = {}
    for d in facts["dates"]:
        by.setdefault(d["meaning"], []).append(d)
        if d["weekday_problem"]:
            say(
                "date",
                f"{d['date']} ({d['meaning']}, {place(d)}): {d['weekday_problem']}.",
                f'Which is right for "{d["meaning"]}": the weekday or the date {d["date"]}?',
            )
    for meaning in ("proposals due", "questions due", "go-live", "issued", "contract end"):
        days = sorted({d["date"] for d in by.get(meaning, [])})
        if len(days) > 1:
            places = "; ".join(f"{d['date']} in {place(d)}" for d in by[meaning])
            say(
                "date",
                f'More than one date for "{meaning}": {places}.',
                f'Which date holds for "{meaning}": {" or ".join(days)}?',
            )
    order = ["issued", "questions due", "proposals due", "contract award", "contract start", "go-live", "contract end"]
    known = [(m, min(d["date"] for d in by[m])) for m in order if m in by]
    for (first, a), (second, b) in pairwise(known):
        if a > b:
            say(
                "date",
                f'"{first}" ({a}) lies after "{second}" ({b}).',
                f'Are the dates for "{first}" and "{second}" right?',
            )
    percent = [c["weight"] for c in facts["evaluation_criteria"] if c["unit"] == "%"]
    if len(percent) > 2 and abs(sum(percent) - 100) > 0.5:
        say(
            "weights",
            f"The evaluation weights add up to {sum(percent):g} %, not 100 %.",
            "What are the right evaluation weights?",
        )
    for name in ("availability", "recovery point", "recovery time", "concurrent users", "retention years"):
        values = {f["value"]: f for f in sizing["figures"] if f["name"] == name}
        if len(values) > 1:
            shown = "; ".join(f"{v:g} {f['unit']} ({place(f)})" for v, f in sorted(values.items()))
            say(
                name,
                f"Different figures for {name}: {shown}.",
                f"Which figure holds for {name}, or do they apply to different things?",
            )
    limits = {
        (a["currency"], Decimal(a["amount"]))
        for b in facts["budget"]
        if b["ceiling"] and b["period"] == "total"
        for a in b["amounts"]
    }
    if len(limits) > 1:
        say(
            "budget",
            "More than one ceiling is stated: " + ", ".join(f"{c} {a:,.0f}" for c, a in sorted(limits)) + ".",
            "Which ceiling holds, and for what?",
        )
    line = sizing["timeline"]
    if line["told_months"] and facts["contract_term"]:
        stated = max((t["months"] for t in facts["contract_term"] if t["kind"] == "term"), default=None)
        if stated and line["told_months"] > stated * 1.1:
            say(
                "timeline",
                (
                    f"The timeline you gave ({line['told']}, {line['told_months']:g} months) is longer than "
                    f"the contract term in the document ({stated:g} months)."
                ),
                "May delivery go beyond the stated contract term?",
            )
    return out


def undecided(sentences: list[dict], attachments: list[str]) -> list[dict]:
    """Places the document leaves open, and attachments that are named but were not given."""
    out = [
        {
            "kind": "left open",
            "topic": "undecided",
            "text": f'{place(r)}: "{r["text"][:160]}"',
            "requirement_ids": [r["id"]],
            "place": place(r),
            "question": f"{r['id']} ({place(r)}): when will this be decided?",
        }
        for r in sentences
        if UNDECIDED.search(r["text"])
    ]
    if attachments:
        out.append(
            {
                "kind": "not given",
                "topic": "attachments",
                "text": "Named but not part of the file that was read: "
                + ", ".join(attachments)
                + " (unless they are inside it).",
                "requirement_ids": [],
                "question": (
                    "Please supply the attachments named: requirements may stand in them that this "
                    "analysis has not seen."
                ),
            }
        )
    return out
