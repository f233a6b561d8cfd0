"""The status of a session: the states, and the only moves between them."""

from enum import StrEnum

from tomas.core.errors import WrongTransition


class Status(StrEnum):
    """Where a session stands."""

    CREATED = "created"
    QUEUED = "queued"
    RUNNING = "running"
    PAUSING = "pausing"
    PAUSED = "paused"
    WAITING = "waiting"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"


FINAL = frozenset({Status.COMPLETED, Status.FAILED, Status.CANCELLED})
ACTIVE = frozenset({Status.RUNNING, Status.PAUSING, Status.WAITING})

TRANSITIONS: dict[Status, frozenset[Status]] = {
    Status.CREATED: frozenset({Status.QUEUED, Status.CANCELLED}),
    Status.QUEUED: frozenset({Status.RUNNING, Status.PAUSED, Status.CANCELLED}),
    Status.RUNNING: frozenset(
        {Status.PAUSING, Status.WAITING, Status.COMPLETED, Status.FAILED, Status.CANCELLED, Status.QUEUED}
    ),
    Status.PAUSING: frozenset({Status.PAUSED, Status.COMPLETED, Status.FAILED, Status.CANCELLED, Status.QUEUED}),
    Status.PAUSED: frozenset({Status.RUNNING, Status.QUEUED, Status.CANCELLED}),
    Status.WAITING: frozenset({Status.RUNNING, Status.PAUSING, Status.CANCELLED, Status.QUEUED}),
    Status.FAILED: frozenset({Status.QUEUED}),
    Status.COMPLETED: frozenset(),
    Status.CANCELLED: frozenset(),
}


def check_transition(old: Status, new: Status) -> None:
    """Raise WrongTransition unless a session may go from `old` to `new`."""
    if new not in TRANSITIONS[old]:
        raise WrongTransition(f"A session that is {old} cannot become {new}.")
