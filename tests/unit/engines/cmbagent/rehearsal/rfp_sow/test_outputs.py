"""The whole playbook in the engine's own environment: files open, sums add up, the text fits the document."""

import csv
import io
import re
import xml.etree.ElementTree as ET
from decimal import Decimal
from pathlib import Path
from typing import Any

import docx
import platformdirs
import pytest
from playbook_run import BOOK, DEMO, SAMPLES, Played, play, programs

from tomas.workers.environment import python_of
from tomas.workers.manifest import load_manifest

pytestmark = pytest.mark.engine("cmbagent")

PYTHON = python_of(load_manifest(BOOK.parents[1]), Path(platformdirs.user_data_dir("tomas")) / "engines")
DECLARED = {
    "requirements.md",
    "requirements.json",
    "architecture.md",
    "architecture_diagram.svg",
    "cost_estimate.json",
    "cost_estimate.csv",
    "sow.md",
    "sow.docx",
    "risks.md",
}


def run(folder: Path, document: Path, **inputs: Any) -> Played:
    return play(folder, document, programs(), python=str(PYTHON), **inputs)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Played:
    return run(
        tmp_path_factory.mktemp("demo"),
        DEMO,
        budget_range="up to 2.6 million USD",
        timeline="9 months from May 2027",
        focus_areas=["security", "field service"],
    )


@pytest.fixture(scope="module")
def no_rfp(tmp_path_factory: pytest.TempPathFactory) -> Played:
    return run(tmp_path_factory.mktemp("none"), SAMPLES / "not_an_rfp.md")


@pytest.mark.parametrize("which", ["demo", "no_rfp"])
def test_every_declared_file_is_there_and_says_rehearsal(which: str, request: pytest.FixtureRequest) -> None:
    played: Played = request.getfixturevalue(which)
    assert {path.name for path in played.outputs.iterdir()} >= DECLARED
    for name in ("requirements.md", "architecture.md", "sow.md", "risks.md"):
        assert played.text(name).startswith("*Rehearsal"), name
    assert "Rehearsal" in docx.Document(str(played.outputs / "sow.docx")).paragraphs[0].text
    assert played.json("requirements.json")["rehearsal"].startswith("Rehearsal")
    assert played.json("cost_estimate.json")["rehearsal"].startswith("Rehearsal")


def cents(value: Any) -> Decimal:
    return Decimal(str(value)).quantize(Decimal("0.01"))


def test_the_estimate_adds_up_to_the_cent(demo: Played) -> None:
    cost = demo.json("cost_estimate.json")
    assert len(cost["lines"]) > 15
    for line in cost["lines"]:
        product = (Decimal(str(line["quantity"])) * Decimal(str(line["unit_price"]))).quantize(Decimal("0.01"))
        assert abs(product - cents(line["monthly"])) <= Decimal("0.01"), line
        assert cents(line["yearly"]) == cents(line["monthly"]) * 12
    for role in cost["one_time"]:
        assert cents(role["cost"]) == cents(Decimal(str(role["days"])) * Decimal(str(role["rate"])))
    totals = cost["totals"]
    monthly = sum(cents(line["monthly"]) for line in cost["lines"])
    work = sum(cents(role["cost"]) for role in cost["one_time"])
    assert (cents(totals["monthly"]), cents(totals["one_time"])) == (monthly, work)
    assert cents(totals["yearly"]) == monthly * 12
    assert cents(totals["first_year"]) == monthly * 12 + work
    assert cents(totals["term"]) == (monthly * Decimal(str(totals["term_months"]))).quantize(Decimal("0.01")) + work
    assert totals["term_months"] == 36
    rows = list(csv.DictReader(io.StringIO(demo.text("cost_estimate.csv"))))
    assert sum(cents(row["monthly"]) for row in rows if row["type"] == "running") == monthly
    assert sum(cents(row["one_time"]) for row in rows if row["type"] == "one-time") == work


def test_budgets_of_the_document_and_of_the_person_are_both_compared(demo: Played) -> None:
    compared = demo.json("cost_estimate.json")["budget_comparison"]["comparisons"]
    assert [(c["source"].split(",")[0].split(":")[0], c["high"], c["period"]) for c in compared] == [
        ("given by you", 2_600_000, "total"),
        ("in the document", 2_600_000, "total"),
        ("in the document", 320_000, "year"),
    ]
    assert compared[2]["compared_with"] == "a year of running cost"


def test_faults_put_into_the_demo_are_found(demo: Played) -> None:
    gaps = [g["text"] for g in demo.json("requirements.json")["gaps"]]
    for words in ("Friday is named", "add up to 95 %", "99.5 %", "to be determined", "user-friendly", "Attachment A"):
        assert any(words in gap for gap in gaps), words
    assert any(
        "billing system is out of scope" in e["text"] for e in demo.json("requirements.json")["document"]["exclusions"]
    )


def test_documents_name_only_requirements_there_are(demo: Played) -> None:
    ids = {r["id"] for r in demo.json("requirements.json")["requirements"]}
    for name in ("architecture.md", "sow.md", "risks.md", "cost_estimate.csv"):
        assert set(re.findall(r"\bR-\d{3,}\b", demo.text(name))) <= ids, name
    components = {r for line in demo.json("cost_estimate.json")["lines"] for r in line["requirement_ids"]}
    assert components
    assert components <= ids


def test_the_picture_is_svg_without_a_date(demo: Played) -> None:
    root = ET.fromstring(demo.text("architecture_diagram.svg"))
    assert root.tag.endswith("svg")
    assert "<dc:date>" not in demo.text("architecture_diagram.svg")


def test_the_word_file_has_the_sections_and_page_numbers(demo: Played) -> None:
    file = docx.Document(str(demo.outputs / "sow.docx"))
    titles = [p.text for p in file.paragraphs if p.style is not None and p.style.name == "Heading 1"]
    assert titles[0] == "1. Purpose"
    assert titles[-1] == "14. Signatures"
    assert len(file.tables) >= 6
    assert "PAGE" in file.sections[0].footer._element.xml
    assert "[to be agreed]" in "".join(cell.text for table in file.tables for row in table.rows for cell in row.cells)


def test_a_second_run_writes_the_same(demo: Played, tmp_path: Path) -> None:
    again = run(
        tmp_path, DEMO, budget_range="up to 2.6 million USD", timeline="9 months from May 2027",
        focus_areas=["security", "field service"],
    )  # fmt: skip
    for name in sorted(DECLARED - {"sow.docx"}):
        assert again.text(name) == demo.text(name), name


@pytest.mark.parametrize(
    ("provider", "service"),
    [("Azure", "Azure App Service"), ("GCP", "GKE Autopilot"), ("on-premise", "own hosts"), ("multi-cloud", "Azure")],
)
def test_each_provider_brings_its_own_services(provider: str, service: str, tmp_path: Path) -> None:
    played = play(tmp_path, SAMPLES / "county_permits.txt", programs(), python=str(PYTHON), cloud_provider=provider)
    cost = played.json("cost_estimate.json")
    assert cost["provider"] == provider
    assert service in played.text("architecture.md")
    assert cost["totals"]["monthly"] > 0


def test_where_nothing_is_asked_nothing_is_designed_or_priced(no_rfp: Played) -> None:
    cost = no_rfp.json("cost_estimate.json")
    assert cost["lines"] == []
    assert cost["totals"]["term"] == 0
    assert "nothing to design" in no_rfp.text("architecture.md")
    assert "does not read like a request for proposals" in no_rfp.text("requirements.md")


def test_word_files_are_read_without_extracted_text(demo: Played, tmp_path: Path) -> None:
    played = play(tmp_path, DEMO.with_suffix(".docx"), programs()[:7], python=str(PYTHON), text=False)
    told = {re.sub(r"\W+", "", r["text"]) for r in demo.json("requirements.json")["requirements"]}
    read = {re.sub(r"\W+", "", r["text"]) for r in played.json("requirements.json")["requirements"]}
    assert len(told & read) / len(told | read) > 0.97
