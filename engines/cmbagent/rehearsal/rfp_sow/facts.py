"""Reads the facts of the procurement out of the document: who buys what, until when, for how much, judged by what.

Each fact carries the sentence it was read from and its place; what was not found is named in "not_found".
"""

import json
import re
from pathlib import Path

from headings import titled
from kinds import context_of
from procurement import budget_of, criteria_of, dates_of, deliverables_of, term_of, where
from read_document import MODAL, clean
from structure import Document, Sentence, load

STANDARDS = {
    "HIPAA": r"\bHIPAA\b|HITECH|protected health information|\bPHI\b",
    "FedRAMP": r"FedRAMP",
    "StateRAMP": r"StateRAMP|GovRAMP",
    "GDPR": r"\bGDPR\b|General Data Protection|\b2016/679\b",
    "UK GDPR / Data Protection Act": r"Data Protection Act|UK GDPR",
    "CJIS": r"\bCJIS\b",
    "FERPA": r"\bFERPA\b",
    "PCI DSS": r"\bPCI[- ]?DSS\b|\bPCI\b",
    "SOC 2": r"SOC ?(?:2|II)\b|SSAE",
    "ISO/IEC 27001": r"ISO(?:/IEC)? ?27001",
    "NIST SP 800-53": r"NIST\b.{0,20}800-?53|NIST 800",
    "NIST": r"\bNIST\b(?!.{0,20}800)",
    "FISMA": r"FISMA",
    "MARS-E": r"MARS-?E|Minimal Acceptable Risk Standards",
    "IRS Publication 1075": r"(?:IRS )?Pub(?:lication|\.)? ?1075",
    "WCAG / accessibility": r"WCAG|Section 508|EN 301 549|[Aa]ccessibility",
    "Cyber Essentials": r"Cyber Essentials",
    "SOX": r"Sarbanes|\bSOX\b",
    "HL7 / FHIR": r"\bHL7\b|\bFHIR\b",
    "ITAR": r"\bITAR\b",
    "NIS2": r"\bNIS ?2\b",
    "DORA": r"\bDORA\b",
    "EU AI Act": r"AI Act",
    "CCPA": r"\bCCPA\b",
    "COPPA": r"\bCOPPA\b",
    "ePrivacy": r"ePrivacy",
    "TX-RAMP": r"TX-?RAMP",
    "BSI C5": r"\bC5\b.{0,30}(?:attest|BSI|criteria)|BSI C5",
}


PRODUCTS = (
    r"IBM WebSphere|IBM Operational Decision Manager|IBM Security Access Manager|Mule ?(?:ESB|Soft)|"
    r"OpenText \w+|HP Exstream|SharePoint(?: Online)?|Microsoft 365|Office 365|Microsoft Teams|MS "
    r"Teams|Azure DevOps|Team Foundation Server|"
    r"(?:Azure|Microsoft Entra|Entra) ?(?:AD|ID|Active Directory)|Active Directory|\bADFS\b|Okta|"
    r"\bLDAP\b|SAP(?: S/4HANA| ECC| SuccessFactors| Ariba)?|Oracle(?: E-Business Suite| Database| "
    r"Fusion| EBS| Financials)?|PeopleSoft|Workday|Salesforce|"
    r"Dynamics 365|ServiceNow|Jira|Confluence|Zendesk|Tyler (?:Munis|Technologies)|Munis|Banner|"
    r"Ellucian|Blackboard|Canvas|Moodle|Esri(?: ArcGIS)?|ArcGIS|Epic\b|Cerner|Meditech|SQL Server|"
    r"MySQL|PostgreSQL|Db2|DB2|MongoDB|COBOL|mainframe|"
    r"AS/400|iSeries|VMware|Citrix|Kubernetes|OpenShift|Docker|Terraform|Jenkins|GitHub|GitLab|Tableau|"
    r"Power BI|Informatica|Snowflake|Databricks|Kafka|DocuSign|Twilio|Stripe|PayPal|Hyland OnBase|"
    r"OnBase|Laserfiche|FileNet|Accela|Infor|"
    r"NetSuite|QuickBooks|Sage|Lotus Notes|Magento|Shopify|WordPress|Drupal|Sitecore|Adobe Experience "
    r"Manager|Splunk|Microsoft Sentinel|CrowdStrike|AS400|\.NET(?: Core)?|Java\b|Angular|React\b"
)


def named(pattern: str, sentences: list[Sentence]) -> tuple[str, dict] | None:
    """The first sentence that matches and the place of it."""
    return next(((m.group(1).strip(), where(s)) for s in sentences if (m := re.search(pattern, s.text))), None)


def carried_on(document: Document, no: int, skip: re.Pattern[str]) -> str:
    """The rest of a title that a PDF breaks into two lines."""
    at = next((i for i, x in enumerate(document.lines) if x.no == no), len(document.lines))
    line, after = (*document.lines[at : at + 2], None, None)[:2]
    text = clean(after.text).strip() if after else ""
    fits = line and line.page is not None and titled(text, 0.99) and not re.search(r"[:\d@]", text) and len(text) < 60
    short = (
        re.search(r"(?:\b(?:and|for|of|the|to)|\b(?:and|for|of) (?:the )?\w+)$", line.text.strip()) if line else None
    )
    return f" {text}" if fits and short and not skip.search(text) else ""


def title_of(document: Document, sentences: list[Sentence]) -> str:
    """The project's name as the first page gives it."""
    told = named(
        r"(?i)^(?:project|rfp|solicitation)?\s*(?:title|name|project|subject)\s*[:|]\s*(.{5,120})$", sentences[:60]
    )
    if told:
        return told[0]
    generic = re.compile(
        r"(?i)^\W*(?:state of \w+ )?(?:request for (?:proposals?|quotations?|tenders?|information)|"
        r"invitation to tender|statement of work|solicitation|rfp|rfq|tender)\W*(?:\(?(?:rfp|rfq|"
        r"itt)\)?)?\W*(?:no\.?|number|#)?[\s\w/-]{0,16}$"
    )
    first = [(n, t) for t, n in document.headings if n < 120] + [
        (x.no, clean(x.text).strip())
        for x in document.lines[:40]
        if 3 < len(x.text.strip()) < 120 and not x.text.rstrip().endswith(".")
    ]
    skip = re.compile(
        r"(?i)issued by|contact|confidential|^reference|table of contents|^section|^\d|@|page \d|date|"
        r"deadline|^(?:the )?(?:state|city|county|department|university) of [\w ]+$|^[A-Z]\.\d|[,:]$|"
        r"introduction|background|purpose|overview|^(?:rfp|rfq|itt)\s*(?:no|number|#|\d)"
    )
    running = [clean(x.text).strip() for x in document.lines]
    for no, raw in sorted(first):
        text = raw.lstrip("# ")
        if running.count(raw) > 2 and (document.pages or 0) > 2:
            continue
        found = re.search(
            (
                r"(?i)(?:request for (?:proposals?|quotations?|tenders?)|invitation to tender|rfp|"
                r"rfq)\b[^\w]*(?:\((?:rfp|itt|rfq)\)\W*)?(?:for|[-–—:])\s+(?!\d)(.{5,100})$"
            ),
            text,
        )
        if found:
            return found.group(1).strip(" .") + carried_on(document, no, skip)
        if (
            not generic.match(text)
            and not skip.search(text)
            and len(text.split()) > 1
            and (raw.startswith("#") or titled(text, 0.8))
            and not MODAL.search(text)
        ):
            return text.strip(" .:") + carried_on(document, no, skip)
    buyer = buyer_of(document, sentences)
    return f"Request of {buyer}" if buyer else re.sub(r"\.\w{2,4}$", "", document.name)


def buyer_of(document: Document, sentences: list[Sentence]) -> str | None:
    """Who issues the document."""
    head = (
        [clean(x.text).strip() for x in document.lines[:40]]
        + [s.text for s in sentences[:60]]
        + [t for t, n in document.headings if n < 80]
    )
    org = (
        r"(?:the |The )?((?:[A-Z][\w&'.-]+ |of |and |the |for |& ){0,9}(?:Department|Agency|Division|"
        r"County|City|Town|University|Authority|Commission|Council|Ministry|Office|Bureau|Board|District|"
        r"State(?= of)|Corporation|Bank|Hospital|Trust|Company|Inc|Ltd|Limited|LLC|GmbH|AG|plc|Group|"
        r"Institute|Foundation|Center|Centre|Association|Library|College|Schools|NHS|Services|Cooperative|"
        r"Mutual|Insurance|Partners|Health)\b(?:[ ,]+(?:of|and|for|the|[A-Z][\w&'.-]+)){0,9})"
    )
    for pattern in (
        (
            r"(?i:issued by|issuing (?:agency|office|organi[sz]ation)|buyer|purchaser|client|contracting "
            rf"authority|procuring entity|on behalf of)\W{{1,4}}{org}"
        ),
        rf"{org}\s*\([^)]{{2,40}}\)[^.]{{0,80}}(?:seek|solicit|invit|request|search|requires|is looking|issue|intends)",
        rf"^{org}[^.]{{0,60}}(?:seek|solicit|invit|request|search|requires|is looking|issue|intends)",
        rf"\b{org}",
    ):
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
    top = " ; ".join(
        [clean(x.text) for x in document.lines[:80]]
        + [t for t, n in document.headings if n < 150]
        + [s.text for s in sentences[:120]]
    )
    number = re.search(
        (
            r"(?i:\b(?:RFP|RFQ|RFT|ITT|solicitation|tender|bid|reference|procurement)\b)\s*(?i:no\.?|number|#|"
            r"id|ref(?:erence)?\.?|:)*\s*:?\s*#?([A-Z0-9][A-Z0-9./_-]*\d[A-Z0-9./_-]*)"
        ),
        top,
    )
    facts: dict = {
        "name": document.name,
        "title": title_of(document, sentences),
        "buyer": buyer_of(document, sentences),
        "number": number.group(1).strip(".-/") if number else None,
        "contact": next(
            iter(re.findall(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", " ".join(x.text for x in document.lines))), None
        ),
        "dates": dates_of(sentences),
        "budget": budget_of(sentences),
        "contract_term": term_of(sentences),
        "deliverables": deliverables_of(sentences, requirements),
        "evaluation_criteria": criteria_of(document, sentences),
        "attachments": sorted(
            {
                re.sub(r"\s+", " ", m).strip()
                for m in re.findall(
                    r"\b(?:Attachment|Appendix|Annex|Exhibit|Schedule|Enclosure) (?:\d{1,2}|[A-Z])\b", text
                )
            },
            key=lambda a: (a.split()[0], a.split()[1].zfill(3)),
        ),
        "exclusions": [
            {"text": whole(sentences, i), **where(s)}
            for i, s in enumerate(sentences)
            if re.search(
                (
                    r"\b(?:not (?:be )?(?:in|within|part of) (?:the |this )?scope|out of scope|outside (?:of "
                    r")?the scope|excluded from|not interested in|does not include|not included in (?:the|"
                    r"this))\b"
                ),
                s.text,
                re.IGNORECASE,
            )
            and context_of(s.block.path) not in ("evaluation", "submission", "legal")
        ],
        "standards": [n for n, w in STANDARDS.items() if re.search(w, text)],
        "named_products": sorted(
            {" ".join(m.split()) for m in re.findall(r"\b(?:" + PRODUCTS + r")(?![A-Za-z])", text)}
            | set(re.findall(r"(?<!\w)\.NET(?: Core)?", text))
        ),
        "standing_system": [
            {"text": s.text, **where(s)}
            for s in sentences
            if re.search(
                (
                    r"\b(?:(?:the|our|this|its) (?:current|existing) (?:\w+ ){0,3}(?:system|platform|"
                    r"application|solution)|not (?:interested in|seeking) (?:a |an )?(?:full )?(?:system "
                    r")?replacement|currently (?:uses?|runs?|operates?))"
                ),
                s.text,
                re.IGNORECASE,
            )
        ][:6],
        "penalties": [
            {"text": s.text, **where(s)}
            for s in sentences
            if re.search(
                r"liquidated damages|penalt(?:y|ies)|service credits?|withh(?:old|eld)|non-?responsive|disqualif",
                s.text,
                re.IGNORECASE,
            )
            and not re.search(r"penalt(?:y|ies) of perjury", s.text)
        ],
    }
    named_dates = {d["meaning"] for d in facts["dates"]}
    missing = {
        "the buyer's name": not facts["buyer"],
        "a document number": not facts["number"],
        "an issue date": "issued" not in named_dates,
        "a date by which proposals are due": "proposals due" not in named_dates,
        "a budget": not facts["budget"],
        "a contract term": not facts["contract_term"],
        "a list of deliverables": not facts["deliverables"],
        "weighted evaluation criteria": not facts["evaluation_criteria"],
        "a contract start date": "contract start" not in named_dates,
        "a go-live date": "go-live" not in named_dates,
    }
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
        print(
            f"  {d['date']} "
            f"{d['meaning']}{' ' + d['time'] if d['time'] else ''}"
            f"{' !! ' + d['weekday_problem'] if d['weekday_problem'] else ''}"
        )
    for b in facts["budget"]:
        print(
            "  budget: "
            + ", ".join(f"{a['currency']} {a['amount']}" for a in b["amounts"])
            + f" ({b['period']}): {b['text'][:120]}"
        )
    for t in facts["contract_term"]:
        print(f"  {t['kind']}: {t['months']} months: {t['text'][:120]}")
    print("  deliverables: " + "; ".join(d["name"] for d in facts["deliverables"]))
    print(
        "  criteria: "
        + "; ".join(f"{c['criterion']} {c['weight']:g} {c['unit']}" for c in facts["evaluation_criteria"])
    )
    print("  standards: " + ", ".join(facts["standards"]) + " | products: " + ", ".join(facts["named_products"]))
    print("  not stated in the document: " + ", ".join(facts["not_found"]))
