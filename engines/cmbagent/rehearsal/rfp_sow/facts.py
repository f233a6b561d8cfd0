"""Reads the facts of the procurement out of the document: who buys what, until when, for how much, judged by what.

Each fact carries the sentence it was read from and its place; what was not found is named in "not_found".
"""

import json
import re
from datetime import date
from decimal import Decimal
from pathlib import Path

from read_document import MODAL, clean
from requirements import context_of
from structure import Document, Sentence, load, titled

MONTHS = ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"]
MONTH = r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
DATE = re.compile(
    rf"\b(?:(?P<wd>(?:mon|tues|wednes|thurs|fri|satur|sun)day),?\s+)?(?:(?P<m1>{MONTH})\s+(?P<d1>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y1>(?:19|20)\d\d)"
    rf"|(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<m2>{MONTH}),?\s+(?P<y2>(?:19|20)\d\d)|(?P<y3>20\d\d)-(?P<m3>\d\d)-(?P<d3>\d\d)"
    r"|(?P<a4>\d{1,2})[/.](?P<b4>\d{1,2})[/.](?P<y4>(?:20)?\d\d))\b(?!\.\d)", re.IGNORECASE)
MEANINGS = [
    ("questions due", r"questions?|inquir|enquir|clarification"),
    ("pre-proposal conference", r"conference|pre-?bid|pre-?proposal|site visit|bidders'? meeting|briefing"),
    ("intent to propose due", r"intent to (?:bid|propose|respond)|notice of intention|expression of interest|registration"),
    ("answers published", r"answers|responses to (?:the )?questions|q ?& ?a|addend"),
    ("contract award", r"award|choose|inform all|decision|intent to award|selection|preferred (?:supplier|bidder)|issues? contract"),
    ("demonstrations", r"interview|demonstration|presentation|\borals?\b|demos?\b|shortlist"),
    ("evaluation complete", r"evaluat"),
    ("proposals due", r"proposals?|bids?\b|tenders?|submission|responses?|closing|\bdue\b|deadline|quotations?|offers?|return"),
    ("go-live", r"go-?live|launch|in production|operational|cut-?over|live (?:by|on)|in service|live date|switch-?over|rollout"),
    ("contract end", r"expire|expir|ends?\b|end date|completion|completed|conclude|through|until|terminat|decommission"),
    ("contract start", r"contract (?:start|begin|commence|execut|effective|sign)|begins?|start|kick-?off|commence|effective|from"),
    ("issued", r"issued?|release|publi|advertis|posted|\bdated?\b"),
]
MONEY = re.compile(
    r"(?P<c1>US\$|C\$|A\$|NZ\$|USD|EUR|GBP|CAD|AUD|CHF|\$|€|£)\s?(?P<n1>\d{1,3}(?:[,' ]\d{3})+(?:\.\d{1,2})?|\d+(?:\.\d+)?)(?:\s?(?P<u1>million|billion|thousand|mio|mn|mm|[km](?![a-z])))?"
    r"|\b(?P<n2>\d{1,3}(?:[,' ]\d{3})+(?:\.\d{1,2})?|\d+(?:\.\d+)?)\s?(?P<u2>million|billion|thousand|mio\.?|mn|mm|[km](?![a-z]))?\s?(?P<c2>US dollars|dollars|euros?|pounds sterling|pounds|USD|EUR|GBP|CAD|AUD|CHF|€|£)",
    re.IGNORECASE)
CURRENCY = {"us$": "USD", "$": "USD", "usd": "USD", "us dollars": "USD", "dollars": "USD", "c$": "CAD", "a$": "AUD", "nz$": "NZD", "€": "EUR", "euro": "EUR", "euros": "EUR",
    "£": "GBP", "pounds": "GBP", "pounds sterling": "GBP"}
BUDGET = re.compile(r"\bbudget|not(?:[ -]to)?[ -]exceed|do not exceed|ceiling|maximum (?:amount|value|price|contract|budget|funding)|available fund|funding|estimated (?:value|contract value|cost|price)|"
    r"contract value|upper limit|priced at|spend(?:ing)? (?:limit|cap)|cost cap|price cap|affordab|funds? allocated|set aside|up to (?:a total of )?(?:US\$|\$|€|£)", re.IGNORECASE)
NOT_BUDGET = re.compile(r"insurance|coverage|occurrence|aggregate limit|liquidated|damages|penalt|lodging|per diem|hotel|travel|single (?:contract )?payment|bond|fine[sd]?\b|wage|service credit|annual revenue|turnover|for example|example|in this case|lowest cost|offeror #", re.IGNORECASE)
WEIGHT = r"weight|points|score|max(?:imum)? (?:points|score|marks)|marks|%|percent"
NUMBERS = {w: n for n, w in enumerate("zero one two three four five six seven eight nine ten eleven twelve".split())} | {"eighteen": 18, "twenty-four": 24, "thirty-six": 36, "twenty": 20, "fifteen": 15, "thirty": 30, "sixty": 60}
SPAN = re.compile(rf"\b(\d{{1,3}}|{'|'.join(NUMBERS)})\s*(?:\(\d+\)\s*)?[- ]?(?:base |initial |calendar )?(day|week|month|year)s?\b", re.IGNORECASE)
STANDARDS = {
    "HIPAA": r"\bHIPAA\b|HITECH|protected health information|\bPHI\b", "FedRAMP": r"FedRAMP", "StateRAMP": r"StateRAMP|GovRAMP", "GDPR": r"\bGDPR\b|General Data Protection|\b2016/679\b",
    "UK GDPR / Data Protection Act": r"Data Protection Act|UK GDPR", "CJIS": r"\bCJIS\b", "FERPA": r"\bFERPA\b", "PCI DSS": r"\bPCI[- ]?DSS\b|\bPCI\b", "SOC 2": r"SOC ?(?:2|II)\b|SSAE", "ISO/IEC 27001": r"ISO(?:/IEC)? ?27001",
    "NIST SP 800-53": r"NIST\b.{0,20}800-?53|NIST 800", "NIST": r"\bNIST\b(?!.{0,20}800)", "FISMA": r"FISMA", "MARS-E": r"MARS-?E|Minimal Acceptable Risk Standards", "IRS Publication 1075": r"(?:IRS )?Pub(?:lication|\.)? ?1075",
    "WCAG / accessibility": r"WCAG|Section 508|EN 301 549|[Aa]ccessibility", "Cyber Essentials": r"Cyber Essentials", "SOX": r"Sarbanes|\bSOX\b", "HL7 / FHIR": r"\bHL7\b|\bFHIR\b", "ITAR": r"\bITAR\b",
    "NIS2": r"\bNIS ?2\b", "DORA": r"\bDORA\b", "EU AI Act": r"AI Act", "CCPA": r"\bCCPA\b", "COPPA": r"\bCOPPA\b", "ePrivacy": r"ePrivacy", "TX-RAMP": r"TX-?RAMP", "BSI C5": r"\bC5\b.{0,30}(?:attest|BSI|criteria)|BSI C5",
}
PRODUCTS = (
    r"IBM WebSphere|IBM Operational Decision Manager|IBM Security Access Manager|Mule ?(?:ESB|Soft)|OpenText \w+|HP Exstream|SharePoint(?: Online)?|Microsoft 365|Office 365|Microsoft Teams|MS Teams|Azure DevOps|Team Foundation Server|"
    r"(?:Azure|Microsoft Entra|Entra) ?(?:AD|ID|Active Directory)|Active Directory|\bADFS\b|Okta|\bLDAP\b|SAP(?: S/4HANA| ECC| SuccessFactors| Ariba)?|Oracle(?: E-Business Suite| Database| Fusion| EBS| Financials)?|PeopleSoft|Workday|Salesforce|"
    r"Dynamics 365|ServiceNow|Jira|Confluence|Zendesk|Tyler (?:Munis|Technologies)|Munis|Banner|Ellucian|Blackboard|Canvas|Moodle|Esri(?: ArcGIS)?|ArcGIS|Epic\b|Cerner|Meditech|SQL Server|MySQL|PostgreSQL|Db2|DB2|MongoDB|COBOL|mainframe|"
    r"AS/400|iSeries|VMware|Citrix|Kubernetes|OpenShift|Docker|Terraform|Jenkins|GitHub|GitLab|Tableau|Power BI|Informatica|Snowflake|Databricks|Kafka|DocuSign|Twilio|Stripe|PayPal|Hyland OnBase|OnBase|Laserfiche|FileNet|Accela|Infor|"
    r"NetSuite|QuickBooks|Sage|Lotus Notes|Magento|Shopify|WordPress|Drupal|Sitecore|Adobe Experience Manager|Splunk|Microsoft Sentinel|CrowdStrike|AS400|\.NET(?: Core)?|Java\b|Angular|React\b"
)


def iso(match: re.Match[str]) -> str | None:
    """The date as YYYY-MM-DD; 03/04/2025 is read month first unless the first number is above 12."""
    g = match.groupdict()
    try:
        if g["y1"] or g["y2"]:
            month, day, year = (g["m1"], g["d1"], g["y1"]) if g["y1"] else (g["m2"], g["d2"], g["y2"])
            number = next(i for i, m in enumerate(MONTHS, 1) if m.startswith(month.lower()[:3]))
            return date(int(year), number, int(day)).isoformat()
        if g["y3"]:
            return date(int(g["y3"]), int(g["m3"]), int(g["d3"])).isoformat()
        first, second, year = int(g["a4"]), int(g["b4"]), int(g["y4"]) + (2000 if len(g["y4"]) == 2 else 0)  # noqa: PLR2004
        first, second = (second, first) if first > 12 else (first, second)  # noqa: PLR2004
        return date(year, first, second).isoformat()
    except ValueError:
        return None


def money(text: str) -> list[tuple[str, Decimal]]:
    """(currency, amount) of every sum of money in the text."""
    out = []
    for m in MONEY.finditer(text):
        sign, number, unit = (m["c1"], m["n1"], m["u1"]) if m["c1"] else (m["c2"], m["n2"], m["u2"])
        factor = {"k": 10**3, "t": 10**3, "m": 10**6, "b": 10**9}[unit[0].lower()] if unit else 1
        out.append((CURRENCY.get(sign.lower(), sign.upper()), Decimal(re.sub(r"[,' ]", "", number)) * factor))
    return out


def period_of(text: str) -> str:
    """Whether a sum is meant per year, per month or in total."""
    if re.search(r"per (?:year|annum)|annual|yearly|each (?:fiscal |contract )?year|/ ?y(?:ea)?r|p\.a\.", text, re.IGNORECASE):
        return "year"
    return "month" if re.search(r"per month|monthly|/ ?month", text, re.IGNORECASE) else "total"


def budget_months(text: str) -> float | None:
    """The time a sum is meant for: 'for the first three years', 'over 5 years'."""
    found = re.search(r"(?i)\b(?:over|for|during|across|in)\b(?: the| a| an)?(?: first| full| initial| entire)?(?: \w+)? (?:period of )?([\w-]+(?: \(\d+\))?[- ](?:year|month)s?)", text)
    return months_of(found.group(1)) if found else None


def months_of(text: str) -> float | None:
    """A span of time in months: '18 months', 'three (3) years', '12 weeks', or two dates."""
    dates = [d for d in (iso(m) for m in DATE.finditer(text)) if d]
    if len(dates) >= 2:  # noqa: PLR2004
        first, last = date.fromisoformat(min(dates)), date.fromisoformat(max(dates))
        return round((last - first).days / 30.44, 1)
    factors = {"day": 1 / 30.44, "week": 7 / 30.44, "month": 1, "year": 12}
    spans = [(NUMBERS.get(m.group(1).lower()) or float(m.group(1))) * factors[m.group(2).lower()] for m in SPAN.finditer(text)]
    return round(max(spans), 1) if spans else None


def where(sentence: Sentence) -> dict:
    """The place of a sentence, as every fact carries it."""
    return {"page": sentence.line.page, "section": sentence.block.section, "clause": sentence.block.clause, "line": sentence.line.no}


def meaning_of(before: str, after: str, title: str) -> str:
    """What a date stands for: the nearest telling word before it, then after it, then in the section's title."""
    for text in (before[-90:], after[:70], title):
        spots = [(max(m.end() for m in re.finditer(words, text, re.IGNORECASE)), -i, name) for i, (name, words) in enumerate(MEANINGS) if re.search(words, text, re.IGNORECASE)]
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
            meaning = meaning_of(before, text[m.end() :].split(";")[0] if last == 0 else "", s.block.path[-1] if s.block.path else "")
            if last and re.search(r"^\W*(?:-|–|to|through|until|and)+\W*$", text[last : m.start()], re.IGNORECASE):  # noqa: RUF001
                meaning = "contract end" if out and out[-1]["meaning"] in ("contract start", "contract end", "") else out[-1]["meaning"] if out else meaning
                if out and meaning == "contract end" and out[-1]["line"] == s.line.no:
                    out[-1]["meaning"] = "contract start"
            last = m.end()
            key = (day, meaning)
            if not day or key in seen or (role in ("background", "definitions") and s.block.kind == "para" and meaning not in ("issued", "proposals due", "go-live")) or not meaning:
                continue
            seen.add(key)
            wrong = ""
            if m["wd"] and date.fromisoformat(day).strftime("%A").lower() != m["wd"].lower():
                wrong = f"{m['wd']} is named, but the date is a {date.fromisoformat(day).strftime('%A')}"
            near = text[max(0, m.start() - 40) : m.start()].split(";")[-1] if not out or out[-1]["line"] != s.line.no else ""
            time = re.search(r"\b\d{1,2}(?::\d\d)? ?[ap]\.?m\b\.?|\b\d{1,2}:\d\d\b|\bnoon\b", text[m.end() : m.end() + 24] + " " + near, re.IGNORECASE)
            out.append({"date": day, "meaning": meaning, "time": time.group(0) if time else None, "weekday_problem": wrong or None, "text": text, **where(s)})
    return out


def budget_of(sentences: list[Sentence]) -> list[dict]:
    """Sentences that limit or state the money, with amounts and period."""
    out = []
    for i, s in enumerate(sentences):
        sums = money(s.text)
        titled = bool(s.block.path and re.search(r"budget|funding|contract value|estimated (?:value|cost)", s.block.path[-1], re.IGNORECASE))
        near = BUDGET.search(s.text) or titled
        if sums and near and not NOT_BUDGET.search(s.text) and context_of(s.block.path) != "evaluation":
            nearby = s.text + (" " + sentences[i + 1].text if i + 1 < len(sentences) and sentences[i + 1].block is s.block else "")
            out.append({"amounts": [{"currency": c, "amount": str(a)} for c, a in sums], "period": period_of(s.text), "months": budget_months(s.text), "ceiling": bool(re.search(r"exceed|ceiling|maximum|more than|limit|cap\b|up to", nearby, re.IGNORECASE)), "text": s.text, **where(s)})
    return out


def term_of(sentences: list[Sentence]) -> list[dict]:
    """Sentences that state the contract term, with months where a span or two dates are given."""
    words = re.compile(r"term of (?:this|the|any) (?:\w+ )?(?:contract|agreement)|contract term|initial (?:contract )?(?:term|period)|period of performance|contract (?:period|duration|length)|duration of|"
        r"(?:renew|extend|extension|option)\w*.{0,60}(?:year|month)|within \w+ (?:\(\d+\) )?(?:weeks|months) (?:of|after|from) (?:contract|award|signature|kick)", re.IGNORECASE)
    out = []
    for s in sentences:
        title = bool(s.block.path and re.search(r"contract (?:term|period|duration)|period of performance|\bterm\b$|duration", s.block.path[-1], re.IGNORECASE))
        hit = words.search(s.text) or title
        if not hit or context_of(s.block.path) in ("definitions",) or re.search(r"terminat|warranty period|resume|proposals? (?:must|shall) remain|retention|experience|insurance", s.text, re.IGNORECASE):
            continue
        if re.search(r"within .{0,30}(?:weeks|months)", s.text) and not re.search(r"system|solution|platform|implement|go-?live|complet|operational|deploy", s.text, re.IGNORECASE):
            continue
        months = months_of(s.text)
        if months and months <= 240:  # noqa: PLR2004
            option = bool(re.search(r"renew|exten(?:d|sion)|option", s.text, re.IGNORECASE)) and not re.search(r"initial|base|term of (?:this|the) contract", s.text, re.IGNORECASE)
            out.append({"months": months, "kind": "option" if option else "delivery" if re.search(r"within .{0,30}(?:weeks|months)", s.text) else "term", "text": s.text, **where(s)})
    return out


def criteria_of(document: Document, sentences: list[Sentence]) -> list[dict]:
    """Evaluation criteria with weights: table rows, list items or headings that carry a percentage or points."""
    out, seen = [], set()
    weight = re.compile(r"(\d{1,3}(?:\.\d)?) ?(%|percent\b|points?\b|pts\b)|\((\d{1,4})\)", re.IGNORECASE)
    lines = {x.no: x for x in document.lines}

    def add(name: str, found: re.Match[str], place: dict) -> None:
        name = re.sub(r"^\W*(?:[A-Z]?\.?\d+(?:\.\d+)*\.?\s+|[Ss]ec\.? [\d.]+\s+|[a-zA-Z][.)]\s+)", "", name).strip(" :–—-|(.)\t")  # noqa: RUF001
        key = re.sub(r"\W+", "", name.lower())
        if name and key not in seen and not re.search(r"\btotal\b|minimum|threshold|example|offeror #|at least", name, re.IGNORECASE) and len(name) < 120:  # noqa: PLR2004
            seen.add(key)
            out.append({"criterion": name, "weight": float(found.group(1) or found.group(3)), "unit": "%" if (found.group(2) or "")[:1] in ("%", "p") and "po" not in (found.group(2) or "").lower()[:2] and "pt" not in (found.group(2) or "").lower() else "points", **place})

    for title, no in document.headings:
        found = re.search(r"\((\d{1,3}) ?(%|points?)()\)\s*$", title)
        if found:
            add(title[: found.start()], found, {"page": lines[no].page, "section": title, "clause": None, "line": no})
    plain = [(x, m) for x in document.lines if (m := re.match(r"^\W*([A-Za-z][^|]{3,90}?)[\s.:\u2013-]+()(\d{1,3}) ?(%|points?|pts)\s*$", x.text))]
    if len(plain) > 1:
        for line, m in plain:
            found = re.match(r"(\d{1,3}) ?(%|points?|pts)()", f"{m.group(3)} {m.group(4)}")
            if found:
                add(m.group(1), found, {"page": line.page, "section": "", "clause": None, "line": line.no})
    for s in sentences:
        role = context_of(s.block.path)
        header = " ".join(s.block.header)
        if s.block.cells and re.search(WEIGHT, header, re.IGNORECASE) and role in ("evaluation", "submission", ""):
            cell = next((c for c, h in zip(s.block.cells, s.block.header, strict=False) if re.search(WEIGHT, h, re.IGNORECASE) and re.search(r"\d", c)), None)
            number = re.search(r"(\d{1,4}(?:\.\d)?) ?(%|points?)?()", cell or "")
            name = next((c for c in s.block.cells if re.search(r"[A-Za-z]{3}", c)), "")
            if number and name:
                add(name, number, where(s))
        elif role == "evaluation" and not s.block.cells and len(s.text) < 200 and (found := weight.search(s.text)) and not re.search(r"\b(?:must|shall|minimum|receive|allot|lowest|example)\b", s.text, re.IGNORECASE):  # noqa: PLR2004
            if found.group(1) or s.block.kind == "item":
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
        if s.block.cells and re.search(r"deliverable", header + lead, re.IGNORECASE) and not re.search(r"weight|points", header, re.IGNORECASE):
            column = next((i for i, h in enumerate(s.block.header) if re.search("deliverable|name|item", h, re.IGNORECASE) and not re.search(r"#|\bid\b|no\.", h, re.IGNORECASE)), 0)
            name = s.block.cells[min(column, len(s.block.cells) - 1)]
            due = next((c for c, h in zip(s.block.cells, s.block.header, strict=False) if re.search(r"due|date|when|deadline|timing|schedule", h, re.IGNORECASE)), None)
        elif s.block.kind == "item" and s.block.lead and s.text == (s.text if s.last else "") and (re.search(r"\bdeliverables?\b", lead, re.IGNORECASE) or (titled and lead.rstrip().endswith(":"))):
            name = re.split(r"(?<=\w{3})(?:\.|;| - | – |: )", s.text)[0]  # noqa: RUF001
            found = re.search(r"\b(?:within|by|no later than|at the end of|upon|due)\b[^.;]{4,60}", s.text, re.IGNORECASE)
            due = found.group(0) if found else None
        key = re.sub(r"\W+", "", name.lower())
        if key and key not in seen and len(name) < 160:  # noqa: PLR2004
            seen.add(key)
            out.append({"name": name.strip(" ;,."), "due": due, "requirement_id": ids.get(s.line.no), **where(s)})
    return out


def named(pattern: str, sentences: list[Sentence]) -> tuple[str, dict] | None:
    """The first sentence that matches and the place of it."""
    return next(((m.group(1).strip(), where(s)) for s in sentences if (m := re.search(pattern, s.text))), None)


def title_of(document: Document, sentences: list[Sentence]) -> str:
    """The project's name as the first page gives it."""
    told = named(r"(?i)^(?:project|rfp|solicitation)?\s*(?:title|name|project|subject)\s*[:|]\s*(.{5,120})$", sentences[:60])
    if told:
        return told[0]
    generic = re.compile(r"(?i)^\W*(?:state of \w+ )?(?:request for (?:proposals?|quotations?|tenders?|information)|invitation to tender|statement of work|solicitation|rfp|rfq|tender)\W*(?:\(?(?:rfp|rfq|itt)\)?)?\W*(?:no\.?|number|#)?[\s\w/-]{0,16}$")
    first = [(n, t) for t, n in document.headings if n < 120] + [(x.no, clean(x.text).strip()) for x in document.lines[:40] if 3 < len(x.text.strip()) < 120 and not x.text.rstrip().endswith(".")]  # noqa: PLR2004
    skip = re.compile(r"(?i)issued by|contact|confidential|^reference|table of contents|^section|^\d|@|page \d|date|deadline|^(?:the )?(?:state|city|county|department|university) of [\w ]+$|^[A-Z]\.\d|[,:]$|introduction|background|purpose|overview|^(?:rfp|rfq|itt)\s*(?:no|number|#|\d)")
    running = [clean(x.text).strip() for x in document.lines]
    for _, raw in sorted(first):
        text = raw.lstrip("# ")
        if running.count(raw) > 2 and (document.pages or 0) > 2:  # noqa: PLR2004
            continue
        found = re.search(r"(?i)(?:request for (?:proposals?|quotations?|tenders?)|invitation to tender|rfp|rfq)\b[^\w]*(?:\((?:rfp|itt|rfq)\)\W*)?(?:for|[-–—:])\s+(?!\d)(.{5,100})$", text)  # noqa: RUF001
        if found:
            return found.group(1).strip(" .")
        if not generic.match(text) and not skip.search(text) and len(text.split()) > 1 and (raw.startswith("#") or titled(text, 0.8)) and not MODAL.search(text):
            return text.strip(" .:")
    buyer = buyer_of(document, sentences)
    return f"Request of {buyer}" if buyer else re.sub(r"\.\w{2,4}$", "", document.name)


def buyer_of(document: Document, sentences: list[Sentence]) -> str | None:
    """Who issues the document."""
    head = [clean(x.text).strip() for x in document.lines[:40]] + [s.text for s in sentences[:60]] + [t for t, n in document.headings if n < 80]  # noqa: PLR2004
    org = r"(?:the |The )?((?:[A-Z][\w&'.-]+ |of |and |the |for |& ){0,9}(?:Department|Agency|Division|County|City|Town|University|Authority|Commission|Council|Ministry|Office|Bureau|Board|District|State(?= of)|Corporation|Bank|Hospital|Trust|Company|Inc|Ltd|Limited|LLC|GmbH|AG|plc|Group|Institute|Foundation|Center|Centre|Association|Library|College|Schools|NHS|Services|Cooperative|Mutual|Insurance|Partners|Health)\b(?:[ ,]+(?:of|and|for|the|[A-Z][\w&'.-]+)){0,9})"
    for pattern in (rf"(?i:issued by|issuing (?:agency|office|organi[sz]ation)|buyer|purchaser|client|contracting authority|procuring entity|on behalf of)\W{{1,4}}{org}", rf"{org}\s*\([^)]{{2,40}}\)[^.]{{0,80}}(?:seek|solicit|invit|request|search|requires|is looking|issue|intends)", rf"^{org}[^.]{{0,60}}(?:seek|solicit|invit|request|search|requires|is looking|issue|intends)", rf"\b{org}"):
        for text in head:
            found = re.search(pattern, text)
            if found and len(found.group(1).split()) > 1:
                return re.sub(r"\s+(?:of|and|for|the)$|,.*$", "", found.group(1)).strip()
    return None


def whole(sentences: list[Sentence], i: int) -> str:
    """A sentence; one that begins with 'This' or 'It' together with the one before it."""
    s = sentences[i]
    before = sentences[i - 1] if i and sentences[i - 1].block is s.block else None
    return f"{before.text} {s.text}" if before and re.match(r"(?:This|These|It|Such|They)\b", s.text) else s.text


def collect(document: Document, requirements: list[dict]) -> dict:
    """All facts, and the names of those that the document does not state."""
    sentences = document.sentences()
    text = " ; ".join([s.text for s in sentences] + [t for t, _ in document.headings])
    top = " ; ".join([clean(x.text) for x in document.lines[:80]] + [t for t, n in document.headings if n < 150] + [s.text for s in sentences[:120]])  # noqa: PLR2004
    number = re.search(r"(?i:\b(?:RFP|RFQ|RFT|ITT|solicitation|tender|bid|reference|procurement)\b)\s*(?i:no\.?|number|#|id|ref(?:erence)?\.?|:)*\s*:?\s*#?([A-Z0-9][A-Z0-9./_-]*\d[A-Z0-9./_-]*)", top)
    facts: dict = {
        "name": document.name, "title": title_of(document, sentences), "buyer": buyer_of(document, sentences), "number": number.group(1).strip(".-/") if number else None,
        "contact": next(iter(re.findall(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", " ".join(x.text for x in document.lines))), None),
        "dates": dates_of(sentences), "budget": budget_of(sentences), "contract_term": term_of(sentences),
        "deliverables": deliverables_of(sentences, requirements), "evaluation_criteria": criteria_of(document, sentences),
        "attachments": sorted({re.sub(r"\s+", " ", m).strip() for m in re.findall(r"\b(?:Attachment|Appendix|Annex|Exhibit|Schedule|Enclosure) (?:\d{1,2}|[A-Z])\b", text)}, key=lambda a: (a.split()[0], a.split()[1].zfill(3))),
        "exclusions": [{"text": whole(sentences, i), **where(s)} for i, s in enumerate(sentences) if re.search(r"\b(?:not (?:be )?(?:in|within|part of) (?:the |this )?scope|out of scope|outside (?:of )?the scope|excluded from|not interested in|does not include|not included in (?:the|this))\b", s.text, re.IGNORECASE) and context_of(s.block.path) not in ("evaluation", "submission", "legal")],
        "standards": [n for n, w in STANDARDS.items() if re.search(w, text)],
        "named_products": sorted({" ".join(m.split()) for m in re.findall(r"\b(?:" + PRODUCTS + r")(?![A-Za-z])", text)} | set(re.findall(r"(?<!\w)\.NET(?: Core)?", text))),
        "standing_system": [{"text": s.text, **where(s)} for s in sentences if re.search(r"\b(?:(?:the|our|this|its) (?:current|existing) (?:\w+ ){0,3}(?:system|platform|application|solution)|not (?:interested in|seeking) (?:a |an )?(?:full )?(?:system )?replacement|currently (?:uses?|runs?|operates?))", s.text, re.IGNORECASE)][:6],
        "penalties": [{"text": s.text, **where(s)} for s in sentences if re.search(r"liquidated damages|penalt(?:y|ies)|service credits?|withh(?:old|eld)|non-?responsive|disqualif", s.text, re.IGNORECASE) and not re.search(r"penalt(?:y|ies) of perjury", s.text)],
    }
    named_dates = {d["meaning"] for d in facts["dates"]}
    missing = {"the buyer's name": not facts["buyer"], "a document number": not facts["number"], "an issue date": "issued" not in named_dates, "a date by which proposals are due": "proposals due" not in named_dates,
        "a budget": not facts["budget"], "a contract term": not facts["contract_term"], "a list of deliverables": not facts["deliverables"], "weighted evaluation criteria": not facts["evaluation_criteria"],
        "a contract start date": "contract start" not in named_dates, "a go-live date": "go-live" not in named_dates}
    facts["not_found"] = [name for name, absent in missing.items() if absent]
    return facts


if __name__ == "__main__":
    target = Path(GIVEN["outputs_dir"]) / "requirements.json"  # noqa: F821
    result = json.loads(target.read_text(encoding="utf-8"))
    facts = collect(load(GIVEN), result["requirements"])  # noqa: F821
    result = {"rehearsal": result.pop("rehearsal"), "document": facts, **result}
    target.write_text(json.dumps(result, indent=1, ensure_ascii=False), encoding="utf-8")
    print(f"FACTS title: {facts['title']} | buyer: {facts['buyer']} | number: {facts['number']}")
    for d in facts["dates"]:
        print(f"  {d['date']} {d['meaning']}{' ' + d['time'] if d['time'] else ''}{' !! ' + d['weekday_problem'] if d['weekday_problem'] else ''}")
    for b in facts["budget"]:
        print("  budget: " + ", ".join(f"{a['currency']} {a['amount']}" for a in b["amounts"]) + f" ({b['period']}): {b['text'][:120]}")
    for t in facts["contract_term"]:
        print(f"  {t['kind']}: {t['months']} months: {t['text'][:120]}")
    print("  deliverables: " + "; ".join(d["name"] for d in facts["deliverables"]))
    print("  criteria: " + "; ".join(f"{c['criterion']} {c['weight']:g} {c['unit']}" for c in facts["evaluation_criteria"]))
    print("  standards: " + ", ".join(facts["standards"]) + " | products: " + ", ".join(facts["named_products"]))
    print("  not stated in the document: " + ", ".join(facts["not_found"]))
