import pytest

from tomas.core.errors import WrongTransition
from tomas.core.session import ACTIVE, FINAL, TRANSITIONS, Status, check_transition


def test_every_status_has_its_moves() -> None:
    assert set(TRANSITIONS) == set(Status)


def test_completed_and_cancelled_are_the_end() -> None:
    assert not TRANSITIONS[Status.COMPLETED]
    assert not TRANSITIONS[Status.CANCELLED]


def test_whatever_is_not_final_can_be_cancelled() -> None:
    assert all(Status.CANCELLED in TRANSITIONS[status] for status in set(Status) - FINAL)


def test_a_lost_worker_sends_every_active_session_back_to_the_queue() -> None:
    assert all(Status.QUEUED in TRANSITIONS[status] for status in ACTIVE)


def test_a_wrong_move_names_both_states() -> None:
    with pytest.raises(WrongTransition, match=r"completed cannot become running"):
        check_transition(Status.COMPLETED, Status.RUNNING)
