"""Paths: names from users are made harmless, and what a row points at is never followed out of its folder."""

import os
import stat
import unicodedata
from collections.abc import Collection
from pathlib import Path, PurePosixPath
from typing import Final

from tomas.core.errors import FileNotFound

_MOST_BYTES: Final = 150  # of a name: leaves room for suffixes below the 255 of file systems
_MOST_SUFFIX: Final = 20
_KEPT: Final = frozenset(" ._-()+,=@")


def safe_name(name: str, taken: Collection[str] = ()) -> str:
    """Return a file name made of `name`: letters of every script stay, separators and leading dots go.

    It differs from each of `taken`, letter case aside; neither does `<name>.txt` meet one of them.
    """
    text = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    text = "".join(c if c.isalnum() or unicodedata.category(c)[0] == "M" or c in _KEPT else "_" for c in text)
    text = text.strip().lstrip(". ").rstrip(". ") or "file"
    suffix = PurePosixPath(text).suffix[:_MOST_SUFFIX]
    stem = _cut(text.removesuffix(suffix), _MOST_BYTES) or "file"
    used = {one.casefold() for one in taken}
    number, result = 1, stem + suffix
    while result.casefold() in used or f"{result}.txt".casefold() in used:
        number += 1
        result = f"{stem}-{number}{suffix}"
    return result


def shown_name(name: str) -> str:
    """Return a user's file name as it is stored and shown: its last part, without control characters."""
    text = name.replace("\\", "/").rpartition("/")[2].encode("utf-8", "replace").decode()
    text = "".join(c for c in text if unicodedata.category(c)[0] != "C").strip()
    return text[-300:] or "file"


def inside(root: Path, relative: str) -> Path:
    """Return the regular file at `relative` below `root`, or raise FileNotFound.

    Symbolic links are not followed, wherever on the way they stand: code written by models may make them, and
    they could lead to another session's files or out of the workspace.
    """
    missing = FileNotFound(f"The file {relative!r} is not there (any more).")
    parts = PurePosixPath(relative).parts
    if not parts or PurePosixPath(relative).is_absolute() or {"..", ""} & set(parts) or "\0" in relative:
        raise missing
    path = root
    try:
        for part in parts:
            path = path / part
            if stat.S_ISLNK(path.lstat().st_mode):
                raise missing
        regular = stat.S_ISREG(path.lstat().st_mode)
    except OSError:
        raise missing from None
    if not regular:
        raise missing
    return path


def sync(path: Path) -> None:
    """Have the disk keep a file, or a folder's entries, through a loss of power."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _cut(text: str, most: int) -> str:
    return text.encode()[:most].decode("utf-8", "ignore").rstrip(". ")
