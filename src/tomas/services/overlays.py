"""What a configuration may say, and how one is laid over another."""

from collections.abc import Mapping
from typing import Any, cast

from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError

from tomas.core.errors import InvalidConfig
from tomas.core.text import fault_in
from tomas.workers.manifest import Manifest

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


def parse[T: Overlay](kind: type[T], body: Mapping[str, Any], prefix: str = "") -> T:
    """Return `body` in its type; InvalidConfig names each wrong field, its path beginning with `prefix`."""
    if fault := fault_in(dict(body)):
        raise InvalidConfig(f"The configuration {fault}.", [(prefix.rstrip(".") or "config", fault)])
    try:
        return kind.model_validate(body)
    except ValidationError as problem:
        raise error([(prefix + ".".join(map(str, e["loc"])), e["msg"]) for e in problem.errors()]) from problem


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
