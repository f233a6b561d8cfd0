"""What was done is known in the next attempt, and what changed is noticed."""

from pathlib import Path

import pytest
from tomas_denario.ledger import Ledger, digest

from tomas_engine import CannotDo


def test_a_stage_stands_if_it_ended_and_is_made_from_the_same(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    assert ledger.begin("idea", "a") is None
    assert not ledger.done("idea", "a")
    ledger.end("idea")
    again = Ledger(tmp_path)
    assert again.done("idea", "a")
    assert not again.done("idea", "b")


def test_a_stage_goes_on_at_its_step_unless_it_is_made_from_something_else(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    ledger.begin("results", "a")
    ledger.step("results", 0)
    ledger.step("results", 1)
    assert Ledger(tmp_path).begun("results", "a") == 1
    assert Ledger(tmp_path).begin("results", "a") == 1
    assert Ledger(tmp_path).begin("results", "b") is None
    assert Ledger(tmp_path).begun("results", "b") == -1


def test_nothing_to_go_on_from_is_told(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    with pytest.raises(CannotDo, match="start anew"):
        ledger.check()
    ledger.begin("idea", "a")
    ledger.check()
    ledger.clear()
    with pytest.raises(CannotDo):
        Ledger(tmp_path).check()


def test_a_digest_sees_values_and_files(tmp_path: Path) -> None:
    file = tmp_path / "a.md"
    none = digest("x", files=[file])
    file.write_text("1")
    one = digest("x", files=[file])
    assert len({none, one, digest("y", files=[file]), digest("x")}) == 4
    file.write_text("2")
    assert digest("x", files=[file]) != one
