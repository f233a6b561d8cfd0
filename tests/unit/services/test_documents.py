"""The text of documents comes out in order, with pages, headings and tables."""

import io
import zipfile
from pathlib import Path

import docx
import pytest

from tests import documents
from tomas.core.errors import InvalidFile
from tomas.services.documents import extract_text
from tomas.services.formats.docx import extract_docx


def test_a_pdf_has_a_mark_before_each_page(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(documents.pdf([["1 Scope", "The vendor shall deliver."], [], ["Page three says more here."]]))
    text = extract_text(path, ".pdf")
    assert (
        text == "[page 1]\n1 Scope\nThe vendor shall deliver.\n\n[page 2]\n\n\n[page 3]\nPage three says more here.\n"
    )


def test_a_scan_is_told_apart(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(documents.pdf([[], []]))
    with pytest.raises(InvalidFile, match=r"2 pages but no text layer.*OCR"):
        extract_text(path, ".pdf")


def test_a_pdf_that_needs_no_password_to_read_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(documents.pdf([["The vendor shall deliver a portal."]], password=""))
    assert "shall deliver" in extract_text(path, ".pdf")


def test_a_word_document_becomes_markdown(tmp_path: Path) -> None:
    text = extract_text(documents.docx_file(tmp_path / "a.docx"), ".docx")
    assert text.split("\n\n") == [
        "# Request for Proposals",
        "# 1 Scope",
        "The vendor shall deliver a portal.",
        "| Id | Text |\n| --- | --- |\n| R1 | must log \\| audit |",
        "## 1.1 Terms",
        "- first\n",
    ]


def test_tracked_changes_content_controls_and_nested_tables_are_read_once(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    document = docx.Document()
    document.add_paragraph("PLACE")
    outer = document.add_table(1, 1)
    outer.cell(0, 0).add_table(1, 1).cell(0, 0).text = "inner"
    document.save(str(path))
    w = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    body = (
        "<w:sdt><w:sdtContent><w:p><w:r><w:t>control</w:t></w:r></w:p></w:sdtContent></w:sdt>"
        "<w:p xmlns:mc='http://schemas.openxmlformats.org/markup-compatibility/2006'><w:r><w:t>kept </w:t></w:r>"
        "<w:ins><w:r><w:t>added</w:t></w:r></w:ins><w:del><w:r><w:delText>struck</w:delText></w:r></w:del>"
        "<w:r><mc:AlternateContent><mc:Choice><w:t> box</w:t></mc:Choice><mc:Fallback><w:t> box</w:t></mc:Fallback>"
        "</mc:AlternateContent></w:r></w:p>"
    )
    parts: dict[str, str | bytes] = dict(_parts(path))
    xml = parts["word/document.xml"].decode()
    assert w in xml
    parts["word/document.xml"] = xml.replace("<w:body>", f"<w:body>{body}", 1).encode()
    path.write_bytes(documents.zipped(parts))
    text = extract_docx(path)
    assert text.startswith("control\n\nkept added box\n\nPLACE\n\n")
    assert text.count("inner") == 1


def _parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as package:
        return {name: package.read(name) for name in package.namelist()}


def test_an_opendocument_text_becomes_markdown(tmp_path: Path) -> None:
    path = tmp_path / "a.odt"
    content = (
        "<text:tracked-changes><text:p>struck</text:p></text:tracked-changes>"
        "<text:h text:outline-level='1'>1 Scope</text:h>"
        "<text:p>The vendor<text:s text:c='2'/>shall<text:line-break/>deliver <text:span>a portal</text:span>.</text:p>"
        "<text:list><text:list-item><text:p>first</text:p></text:list-item></text:list>"
        "<table:table><table:table-row><table:table-cell><text:p>Id</text:p></table:table-cell>"
        "<table:table-cell table:number-columns-repeated='2'><text:p>T</text:p></table:table-cell></table:table-row>"
        "</table:table><text:section><text:p>inside</text:p></text:section>"
        "<text:p>said<office:annotation><text:p>a remark</text:p></office:annotation> on</text:p>"
    )
    path.write_bytes(documents.odt(content))
    assert extract_text(path, ".odt").split("\n\n") == [
        "# 1 Scope",
        "The vendor  shall\ndeliver a portal.",
        "- first",
        "| Id | T | T |\n| --- | --- | --- |",
        "inside",
        "said on\n",
    ]


@pytest.mark.parametrize(("name", "data"), [("a.odt", documents.odt("<text:p> </text:p>")), ("a.md", b" \n")])
def test_a_document_without_text_is_refused(tmp_path: Path, name: str, data: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(InvalidFile, match="holds no text"):
        extract_text(path, path.suffix)


def test_an_empty_word_document_is_refused(tmp_path: Path) -> None:
    docx.Document().save(str(tmp_path / "a.docx"))
    with pytest.raises(InvalidFile, match="holds no text"):
        extract_text(tmp_path / "a.docx", ".docx")


def test_text_is_decoded_and_its_lines_end_alike(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    for data in ("ä\r\nb\rc".encode("utf-16"), "ä\r\nb\rc".encode("cp1252"), b"\xef\xbb\xbf" + "ä\nb\nc".encode()):
        path.write_bytes(data)
        assert extract_text(path, ".txt") == "ä\nb\nc"


def test_other_types_have_no_text(tmp_path: Path) -> None:
    with pytest.raises(InvalidFile, match="No text can be taken"):
        extract_text(tmp_path / "a.xlsx", ".xlsx")
