"""Run by path inside an engine's environment; makes `tomas_engine` importable there without `sys.path`.

The platform's own packages lie beside this one in an installed wheel, and none of them may leak into an
engine's environment; so the package is registered by its folder.
"""

import importlib.util
import sys
from pathlib import Path


def register_sdk() -> None:
    """Register the folder of this file as the package `tomas_engine`."""
    folder = Path(__file__).resolve().parent
    spec = importlib.util.spec_from_file_location(
        "tomas_engine", folder / "__init__.py", submodule_search_locations=[str(folder)]
    )
    if spec is None or spec.loader is None:
        raise ImportError(f"no engine SDK in {folder}")
    module = importlib.util.module_from_spec(spec)
    sys.modules["tomas_engine"] = module
    spec.loader.exec_module(module)


if __name__ == "__main__":
    # Python put this file's folder first on the path, where `process` or `wire` would shadow other modules.
    sys.path[0] = sys.argv.pop(1)  # the engine's own folder, with its adapter
    register_sdk()
    from tomas_engine.forkserver import main

    main()
