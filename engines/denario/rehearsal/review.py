"""Plays the referee and the judge of novelty: computed remarks on what was printed, and nothing invented."""

import re
from typing import Any

findings = part("findings")  # type: ignore[name-defined]

Findings = dict[str, Any]
NOTE = (
    "This is a rehearsal: no language model read the paper. These remarks follow by fixed rules from what its programs "
    "printed."
)
_FEW = 30


def referee(text: str, pages: int) -> str:
    """Return a review of the paper whose source stands in `text`; without a source, of nothing but its pages."""
    found = findings.in_latex(text)
    if found is None:
        return (
            f"{NOTE}\n\nThe request held {pages} page{'s' if pages != 1 else ''} as pictures and no text. A rehearsal "
            "cannot look "
            "at pictures, so nothing is said of the paper's content, and no score is given."
        )
    main = found["main"]
    good, bad = _good(found), _bad(found)
    parts = [NOTE, f"**What the paper claims.** {main['claim']}."]
    parts.append(
        "**What speaks for it.**\n\n"
        + ("\n".join(f"- {g}" for g in good) if good else "- Nothing that could be computed.")
    )
    parts.append("**What speaks against it, and what would mend it.**\n\n" + "\n".join(f"- {b}" for b in bad))
    parts.append(f"**Score.** {_score(found, bad)} of 9. {_reason(found)}")
    return "\n\n".join(parts)


def _good(found: Findings) -> list[str]:
    main = found["main"]
    said = []
    if int(found["tests"]) > 1:
        said.append(f"The probabilities are corrected for all {found['tests']} tests.")
    if any("other half" in m or "on the other" in m for m in main["method"]):
        said.append("The question was picked and answered on different rows.")
    holding = [name for name, _, holds in main["checks"] if holds]
    if holding:
        said.append(f"Assumptions tested and borne out: {', '.join(holding)}.")
    if "none differs" in main["robust"]:
        said.append(main["robust"])
    if not main["held"] and main["kind"] == "null":
        said.append("A null result is reported as one, with what could have been found.")
    return said


def _bad(found: Findings) -> list[str]:
    main = found["main"]
    said = [
        f"The assumption “{name}” does not hold ({words}): use a method that does not need it, or say how far the "
        "result shifts."
        for name, words, holds in main["checks"]
        if not holds
    ]
    rows = _rows(main)
    if rows is not None and rows < _FEW:
        said.append(f"The main value rests on {rows} rows: the interval from resampling is too narrow for so few.")
    if main["held"] and not any("half" in m and "other" in m for m in main["method"]):
        said.append("No rows were kept back: the form of the result was chosen on the rows it was measured on.")
    if "depends on how" in main["robust"]:
        said.append(main["robust"])
    if any("tell it from" in d for d in main["detail"]):
        said.append("Other laws fit as well: more points, or a wider range, are needed to tell them apart.")
    guesses = [line for line in found["limits"] if "guesses" in line]
    if guesses:
        said.append(f"{guesses[0]} State the units with the data.")
    if any("sample" in line for line in found["data"]):
        said.append("Only a sample of the rows was read; the whole file should be analysed.")
    said.append(
        "There is no physical model, no comparison with the literature, and no independent data set: all three are "
        "needed."
    )
    return said


def _rows(main: Findings) -> int | None:
    if not main["variants"]:
        return None
    digits = re.sub(r"\D", "", main["variants"][0][1])
    return int(digits) if digits else None


def _score(found: Findings, bad: list[str]) -> int:
    if found["main"]["kind"] == "nothing":
        return 0
    base = 4 if found["main"]["held"] else 3
    return max(1, base - max(0, len(bad) - 2))


def _reason(found: Findings) -> str:
    if found["main"]["kind"] == "nothing":
        return "There is no result to publish."
    if not found["main"]["held"]:
        return "An honest search with no finding; of use only if the question mattered beforehand."
    return "The number may be right; without a model and independent data it is a measurement, not yet a paper."


def novelty(round_: int, idea: str, papers: str) -> tuple[str, str, str]:
    """Return reason, decision and query for the check of novelty."""
    words = re.findall(r"`([^`]+)`", idea)
    spoken = [" ".join(re.findall(r"[A-Za-z]{3,}", w.rsplit(".", 1)[0])) for w in words]
    query = " ".join(dict.fromkeys(s for s in spoken if s)) or " ".join(re.findall(r"[A-Za-z]{5,}", idea)[:6])
    query = " ".join(query.split()[:8]) or "data analysis"
    if round_ == 0:
        return "A rehearsal judges nothing; the search begins with the names in the idea.", "query", query
    found = re.findall(r"\d+\. (.+?)\s*(?:\\n|\n)Abstract:.*?URL: (\S+?)(?:\\n|\n|'|$)", papers, re.DOTALL)
    told = "; ".join(f"{' '.join(title.split())} ({url})" for title, url in found[:10])
    reason = (
        f"A rehearsal judges nothing. Found by the search: {told}."
        if told
        else "A rehearsal judges nothing; no papers were found."
    )
    return reason, "novel", query


def literature(log: str) -> str:
    """Return a summary of the search: what was found, without a judgement."""
    found = re.findall(r"Found by the search: (.+)\.", log)
    lines = [
        "The word above is not a judgement: in a rehearsal nobody reads papers, and Denario must be told something.",
        "",
    ]
    if found:
        lines.append("The search service returned these, which were not read:")
        lines += [f"- {entry.strip()}" for entry in dict.fromkeys(e for f in found for e in f.split("; "))]
    else:
        lines.append("No literature was searched, or none was found. Nothing is cited.")
    return "\n".join(lines)
