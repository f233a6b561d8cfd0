"""The programs of the research rehearsal: what is planted is found with its law, what is not there is not told."""

# ruff: noqa: RUF001 - minus and times are written as such in the texts that are tested

import json
import random
import re
import struct
from pathlib import Path
from typing import Any

import pytest

from tests.unit.engines.denario.rehearsal import samples
from tests.unit.engines.denario.rehearsal.programs import analyse, analyse_all, given, load_player, screen

pytestmark = [pytest.mark.engine("denario"), pytest.mark.xdist_group("denario programs")]
EXAMPLE = Path(__file__).parents[5] / "examples" / "research" / "pendulums.csv"
player = load_player()


def make(sample: samples.Sample, folder: Path, seed: int) -> Path:
    path = folder / f"{seed}_{sample.name}"
    sample.write(path, random.Random(f"{sample.name} {seed}"))
    return path


def test_planted_laws_are_found_and_noise_gives_no_alarm(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    planted = [(s, make(s, tmp_path, seed)) for s in samples.PLANTED for seed in range(4)]
    empty = [(s, make(s, tmp_path, seed)) for s in samples.EMPTY for seed in range(10)]
    found = screen([path for _, path in planted + empty], tmp_path)
    right = [
        told is not None and {told[0], told[1]} == sample.planted and sample.law in told[2]
        for (sample, _), (_, told) in zip(planted, found, strict=False)
    ]
    alarms = [told for _, told in found[len(planted) :] if told is not None]
    tests = sum(count for count, _ in found[len(planted) :])
    with capsys.disabled():
        print(
            f"\nresearch rehearsal: recall {sum(right)}/{len(right)} planted laws, "
            f"{len(alarms)} false alarms in {len(empty)} data sets without one ({tests} tests)"
        )
    missed = [str(path.name) for (_, path), ok in zip(planted, right, strict=True) if not ok]
    assert sum(right) >= 0.9 * len(right), missed
    assert len(alarms) <= 2, alarms


def tokens(text: str) -> list[str]:
    """Return the numbers of a text, without those in names of columns and figures, and without those of formulas."""
    text = re.sub(
        r"`[^`]*`|\$[^$]*\$|<!--.*?-->|\\texttt\{(?:[^{}]|\{[^{}]*\})*\}|\\ref\{[^}]*\}|Table~?\s?\d*",
        " ",
        text,
        flags=re.DOTALL,
    )
    text = text.replace("\\ensuremath{-}", "−").replace("\\%", "%")
    text = re.sub(r"\\allowbreak\{\}|\\ensuremath\{\^\{(-?\d+)\}\}", lambda m: f"^{m[1] or ''}", text)
    return re.findall(r"−?\d[\d,]*(?:\.\d+)?", text)


def test_every_number_of_abstract_and_results_stands_in_a_file_of_the_session(tmp_path: Path) -> None:
    _, results, printed = analyse([EXAMPLE], tmp_path)
    known = set(tokens(_words(results)))
    markdown = player._part("report").write(printed)
    paper = player._part("paper")
    abstract = paper.abstract(markdown, "")
    figures = [{"name": f, "caption": paper.caption(markdown, f)} for f, *_ in results["figures"]]
    section = paper.with_figures(paper.results(markdown), figures)
    body = re.sub(r"^%.*$", "", section, flags=re.MULTILINE)
    body = re.sub(r"\\begin\{(?:tabular|figure)\}.*?\n|p\{[^}]*\}|width=[\d.]+|\\label\{[^}]*\}", " ", body)
    for text in (markdown, abstract, body, paper.conclusions(section, abstract)):
        loose = [token for token in tokens(text) if token not in known]
        assert not loose
    assert len(tokens(abstract)) > 10
    value = results["numbers"]["exponent"]["value"]
    assert value == pytest.approx(-0.5, abs=0.004)
    assert f"{value:.5f}".replace("-", "−") in abstract.replace("\\ensuremath{-}", "−")


def _words(value: Any) -> str:
    """Return all strings of a JSON value, which are what its program wrote as text."""
    if isinstance(value, dict):
        return "\n".join(map(_words, value.values()))
    if isinstance(value, list):
        return "\n".join(map(_words, value))
    return value if isinstance(value, str) else ""


def test_the_example_gives_up_what_is_planted(tmp_path: Path) -> None:
    printed, results, _ = analyse([EXAMPLE], tmp_path)
    main = printed["main"]
    assert main["held"]
    assert "the frequency of `angle_deg` follows a power law in `length_m`" in main["claim"].lower()
    assert any("only −1/2" in sentence for sentence in main["detail"])
    assert results["numbers"]["exponent"]["error"] < 0.002
    other = printed["others"][0]
    assert "damping rate" in other[0]
    assert "power law, exponent −1.0" in other[2]
    assert not any("colour" in row[0] or "temp" in row[0] for row in printed["others"])
    assert len(printed["figures"]) >= 4
    for file, _, caption in printed["figures"]:
        picture = (tmp_path / "data" / file).read_bytes()
        assert struct.unpack(">I", picture[16:20])[0] >= 1000  # wide enough for 300 dots an inch
        assert f"Title\0{file}".encode() in picture
        assert len(caption) > 40


def test_the_same_data_give_the_same_words_and_other_data_another_question(tmp_path: Path) -> None:
    files = [make(samples.PLANTED[i], tmp_path, 1) for i in (0, 4, 7)]
    told = [found[0] for found in analyse_all([(given([file]), tmp_path / file.stem) for file in files])]
    assert analyse([files[0]], tmp_path / "again")[0] == told[0]
    assert len({one["main"]["question"] for one in told}) == len({one["main"]["title"] for one in told}) == 3


def test_a_question_of_ones_own_is_answered_though_the_answer_is_no(tmp_path: Path) -> None:
    file = make(samples.PLANTED[0], tmp_path, 2)
    research = {"own_idea": True, "idea": "Does the humidity_pct change `extension_mm`?"}
    printed, _, _ = analyse([file], tmp_path / "run", research=research)
    assert printed["asked"]
    assert not printed["main"]["held"]
    assert "`humidity_pct`" in printed["main"]["question"]
    assert "`load_kg`" in printed["others"][0][0]


def test_an_idea_that_names_nothing_is_told_so(tmp_path: Path) -> None:
    research = {"own_idea": True, "idea": "Is the world round?"}
    printed, _, _ = analyse([make(samples.PLANTED[1], tmp_path, 1)], tmp_path / "run", research=research)
    assert not printed["asked"]
    assert "names no two columns" in printed["note"]


SCRIPTS = {
    "кириллица": "привет", "Ελληνικά": "καλημέρα", "עברית": "שלום", "العربية": "مرحبا", "हिन्दी": "नमस्ते",
    "ไทย": "สวัสดี", "中文": "你好", "日本語": "こんにちは", "한국어": "안녕하세요", "தமிழ்": "வணக்கம்",
    "ქართული": "გამარჯობა", "հայերեն": "բարև",
}  # fmt: skip


def awkward(folder: Path) -> dict[str, Path]:
    r = random.Random(3)
    twelve = [[f"{word} {r.randint(1, 6)}" for word in SCRIPTS.values()] + [r.gauss(0, 1)] for _ in range(80)]
    samples.table(folder / "scripts.csv", [*SCRIPTS, "長さ"], twelve)
    samples.table(folder / "blank.csv", ["blank", "", "spaces", "same"], [["", "", "  ", 7] for _ in range(30)])
    samples.table(folder / "tiny.csv", ["a", "b"], [[1, 2.0], [2, 4.1], [4, 5.9]])
    samples.table(folder / "words.csv", ["name", "colour"], [[w, c] for w in "abc" for c in ("red", "blue")] * 10)
    samples.table(folder / "equal.csv", ["c", "f"], [[x, 32 + 1.8 * x] for x in (r.gauss(10, 4) for _ in range(60))])
    (folder / "letter.txt").write_text("Dear all,\nthis is a letter, not a table. It goes on and on.\n\nRegards\n")
    (folder / "binary.csv").write_bytes(bytes(range(256)) * 20)
    (folder / "header.csv").write_text("a,b,c\n")
    (folder / "broken.fits").write_bytes(b"SIMPLE  =                    T" + b"\0" * 50)
    return {path.stem: path for path in folder.iterdir() if path.is_file()}


SAID = {
    "scripts": "None of", "blank": "No relation could be tested", "tiny": "No relation could be tested",
    "words": "was not found", "equal": "one is the other in another unit or scale", "letter": "a text, not a table",
    "binary": "it is not text", "header": "No relation could be tested", "broken": "was not used",
}  # fmt: skip


def test_data_that_answer_nothing_give_an_honest_text(tmp_path: Path) -> None:
    source = tmp_path / "data files"
    source.mkdir()
    files = awkward(source)
    analysed = analyse_all([(given([files[name]]), tmp_path / name) for name in SAID])
    for (printed, _, raw), (name, says) in zip(analysed, SAID.items(), strict=True):
        assert not printed["main"]["held"], name
        text = player._part("report").write(raw)
        assert says in text, name
        assert "No language model wrote this" in text


def test_one_file_that_cannot_be_read_does_not_hide_the_others(tmp_path: Path) -> None:
    broken = tmp_path / "broken.parquet"
    broken.write_bytes(b"PAR1 and nothing more")
    printed, _, _ = analyse([broken, make(samples.PLANTED[1], tmp_path, 1)], tmp_path / "run")
    assert printed["main"]["held"]
    assert any("`broken.parquet` was not used" in said for said in printed["data"])


def test_tables_of_one_kind_are_put_together_and_those_with_a_key_joined(tmp_path: Path) -> None:
    r = random.Random(1)
    bodies: samples.Rows = [[f"b{i}", r.uniform(1, 9)] for i in range(30)]
    samples.table(tmp_path / "bodies.csv", ["body", "radius_m"], bodies)
    runs: samples.Rows = [[f"b{i % 30}", float(str(bodies[i % 30][1])) ** 2 * r.uniform(0.9, 1.1)] for i in range(150)]
    samples.table(tmp_path / "runs.csv", ["body", "area"], runs)
    printed, _, _ = analyse([tmp_path / "runs.csv", tmp_path / "bodies.csv"], tmp_path / "run")
    assert any("joined with `bodies.csv` by `body`" in said for said in printed["data"])
    assert "power law" in printed["main"]["claim"]


def test_a_large_table_is_sampled_and_that_is_said(tmp_path: Path) -> None:
    r = random.Random(1)
    path = tmp_path / "large.csv"
    block = "".join(
        f"{x:.6f},{2 * x + r.gauss(0, 5):.12f},{r.choice('ab')},some words to fill the line\n"
        for x in (r.uniform(0, 99) for _ in range(20_000))
    )
    with path.open("w") as file:
        file.write("load_kg,extension_mm,kind,remark\n")
        for _ in range(55):
            file.write(block)
    assert path.stat().st_size > 50 << 20
    printed, results, _ = analyse([path], tmp_path / "run")
    assert any("a random sample of 100,000 of 1,100,000 rows" in said for said in printed["data"])
    assert results["numbers"]["slope"]["value"] == pytest.approx(2.0, abs=0.02)


def test_no_data_no_result(tmp_path: Path) -> None:
    printed, _, raw = analyse([], tmp_path, inputs={"data_description": "We wonder how far tides move sand."})
    assert printed["main"]["kind"] == "nothing"
    text = player._part("report").write(raw)
    assert "No data were given, so nothing was measured" in text
    assert "“We wonder how far tides move sand.”" in text
    assert json.dumps(printed["tests"]) == '"0"'
