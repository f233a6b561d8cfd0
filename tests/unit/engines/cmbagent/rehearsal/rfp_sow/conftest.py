"""The playbook's modules, imported without leaving their short names behind for other tests."""

import importlib
import sys
from pathlib import Path
from types import ModuleType

import pytest

FOLDER = Path(__file__).resolve().parent
BOOK = FOLDER.parents[5] / "engines" / "cmbagent" / "rehearsal" / "rfp_sow"

if str(FOLDER) not in sys.path:
    sys.path.append(str(FOLDER))


class Book:
    """Gives the playbook's modules as attributes."""

    def __init__(self) -> None:
        names = [path.stem for path in BOOK.glob("*.py")]
        before = {name: sys.modules.pop(name) for name in names if name in sys.modules}
        sys.path.insert(0, str(BOOK))
        try:
            self._modules = {name: importlib.import_module(name) for name in names}
        finally:
            sys.path.remove(str(BOOK))
            for name in names:
                sys.modules.pop(name, None)
            sys.modules.update(before)

    def __getattr__(self, name: str) -> ModuleType:
        return self._modules[name]


@pytest.fixture(scope="session")
def book() -> Book:
    return Book()
