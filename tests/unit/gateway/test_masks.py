"""No key gets out, whole or in part."""

import pytest

from tomas.gateway.masks import Mask

KEY = "sk-proj-abcdefghijklmnop"
MASK = Mask([KEY, "AIzaSyABCDEFGHIJ", "plainkey-0123456789"])


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (f"key {KEY} is wrong", "key [key] is wrong"),
        ("key sk-proj-abcd... is wrong", "key [key] is wrong"),
        ("key sk-pr****mnop is wrong", "key [key] is wrong"),
        ("key plainkey-01 and ******6789", "key [key] and [key]"),
        ("another's sk-ant-api03-XYZXYZ too", "another's [key] too"),
        ("AIzaSyABCDEFGHIJ", "[key]"),
        ("nothing here, and a risk-assessment...then more", "nothing here, and a risk-assessment...then more"),
    ],
)
def test_errors(said: str, told: str) -> None:
    assert MASK.text(said) == told
    assert MASK.error(said.encode()) == told.encode()


def test_answers_lose_whole_keys_alone() -> None:
    assert MASK.answer(f"{KEY} sk-other-0123456789".encode()) == b"[key] sk-other-0123456789"


def test_a_key_that_is_no_secret_is_not_looked_for() -> None:
    mask = Mask(["x", "", "none", "EMPTY"])
    assert mask.text("none of x is EMPTY") == "none of x is EMPTY"
    assert mask.answer(b"none of x") == b"none of x"


def test_bytes_that_are_no_text_do_no_harm() -> None:
    assert MASK.error(b"\xff" + KEY.encode()) == "\ufffd[key]".encode()
