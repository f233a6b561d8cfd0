"""Tells a sentence that obliges the vendor from one that obliges the buyer or nobody.

A sentence counts by its grammar: the words before "shall", "must", "will" ... say who is obliged, the words after them
what is done. Duties of the buyer are told apart; rules of the procedure (evaluation, award, definitions) count as none.
"""

import re
from collections import Counter
from dataclasses import dataclass

from structure import Document, load
from vocabulary import (
    ARE_REQUIRED,
    BUYER,
    CLASSES,
    CLIENT_ABLE,
    CONDITION,
    DESIRED,
    DONE,
    HEADS,
    MEANING,
    OBLIGE,
    OPENERS,
    PASSED,
    REQUIRES,
    STATED,
    VENDOR,
)


@dataclass
class Verdict:
    """What a sentence obliges: actor (vendor, buyer, either), obligation, grammatical class of the subject."""

    actor: str
    obligation: str
    subject: str


def subject_of(before: str) -> str:
    """The words that name who is obliged, out of the text before the modal verb."""
    part = re.split(
        (
            r";|, (?:and|but|or|so) (?=(?:the|all|any|each|it|they|its|such|no)\b)|\b(?:that|and that|"
            r"whereby)(?= (?:the|all|any|each|it|they|its|such|no|both|\w+s)\b)"
        ),
        before,
    )[-1]
    part = part.strip(" \"'(-")
    relative = re.search(r"((?:[\w'-]+ ){1,3})(?:who|that|which)$", part)
    if relative:
        return relative.group(1)
    while OPENERS.match(part) and "," in part:
        part = part.split(",", 1)[1].strip()
    return part or before


def subject_class(subject: str, buyers: re.Pattern[str]) -> str:
    """V vendor, T its people, P proposal, S solution, B buyer, L procedure or contract, U unknown."""
    phrase = re.split(
        (
            r"\b(?:of|for|to|from|in|on|by|with|under|at|between|that|which|who|whose|using|including|"
            r"submitted|proposed|provided|received|related|within|during|as|is|are|was|were|through)\b|,|\("
        ),
        subject,
        maxsplit=1,
    )[0]
    if not HEADS.search(phrase) and not buyers.search(phrase):
        phrase = subject
    found = [(m.start(), m.lastgroup or "U") for m in HEADS.finditer(phrase)] + [
        (m.start(), "B") for m in buyers.finditer(phrase)
    ]
    if not found:
        return "U"
    found.sort()
    kinds = [k for _, k in found]
    head = kinds[-1] if phrase != subject or len(phrase) < 60 else kinds[0]
    if head == "T":
        return "B" if "B" in kinds and "V" not in kinds else "T"
    if (
        head == "V"
        and "B" in kinds
        and re.search(r"\b(?:our|partner agenc\w+|federal partners?)\b", phrase, re.IGNORECASE)
    ):
        return "B"
    return head


def judge(text: str, role: str, buyers: re.Pattern[str], carried: str, formal: bool) -> Verdict | None:
    """Whether one sentence is a requirement or a duty of the buyer; role = part of the document it stands in."""
    if text.endswith("?") or len(text.split()) < 3:
        return None
    duty: Verdict | None = None
    for match in OBLIGE.finditer(text):
        verdict = weigh(text, match, role, buyers, carried, formal)
        if verdict and verdict.actor != "buyer":
            return verdict
        duty = duty or verdict
    if (
        REQUIRES.search(text)
        and role not in ("background", "evaluation", "definitions")
        and not re.search(r"\b(?:law|statute|act|if|project|process)\b[^,]*\brequires?\b", text, re.IGNORECASE)
    ):
        return Verdict("vendor", "mandatory", "S")
    if (
        (found := ARE_REQUIRED.search(text))
        and role != "background"
        and not CONDITION.search(text[: found.start()])
        and not re.search(
            (
                r"\bnot (?:\w+ )?required|if (?:\w+ ){0,4}(?:is|are) required|^there (?:may|might|is|are)\b|"
                r"when\w* (?:\w+ )?required"
            ),
            text,
            re.IGNORECASE,
        )
    ):
        return Verdict(
            "vendor" if role == "submission" else "either",
            "mandatory",
            subject_class(subject_of(text[: found.start()]), buyers),
        )
    if (
        formal
        and role not in ("background", "evaluation", "definitions", "legal")
        and duty is None
        and (found := STATED.search(text))
    ):
        told = found.group(0).lower()
        if not (told.startswith("no ") and subject_class(told, buyers) in ("L", "B")):
            return Verdict(
                "vendor",
                "prohibited" if told.startswith("no ") else "desired" if "want" in told else "mandatory",
                "P" if role == "submission" else "S",
            )
    if formal and re.match(r"please (?!note|contact|see|refer|be advised|add)\w+", text, re.IGNORECASE):
        return Verdict("vendor", "mandatory", "P")
    if DESIRED.search(text) and role not in ("evaluation", "background") and duty is None:
        return Verdict("vendor", "desired", "P" if role == "submission" else "S")
    return duty


def weigh(
    text: str, match: re.Match[str], role: str, buyers: re.Pattern[str], carried: str, formal: bool
) -> Verdict | None:
    """Weigh one modal verb of a sentence."""
    word, after = match.lastgroup or "", text[match.end() :]
    subject = subject_of(text[: match.start()])
    kind = subject_class(subject, buyers) if re.search(r"\w", subject) else carried
    if (
        re.fullmatch(
            r"(?:it|they|these|this|those|which|who|each|all|both|such|the (?:former|latter))",
            subject.strip(),
            re.IGNORECASE,
        )
        and carried
    ):
        kind = carried
    strength = {
        "must": "mandatory",
        "req": "mandatory",
        "will": "mandatory",
        "should": "desired",
        "never": "prohibited",
    }[word]
    if word == "never" and "should" in match.group(0).lower():
        strength = "desired"
    if word == "req" and "expected" in match.group(0).lower():
        strength = "mandatory"
    if MEANING.match(after) or re.match(r"^\s*[\"“'].*[\"”']\s*$", subject) or role == "definitions":
        return None
    if CONDITION.search(text[: match.start()]) or re.search(
        r"\b(?:may|might|could) $", text[: match.start()], re.IGNORECASE
    ):
        return None  # the condition, not the duty
    if re.match(r"^\s*(?:be )?(?:in (?:the )?scope|part of (?:the|this) (?:scope|project))", after) and word == "never":
        return None
    by = re.match(
        r"^\s*(?:not |only |also )*be (?:(?!to\b)[\w(),-]+ ){1,9}?by (?:the |its |our |a |an )?((?:[\w'.-]+ ?){1,6})",
        after,
    )
    agent = (
        subject_class(by.group(1), buyers) if by and not re.match(r"(?:\d|email|mail|\w+day\b)", by.group(1)) else ""
    )
    if agent in ("V", "T") and word != "never":
        return Verdict(
            "vendor" if agent == "V" or re.search(VENDOR, by.group(1), re.IGNORECASE) else "either", strength, agent
        )
    if (
        CLIENT_ABLE.match(after)
        and kind in ("B", "U", "S")
        and (
            kind != "B"
            or re.search(
                (
                    r"\b(?:users?|staff|customers?|citizens?|employees|administrators?|managers|members|"
                    r"students|patients)\b"
                ),
                subject,
                re.IGNORECASE,
            )
        )
    ):
        return Verdict("vendor", strength, "S") if role not in ("background", "evaluation") or word != "will" else None
    if kind == "V" and not formal and re.search(r"\byou\b", subject, re.IGNORECASE):
        return None
    if kind == "B":
        return None if word in ("should", "never") and role != "scope" else Verdict("buyer", strength, "B")
    passive = PASSED.match(after)
    if kind == "T" and role == "background":
        return None
    if kind in ("V", "T"):
        if passive and not re.match(r"^\s*be (?:\w+ly )?held (?:responsible|liable|to)", after):
            return None if kind == "V" or word == "will" else Verdict("vendor", strength, kind)
        if word == "will" and re.match(
            (
                r"^\s*(?:not )?(?:be (?:given|required to be)|have (?:until|the opportunity|an opportunity)|"
                r"receive|also receive)\b"
            ),
            after,
        ):
            return None
        if (
            word == "never"
            and "may" not in match.group(0).lower()
            and re.match(r"^\s*(?:be (?:required|liable|held|obligated|considered|paid|reimbursed))", after)
        ):
            return None
        return Verdict("vendor", strength, kind)
    if kind == "P" and role == "scope":
        kind = "S"
    if kind == "P":
        if (
            passive
            or (word == "never" and re.match(r"\s*(?:will|may|can)", match.group(0), re.IGNORECASE))
            or (
                word == "will"
                and not re.match(
                    r"^\s*(?:include|contain|consist|be (?:submitted|delivered|sealed|signed|limited))", after
                )
            )
        ):
            return None
        return Verdict("vendor", strength, "P") if agent != "B" or word in ("must", "req") else None
    if kind == "L":
        return None
    if agent == "B" and not re.match(
        (
            r"^\s*(?:not |only |also )*be (?:\w+ly )?(?:approved|authorized|agreed|accessible|usable|used|"
            r"viewable|editable|configurable|managed|administered|maintained|provided)"
        ),
        after,
    ):
        return Verdict("buyer", strength, "B")
    if kind == "S":
        if word == "will" and (
            role in ("background", "evaluation", "legal", "submission")
            or re.match(
                r"^\s*(?:not )?be (?:in the scope|in scope|considered|evaluated|issued|replaced by|asked)", after
            )
        ):
            return None
        if (
            role == "evaluation"
            or (role == "background" and (word == "should" or not formal))
            or (passive and match.group(0).lower().startswith("will"))
        ):
            return None
        if role != "scope" and re.search(
            r"\b(?:present|current|existing|legacy|old|today's)\b", subject, re.IGNORECASE
        ):
            return None
        return Verdict(
            "either" if re.match(r"^\s*(?:not )?be (?:approved|agreed|authorized|held)\b", after) else "vendor",
            strength,
            "S",
        )
    if (
        not formal
        or role in ("background", "evaluation", "definitions")
        or (passive and (role != "scope" or word == "will"))
        or re.match(r"^\s*(?:there|nothing|no one|I|he|she|people)\b", subject, re.IGNORECASE)
    ):
        return None
    if word == "will" or match.group(0).lower() == "will not":
        return Verdict("either", strength, "U") if role == "scope" and DONE.match(after) and agent != "B" else None
    if role == "legal" and word != "must" and agent not in ("V", "T"):
        return None
    return (
        Verdict("either", strength, "U")
        if word in ("must", "req", "never", "should") and not re.match(r"\s*(?:may|can)", match.group(0))
        else None
    )


def buyers_of(document: Document) -> re.Pattern[str]:
    """Names of the buyer as the document introduces them: 'the Department of X (DX)', '(the "Authority")'."""
    text = " ".join(" ".join(b.text.split()) for b in document.blocks)
    org = (
        r"(?:Department|Agency|Division|County|City|University|Authority|Commission|Council|Ministry|"
        r"Office|Bureau|Board|District|State|Corporation|Bank|Hospital|Trust|Company|Inc\.?|Ltd\.?|LLC|"
        r"Group|Service|Administration|Institute|Foundation|Society|Center|Centre|Network|Association|"
        r"Library|College|Limited|plc)"
    )
    names = [
        m.group(1)
        for m in re.finditer(
            org
            + (
                r"\b[^().;]{0,60}\(\s*(?:hereinafter |hereafter |referred to as |the )*[\"“']?(?:the "
                r")?([A-Z][A-Za-z&.-]{1,24})[\"”']?\s*\)"
            ),
            text,
        )
    ]
    common = re.compile(
        "|".join(f"^(?:{w})$" for _, w in CLASSES if w != BUYER) + "|^(?:RFP|RFQ|ITT|SOW|SLA|IT)$", re.IGNORECASE
    )
    uses = Counter(n for n in names if not common.search(n))
    verbs = Counter(
        re.findall(
            (
                r"\b([A-Z][A-Z&]{1,7})(?:'s)? (?:will|shall|reserves|may|intends|is seeking|is soliciting|"
                r"expects|requires|invites|seeks|wishes)\b"
            ),
            text,
        )
    )
    own = [
        re.escape(n) for n in dict.fromkeys([*uses, *(v for v, n in verbs.items() if n > 1 and not common.search(v))])
    ]
    return re.compile(r"\b(?:" + "|".join(own) + r")\b" if own else r"(?!x)x")


def is_formal(document: Document) -> bool:
    """Whether the text reads like a request for proposals: words of procurement, counted over its length."""
    text = " ".join(b.text for b in document.blocks) + " ".join(t for t, _ in document.headings)
    words = re.findall(
        r"\b(?:request for (?:proposals?|quotations?|tenders?|information)|RFPs?|RFQ|ITT|invitation to "
        r"tender|solicitation|proposals?|offerors?|bidders?|tenderers?|contractors?|"
        r"vendors?|suppliers?|procurement|statement of work|scope of work|deliverables?|evaluation "
        r"criteria|respondents?|subcontractors?|service provider)\b",
        text,
        re.IGNORECASE,
    )
    return len(words) >= 3 and len(set(map(str.lower, words))) >= 2 and len(words) >= len(text.split()) / 400


if __name__ == "__main__":
    document = load(GIVEN)  # noqa: F821
    formal, buyers = is_formal(document), buyers_of(document)
    told = Counter()
    for sentence in document.sentences():
        verdict = judge(sentence.text, "", buyers, "", formal)
        told[f"{verdict.actor} {verdict.obligation}" if verdict else "none"] += 1
    print(f"OBLIGATIONS reads like a request for proposals: {formal}; names of the buyer: {buyers.pattern}")
    print("sentences on their own: " + ", ".join(f"{k} {v}" for k, v in told.most_common()))
