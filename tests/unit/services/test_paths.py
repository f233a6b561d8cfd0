"""Names become harmless, and nothing outside a folder is reached from inside it."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tomas.core.errors import FileNotFound
from tomas.services.paths import inside, safe_name, shown_name


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("tickets.csv", "tickets.csv"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\me\\RFP (final).PDF", "RFP (final).PDF"),
        (".bashrc", "bashrc"),
        ("...", "file"),
        ("", "file"),
        ("a\0b\n.csv", "a_b_.csv"),
        ("Ausschreibung Größe.pdf", "Ausschreibung Größe.pdf"),
        ("入札.pdf", "入札.pdf"),
        ("$(rm -rf).csv", "_(rm -rf).csv"),
        ("x" * 400 + ".csv", "x" * 150 + ".csv"),
    ],
)
def test_names_are_made_safe(name: str, safe: str) -> None:
    assert safe_name(name) == safe


def test_names_differ_from_those_taken_and_so_do_their_texts() -> None:
    assert safe_name("A.csv", ["a.CSV"]) == "A-2.csv"
    assert safe_name("a.csv", ["a.csv", "a-2.csv"]) == "a-3.csv"
    assert safe_name("a.pdf", ["a.pdf.txt"]) == "a-2.pdf"


@given(st.text())
def test_every_name_is_one_harmless_part(name: str) -> None:
    safe = safe_name(name)
    assert safe
    assert not safe.startswith((".", " "))
    assert not set(safe) & {"/", "\\", "\0", "\n"}
    assert len(safe.encode("utf-8", "surrogatepass")) <= 250


@given(st.text())
def test_a_shown_name_can_be_stored(name: str) -> None:
    shown = shown_name(name)
    assert 0 < len(shown) <= 300
    assert "\0" not in shown
    shown.encode()


def test_a_regular_file_is_found(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "b.txt").write_text("x")
    assert inside(tmp_path, "a/b.txt") == tmp_path / "a" / "b.txt"


@pytest.mark.parametrize("path", ["", "..", "../x", "/etc/passwd", "a/../../x", "a", "a/none", "a\0", "x" * 5000])
def test_what_is_no_file_inside_is_not_found(tmp_path: Path, path: str) -> None:
    (tmp_path / "a").mkdir()
    with pytest.raises(FileNotFound):
        inside(tmp_path, path)


def test_links_are_never_followed(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("key")
    root = tmp_path / "root"
    root.mkdir()
    (root / "file").symlink_to(tmp_path / "secret")
    (root / "folder").symlink_to(tmp_path)
    (root / "near").write_text("x")
    (root / "sideways").symlink_to("near")
    for path in ("file", "folder/secret", "sideways"):
        with pytest.raises(FileNotFound):
            inside(root, path)
