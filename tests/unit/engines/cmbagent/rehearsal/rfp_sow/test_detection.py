"""Scores the finding of requirements against samples labelled by hand, and prints recall and precision."""

import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playbook_run import SAMPLES, TO_REQUIREMENTS, Played, play

LABELS = sorted(SAMPLES.glob("*.labels.json"))


def plain(text: str) -> str:
    return re.sub(r"[^a-z0-9%$.]+", " ", text.lower()).strip()


def document_of(labels: Path) -> Path:
    name = labels.name.removesuffix(".labels.json")
    return next(path for path in SAMPLES.glob(f"{name}.*") if path.suffix in (".txt", ".md"))


@dataclass
class Score:
    """What was found of what was labelled."""

    hits: list[tuple[dict[str, Any], dict[str, Any]]] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    @property
    def recall(self) -> float:
        return len(self.hits) / max(1, len(self.hits) + len(self.missed))

    @property
    def precision(self) -> float:
        return len(self.hits) / max(1, len(self.hits) + len(self.wrong))

    def share(self, same: Any) -> float:
        return sum(same(label, found) for label, found in self.hits) / max(1, len(self.hits))


def score(labels: dict[str, Any], found: list[dict[str, Any]], into: Score) -> None:
    left = list(found)
    for label in labels["requirements"]:
        hit = next((r for r in left if plain(label["quote"]) in plain(r["text"])), None)
        if hit is None:
            into.missed.append(label["quote"])
        else:
            left.remove(hit)
            into.hits.append((label, hit))
    into.wrong += [r["text"] for r in left]


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Played]:
    return {
        labels.name: play(tmp_path_factory.mktemp("rfp"), document_of(labels), TO_REQUIREMENTS) for labels in LABELS
    }


def test_requirements_are_found_and_little_else(played: dict[str, Played], capsys: pytest.CaptureFixture[str]) -> None:
    total = Score()
    for labels in LABELS:
        score(json.loads(labels.read_text()), played[labels.name].json("requirements.json")["requirements"], total)
    section = total.share(lambda label, found: label["section"] in found["section"])
    page = total.share(lambda label, found: label.get("page") == found["page"])
    kind = total.share(lambda label, found: label["kind"] == found["kind"])
    wish = total.share(
        lambda label, found: (label.get("obligation") == "desired") == (found["obligation"] == "desired")
    )
    with capsys.disabled():
        print(
            f"\nrequirements on {len(LABELS)} labelled samples ({len(total.hits) + len(total.missed)} labels): "
            f"recall {total.recall:.3f}, precision {total.precision:.3f}, section {section:.3f}, page {page:.3f}, "
            f"kind {kind:.3f}, desired or not {wish:.3f}"
        )
    assert total.recall >= 0.95, total.missed
    assert total.precision >= 0.95, total.wrong
    assert min(section, page, wish) >= 0.97
    assert kind >= 0.8


@pytest.mark.parametrize("labels", LABELS, ids=lambda path: path.name)
def test_duties_of_the_buyer_stand_apart(labels: Path, played: dict[str, Played]) -> None:
    result = played[labels.name].json("requirements.json")
    duties = [plain(d["text"]) for d in result["buyer_obligations"]]
    for quote in json.loads(labels.read_text())["buyer"]:
        assert any(plain(quote) in duty for duty in duties), quote
        assert not any(plain(quote) in plain(r["text"]) for r in result["requirements"])


@pytest.mark.parametrize("labels", LABELS, ids=lambda path: path.name)
def test_facts_of_the_procurement(labels: Path, played: dict[str, Played]) -> None:
    told, facts = json.loads(labels.read_text())["facts"], played[labels.name].json("requirements.json")["document"]
    dates = {d["meaning"]: d["date"] for d in facts["dates"]}
    sums = {(a["currency"], a["amount"]) for b in facts["budget"] for a in b["amounts"]}
    if "number" in told:
        assert facts["number"] == told["number"]
    if "proposals_due" in told:
        assert dates["proposals due"] == told["proposals_due"]
    if "go_live" in told:
        assert dates["go-live"] == told["go_live"]
    if "budget" in told:
        assert tuple(told["budget"]) in sums
    else:
        assert "a budget" in facts["not_found"]
    if "term_months" in told:
        assert told["term_months"] in [t["months"] for t in facts["contract_term"]]
    if "criteria" in told:
        assert len(facts["evaluation_criteria"]) == told["criteria"]


@pytest.mark.parametrize("labels", LABELS, ids=lambda path: path.name)
def test_the_line_named_holds_the_requirement(labels: Path, played: dict[str, Played]) -> None:
    lines = document_of(labels).read_text().split("\n")
    for entry in played[labels.name].json("requirements.json")["requirements"]:
        first = re.findall(r"\w+", entry["quote"])[0]
        assert first in lines[entry["line"] - 1], (entry["line"], entry["quote"])


def test_a_text_that_asks_for_nothing_is_told(played: dict[str, Played]) -> None:
    result = played["not_an_rfp.labels.json"].json("requirements.json")
    assert result["reads_like_an_rfp"] is False
    assert result["requirements"] == []
