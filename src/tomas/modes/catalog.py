"""The modes there are: one TOML file each, the shipped ones and those of a folder of the user's."""

import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from tomas.core.errors import InvalidInput, ModeNotFound
from tomas.modes.spec import Mode
from tomas.modes.validation import check_values

SHIPPED: Final = Path(__file__).parent / "definitions"


class ModeError(Exception):
    """A mode's file cannot be used; the message names the file and each wrong field."""


class Modes:
    """The modes by id."""

    def __init__(self, modes: Iterable[Mode]) -> None:
        self._by_id = {mode.id: mode for mode in modes}

    def __iter__(self) -> Iterator[Mode]:
        return iter(self._by_id.values())

    def get(self, mode_id: str) -> Mode:
        """Return the mode called `mode_id`, or raise ModeNotFound."""
        try:
            return self._by_id[mode_id]
        except KeyError:
            known = ", ".join(mode.id for mode in self if not mode.hidden)
            raise ModeNotFound(f"There is no mode {mode_id!r}. There are: {known}.") from None


def load_modes(extra_dir: Path | None = None) -> Modes:
    """Read every shipped mode and every one of `extra_dir`; ModeError if one cannot be used."""
    files: dict[str, Path] = {}
    modes: list[Mode] = []
    for folder in (SHIPPED, extra_dir):
        if folder is None:
            continue
        if not folder.is_dir():
            raise ModeError(f"{folder}: the folder of modes is not there")
        for path in sorted(folder.glob("*.toml")):
            mode = load_mode(path)
            if mode.id in files:
                raise ModeError(f"{path}: the id {mode.id} is taken by {files[mode.id]}")
            files[mode.id] = path
            modes.append(mode)
    return Modes(modes)


def load_mode(path: Path) -> Mode:
    """Read one mode's file, its defaults and examples checked like a user's input."""
    try:
        mode = Mode.model_validate(tomllib.loads(path.read_text("utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ModeError(f"{path}: {error}") from error
    except ValidationError as error:
        faults = [f"{'.'.join(map(str, e['loc'])) or 'mode'}: {e['msg']}" for e in error.errors()]
        raise ModeError(f"{path}:\n  " + "\n  ".join(faults)) from error
    _check_values(path, mode)
    return mode


def _check_values(path: Path, mode: Mode) -> None:
    defaults = {field.name: field.default for field in mode.inputs if field.default is not None}
    sets = [("default", defaults)] + [(f"example {e.title!r}", e.input_data) for e in mode.examples]
    for what, values in sets:
        try:
            check_values(mode, values)
        except InvalidInput as error:
            raise ModeError(f"{path}: {what}: {error}") from error
