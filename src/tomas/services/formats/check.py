"""One entry for all formats: says whether a file is what its name promises."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from tomas.core.errors import InvalidFile
from tomas.services.formats.docx import check_docx
from tomas.services.formats.images import check_image
from tomas.services.formats.media import media_type_of, suffix_of
from tomas.services.formats.odt import check_odt
from tomas.services.formats.pdf import check_pdf
from tomas.services.formats.tables import check_csv, check_json, check_jsonl, check_xlsx
from tomas.services.formats.text import encoding_of


def _tsv(path: Path) -> str:
    return check_csv(path, "\t")


def _text(path: Path) -> str:
    encoding = encoding_of(path)
    with path.open(encoding=encoding) as file:
        if not any(line.strip() for line in file):
            raise InvalidFile("The file holds nothing but blanks.")
    return encoding


_CHECKS: Final[Mapping[str, Callable[[Path], object]]] = {
    ".csv": check_csv,
    ".docx": check_docx,
    ".jpeg": check_image,
    ".jpg": check_image,
    ".json": check_json,
    ".jsonl": check_jsonl,
    ".md": _text,
    ".odt": check_odt,
    ".pdf": check_pdf,
    ".png": check_image,
    ".svg": check_image,
    ".tsv": _tsv,
    ".txt": _text,
    ".xlsx": check_xlsx,
}


def check_content(path: Path, name: str) -> str:
    """Return the media type of a file called `name` that lies at `path`, with its charset if it is text.

    InvalidFile says what is wrong with it and what to do. A suffix we know nothing of passes unless empty.
    """
    if path.stat().st_size == 0:
        raise InvalidFile("The file is empty.")
    media_type = media_type_of(name)
    check = _CHECKS.get(suffix_of(name))
    encoding = check(path) if check else None
    return f"{media_type}; charset={encoding.removesuffix('-sig')}" if isinstance(encoding, str) else media_type
