"""Designs the solution from the sized components: architecture.md and the drawing architecture_diagram.svg and .png.

Each component names the requirements it serves; requirements that no component serves are listed as such.
"""

import json
import re
import textwrap
from pathlib import Path

from analysis import table
from catalogue import REGION
from read_document import REHEARSAL, md, place, work
from sizing import BUILD_KINDS

TIERS = ("Users", "Edge", "Application", "Integration", "Data")
SIDE = ("Security", "Operations")
COLOURS = {"Users": "#e8eef7", "Edge": "#dbe9f6", "Application": "#dff0e3", "Integration": "#fdf0d8", "Data": "#f6e3ea", "Security": "#ece5f5", "Operations": "#e6ecec", "Outside": "#f3f3f3"}
ALTERNATIVES = {
    "AWS": [("Amazon EKS instead of ECS on Fargate", "more control and portability, but a cluster to run; worth it from about 20 services"), ("Amazon Aurora PostgreSQL instead of RDS", "faster failover and read scaling at about 20 % more cost"), ("AWS Lambda for the web tier", "no idle cost; start times and limits speak against it for steady staff use")],
    "Azure": [("Azure Kubernetes Service instead of App Service", "more control and portability, but a cluster to run"), ("Azure SQL Database instead of PostgreSQL", "natural where the buyer's staff and tools are on SQL Server; licence cost higher"), ("Power Platform for forms and workflow", "fast to build simple forms; licences per user and weaker testing")],
    "GCP": [("Cloud Run instead of GKE Autopilot", "simpler and cheaper at low load; less control of networking"), ("AlloyDB instead of Cloud SQL", "faster for heavy reads at a higher price"), ("Firestore instead of a relational database", "scales without effort; poor fit for reporting and joins")],
    "multi-cloud": [("One cloud with two regions", "cheaper and simpler; loses independence of one provider"), ("Kubernetes on both clouds, active in both", "no failover time, but data must be kept the same in both: costly"), ("A platform product (OpenShift) on both", "one way of working, at a licence cost per core")],
    "on-premise": [("Managed private cloud at a hosting partner", "no own hardware; less control of location"), ("OpenShift instead of virtual machines", "better for many services; licence and skills needed"), ("Public cloud for non-production only", "saves hardware; two ways of working")],
}


def unserved(result: dict, sizing: dict) -> list[dict]:
    """Requirements for the solution that no component serves."""
    served = {i for c in sizing["components"] for i in c["requirement_ids"]}
    return [r for r in result["requirements"] if r["kind"] in BUILD_KINDS and r["part"] not in ("submission", "legal") and r["id"] not in served]


def outside_systems(result: dict, sizing: dict) -> list[str]:
    """Names of the systems to connect to, as the interface requirements give them."""
    names: dict[str, None] = {}
    products = result["document"]["named_products"]
    for r in result["requirements"]:
        if r["id"] not in sizing["interfaces"]:
            continue
        for product in products:
            if product in r["text"] and product not in ("Java", "React", "Angular"):
                names.setdefault(product)
        for m in re.finditer(r"(?:integrat\w+|interfac\w+|connect\w*|exchange\w*(?: data)?|synchroni\w+|link\w*|feeds?)\s+(?:\w+\s+){0,2}?(?:with|to|into|from|between)\s+(?:the\s+|an?\s+|our\s+)?((?:[A-Z][\w&/.'-]*\s?|of |and |the )+(?:[a-z]+ ){0,3}?(?:system|service|hub|database|platform|portal|registry|gateway|directory|API|software|application)?)", r["text"]):
            name = re.sub(r"\s+(?:and|of|the)$", "", m.group(1).strip(" .,;"))
            if 2 < len(name) < 48 and not re.match(r"(?:The|All|State|Contractor|Vendor|System|API)s?$", name):  # noqa: PLR2004
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


def box(axes: object, x: float, y: float, w: float, h: float, title: str, note: str, colour: str) -> None:
    """One rounded box with a bold title and a smaller second line, both wrapped to its width."""
    from matplotlib.patches import FancyBboxPatch  # noqa: PLC0415

    axes.add_patch(FancyBboxPatch((x, y), w, h, boxstyle="round,pad=0,rounding_size=0.08", facecolor=colour, edgecolor="#44546a", linewidth=0.9))
    room = max(12, int(w * 9.2))
    head = textwrap.wrap(title.replace("$", "\\$"), room)[:2]
    tail = textwrap.wrap(note.replace("$", "\\$"), int(room * 1.12))[:2]
    total = 0.2 * len(head) + 0.17 * len(tail)
    top = y + h / 2 + total / 2
    for i, line in enumerate(head):
        axes.text(x + w / 2, top - 0.2 * i - 0.1, line, ha="center", va="center", fontsize=8.4, fontweight="bold", color="#1f2a3a")
    for i, line in enumerate(tail):
        axes.text(x + w / 2, top - 0.2 * len(head) - 0.17 * i - 0.085, line, ha="center", va="center", fontsize=7.2, color="#3d4a5c")


def draw(result: dict, sizing: dict, folder: Path) -> None:
    """Draw the tiers from the users down to the data, the cross-cutting services at the side."""
    import matplotlib as mpl  # noqa: PLC0415

    mpl.use("Agg")
    mpl.rcParams["svg.hashsalt"] = "tomas"
    from matplotlib import pyplot as plt  # noqa: PLC0415

    per_tier: dict[str, list[tuple[str, str]]] = {"Users": [(u, "web browser and mobile") for u in users_of(sizing)]}
    for c in sizing["components"]:
        if c["key"] != "db_small":
            per_tier.setdefault(c["tier"], []).append((c["title"], c["service"]))
    outside = outside_systems(result, sizing) or (["Outside systems (not named)"] if sizing["interfaces"] else [])
    tiers = [t for t in TIERS if per_tier.get(t)]
    left, inner, h, row_gap, band_gap, per_row = 0.3, 10.4, 0.86, 0.16, 0.42, 4
    rows = {t: -(-len(per_tier[t]) // per_row) for t in tiers}
    bands = {t: rows[t] * h + (rows[t] - 1) * row_gap + 0.55 for t in tiers}
    tall = sum(bands.values()) + band_gap * (len(tiers) - 1)
    side_boxes = [(s, b) for s in SIDE for b in per_tier.get(s, [])]
    side_tall = len(side_boxes) * 0.8 + 0.55 * len({s for s, _ in side_boxes}) + 0.2
    height = max(tall, side_tall) + 1.5
    outer = 2.6 if outside else 0
    width = left * 2 + inner + 0.5 + 2.9 + (0.6 + outer if outside else 0)
    figure, axes = plt.subplots(figsize=(width, height))
    axes.set_xlim(0, width)
    axes.set_ylim(0, height)
    axes.axis("off")
    title = textwrap.shorten(result["document"]["title"], 80, placeholder=" ...").replace("$", "\\$")
    axes.text(left, height - 0.35, f"{title}: proposed architecture on {sizing['provider']}", fontsize=13, fontweight="bold", color="#1f2a3a", va="center")
    axes.text(left, height - 0.68, f"{REGION[sizing['provider']]}. Rehearsal: computed by scripts, no language model.", fontsize=8.5, color="#5a6778", va="center")
    x0 = left + (outer + 0.6 if outside else 0)
    y = height - 1.0
    where_is: dict[str, tuple[float, float]] = {}
    for i, tier in enumerate(tiers):
        bottom = y - bands[tier]
        axes.add_patch(plt.Rectangle((x0, bottom), inner, bands[tier], facecolor=COLOURS[tier], edgecolor="#b8c4d0", linewidth=0.8, alpha=0.55))
        axes.text(x0 + 0.14, y - 0.2, tier, fontsize=9.5, fontweight="bold", color="#33475b", va="center")
        items = per_tier[tier]
        for n, (name, service) in enumerate(items):
            row, column = divmod(n, per_row)
            in_row = min(per_row, len(items) - row * per_row)
            w = min(3.4, (inner - 0.3 - 0.22 * (in_row - 1)) / in_row)
            start = x0 + (inner - in_row * w - 0.22 * (in_row - 1)) / 2
            box(axes, start + column * (w + 0.22), y - 0.4 - (row + 1) * h - row * row_gap, w, h, name, service, "white")
        where_is[tier] = (y, bottom)
        if i + 1 < len(tiers):
            label = {"Users": "HTTPS", "Edge": "HTTPS, private network", "Application": "calls and messages" if tiers[i + 1] == "Integration" else "SQL over TLS, files", "Integration": "SQL over TLS, files"}[tier]
            axes.annotate("", xy=(x0 + inner / 2, bottom - band_gap), xytext=(x0 + inner / 2, bottom), arrowprops={"arrowstyle": "<|-|>" if tier != "Users" else "-|>", "color": "#44546a", "lw": 1.4, "shrinkA": 0, "shrinkB": 0})
            axes.text(x0 + inner / 2 + 0.15, bottom - band_gap / 2, label, fontsize=7.6, color="#44546a", va="center")
        y = bottom - band_gap
    if outside:
        _draw_outside(axes, outside, left, outer, x0, where_is.get("Integration") or where_is.get("Application") or (height - 1, height - 3))
    _draw_side(axes, side_boxes, x0 + inner + 0.5, height - 1.0, where_is)
    figure.savefig(folder / "architecture_diagram.svg", bbox_inches="tight", metadata={"Date": None, "Title": "Proposed architecture"})
    figure.savefig(folder / "architecture_diagram.png", dpi=110, bbox_inches="tight", metadata={"Software": None})
    plt.close(figure)


def _draw_outside(axes: object, names: list[str], left: float, w: float, x0: float, band: tuple[float, float]) -> None:
    """The systems outside, at the left of the tier that talks to them."""
    h, gap = 0.72, 0.16
    tall = len(names) * (h + gap) + 0.5
    centre = (band[0] + band[1]) / 2
    bottom = max(0.2, centre - tall / 2)
    axes.text(left + w / 2, bottom + tall - 0.18, "Outside systems", fontsize=9.5, fontweight="bold", color="#33475b", ha="center", va="center")
    for n, name in enumerate(names):
        box(axes, left, bottom + tall - 0.45 - (n + 1) * h - n * gap, w, h, name, "", COLOURS["Outside"])
    axes.annotate("", xy=(x0, centre), xytext=(left + w + 0.02, centre), arrowprops={"arrowstyle": "<|-|>", "color": "#44546a", "lw": 1.4, "shrinkA": 0, "shrinkB": 0})


def _draw_side(axes: object, boxes: list[tuple[str, tuple[str, str]]], x: float, top: float, bands: dict[str, tuple[float, float]]) -> None:
    """Security and operations, which act on all tiers, in a column of their own."""
    from matplotlib.patches import Rectangle  # noqa: PLC0415

    y = top
    for side in SIDE:
        own = [b for s, b in boxes if s == side]
        if not own:
            continue
        tall = len(own) * 0.8 + 0.5
        axes.add_patch(Rectangle((x, y - tall), 2.9, tall, facecolor=COLOURS[side], edgecolor="#b8c4d0", linewidth=0.8, alpha=0.6))
        axes.text(x + 0.14, y - 0.2, f"{side} (all tiers)", fontsize=9.5, fontweight="bold", color="#33475b", va="center")
        for n, (name, service) in enumerate(own):
            box(axes, x + 0.12, y - 0.42 - n * 0.8 - 0.7, 2.66, 0.7, name, service, "white")
        y -= tall + 0.2


def document(result: dict, sizing: dict) -> str:
    """architecture.md."""
    facts, d, provider = result["document"], sizing["drivers"], sizing["provider"]
    out = [f"*{REHEARSAL}*", f"# Architecture: {md(facts['title'])}"]
    if not sizing["components"]:
        why = "No requirement was found" if not result["requirements"] else "The requirements found ask for no software, data or hosting"
        return "\n\n".join([*out, f"{why}, so there is nothing to design. A design here would be an invention. If requirements stand in attachments, give those."]) + "\n"
    keys = {c["key"]: c for c in sizing["components"]}
    stated = [f"{n} {x['value']:g} {x['unit']}".strip() for n, x in d.items() if x["stated"]]
    assumed = [n for n, x in d.items() if not x["stated"]]
    focus = GIVEN["inputs"].get("focus_areas") or []  # noqa: F821
    focus = [focus] if isinstance(focus, str) else focus
    out.append(f"A web application in {len({c['tier'] for c in sizing['components']})} tiers on {provider} ({REGION[provider]}), built from managed services. Sized from what the document states ({md('; '.join(stated)) or 'no figure is stated'}); assumed because nothing is said: {md(', '.join(assumed)) or 'nothing'}.")
    if focus:
        out.append("You asked to look at: " + md(", ".join(focus)) + ". " + _focus(focus, result, sizing))
    if facts["exclusions"]:
        out += ["## What the document leaves out of the scope", "\n".join(f"- \"{md(e['text'])}\" ({md(place(e))})" for e in facts["exclusions"][:8]), "Components that touch these points are priced as if they were needed; strike them if the buyer confirms."]
    out += ["## Components", table(["Component", "Tier", "Service", "Quantity", "Serves", "Why"], [[c["title"], c["tier"], c["service"], f"{c['quantity']:,g} x {c['unit']}", ", ".join(c["requirement_ids"][:12]) + (f" and {len(c['requirement_ids']) - 12} more" if len(c["requirement_ids"]) > 12 else ""), c["because"]] for c in sizing["components"]])]  # noqa: PLR2004
    flow = [f"{' and '.join(users_of(sizing))} reach the system over HTTPS through {keys['edge']['service']}.", f"{keys['app_node']['service']} serves pages and interfaces; it holds no state" + (f", sessions lie in {keys['cache']['service']}." if "cache" in keys else ".")]
    flow += [f"Long work goes through {keys['queue']['service']} to the background workers." if "queue" in keys and "worker_node" in keys else "", f"Rules and workflows run in {keys['rules']['service']}." if "rules" in keys else ""]
    systems = outside_systems(result, sizing)
    flow += [f"Outside systems ({', '.join(systems) if systems else 'not named in the document'}) are reached through {keys['connector']['service']}: one adapter per interface, retried and logged." if "connector" in keys else "", f"Structured data lies in {keys['db']['service']}, documents in {keys['object']['service']}, both encrypted."]
    out += ["## Data flow", "\n".join(f"{n}. {md(f)}" for n, f in enumerate([f for f in flow if f], 1))]
    security = [f"Staff sign on through {keys['identity_staff']['service']}" + (f", federated with {next(p for p in facts['named_products'] if re.search('Active Directory|Entra|Okta|ADFS|Azure AD', p))}" if any(re.search("Active Directory|Entra|Okta|ADFS|Azure AD", p) for p in facts["named_products"]) else "; the buyer's own identity provider is federated where there is one") + "; roles give the least rights needed."]
    security += [f"The public signs on through {keys['identity_public']['service']}." if "identity_public" in keys else "", f"Data is encrypted in transit (TLS 1.2 or later) and at rest; keys lie in {keys['keys']['service']}.", f"{keys['threat']['service']} watches all nodes; logs and the audit trail go to {keys['logs']['service']}."]
    security += [f"Standards the document names: {', '.join(facts['standards'])}. Each needs its controls mapped before a proposal is signed; this design does not certify any of them." if facts["standards"] else "The document names no security or privacy standard: ask."]
    if provider in ("AWS", "Azure", "multi-cloud") and re.search("FedRAMP|CJIS|MARS-E|FISMA|IRS", " ".join(facts["standards"])):
        security.append("These standards usually call for the provider's government region, whose prices lie above those used here (about 20 %): not included.")
    out += ["## Security", "\n".join(f"- {md(s)}" for s in security if s)]
    down = (100 - d["availability"]["value"]) / 100 * 730
    out += ["## Availability and recovery", "\n".join(f"- {md(x)}" for x in [f"Target {d['availability']['value']:g} % a month, that is at most {down:.1f} hours down ({d['availability']['note']}).", f"Production runs in two zones: {keys['app_node']['derivation']}; the database is a pair with automatic failover.",
        f"Recovery point {d['recovery point']['value']:g} hours ({d['recovery point']['note']}); recovery time {d['recovery time']['value']:g} hours ({d['recovery time']['note']}).", f"A second place takes over: {keys['standby_db']['service']}." if "standby_db" in keys else "No second region: nothing in the document asks for one; backups are restored in the same region."])]
    named = sizing["environments"]
    out += ["## Environments", f"Named in the document: {md(', '.join(named))}." if named else "The document names none; development, test and production are assumed. Each is made from the same code (infrastructure as code); only production is highly available."]
    if facts["named_products"]:
        out += ["## Technology the document names", f"{md(', '.join(facts['named_products']))}. Where these are the buyer's standing systems, the components above join or extend them rather than replace them: confirm one by one."]
    out += ["## Alternatives considered", table(["Alternative", "Judged"], [list(a) for a in ALTERNATIVES[provider]])]
    left = unserved(result, sizing)
    out += [f"## Requirements no component serves ({len(left)})", "They are met by work, process or contract rather than by a component, or need the buyer's answer first." if left else "Every requirement for the solution is served by at least one component."]
    if left:
        out.append(table(["Id", "Requirement", "Kind", "Where"], [[r["id"], r["text"][:240], r["kind"], place(r)] for r in left[:80]]))
    return "\n\n".join(out) + "\n"


def _focus(focus: list[str], result: dict, sizing: dict) -> str:
    """What the document holds on each focus area the person named."""
    parts = []
    for area in focus:
        words = [w for w in re.findall(r"[a-z]{4,}", area.lower()) if w not in ("with", "from", "that", "this", "focus", "area")]
        stems = "|".join(re.escape(w[:6]) for w in words) or re.escape(area.lower()[:20])
        ids = [r["id"] for r in result["requirements"] if re.search(stems, f"{r['kind']} {r['text']}", re.IGNORECASE)]
        parts.append(f"{md(area)}: {len(ids)} requirement(s)" + (f" ({', '.join(ids[:8])}{' ...' if len(ids) > 8 else ''})" if ids else ", nothing in the document speaks of it"))  # noqa: PLR2004
    return "; ".join(parts) + "."


def empty_picture(folder: Path, title: str) -> None:
    """A picture that says there is nothing to draw."""
    import matplotlib as mpl  # noqa: PLC0415

    mpl.use("Agg")
    mpl.rcParams["svg.hashsalt"] = "tomas"
    from matplotlib import pyplot as plt  # noqa: PLC0415

    figure, axes = plt.subplots(figsize=(8, 2))
    axes.axis("off")
    axes.text(0.5, 0.6, textwrap.shorten(title, 70).replace("$", "\\$"), ha="center", fontsize=12, fontweight="bold")
    axes.text(0.5, 0.3, "No requirement for a system was found: nothing to draw. (Rehearsal)", ha="center", fontsize=10)
    figure.savefig(folder / "architecture_diagram.svg", metadata={"Date": None})
    figure.savefig(folder / "architecture_diagram.png", dpi=110, metadata={"Software": None})
    plt.close(figure)


if __name__ == "__main__":
    folder = Path(GIVEN["outputs_dir"])  # noqa: F821
    result = json.loads((folder / "requirements.json").read_text(encoding="utf-8"))
    sizing = json.loads(work("sizing.json").read_text(encoding="utf-8"))
    (folder / "architecture.md").write_text(document(result, sizing), encoding="utf-8")
    if sizing["components"]:
        draw(result, sizing, folder)
    else:
        empty_picture(folder, result["document"]["title"])
    print(f"ARCHITECTURE on {sizing['provider']}: {len(sizing['components'])} components, {len(unserved(result, sizing))} requirements no component serves")
    print("outside systems named: " + (", ".join(outside_systems(result, sizing)) or "none"))
