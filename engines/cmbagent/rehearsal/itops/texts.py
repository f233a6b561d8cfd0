"""Writes the summary, the report and the recommendations from patterns.json and root_causes.json alone."""

import json
import re
from datetime import date
from pathlib import Path

LINE = "*Rehearsal: computed by scripts from the file you gave; no language model read it.*"
MARKS = re.compile(r"([\\`*_{}\[\]<>|#$~])")
EXAMPLES = 8  # ticket ids shown in a text
KINDS = {
    "concentration": "where tickets pile up",
    "volume_trend": "volume",
    "resolution_trend": "resolution time",
    "workload": "workload",
    "text": "named in the text",
    "sla": "service level",
    "rhythm": "rhythm",
    "prediction": "forecast",
    "cost": "effort",
    "none": "nothing unusual",
}


def safe(text):
    """Return text from the file as Markdown that shows it, and does nothing else."""
    return MARKS.sub(r"\\\1", str(text))


def ids_of(entry):
    """Return a few ticket ids and how many more there are."""
    ids = [safe(i) for i in entry["ticket_ids"][:EXAMPLES]]
    more = entry["ticket_count"] - len(ids)
    return ", ".join(ids) + (f" and {more:,} more" if more > 0 else "") if ids else "none"


def recommendations(data, patterns, causes):
    """Return [(effect in tickets or hours, heading, lines)], the largest effect first."""
    by_id = {pattern["id"]: pattern for pattern in patterns}
    days = _days(data)
    made = []
    for cause in causes:
        pattern = by_id[cause["pattern_ids"][0]]
        effect, arithmetic = _saving(pattern, days)
        action, role, effort, measure = _action(pattern)
        lines = [
            f"- Action: {action}",
            f"- Who: {role}. Effort: {effort}.",
            f"- Expected effect: {arithmetic}",
            f"- Answers: {', '.join(cause['pattern_ids'])}, {cause['id']}. Tickets: {ids_of(cause)}.",
            f"- How to see that it worked: {measure}",
        ]
        made.append((effect, cause["title"], lines))
    return sorted(made, key=lambda entry: -entry[0])


def _days(data):
    if not data["from"]:
        return 365
    return max((date.fromisoformat(data["to"]) - date.fromisoformat(data["from"])).days, 1)


def _saving(pattern, days):
    figures, count = pattern["figures"], pattern["ticket_count"]
    year = 365 / days
    if pattern["kind"] in {"concentration", "text", "rhythm"}:
        usual = figures.get("others_mean", figures.get("expected", 0))
        spare = max(figures.get("count", count) - usual, 0)
        return spare * year, (
            f"up to {spare:.0f} tickets fewer in {days} days ({figures.get('count', count):,.0f} now, {usual:.1f} if it were as "
            f"usual), about {spare * year:.0f} a year. An upper bound: part of them will come for other reasons."
        )
    if "to_hours" in figures:
        spare = max(figures["to_hours"] - figures["from_hours"], 0)
        each = figures.get("tickets", count) * year
        return spare * each / 100, (
            f"back to the times of the beginning: {spare:.1f} hours less for each new ticket, about {each:.0f} tickets a year "
            f"({spare * each:,.0f} hours of waiting)."
        )
    if "others_median_hours" in figures:
        spare = figures["median_hours"] - figures["others_median_hours"]
        return spare * count / 100, f"at the median of the others, {spare:.1f} hours less for each of {count} tickets."
    if pattern["kind"] == "sla":
        return figures["count"] * year, f"up to {figures['count']} missed targets fewer in {days} days."
    if pattern["kind"] == "volume_trend" and "ratio" in figures:
        return figures["count"] - figures["median"], (
            f"an event of this kind brings about {figures['count'] - figures['median']:.0f} tickets more than usual; with "
            "warning and a known error article most of them need no work."
        )
    if pattern["kind"] == "volume_trend":
        return abs(figures["to"] - figures["from"]), (
            f"the period ends at {figures['to']:.1f} instead of {figures['from']:.1f} tickets; halving the rise saves half of that."
        )
    return 1, "not to be told in tickets from this file; it shows in the measure below."


def _action(pattern):
    where = safe(", ".join(f"{k} {v}" for k, v in pattern["where"].items())) or "the whole desk"
    value = safe(next(iter(pattern["where"].values()), "it"))
    kind = pattern["kind"]
    if "named" in pattern["where"]:
        return (
            f"Open one problem record for {value}, link these tickets, inspect it on site, and repair or replace it.",
            "problem manager with the team in charge of the device or application",
            "days",
            f"tickets that name {value}, per week; they should go to nearly none within a month.",
        )
    if kind == "resolution_trend":
        return (
            f"Walk twenty late tickets of {where} through step by step, remove the longest wait, and give the work people.",
            "head of the service desk with the team lead",
            "weeks",
            f"median and 90th percentile of the resolution time of {where}, per month.",
        )
    if kind == "workload":
        return (
            f"Spread the open tickets of {value} over the team now, assign by load from now on, and name a deputy.",
            "team lead",
            "days",
            f"tickets open with {value} at the end of each week, beside the team's mean.",
        )
    if kind == "volume_trend":
        return (
            f"Find the event behind it in the change calendar for {where}, and prepare a known error article and a warning.",
            "change manager",
            "days",
            "tickets in the week after each change of this kind.",
        )
    if kind == "sla":
        return (
            f"See at which step {where} loses the time, and set hand-over rules or cover for the hours concerned.",
            "service level manager with the team lead",
            "weeks",
            f"share of missed targets of {where}, per month.",
        )
    if kind == "rhythm":
        return (
            f"Look up what is scheduled at that time ({where}) and mend or move the job.",
            "operations team",
            "days",
            "tickets in these hours, per week.",
        )
    return (
        f"Read twenty tickets of {where}, name the three faults that come again, and remove the first of them.",
        "problem manager",
        "weeks",
        f"tickets of {where}, per week and per user or device.",
    )


def summary(data, patterns, causes, advice):
    """Return the executive summary."""
    lines = [LINE, "", "# What stands out", "", _heading(data), ""]
    told = [p for p in patterns if p["kind"] != "none"][:5]
    if told:
        lines += ["## Findings", ""]
        lines += [f"{i}. **{safe(p['title'])}.** {safe(p['statement'])} ({p['id']})" for i, p in enumerate(told, 1)]
    else:
        lines += [patterns[0]["statement"]]
    if causes:
        lines += ["", "## Likely causes", ""]
        lines += [
            f"- **{safe(c['title'])}** (confidence {c['confidence']}; {c['id']}): {safe(c['statement'])}"
            for c in causes[:3]
        ]
    if advice:
        lines += ["", "## What to do first", ""]
        lines += [f"{i}. {safe(title)}: {lines_[0][10:]}" for i, (_, title, lines_) in enumerate(advice[:3], 1)]
    lines += ["", "## What the data did not allow", ""]
    lines += [f"- {safe(text)}" for text in _gaps(data)]
    return "\n".join(lines) + "\n"


def report(data, patterns, causes, advice, plots):
    """Return the whole report."""
    lines = [
        LINE,
        "",
        f"# Ticket analysis: {safe(data['file'])}",
        "",
        _heading(data),
        "",
        "## How the data was read",
        "",
    ]
    lines += ["| role | column in the file |", "| --- | --- |"]
    lines += [f"| {role} | {safe(column)} |" for role, column in data["columns"].items()]
    lines += ["", *[f"- {safe(text)}" for text in _gaps(data)], "", "## Method", "", _METHOD, "", "## Findings", ""]
    general = [name for name, pattern in plots.items() if not pattern]
    lines += [f"![Overview](dashboard/{name})\n" for name in general[:1]]
    for pattern in patterns:
        lines += [f"### {pattern['id']}. {safe(pattern['title'])}", "", safe(pattern["statement"]), ""]
        if pattern["figures"]:
            names, values = zip(*pattern["figures"].items(), strict=True)
            lines += [
                f"| {' | '.join(names)} |",
                "|" + " --- |" * len(names),
                f"| {' | '.join(map(str, values))} |",
                "",
            ]
        lines += [f"Kind: {KINDS[pattern['kind']]}. Tickets ({pattern['ticket_count']:,}): {ids_of(pattern)}.", ""]
        lines += [f"Also seen as: {safe(title)}.\n" for title in pattern["also_seen_as"]]
        lines += [f"![{pattern['id']}](dashboard/{name})\n" for name, owner in plots.items() if owner == pattern["id"]]
    lines += ["## Likely causes", ""]
    for cause in causes:
        lines += [
            f"### {cause['id']}. {safe(cause['title'])}",
            "",
            f"{safe(cause['statement'])} Confidence: {cause['confidence']}.",
            "",
        ]
        for heading, texts in (
            ("Evidence", cause["evidence"]),
            ("Against it", cause["against"]),
            ("To be sure", cause["to_confirm"]),
        ):
            lines += [f"{heading}:", "", *[f"- {safe(text)}" for text in texts], ""]
        lines += [
            f"Findings: {', '.join(cause['pattern_ids'])}. Tickets ({cause['ticket_count']:,}): {ids_of(cause)}.",
            "",
        ]
    lines += [] if causes else ["No cause is named, because nothing stands out.", ""]
    lines += ["## Recommendations in short", ""]
    lines += [f"{i}. {safe(title)}: {texts[0][10:]}" for i, (_, title, texts) in enumerate(advice, 1)] or ["None."]
    return "\n".join(lines) + "\n"


_METHOD = (
    "Every group (category, place, person, product and others the file has), every pair of groups, things named in the text, "
    "volumes and resolution times over time, the load of each person and the service levels were compared with what would be "
    "expected by chance (binomial, hypergeometric and Poisson tests, Kendall's and Spearman's rank correlation, rank tests). "
    "What is told passed a correction for having looked often (Benjamini and Hochberg, 0.3 %). Findings are ranked by how "
    "unlikely and how large they are; those about the same tickets are told once."
)


def _heading(data):
    period = f", opened {data['from']} to {data['to']}" if data["from"] else ""
    return f"{safe(data['file'])}: {data['used']:,} of {data['tickets']:,} tickets{period}."


def _gaps(data):
    return [*(f"Not in the file: {name}." for name in data["not_in_the_file"]), *data["notes"]] or [
        "Nothing was missing."
    ]


def main(given):
    """Write the three texts."""
    folder = Path(given["outputs_dir"])
    document = json.loads((folder / "patterns.json").read_text(encoding="utf-8"))
    causes = json.loads((folder / "root_causes.json").read_text(encoding="utf-8"))["root_causes"]
    data, patterns = document["data"], document["patterns"]
    advice = recommendations(data, patterns, causes)
    plots = {}
    for path in sorted((folder / "dashboard").glob("*.png")):
        match = re.match(r"p(\d+)_", path.name)
        plots[path.name] = f"P{match[1]}" if match else ""
    (folder / "executive_summary.md").write_text(summary(data, patterns, causes, advice), encoding="utf-8")
    (folder / "report.md").write_text(report(data, patterns, causes, advice, plots), encoding="utf-8")
    parts = [LINE, "", "# Recommendations, the largest expected effect first", ""]
    for i, (_, title, lines) in enumerate(advice, 1):
        parts += [f"## {i}. {safe(title)}", "", *lines, ""]
    parts += [] if advice else ["Nothing stands out, so nothing is recommended beyond going on as before.", ""]
    (folder / "recommendations.md").write_text("\n".join(parts), encoding="utf-8")
    print(
        f"Wrote the summary, the report and {len(advice)} recommendations from {len(patterns)} findings and {len(causes)} causes."
    )


if __name__ == "__main__":
    main(GIVEN)  # noqa: F821 - set by the line in front of this program
