"""Modes are read from files, strictly, and a new one is one file."""

import tomllib
from pathlib import Path

import pytest

from tomas.core.errors import ModeNotFound
from tomas.modes.catalog import SHIPPED, ModeError, load_mode, load_modes
from tomas.modes.spec import OutputSpec
from tomas.workers.catalog import load_engines

GOOD = """
id = "mine"
name = "Mine"
description = "Does it."
category = "own"
engine = "echo"
time_limit = 5

[estimate]
minutes = [1, 2]
model_calls = [0, 0]
input_tokens = [0, 0]
output_tokens = [0, 0]
"""


def _write(folder: Path, text: str, name: str = "mine.toml") -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def test_the_shipped_modes_fit_their_engines() -> None:
    engines = load_engines()
    modes = {mode.id: mode for mode in load_modes()}
    assert {"itops", "rfp_sow", "echo"} <= set(modes)
    for mode in modes.values():
        engines.get(mode.engine).validate_options(mode.engine_options)


def test_what_is_hidden_is_so_and_unknown_ones_are_told() -> None:
    modes = load_modes()
    assert modes.get("echo").hidden
    assert not modes.get("itops").hidden
    with pytest.raises(ModeNotFound, match="There are: itops") as error:
        modes.get("echos")
    assert "echo," not in str(error.value)


def test_a_mode_is_one_more_file(tmp_path: Path) -> None:
    _write(tmp_path, GOOD)
    assert load_modes(tmp_path).get("mine").name == "Mine"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("id = ", "mine.toml: "),
        (GOOD.replace('engine = "echo"\n', ""), "engine: Field required"),
        (GOOD.replace("name", "nmae"), "nmae: Extra inputs are not permitted"),
        (GOOD.replace('id = "mine"', 'id = "Mine!"'), "id: String should match"),
        (GOOD.replace("minutes = [1, 2]", "minutes = [2, 1]"), "estimate: .*the low end comes first"),
        (GOOD + '[[inputs]]\nname="a"\ntype="select"\nlabel="A"\n', "inputs.0: .*a select needs options"),
        (GOOD + '[[inputs]]\nname="a"\ntype="file"\nlabel="A"\n', "accepted suffixes"),
        (GOOD + '[[inputs]]\nname="a"\ntype="file"\nlabel="A"\naccepted=["csv"]\n', "inputs.0.accepted.0"),
        (GOOD + '[[inputs]]\nname="a"\ntype="text"\nlabel="A"\nmax=3\n', "min, max and integer are for numbers"),
        (GOOD + '[[inputs]]\nname="a"\ntype="number"\nlabel="A"\nmax=3\ndefault=4\n', "default: .*at most 3"),
        (GOOD + '[[inputs]]\nname="a"\ntype="text"\nlabel="A"\n' * 2, "a is there twice"),
        (GOOD + '[[examples]]\ntitle="t"\ntask="t"\ninput_data={b=1}\n', "fills b, which is no input"),
        (
            GOOD + '[[outputs]]\nname="o"\ntype="json"\nlabel="O"\ndescription="d"\nfiles=["../o.json"]\n',
            "not a name or a simple glob",
        ),
    ],
)
def test_a_faulty_file_is_named_with_its_field(tmp_path: Path, text: str, told: str) -> None:
    path = _write(tmp_path, text)
    with pytest.raises(ModeError, match=f"(?s){told}") as error:
        load_mode(path)
    assert str(path) in str(error.value)


def test_an_id_is_taken_once_and_a_missing_folder_is_told(tmp_path: Path) -> None:
    _write(tmp_path, GOOD.replace('"mine"', '"itops"'))
    with pytest.raises(ModeError, match="the id itops is taken"):
        load_modes(tmp_path)
    with pytest.raises(ModeError, match="is not there"):
        load_modes(tmp_path / "none")


@pytest.mark.parametrize(
    ("pattern", "path", "owned"),
    [
        ("report.md", "report.md", True),
        ("report.md", "sub/report.md", False),
        ("dashboard/*.png", "dashboard/a b.png", True),
        ("dashboard/*.png", "dashboard/sub/a.png", False),
        ("*.png", "dashboard/a.png", False),
        ("*.png", "a.PNG", False),
    ],
)
def test_globs_match_part_by_part(pattern: str, path: str, owned: bool) -> None:
    spec = OutputSpec(name="o", type="file", label="O", description="d", files=(pattern,))
    assert spec.owns(path) is owned


def test_every_shipped_definition_names_all_its_files_in_the_instructions() -> None:
    for path in SHIPPED.glob("*.toml"):
        mode = load_mode(path)
        if mode.instructions:
            for output in mode.outputs:
                assert any(file.rpartition("/")[2] in mode.instructions for file in output.files), output.name
        assert tomllib.loads(path.read_text())["id"] == path.stem
