"""Writes the researcher's notes from what the programs printed; standard library only, adds nothing of its own."""

import re

HEADS = ("REQUIREMENTS", "FACTS", "SIZING", "ANALYSIS", "ARCHITECTURE", "COST", "BUDGET", "RISKS", "SOW")


def write(text: str) -> str:
    """Markdown notes that quote the last summary line of each program, and what an architect should check first."""
    last = {}
    for line in text.splitlines():
        found = re.match(r"\s*(" + "|".join(HEADS) + r") (.+)", line)
        if found:
            last[found.group(1)] = found.group(2).strip()
    out = [
        "*Rehearsal: written by a script from what the programs printed; no language model.*",
        "",
        "# Notes for the architect",
        "",
    ]
    out += [f"- **{name.capitalize()}**: {_plain(last[name])}" for name in HEADS if name in last] or [
        "Nothing was printed by the programs."
    ]
    missing = re.findall(r"not stated in the document: (.+)", text)
    gaps = list(dict.fromkeys(re.findall(r"\[(?:contradiction|nothing stated)\] (.+)", text)))
    if missing and missing[-1].strip():
        out += ["", "## Not stated in the document", "", _plain(missing[-1])]
    if gaps:
        out += ["", "## Look at these first", "", *[f"- {_plain(g)}" for g in gaps[:12]]]
    assumed = list(
        dict.fromkeys(re.findall(r"^\s+([a-z ]+: [\d.,]+ ?\S*) +\(assumption: (.+?)\)?$", text, re.MULTILINE))
    )
    if assumed:
        out += [
            "",
            "## Assumed, because the document gives no figure",
            "",
            *[f"- {_plain(a)} ({_plain(b)})" for a, b in assumed[:14]],
        ]
    return "\n".join(out) + "\n"


def _plain(text: str) -> str:
    """Text that Markdown leaves as it is."""
    return re.sub(r"([\\`*_\[\]<>|])", r"\\\1", text)
