from pathlib import Path

import pytest

from tomas.core.errors import InvalidConfig
from tomas.workers.catalog import load_engines
from tomas.workers.manifest import ManifestError, load_manifest

TEXT = """
name = "sample"
title = "Sample"
description = "A sample."
version = "1"
entry = "sample.engine:Sample"

[options.rounds]
type = "integer"
description = "How many."
default = 3
min = 1
max = 9

[options.mode]
type = "select"
description = "Which."
options = ["quick", "deep"]
"""


def write(folder: Path, text: str = TEXT) -> Path:
    (folder / "engine.toml").write_text(text)
    return folder


def test_defaults_are_filled_in(tmp_path: Path) -> None:
    manifest = load_manifest(write(tmp_path))
    assert manifest.validate_options({"mode": "deep"}) == {"rounds": 3, "mode": "deep"}
    assert manifest.validate_options({"rounds": None}) == {"rounds": 3}


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"rounds": 0}, "at least 1"),
        ({"rounds": 10}, "at most 9"),
        ({"rounds": True}, "type integer"),
        ({"rounds": "3"}, "type integer"),
        ({"mode": "slow"}, "quick, deep"),
        ({"speed": 1}, "no such option"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, options: dict[str, object], words: str) -> None:
    with pytest.raises(InvalidConfig, match=words) as error:
        load_manifest(write(tmp_path)).validate_options(options)
    assert error.value.fields[0][0] == f"config.options.{next(iter(options))}"


@pytest.mark.parametrize("text", ["", "name = ", TEXT + "\nfoo = 1", TEXT.replace("sample.engine:Sample", "x")])
def test_a_manifest_that_is_none_names_its_file(tmp_path: Path, text: str) -> None:
    with pytest.raises(ManifestError, match=r"engine\.toml"):
        load_manifest(write(tmp_path, text))


def test_the_shipped_engines_can_be_read() -> None:
    assert {"echo", "cmbagent"} <= {engine.name for engine in load_engines()}
