"""Files for tests, made from nothing: good ones, and ones as users really send them."""

import io
import struct
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path

import docx
import openpyxl
import pypdf

ODT_MIME = "application/vnd.oasis.opendocument.text"
_NAMESPACES = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
)


def pdf(pages: Sequence[Sequence[str]], password: str | None = None) -> bytes:
    """A PDF with a text layer: a list of lines a page; without lines, a page like a scan's."""
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b"", b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"]
    kids: list[int] = []
    for lines in pages:
        shown = "".join(f"({line}) Tj T* " for line in lines)
        content = f"BT /F1 12 Tf 14 TL 72 720 Td {shown}ET".encode()
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content))
        page = f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {len(objects)} 0 R "
        objects.append(f"{page}/Resources << /Font << /F1 3 0 R >> >> >>".encode())
        kids.append(len(objects))
    objects[1] = f"<< /Type /Pages /Count {len(kids)} /Kids [{' '.join(f'{kid} 0 R' for kid in kids)}] >>".encode()
    out, places = bytearray(b"%PDF-1.4\n"), []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return _encrypted(bytes(out), password) if password is not None else bytes(out)


def _encrypted(data: bytes, password: str) -> bytes:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(data))
    writer.encrypt(password, "owner", algorithm="AES-256")
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def docx_file(path: Path) -> Path:
    """A Word document: headings, a list, a table, in an order that matters."""
    document = docx.Document()
    document.add_heading("Request for Proposals", 0)
    document.add_heading("1 Scope", 1)
    document.add_paragraph("The vendor shall deliver a portal.")
    table = document.add_table(2, 2)
    for row, cells in enumerate((("Id", "Text"), ("R1", "must log | audit"))):
        for column, text in enumerate(cells):
            table.cell(row, column).text = text
    document.add_heading("1.1 Terms", 2)
    document.add_paragraph("first", style="List Bullet")
    document.save(str(path))
    return path


def odt(content: str, *, manifest: str = "", mimetype: str = ODT_MIME) -> bytes:
    """An OpenDocument text whose body is `content`."""
    text = f"<office:body><office:text>{content}</office:text></office:body>"
    body = f"<office:document-content {_NAMESPACES}>{text}</office:document-content>"
    return zipped({"mimetype": mimetype, "content.xml": body, "META-INF/manifest.xml": f"<m>{manifest}</m>"})


def zipped(parts: dict[str, str | bytes]) -> bytes:
    """A zip file of these parts."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in parts.items():
            package.writestr(name, data)
    return target.getvalue()


def xlsx(path: Path, rows: Sequence[Sequence[object]], empty_sheets: int = 0) -> Path:
    """A workbook: `rows` on the last sheet."""
    book = openpyxl.Workbook()
    sheet = book.active
    for _ in range(empty_sheets):
        sheet = book.create_sheet()
    for row in rows:
        sheet.append(list(row))
    book.save(path)
    return path


def png(width: int = 2, height: int = 2) -> bytes:
    """A small picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    pixels = zlib.compress(b"".join(b"\0" + b"\x80" * width for _ in range(height)))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
ENCRYPTED_OFFICE = OLD_OFFICE + "EncryptedPackage".encode("utf-16-le") + b"\0" * 100
