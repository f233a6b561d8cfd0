"""Named configurations: YAML files in one folder, checked before they are written and when they are read."""

import asyncio
import os
import re
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, cast

import yaml
from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError

from tomas.core.errors import ConfigNotFound, EngineNotFound, InvalidConfig
from tomas.core.text import fault_in
from tomas.services.paths import sync
from tomas.workers.catalog import Engines
from tomas.workers.manifest import Manifest

NAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_MOST_BYTES: Final = 1_000_000
type Fault = tuple[str, str]


class SessionLimits(BaseModel):
    """Bounds a session may be given, within those of the server."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    minutes: float | None = Field(default=None, gt=0, le=1_000_000, allow_inf_nan=False)


class Overlay(BaseModel):
    """What a configuration may say; a request says the same and wins over the one it names."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    options: dict[str, JsonValue] = {}  # of the engine
    models: dict[str, str] = {}  # by role
    limits: SessionLimits = SessionLimits()
    agents: dict[str, JsonValue] = {}  # custom agents, handed to the engine as they stand


class Requested(Overlay):
    """The configuration part of a request: names one to build on, or none."""

    name: str | None = None


class NamedConfig(Overlay):
    """A configuration as it lies in its file."""

    engine: str | None = None  # the engine it is for; None: any
    description: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """A file in the folder: what it says, or why it cannot be used."""

    name: str
    config: NamedConfig | None
    fault: str | None = None


async def all_configs(folder: Path) -> list[Listed]:
    """Return every configuration by name; one that was damaged by hand stands there with its fault."""
    return await asyncio.to_thread(_list, folder)


async def get(folder: Path, name: str) -> NamedConfig:
    """Return one, or raise ConfigNotFound, or InvalidConfig if its file cannot be used."""
    return await asyncio.to_thread(_read, folder, name)


async def put(folder: Path, engines: Engines, name: str, body: Mapping[str, Any]) -> NamedConfig:
    """Check and write one, whole or not at all; InvalidConfig names each wrong field."""
    if not NAME.fullmatch(name):
        rule = "a name is 1 to 64 small letters, digits, - and _, and begins with a letter or a digit"
        raise InvalidConfig(f"{name[:100]!r} is no name for a configuration: {rule}.", [("name", rule)])
    config = parse(NamedConfig, body)
    faults = check(config, engines)
    if faults:
        raise error(faults)
    text = yaml.safe_dump(config.model_dump(mode="json", exclude_defaults=True), sort_keys=False, allow_unicode=True)
    await asyncio.to_thread(_write, folder, name, text)
    return config


async def delete(folder: Path, name: str) -> None:
    """Remove one, or raise ConfigNotFound; sessions that ran with it keep what it said."""
    path = _path(folder, name)
    try:
        await asyncio.to_thread(path.unlink)
    except FileNotFoundError:
        raise _not_found(name) from None


def parse[T: Overlay](kind: type[T], body: Mapping[str, Any], prefix: str = "") -> T:
    """Return `body` in its type; InvalidConfig names each wrong field, its path beginning with `prefix`."""
    if fault := fault_in(dict(body)):
        raise InvalidConfig(f"The configuration {fault}.", [(prefix.rstrip(".") or "config", fault)])
    try:
        return kind.model_validate(body)
    except ValidationError as problem:
        raise error([(prefix + ".".join(map(str, e["loc"])), e["msg"]) for e in problem.errors()]) from problem


def check(config: NamedConfig, engines: Engines) -> list[Fault]:
    """Return what is wrong with a configuration for the engine it names; without one, any may fit."""
    if config.engine is None:
        return []
    try:
        manifest = engines.get(config.engine)
    except EngineNotFound as problem:
        return [("engine", str(problem))]
    faults = check_roles(manifest, config.models)
    try:
        engine_options(manifest, {}, config)
    except InvalidConfig as problem:
        faults += [(path.removeprefix("config."), fault) for path, fault in problem.fields]
    return faults


def check_roles(manifest: Manifest, models: Mapping[str, str]) -> list[Fault]:
    """Return the roles the engine does not have."""
    known = ", ".join(manifest.roles)
    return [
        (f"models.{role}", f"the engine {manifest.name} has no such role; its roles: {known}")
        for role in models
        if role not in manifest.roles
    ]


def engine_options(manifest: Manifest, base: Mapping[str, Any], config: Overlay) -> dict[str, Any]:
    """Return the engine's options, defaults filled in: `base`, then the configuration's, then its custom agents."""
    options = merged(base, config.options)
    if config.agents:
        if "agents" not in manifest.options:
            fault = f"the engine {manifest.name} takes no custom agents"
            raise InvalidConfig(f"agents: {fault}.", [("config.agents", fault)])
        options = merged(options, {"agents": config.agents})
    return manifest.validate_options(options)


def laid_over(named: Overlay, over: Overlay) -> Overlay:
    """Return the two in one, `over` winning."""
    return Overlay(
        options=merged(named.options, over.options),
        models=named.models | over.models,
        limits=SessionLimits(minutes=over.limits.minutes or named.limits.minutes),
        agents=merged(named.agents, over.agents),
    )


def merged(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Return `base` with `over` laid on it; mappings are merged key by key, all else is replaced."""
    result = dict(base)
    for key, value in over.items():
        below = result.get(key)
        if isinstance(below, dict) and isinstance(value, dict):
            result[key] = merged(cast(dict[str, Any], below), cast(dict[str, Any], value))
        else:
            result[key] = value
    return result


def error(faults: list[Fault]) -> InvalidConfig:
    """Return the error that names all `faults`."""
    return InvalidConfig("; ".join(f"{path}: {fault}" for path, fault in faults), faults)


class _Loader(yaml.SafeLoader):
    """YAML without aliases: a few lines of them unfold to gigabytes."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.events.AliasEvent):  # pyright: ignore[reportUnknownMemberType]
            raise yaml.YAMLError("aliases (*name) are not taken")
        return super().compose_node(parent, index)


def _list(folder: Path) -> list[Listed]:
    listed: list[Listed] = []
    for path in sorted(folder.glob("*.yaml")):
        if not NAME.fullmatch(path.stem):
            continue
        try:
            listed.append(Listed(path.stem, _read(folder, path.stem)))
        except InvalidConfig as problem:
            listed.append(Listed(path.stem, None, str(problem)))
        except ConfigNotFound:
            continue  # removed while we looked
    return listed


def _read(folder: Path, name: str) -> NamedConfig:
    path = _path(folder, name)
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise InvalidConfig(f"The configuration {name} is larger than {_MOST_BYTES // 1000} kB.")
        body: Any = yaml.load(path.read_text("utf-8"), _Loader)  # noqa: S506 - a SafeLoader that refuses more
    except OSError:
        raise _not_found(name) from None
    except (yaml.YAMLError, ValueError, RecursionError) as problem:
        raise InvalidConfig(f"The configuration {name} is no YAML: {problem}") from problem
    if not isinstance(body, dict):
        raise InvalidConfig(f"The configuration {name} holds no mapping.")
    return parse(NamedConfig, cast(dict[str, Any], body))


def _write(folder: Path, name: str, text: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=folder, encoding="utf-8", suffix=".new", delete=False) as file:
        try:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
            Path(file.name).replace(folder / f"{name}.yaml")
        except BaseException:
            with suppress(FileNotFoundError):
                Path(file.name).unlink()
            raise
    sync(folder)


def _path(folder: Path, name: str) -> Path:
    if not NAME.fullmatch(name):
        raise _not_found(name)
    return folder / f"{name}.yaml"


def _not_found(name: str) -> ConfigNotFound:
    return ConfigNotFound(f"There is no configuration {name[:100]!r}.")
