"""Imports CMBAgent without what a worker never uses.

CMBAgent imports the client libraries of every provider it knows. Here all model calls speak the OpenAI wire
to the gateway, so those libraries are not even installed; the few names that are looked up at import time are
given stand-ins, which fail loudly if they are ever called. Everything optional is left to fail its import, as
CMBAgent's own checks expect.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

STAND_INS = (
    "docker",
    "docker.errors",
    "google",
    "google.genai",
    "google.genai.errors",
    "google.genai.types",
    "mistralai",
    "mistralai.extra",
)


class NotInstalled(RuntimeError):
    """A library that TOMAS leaves out of CMBAgent's environment was called."""


class _StandIn(ModuleType):
    """A module whose every name is a class that cannot be made; names of errors can be caught."""

    def __getattr__(self, name: str) -> type:
        if name.startswith("__"):
            raise AttributeError(name)
        base = Exception if name.endswith(("Error", "NotFound", "Exception")) else object
        made = type(name, (base,), {"__init__": _refuse(f"{self.__name__}.{name}"), "__module__": self.__name__})
        setattr(self, name, made)
        return made


def _refuse(name: str) -> Any:
    def refuse(*_arguments: object, **_options: object) -> None:
        raise NotInstalled(f"{name} is not part of TOMAS's CMBAgent: model calls go through the gateway")

    return refuse


def _put_stand_ins() -> None:
    for name in STAND_INS:
        module = _StandIn(name)
        module.__path__ = []
        sys.modules[name] = module
        parent, _, child = name.rpartition(".")
        if parent:
            setattr(sys.modules[parent], child, module)
    sys.modules["cobaya"] = cobaya = ModuleType("cobaya")  # a sampler of cosmologists, of which one line is used
    sys.modules["cobaya.yaml"] = loader = ModuleType("cobaya.yaml")
    cobaya.yaml = loader  # type: ignore[attr-defined]
    loader.yaml_load_file = _load_yaml  # type: ignore[attr-defined]


def _load_yaml(path: str) -> Any:
    import yaml  # noqa: PLC0415 - only importable inside the engine's environment

    known = _yaml_seen.get(path)
    if known is None:
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        known = _yaml_seen[path] = yaml.load(Path(path).read_text(encoding="utf-8"), loader)  # noqa: S506 - safe
    return _copy(known)


def _copy(value: Any) -> Any:
    """Return a copy of parsed YAML: agents change what they are given."""
    if isinstance(value, dict):
        return {key: _copy(item) for key, item in value.items()}
    return [_copy(item) for item in value] if isinstance(value, list) else value


_yaml_seen: dict[str, Any] = {}


def import_cmbagent() -> tuple[ModuleType, dict[str, bytes]]:
    """Import CMBAgent with the modules of all its agents; return `cmbagent.cmbagent` and matplotlib's font list.

    The font list is a file by its name: every session's first plot would otherwise spend a second on making it.
    The import also reads keys from the environment and remembers a folder below the current one that it later
    deletes; `wiring` replaces both for each session.
    """
    _put_stand_ins()
    with tempfile.TemporaryDirectory() as folder, _environment(MPLCONFIGDIR=folder, OPENAI_API_KEY="none"):
        import cmbagent.cmbagent as package  # noqa: PLC0415 - after the stand-ins
        import matplotlib.font_manager  # noqa: F401, PLC0415 - makes the list as it is imported

        package.import_rag_agents()
        package.import_non_rag_agents()
        _remember_schema()
        return package, {file.name: file.read_bytes() for file in Path(folder).glob("fontlist*.json")}


def _remember_schema() -> None:
    """Make the schema of AG2's settings once: it is asked for again for each of fifty agents of each step."""
    from autogen.llm_config import LLMConfig  # noqa: PLC0415 - after the stand-ins

    model = LLMConfig._get_base_model_class()  # noqa: SLF001 - there is no public way to it
    schema = model.model_json_schema()
    model.model_json_schema = classmethod(lambda _cls, *_arguments, **_options: schema)


@contextmanager
def _environment(**values: str) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
