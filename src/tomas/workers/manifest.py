"""An engine's manifest: what `engine.toml` in its folder says of it."""

import tomllib
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from tomas.core.errors import InvalidConfig


class ManifestError(Exception):
    """An engine's manifest cannot be used; the message names the file and the fault."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class OptionSpec(_Strict):
    """One option of an engine, as users may set it."""

    type: Literal["integer", "number", "string", "boolean", "select", "list", "mapping"]
    description: str
    default: Any = None
    minimum: float | None = Field(None, alias="min")
    maximum: float | None = Field(None, alias="max")
    options: tuple[str, ...] = ()

    def fault(self, value: Any) -> str | None:
        """Say what is wrong with `value`, or None."""
        expected: dict[str, type | tuple[type, ...]] = {
            "integer": int,
            "number": (int, float),
            "string": str,
            "boolean": bool,
            "select": str,
            "list": list,
            "mapping": dict,
        }
        if not isinstance(value, expected[self.type]) or (isinstance(value, bool) and self.type != "boolean"):
            return f"must be of type {self.type}, not {type(value).__name__}"
        if self.type == "select" and value not in self.options:
            return f"must be one of {', '.join(self.options)}, not {value!r}"
        if isinstance(value, (int, float)) and self.minimum is not None and value < self.minimum:
            return f"must be at least {self.minimum:g}"
        if isinstance(value, (int, float)) and self.maximum is not None and value > self.maximum:
            return f"must be at most {self.maximum:g}"
        return None


class Capabilities(_Strict):
    """What the engine can do beyond running a task; the rest is answered with a 409."""

    pause: bool = False
    resume: bool = False
    checkpoint: bool = False
    intervene: tuple[str, ...] = ()


class Manifest(_Strict):
    """What the platform knows of an engine without starting it."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_-]*$")
    title: str
    description: str
    version: str
    entry: str = Field(pattern=r"^[\w.]+:\w+$")  # module:Class below the engine's folder
    folder: Path
    python: str = "3.12"
    lock: str | None = None  # None: the platform's own interpreter runs it
    preload: bool = True
    homepage: str = ""
    license: str = ""
    hidden: bool = False
    env: dict[str, str] = {}
    roles: tuple[str, ...] = ("default",)
    capabilities: Capabilities = Capabilities()
    options: dict[str, OptionSpec] = {}

    @property
    def lock_file(self) -> Path | None:
        """The hash-locked requirements of its environment."""
        return self.folder / self.lock if self.lock else None

    def validate_options(self, options: dict[str, Any]) -> dict[str, Any]:
        """Return `options` with the defaults filled in; InvalidConfig names each wrong one."""
        faults = [
            (f"config.options.{name}", f"the engine {self.name} has no such option; it has {', '.join(self.options)}")
            for name in options
            if name not in self.options
        ]
        for name, spec in self.options.items():
            value = options.get(name)
            if value is not None and (fault := spec.fault(value)):
                faults.append((f"config.options.{name}", fault))
        if faults:
            raise InvalidConfig("; ".join(f"{field}: {fault}" for field, fault in faults), faults)
        defaults = {name: spec.default for name, spec in self.options.items() if spec.default is not None}
        return defaults | {name: value for name, value in options.items() if value is not None}


def load_manifest(folder: Path) -> Manifest:
    """Read `engine.toml` in `folder`; ManifestError if it is not one."""
    path = folder / "engine.toml"
    try:
        return Manifest(folder=folder.resolve(), **tomllib.loads(path.read_text("utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, ValidationError, TypeError) as error:
        raise ManifestError(f"{path}: {error}") from error
