"""Looks into data files: `python facts FILES.json RESULT.json`.

A program of its own, run confined like a model's code: a file may be huge, broken, or made to break its reader.
FILES holds [{"name", "path"}]; RESULT becomes [{"name", "path", "kind", "facts" (Markdown), "error"}].
"""

import json
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import arrays
import tables

_TEXT_SHOWN = 1500  # characters
_READERS: dict[str, tuple[str, Callable[[Path], str]]] = {
    ".csv": ("table", tables.read_text_table),
    ".tsv": ("table", tables.read_text_table),
    ".dat": ("table", tables.read_text_table),
    ".parquet": ("table", tables.read_parquet),
    ".pq": ("table", tables.read_parquet),
    ".xlsx": ("table", tables.read_excel),
    ".json": ("table", tables.read_json),
    ".jsonl": ("table", tables.read_json),
    ".fits": ("FITS", arrays.read_fits),
    ".fit": ("FITS", arrays.read_fits),
    ".fits.gz": ("FITS", arrays.read_fits),
    ".h5": ("HDF5", arrays.read_hdf5),
    ".hdf5": ("HDF5", arrays.read_hdf5),
    ".hdf": ("HDF5", arrays.read_hdf5),
    ".npy": ("array", arrays.read_npy),
    ".npz": ("arrays", arrays.read_npz),
    ".nc": ("NetCDF", arrays.read_netcdf),
    ".nc4": ("NetCDF", arrays.read_netcdf),
    ".cdf": ("NetCDF", arrays.read_netcdf),
}


def main() -> None:
    """Read each file; one that cannot be read is told with the reason, and the others go on."""
    warnings.simplefilter("ignore")
    files, result = map(Path, sys.argv[1:3])
    told: list[dict[str, Any]] = []
    for file in json.loads(files.read_text(encoding="utf-8")):
        # Written before each look: a file that ends this program is thereby known.
        _write(result, [*told, file | {"kind": "", "facts": "", "error": "reading it ended the program that read it"}])
        told.append(file | _look(Path(file["path"]), file["name"]))
        _write(result, told)


def _look(path: Path, name: str) -> dict[str, str | None]:
    kind, reader = _reader(name)
    try:
        facts = reader(path) if path.stat().st_size else ""
    except MemoryError:
        return {"kind": kind, "facts": "", "error": "it does not fit into the memory allowed"}
    except Exception as error:  # noqa: BLE001 - the readers of a dozen formats raise a dozen kinds
        words = " ".join(str(error).split())[:300]
        return {"kind": kind, "facts": "", "error": words or type(error).__name__}
    return {"kind": kind, "facts": facts, "error": None if facts else "the file is empty"}


def _reader(name: str) -> tuple[str, Callable[[Path], str]]:
    lower = name.lower()
    suffix = next((known for known in sorted(_READERS, key=len, reverse=True) if lower.endswith(known)), None)
    return _READERS[suffix] if suffix else ("file", _read_any)


def _read_any(path: Path) -> str:
    """Show the beginning of a text; of all else tell that it is none."""
    with path.open("rb") as file:
        head = file.read(4 * _TEXT_SHOWN)
    try:
        text = head.decode("utf-8", "strict" if len(head) < 4 * _TEXT_SHOWN else "ignore")
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        return "Not a format that was looked into: its content is binary."
    return "It begins:\n\n```\n" + text[:_TEXT_SHOWN].replace("```", "'''") + "\n```"


def _write(result: Path, told: list[dict[str, Any]]) -> None:
    result.write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    main()
