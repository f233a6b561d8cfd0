"""The ticket playbook against labelled samples: what was planted is found, what was not is not told."""

import csv
import json
import random
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.unit.engines.cmbagent.rehearsal.itops.samples import NOISE, SAMPLES, Sample, servicenow
from tomas.settings import Settings
from tomas.workers.catalog import load_engines
from tomas.workers.environment import python_of

pytestmark = [pytest.mark.engine("cmbagent"), pytest.mark.xdist_group("itops playbook")]

ROOT = Path(__file__).parents[6]
PLAYBOOK = ROOT / "engines/cmbagent/rehearsal/itops"
TEXTS = ("executive_summary.md", "report.md", "recommendations.md")


def analyse(tickets: Path, folder: Path, programs: tuple[str, ...] = ("tickets", "findings"), **inputs: Any) -> Path:
    """Run programs of the playbook the way the engine does, and return the folder of outputs."""
    outputs, codebase = folder / "outputs", folder / "codebase"
    outputs.mkdir(parents=True)
    codebase.mkdir()
    file = {"name": tickets.name, "path": str(tickets), "media_type": "text/csv", "size": 1, "text_path": None}
    given = {
        "mode": "itops",
        "inputs": inputs,
        "files": {"tickets": [file]},
        "outputs_dir": str(outputs),
        "outputs": [],
    }
    for path in PLAYBOOK.glob("*.py"):
        line = f"import json; GIVEN = json.loads({json.dumps(given)!r})\n"
        (codebase / path.name).write_text(line + path.read_text("utf-8"), "utf-8")
    python = python_of(load_engines().get("cmbagent"), Settings().engines_dir)
    # One process for all: the engine starts one for each step, at the price of an import each.
    runs = "; ".join(f"runpy.run_path('codebase/{program}.py', run_name='__main__')" for program in programs)
    command = [str(python), "-c", f"import runpy, sys; sys.path[0] = 'codebase'; {runs}"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return outputs


def patterns(outputs: Path) -> list[dict[str, Any]]:
    found = json.loads((outputs / "patterns.json").read_text("utf-8"))["patterns"]
    return [pattern for pattern in found if pattern["kind"] != "none"]


def text_of(pattern: dict[str, Any]) -> str:
    return json.dumps([pattern["title"], pattern["statement"], pattern["where"], pattern["also_seen_as"]])


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, list[dict[str, Any]]]]:
    """The findings of every sample, two at a time."""
    folder = tmp_path_factory.mktemp("samples")

    def work(sample: Sample) -> tuple[str, list[dict[str, Any]]]:
        own = folder / sample.name
        own.mkdir()
        return sample.name, patterns(analyse(sample.make(own), own / "run"))

    with ThreadPoolExecutor(2) as pool:
        yield dict(pool.map(work, [*SAMPLES, *NOISE]))


def test_recall_and_precision(found: dict[str, list[dict[str, Any]]]) -> None:
    hits = misses = told = false = 0
    for sample in [*SAMPLES, *NOISE]:
        texts = [text_of(pattern) for pattern in found[sample.name]]
        for words in sample.wanted:
            hit = any(all(word in text for word in words) for text in texts[:5])
            hits, misses = hits + hit, misses + (not hit)
            print(f"{'found ' if hit else 'MISSED'} {sample.name}: {words}")
        for text in texts:
            told += 1
            if not any(word in text for words in (*sample.wanted, sample.also) for word in words):
                false += 1
                print(f"FALSE  {sample.name}: {text[:120]}")
    recall, precision = hits / (hits + misses), 1 - false / max(told, 1)
    print(
        f"recall {recall:.2f} ({hits} of {hits + misses}, in the first five), precision {precision:.2f} ({told} told)"
    )
    assert recall >= 0.9
    assert precision >= 0.9


def test_noise_has_no_findings(found: dict[str, list[dict[str, Any]]]) -> None:
    alarms = {sample.name: [p["title"] for p in found[sample.name]] for sample in NOISE if found[sample.name]}
    assert len(alarms) <= 1, alarms


@pytest.mark.parametrize("change", ["rows", "columns", "names", "dates"])
def test_the_shape_of_the_file_changes_no_finding(tmp_path: Path, change: str) -> None:
    sample = SAMPLES[0]
    path = sample.make(tmp_path)
    before = patterns(analyse(path, tmp_path / "before"))
    rows = list(csv.DictReader(path.read_text("utf-8").splitlines()))
    rnd = random.Random(3)
    names = list(rows[0])
    if change == "rows":
        rnd.shuffle(rows)
    elif change == "columns":
        rnd.shuffle(names)
    elif change == "dates":
        for row in rows:
            for name in ("opened_at", "closed_at"):
                year, month, day = row[name][:10].split("-")
                row[name] = f"{day}/{month}/{year} {row[name][11:19]}"
    other = dict(zip(names, names, strict=True))
    if change == "names":
        other |= {
            "opened_at": "Created",
            "closed_at": "Resolved",
            "number": "Issue key",
            "location": "Office",
            "assigned_to": "Assignee",
            "caller_id": "Reporter",
            "short_description": "Summary",
            "category": "Issue Type",
            "assignment_group": "Team",
        }
    changed = tmp_path / "changed.csv"
    with changed.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([other[name] for name in names])
        writer.writerows([[row[name] for name in names] for row in rows])
    after = patterns(analyse(changed, tmp_path / "after"))
    assert [p["title"] for p in after] == [p["title"] for p in before]
    assert [sorted(p["ticket_ids"]) for p in after] == [sorted(p["ticket_ids"]) for p in before]


def test_every_deliverable_is_written_and_safe(tmp_path: Path) -> None:
    sample = Sample("hostile", servicenow, SAMPLES[0].plant, [], 11)
    path = sample.make(tmp_path)
    path.write_text(path.read_text("utf-8").replace("Kenya", "<script>x|y`z</script>"), "utf-8")
    programs = ("tickets", "findings", "causes", "plots", "texts")
    outputs = analyse(path, tmp_path / "run", programs, analysis_focus=["sla", "prediction", "cost"])
    for name in TEXTS:
        text = (outputs / name).read_text("utf-8")
        assert "ehearsal" in text.splitlines()[0]
        assert "<script>" not in text.replace("\\<", "")
    report = (outputs / "report.md").read_text("utf-8")
    assert "neither an SLA flag nor a due date" in report
    causes = json.loads((outputs / "root_causes.json").read_text("utf-8"))["root_causes"]
    numbers = path.read_text("utf-8")
    assert causes
    assert all(ticket in numbers for cause in causes for ticket in cause["ticket_ids"])
    plots = list((outputs / "dashboard").glob("*.png"))
    assert 3 <= len(plots) <= 6
    assert all(f"dashboard/{plot.name}" in report for plot in plots[:1])


def test_the_demo_has_its_patterns(tmp_path: Path) -> None:
    outputs = analyse(ROOT / "examples/itops/tickets.csv", tmp_path / "run")
    texts = [text_of(pattern) for pattern in patterns(outputs)]
    for words in (
        ("Order entry", "2025-09-1"),
        ("READER-17",),
        ("Batch jobs",),
        ("Amara Okafor",),
        ("2 - High", "SLA"),
    ):
        assert any(all(word in text for word in words) for text in texts), words


@pytest.mark.parametrize(
    ("asked", "count"),
    [("2024", 700), ("2024-01-01 to 2024-06-30", 355), ("Q2 2024", 180), ("last 90 days", 175), ("whenever", 700)],
)
def test_a_time_range_is_applied_and_said(tmp_path: Path, asked: str, count: int) -> None:
    path = Sample("range", servicenow, lambda *_: None, [], 12).make(tmp_path)
    outputs = analyse(path, tmp_path / "run", time_range=asked)
    data = json.loads((outputs / "patterns.json").read_text("utf-8"))["data"]
    assert abs(data["used"] - count) <= 40
    assert asked in " ".join(data["notes"])


def test_a_priority_filter_is_applied_and_said(tmp_path: Path) -> None:
    path = Sample("priority", servicenow, lambda *_: None, [], 13).make(tmp_path)
    outputs = analyse(path, tmp_path / "run", priority_filter=["critical", "high"])
    data = json.loads((outputs / "patterns.json").read_text("utf-8"))["data"]
    assert 250 < data["used"] < 450
    assert "critical, high" in " ".join(data["notes"])
