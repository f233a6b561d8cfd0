"""Which model answers in which role: what was asked for, what the keys can serve, or the rehearsal."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tomas.core.errors import InvalidConfig, ModelNotServed
from tomas.services.context import SessionContext
from tomas.services.overlays import check_roles, error
from tomas.services.providers import PROVIDERS, REHEARSAL, default_model, resolve
from tomas.workers.manifest import Manifest


@dataclass(frozen=True, slots=True)
class Chosen:
    """The models by role ("provider/model"), always with a default; with `rehearsal`, all are the rehearsal."""

    models: dict[str, str]
    rehearsal: bool


def choose(
    context: SessionContext, manifest: Manifest, asked: Mapping[str, str], api_keys: Mapping[str, str]
) -> Chosen:
    """Return the models a session runs with.

    The rehearsal answers when it was asked for, when this server only rehearses, or when there is no key at all;
    never in place of a model that was asked for: ModelNotServed names what is missing.
    """
    if faults := check_roles(manifest, asked):
        raise error([(f"config.{path}", fault) for path, fault in faults])
    wanted = {role: model.strip() for role, model in asked.items() if model.strip()}
    keys = context.provider_keys.merged(dict(api_keys))
    if REHEARSAL in wanted.values() or not wanted:
        if others := sorted(role for role, model in wanted.items() if model != REHEARSAL):
            fault = "a session rehearses as a whole: name the rehearsal for every role, or for none"
            raise InvalidConfig(f"models: {fault}.", [(f"config.models.{role}", fault) for role in others])
        if wanted or context.rehearsal or keys.is_empty:
            return Chosen({"default": REHEARSAL}, rehearsal=True)
    elif context.rehearsal:
        raise ModelNotServed(
            "This server only rehearses (REHEARSAL=true): leave out the models, or have REHEARSAL unset and a key set."
        )
    served = {role: resolve(model, keys) for role, model in wanted.items()}
    if "default" not in served:
        served["default"] = resolve(context.default_model or default_model(keys), keys)
    return Chosen({role: f"{one.provider}/{one.model}" for role, one in served.items()}, rehearsal=False)


def checked_keys(api_keys: Mapping[str, Any]) -> dict[str, str]:
    """Return a request's own keys by provider; InvalidConfig names each that cannot be one, and never quotes it."""
    known = [provider.name for provider in PROVIDERS]
    faults: list[tuple[str, str]] = []
    for name, key in api_keys.items():
        if name not in known:
            faults.append((f"api_keys.{name[:50]}", f"there is no such provider; there are {', '.join(known)}"))
        elif not isinstance(key, str) or not key.strip() or not key.isascii() or not key.strip().isprintable():
            faults.append((f"api_keys.{name}", "is no key: a key is one line of printable ASCII"))
    if faults:
        raise error(faults)
    return {name: key.strip() for name, key in api_keys.items()}
