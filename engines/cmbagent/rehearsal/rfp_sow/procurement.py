"""Reads dates with their meaning, budget, contract term, evaluation criteria and deliverables, each with its place."""

import re
from datetime import date

from amounts import DATE, budget_months, iso, money, months_of, period_of
from kinds import context_of
from structure import Document, Sentence

MEANINGS = [
    ("questions due", r"questions?|inquir|enquir|clarification"),
    ("pre-proposal conference", r"conference|pre-?bid|pre-?proposal|site visit|bidders'? meeting|briefing"),
    (
        "intent to propose due",
        r"intent to (?:bid|propose|respond)|notice of intention|expression of interest|registration",
    ),
    ("answers published", r"answers|responses to (?:the )?questions|q ?& ?a|addend"),
    (
        "contract award",
        r"award|choose|inform all|decision|intent to award|selection|preferred (?:supplier|bidder)|issues? contract",
    ),
    ("demonstrations", r"interview|demonstration|presentation|\borals?\b|demos?\b|shortlist"),
    ("evaluation complete", r"evaluat"),
    (
        "proposals due",
        r"proposals?|bids?\b|tenders?|submission|responses?|closing|\bdue\b|deadline|quotations?|offers?|return",
    ),
    (
        "go-live",
        r"go-?live|launch|in production|operational|cut-?over|live (?:by|on)|in service|live date|switch-?over|rollout",
    ),
    (
        "contract end",
        r"expire|expir|ends?\b|end date|completion|completed|conclude|through|until|terminat|decommission",
    ),
    (
        "contract start",
        r"contract (?:start|begin|commence|execut|effective|sign)|begins?|start|kick-?off|commence|effective|from",
    ),
    ("issued", r"issued?|release|publi|advertis|posted|\bdated?\b"),
]


BUDGET = re.compile(
    r"\bbudget|not(?:[ -]to)?[ -]exceed|do not exceed|ceiling|maximum (?:amount|value|price|contract|"
    r"budget|funding)|available fund|funding|estimated (?:value|contract value|cost|price)|"
    r"contract value|upper limit|priced at|spend(?:ing)? (?:limit|cap)|cost cap|price cap|affordab|"
    r"funds? allocated|set aside|up to (?:a total of )?(?:US\$|\$|€|£)",
    re.IGNORECASE,
)


NOT_BUDGET = re.compile(
    (
        r"insurance|coverage|occurrence|aggregate limit|liquidated|damages|penalt|lodging|per diem|hotel|"
        r"travel|single (?:contract )?payment|bond|fine[sd]?\b|wage|service credit|annual revenue|turnover|"
        r"for example|example|in this case|lowest cost|offeror #"
    ),
    re.IGNORECASE,
)


WEIGHT = r"weight|points|score|max(?:imum)? (?:points|score|marks)|marks|%|percent"


def where(sentence: Sentence) -> dict:
    """The place of a sentence, as every fact carries it."""
    return {
        "page": sentence.line.page,
        "section": sentence.block.section,
        "clause": sentence.block.clause,
        "line": sentence.line.no,
    }


def meaning_of(before: str, after: str, title: str) -> str:
    """What a date stands for: the nearest telling word before it, then after it, then in the section's title."""
    for text in (before[-90:], after[:70], title):
        spots = [
            (max(m.end() for m in re.finditer(words, text, re.IGNORECASE)), -i, name)
            for i, (name, words) in enumerate(MEANINGS)
            if re.search(words, text, re.IGNORECASE)
        ]
        strong = [s for s in spots if s[2] not in ("proposals due", "issued", "contract start", "contract end")]
        if strong and text is not title:
            return max(strong)[2]
        if spots:
            return max(spots, key=lambda s: (s[1], s[0]))[2]
    return ""


def dates_of(sentences: list[Sentence]) -> list[dict]:
    """Every dated event with its meaning; dates in the background without one are left out."""
    out, seen = [], set()
    for s in sentences:
        text, last = s.text, 0
        role = context_of(s.block.path)
        for m in DATE.finditer(text):
            day = iso(m)
            before = text[last : m.start()] or (" ".join(s.block.cells) if s.block.cells else "")
            meaning = meaning_of(
                before, text[m.end() :].split(";")[0] if last == 0 else "", s.block.path[-1] if s.block.path else ""
            )
            if last and re.search(r"^\W*(?:-|–|to|through|until|and)+\W*$", text[last : m.start()], re.IGNORECASE):
                meaning = (
                    "contract end"
                    if out and out[-1]["meaning"] in ("contract start", "contract end", "")
                    else out[-1]["meaning"]
                    if out
                    else meaning
                )
                if out and meaning == "contract end" and out[-1]["line"] == s.line.no:
                    out[-1]["meaning"] = "contract start"
            last = m.end()
            lead = s.block.lead[0].text if s.block.lead else ""
            if re.search(r"deliverable", lead + " ".join(s.block.header), re.IGNORECASE):
                meaning = "deliverable due"
            key = (day, meaning)
            if (
                not day
                or key in seen
                or (
                    role in ("background", "definitions")
                    and s.block.kind == "para"
                    and len(DATE.findall(s.text)) < 3
                    and meaning not in ("issued", "proposals due", "go-live")
                )
                or not meaning
            ):
                continue
            seen.add(key)
            wrong = ""
            if m["wd"] and date.fromisoformat(day).strftime("%A").lower() != m["wd"].lower():
                wrong = f"{m['wd']} is named, but the date is a {date.fromisoformat(day).strftime('%A')}"
            near = (
                text[max(0, m.start() - 40) : m.start()].split(";")[-1]
                if not out or out[-1]["line"] != s.line.no
                else ""
            )
            time = re.search(
                r"\b\d{1,2}(?::\d\d)? ?[ap]\.?m\b\.?|\b\d{1,2}:\d\d\b|\bnoon\b",
                text[m.end() : m.end() + 24] + " " + near,
                re.IGNORECASE,
            )
            out.append(
                {
                    "date": day,
                    "meaning": meaning,
                    "time": time.group(0) if time else None,
                    "weekday_problem": wrong or None,
                    "text": text,
                    **where(s),
                }
            )
    return out


def budget_of(sentences: list[Sentence]) -> list[dict]:
    """Sentences that limit or state the money, with amounts and period."""
    out = []
    for i, s in enumerate(sentences):
        sums = money(s.text)
        titled = bool(
            s.block.path
            and re.search(r"budget|funding|contract value|estimated (?:value|cost)", s.block.path[-1], re.IGNORECASE)
        )
        near = BUDGET.search(s.text) or titled
        if sums and near and not NOT_BUDGET.search(s.text) and context_of(s.block.path) != "evaluation":
            nearby = s.text + (
                " " + sentences[i + 1].text if i + 1 < len(sentences) and sentences[i + 1].block is s.block else ""
            )
            out.append(
                {
                    "amounts": [{"currency": c, "amount": str(a)} for c, a in sums],
                    "period": period_of(s.text),
                    "months": budget_months(s.text),
                    "ceiling": bool(
                        re.search(r"exceed|ceiling|maximum|more than|limit|cap\b|up to", nearby, re.IGNORECASE)
                    ),
                    "text": s.text,
                    **where(s),
                }
            )
    return out


def term_of(sentences: list[Sentence]) -> list[dict]:
    """Sentences that state the contract term, with months where a span or two dates are given."""
    words = re.compile(
        r"term of (?:this|the|any) (?:\w+ )?(?:contract|agreement)|contract term|initial (?:contract "
        r")?(?:term|period)|period of performance|contract (?:period|duration|length)|duration of|"
        r"(?:renew|extend|extension|option)\w*.{0,60}(?:year|month)|within \w+ (?:\(\d+\) )?(?:weeks|"
        r"months) (?:of|after|from) (?:contract|award|signature|kick)",
        re.IGNORECASE,
    )
    out = []
    for s in sentences:
        title = bool(
            s.block.path
            and re.search(
                r"contract (?:term|period|duration)|period of performance|\bterm\b$|duration",
                s.block.path[-1],
                re.IGNORECASE,
            )
        )
        hit = words.search(s.text) or title
        if (
            not hit
            or context_of(s.block.path) == "definitions"
            or re.search(
                r"terminat|warranty period|resume|proposals? (?:must|shall) remain|retention|experience|insurance",
                s.text,
                re.IGNORECASE,
            )
        ):
            continue
        if re.search(r"within .{0,30}(?:weeks|months)", s.text) and not re.search(
            r"system|solution|platform|implement|go-?live|complet|operational|deploy", s.text, re.IGNORECASE
        ):
            continue
        months = months_of(s.text)
        if months and months <= 240:
            option = bool(re.search(r"renew|exten(?:d|sion)|option", s.text, re.IGNORECASE)) and not re.search(
                r"initial|base|term of (?:this|the) contract", s.text, re.IGNORECASE
            )
            out.append(
                {
                    "months": months,
                    "kind": "option"
                    if option
                    else "delivery"
                    if re.search(r"within .{0,30}(?:weeks|months)", s.text)
                    else "term",
                    "text": s.text,
                    **where(s),
                }
            )
    return out


def criteria_of(document: Document, sentences: list[Sentence]) -> list[dict]:
    """Evaluation criteria with weights: table rows, list items or headings that carry a percentage or points."""
    out, seen = [], set()
    weight = re.compile(r"(\d{1,3}(?:\.\d)?) ?(%|percent\b|points?\b|pts\b)|\((\d{1,4})\)", re.IGNORECASE)
    lines = {x.no: x for x in document.lines}

    def add(name: str, found: re.Match[str], place: dict) -> None:
        name = re.sub(r"^\W*(?:[A-Z]?\.?\d+(?:\.\d+)*\.?\s+|[Ss]ec\.? [\d.]+\s+|[a-zA-Z][.)]\s+)", "", name).strip(
            " :–—-|(.)\t"
        )
        key = re.sub(r"\W+", "", name.lower())
        if (
            name
            and key not in seen
            and not re.search(
                r"\btotal\b|overall|receives?\b|minimum|threshold|example|offeror #|at least", name, re.IGNORECASE
            )
            and len(name) < 120
        ):
            seen.add(key)
            out.append(
                {
                    "criterion": name,
                    "weight": float(found.group(1) or found.group(3)),
                    "unit": "%"
                    if (found.group(2) or "")[:1] in ("%", "p")
                    and "po" not in (found.group(2) or "").lower()[:2]
                    and "pt" not in (found.group(2) or "").lower()
                    else "points",
                    **place,
                }
            )

    for title, no in document.headings:
        found = re.search(r"\((\d{1,3}) ?(%|points?)()\)\s*$", title)
        if found:
            add(title[: found.start()], found, {"page": lines[no].page, "section": title, "clause": None, "line": no})
    plain = [
        (x, m)
        for x in document.lines
        if (m := re.match(r"^\W*([A-Za-z][^|]{3,90}?)[\s.:\u2013-]+()(\d{1,3}) ?(%|points?|pts)\s*$", x.text))
    ]
    if len(plain) > 1 and not out:
        for line, m in plain:
            found = re.match(r"(\d{1,3}) ?(%|points?|pts)()", f"{m.group(3)} {m.group(4)}")
            if found:
                add(m.group(1), found, {"page": line.page, "section": "", "clause": None, "line": line.no})
    for s in sentences:
        role = context_of(s.block.path)
        header = " ".join(s.block.header)
        if s.block.cells and re.search(WEIGHT, header, re.IGNORECASE) and role in ("evaluation", "submission", ""):
            cell = next(
                (
                    c
                    for c, h in zip(s.block.cells, s.block.header, strict=False)
                    if re.search(WEIGHT, h, re.IGNORECASE) and re.search(r"\d", c)
                ),
                None,
            )
            number = re.search(r"(\d{1,4}(?:\.\d)?) ?(%|points?)?()", cell or "")
            name = next((c for c in s.block.cells if re.search(r"[A-Za-z]{3}", c)), "")
            if number and name:
                add(name, number, where(s))
        elif (
            role == "evaluation"
            and not s.block.cells
            and len(s.text) < 200
            and (found := weight.search(s.text))
            and not re.search(r"\b(?:must|shall|minimum|receive|allot|lowest|example)\b", s.text, re.IGNORECASE)
        ) and (found.group(1) or s.block.kind == "item"):
            add(s.text[: found.start()] or s.text[found.end() :], found, where(s))
    return out


def deliverables_of(sentences: list[Sentence], requirements: list[dict]) -> list[dict]:
    """Named deliverables: rows of a deliverables table, items below a deliverables heading or lead-in."""
    ids = {}
    for r in requirements:
        ids.setdefault(r["line"], r["id"])
    out, seen = [], set()
    for s in sentences:
        header, name, due = " ".join(s.block.header), "", None
        titled = bool(s.block.path and re.search(r"\bdeliverables?\b", " ".join(s.block.path[-2:]), re.IGNORECASE))
        lead = s.block.lead[0].text if s.block.lead else ""
        if (
            s.block.cells
            and re.search(r"deliverable", header + lead, re.IGNORECASE)
            and not re.search(r"weight|points", header, re.IGNORECASE)
        ):
            column = next(
                (
                    i
                    for i, h in enumerate(s.block.header)
                    if re.search("deliverable|name|item", h, re.IGNORECASE)
                    and not re.search(r"#|\bid\b|no\.", h, re.IGNORECASE)
                ),
                0,
            )
            name = s.block.cells[min(column, len(s.block.cells) - 1)]
            due = next(
                (
                    c
                    for c, h in zip(s.block.cells, s.block.header, strict=False)
                    if re.search(r"due|date|when|deadline|timing|schedule", h, re.IGNORECASE)
                ),
                None,
            )
        elif (
            s.block.kind == "item"
            and s.block.lead
            and s.text == (s.text if s.last else "")
            and (re.search(r"\bdeliverables?\b", lead, re.IGNORECASE) or (titled and lead.rstrip().endswith(":")))
        ):
            name = re.split(r"(?<=\w{3})(?:\.|;| - | – |: )", s.text)[0]
            found = re.search(
                r"\b(?:within|by|no later than|at the end of|upon|due)\b[^.;]{4,60}", s.text, re.IGNORECASE
            )
            due = found.group(0) if found else None
        key = re.sub(r"\W+", "", name.lower())
        if key and key not in seen and len(name) < 160:
            seen.add(key)
            out.append({"name": name.strip(" ;,."), "due": due, "requirement_id": ids.get(s.line.no), **where(s)})
    return out
