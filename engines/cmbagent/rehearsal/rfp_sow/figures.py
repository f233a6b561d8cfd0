"""Reads the figures a size can follow from: users, volumes, availability, recovery, retention."""

import re

from amounts import NUMBERS
from kinds import context_of
from procurement import where
from structure import Sentence

N = r"(?P<n>\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?)\)?\s?(?P<u>million|billion|thousand|k\b|m\b)?\+?"


STAFF = (
    r"staff|employees|workers|caseworkers|agents|internal|named|licen[cs]ed|back.?office|"
    r"administrators|officers|clerks|nurses|teachers|analysts"
)


PUBLIC = (
    r"citizens?|residents|customers|members|students|patients|subscribers|beneficiaries|clients|public|"
    r"external|visitors|recipients|applicants|households|taxpayers|households|policyholders|registered|"
    r"[A-Z][a-z]+ans"
)


PER = (
    r"(?:(?:per|an?|each|every)\s+|/\s?)?(?P<p>(?<=per )second|(?<=[rhya] )minute|(?<=[rhya] )(?:hour|"
    r"day|week|month|quarter|year|annum)|daily|weekly|monthly|annually|yearly)\b"
)


FIGURES = {
    "concurrent users": (
        rf"{N}\s+(?:[A-Za-z]+[ -]){{0,2}}?(?:concurrent|simultaneous)|(?:concurrent|"
        r"simultaneous)\w*\s+(?:\w+\s+){0,4}?(?:of|to|is|:)?\s*(?:at least |up to "
        rf")?{N.replace('?P<n>', '?P<n2>').replace('?P<u>', '?P<u2>')}"
    ),
    "staff users": (
        rf"{N}\s+(?:[A-Za-z]+[ -]){{0,3}}?(?:(?:{STAFF})\s+(?:\w+\s+)?(?:users|accounts|seats)|users|seats|"
        r"employees|caseworkers|staff\b|agents)"
    ),
    "public users": rf"{N}\s+(?:[A-Za-z]+[ -]){{0,3}}?(?:{PUBLIC})\b",
    "transactions": (
        rf"{N}\s+(?!hours|days|minutes|years|percent|points|dollars|times|pages|weeks|months|business|"
        rf"calendar|working)(?:[A-Za-z][\w-]*\s+){{1,6}}?{PER}"
    ),
    "records": (
        rf"{N}\s+(?![GTPM]B\b)(?:[A-Za-z-]+\s+){{0,3}}?(?:records|case files|documents|files|images|assets|parcels|"
        r"items|titles)\b(?!\s*(?:per|a|each|every)\b)"
    ),
    "storage": rf"{N}\s?(?P<s>GB|TB|PB|MB|gigabytes?|terabytes?)\b",
    "availability": r"(?P<n>\d{2}(?:\.\d+)?)\s?(?:%|percent)(?P<u>)",
    "recovery point": (
        r"(?:RPO|recovery point)\D{0,60}?(?P<n>\d+|\b(?:one|two|four|eight|"
        r"twelve)\b)(?P<u>)\)?\s*(?P<t>minute|hour|day)s?"
    ),
    "recovery time": (
        r"(?:RTO|recovery time)\D{0,60}?(?P<n>\d+|\b(?:one|two|four|eight|"
        r"twelve)\b)(?P<u>)\)?\s*(?P<t>minute|hour|day)s?"
    ),
    "response time": r"(?P<n>\d+(?:\.\d+)?)(?P<u>)\)?\s*(?P<t>seconds?|milliseconds?|ms)\b",
    "retention years": r"(?P<n>\d+|\b(?:one|two|three|five|six|seven|ten)\b)(?P<u>)\s*(?:\(\d+\)\s*)?[- ]?years?",
    "growth percent": r"(?P<n>\d+(?:\.\d+)?)(?P<u>)\s?(?:%|percent)",
    "sites": (
        rf"{N}\s+(?:[A-Za-z]+[ -]){{0,3}}?(?:sites|locations|offices|branches|facilities|campuses|clinics|schools|"
        r"libraries|depots|stores|warehouses)\b"
    ),
}


NEEDS = {
    "availability": r"availab|uptime|up-time|service level",
    "response time": r"respon|load|render|return|page|search|latency",
    "retention years": r"retain|retention|archiv|kept|preserv|stored for",
    "growth percent": r"grow|increase in (?:volume|users|data|load)|annual increase",
    "storage": r"data|storage|store|database|document|file|content|archive|repositor|image|currently|migrat",
}


AVOID = {
    "staff users": r"experience|proposal|clients of|vendor|offeror|bidder|contractor's",
    "public users": r"experience|similar size|references|members of staff|staff members",
    "records": r"proposal|page|copies|submit",
    "transactions": (
        r"experience|meeting|report|sprint|fee|\$|reference|proposal|penalt|insurance|support "
        r"from|hours|visit.{0,20}site"
    ),
    "storage": r"e-?mail|attachment size|megabytes|upload limit",
    "recovery point": "",
    "availability": r"weight|points|evaluat|payment|retainage|discount|local preference",
    "retention years": r"experience|warranty|contract|term\b|insurance|renew|option|leading",
}


ENVIRONMENTS = (
    "development",
    "test",
    "QA",
    "quality assurance",
    "UAT",
    "acceptance",
    "staging",
    "training",
    "pre-production",
    "production",
    "sandbox",
    "disaster recovery",
)


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
                if (name in NEEDS and not re.search(NEEDS[name], s.text, re.IGNORECASE)) or (
                    AVOID.get(name) and re.search(AVOID[name], s.text, re.IGNORECASE)
                ):
                    continue
                if name in ("staff users", "public users") and re.search(
                    r"concurrent|simultaneous", m.group(0), re.IGNORECASE
                ):
                    continue
                label, value, unit, groups = name, amount(m), "", m.groupdict()
                if name == "storage":
                    unit, value = "GB", value * {"m": 0.001, "g": 1, "t": 1000, "p": 1e6}[groups["s"][0].lower()]
                elif name in ("recovery point", "recovery time"):
                    unit, value = "hours", value * {"m": 1 / 60, "h": 1, "d": 24}[groups["t"][0].lower()]
                elif name == "response time":
                    unit, value = "seconds", value / (1000 if groups["t"].lower().startswith(("ms", "milli")) else 1)
                elif name == "transactions" and groups["p"][:3].lower() in ("sec", "min", "hou"):
                    label, unit = "peak rate", "per second"
                    value /= {"sec": 1, "min": 60, "hou": 3600}[groups["p"][:3].lower()]
                elif name == "transactions":
                    unit = "per month"
                    value *= {
                        "day": 30,
                        "dai": 30,
                        "wee": 4.33,
                        "mon": 1,
                        "qua": 1 / 3,
                        "yea": 1 / 12,
                        "yr": 1 / 12,
                        "ann": 1 / 12,
                    }[groups["p"][:3].lower()]
                elif name == "availability":
                    unit = "%"
                if (
                    value
                    and not (name == "availability" and value < 90)
                    and not (name == "response time" and value > 120)
                ):
                    out.append(
                        {
                            "name": label,
                            "value": round(value, 3),
                            "unit": unit,
                            "exact": "user" in m.group(0).lower(),
                            "text": s.text,
                            **where(s),
                        }
                    )
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
