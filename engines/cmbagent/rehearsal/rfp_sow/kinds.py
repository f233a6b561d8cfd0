"""Tells the part a section plays and the kind of a requirement."""

import re

from obligations import Verdict

ROLES = [
    ("definitions", r"definition|glossary|acronym|terminology|abbreviation"),
    (
        "schedule",
        (
            r"\b(?:rfp|procurement|solicitation|tender|rfp) (?:schedule|timetable|timeline|calendar)|schedule "
            r"of events|key dates|calendar of events"
        ),
    ),
    (
        "evaluation",
        (
            r"evaluation|award|selection (?:process|criteria|of)|scoring|protest|debrief|basis of|negotiation|"
            r"notification of|convert cost"
        ),
    ),
    (
        "submission",
        (
            r"proposal|instructions? (?:to|for)|responding|submission|submittal|offeror|bidder|respondent|"
            r"response|how to (?:respond|apply|bid)|minimum qualification|"
            r"questions|inquir|clarification|qualifications? of|vendor qualification|required review|return "
            r"instruction|experience and qualification|pre-?bid|tender (?:format|conditions)|references|"
            r"debarment|verbal presentation|oral presentation|business license|signature|communication|"
            r"approach to|staffing approach|project management approach|disclosure of"
        ),
    ),
    (
        "legal",
        (
            r"legal|terms|general (?:provision|condition)|contract (?:provision|clause|condition|law)|liabilit|"
            r"indemn|insurance|termination|confidential|nondisclosure|dispute|"
            r"assignment|governing law|severab|standard contract|warrant|intellectual property|ownership|"
            r"trafficking|rejection|tariff|tax|force majeure|subcontract|joint venture|inspect place|"
            r"contract changes|contract type|news release|human rights|debarment|amendment|"
            r"non-?discrimination|addend|reserv"
        ),
    ),
    ("commercial", r"payment|pricing|price|\bcosts?\b|budget|invoic|compensation|travel|fees|commercial"),
    (
        "scope",
        (
            r"scope|requirement|specification|statement of|deliverable|functional|technical|service|task|"
            r"solution|personnel|staffing|project management|training|support|data|"
            r"integration|performance|security|architecture|implementation|hosting|maintenance|report|system|"
            r"interface|work\b|operations|migration|compliance|accessib|quality|user|documentation|feature"
        ),
    ),
    (
        "background",
        (
            r"background|introduction|purpose|overview|about|current (?:state|environment|system|situation)|"
            r"existing|context|history|executive summary|organi[sz]ation|who we are|profile"
        ),
    ),
]


KINDS = {
    "security": r"secur|encrypt|authenticat|password|\bMFA\b|multi-?factor|access control|single sign|\bSSO\b|"
    r"vulnerab|penetration|firewall|intrusion|malware|role-?based|least privilege|"
    r"audit (?:log|trail)|identity|breach|incident response|threat|background check|authoriz(?:ation|"
    r"ed) (?:to operate|users?)|\bSIEM\b|privileged|key management",
    "compliance": r"\bHIPAA\b|FedRAMP|\bGDPR\b|\bCJIS\b|\bFERPA\b|PCI[- ]DSS|\bPCI\b|SOC ?[12]|ISO(?:/IEC)? ?\d{4,}|"
    r"\bNIST\b|FISMA|MARS-?E|WCAG|Section 508|accessib|\bADA\b|compl(?:y|ies|iance|iant) with|"
    r"regulat|statut|federal (?:law|requirement)|certif(?:ied|ication|y)|IRS Pub|StateRAMP|Cyber "
    r"Essentials|HITECH|\bSOX\b|legislation|standards? (?:of|set)|applicable law",
    "data": r"\bdata (?:migrat|conver|retention|model|quality|dictionary|warehouse|clean|export|import|"
    r"ownership|format|sovereign|residen|archiv|cent(?:er|re)|governance)|migrat|retain|retention|"
    r"archiv|\brecords\b|record counts?|"
    r"database|data ?sets?|\bdata\b.*\b(?:stored?|store|own|return|delet|destroy|purg|export)|legacy data",
    "integration": r"integrat|interfac(?:e|es|ing) (?:with|to|between)|\bAPIs?\b|web services?|\bREST|SOAP\b|data "
    r"exchange|exchange (?:of )?data|connect(?:ion|ions|or|s)? (?:to|with)|interoperab|\bHL7\b|\bFHIR\b|"
    r"\bSFTP\b|"
    r"import(?:ed)? from|export(?:ed)? to|synchroni|third-party systems?|middleware|\bESB\b|real-time feed|message bus",
    "performance/availability": r"availab(?:ility|le) (?:of|for|at|24|during|\d)|availability|uptime|response times?|"
    r"\d+(?:\.\d+)? "
    r"?%|within \d+ (?:milli)?seconds?|concurrent|throughput|scal(?:e|able|ability)|"
    r"\bRPO\b|\bRTO\b|recovery (?:time|point)|disaster recovery|failover|redundan|latency|load\b|"
    r"performance|capacity|downtime|speed to answer|per (?:second|minute|hour)\b|business continuity|"
    r"peak",
    "support/operations": r"support (?:desk|services?|hours|tickets?|requests?|calls?)|help ?desk|service desk|"
    r"maintenance|"
    r"maintain|monitor|backup|back up|backed up|patch|incident|ticket|24 ?[x/] ?7|warranty|on-call|"
    r"operat(?:e|ions)\b|"
    r"upgrade|train(?:ing|ed)?\b|user manuals|knowledge transfer|severity|post-(?:launch|"
    r"implementation)|hypercare|release notes|technical support",
    "deliverable": (
        r"(?:monthly|weekly|quarterly|annual|final|written) (?:\w+ )?report|\bdeliver(?:s|ed|y|able|"
        r"ables)?\b|documentation|written report|status reports?|progress reports?|\breport(?:s)? (?:to|of|"
        r"on)|\bplan\b|\bplans\b|draft|manual|source code|schematic|runbook|design document|training "
        r"materials?|mock-?ups|repository|\bSOW\b"
    ),
    "project/staffing": r"project manage|project manager|personnel|staff|key (?:person|staff)|team|resum|years'? (?:of "
    r")?experience|agile|sprint|scrum|meeting|kick-?off|schedule|milestone|work plan|experience|skills|"
    r""
    r"subcontract|technical lead|on-?site|governance|risk register|time zone|working hours|business "
    r"hours|workspace|roles?\b",
    "commercial": (
        r"invoice|expenses|lodging|rental|invoic|payment|\bpric(?:e|es|ing)\b|\bcosts?\b|\bfees?\b|"
        r"\brates?\b|travel expens|reimburs|receipt|\btax(?:es)?\b|currency|discount|licen[cs]e fees|"
        r"billing|purchase order|not.to.exceed"
    ),
    "legal": r"indemn|liab(?:le|ility)|insurance|terminat|governing law|confidential|non-?disclosure|"
    r"intellectual property|ownership|copyright|assign(?:ment)? (?:of|the)|dispute|warrant(?:s|ies) "
    r"that|"
    r"waive|hold harmless|conflict of interest|lobby|debar|subpoena|bond\b|title to|license the|"
    r"sublicense|breach of contract|business license|government property|standard agreement|amendment|"
    r"prior written (?:consent|approval)|"
    r"solicitation|tariff|excise|United States|news releases",
    "technical": r"cloud|browser|phones?|tablets?|devices?|architecture|technolog|hosting|hosted|server|responsive|"
    r"mobile|operating system|open.source|source control|\bCI/CD\b|continuous (?:integration|delivery|"
    r"deployment)|devops|container|"
    r"\bIPv6\b|\bHTML|environments?\b|virtual|infrastructure|network|code|version|unit test|automated "
    r"test|test(?:ing|s|ed)?\b|configur|\bURL\b|hardware|scripts?",
    "functional": r"users? (?:shall|must|will|should|can|may)|able to|ability to|allow|enable|search|display|"
    r"dashboard|workflow|notif|calculat|form\b|forms\b|report(?:ing)?\b|generate|screen|portal|track|"
    r"approve|upload|"
    r"download|automat|self-service|calendar|eligib|process|print|export|filter|view|appointment|"
    r"application|notices?|rules",
}


STOP = {
    "that",
    "this",
    "with",
    "from",
    "have",
    "will",
    "shall",
    "must",
    "should",
    "which",
    "their",
    "there",
    "other",
    "such",
    "been",
    "were",
    "they",
    "than",
    "then",
    "into",
    "upon",
    "under",
    "also",
    "each",
    "only",
    "when",
    "where",
    "while",
    "within",
    "without",
    "including",
    "provide",
    "provided",
    "contractor",
    "vendor",
    "system",
    "following",
    "required",
    "requirements",
    "requirement",
    "offeror",
    "proposal",
    "bidder",
    "supplier",
    "solution",
}


PRIORITY = {
    "desired": r"desir|should|prefer|nice|optional|could|\bD\b|\bO\b|\bS\b|\bC\b|low|medium",
    "mandatory": r"mandat|must|requir|shall|essential|\bM\b|\bR\b|high|critical|yes|\bY\b",
}


SKIP_TABLE = re.compile(
    (
        r"weight|points|score|max(?:imum)? time|acronym|definition|\bterm\b|\bmeaning|unit price|total "
        r"price|\bdates?\b(?!.*deliverable)|event|milestone payment|amount|contact|\brisk"
    ),
    re.IGNORECASE,
)


def context_of(path: list[str]) -> str:
    """The part a section plays, from the nearest heading upwards; an evaluation parent wins."""
    told = [
        t
        for t in path
        if not re.search(r"request for (?:proposal|quotation|tender)|invitation to tender", t, re.IGNORECASE)
    ]
    roles = [
        r for title in reversed(told) if (r := next((n for n, w in ROLES if re.search(w, title, re.IGNORECASE)), ""))
    ]
    if "evaluation" in roles:
        return "evaluation"
    if "submission" in roles[1:] and roles[0] in ("legal", "commercial", "scope", "background"):
        return "submission"
    return roles[0] if roles else ""


def kind_of(text: str, verdict: Verdict, role: str, path: list[str]) -> str:
    """One kind, by words of the sentence, weighed with its section's title."""
    if role in ("submission", "evaluation", "schedule") or (verdict.subject == "P" and role != "commercial"):
        return "submission"
    title = " ".join(path[-2:])
    best, kind = 0.0, ""
    for name, words in KINDS.items():
        pattern = rf"(?<![A-Za-z])(?:{words})"
        hits = {m.group(0).lower() for m in re.finditer(pattern, text, re.IGNORECASE)}
        early = bool(re.search(pattern, text[:90], re.IGNORECASE))
        named = bool(re.search(rf"(?<!non-)(?<!non )\b{name.split('/')[0]}", title, re.IGNORECASE))
        score = (
            min(len(hits), 3)
            + 0.5 * early
            + (1.2 if named else 0.9 * bool(name != "functional" and re.search(pattern, title, re.IGNORECASE)))
        )
        score *= 0.4 if name == "commercial" and role == "scope" and verdict.subject == "S" else 1
        score -= 0.8 if name == "project/staffing" and verdict.subject == "S" else 0
        score -= 1.0 if name == "functional" and verdict.subject in ("V", "T") and not named else 0
        score -= {"functional": 0.3, "technical": 0.2, "deliverable": 0.1}.get(name, 0.0)
        score += 1.2 * (role == name or (role == "commercial" and name == "commercial"))
        if score > best:
            best, kind = score, name
    if best < 0.6:
        kind = {"legal": "legal", "commercial": "commercial"}.get(
            role, "functional" if verdict.subject == "S" else "project/staffing"
        )
    return kind


def keywords_of(text: str) -> list[str]:
    """Up to six telling words of the sentence."""
    words = re.findall(r"[A-Za-z][A-Za-z0-9/+-]{3,}", text)
    seen = list(dict.fromkeys(w.lower() for w in words if w.lower() not in STOP))
    return sorted(seen, key=lambda w: (-len(w), w))[:6]
