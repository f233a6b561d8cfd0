"""Writes the parts of the paper. Every number comes from the results, whose findings the programs printed."""

import re
from typing import Any

findings = part("findings")  # type: ignore[name-defined]
ideas = part("ideas")  # type: ignore[name-defined]
latex = part("latex")  # type: ignore[name-defined]
report = part("report")  # type: ignore[name-defined]

REHEARSAL = (
    "No language model wrote this paper: it is a rehearsal, whose text follows fixed rules from the output of programs."
)
OWN_IDEA = "The idea was given, and reads:"
_EDITED = "The results were edited by hand; what follows quotes them and adds nothing."
_KEYWORDS = ("Nonparametric hypothesis tests", "Regression", "Model selection", "Bootstrap", "Astronomy data analysis")
Findings = dict[str, Any]


def title(results: str, idea: str) -> str:
    """Return the title of the paper as LaTeX."""
    _, found = findings.unsealed(results)
    if found is not None:
        return latex.inline(found["main"]["title"])
    heading = re.search(r"^#+\s+(?!results\b)(.+)$|\*\*(.+?)\*\*", idea, re.MULTILINE | re.IGNORECASE)
    words = (heading[1] or heading[2]) if heading else idea.strip().partition(".")[0]
    return latex.inline(" ".join(words.split())[:160].rstrip("# *")) or "A study"


def abstract(results: str, idea: str) -> str:
    """Return the abstract as LaTeX: one paragraph."""
    text, found = findings.unsealed(results)
    if found is None:
        said = [_first_words(idea, 300), _EDITED, *_sentences(_body(text))[:6]]
        return latex.inline(" ".join(s for s in said if s)) + f" {REHEARSAL}"
    main = found["main"]
    said = []
    if main["kind"] == "nothing":
        said += [f"{main['claim']}.", *main["detail"][:2], *found["data"][:3]]
    else:
        said += [main["question"], _search(found), _data_in_short(found), f"{_capital(main['claim'])}."]
        said += _headlines(main)
        broken = [name for name, _, holds in main["checks"] if not holds]
        if broken:
            said.append(f"Not all assumptions are borne out by the data ({', '.join(broken)}).")
        if main["robust"] and main["held"]:
            said.append(main["robust"])
    return latex.inline(" ".join(_capital(s) for s in said if s)) + f" {REHEARSAL}"


def _data_in_short(found: Findings) -> str:
    described = [s for s in found["data"] if " has " in s or " is an image " in s]
    return " ".join(described[:2])


def _search(found: Findings) -> str:
    if found["asked"]:
        return "The question was given beforehand."
    if found["tests"] == "0":
        return ""
    if found["tests"] == "1":
        return "It was the one question that could be tested."
    passed = {"0": "none"}.get(found["passed"], found["passed"])
    return f"Of {found['tests']} tests of relations, corrected for their number, {passed} passed."


def _headlines(main: Findings) -> list[str]:
    """Return the sentences of the detail that belong into an abstract."""
    wanted = (
        "explains",
        "halves every",
        "doubles,",
        "doubles every",
        "simple fractions",
        "would have been found",
        "describes",
    )
    return [s for s in main["detail"] if any(w in s for w in wanted)][:3]


def keywords(known: str) -> str:
    """Return keywords of the AAS that name what the programs do, of those that are in the list."""
    return ", ".join(word for word in _KEYWORDS if word in known)


def introduction(abstract_: str, idea: str) -> str:
    """Return the introduction as LaTeX. `abstract_` is LaTeX, `idea` is Markdown."""
    question = re.match(r"[^?]{3,400}\?", abstract_)
    own = ideas.NOTE_IDEA not in idea
    parts = []
    if abstract_.startswith(("No data were given", "No relation could be tested")):
        return _introduction_to_nothing(idea if own else "")
    if question:
        parts.append(
            "This study asks of a given set of data: "
            f"{question[0][0].lower() + question[0][1:] if not question[0].startswith(chr(92)) else question[0]} "
            "Such a question seems simple, and is easily answered wrongly. Whoever looks at many pairs of quantities "
            "finds some that go together by chance; whoever picks the strongest and measures it on the same rows "
            "finds it "
            "stronger than it is; and whoever fits one law without trying others learns little about the law."
        )
    else:
        parts.append("This study looks at a given set of data and says what it can answer, and what it cannot.")
    if own:
        parts.append(f"{OWN_IDEA} " + latex.inline(_first_words(idea, 700)))
    else:
        asked = re.findall(r"^\s*(?:\d+\.|-)\s+(.+\?)$", idea, re.MULTILINE)
        if asked:
            items = "\n".join(rf"\item {latex.inline(a)}" for a in asked[:6])
            parts.append(
                "Before any relation was looked for, the kinds of the columns allowed these questions:\n"
                rf"\begin{{enumerate}}{chr(10)}{items}{chr(10)}\end{{enumerate}}"
            )
    parts.append(
        "The difficulties are met in three ways. All relations that can be tested are tested together, and the "
        "probabilities are "
        "corrected for their number. Where the rows suffice, the question is picked on one half of them and answered "
        "on the "
        "other. And what is measured is computed again in other ways, while the assumptions of each test are tested "
        "themselves."
    )
    parts.append(
        "Whether the question is answered is judged by the interval of the main value, by what the fitted law leaves "
        "over, and "
        "by the agreement of the other ways of computing it. No literature was searched for this text, and nothing "
        "is claimed about what others have found. " + REHEARSAL
    )
    return "\n\n".join(parts)


def _introduction_to_nothing(idea: str) -> str:
    parts = [
        "A study can only answer what its data hold. This one says what was given, why no relation can be tested in "
        "it, and what "
        "would have to be measured; it reports no result, for there is none.",
    ]
    if idea:
        parts.append(f"{OWN_IDEA} {latex.inline(_first_words(idea, 700))}")
    parts.append(
        f"No literature was searched for this text, and nothing is claimed about what others have found. {REHEARSAL}"
    )
    return "\n\n".join(parts)


def methods(text: str, own_idea: bool) -> str:
    """Return the methods as LaTeX; a text of a person's own is kept, and what was done is said beside it."""
    own = ideas.NOTE_METHODS not in text
    if not own:
        return latex.document(text.replace(ideas.NOTE_METHODS, ""), without=("methods",))
    done = ideas.methods('## Given\n```json\n{"outputs_dir": "", "files": {"data": [{"name": "data"}]}}\n```', own_idea)
    done = done.replace(ideas.NOTE_METHODS, "")
    return (
        "\\subsection{Methods as given}\n\n"
        + latex.document(text, without=("methods",))
        + "\n\n\\subsection{What was done}\n\n"
        "A rehearsal has prepared programs only. Of the methods above they carry out what the following steps say, "
        "and nothing "
        "else.\n\n" + latex.document(done)
    )


def results(markdown: str) -> str:
    """Return the results as LaTeX, with the findings in a comment for the parts that are written later."""
    text, found = findings.unsealed(markdown)
    names = (
        tuple(f[0] for f in found["figures"]) if found else tuple(re.findall(r"`([\w.-]+\.(?:png|jpe?g|pdf))`", text))
    )
    body = latex.document(text.replace(report.NOTE, ""), figures=names, without=("figures",))
    return f"{findings.latex_comment(found)}\n{body}" if found else body


def conclusions(results_: str, abstract_: str) -> str:
    """Return the conclusions as LaTeX; `results_` is the section of the paper."""
    found = findings.in_latex(results_)
    if found is None:
        return f"{_EDITED}\n\n{abstract_.strip()}"
    main = found["main"]
    parts = []
    if main["kind"] == "nothing":
        parts.append(latex.inline(f"{main['claim']}. {' '.join(main['detail'])}"))
        parts.append("Any further conclusion would have no measurement behind it.")
    else:
        lead = f"The question was: {main['question']} {_data_in_short(found)}"
        parts.append(latex.inline(lead))
        parts.append(
            latex.inline(
                " ".join([f"{_capital(main['claim'])}.", *_headlines(main), main["robust"] if main["held"] else ""])
            )
        )
        parts.append(latex.inline(_what_it_means(found)))
    if found["limits"]:
        parts.append(latex.inline(" ".join(found["limits"][:2])))
    return "\n\n".join(parts)


def _what_it_means(found: Findings) -> str:
    main = found["main"]
    broken = [name for name, _, holds in main["checks"] if not holds]
    if not main["held"]:
        return (
            "This is a null result. It says that a relation as strong as could have been found is not there in these "
            "data, not "
            "that there is none."
        )
    trust = (
        "The assumptions that were tested are borne out, so the stated uncertainty can be taken at its word within "
        "these data."
        if not broken
        else f"Since the data do not bear out all assumptions ({', '.join(broken)}), the uncertainty is a lower limit."
    )
    return f"{trust} Data taken independently would be the next test: no half of the same data can replace them."


def caption(results_: str, name: str) -> str:
    """Return the caption of a figure as LaTeX: the one its program printed, or that it is not known."""
    text, found = findings.unsealed(results_)
    known = {f: c for f, _, c in found["figures"]} if found else {}
    if name in known:
        return latex.inline(known[name])
    listed = re.search(rf"^- `{re.escape(name)}`: (.+)$", text, re.MULTILINE) if name else None
    if listed:
        return latex.inline(listed[1])
    return "A figure of this study. No program left a description of it, and a rehearsal cannot look at pictures."


def with_figures(section: str, images: list[dict[str, str]]) -> str:
    """Put each figure behind the paragraph that speaks of it; figures that none speaks of come last."""
    blocks = section.split("\n\n")
    left = []
    for image in sorted(images, key=lambda i: (section.find(rf"\ref{{{latex.label(i['name'])}}}"), i["name"])):
        figure = latex.figure(image["name"], image["caption"])
        mark = rf"\ref{{{latex.label(image['name'])}}}"
        place = next((i for i, block in enumerate(blocks) if mark in block and "\\begin{figure}" not in block), None)
        if place is None:
            left.append(figure)
            continue
        while place + 1 < len(blocks) and blocks[place + 1].startswith("\\begin{figure}"):
            place += 1
        blocks.insert(place + 1, figure)
    return "\n\n".join([*blocks, *left])


def _body(text: str) -> str:
    lines = [s for s in text.splitlines() if s.strip() and not re.match(r"\s*(#|\||[-*+] |<!--|Table)", s)]
    return " ".join(lines).replace(report.NOTE, "")


def _sentences(text: str) -> list[str]:
    return [s.strip() for s in re.split(r"(?<=[.!?])\s+(?=[A-Z`])", text) if s.strip()]


def _first_words(text: str, most: int) -> str:
    text = " ".join(re.sub(r"[#*]+", "", text).split())
    if len(text) <= most:
        return text
    cut = text[:most].rpartition(" ")[0]
    whole = cut.rpartition(". ")[0]
    return f"{whole}." if len(whole) > most / 2 else f"{cut} …"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
