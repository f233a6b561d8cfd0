"""The text of documents, as the engines and their models read it."""

from pathlib import Path
from typing import Final

from tomas.core.errors import InvalidFile
from tomas.services.formats.docx import extract_docx
from tomas.services.formats.odt import extract_odt
from tomas.services.formats.pdf import extract_pdf
from tomas.services.formats.text import read_text

_MOST_TEXT: Final = 50_000_000  # bytes of plain text; characters of anything else


def extract_text(path: Path, suffix: str) -> str:
    """Return the text of a PDF (each page after `[page N]`), DOCX, ODT (both as Markdown), MD or TXT file.

    InvalidFile says why there is none: encrypted, damaged, empty, a scan without text. It computes for long:
    call it in a thread, or a process that may be killed.
    """
    match suffix:
        case ".pdf":
            text = extract_pdf(path)
        case ".docx":
            text = extract_docx(path)
        case ".odt":
            text = extract_odt(path)
        case ".md" | ".txt":
            text = read_text(path, _MOST_TEXT).removeprefix("\ufeff")
        case _:
            raise InvalidFile(f"No text can be taken from files of the type {suffix or '(none)'}.")
    if not text.strip():
        raise InvalidFile("The document holds no text.")
    return text.encode("utf-8", "replace").decode()[:_MOST_TEXT]
