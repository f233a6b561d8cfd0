"""Designs the solution from the sized components and writes architecture.md.

Each component names the requirements it serves; requirements that no component serves are listed as such.
"""

import json
import re
from pathlib import Path

from analysis import table
from catalogue import REGION
from read_document import REHEARSAL, md, place, work
from sizing import BUILD_KINDS

LINKED = re.compile(
    r"(?:[Ii]ntegrat\w+|[Ii]nterfac\w+|[Cc]onnect\w*|[Ee]xchange\w*(?: data)?|[Ss]ynchroni\w+|"
    r"[Ll]ink\w*|[Ff]eeds?)\s+(?:\w+\s+){0,2}?(?:with|to|into|from|between)\s+(?:the\s+|an?\s+|"
    r"our\s+)?"
    r"([A-Z][\w&/.'-]*(?:\s(?:[A-Z][\w&/.'-]*|of|and|the|for))*)((?:\s[a-z]+){0,4}?\s(?:systems?|"
    r"service|hub|database|platform|portal|registry|gateway|directory|API|software|application)\b)?"
)


ALTERNATIVES = {
    "AWS": [
        (
            "Amazon EKS instead of ECS on Fargate",
            "more control and portability, but a cluster to run; worth it from about 20 services",
        ),
        ("Amazon Aurora PostgreSQL instead of RDS", "faster failover and read scaling at about 20 % more cost"),
        ("AWS Lambda for the web tier", "no idle cost; start times and limits speak against it for steady staff use"),
    ],
    "Azure": [
        ("Azure Kubernetes Service instead of App Service", "more control and portability, but a cluster to run"),
        (
            "Azure SQL Database instead of PostgreSQL",
            "natural where the buyer's staff and tools are on SQL Server; licence cost higher",
        ),
        ("Power Platform for forms and workflow", "fast to build simple forms; licences per user and weaker testing"),
    ],
    "GCP": [
        ("Cloud Run instead of GKE Autopilot", "simpler and cheaper at low load; less control of networking"),
        ("AlloyDB instead of Cloud SQL", "faster for heavy reads at a higher price"),
        ("Firestore instead of a relational database", "scales without effort; poor fit for reporting and joins"),
    ],
    "multi-cloud": [
        ("One cloud with two regions", "cheaper and simpler; loses independence of one provider"),
        (
            "Kubernetes on both clouds, active in both",
            "no failover time, but data must be kept the same in both: costly",
        ),
        ("A platform product (OpenShift) on both", "one way of working, at a licence cost per core"),
    ],
    "on-premise": [
        ("Managed private cloud at a hosting partner", "no own hardware; less control of location"),
        ("OpenShift instead of virtual machines", "better for many services; licence and skills needed"),
        ("Public cloud for non-production only", "saves hardware; two ways of working"),
    ],
}


def unserved(result: dict, sizing: dict) -> list[dict]:
    """Requirements for the solution that no component serves."""
    served = {i for c in sizing["components"] for i in c["requirement_ids"]}
    return [
        r
        for r in result["requirements"]
        if r["kind"] in BUILD_KINDS and r["part"] not in ("submission", "legal") and r["id"] not in served
    ]


def outside_systems(result: dict, sizing: dict) -> list[str]:
    """Names of the systems to connect to, as the interface requirements give them."""
    names: dict[str, None] = {}
    products = result["document"]["named_products"]
    for r in result["requirements"]:
        if r["id"] not in sizing["interfaces"]:
            continue
        lead = r["text"].split(r["item"])[0] if r.get("item") else ""
        if (
            re.search(r"exchange|integrat|interfac|connect", lead, re.IGNORECASE)
            and not re.match(r"[a-z]|(?:a|the|all|each)\b", r["item"])
            and len(r["item"]) < 70
        ):
            names.setdefault(re.split(r" \(| through | via |:", r["item"])[0].strip(" .;"))
            continue
        for product in products:
            if product in r["text"] and product not in ("Java", "React", "Angular"):
                names.setdefault(product)
        for m in LINKED.finditer(r["text"]):
            name = re.sub(r"\s+(?:and|of|the)$", "", (m.group(1) + (m.group(2) or "")).strip(" .,;"))
            if 2 < len(name) < 48 and not re.match(r"(?:The|All|State|Contractor|Vendor|System|API)s?$", name):
                names.setdefault(name)
    kept: list[str] = []
    for name in names:
        if not any(name.lower() in k.lower() or k.lower() in name.lower() for k in kept):
            kept.append(name)
    return kept[:6]


def users_of(sizing: dict) -> list[str]:
    """Who uses the system, with the number stated or assumed."""
    out = []
    for name, label in (("staff users", "Staff"), ("public users", "Public users")):
        driver = sizing["drivers"][name]
        if driver["value"]:
            out.append(f"{label}: {driver['value']:,.0f}" + ("" if driver["stated"] else " (assumed)"))
    return out or ["Users"]


def document(result: dict, sizing: dict) -> str:
    """architecture.md."""
    facts, d, provider = result["document"], sizing["drivers"], sizing["provider"]
    out = [f"*{REHEARSAL}*", f"# Architecture: {md(facts['title'])}"]
    if not sizing["components"]:
        why = (
            "No requirement was found"
            if not result["requirements"]
            else "The requirements found ask for no software, data or hosting"
        )
        return (
            "\n\n".join(
                [
                    *out,
                    (
                        f"{why}, so there is nothing to design. A design here would be an invention. If "
                        "requirements stand in attachments, give those."
                    ),
                ]
            )
            + "\n"
        )
    keys = {c["key"]: {**c, "service": re.sub(r" \(.*?\)$", "", c["service"])} for c in sizing["components"]}
    stated = [f"{n} {x['value']:,.10g} {x['unit']}".strip() for n, x in d.items() if x["stated"]]
    assumed = [n for n, x in d.items() if not x["stated"]]
    focus = GIVEN["inputs"].get("focus_areas") or []  # noqa: F821
    focus = [x.strip() for x in re.split(r"[,;\n]", focus) if x.strip()] if isinstance(focus, str) else focus
    out.append(
        f"A web application in {len({c['tier'] for c in sizing['components']})} tiers on {provider} "
        f"({REGION[provider]}), built from managed services. Sized from what the document states "
        f"({md('; '.join(stated)) or 'no figure is stated'}); assumed because nothing is said: "
        f"{md(', '.join(assumed)) or 'nothing'}."
    )
    if focus:
        out.append("You asked to look at: " + md(", ".join(focus)) + ". " + _focus(focus, result))
    if facts["standing_system"]:
        shown = "\n".join(f'- "{md(e["text"])}" ({md(place(e))})' for e in facts["standing_system"][:4])
        out += [
            "## A standing system",
            (
                f"The document speaks of a system that is already there:\n\n{shown}\n\nWhere the work extends "
                "it, the components below may be there already: keep those, and add only what the "
                "requirements in the column *Serves* call for. To be settled with the buyer before the price "
                "is fixed."
            ),
        ]
    if facts["exclusions"]:
        out += [
            "## What the document leaves out of the scope",
            "\n".join(f'- "{md(e["text"])}" ({md(place(e))})' for e in facts["exclusions"][:8]),
            "Components that touch these points are priced as if they were needed; strike them if the buyer confirms.",
        ]
    out += [
        "## Components",
        table(
            ["Component", "Tier", "Service", "Quantity", "Serves", "Why"],
            [
                [
                    c["title"],
                    c["tier"],
                    c["service"],
                    f"{c['quantity']:,.10g} x {c['unit']}",
                    ", ".join(c["requirement_ids"][:12])
                    + (f" and {len(c['requirement_ids']) - 12} more" if len(c["requirement_ids"]) > 12 else ""),
                    c["because"],
                ]
                for c in sizing["components"]
            ],
        ),
    ]
    flow = [
        f"{' and '.join(users_of(sizing))} reach the system over HTTPS through {keys['edge']['service']}.",
        f"{keys['app_node']['service']} serves pages and interfaces; it holds no state"
        + (f", sessions lie in {keys['cache']['service']}." if "cache" in keys else "."),
    ]
    flow += [
        f"Long work goes through {keys['queue']['service']} to the background workers."
        if "queue" in keys and "worker_node" in keys
        else "",
        f"Rules and workflows run in {keys['rules']['service']}." if "rules" in keys else "",
    ]
    systems = outside_systems(result, sizing)
    flow += [
        f"Outside systems ({', '.join(systems) if systems else 'not named in the document'}) are reached "
        f"through {keys['connector']['service']}: one adapter per interface, retried and logged."
        if "connector" in keys
        else "",
        f"Structured data lies in {keys['db']['service']}, documents in {keys['object']['service']}, both encrypted.",
    ]
    out += ["## Data flow", "\n".join(f"{n}. {md(f)}" for n, f in enumerate([f for f in flow if f], 1))]
    security = [
        f"Staff sign on through {keys['identity_staff']['service']}"
        + (
            ", federated with "
            f"{next(p for p in facts['named_products'] if re.search('Active Directory|Entra|Okta|ADFS|Azure AD', p))}"
            if any(re.search("Active Directory|Entra|Okta|ADFS|Azure AD", p) for p in facts["named_products"])
            else "; the buyer's own identity provider is federated where there is one"
        )
        + "; roles give the least rights needed."
    ]
    security += [
        f"The public signs on through {keys['identity_public']['service']}." if "identity_public" in keys else "",
        f"Data is encrypted in transit (TLS 1.2 or later) and at rest; keys lie in {keys['keys']['service']}.",
        f"{keys['threat']['service']} watches all nodes; logs and the audit trail go to {keys['logs']['service']}.",
    ]
    security += [
        f"Standards the document names: {', '.join(facts['standards'])}. Each needs its controls mapped "
        "before a proposal is signed; this design does not certify any of them."
        if facts["standards"]
        else "The document names no security or privacy standard: ask."
    ]
    if provider in ("AWS", "Azure", "multi-cloud") and re.search(
        "FedRAMP|CJIS|MARS-E|FISMA|IRS", " ".join(facts["standards"])
    ):
        security.append(
            "These standards usually call for the provider's government region, whose prices lie above "
            "those used here (about 20 %): not included."
        )
    out += ["## Security", "\n".join(f"- {md(s)}" for s in security if s)]
    down = (100 - d["availability"]["value"]) / 100 * 730
    out += [
        "## Availability and recovery",
        "\n".join(
            f"- {md(x)}"
            for x in [
                (
                    f"Target {d['availability']['value']:g} % a month, that is at most {down:.1f} hours down "
                    f"({d['availability']['note']})."
                ),
                (
                    "Production runs in two zones, the database as a pair with automatic failover. Nodes: "
                    f"{keys['app_node']['derivation'].replace('production: ', '', 1)}."
                ),
                (
                    f"Recovery point {d['recovery point']['value']:g} hours ({d['recovery point']['note']}); "
                    f"recovery time {d['recovery time']['value']:g} hours ({d['recovery time']['note']})."
                ),
                f"A second place takes over: {keys['standby_db']['service']}."
                if "standby_db" in keys
                else "No second region: nothing in the document asks for one; backups are restored in the same region.",
            ]
        ),
    ]
    named = sizing["environments"]
    out += [
        "## Environments",
        f"Named in the document: {md(', '.join(named))}."
        if named
        else (
            "The document names none; development, test and production are assumed. Each is made from the "
            "same code (infrastructure as code); only production is highly available."
        ),
    ]
    if facts["named_products"]:
        out += [
            "## Technology the document names",
            (
                f"{md(', '.join(facts['named_products']))}. Where these are the buyer's standing systems, the "
                "components above join or extend them rather than replace them: confirm one by one."
            ),
        ]
    out += ["## Alternatives considered", table(["Alternative", "Judged"], [list(a) for a in ALTERNATIVES[provider]])]
    left = unserved(result, sizing)
    out += [
        f"## Requirements no component serves ({len(left)})",
        "They are met by work, process or contract rather than by a component, or need the buyer's answer first."
        if left
        else "Every requirement for the solution is served by at least one component.",
    ]
    if left:
        out.append(
            table(
                ["Id", "Requirement", "Kind", "Where"],
                [[r["id"], r["text"][:240], r["kind"], place(r)] for r in left[:80]],
            )
        )
    return "\n\n".join(out) + "\n"


def _focus(focus: list[str], result: dict) -> str:
    """What the document holds on each focus area the person named."""
    parts = []
    for area in focus:
        words = [
            w
            for w in re.findall(r"[a-z]{4,}", area.lower())
            if w not in ("with", "from", "that", "this", "focus", "area")
        ]
        stems = "|".join(re.escape(w[:6]) for w in words) or re.escape(area.lower()[:20])
        ids = [r["id"] for r in result["requirements"] if re.search(stems, f"{r['kind']} {r['text']}", re.IGNORECASE)]
        parts.append(
            f"{md(area)}: {len(ids)} requirement(s)"
            + (
                f" ({', '.join(ids[:8])}{' ...' if len(ids) > 8 else ''})"
                if ids
                else ", nothing in the document speaks of it"
            )
        )
    return "; ".join(parts) + "."


if __name__ == "__main__":
    folder = Path(GIVEN["outputs_dir"])  # noqa: F821
    result = json.loads((folder / "requirements.json").read_text(encoding="utf-8"))
    sizing = json.loads(work("sizing.json").read_text(encoding="utf-8"))
    (folder / "architecture.md").write_text(document(result, sizing), encoding="utf-8")
    print(
        f"ARCHITECTURE on {sizing['provider']}: {len(sizing['components'])} components, "
        f"{len(unserved(result, sizing))} requirements no component serves"
    )
    print("outside systems named: " + (", ".join(outside_systems(result, sizing)) or "none"))
