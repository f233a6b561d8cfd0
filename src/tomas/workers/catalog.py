"""The engines there are: one folder each."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import tomas
from tomas.core.errors import EngineNotFound
from tomas.workers.manifest import Manifest, load_manifest


class Engines:
    """The manifests by name."""

    def __init__(self, manifests: Iterable[Manifest]) -> None:
        self._by_name = {manifest.name: manifest for manifest in manifests}

    def __iter__(self) -> Iterator[Manifest]:
        return iter(self._by_name.values())

    def get(self, name: str) -> Manifest:
        """Return the engine called `name`, or raise EngineNotFound."""
        try:
            return self._by_name[name]
        except KeyError:
            known = ", ".join(self._by_name)
            raise EngineNotFound(f"There is no engine {name!r}. There are: {known}.") from None


def shipped_engines() -> Path:
    """Return the folder of the engines that come with TOMAS: in the wheel, or in the checkout."""
    package = Path(tomas.__file__).parent
    installed = package / "_engines"
    return installed if installed.is_dir() else package.parent.parent / "engines"


def load_engines(*more: Path) -> Engines:
    """Read every engine folder that ships, and those below the folders in `more`."""
    roots = (shipped_engines(), *more)
    return Engines(load_manifest(file.parent) for root in roots for file in sorted(root.glob("*/engine.toml")))
