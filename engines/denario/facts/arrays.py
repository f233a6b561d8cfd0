"""Reads arrays: FITS, HDF5, NumPy's own, NetCDF."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import columns
import numpy as np
import pandas as pd

_BY = " \N{MULTIPLICATION SIGN} "
_MOST_PARTS = 60  # of one file
_MOST_VALUES = 20_000_000  # of an array whose range is computed


def read_npy(path: Path) -> str:
    """Read one array; pickled objects are not opened."""
    return _described("array", np.load(path, mmap_mode="r", allow_pickle=False))


def read_npz(path: Path) -> str:
    """Read several arrays."""
    with np.load(path, allow_pickle=False) as file:
        return _listed([_row(name, file[name]) for name in file.files[:_MOST_PARTS]], len(file.files))


def read_hdf5(path: Path) -> str:
    """Read the datasets of all groups."""
    import h5py  # noqa: PLC0415 - each format's library is large

    rows: list[tuple[str, str, str, str, str]] = []
    with h5py.File(path, "r") as file:

        def visit(name: str, item: Any) -> None:
            if isinstance(item, h5py.Dataset):
                values = item[()] if len(rows) < _MOST_PARTS and item.size and item.size <= _MOST_VALUES else None
                unit = _text(item.attrs.get("units", item.attrs.get("unit", "")))
                rows.append(_row(name, values, item.shape, item.dtype, unit))

        file.visititems(visit)
    if not rows:
        raise ValueError("it holds no dataset")
    return _listed(rows[:_MOST_PARTS], len(rows))


def read_netcdf(path: Path) -> str:
    """Read variables with their units and dimensions."""
    import xarray  # noqa: PLC0415 - each format's library is large

    with xarray.open_dataset(path, decode_times=False) as data:
        sizes = ", ".join(f"{name} {size}" for name, size in data.sizes.items())
        rows = [
            _row(
                f"{name} ({', '.join(map(str, item.dims))})" if item.dims else str(name),
                item.to_numpy() if item.size <= _MOST_VALUES else None,
                item.shape,
                item.dtype,
                _text(item.attrs.get("units", "")),
            )
            for name, item in list(data.variables.items())[:_MOST_PARTS]
        ]
        return f"Dimensions: {sizes or 'none'}.\n\n{_listed(rows, len(data.variables))}"


def read_fits(path: Path) -> str:
    """Read every part: tables with their units, images with their shape and range."""
    from astropy.io import fits  # noqa: PLC0415 - each format's library is large

    parts: list[str] = []
    with fits.open(path) as file:
        for number, part in enumerate(file):
            title = f"Part {number} ({part.name or 'unnamed'})"
            if part.data is None:
                continue
            if isinstance(part, (fits.BinTableHDU, fits.TableHDU)):
                parts.append(f"{title}, a table of {len(part.data)} rows:\n\n{_fits_table(part)}")
            else:
                parts.append(_described(f"{title}, an image", part.data, str(part.header.get("BUNIT", ""))))
    if not parts:
        raise ValueError("it holds no data, only headers")
    return "\n\n".join(parts)


def _fits_table(part: Any) -> str:
    found: list[columns.Column] = []
    for definition in part.columns:
        column = columns.Column(definition.name, str(definition.unit or ""))
        values = np.asarray(part.data[definition.name])
        if values.ndim > 1:
            values = values.reshape(-1)
        values = values.byteswap().view(values.dtype.newbyteorder()) if values.dtype.byteorder == ">" else values
        column.take(pd.Series(values))
        found.append(column)
    return columns.show(found)


def _described(title: str, values: Any, unit: str = "") -> str:
    _, shape, kind, unit, ranged = _row("", values, unit=unit)
    return f"{title}: shape {shape}, type {kind}{', unit ' + unit if unit != '-' else ''}. {ranged}"


def _row(
    name: str, values: Any, shape: Any = None, dtype: Any = None, unit: str = ""
) -> tuple[str, str, str, str, str]:
    shape = values.shape if shape is None else shape
    dtype = values.dtype if dtype is None else dtype
    return name, _BY.join(map(str, shape)) or "single value", str(dtype), unit or "-", _range(values)


def _range(values: Any) -> str:
    if values is None:
        return "too large to be looked into"
    flat = np.asarray(values).reshape(-1)
    if flat.dtype.names:
        return f"fields {', '.join(flat.dtype.names)}"
    if flat.dtype.kind not in "iufb" or not flat.size:
        shown = ", ".join(_text(value) for value in flat[:3])
        return f"begins {shown}" if shown else "empty"
    numbers = flat.astype(float)
    finite = numbers[np.isfinite(numbers)]
    blanks = f", {flat.size - finite.size} not finite" if finite.size < flat.size else ""
    if not finite.size:
        return "no finite value"
    spread = f"mean {finite.mean():.6g}, standard deviation {finite.std():.4g}"
    return f"{finite.min():.6g} to {finite.max():.6g}, {spread}{blanks}"


def _listed(rows: list[tuple[str, str, str, str, str]], count: int) -> str:
    lines = ["| name | shape | type | unit | values |", "|---|---|---|---|---|"]
    lines += ["| " + " | ".join(" ".join(cell.split()).replace("|", "\\|") for cell in row) + " |" for row in rows]
    if count > len(rows):
        lines.append(f"\n{count - len(rows)} more.")
    return "\n".join(lines)


def _text(value: Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
