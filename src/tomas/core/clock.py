"""Time: aware, in UTC, and nothing else."""

from datetime import UTC, datetime


def now() -> datetime:
    """Return the present moment in UTC."""
    return datetime.now(UTC)


def isoformat(moment: datetime) -> str:
    """Return `moment` as RFC 3339 with microseconds and Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
