"""Writes the results in Markdown from what the programs printed, and from nothing else."""

from typing import Any

findings = part("findings")  # type: ignore[name-defined]

NOTE = (
    "No language model wrote this text: it is a rehearsal, put together by fixed rules from what the programs printed."
)
Findings = dict[str, Any]


def write(text: str) -> str:
    """Return the results of the last program that printed its findings in `text`."""
    found = findings.printed(text)
    if found is None:
        return (
            "# Results\n\nThe programs printed no findings, so there is no result to report. What they printed stands "
            "in the "
            f"record of the session.\n\n{NOTE}\n"
        )
    return findings.sealed(compose(found), found)


def compose(found: Findings) -> str:
    """Return the results as Markdown."""
    main = found["main"]
    parts = ["# Results", NOTE, "## Data"]
    parts.append(_sentences([*(found["data"] or ["No data files were given."]), _figures(found, "data")]))
    tables = _Tables()
    if found["columns"]:
        head = ["column", "kind", "unit", "missing", "values"]
        parts[-1] += f" Table {tables.next} lists the columns."
        parts.append(tables.write(head, found["columns"], "The columns of the data."))
    if found["tests"] != "0":
        parts += ["## Screening", f"{_screening(found)} {_figures(found, 'screening')}", *_others(found, tables)]
    parts += ["## The answer", *_answer(found)]
    if main["alternatives"]:
        parts[-1] += f" Table {tables.next} gives the details."
        caption = _CAPTIONS.get(main["kind"], "Details.")
        parts.append(tables.write(main["alternatives_head"], main["alternatives"], caption))
    if main["checks"]:
        lead, listed = _checks(main)
        parts += ["## Assumptions", f"{lead} {_figures(found, 'assumptions')}", listed]
    if main["robust"]:
        parts += ["## Robustness", f"{main['robust']} {_figures(found, 'robustness')}"]
        if len(main["variants"]) > 1:
            caption = f"{_capital(main['quantity'])}, computed in different ways, with standard errors."
            parts[-1] += f" Table {tables.next} lists them."
            parts.append(tables.write(["way", "points", main["quantity"]], main["variants"], caption))
    limits = [*([found["note"]] if found["note"] else []), *found["limits"], *found["skipped"]]
    if limits:
        parts += ["## Limits", "\n".join(f"- {line}" for line in limits)]
    if found["figures"]:
        parts += ["## Figures", "\n".join(f"- `{file}`: {caption}" for file, _, caption in found["figures"])]
    return "\n\n".join(p for p in parts if p) + "\n"


def _screening(found: Findings) -> str:
    passed = int(found["passed"])
    words = "none" if not passed else f"{passed}"
    return (
        f"Of {found['tests']} tests of relations, {words} passed at a probability of {found['alpha']} after Holm's "
        "correction for their number."
    )


def _others(found: Findings, tables: "_Tables") -> list[str]:
    if not found["others"]:
        return ["No other relation passed."] if int(found["passed"]) else []
    head = ["quantities", "kind", "measure", "corrected p"]
    intro = (
        f"Those in Table {tables.next} passed too, beside the one answered here; they were not confirmed on other rows."
    )
    return [intro, tables.write(head, found["others"], "Other relations that passed the screening.")]


def _answer(found: Findings) -> list[str]:
    main = found["main"]
    lead = f"The question is: {main['question']} " if main["kind"] != "nothing" else ""
    first = _sentences([f"{lead}{_capital(main['claim'])}.", _figures(found, "answer")])
    return [first, _sentences(main["detail"]), _sentences(main["method"])]


def _checks(main: Findings) -> list[str]:
    broken = [name for name, _, holds in main["checks"] if not holds]
    lead = (
        "Every assumption that was tested is borne out by the data."
        if not broken
        else f"Not borne out by the data: {', '.join(broken)}. The uncertainties above must be read with that in mind."
    )
    return [
        lead,
        "\n".join(
            f"- {_capital(name)}: {words}; {'holds' if ok else 'does not hold'}." for name, words, ok in main["checks"]
        ),
    ]


def _figures(found: Findings, section: str) -> str:
    files = [f"`{file}`" for file, where, _ in found["figures"] if where == section]
    if not files:
        return ""
    return f"(Figure{'s' if len(files) > 1 else ''} {' and '.join(files)}.)"


_CAPTIONS = {
    "law": "Laws that were compared; the lower the information criterion AICc, the better.",
    "groups": "The groups.",
    "counts": "The combinations furthest from independence.",
    "period": "The highest peaks of the spectrum.",
    "image sources": "The brightest sources.",
    "null": "The tests with the smallest probabilities.",
}


class _Tables:
    """Numbers tables as they are written."""

    def __init__(self) -> None:
        self.next = 1

    def write(self, head: list[str], rows: list[list[str]], caption: str) -> str:
        """Return a table of Markdown with its caption."""
        lines = ["| " + " | ".join(_cell(c) for c in head) + " |", "|" + "---|" * len(head)]
        lines += ["| " + " | ".join(_cell(c) for c in row) + " |" for row in rows]
        self.next += 1
        return "\n".join(lines) + f"\n\nTable {self.next - 1}: {caption}"


def _cell(text: str) -> str:
    return str(text).replace("|", "\\|")


def _sentences(said: list[str]) -> str:
    return " ".join(_capital(s) for s in said if s)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
