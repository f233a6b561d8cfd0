"""Named configurations are files: whole, checked, and never outside their folder."""

from pathlib import Path
from typing import Any

import pytest

from tests.contract.services.context import installed_engines
from tomas.core.errors import ConfigNotFound, InvalidConfig
from tomas.services import configs
from tomas.services.overlays import NamedConfig, Overlay, laid_over, merged

ENGINES = installed_engines()
BODY: dict[str, Any] = {
    "engine": "cmbagent",
    "description": "Fünf Runden",
    "options": {"max_rounds": 50},
    "models": {"planner": "openai/o3"},
    "agents": {"engineer": {"instructions": "Be brief.\nAlways."}},
}


async def test_a_configuration_comes_back_as_it_was_put(tmp_path: Path) -> None:
    put = await configs.put(tmp_path / "new", ENGINES, "fast-1", BODY)
    assert put == await configs.get(tmp_path / "new", "fast-1") == NamedConfig.model_validate(BODY)
    assert "Fünf Runden" in (tmp_path / "new" / "fast-1.yaml").read_text("utf-8")
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["fast-1.yaml"]


async def test_putting_again_replaces_and_deleting_removes(tmp_path: Path) -> None:
    await configs.put(tmp_path, ENGINES, "fast", BODY)
    await configs.put(tmp_path, ENGINES, "fast", {})
    assert await configs.get(tmp_path, "fast") == NamedConfig()
    await configs.delete(tmp_path, "fast")
    for call in (configs.get, configs.delete):
        with pytest.raises(ConfigNotFound):
            await call(tmp_path, "fast")


@pytest.mark.parametrize("name", ["", "../x", "a/b", "A", ".x", "x" * 65, "a\0", "é", "a.yaml"])
async def test_a_name_leads_nowhere_else(tmp_path: Path, name: str) -> None:
    (tmp_path / "x.yaml").write_text("{}")
    with pytest.raises(InvalidConfig, match="no name for a configuration"):
        await configs.put(tmp_path / "in", ENGINES, name, {})
    for call in (configs.get, configs.delete):
        with pytest.raises(ConfigNotFound):
            await call(tmp_path / "in", name)
    assert (tmp_path / "x.yaml").exists()


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"engine": "acme"}, "engine"),
        ({"speed": 1}, "speed"),
        ({"options": 1}, "options"),
        ({"models": {"planner": 1}}, "models.planner"),
        ({"limits": {"minutes": -1}}, "limits.minutes"),
        ({"limits": {"hours": 1}}, "limits.hours"),
        ({"engine": "cmbagent", "options": {"max_rounds": "many"}}, "options.max_rounds"),
        ({"engine": "cmbagent", "models": {"pilot": "gpt-5"}}, "models.pilot"),
        ({"engine": "echo", "agents": {"planner": {}}}, "agents"),
        ({"options": {"a": float("nan")}}, "config"),
        ({"description": "a\0"}, "config"),
    ],
)
async def test_a_wrong_field_is_named_and_nothing_written(tmp_path: Path, body: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidConfig) as error:
        await configs.put(tmp_path, ENGINES, "fast", body)
    assert [path for path, _ in error.value.fields] == [field]
    assert not list(tmp_path.iterdir())


async def test_files_damaged_by_hand_are_listed_with_their_fault(tmp_path: Path) -> None:
    await configs.put(tmp_path, ENGINES, "good", BODY)
    (tmp_path / "broken.yaml").write_text("a: [")
    (tmp_path / "list.yaml").write_text("- a")
    (tmp_path / "wrong.yaml").write_text("speed: 1")
    (tmp_path / "laughs.yaml").write_text("options:\n  a: &a [x]\n  b: [*a, *a]\n")
    (tmp_path / "latin.yaml").write_bytes("description: größe".encode("cp1252"))
    (tmp_path / "large.yaml").write_text("description: " + "x" * 1_000_001)
    (tmp_path / "Not A Name.yaml").write_text("{}")
    listed = {one.name: one for one in await configs.all_configs(tmp_path)}
    assert set(listed) == {"broken", "good", "large", "latin", "laughs", "list", "wrong"}
    assert listed["good"].config == NamedConfig.model_validate(BODY)
    assert all((one.config is None) == (name != "good") for name, one in listed.items())
    assert "aliases" in (listed["laughs"].fault or "")
    assert "speed" in (listed["wrong"].fault or "")


async def test_a_folder_that_is_not_there_holds_none(tmp_path: Path) -> None:
    assert await configs.all_configs(tmp_path / "none") == []


def test_what_is_laid_over_wins_key_by_key() -> None:
    assert merged({"a": {"b": 1, "c": 2}, "d": [1]}, {"a": {"b": 3}, "d": [2]}) == {"a": {"b": 3, "c": 2}, "d": [2]}
    named = Overlay.model_validate({"options": {"a": 1, "b": 1}, "models": {"x": "1"}, "limits": {"minutes": 5}})
    over = Overlay.model_validate({"options": {"b": 2}, "models": {"y": "2"}})
    both = laid_over(named, over)
    assert (both.options, both.models, both.limits.minutes) == ({"a": 1, "b": 2}, {"x": "1", "y": "2"}, 5)
