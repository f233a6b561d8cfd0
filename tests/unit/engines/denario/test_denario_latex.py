"""The table of journals: read by the check before a paper, and by whoever tells users what to install."""

import tomllib
from pathlib import Path

from tomas_denario import latex, options

import tomas.modes
from tomas.workers.manifest import load_manifest

FOLDER = Path(__file__).resolve().parents[4] / "engines" / "denario"


def test_every_journal_offered_names_its_files_and_packages() -> None:
    table = latex.journals()
    manifest = load_manifest(FOLDER)
    assert set(table) == set(options.JOURNALS) == set(manifest.options["journal"].options)
    for journal in table.values():
        assert journal["title"]
        assert journal["packages"][0] == "texlive-xetex"
        assert "fontspec.sty" in journal["files"]


def test_the_manifests_defaults_are_the_adapters() -> None:
    defaults = load_manifest(FOLDER).validate_options({})
    assert options.read(defaults, {}) == options.Options()


def test_without_latex_there_is_nothing_to_miss() -> None:
    latex.check(latex.Latex(None, None, None), "APS")


def test_the_mode_offers_what_the_engine_knows() -> None:
    folder = Path(tomas.modes.__file__).parent / "definitions"
    mode = tomllib.loads((folder / "research.toml").read_text("utf-8"))
    inputs = {field["name"]: field for field in mode["inputs"]}
    values = {name: tuple(o["value"] for o in field.get("options", ())) for name, field in inputs.items()}
    assert values["journal"] == options.JOURNALS
    assert values["stages"] == options.CHOSEN
    assert values["literature_check"] == ("off", "semantic_scholar", "futurehouse")
    load_manifest(FOLDER).validate_options(mode["engine_options"])
