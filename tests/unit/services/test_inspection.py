"""Large formats are opened in a process of their own, and its answers are those of this one."""

from pathlib import Path

import pytest

from tests import documents
from tomas.core.errors import InvalidFile
from tomas.services.inspection import inspect


async def test_a_document_is_checked_and_its_text_written(tmp_path: Path) -> None:
    path = documents.docx_file(tmp_path / "stored")
    media_type = await inspect(path, "My offer.DOCX", tmp_path / "text")
    assert media_type.endswith("wordprocessingml.document")
    assert (tmp_path / "text").read_text().startswith("# Request for Proposals")


async def test_what_is_wrong_is_told_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "stored"
    path.write_bytes(documents.pdf([["x"]], password="secret"))
    with pytest.raises(InvalidFile, match=r"^The PDF is encrypted. Save it without a password.$"):
        await inspect(path, "a.pdf", tmp_path / "text")
    assert not (tmp_path / "text").exists()


async def test_tables_have_no_text(tmp_path: Path) -> None:
    path = tmp_path / "stored"
    path.write_text("a,b\nx,y\n")
    assert await inspect(path, "a.csv", tmp_path / "text") == "text/csv; charset=utf-8"
    assert not (tmp_path / "text").exists()


async def test_a_file_that_fills_the_memory_ends_the_reader_only(tmp_path: Path) -> None:
    deep = "<text:section>" * 300_000 + "</text:section>" * 300_000
    path = tmp_path / "stored"
    path.write_bytes(documents.odt(deep))
    with pytest.raises(InvalidFile, match=r"cannot be read|damaged|no text|unfolds"):
        await inspect(path, "a.odt", tmp_path / "text")
