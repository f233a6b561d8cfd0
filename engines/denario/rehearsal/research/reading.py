"""Read any given file as tables and images; what cannot be read is said, with the reason."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from delimited import read_delimited

WIDEST = 64  # columns; a wider array is an image, not a table
_TEXTS = {".csv", ".tsv", ".txt", ".dat", ".asc", ".tab", ".psv", ".ecsv"}


@dataclass
class Table:
    """Columns of equal length. `units` are those the file itself states."""

    name: str
    frame: pd.DataFrame
    rows: int  # in the file; more than in `frame` if a sample was read
    units: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


@dataclass
class Image:
    """A two-dimensional array of numbers."""

    name: str
    pixels: np.ndarray
    notes: list[str] = field(default_factory=list)


@dataclass
class Failure:
    """A file, or a part of one, that could not be read."""

    name: str
    reason: str


Item = Table | Image | Failure


def read_all(given: dict[str, Any]) -> list[Item]:
    """Read every file that was given, in the order of the form."""
    found: list[Item] = []
    for entries in given.get("files", {}).values():
        for entry in entries:
            found += read(entry["path"], entry["name"])
    return found


def read(path: str, name: str) -> list[Item]:
    """Read one file."""
    suffix = "".join(Path(name).suffixes[-2:]).lower() if name.lower().endswith(".gz") else Path(name).suffix.lower()
    try:
        if Path(path).stat().st_size == 0:
            return [Failure(name, "the file is empty")]
        reader = _READERS.get(suffix)
        if reader is None:
            return _delimited(path, name)
        return reader(path, name) or [Failure(name, "nothing in it is a table or an image of numbers")]
    except ImportError as error:
        return [Failure(name, f"this environment has no reader for it ({error})")]
    except (ValueError, OSError, KeyError, TypeError, IndexError, EOFError, RuntimeError) as error:
        words = " ".join(str(error).split())
        return [Failure(name, f"{type(error).__name__}: {words[:200]}" if words else type(error).__name__)]


def _delimited(path: str, name: str) -> list[Item]:
    found = read_delimited(path)
    if isinstance(found, str):
        return [Failure(name, found)]
    return [Table(name, found.frame, found.rows, {}, found.notes)]


def _parquet(path: str, name: str) -> list[Item]:
    frame = pd.read_parquet(path)
    return [Table(name, frame.reset_index(drop=frame.index.name is None), len(frame))]


def _excel(path: str, name: str) -> list[Item]:
    sheets = pd.read_excel(path, sheet_name=None)
    return [
        Table(name if len(sheets) == 1 else f"{name}:{sheet}", frame, len(frame))
        for sheet, frame in sheets.items()
        if frame.size
    ]


def _json(path: str, name: str) -> list[Item]:
    if Path(name).suffix.lower() == ".jsonl":
        frame = pd.read_json(path, lines=True)
    else:
        data = pd.io.json.ujson_loads(Path(path).read_text(encoding="utf-8-sig"))
        if isinstance(data, dict):
            lists = [value for value in data.values() if isinstance(value, list)]
            data = lists[0] if lists else [data]
        frame = pd.json_normalize(data)
    return [Table(name, frame, len(frame))]


def _fits(path: str, name: str) -> list[Item]:
    from astropy.io import fits  # noqa: PLC0415 - slow to import

    found: list[Item] = []
    with fits.open(path, memmap=False) as units:
        for number, unit in enumerate(units):
            title = f"{name}[{unit.name or number}]" if len(units) > 1 else name
            if getattr(unit, "columns", None) is not None:
                columns = {c.name: unit.data[c.name] for c in unit.columns}
                stated = {c.name: str(c.unit) for c in unit.columns if c.unit}
                found += _columns(title, columns, stated)
            elif unit.data is not None:
                found += as_items(title, np.asarray(unit.data))
    return found


def _hdf5(path: str, name: str) -> list[Item]:
    import h5py  # noqa: PLC0415 - slow to import

    columns: dict[str, dict[str, np.ndarray]] = {}
    units: dict[str, str] = {}
    found: list[Item] = []

    def visit(key: str, node: Any) -> None:
        if not isinstance(node, h5py.Dataset) or node.shape is None or node.dtype.kind not in "biufSOV":
            return
        group, _, leaf = key.rpartition("/")
        if node.ndim == 1 and node.dtype.names is None:
            values = node[()]
            if values.dtype.kind in "SO":
                values = np.array([v.decode("utf-8", "replace") if isinstance(v, bytes) else str(v) for v in values])
            columns.setdefault(f"{group}/{len(values)}", {})[leaf] = _masked(values, node.attrs)
            unit = node.attrs.get("units", node.attrs.get("unit", ""))
            units[leaf] = unit.decode() if isinstance(unit, bytes) else str(unit)
        elif node.ndim:
            found.extend(as_items(f"{name}:{key}", _masked(node[()], node.attrs)))

    with h5py.File(path, "r") as file:
        file.visititems(visit)
    tables: list[Item] = []
    for key, several in columns.items():
        group = key.rpartition("/")[0]
        title = f"{name}:{group}" if group else name
        tables += _columns(title, several, {c: u for c, u in units.items() if u and c in several})
    return tables + found


def _netcdf(path: str, name: str) -> list[Item]:
    with Path(path).open("rb") as file:
        if not file.read(3).startswith(b"CDF"):
            return _hdf5(path, name)  # NetCDF 4 is HDF5
    from scipy.io import netcdf_file  # noqa: PLC0415 - slow to import

    columns: dict[tuple[str, ...], dict[str, np.ndarray]] = {}
    units: dict[str, str] = {}
    found: list[Item] = []
    with netcdf_file(path, "r", mmap=False) as file:
        for key, variable in file.variables.items():
            unit = getattr(variable, "units", b"")
            units[key] = unit.decode() if isinstance(unit, bytes) else str(unit)
            values = np.array(variable[:])
            if values.ndim == 1:
                columns.setdefault(variable.dimensions, {})[key] = values
            elif values.ndim > 1:
                found += as_items(f"{name}:{key}", values)
    tables: list[Item] = []
    for several in columns.values():
        tables += _columns(name, several, {c: units[c] for c in several if units.get(c)})
    return tables + found


def _numpy(path: str, name: str) -> list[Item]:
    data = np.load(path, allow_pickle=False)
    if isinstance(data, np.ndarray):
        return as_items(name, data)
    arrays = {key: data[key] for key in data.files}
    flat = {key: values for key, values in arrays.items() if values.ndim == 1 and values.dtype.names is None}
    found = _columns(name, flat, {}) if flat and len({len(v) for v in flat.values()}) == 1 else []
    done = set(flat) if found else set()
    for key, values in arrays.items():
        if key not in done:
            found += as_items(f"{name}:{key}", values)
    return found


def as_items(name: str, values: np.ndarray) -> list[Item]:
    """Return an array as a table if it looks like one, else as an image; more axes are averaged over, and that said."""
    if values.dtype.names:
        return _columns(name, {key: values[key] for key in values.dtype.names}, {})
    values = np.squeeze(values)
    if values.dtype.kind not in "biuf" or values.ndim == 0:
        return [Failure(name, "an array without numbers" if values.ndim else "a single value")]
    if values.ndim == 1:
        return _columns(name, {"value": values}, {})
    if values.ndim == 2 and values.shape[1] <= WIDEST < values.shape[0] and values.shape[1] < values.shape[0] / 4:
        return _columns(name, {f"column {i + 1}": values[:, i] for i in range(values.shape[1])}, {})
    notes = []
    while values.ndim > 2:
        notes.append(f"averaged over an axis of length {values.shape[0]}")
        values = np.nanmean(values.astype(float), axis=0)
    return [Image(name, values.astype(float), notes)]


def _columns(name: str, columns: dict[str, Any], units: dict[str, str]) -> list[Item]:
    kept, left = {}, []
    for key, column in columns.items():
        values = np.asarray(column)
        if values.ndim != 1:
            left.append(key)
            continue
        if values.dtype.kind == "S":
            values = np.char.decode(values, "utf-8", "replace")
        kept[key] = values.astype(values.dtype.newbyteorder("=")) if values.dtype.kind in "iufb" else values
    if not kept:
        return []
    frame = pd.DataFrame(kept)
    notes = [f"left out, for they hold several values a row: {', '.join(left)}"] if left else []
    return [Table(name, frame, len(frame), units, notes)]


def _masked(values: np.ndarray, attributes: Any) -> np.ndarray:
    fill = attributes.get("_FillValue")
    if fill is None or values.dtype.kind != "f":
        return values
    return np.where(values == np.ravel(fill)[0], np.nan, values)


_READERS = {
    ".parquet": _parquet, ".pq": _parquet, ".xlsx": _excel, ".xls": _excel, ".ods": _excel,
    ".json": _json, ".jsonl": _json, ".fits": _fits, ".fit": _fits, ".fts": _fits, ".fits.gz": _fits,
    ".h5": _hdf5, ".hdf5": _hdf5, ".hdf": _hdf5, ".he5": _hdf5, ".nc": _netcdf, ".nc4": _netcdf, ".cdf": _netcdf,
    ".npy": _numpy, ".npz": _numpy,
}  # fmt: skip
