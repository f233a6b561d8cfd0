"""Suffixes and media types."""

import mimetypes
from pathlib import PurePosixPath
from typing import Final

MEDIA_TYPES: Final = {
    ".csv": "text/csv",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".html": "text/html",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".json": "application/json",
    ".jsonl": "application/jsonl",
    ".log": "text/plain",
    ".md": "text/markdown",
    ".odt": "application/vnd.oasis.opendocument.text",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".py": "text/x-python",
    ".svg": "image/svg+xml",
    ".tex": "application/x-tex",
    ".tsv": "text/tab-separated-values",
    ".txt": "text/plain",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".yaml": "application/yaml",
}
DOCUMENTS: Final = frozenset({".pdf", ".docx", ".odt", ".md", ".txt"})  # their text goes into the task


def suffix_of(name: str) -> str:
    """Return the suffix of a file's name in lower case, with its dot; empty if there is none."""
    return PurePosixPath(name).suffix.lower()


def media_type_of(name: str) -> str:
    """Return the media type that a file's name stands for."""
    suffix = suffix_of(name)
    return MEDIA_TYPES.get(suffix) or mimetypes.guess_type(f"x{suffix}")[0] or "application/octet-stream"
