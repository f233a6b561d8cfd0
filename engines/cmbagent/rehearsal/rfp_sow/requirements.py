"""Lists every requirement with who must act, how strongly, its kind, page and section; list items and table rows
are joined with the sentence that leads into them. Writes requirements.json (the later steps add what they find).
"""

import json
import re
from collections import Counter
from pathlib import Path

from obligations import CLASSES, IMPERATIVE, NO_SCOPE, OBLIGE, SCOPE_LEAD, SEEKING, Verdict, buyers_of, is_formal, judge
from read_document import REHEARSAL, place
from structure import Block, Document, Sentence, load, split_block, tidy

ROLES = [
    ("definitions", r"definition|glossary|acronym|terminology|abbreviation"),
    ("schedule", r"\b(?:rfp|procurement|solicitation|tender|rfp) (?:schedule|timetable|timeline|calendar)|schedule of events|key dates|calendar of events"),
    ("evaluation", r"evaluation|award|selection (?:process|criteria|of)|scoring|protest|debrief|basis of|negotiation|notification of|convert cost"),
    ("submission", r"proposal|instructions? (?:to|for)|responding|submission|submittal|offeror|bidder|respondent|response|how to (?:respond|apply|bid)|minimum qualification|"
     r"questions|inquir|clarification|qualifications? of|vendor qualification|required review|return instruction|experience and qualification|pre-?bid|tender (?:format|conditions)|references|"
     r"debarment|verbal presentation|oral presentation|business license|signature|communication|approach to|staffing approach|project management approach|disclosure of"),
    ("legal", r"legal|terms|general (?:provision|condition)|contract (?:provision|clause|condition|law)|liabilit|indemn|insurance|termination|confidential|nondisclosure|dispute|"
     r"assignment|governing law|severab|standard contract|warrant|intellectual property|ownership|trafficking|rejection|tariff|tax|force majeure|subcontract|joint venture|inspect place|"
     r"contract changes|contract type|news release|human rights|debarment|amendment|non-?discrimination|addend|reserv"),
    ("commercial", r"payment|pricing|price|\bcosts?\b|budget|invoic|compensation|travel|fees|commercial"),
    ("scope", r"scope|requirement|specification|statement of|deliverable|functional|technical|service|task|solution|personnel|staffing|project management|training|support|data|"
     r"integration|performance|security|architecture|implementation|hosting|maintenance|report|system|interface|work\b|operations|migration|compliance|accessib|quality|user|documentation|feature"),
    ("background", r"background|introduction|purpose|overview|about|current (?:state|environment|system|situation)|existing|context|history|executive summary|organi[sz]ation|who we are|profile"),
]
KINDS = {
    "security": r"secur|encrypt|authenticat|password|\bMFA\b|multi-?factor|access control|single sign|\bSSO\b|vulnerab|penetration|firewall|intrusion|malware|role-?based|least privilege|"
    r"audit (?:log|trail)|identity|breach|incident response|threat|background check|authoriz(?:ation|ed) (?:to operate|users?)|\bSIEM\b|privileged|key management",
    "compliance": r"\bHIPAA\b|FedRAMP|\bGDPR\b|\bCJIS\b|\bFERPA\b|PCI[- ]DSS|\bPCI\b|SOC ?[12]|ISO(?:/IEC)? ?\d{4,}|\bNIST\b|FISMA|MARS-?E|WCAG|Section 508|accessib|\bADA\b|compl(?:y|ies|iance|iant) with|"
    r"regulat|statut|federal (?:law|requirement)|certif(?:ied|ication|y)|IRS Pub|StateRAMP|Cyber Essentials|HITECH|\bSOX\b|legislation|standards? (?:of|set)|applicable law",
    "data": r"\bdata (?:migrat|conver|retention|model|quality|dictionary|warehouse|clean|export|import|ownership|format|sovereign|residen|archiv|cent(?:er|re)|governance)|migrat|retain|retention|archiv|\brecords\b|record counts?|"
    r"database|data ?sets?|\bdata\b.*\b(?:stored?|store|own|return|delet|destroy|purg|export)|legacy data",
    "integration": r"integrat|interfac(?:e|es|ing) (?:with|to|between)|\bAPIs?\b|web services?|\bREST|SOAP\b|data exchange|exchange (?:of )?data|connect(?:ion|ions|or|s)? (?:to|with)|interoperab|\bHL7\b|\bFHIR\b|\bSFTP\b|"
    r"import(?:ed)? from|export(?:ed)? to|synchroni|third-party systems?|middleware|\bESB\b|real-time feed|message bus",
    "performance/availability": r"availab(?:ility|le) (?:of|for|at|24|during|\d)|availability|uptime|response times?|\d+(?:\.\d+)? ?%|within \d+ (?:milli)?seconds?|concurrent|throughput|scal(?:e|able|ability)|"
    r"\bRPO\b|\bRTO\b|recovery (?:time|point)|disaster recovery|failover|redundan|latency|load\b|performance|capacity|downtime|speed to answer|per (?:second|minute|hour)\b|business continuity|peak",
    "support/operations": r"support (?:desk|services?|hours|tickets?|requests?|calls?)|help ?desk|service desk|maintenance|maintain|monitor|backup|back up|backed up|patch|incident|ticket|24 ?[x/] ?7|warranty|on-call|operat(?:e|ions)\b|"
    r"upgrade|train(?:ing|ed)?\b|user manuals|knowledge transfer|severity|post-(?:launch|implementation)|hypercare|release notes|technical support",
    "deliverable": r"(?:monthly|weekly|quarterly|annual|final|written) (?:\w+ )?report|\bdeliver(?:s|ed|y|able|ables)?\b|documentation|written report|status reports?|progress reports?|\breport(?:s)? (?:to|of|on)|\bplan\b|\bplans\b|draft|manual|source code|schematic|runbook|design document|training materials?|mock-?ups|repository|\bSOW\b",
    "project/staffing": r"project manage|project manager|personnel|staff|key (?:person|staff)|team|resum|years'? (?:of )?experience|agile|sprint|scrum|meeting|kick-?off|schedule|milestone|work plan|experience|skills|"
    r"subcontract|technical lead|on-?site|governance|risk register|escalat|time zone|working hours|business hours|workspace|roles?\b",
    "commercial": r"invoice|expenses|lodging|rental|invoic|payment|\bpric(?:e|es|ing)\b|\bcosts?\b|\bfees?\b|\brates?\b|travel expens|reimburs|receipt|\btax(?:es)?\b|currency|discount|licen[cs]e fees|billing|purchase order|not.to.exceed",
    "legal": r"indemn|liab(?:le|ility)|insurance|terminat|governing law|confidential|non-?disclosure|intellectual property|ownership|copyright|assign(?:ment)? (?:of|the)|dispute|warrant(?:s|ies) that|"
    r"waive|hold harmless|conflict of interest|lobby|debar|subpoena|bond\b|title to|license the|sublicense|breach of contract|business license|government property|standard agreement|amendment|prior written (?:consent|approval)|"
    r"solicitation|tariff|excise|United States|news releases",
    "technical": r"cloud|browser|phones?|tablets?|devices?|architecture|technolog|hosting|hosted|server|responsive|mobile|operating system|open.source|source control|\bCI/CD\b|continuous (?:integration|delivery|deployment)|devops|container|"
    r"\bIPv6\b|\bHTML|environments?\b|virtual|infrastructure|network|code|version|unit test|automated test|test(?:ing|s|ed)?\b|configur|\bURL\b|hardware|scripts?",
    "functional": r"users? (?:shall|must|will|should|can|may)|able to|ability to|allow|enable|search|display|dashboard|workflow|notif|calculat|form\b|forms\b|report(?:ing)?\b|generate|screen|portal|track|approve|upload|"
    r"download|automat|self-service|calendar|eligib|process|print|export|filter|view|appointment|application|notices?|rules",
}
STOP = set("that this with from have will shall must should which their there other such been were they than then into upon under also each only when where while within without including"
    " provide provided contractor vendor system following required requirements requirement offeror proposal bidder supplier solution".split())
PRIORITY = {"desired": r"desir|should|prefer|nice|optional|could|\bD\b|\bO\b|\bS\b|\bC\b|low|medium", "mandatory": r"mandat|must|requir|shall|essential|\bM\b|\bR\b|high|critical|yes|\bY\b"}
SKIP_TABLE = re.compile(r"weight|points|score|max(?:imum)? time|acronym|definition|\bterm\b|\bmeaning|unit price|total price|\bdates?\b(?!.*deliverable)|event|milestone payment|amount|contact|\brisk", re.IGNORECASE)


def context_of(path: list[str]) -> str:
    """The part a section plays, from the nearest heading upwards; legal and evaluation parents win over a vague child."""
    told = [t for t in path if not re.search(r"request for (?:proposal|quotation|tender)|invitation to tender", t, re.IGNORECASE)]
    roles = [r for title in reversed(told) if (r := next((n for n, w in ROLES if re.search(w, title, re.IGNORECASE)), ""))]
    if "evaluation" in roles:
        return "evaluation"
    if "submission" in roles[1:] and roles[0] in ("legal", "commercial", "scope", "background"):
        return "submission"
    return roles[0] if roles else ""


def kind_of(text: str, verdict: Verdict, role: str, path: list[str]) -> str:
    """One kind, by words of the sentence, weighed with its section's title."""
    if role in ("submission", "evaluation", "schedule") or (verdict.subject == "P" and role != "commercial"):
        return "submission"
    title = " ".join(path[-2:])
    best, kind = 0.0, ""
    for name, words in KINDS.items():
        words = rf"(?<![A-Za-z])(?:{words})"  # noqa: PLW2901
        hits = {m.group(0).lower() for m in re.finditer(words, text, re.IGNORECASE)}
        early = bool(re.search(words, text[:90], re.IGNORECASE))
        named = bool(re.search(rf"(?<!non-)(?<!non )\b{name.split('/')[0]}", title, re.IGNORECASE))
        score = min(len(hits), 3) + 0.5 * early + (1.2 if named else 0.9 * bool(name != "functional" and re.search(words, title, re.IGNORECASE)))
        score *= 0.4 if name == "commercial" and role == "scope" and verdict.subject == "S" else 1
        score -= 0.8 if name == "project/staffing" and verdict.subject == "S" else 0
        score -= 1.0 if name == "functional" and verdict.subject in ("V", "T") and not named else 0
        score -= {"functional": 0.3, "technical": 0.2, "deliverable": 0.1}.get(name, 0.0)
        score += 1.2 * (role == name or (role == "commercial" and name == "commercial"))
        if score > best:
            best, kind = score, name
    if best < 0.6:  # noqa: PLR2004
        kind = {"legal": "legal", "commercial": "commercial"}.get(role, "functional" if verdict.subject == "S" else "project/staffing")
    return kind


def keywords_of(text: str) -> list[str]:
    """Up to six telling words of the sentence."""
    words = re.findall(r"[A-Za-z][A-Za-z0-9/+-]{3,}", text)
    seen = list(dict.fromkeys(w.lower() for w in words if w.lower() not in STOP))
    return sorted(seen, key=lambda w: (-len(w), w))[:6]


def joined(lead: str, item: str) -> str:
    """A list item together with the words that lead into it."""
    lead, item = re.sub(r"[\s:;,.]+$", "", lead), re.sub(r"[;,]?\s*(?:and|or)?\s*$", "", item.strip())
    flows = re.search(r"\b(?:to|shall|must|will|should|that|for|following|include|includes|including|provide|be|not)$", lead, re.IGNORECASE)
    link = " " if flows and re.match(r"[a-z]|" + IMPERATIVE + r"\b", item, re.IGNORECASE) and not re.search(r"following$|includ\w+$|for$|that$", lead) else ": "
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
            "text": re.sub(r"^\W*\(?(?:NOTE|Note)\W+", "", text)[:1].upper() + re.sub(r"^\W*\(?(?:NOTE|Note)\W+", "", text)[1:],
            "kind": "deliverable" if re.search(r"\bdeliverables\b[^.]*:?$", str(more.get("lead_in", "")), re.IGNORECASE) else kind_of(sentence.text, verdict, role, block.path),
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
        announces = bool(re.search(r"(?::|following\b.{0,40}|as follows\W*|include|including|shall|must|will|to|minimum)\s*\W?$", text, re.IGNORECASE))
        verdict = judge(text.rstrip(":. ") + " this item.", role, self.buyers, self.carried, self.formal) if announces else None
        scope = announces and verdict is None and role not in ("evaluation", "background", "definitions", "schedule", "legal") and not NO_SCOPE.search(text) and bool(SCOPE_LEAD.search(text))
        scope = scope or (announces and bool(SEEKING.search(text)))
        wanted = announces and verdict is None and re.search(r"\b(?:desir\w+|prefer\w+|nice.to.have|would like)\b", text, re.IGNORECASE)
        if wanted and role != "evaluation":
            verdict = Verdict("vendor", "desired", "V")
        if verdict is None and role == "submission" and re.search(rf"(?:^|[,.] )(?:please )?(?:{IMPERATIVE})\b.*:?$", text, re.IGNORECASE) and announces:
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
            if own and not (n == 0 and verdict and verdict.actor != "buyer" and OBLIGE.search(sentence.text) and not _subject_first(sentence.text)):
                self.add(sentence.text, sentence, own, role)
            elif n == 0 and (verdict or scope) and not (parent and sentence.text.endswith(":")) and not re.search(r"can be found|is contained within", sentence.text):
                self.add(joined(lead, sentence.text), sentence, verdict or Verdict("vendor", "mandatory" if role == "submission" else "stated scope", "S"), role, lead_in=lead, item=sentence.text)
            elif n == 0 and not block.lead[:1] and role == "scope" and re.match(rf"(?:{IMPERATIVE})\b(?!\s+of\b)", sentence.text, re.IGNORECASE):
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
        tag = re.search(r"[\[(]\s*(must|should|could|may|mandatory|desirable|optional|required|[MDO])\s*[\])]\s*$", tidy(block.text), re.IGNORECASE)
        wish = next((k for k, w in PRIORITY.items() if tag and re.search(w, tag.group(1), re.IGNORECASE)), None)
        numbered = bool(block.clause and re.fullmatch(r"[A-Z]{1,6}-\d+(?:\.\d+)*", block.clause)) and role not in ("evaluation", "definitions", "schedule")
        before, first = len(self.requirements), True
        for sentence in split_block(block):
            leads = sentence.last and self.leads.get(id(block)) and re.search(r"(?::|following\W*|as follows\W*)$", sentence.text)
            verdict = self.own(sentence, role)
            if leads:
                continue
            if first and not verdict and (tag or numbered) and len(sentence.text.split()) > 3:  # noqa: PLR2004
                own = re.search(r"\[(\w+)\]$", sentence.text)
                told = next((k for k, w in PRIORITY.items() if own and re.search(w, own.group(1), re.IGNORECASE)), wish)
                verdict = Verdict("vendor", told or "stated scope", "S")
            first = False
            if verdict:
                self.add(sentence.text, sentence, verdict, role)
            elif role == "submission" and re.match(r"(?:please\s+)?(?:succinctly |briefly |clearly )?(?:describe|provide|submit|include|list|identify|explain|discuss|confirm|complete|attach|demonstrate|specify|outline)\b", sentence.text, re.IGNORECASE):
                self.add(sentence.text, sentence, Verdict("vendor", "mandatory", "P"), role)
        if wish:
            for entry in self.requirements[before:]:
                entry["obligation"] = wish

    def row(self, block: Block, role: str) -> None:
        """One table row: its requirement column, or the row as an item of the table's lead-in."""
        header = " | ".join(block.header)
        sizes = [len(c) for c in block.cells]
        column = next((i for i, h in enumerate(block.header) if re.search(r"requirement(?!\s*(?:id|no|#|number|type))|description|specification|capabilit|feature|function|deliverable", h, re.IGNORECASE) and i < len(sizes) and sizes[i] > 15), None)  # noqa: PLR2004
        main = block.cells[sizes.index(max(sizes)) if column is None else column]
        priority = next((c for h, c in zip(block.header, block.cells, strict=False) if re.search(r"priority|mandatory|m/?d|m/?o|type|moscow|class|importance", h, re.IGNORECASE)), "")
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
        rows = " - ".join(f"{h}: {c}" if h and i else c for i, (h, c) in enumerate(zip(block.header, block.cells, strict=False)) if c and c != number and c != priority)
        titled = re.search(r"requirement|service level|\bSLA\b|target|deliverable|specification|capabilit|feature", header, re.IGNORECASE)
        if not done and main.strip() and (verdict or scope or titled) and role != "background":
            sentence = Sentence(tidy(rows), block, block.lines[0], last=True)
            text = joined(lead, rows) if lead and (verdict or scope) else rows
            self.add(text, sentence, Verdict("vendor", wish or (verdict.obligation if verdict else "stated scope"), verdict.subject if verdict else "S"), role, **more)

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
    return bool(match and text[:1].isupper() and re.search("|".join(w for _, w in CLASSES), text[: match.start()], re.IGNORECASE))


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
    result = {"rehearsal": REHEARSAL, "reads_like_an_rfp": formal, "counts": {"total": len(requirements), **counts}, "requirements": requirements, "buyer_obligations": duties}
    Path(GIVEN["outputs_dir"], "requirements.json").write_text(json.dumps(result, indent=1, ensure_ascii=False), encoding="utf-8")  # noqa: F821
    print(f"REQUIREMENTS {len(requirements)} found, {len(duties)} duties of the buyer; reads like an RFP: {formal}")
    for name, counter in counts.items():
        print(f"by {name}: " + ", ".join(f"{k} {v}" for k, v in counter.most_common()))
    for entry in [r for r in requirements if r["obligation"] != "desired" and r["kind"] != "submission"][:12]:
        print(f"{entry['id']} [{entry['kind']}] {entry['text'][:140]} ({place(entry)})")
