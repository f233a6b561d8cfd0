"""Writes ideas, criticism and methods from the facts of the data, before any program has looked for a relation."""

from typing import Any

description = part("description")  # type: ignore[name-defined]

NOTE_IDEA = "No language model made this idea: it is a rehearsal, and follows from the kinds of the columns alone."
NOTE_METHODS = "No language model made this plan: it is a rehearsal, and says what its prepared programs do."
_MOST_NAMED = 6
_SAFEGUARDS = (
    "All possible relations are tested at once and the probabilities corrected for their number.",
    "Where there are a hundred rows or more, the question is picked on one half of them and answered on the other.",
    "Every value gets an uncertainty, every assumption of a test is checked, and the main value is computed in "
    "several ways.",
)


def title(text: str) -> str:
    """Return the title of an idea for the data in a description."""
    found = description.files(text)
    names = [f"`{_one_line(f.name)}`" for f in found[:3]] or [
        f"`{_one_line(n)}`" for n in description.file_names(text)[:3]
    ]
    if not names:
        return "What could be measured: a plan without data"
    more = " and others" if len(found) > 3 else ""
    return f"Which quantities in {_listed(names)}{more} are related, and by what law?"


def questions(text: str) -> list[str]:
    """Return the questions that the kinds of the columns allow."""
    asked = []
    for file in description.files(text):
        numbers, groups, times = file.of("number"), file.of("group"), file.of("time")
        where = f" of `{_one_line(file.name)}`"
        if file.image:
            asked.append(f"Does the image `{_one_line(file.name)}` slope, hold sources, or hold a regular pattern?")
        if times and groups and numbers:
            asked.append(
                f"If {_names(groups)}{where} tell series apart that run along {_names(times)}: what shape do the "
                "series of "
                f"{_names(numbers)} have, and do its parameters depend on what is constant in a series?"
            )
        elif times and numbers:
            asked.append(
                f"Do {_names(numbers)}{where} change along {_names(times)}, by what law, and do they repeat themselves?"
            )
        if len(numbers) > 1:
            asked.append(f"Which of {_names(numbers)}{where} depend on one another, and by what law?")
        if groups and numbers:
            asked.append(f"Do {_names(numbers)}{where} differ between the groups of {_names(groups)}?")
        if len(groups) > 1:
            asked.append(f"Which of the groupings {_names(groups)}{where} go together?")
    return asked


def idea(text: str, round_: int = 3) -> str:
    """Return an idea; each round of criticism adds a safeguard."""
    asked = questions(text)
    lines = [f"**{title(text)}**", ""]
    if not description.file_names(text) and not description.files(text):
        lines += [
            "No data were given, so nothing can be measured. The study says what the description speaks of and which "
            "measurements would answer it, and reports no result.",
        ]
    elif not asked:
        lines += [
            "The counted facts name no two columns that could be related. The study looks into the files and says "
            "what they "
            "hold and what they cannot answer.",
        ]
    else:
        lines += ["The kinds of the columns allow these questions:", ""]
        lines += [f"{i}. {question}" for i, question in enumerate(asked, 1)]
        lines += ["", "The strongest relation that stands up is answered in full; if none does, that is the result."]
        if round_:
            lines += ["", " ".join(_SAFEGUARDS[:round_])]
    return "\n".join([*lines, "", NOTE_IDEA])


def five(text: str) -> list[tuple[str, list[str]]]:
    """Return five ideas at most, as titles with points."""
    asked = questions(text)[:5] or ["What do the given files hold, and what can they not answer?"]
    return [(question, ["Tested with a correction for the number of tests.", NOTE_IDEA]) for question in asked]


def best(text: str) -> tuple[str, list[str]]:
    """Return the idea as a title with points."""
    points = questions(text) or ["Nothing can be related: say what the files hold and what they cannot answer."]
    return title(text).replace("`", "`"), [*points, *_SAFEGUARDS, NOTE_IDEA]


def criticism(text: str) -> str:
    """Return what a sceptic can say from the counted facts."""
    found = description.files(text)
    said = []
    columns = [c for f in found for c in f.columns]
    tests = sum(len(f.of("number", "time", "group")) * (len(f.of("number", "time", "group")) - 1) // 2 for f in found)
    rows = max((c.rows for c in columns), default=0)
    if tests > 1:
        said.append(
            f"There are about {tests} pairs of columns: without a correction, chance alone will show a relation."
        )
    if rows and rows < 100:
        said.append(f"With {rows} rows at most only strong relations can be seen.")
    half = [c.name for c in columns if c.rows and c.filled < 0.5 * c.rows]
    if half:
        said.append(f"Less than half of {_names(half)} is filled.")
    if columns:
        said.append("A relation is not a cause; the data are not from an experiment unless the description says so.")
        said.append("Units are not stated unless the file does; names only let one guess them.")
    if not found:
        said.append("No facts of any file are at hand; without data no result may be claimed.")
    return "\n".join(f"- {line}" for line in said) + "\n\nThis is a rehearsal: these points follow from counted facts."


def methods(text: str, own_idea: bool) -> str:
    """Return what the prepared programs do, as methods."""
    if not description.file_names(text):
        return (
            "1. No data were given: no program looks for a relation, and no result is reported.\n"
            "2. The paper quotes the description and says how many rows a test of a relation would take.\n\n"
            + NOTE_METHODS
        )
    lines = [
        "1. **Reading.** Each file is read by its format. Columns are taken for numbers, times, dates, groups, texts, "
        "labels, "
        "constants or blanks by what they hold. Units are those that the file states, else guesses from the names. Of "
        "very "
        "large text tables a random sample of the rows is read.",
        "2. **Structure.** If one column tells series apart and another runs within each, every series is fitted with "
        "simple "
        "shapes in time, and their parameters become the rows of the analysis. Dates give time spans and rates.",
        "3. **Screening.** Every pair of columns is tested: numbers by rank correlation, numbers in groups by "
        "Kruskal–Wallis "
        "tests, groupings by χ² tests, series for trends and periods against red noise, images for slopes, sources and "
        "patterns. Columns that are computed from one another are not tested. Probabilities are corrected by Holm's "
        "method; "
        "neighbouring rows that resemble each other count for less.",
    ]
    if own_idea:
        lines.append(
            "4. **Question.** The columns that the given idea names are looked up among the tests, and that relation "
            "is the "
            "question, whatever its result. Of the rest of the idea a rehearsal can follow nothing."
        )
    else:
        lines.append(
            "4. **Question.** The strongest relation that passed is the question; if none did, that is reported."
        )
    lines += [
        "5. **Answer.** Laws are fitted in seven forms with constant or relative scatter, and chosen by AICc; groups "
        "are "
        "compared by a test chosen after its assumptions were checked; periods are refined by a fitted sine. "
        "Uncertainties "
        "come from resampling. With a hundred rows or more, question and form are picked on one half of the rows and "
        "the "
        "answer is measured on the other.",
        "6. **Checks.** Scatter, independence and what is left over are tested. The main value is computed again "
        "without "
        "outliers, on halves, and under other assumptions.",
        "7. **Report.** All numbers are written to files and printed; the text quotes only what was printed.",
        "", NOTE_METHODS,
    ]  # fmt: skip
    return "\n".join(lines)


def _names(names: list[str]) -> str:
    shown = [f"`{_one_line(name)}`" for name in names[:_MOST_NAMED]]
    return _listed(shown) + (" and others" if len(names) > _MOST_NAMED else "")


def _listed(items: list[str]) -> str:
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}" if items else ""


def _one_line(name: Any) -> str:
    return " ".join(str(name).replace("`", "'").split())
