"""Reads the figures the document states and sizes the parts of a solution from them.

A figure that the document does not give is replaced by an assumption, and the assumption is written beside it.
Writes data/sizing.json: figures, drivers (what the sizes follow from) and components with quantities.
"""

import json
import math
import re
from datetime import date
from pathlib import Path

from catalogue import BY_KEY, FREE_USERS, provider_of
from facts import NUMBERS, months_of, where
from read_document import work
from requirements import context_of
from structure import Sentence, load

N = r"(?P<n>\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?)\)?\s?(?P<u>million|billion|thousand|k\b|m\b)?\+?"
STAFF = r"staff|employees|workers|caseworkers|agents|internal|named|licen[cs]ed|back.?office|administrators|officers|clerks|nurses|teachers|analysts"
PUBLIC = r"citizens?|residents|customers|members|students|patients|subscribers|beneficiaries|clients|public|external|visitors|recipients|applicants|households|taxpayers|households|policyholders|registered|[A-Z][a-z]+ans"
PER = r"(?:(?:per|an?|each|every)\s+|/\s?)?(?P<p>(?<=per )second|(?<=[rhya] )minute|(?<=[rhya] )(?:hour|day|week|month|quarter|year|annum)|daily|weekly|monthly|annually|yearly)\b"
FIGURES = {
    "concurrent users": rf"{N}\s+(?:\w+[ -]){{0,2}}?(?:concurrent|simultaneous)|(?:concurrent|simultaneous)\w*\s+(?:\w+\s+){{0,4}}?(?:of|to|is|:)?\s*(?:at least |up to )?{N.replace('?P<n>', '?P<n2>').replace('?P<u>', '?P<u2>')}",
    "staff users": rf"{N}\s+(?:\w+[ -]){{0,3}}?(?:(?:{STAFF})\s+(?:\w+\s+)?(?:users|accounts|seats)|users|seats|employees|caseworkers|staff\b|agents)",
    "public users": rf"{N}\s+(?:\w+[ -]){{0,3}}?(?:{PUBLIC})\b",
    "transactions": rf"{N}\s+(?!hours|days|minutes|years|percent|points|dollars|times|pages|weeks|months|business|calendar|working)(?:[A-Za-z][\w-]*\s+){{1,6}}?{PER}",
    "records": rf"{N}\s+(?:[\w-]+\s+){{0,3}}?(?:records|case files|documents|files|images|assets|parcels|items|titles)\b(?!\s*(?:per|a|each|every)\b)",
    "storage": rf"{N}\s?(?P<s>GB|TB|PB|MB|gigabytes?|terabytes?)\b",
    "availability": r"(?P<n>\d{2}(?:\.\d+)?)\s?(?:%|percent)(?P<u>)",
    "recovery point": r"(?:RPO|recovery point)\D{0,60}?(?P<n>\d+|\b(?:one|two|four|eight|twelve)\b)(?P<u>)\)?\s*(?P<t>minute|hour|day)s?",
    "recovery time": r"(?:RTO|recovery time)\D{0,60}?(?P<n>\d+|\b(?:one|two|four|eight|twelve)\b)(?P<u>)\)?\s*(?P<t>minute|hour|day)s?",
    "response time": r"(?P<n>\d+(?:\.\d+)?)(?P<u>)\)?\s*(?P<t>seconds?|milliseconds?|ms)\b",
    "retention years": r"(?P<n>\d+|\b(?:one|two|three|five|six|seven|ten)\b)(?P<u>)\s*(?:\(\d+\)\s*)?[- ]?years?",
    "growth percent": r"(?P<n>\d+(?:\.\d+)?)(?P<u>)\s?(?:%|percent)",
    "sites": rf"{N}\s+(?:\w+[ -]){{0,3}}?(?:sites|locations|offices|branches|facilities|campuses|clinics|schools|libraries|depots|stores|warehouses)\b",
}
NEEDS = {"availability": r"availab|uptime|up-time|service level", "response time": r"respon|load|render|return|page|search|latency", "retention years": r"retain|retention|archiv|kept|preserv|stored for",
    "growth percent": r"grow|increase in (?:volume|users|data|load)|annual increase", "storage": r"data|storage|store|database|document|file|content|archive|repositor|image|currently|migrat"}
AVOID = {"staff users": r"experience|proposal|clients of|vendor|offeror|bidder|contractor's", "public users": r"experience|similar size|references|members of staff|staff members", "records": r"proposal|page|copies|submit", "transactions": r"experience|meeting|report|sprint|fee|\$|reference|proposal|penalt|insurance|support from|hours|visit.{0,20}site", "storage": r"e-?mail|attachment size|megabytes|upload limit",
    "recovery point": "", "availability": r"weight|points|evaluat|payment|retainage|discount|local preference", "retention years": r"experience|warranty|contract|term\b|insurance|renew|option|leading"}
COMPONENTS = {
    "edge": r"portal|web|public|browser|internet|firewall|online|user interface|self-service",
    "cdn": r"portal|web ?site|public|mobile|citizen|customer|download|streaming|video|media|online",
    "app_node": r"system|application|portal|user|screen|form|dashboard|software|solution|platform|process|web",
    "worker_node": r"batch|nightly|schedul|automat|import|export|convert|process(?:es|ing)|calculat|background job|generate",
    "rules": r"workflow|business rule|approval|rules? engine|eligib|route|routing|escalat(?:e|ion) (?:rule|path)|rules",
    "api": r"\bAPIs?\b|web service|\bREST|SOAP|third.party|interoperab",
    "queue": r"event|message|real-time|asynchron|queue|near.real|notification|notice",
    "connector": r"integrat|interfac\w+ (?:with|to)|connect(?:ion|ions|or)?s? to|exchange|synchroni|feed",
    "vpn": r"on-premises?|legacy|internal network|VPN|private connect|existing (?:system|database|network)|mainframe|data cent",
    "notify_mail": r"e-?mail|notif|notices?\b|alert|remind",
    "notify_sms": r"\bSMS\b|text messag|push notification",
    "db": r"data|record|database|case|register|history|inventory|store",
    "object": r"document|file|upload|attachment|image|scan|content|media|PDF|photo|evidence|report",
    "archive": r"archiv|retention|retain|preserv|\d+ years",
    "cache": r"response time|performance|concurrent|within \d+ seconds|peak|high volume|latency",
    "search": r"\bsearch",
    "reporting": r"report(?:s|ing)?\b|dashboard|analytic|business intelligence|KPI|statistic|visuali[sz]",
    "ocr": r"\bOCR\b|recogni[sz]|handwritten|digiti[sz]|extract (?:text|data) from",
    "language_model": r"\bAI\b|artificial intelligence|machine learning|chat ?bot|language model|virtual assistant|generative",
    "maps": r"\bGIS\b|\bmaps?\b|geospatial|location.based|ArcGIS|routing of vehicles|\bGPS\b",
    "identity_staff": r"single sign|\bSSO\b|role-?based|authenticat|multi-?factor|\bMFA\b|Active Directory|SAML|access control|user account|permission",
    "identity_public": r"self-service|citizen|customer (?:portal|account)|public user|registered|patient portal|resident|sign up|registration|applicant|member portal|student",
    "keys": r"encrypt|key management|certificate|TLS|secret",
    "threat": r"secur|vulnerab|threat|intrusion|malware|penetration|SIEM|incident response|breach",
    "logs": r"monitor|audit|logs?\b|logging|alert|SIEM|track(?:ed|ing) of|trail",
    "backup": r"back ?up|restor|recover|data loss|RPO",
    "backup_copy": r"off-?site|second(?:ary)? (?:site|region|location)|disaster|geograph",
    "standby_node": r"disaster recovery|failover|business continuity|RTO|recovery time|high availability|99\.9|second(?:ary)? (?:site|region)|redundan",
    "standby_db": r"disaster recovery|failover|business continuity|RPO|RTO|recovery (?:point|time)|second(?:ary)? (?:site|region)|redundan",
    "pipeline": r"\bCI/CD\b|continuous|source code|repository|Git|DevOps|release|deploy|version control|sprint|code\b",
}
ALWAYS = ("edge", "network", "app_node", "db", "db_storage", "object", "identity_staff", "keys", "threat", "logs", "backup", "pipeline", "db_small")
BUILD_KINDS = ("functional", "technical", "security", "compliance", "data", "integration", "performance/availability", "support/operations")
SOFTWARE = re.compile(r"\b(?:software|application|portal|web ?site|database|cloud|hosting|hosted|platform|API|interface|user interface|SaaS|data|online|digital|app|system)\b", re.IGNORECASE)
ENVIRONMENTS = ("development", "test", "QA", "quality assurance", "UAT", "acceptance", "staging", "training", "pre-production", "production", "sandbox", "disaster recovery")


def amount(match: re.Match[str]) -> float:
    """The number of a match with its unit, words for small numbers included."""
    groups = match.groupdict()
    text, unit = (groups["n"], groups["u"]) if groups.get("n") else (groups.get("n2"), groups.get("u2"))
    value = NUMBERS.get(text.lower()) or float(text.replace(",", "")) if text else 0.0
    return value * {"k": 1e3, "t": 1e3, "m": 1e6, "b": 1e9}.get((unit or " ")[0].lower(), 1)


def figures_of(sentences: list[Sentence]) -> list[dict]:
    """Every figure a size can follow from, with its sentence and place."""
    out = []
    for s in sentences:
        if context_of(s.block.path) in ("submission", "evaluation", "legal", "definitions"):
            continue
        for name, pattern in FIGURES.items():
            flags = 0 if name == "public users" else re.IGNORECASE
            for m in re.finditer(pattern, s.text, flags):
                if (name in NEEDS and not re.search(NEEDS[name], s.text, re.IGNORECASE)) or (AVOID.get(name) and re.search(AVOID[name], s.text, re.IGNORECASE)):
                    continue
                if name in ("staff users", "public users") and re.search(r"concurrent|simultaneous", m.group(0), re.IGNORECASE):
                    continue
                value, unit, groups = amount(m), "", m.groupdict()
                if name == "storage":
                    unit, value = "GB", value * {"m": 0.001, "g": 1, "t": 1000, "p": 1e6}[groups["s"][0].lower()]
                elif name in ("recovery point", "recovery time"):
                    unit, value = "hours", value * {"m": 1 / 60, "h": 1, "d": 24}[groups["t"][0].lower()]
                elif name == "response time":
                    unit, value = "seconds", value / (1000 if groups["t"].lower().startswith(("ms", "milli")) else 1)
                elif name == "transactions" and groups["p"][:3].lower() in ("sec", "min", "hou"):
                    name, unit = "peak rate", "per second"  # noqa: PLW2901
                    value /= {"sec": 1, "min": 60, "hou": 3600}[groups["p"][:3].lower()]
                elif name == "transactions":
                    unit = "per month"
                    value *= {"day": 30, "dai": 30, "wee": 4.33, "mon": 1, "qua": 1 / 3, "yea": 1 / 12, "yr": 1 / 12, "ann": 1 / 12}[groups["p"][:3].lower()]
                elif name == "availability":
                    unit = "%"
                if value and not (name == "availability" and value < 90) and not (name == "response time" and value > 120):  # noqa: PLR2004
                    out.append({"name": name, "value": round(value, 3), "unit": unit, "exact": "user" in m.group(0).lower(), "text": s.text, **where(s)})
    return out


def environments_of(sentences: list[Sentence]) -> tuple[list[str], Sentence | None]:
    """The environments the document names, and where most of them stand."""
    best: tuple[list[str], Sentence | None] = ([], None)
    for s in sentences:
        if re.search(r"environment|instance", s.text, re.IGNORECASE):
            found = [e for e in ENVIRONMENTS if re.search(rf"\b{e}\b", s.text, re.IGNORECASE)]
            best = (found, s) if len(found) > len(best[0]) else best
    return best


def figure(figures: list[dict], name: str, pick: str = "max") -> dict | None:
    """The largest (or smallest) stated figure of a name."""
    found = [f for f in figures if f["name"] == name]
    found = [f for f in found if f["exact"]] or found if name == "staff users" else found
    return (max if pick == "max" else min)(found, key=lambda f: f["value"]) if found else None


def drivers_of(figures: list[dict], environments: list[str], interfaces: int) -> dict[str, dict]:
    """What the sizes follow from: each stated in the document or assumed, with the words for it."""
    out: dict[str, dict] = {}

    def drive(name: str, stated: dict | None, assumed: float, why: str, unit: str = "") -> float:
        value = stated["value"] if stated else assumed
        note = f"stated: \"{stated['text'][:160]}\"" if stated else f"assumption: {why}"
        out[name] = {"value": value, "unit": unit, "stated": bool(stated), "note": note, "page": stated and stated["page"], "section": stated and stated["section"]}
        return value

    staff = drive("staff users", figure(figures, "staff users"), 50, "the document gives no number of staff users; 50 taken")
    public = drive("public users", figure(figures, "public users"), 0, "the document gives no number of public users; none taken")
    peak = max(10, round(staff * 0.2 + public * 0.002))
    drive("concurrent users", figure(figures, "concurrent users"), peak, f"no concurrent users stated; 20 % of {staff:,.0f} staff and 0.2 % of {public:,.0f} public users")
    drive("peak rate", figure(figures, "peak rate"), max(1, round(out["concurrent users"]["value"] / 10)), "no peak rate stated; one request per concurrent user each 10 seconds", "per second")
    drive("transactions per month", figure(figures, "transactions"), max(1000, staff * 200 + public * 1), "no volume stated; 200 per staff user and 1 per public user a month")
    records = drive("records", figure(figures, "records"), max(public, 10000), "no number of records stated; one per public user, at least 10,000")
    stored = figure(figures, "storage")
    drive("data volume", stored, max(100, round(records * 0.0005)), "no volume stated; 0.5 MB per record, at least 100 GB", "GB")
    drive("availability", figure(figures, "availability"), 99.5, "no availability stated; 99.5 % a month taken", "%")
    drive("recovery point", figure(figures, "recovery point", "min"), 24, "no recovery point stated; 24 hours (daily backup) taken", "hours")
    drive("recovery time", figure(figures, "recovery time", "min"), 24, "no recovery time stated; 24 hours taken", "hours")
    drive("response time", figure(figures, "response time", "min"), 3, "no response time stated; 3 seconds taken", "seconds")
    drive("retention years", figure(figures, "retention years"), 7, "no retention period stated; 7 years taken", "years")
    drive("growth percent", figure(figures, "growth percent"), 10, "no growth stated; 10 % a year taken", "%")
    out["environments"] = {"value": len(environments) or 3, "unit": "", "stated": bool(environments), "page": None, "section": None,
        "note": "stated: " + ", ".join(environments) if environments else "assumption: none named; development, test and production taken"}
    out["interfaces"] = {"value": interfaces or 1, "unit": "", "stated": bool(interfaces), "page": None, "section": None,
        "note": "counted: requirements that ask for an interface" if interfaces else "assumption: no interface named; one taken"}
    return out


def quantities(d: dict[str, dict], provider: str) -> dict[str, tuple[float, str]]:
    """Quantity and its derivation for every part, from the drivers."""
    v = {k: x["value"] for k, x in d.items()}
    users, others = v["concurrent users"], max(int(v["environments"]) - 1, 1)
    small = users <= 60 and not d["availability"]["stated"] and not d["staff users"]["stated"]  # noqa: PLR2004
    others = 1 if small else others
    nodes = 1 if small else max(2, math.ceil(users / 250), math.ceil(v["peak rate"] / 50))
    pairs = 2 ** max(0, math.ceil(math.log2(max(users, 1) / 500)))
    volume = v["data volume"]
    tables = max(100, min(round(volume * 0.2), 4000))
    kept = round(volume * min(v["retention years"], 10) * 0.25)
    active = round(v["public users"] * 0.3)
    free = FREE_USERS[provider]
    tx = v["transactions per month"]
    hosts = math.ceil((nodes + others + 4) / 15)
    return {
        "edge": (1, "one public entry point for production"),
        "cdn": (max(10, round(tx * 0.002)), "2 MB out per transaction"),
        "network": (2 if v["availability"] >= 99.9 else 1, "one per availability zone in use"),  # noqa: PLR2004
        "vpn": (1, "one connection to the buyer's network"),
        "app_node": (nodes + others, f"production: {users:,.0f} concurrent users at 250 per node or {v['peak rate']:,.0f} requests a second at 50 per node, at least {1 if small else 2} = {nodes}; and 1 in each of {others} other environments"),
        "worker_node": (max(1, math.ceil(tx / 2e6)), "one per 2 million transactions a month"),
        "rules": (max(1, round(tx / 1000)), "one workflow run per transaction"),
        "api": (max(1, round(tx * 10 / 1e6)), "10 calls per transaction"),
        "queue": (max(1, round(tx * 5 / 1e6)), "5 messages per transaction"),
        "connector": (v["interfaces"], d["interfaces"]["note"]),
        "notify_mail": (max(1, round(tx / 1000)), "one e-mail per transaction"),
        "notify_sms": (max(100, round(tx * 0.2)), "one text message per five transactions"),
        "db": (pairs, f"{users:,.0f} concurrent users at 500 per pair, doubled in steps"),
        "db_small": (others, f"one in each of {others} non-production environments"),
        "db_storage": (tables, f"a fifth of {volume:,.0f} GB, between 100 and 4,000 GB"),
        "object": (max(round(volume), 50), f"{volume:,.0f} GB of documents and files"),
        "archive": (max(kept, 50), f"a quarter of {volume:,.0f} GB added per year for {min(v['retention years'], 10):g} years"),
        "cache": (2 if users >= 500 else 1, "one node, two from 500 concurrent users"),  # noqa: PLR2004
        "search": (1 if v["records"] >= 50000 or tx >= 100000 else 0, "one pair; below 50,000 records the database searches"),  # noqa: PLR2004
        "reporting": (max(2, round(v["staff users"] * 0.05)), "5 % of staff write reports"),
        "ocr": (max(1, round(tx * 0.5 / 1000)), "one page per two transactions"),
        "language_model": (max(1, round(tx * 0.2 * 2000 / 1e6)), "2,000 tokens for every fifth transaction"),
        "maps": (max(1, round(tx * 0.2 / 1000)), "one map load per five transactions"),
        "identity_staff": (v["staff users"], "every staff user"),
        "identity_public": (max(0, active - free), f"30 % of public users active a month = {active:,}, {free:,} of them free"),
        "keys": (10, "ten keys and secrets"),
        "threat": (nodes + others + 2 * pairs, "application nodes and database instances"),
        "logs": (max(20, 10 * (nodes + others)), "10 GB per application node"),
        "backup": (round((tables + max(volume, 50)) * 1.5), "1.5 times database and file storage"),
        "backup_copy": (round(tables + max(volume, 50)), "one copy of database and file storage"),
        "standby_node": (max(1, nodes // 2), "half of production's application nodes"),
        "standby_db": (pairs, "one instance per database pair"),
        "pipeline": (8, "eight developers and testers"),
        "rack": (max(1, hosts), f"{hosts} host(s) of 32 cores"),
    }


def interfaces_of(requirements: list[dict]) -> list[dict]:
    """Requirements that ask for a connection to another system."""
    return [r for r in requirements if r["kind"] == "integration" or re.search(COMPONENTS["connector"], r["text"], re.IGNORECASE) and r["kind"] in ("functional", "data", "technical")]


def size(result: dict, sentences: list[Sentence], provider: str) -> dict:
    """Figures, drivers and the components with quantity, derivation and the requirements each serves."""
    wanted = [r for r in result["requirements"] if r["kind"] in BUILD_KINDS and r["part"] not in ("submission", "legal")]
    software = [r for r in wanted if SOFTWARE.search(r["text"])]
    figures = figures_of(sentences)
    environments, _ = environments_of(sentences)
    found = interfaces_of(wanted)
    drivers = drivers_of(figures, environments, min(len(found), 12))
    amounts = quantities(drivers, provider)
    served = {key: [r["id"] for r in wanted if re.search(rf"(?<![A-Za-z])(?:{words})", r["text"], re.IGNORECASE)] for key, words in COMPONENTS.items()}
    strict = drivers["availability"]["value"] >= 99.9 or drivers["recovery time"]["value"] < 8  # noqa: PLR2004
    components = []
    for key, (quantity, derivation) in amounts.items():
        ids = served.get(key, served["db"] if key == "db_storage" else [])
        asked = bool(ids) and (key not in ("worker_node", "cache", "queue") or len(ids) > 1)
        needed = key in ALWAYS or asked or (key in ("standby_db", "backup_copy") and strict) or (key == "rack" and provider == "on-premise")
        if key == "cdn" and not drivers["public users"]["value"] and not ids:
            needed = False
        if needed and software and quantity:
            part = BY_KEY[key]
            components.append({"key": key, "title": part.title, "tier": part.tier, "service": part.offer(provider)[0], "unit": part.unit, "quantity": quantity, "derivation": derivation,
                "requirement_ids": ids, "because": "asked for" if ids else "needed by any such system (assumption)"})
    return {"provider": provider, "asks_for_software": bool(software), "figures": figures, "environments": environments, "drivers": drivers, "interfaces": [r["id"] for r in found], "components": components}


def timeline_of(given: dict, facts: dict, wanted: int) -> dict:
    """Months of the contract and of delivery, each with where it comes from."""
    told = str(given["inputs"].get("timeline") or "")
    told_months = months_of(told)
    quarters = [int(y) * 12 + int(q) * 3 for q, y in re.findall(r"Q([1-4])\s*(?:of\s*)?(20\d\d)", told)]
    if not told_months and len(quarters) > 1:
        told_months = float(max(quarters) - min(quarters) + 3)
    terms = [t for t in facts["contract_term"] if t["kind"] == "term"]
    delivery = next((t for t in facts["contract_term"] if t["kind"] == "delivery"), None)
    days = {d["meaning"]: date.fromisoformat(d["date"]) for d in reversed(facts["dates"])}
    start, live = days.get("contract start") or days.get("contract award") or days.get("proposals due"), days.get("go-live")
    span = round((live - start).days / 30.44, 1) if start and live and live > start else None
    paid = next((b for b in facts["budget"] if b["months"]), None)
    term = max(terms, key=lambda t: t["months"]) if terms else None
    months, source = (term["months"], f"contract term in the document: \"{term['text'][:140]}\"") if term else (told_months, f"timeline you gave: \"{told}\"") if told_months else (paid["months"], f"the time the budget is meant for: \"{paid['text'][:140]}\"") if paid else (12.0, "assumption: neither document nor timeline gives a term; 12 months taken")
    if told_months:
        build, why = min(told_months, months) if term and term["months"] >= told_months else told_months, f"timeline you gave: \"{told}\""
    elif delivery:
        build, why = delivery["months"], f"document: \"{delivery['text'][:140]}\""
    elif span:
        build, why = span, f"from {start} to the go-live on {live}, dates in the document"
    elif term and months <= 18:  # noqa: PLR2004
        build, why = months, "the whole contract term"
    else:
        build = float(min(12, max(3, math.ceil(wanted / 5) + 2)))
        why = f"assumption: no delivery time stated; {build:g} months for {wanted} requirements"
    return {"term_months": months, "term_source": source, "delivery_months": build, "delivery_source": why, "told": told or None, "told_months": told_months}


if __name__ == "__main__":
    result = json.loads((Path(GIVEN["outputs_dir"]) / "requirements.json").read_text(encoding="utf-8"))  # noqa: F821
    sizing = size(result, load(GIVEN).sentences(), provider_of(GIVEN))  # noqa: F821
    sizing["timeline"] = timeline_of(GIVEN, result["document"], sum(r["kind"] in BUILD_KINDS for r in result["requirements"]))  # noqa: F821
    work("sizing.json").write_text(json.dumps(sizing, indent=1, ensure_ascii=False), encoding="utf-8")
    print(f"SIZING for {sizing['provider']}: {len(sizing['figures'])} figures stated, {len(sizing['components'])} components; software asked for: {sizing['asks_for_software']}")
    for name, driver in sizing["drivers"].items():
        print(f"  {name}: {driver['value']:,.10g} {driver['unit']} ({driver['note'][:110]})")
    for c in sizing["components"]:
        print(f"  {c['title']}: {c['quantity']:,.10g} x {c['unit']} [{c['service']}] for {len(c['requirement_ids'])} requirements")
    print(f"  term {sizing['timeline']['term_months']:g} months ({sizing['timeline']['term_source'][:100]}); delivery {sizing['timeline']['delivery_months']:g} months")
