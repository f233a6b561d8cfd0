"""Choose the question to answer: the one a person asked, else the strongest relation that is not trivial."""

import re
from dataclasses import dataclass

from relations import Candidate
from screening import Study

_LEAST_NAME = 2


@dataclass
class Choice:
    """The question chosen; no candidate if nothing was found or asked."""

    candidate: Candidate | None
    asked: bool  # whether it comes from an idea of a person's own
    why: str
    note: str = ""


def choose(study: Study, research: dict[str, object]) -> Choice:
    """Return the question to answer."""
    tests = len(study.candidates)
    if not tests:
        return Choice(None, asked=False, why="No relation could be tested.")
    note = ""
    if research.get("own_idea"):
        idea = f"{research.get('idea', '')} {research.get('methods', '')}"
        mentioned = [c for c in _names(study) if named(c, str(idea))]
        asked = _asked(study, mentioned)
        if asked is not None:
            words = ", ".join(f"`{m}`" for m in mentioned[:8])
            return Choice(
                asked,
                asked=True,
                why=f"The question comes from the given idea, which names {words}; it was not chosen for its result.",
            )
        note = (
            "The given idea names no two columns of the data that can be tested against each other; the programs of a "
            "rehearsal follow names only, so the question was picked from the data."
        )
    if not study.held:
        return Choice(None, asked=False, why="No relation passed the screening.", note=note)
    best = study.held[0]
    passed = f"the strongest of {len(study.held)} relations" if len(study.held) > 1 else "the only relation"
    why = f"The question was picked as {passed} that passed the screening of {tests} tests."
    return Choice(best, asked=False, why=why, note=note)


def named(column: str, text: str) -> bool:
    """Say whether a text names a column: as it is, or with spaces for its underscores."""
    if len(column.strip()) < _LEAST_NAME:
        return f"`{column}`" in text
    forms = {column, column.replace("_", " "), re.sub(r"[_ ]?[\[(].*[\])]$", "", column)}
    return any(re.search(rf"(?<!\w){re.escape(f)}(?!\w)", text, re.IGNORECASE) for f in forms if len(f) >= _LEAST_NAME)


def _names(study: Study) -> list[str]:
    found = []
    for shape in study.shapes:
        found += [c.name for c in shape.columns if c.name not in found]
    return found


def _asked(study: Study, mentioned: list[str]) -> Candidate | None:
    def covered(c: Candidate) -> int:
        parts = {c.x, str(c.extra.get("signal", c.y))}
        return len(parts & set(mentioned))

    if not mentioned:
        return None
    most = max(covered(c) for c in study.candidates)
    if most < min(2, len(mentioned)):
        return None
    fitting = [c for c in study.candidates if covered(c) == most]
    return min(fitting, key=lambda c: (c.adjusted, -c.rank))
