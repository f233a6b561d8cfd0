"""Files are what their names say, or the error tells what is wrong and what to do."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import documents
from tomas.core.errors import InvalidFile
from tomas.services.formats.check import check_content
from tomas.services.formats.tables import check_json

Write = Callable[..., Path]
CSV = "number,opened_at,priority\nINC1,2024-01-02 10:00,2 - High\nINC2,2024-01-03 11:00,1 - Critical\n"


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def _write(name: str, data: str | bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(data.encode() if isinstance(data, str) else data)
        return path

    return _write


@pytest.mark.parametrize(
    ("name", "data", "media_type"),
    [
        ("a.csv", CSV, "text/csv; charset=utf-8"),
        ("a.csv", CSV.replace(",", ";"), "text/csv; charset=utf-8"),
        ("a.csv", CSV.replace(",", "\t"), "text/csv; charset=utf-8"),
        ("a.CSV", b"\xef\xbb\xbf" + CSV.encode(), "text/csv; charset=utf-8"),
        ("a.csv", CSV.encode("utf-16"), "text/csv; charset=utf-16"),
        ("a.csv", CSV.replace("High", "Größe \u2013 hoch").encode("cp1252"), "text/csv; charset=windows-1252"),
        ("a.csv", CSV.replace("High", "Größe"), "text/csv; charset=utf-8"),
        ("a.csv", CSV + CSV, "text/csv; charset=utf-8"),  # two exports joined, header and all
        ("one.csv", "value\n1\n2\n3\n", "text/csv; charset=utf-8"),
        ("quoted.csv", 'id,text\n1,"two\nlines, ""quoted"""\n', "text/csv; charset=utf-8"),
        ("a.json", '[{"id": 1}]', "application/json; charset=utf-8"),
        ("a.json", '{"records": [{"id": "ü"}]}'.encode("utf-16"), "application/json; charset=utf-16"),
        ("a.md", "# Title\n\ntext", "text/markdown; charset=utf-8"),
        ("a.txt", "t\xe4xt".encode("cp1252"), "text/plain; charset=windows-1252"),
        ("a.png", documents.png(), "image/png"),
        ("a.svg", '<svg xmlns="http://www.w3.org/2000/svg"><g/></svg>', "image/svg+xml"),
        ("a.pdf", documents.pdf([["hello"]]), "application/pdf"),
        ("a.odt", documents.odt("<text:p>hello</text:p>"), documents.ODT_MIME),
        ("a.dat", b"\0\1\2", "application/octet-stream"),
    ],
)
def test_good_files_pass(write: Write, name: str, data: str | bytes, media_type: str) -> None:
    assert check_content(write(name, data), name) == media_type


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("a.csv", b"", "The file is empty"),
        ("a.csv", "\n\n", "neither a header nor rows"),
        ("a.csv", "number,opened_at\n", "a header but no rows"),
        ("a.csv", CSV.split("\n", 1)[1], "The first row is no header: '2024-01-02 10:00' is a date"),
        ("a.csv", "1,2,3\n4,5,6\n", "most of its cells are numbers"),
        ("a.csv", "INC1,Open,High\nINC2,Open,High\nINC3,Open,Low\n", "come again as values"),
        ("a.csv", ",,a\n1,2,3\n", "cells are empty"),
        ("a.csv", "Report of 1 May\n" + CSV * 3, "The first row has 1 cell, most of the others have 3"),
        ("a.csv", CSV.encode() + "INC3,2024,Größe\n".encode() + b"INC4,2024,\x96 x\n", "line 4 is in UTF-8, line 5"),
        ("a.csv", CSV.encode() + b"INC3,\x81,x\n", "neither UTF-8 nor windows-1252"),
        ("a.csv", CSV.encode("utf-16-le"), "NUL bytes"),
        ("a.csv", CSV.encode("utf-16")[:-1], "mixes encodings or is cut off"),
        ("a.csv", documents.pdf([["x"]]) + b"\0", "NUL bytes|no table"),
        ("a.csv", 'a,b\n1,"never closed' + "x" * 200_000, "Is a quotation mark never closed"),
        ("a.json", "[{'id': 1}]", "line 1, column 3"),
        ("a.json", "[1,", "no JSON"),
        ("a.json", "[]", "no records"),
        ("a.json", '{"records": []}', "no records"),
        ("a.json", "[" * 100_000, "cannot be read|no JSON"),
        ("a.xlsx", CSV, "not an Excel workbook"),
        ("a.xlsx", documents.OLD_OFFICE, "old binary Office format"),
        ("a.xlsx", documents.ENCRYPTED_OFFICE, "encrypted. Save it without a password"),
        ("a.xlsx", documents.zipped({"x": "y"}), "not an Excel workbook"),
        ("a.docx", documents.odt(""), "not a Word document"),
        ("a.docx", documents.ENCRYPTED_OFFICE, "encrypted"),
        ("a.odt", documents.odt("", mimetype="application/zip"), "not an OpenDocument"),
        ("a.odt", documents.odt("", manifest="<x encryption-data='1'/>"), "encrypted"),
        ("a.pdf", b"hello", "no PDF, though its name says so"),
        ("a.pdf", b"%PDF-1.4\ngarbage", "damaged|no pages"),
        ("a.pdf", documents.pdf([["x"]], password="secret"), "encrypted. Save it without a password"),
        ("a.pdf", documents.pdf([]), "no pages"),
        ("a.md", " \n\t\n", "nothing but blanks"),
        ("a.png", documents.png()[:-20], "damaged"),
        ("a.png", documents.png(0, 0), "no size"),
        ("a.png", documents.png().replace(b"IDAT", b"IDAX"), "check sum"),
        ("a.png", b"hello", "neither PNG nor JPEG nor SVG"),
        ("a.svg", "<svg xmlns='http://www.w3.org/2000/svg'></svg>", "draws nothing"),
        ("a.svg", "<svg><g>", "damaged"),
        ("a.jpg", b"\xff\xd8\xff\xe0\x00\x10JFIF", "damaged"),
    ],
)
def test_bad_files_are_told_apart(write: Write, name: str, data: str | bytes, told: str) -> None:
    with pytest.raises(InvalidFile, match=told):
        check_content(write(name, data), name)


def test_a_workbook_needs_a_header_and_rows_on_some_sheet(tmp_path: Path) -> None:
    rows = [["id", "opened"], [1, "2024-01-01"]]
    good = documents.xlsx(tmp_path / "good.xlsx", rows, empty_sheets=1)
    assert check_content(good, "good.xlsx").endswith("sheet")
    with pytest.raises(InvalidFile, match="no sheet with cells"):
        check_content(documents.xlsx(tmp_path / "empty.xlsx", []), "empty.xlsx")
    with pytest.raises(InvalidFile, match="Sheet 'Sheet': The table has a header but no rows"):
        check_content(documents.xlsx(tmp_path / "bare.xlsx", rows[:1]), "bare.xlsx")


def test_a_zip_bomb_is_not_unfolded(write: Write) -> None:
    bomb = documents.zipped({"mimetype": documents.ODT_MIME, "content.xml": b"\0" * 50_000_000})
    assert len(bomb) < 100_000
    with pytest.raises(InvalidFile, match="unfolds to 50 MB"):
        check_content(write("a.odt", bomb), "a.odt")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_are_refused(write: Write, encoding: str) -> None:
    laughs = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 9))
    content = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE x [<!ENTITY l0 "ha">{laughs}]><x>&l8;</x>'
    package = documents.zipped({"mimetype": documents.ODT_MIME, "content.xml": content.encode(encoding)})
    with pytest.raises(InvalidFile, match="defines XML entities"):
        check_content(write("a.odt", package), "a.odt")


def test_entities_in_a_picture_are_refused(write: Write) -> None:
    data = '<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg><text>&x;</text></svg>'
    with pytest.raises(InvalidFile, match="damaged"):
        check_content(write("a.svg", data), "a.svg")


def test_a_picture_with_the_doctype_that_plotting_libraries_write_passes(write: Write) -> None:
    data = (
        '<?xml version="1.0"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" '
        '"http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd"><svg xmlns="http://www.w3.org/2000/svg"><g/></svg>'
    )
    assert check_content(write("a.svg", data), "a.svg") == "image/svg+xml"


def test_large_json_is_looked_at_from_both_ends(write: Write) -> None:
    good = json.dumps([{"id": i} for i in range(2_000)])
    assert check_json(write("a.json", good), parsed_whole=10_000) == "utf-8"
    with pytest.raises(InvalidFile, match="cut off"):
        check_json(write("b.json", good[:-1]), parsed_whole=10_000)


def test_long_lines_are_read_in_pieces_without_tearing_characters(write: Write) -> None:
    data = "é" * 1_500_000 + "\n" + "x" * 10
    assert check_content(write("a.txt", data), "a.txt") == "text/plain; charset=utf-8"
