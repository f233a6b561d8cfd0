"""Lists every requirement with who must act, how strongly, its kind, page and section; list items and table rows
are joined with the sentence that leads into them. Writes requirements.json (the later steps add what they find).
"""

import json
import re
from collections import Counter
from pathlib import Path

from kinds import PRIORITY, SKIP_TABLE, context_of, keywords_of, kind_of
from obligations import Verdict, buyers_of, is_formal, judge
from read_document import REHEARSAL, place
from structure import Block, Document, Sentence, load, split_block, tidy
from vocabulary import CLASSES, IMPERATIVE, NO_SCOPE, OBLIGE, SCOPE_LEAD, SEEKING


def joined(lead: str, item: str) -> str:
    """A list item together with the words that lead into it."""
    lead, item = re.sub(r"[\s:;,.]+$", "", lead), re.sub(r"[;,]?\s*(?:\b(?:and|or))?\s*$", "", item.strip())
    flows = re.search(
        r"\b(?:to|shall|must|will|should|that|for|following|include|includes|including|provide|be|not)$",
        lead,
        re.IGNORECASE,
    )
    link = (
        " "
        if flows
        and re.match(r"[a-z]|" + IMPERATIVE + r"\b", item, re.IGNORECASE)
        and not re.search(r"following$|includ\w+$|for$|that$", lead)
        else ": "
    )
    return f"{lead}{link}{item[:1].lower() + item[1:] if link == ' ' and item[1:2].islower() else item}"


class Finder:
    """Walks the document once and collects requirements and the buyer's duties."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.buyers = buyers_of(document)
        self.formal = is_formal(document)
        self.requirements: list[dict] = []
        self.duties: list[dict] = []
        self.seen: set[str] = set()
        self.carried = ""
        self.leads = {id(b.lead[-1]): True for b in document.blocks if b.lead}

    def add(self, text: str, sentence: Sentence, verdict: Verdict, role: str, **more: object) -> None:
        """Keep one requirement or duty with its place, unless the same text stands there already."""
        key = re.sub(r"\W+", "", text.lower())
        if key in self.seen:
            return
        self.seen.add(key)
        block, line = sentence.block, sentence.line
        found = line.text.find(sentence.text[:12])
        entry = {
            "text": re.sub(r"^\W*\(?(?:NOTE|Note)\W+", "", text)[:1].upper()
            + re.sub(r"^\W*\(?(?:NOTE|Note)\W+", "", text)[1:],
            "kind": "deliverable"
            if re.search(r"\bdeliverables\b[^.]*:?$", str(more.get("lead_in", "")), re.IGNORECASE)
            else kind_of(sentence.text, verdict, role, block.path),
            "obligation": verdict.obligation,
            "actor": verdict.actor,
            "page": line.page,
            "section": block.section,
            "clause": block.clause,
            "quote": sentence.text,
            "line": line.no,
            "offset": line.offset + max(found, 0),
            "part": role,
            "keywords": keywords_of(text),
            **more,
        }
        (self.duties if verdict.actor == "buyer" else self.requirements).append(entry)

    def lead_verdict(self, block: Block, role: str) -> tuple[str, Verdict | None, bool]:
        """The words that lead into a list, what they oblige, and whether the list is a stated scope."""
        parts = [split_block(b)[-1].text for b in block.lead]
        if not parts:
            return "", None, False
        text = parts[0]
        announces = bool(
            re.search(
                r"(?::|following\b.{0,40}|as follows\W*|include|including|shall|must|will|to|minimum)\s*\W?$",
                text,
                re.IGNORECASE,
            )
        )
        verdict = (
            judge(text.rstrip(":. ") + " this item.", role, self.buyers, self.carried, self.formal)
            if announces
            else None
        )
        last = [m.lastgroup for m in OBLIGE.finditer(text)][-1:]
        if verdict and verdict.obligation == "prohibited" and last in (["must"], ["req"], ["will"]):
            verdict = Verdict(verdict.actor, "mandatory", verdict.subject)
        scope = (
            announces
            and verdict is None
            and role not in ("evaluation", "background", "definitions", "schedule", "legal")
            and not NO_SCOPE.search(text)
            and bool(SCOPE_LEAD.search(text))
        )
        scope = scope or (announces and bool(SEEKING.search(text)))
        wanted = (
            announces
            and verdict is None
            and re.search(r"\b(?:desir\w+|prefer\w+|nice.to.have|would like)\b", text, re.IGNORECASE)
        )
        if wanted and role != "evaluation":
            verdict = Verdict("vendor", "desired", "V")
        if (
            verdict is None
            and role == "submission"
            and re.search(rf"(?:^|[,.] )(?:please )?(?:{IMPERATIVE})\b.*:?$", text, re.IGNORECASE)
            and announces
        ):
            verdict = Verdict("vendor", "mandatory", "P")
        for deeper in parts[1:]:
            text = joined(text, deeper)
        return text, verdict, scope and verdict is None

    def item(self, block: Block, role: str) -> None:
        """One list item: with its lead-in, or on its own."""
        lead, verdict, scope = self.lead_verdict(block, role)
        if lead and not verdict and re.match(r"(?:if|when|unless|where)\b", lead, re.IGNORECASE) and "," not in lead:
            return  # items of an unfinished condition
        parent = self.leads.get(id(block)) and not re.search(r"\b(?:also|additionally)\b", block.text)
        for n, sentence in enumerate(split_block(block)):
            own = self.own(sentence, role)
            if own and not (
                n == 0
                and verdict
                and verdict.actor != "buyer"
                and OBLIGE.search(sentence.text)
                and not _subject_first(sentence.text)
            ):
                self.add(sentence.text, sentence, own, role)
            elif (
                n == 0
                and (verdict or scope)
                and not (parent and sentence.text.endswith(":"))
                and not re.search(r"can be found|is contained within", sentence.text)
            ):
                self.add(
                    joined(lead, sentence.text),
                    sentence,
                    verdict or Verdict("vendor", "mandatory" if role == "submission" else "stated scope", "S"),
                    role,
                    lead_in=lead,
                    item=sentence.text,
                )
            elif (
                n == 0
                and not block.lead[:1]
                and role == "scope"
                and re.match(rf"(?:{IMPERATIVE})\b(?!\s+of\b)", sentence.text, re.IGNORECASE)
            ):
                self.add(sentence.text, sentence, Verdict("vendor", "stated scope", "S"), role)

    def own(self, sentence: Sentence, role: str) -> Verdict | None:
        """What the sentence obliges by itself; remembers its subject for a following 'it' or 'they'."""
        verdict = judge(sentence.text, role, self.buyers, self.carried, self.formal)
        if verdict:
            self.carried = verdict.subject
        return verdict

    def para(self, block: Block, role: str) -> None:
        """The sentences of a paragraph; a last one that leads into a list is told by the list."""
        self.carried = ""
        tag = re.search(
            r"[\[(]\s*(must|should|could|may|mandatory|desirable|optional|required|[MDO])\s*[\])]\s*$",
            tidy(block.text),
            re.IGNORECASE,
        )
        wish = next((k for k, w in PRIORITY.items() if tag and re.search(w, tag.group(1), re.IGNORECASE)), None)
        numbered = bool(block.clause and re.fullmatch(r"[A-Z]{1,6}-\d+(?:\.\d+)*", block.clause)) and role not in (
            "evaluation",
            "definitions",
            "schedule",
        )
        before, first = len(self.requirements), True
        for sentence in split_block(block):
            leads = (
                sentence.last
                and self.leads.get(id(block))
                and re.search(r"(?::|following\W*|as follows\W*)$", sentence.text)
            )
            verdict = self.own(sentence, role)
            if leads:
                continue
            if first and not verdict and (tag or numbered) and len(sentence.text.split()) > 3:
                own = re.search(r"\[(\w+)\]$", sentence.text)
                told = next((k for k, w in PRIORITY.items() if own and re.search(w, own.group(1), re.IGNORECASE)), wish)
                verdict = Verdict("vendor", told or "stated scope", "S")
            first = False
            if verdict:
                self.add(sentence.text, sentence, verdict, role)
            elif role == "submission" and re.match(
                (
                    r"(?:please\s+)?(?:succinctly |briefly |clearly )?(?:describe|provide|submit|include|list|"
                    r"identify|explain|discuss|confirm|complete|attach|demonstrate|specify|outline)\b"
                ),
                sentence.text,
                re.IGNORECASE,
            ):
                self.add(sentence.text, sentence, Verdict("vendor", "mandatory", "P"), role)
        if wish:
            for entry in self.requirements[before:]:
                entry["obligation"] = wish

    def row(self, block: Block, role: str) -> None:
        """One table row: its requirement column, or the row as an item of the table's lead-in."""
        header = " | ".join(block.header)
        sizes = [len(c) for c in block.cells]
        column = next(
            (
                i
                for i, h in enumerate(block.header)
                if re.search(
                    (
                        r"requirement(?!\s*(?:id|no|#|number|type))|description|specification|capabilit|"
                        r"feature|function|deliverable"
                    ),
                    h,
                    re.IGNORECASE,
                )
                and i < len(sizes)
                and sizes[i] > 15
            ),
            None,
        )
        main = block.cells[sizes.index(max(sizes)) if column is None else column]
        priority = next(
            (
                c
                for h, c in zip(block.header, block.cells, strict=False)
                if re.search(r"priority|mandatory|m/?d|m/?o|type|moscow|class|importance", h, re.IGNORECASE)
            ),
            "",
        )
        wish = next((k for k, w in PRIORITY.items() if priority and re.search(w, priority, re.IGNORECASE)), None)
        number = next((c for c in block.cells if re.fullmatch(r"[A-Z]{1,6}[-. ]?\d[\d.]*|\d{1,3}(?:\.\d+)*", c)), None)
        more = {"buyer_id": number} if number else {}
        more |= {"item": next((c for c in block.cells if c and c != number), "")}
        lead, verdict, scope = self.lead_verdict(block, role)
        if role in ("evaluation", "definitions", "schedule") or (SKIP_TABLE.search(header) and verdict is None):
            return
        done = False
        for sentence in split_block(Block("row", main, block.lines, block.path, clause=block.clause)):
            own = self.own(sentence, role)
            if own:
                done = True
                self.add(sentence.text, sentence, Verdict(own.actor, wish or own.obligation, own.subject), role, **more)
        rows = " - ".join(
            f"{h}: {c}" if h and i else c
            for i, (h, c) in enumerate(zip(block.header, block.cells, strict=False))
            if c and c != number and not (wish and c == priority)
        )
        titled = re.search(
            r"requirement|service level|\bSLA\b|target|deliverable|specification|capabilit|feature",
            header,
            re.IGNORECASE,
        )
        if not done and main.strip() and (verdict or scope or titled) and role != "background":
            sentence = Sentence(tidy(rows), block, block.lines[0], last=True)
            text = joined(lead, rows) if lead and (verdict or scope) else rows
            self.add(
                text,
                sentence,
                Verdict(
                    "vendor",
                    wish or (verdict.obligation if verdict else "stated scope"),
                    verdict.subject if verdict else "S",
                ),
                role,
                quote=main,
                **more,
            )

    def run(self) -> None:
        """Walk the document and number what was found."""
        for block in self.document.blocks:
            role = context_of(block.path)
            {"item": self.item, "row": self.row}.get(block.kind, self.para)(block, role)
        for prefix, entries in (("R", self.requirements), ("B", self.duties)):
            entries.sort(key=lambda e: (e["line"], e["offset"]))
            for n, entry in enumerate(entries, 1):
                entry["id"] = f"{prefix}-{n:03d}"


def _subject_first(text: str) -> bool:
    """Whether a list item is a sentence of its own: it names its subject before the modal verb."""
    match = OBLIGE.search(text)
    return bool(
        match
        and text[:1].isupper()
        and re.search("|".join(w for _, w in CLASSES), text[: match.start()], re.IGNORECASE)
    )


def find(document: Document) -> tuple[list[dict], list[dict], bool]:
    """(requirements, the buyer's duties, whether the text reads like a request for proposals)."""
    finder = Finder(document)
    finder.run()
    order = ["id", "text", "kind", "obligation", "actor", "page", "section", "clause"]
    shape = [[{**{k: e[k] for k in order}, **e} for e in entries] for entries in (finder.requirements, finder.duties)]
    return shape[0], shape[1], finder.formal


if __name__ == "__main__":
    requirements, duties, formal = find(load(GIVEN))  # noqa: F821
    counts = {k: Counter(r[k] for r in requirements) for k in ("kind", "obligation", "actor")}
    result = {
        "rehearsal": REHEARSAL,
        "reads_like_an_rfp": formal,
        "counts": {"total": len(requirements), **counts},
        "requirements": requirements,
        "buyer_obligations": duties,
    }
    Path(GIVEN["outputs_dir"], "requirements.json").write_text(  # noqa: F821
        json.dumps(result, indent=1, ensure_ascii=False), encoding="utf-8"
    )
    print(f"REQUIREMENTS {len(requirements)} found, {len(duties)} duties of the buyer; reads like an RFP: {formal}")
    for name, counter in counts.items():
        print(f"by {name}: " + ", ".join(f"{k} {v}" for k, v in counter.most_common()))
    for entry in [r for r in requirements if r["obligation"] != "desired" and r["kind"] != "submission"][:12]:
        print(f"{entry['id']} [{entry['kind']}] {entry['text'][:140]} ({place(entry)})")
