"""The reference pages hold everything there is, and nothing that is not."""

import importlib
import pkgutil
import re
from pathlib import Path

import typer.main
from click import Command, Group

import tomas
from tomas.cli.main import app
from tomas.core.errors import TomasError
from tomas.modes.catalog import load_modes
from tomas.settings import Settings
from tomas.workers.catalog import load_engines
from tomas_engine.contract import EventType

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "docs/reference"


def page(name: str) -> str:
    return (REFERENCE / f"{name}.md").read_text("utf-8")


def rows(name: str) -> set[str]:
    """What the first columns of a page's tables name."""
    return set(re.findall(r"^\| `([^`]+)` \|", page(name), re.MULTILINE))


def every_error(kind: type[TomasError] = TomasError) -> set[str]:
    for module in pkgutil.walk_packages(tomas.__path__, "tomas."):
        if "migrations" not in module.name and "_engines" not in module.name:
            importlib.import_module(module.name)
    return {name for child in kind.__subclasses__() for name in {child("x").code, *every_error(child)}}


def test_every_error_is_documented() -> None:
    assert every_error() <= rows("errors")


def test_every_setting_is_documented_here_and_in_the_example() -> None:
    settings = {name.upper() for name in Settings.model_fields}
    assert rows("settings") == settings
    example = (ROOT / ".env.example").read_text("utf-8")
    assert set(re.findall(r"^# ([A-Z_]+)=", example, re.MULTILINE)) == settings


def test_every_event_is_documented() -> None:
    assert set(EventType.__args__) <= rows("events")


def test_every_mode_is_documented() -> None:
    text = page("modes")
    for mode in load_modes():
        assert f"## {mode.id}: {mode.name}" in text
        section = text.partition(f"## {mode.id}: ")[2].partition("\n## ")[0]
        named = set(re.findall(r"^\| `([^`]+)` \|", section, re.MULTILINE))
        assert named == {field.name for field in (*mode.inputs, *mode.outputs)}


def test_every_engine_is_documented() -> None:
    text = page("engines")
    for engine in load_engines():
        assert f"## {engine.name}: {engine.title}" in text
        section = text.partition(f"## {engine.name}: ")[2].partition("\n## ")[0]
        assert set(re.findall(r"^\| `([^`]+)` \|", section, re.MULTILINE)) == set(engine.options)


def test_every_command_and_option_is_documented() -> None:
    text = page("commands")
    for name, command in _commands("tomas", typer.main.get_command(app)):
        assert name in text
        for option in (o for parameter in command.params for o in (*parameter.opts, *parameter.secondary_opts)):
            assert not option.startswith("--") or option in text or option == "--help", f"{name} {option}"


def _commands(name: str, command: Command) -> list[tuple[str, Command]]:
    if isinstance(command, Group):
        return [found for child, sub in command.commands.items() for found in _commands(f"{name} {child}", sub)]
    return [(name, command)]
