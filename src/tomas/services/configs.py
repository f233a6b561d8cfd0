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

from tomas.core.errors import ConfigNotFound, EngineNotFound, InvalidConfig
from tomas.services.overlays import (
    Fault,
    NamedConfig,
    Overlay,
    Requested,
    check_roles,
    engine_options,
    error,
    laid_over,
    parse,
)
from tomas.services.paths import sync
from tomas.workers.catalog import Engines
from tomas.workers.manifest import Manifest

NAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_MOST_BYTES: Final = 1_000_000


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


async def requested(folder: Path, manifest: Manifest, asked: Mapping[str, Any]) -> tuple[Overlay, str | None]:
    """Return what a request's configuration comes to, with the one it names below it, and that one's name."""
    over = parse(Requested, asked, "config.")
    if over.name is None:
        return over, None
    named = await get(folder, over.name)
    if named.engine not in {None, manifest.name}:
        fault = f"the configuration {over.name} is for the engine {named.engine}, the mode's is {manifest.name}"
        raise error([("config.name", fault)])
    return laid_over(named, over), over.name


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
