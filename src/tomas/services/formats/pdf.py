"""PDF: the text of each page, with a mark before it."""

import logging
from pathlib import Path
from typing import Final

from tomas.core.errors import InvalidFile
from tomas.services.formats.packages import BROKEN

_MOST_PAGES: Final = 3_000
_LEAST_LETTERS: Final = 20  # in the whole document: fewer means that there is no text layer
_WITHIN: Final = 1024  # bytes: where the header must begin


def check_pdf(path: Path) -> int:
    """Raise InvalidFile unless the file is a PDF that opens without a password; return its number of pages."""
    return len(_pages(path))


def extract_pdf(path: Path) -> str:
    """Return the text, each page after a line `[page N]`; InvalidFile if there is none to be had."""
    parts: list[str] = []
    letters = 0
    for number, page in enumerate(_pages(path), 1):
        if number > _MOST_PAGES:
            parts.append(f"[page {number}]\n(Only the first {_MOST_PAGES} pages were read.)")
            break
        try:
            text = page.extract_text().replace("\0", "").strip()
        except BROKEN as error:
            text = f"(The text of this page could not be read: {type(error).__name__}.)"
        else:
            letters += sum(map(str.isalnum, text[:_WITHIN]))
        parts.append(f"[page {number}]\n{text}")
    if letters < _LEAST_LETTERS:
        raise InvalidFile(
            f"The PDF has {len(parts)} page{'s' * (len(parts) != 1)} but no text layer: it is a scan, or all pictures. "
            "Run text recognition (OCR) over it, or give the document as DOCX, ODT or text."
        )
    return "\n\n".join(parts) + "\n"


def _pages(path: Path):  # noqa: ANN202 - pypdf's own list type
    with path.open("rb") as file:
        head = file.read(_WITHIN)
    if b"%PDF-" not in head:
        raise InvalidFile("The file is no PDF, though its name says so.")
    import pypdf  # noqa: PLC0415 - large, and only for documents
    from pypdf.errors import PyPdfError  # noqa: PLC0415 - ^

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it warns of every oddity; what matters is raised
    try:
        reader = pypdf.PdfReader(path)
        if reader.is_encrypted and not reader.decrypt(""):
            raise InvalidFile("The PDF is encrypted. Save it without a password.")
        pages = list(reader.pages)
    except (PyPdfError, *BROKEN) as error:
        raise InvalidFile(f"The PDF is damaged ({error}). Print it into a new PDF and give that one.") from error
    if not pages:
        raise InvalidFile("The PDF has no pages.")
    return pages
