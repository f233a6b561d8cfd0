"""Reads the figures the document states and sizes the parts of a solution from them.

A figure that the document does not give is replaced by an assumption, and the assumption is written beside it.
Writes data/sizing.json: figures, drivers (what the sizes follow from) and components with quantities.
"""

import json
import math
import re
from pathlib import Path

from catalogue import BY_KEY, FREE_USERS, provider_of
from figures import environments_of, figure, figures_of
from read_document import work
from structure import Sentence, load
from timeline import timeline_of

COMPONENTS = {
    "edge": r"portal|web|public|browser|internet|firewall|online|user interface|self-service",
    "cdn": r"portal|web ?site|public|mobile|citizen|customer|download|streaming|video|media|online",
    "app_node": r"system|application|portal|user|screen|form|dashboard|software|solution|platform|process|web",
    "worker_node": (
        r"batch|nightly|schedul|automat|import|export|convert|process(?:es|ing)|calculat|"
        r"background job|generate"
    ),
    "rules": r"workflow|business rule|approval|rules? engine|eligib|route|routing|escalat(?:e|ion) (?:rule|path)|rules",
    "api": r"\bAPIs?\b|web service|\bREST|SOAP|third.party|interoperab",
    "queue": r"event|message|real-time|asynchron|queue|near.real|notification|notice",
    "connector": r"integrat|interfac\w+ (?:with|to)|connect(?:ion|ions|or)?s? to|exchange|synchroni|feed",
    "vpn": (
        r"on-premises?|legacy|internal network|VPN|private connect|existing (?:system|database|"
        r"network)|mainframe|data cent"
    ),
    "notify_mail": r"e-?mail|notif|notices?\b|alert|remind",
    "notify_sms": r"\bSMS\b|text messag|push notification",
    "db": r"data|record|database|case|register|history|inventory|store",
    "object": r"document|file|upload|attachment|image|scan|content|media|PDF|photo|evidence|report",
    "archive": r"archiv|retention|retain|preserv|\d+ years",
    "cache": r"response time|performance|concurrent|within \d+ seconds|peak|high volume|latency",
    "search": r"\bsearch",
    "reporting": r"report(?:s|ing)?\b|dashboard|analytic|business intelligence|KPI|statistic|visuali[sz]",
    "ocr": r"\bOCR\b|recogni[sz]|handwritten|digiti[sz]|extract (?:text|data) from",
    "language_model": (
        r"\bAI\b|artificial intelligence|machine learning|chat ?bot|language model|virtual "
        r"assistant|generative"
    ),
    "maps": r"\bGIS\b|\bmaps?\b|geospatial|location.based|ArcGIS|routing of vehicles|\bGPS\b",
    "identity_staff": (
        r"single sign|\bSSO\b|role-?based|authenticat|multi-?factor|\bMFA\b|Active Directory|SAML|access "
        r"control|user account|permission"
    ),
    "identity_public": (
        r"self-service|citizen|customer (?:portal|account)|public user|registered|patient portal|resident|"
        r"sign up|registration|applicant|member portal|student"
    ),
    "keys": r"encrypt|key management|certificate|TLS|secret",
    "threat": r"secur|vulnerab|threat|intrusion|malware|penetration|SIEM|incident response|breach",
    "logs": r"monitor|audit|logs?\b|logging|alert|SIEM|track(?:ed|ing) of|trail",
    "backup": r"back ?up|restor|recover|data loss|RPO",
    "backup_copy": r"off-?site|second(?:ary)? (?:site|region|location)|disaster|geograph",
    "standby_node": (
        r"disaster recovery|failover|business continuity|RTO|recovery time|high availability|99\.9|"
        r"second(?:ary)? (?:site|region)|redundan"
    ),
    "standby_db": (
        r"disaster recovery|failover|business continuity|RPO|RTO|recovery (?:point|time)|second(?:ary)? "
        r"(?:site|region)|redundan"
    ),
    "pipeline": r"\bCI/CD\b|continuous|source code|repository|Git|DevOps|release|deploy|version control|sprint|code\b",
}


ALWAYS = (
    "edge",
    "network",
    "app_node",
    "db",
    "db_storage",
    "object",
    "identity_staff",
    "keys",
    "threat",
    "logs",
    "backup",
    "pipeline",
    "db_small",
)


BUILD_KINDS = (
    "functional",
    "technical",
    "security",
    "compliance",
    "data",
    "integration",
    "performance/availability",
    "support/operations",
)


SOFTWARE = re.compile(
    (
        r"\b(?:software|application|portal|web ?site|database|cloud|hosting|hosted|platform|API|interface|"
        r"user interface|SaaS|data|online|digital|app|system)\b"
    ),
    re.IGNORECASE,
)


def drivers_of(figures: list[dict], environments: list[str], interfaces: int) -> dict[str, dict]:
    """What the sizes follow from: each stated in the document or assumed, with the words for it."""
    out: dict[str, dict] = {}

    def drive(name: str, stated: dict | None, assumed: float, why: str, unit: str = "") -> float:
        value = stated["value"] if stated else assumed
        note = f'stated: "{stated["text"][:160]}"' if stated else f"assumption: {why}"
        out[name] = {
            "value": value,
            "unit": unit,
            "stated": bool(stated),
            "note": note,
            "page": stated and stated["page"],
            "section": stated and stated["section"],
        }
        return value

    staff = drive(
        "staff users", figure(figures, "staff users"), 50, "the document gives no number of staff users; 50 taken"
    )
    public = drive(
        "public users", figure(figures, "public users"), 0, "the document gives no number of public users; none taken"
    )
    peak = max(10, round(staff * 0.2 + public * 0.002))
    drive(
        "concurrent users",
        figure(figures, "concurrent users"),
        peak,
        f"no concurrent users stated; 20 % of {staff:,.0f} staff and 0.2 % of {public:,.0f} public users",
    )
    drive(
        "peak rate",
        figure(figures, "peak rate"),
        max(1, round(out["concurrent users"]["value"] / 10)),
        "no peak rate stated; one request per concurrent user each 10 seconds",
        "per second",
    )
    drive(
        "transactions per month",
        figure(figures, "transactions"),
        max(1000, staff * 200 + public * 1),
        "no volume stated; 200 per staff user and 1 per public user a month",
    )
    records = drive(
        "records",
        figure(figures, "records"),
        max(public, 10000),
        "no number of records stated; one per public user, at least 10,000",
    )
    stored = figure(figures, "storage")
    drive(
        "data volume",
        stored,
        max(100, round(records * 0.0005)),
        "no volume stated; 0.5 MB per record, at least 100 GB",
        "GB",
    )
    drive("availability", figure(figures, "availability"), 99.5, "no availability stated; 99.5 % a month taken", "%")
    drive(
        "recovery point",
        figure(figures, "recovery point", "min"),
        24,
        "no recovery point stated; 24 hours (daily backup) taken",
        "hours",
    )
    drive(
        "recovery time", figure(figures, "recovery time", "min"), 24, "no recovery time stated; 24 hours taken", "hours"
    )
    drive(
        "response time",
        figure(figures, "response time", "min"),
        3,
        "no response time stated; 3 seconds taken",
        "seconds",
    )
    drive(
        "retention years", figure(figures, "retention years"), 7, "no retention period stated; 7 years taken", "years"
    )
    drive("growth percent", figure(figures, "growth percent"), 10, "no growth stated; 10 % a year taken", "%")
    out["environments"] = {
        "value": len(environments) or 3,
        "unit": "",
        "stated": bool(environments),
        "page": None,
        "section": None,
        "note": "stated: " + ", ".join(environments)
        if environments
        else "assumption: none named; development, test and production taken",
    }
    out["interfaces"] = {
        "value": interfaces or 1,
        "unit": "",
        "stated": bool(interfaces),
        "page": None,
        "section": None,
        "note": "counted: requirements that ask for an interface"
        if interfaces
        else "assumption: no interface named; one taken",
    }
    return out


def quantities(d: dict[str, dict], provider: str) -> dict[str, tuple[float, str]]:
    """Quantity and its derivation for every part, from the drivers."""
    v = {k: x["value"] for k, x in d.items()}
    users, others = v["concurrent users"], max(int(v["environments"]) - 1, 1)
    small = users <= 60 and not d["availability"]["stated"] and not d["staff users"]["stated"]
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
        "network": (2 if v["availability"] >= 99.9 else 1, "one per availability zone in use"),
        "vpn": (1, "one connection to the buyer's network"),
        "app_node": (
            nodes + others,
            (
                f"production: {users:,.0f} concurrent users at 250 per node or {v['peak rate']:,.0f} requests "
                f"a second at 50 per node, at least {1 if small else 2} = {nodes}; and 1 in each of {others} "
                "other environments"
            ),
        ),
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
        "archive": (
            max(kept, 50),
            f"a quarter of {volume:,.0f} GB added per year for {min(v['retention years'], 10):g} years",
        ),
        "cache": (2 if users >= 500 else 1, "one node, two from 500 concurrent users"),
        "search": (
            1 if v["records"] >= 50000 or tx >= 100000 else 0,
            "one pair; below 50,000 records the database searches",
        ),
        "reporting": (max(2, round(v["staff users"] * 0.05)), "5 % of staff write reports"),
        "ocr": (max(1, round(tx * 0.5 / 1000)), "one page per two transactions"),
        "language_model": (max(1, round(tx * 0.2 * 2000 / 1e6)), "2,000 tokens for every fifth transaction"),
        "maps": (max(1, round(tx * 0.2 / 1000)), "one map load per five transactions"),
        "identity_staff": (v["staff users"], "every staff user"),
        "identity_public": (
            max(0, active - free),
            f"30 % of public users active a month = {active:,}, {free:,} of them free",
        ),
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
    return [
        r
        for r in requirements
        if r["kind"] == "integration"
        or (
            re.search(COMPONENTS["connector"], r["text"], re.IGNORECASE)
            and r["kind"] in ("functional", "data", "technical")
        )
    ]


def size(result: dict, sentences: list[Sentence], provider: str) -> dict:
    """Figures, drivers and the components with quantity, derivation and the requirements each serves."""
    wanted = [
        r for r in result["requirements"] if r["kind"] in BUILD_KINDS and r["part"] not in ("submission", "legal")
    ]
    software = [r for r in wanted if SOFTWARE.search(r["text"])]
    figures = figures_of(sentences)
    environments, _ = environments_of(sentences)
    found = interfaces_of(wanted)
    drivers = drivers_of(figures, environments, min(len(found), 12))
    amounts = quantities(drivers, provider)
    served = {
        key: [r["id"] for r in wanted if re.search(rf"(?<![A-Za-z])(?:{words})", r["text"], re.IGNORECASE)]
        for key, words in COMPONENTS.items()
    }
    strict = drivers["availability"]["value"] >= 99.9 or drivers["recovery time"]["value"] < 8
    components = []
    for key, (quantity, derivation) in amounts.items():
        ids = served.get(key, served["db"] if key == "db_storage" else [])
        asked = bool(ids) and (key not in ("worker_node", "cache", "queue") or len(ids) > 1)
        needed = (
            key in ALWAYS
            or asked
            or (key in ("standby_db", "backup_copy") and strict)
            or (key == "rack" and provider == "on-premise")
        )
        if key == "cdn" and not drivers["public users"]["value"] and not ids:
            needed = False
        if needed and software and quantity:
            part = BY_KEY[key]
            components.append(
                {
                    "key": key,
                    "title": part.title,
                    "tier": part.tier,
                    "service": part.offer(provider)[0],
                    "unit": part.unit,
                    "quantity": quantity,
                    "derivation": derivation,
                    "requirement_ids": ids,
                    "because": "asked for" if ids else "needed by any such system (assumption)",
                }
            )
    return {
        "provider": provider,
        "asks_for_software": bool(software),
        "figures": figures,
        "environments": environments,
        "drivers": drivers,
        "interfaces": [r["id"] for r in found],
        "components": components,
    }


if __name__ == "__main__":
    result = json.loads((Path(GIVEN["outputs_dir"]) / "requirements.json").read_text(encoding="utf-8"))  # noqa: F821
    sizing = size(result, load(GIVEN).sentences(), provider_of(GIVEN))  # noqa: F821
    sizing["timeline"] = timeline_of(
        GIVEN,  # noqa: F821
        result["document"],
        sum(r["kind"] in BUILD_KINDS for r in result["requirements"]),
    )
    work("sizing.json").write_text(json.dumps(sizing, indent=1, ensure_ascii=False), encoding="utf-8")
    print(
        f"SIZING for {sizing['provider']}: {len(sizing['figures'])} figures stated, "
        f"{len(sizing['components'])} components; software asked for: {sizing['asks_for_software']}"
    )
    for name, driver in sizing["drivers"].items():
        print(f"  {name}: {driver['value']:,.10g} {driver['unit']} ({driver['note'][:110]})")
    for c in sizing["components"]:
        print(
            f"  {c['title']}: {c['quantity']:,.10g} x {c['unit']} [{c['service']}] for "
            f"{len(c['requirement_ids'])} requirements"
        )
    print(
        f"  term {sizing['timeline']['term_months']:g} months ({sizing['timeline']['term_source'][:100]}); "
        f"delivery {sizing['timeline']['delivery_months']:g} months"
    )
