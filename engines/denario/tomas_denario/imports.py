"""Imports Denario and CMBAgent without what a worker never uses."""

from __future__ import annotations

import warnings
from types import ModuleType

from tomas_cmbagent import slim

# The graphs choose among three clients by the model's name; the aliases of a session all choose OpenAI's.
_MORE_STAND_INS = ("langchain_anthropic", "langchain_google_genai")


def import_all() -> tuple[ModuleType, ModuleType, dict[str, bytes]]:
    """Return `cmbagent.cmbagent`, `denario` and matplotlib's font list (see `slim`)."""
    slim.STAND_INS = (*slim.STAND_INS, *_MORE_STAND_INS)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        package, fonts = slim.import_cmbagent()
        import denario  # noqa: PLC0415 - after the stand-ins
    return package, denario, fonts
