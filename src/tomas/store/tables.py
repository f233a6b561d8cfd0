"""The tables. Migrations make them; a test holds both to be the same."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    LargeBinary,
    MetaData,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from tomas.core.session import Status

ID = String(36)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment in UTC, also on a database that stores none of the zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - its signature
        """Refuse a naive moment: nobody could tell later what it meant."""
        if value is not None and value.tzinfo is None:
            raise ValueError("a moment needs its time zone")
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - its signature
        """Give the zone back."""
        return value.replace(tzinfo=UTC) if value and value.tzinfo is None else value


class Base(DeclarativeBase):
    """The schema, with names for every constraint so that migrations can speak of them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - read by the base class as it stands
        datetime: UtcDateTime,
        dict[str, Any]: JSON,
        list[Any]: JSON,
        int: BigInteger,
    }


_statuses = ", ".join(f"'{status}'" for status in Status)


class Config(Base):
    """The resolved configuration sessions ran with; equal ones are stored once, under their digest."""

    __tablename__ = "configs"
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)  # SHA-256 of the canonical body
    name: Mapped[str | None] = mapped_column(String(100))
    body: Mapped[dict[str, Any]]  # engine options, models by role, limits; never a key
    created_at: Mapped[datetime]


class Session(Base):
    """One task of one mode."""

    __tablename__ = "sessions"
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    mode_id: Mapped[str] = mapped_column(String(100))
    engine: Mapped[str] = mapped_column(String(100))
    title: Mapped[str] = mapped_column(String(300))
    task: Mapped[str] = mapped_column(Text)
    input_data: Mapped[dict[str, Any]]  # the form as validated; a file field holds file ids
    config_digest: Mapped[str] = mapped_column(ForeignKey("configs.digest"))
    status: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str | None] = mapped_column(Text)  # why it failed, was cancelled or waits
    stage: Mapped[str | None] = mapped_column(String(200))
    rehearsal: Mapped[bool]
    cancel_requested: Mapped[bool] = mapped_column(default=False)
    keys_encrypted: Mapped[bytes | None] = mapped_column(LargeBinary)  # the request's own keys; gone at the end
    parent_id: Mapped[str | None] = mapped_column(ForeignKey("sessions.id", ondelete="SET NULL"))
    last_seq: Mapped[int] = mapped_column(default=0)
    epoch: Mapped[int] = mapped_column(default=0)  # grows with each attempt; an older writer is refused
    lease_until: Mapped[datetime | None]
    cost_nano: Mapped[int] = mapped_column(default=0)
    input_tokens: Mapped[int] = mapped_column(default=0)
    output_tokens: Mapped[int] = mapped_column(default=0)
    model_calls: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint(f"status IN ({_statuses})", name="status"),
        CheckConstraint("last_seq >= 0 AND epoch >= 0 AND cost_nano >= 0", name="counts"),
        Index(None, "status", "created_at"),
        Index(None, "mode_id", "id"),
        Index(None, "engine", "id"),
    )


class Attempt(Base):
    """One worker process that worked on a session."""

    __tablename__ = "attempts"
    session_id: Mapped[str] = mapped_column(ForeignKey("sessions.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)  # the session's epoch during it
    token_hash: Mapped[str | None] = mapped_column(String(64), unique=True)  # of the worker's gateway token
    pid: Mapped[int | None]
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    outcome: Mapped[str | None] = mapped_column(String(20))
    error: Mapped[str | None] = mapped_column(Text)
    checkpoint: Mapped[dict[str, Any] | None]


class EventRow(Base):
    """The log: `payload` is the JSON sent to every reader."""

    __tablename__ = "events"
    session_id: Mapped[str] = mapped_column(ForeignKey("sessions.id", ondelete="CASCADE"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    type: Mapped[str] = mapped_column(String(20))
    payload: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    __table_args__ = (CheckConstraint("seq > 0", name="seq"),)


class Message(Base):
    """What an agent or a person said; derived from the event of the same seq, in its transaction."""

    __tablename__ = "messages"
    session_id: Mapped[str] = mapped_column(ForeignKey("sessions.id", ondelete="CASCADE"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    role: Mapped[str] = mapped_column(String(20))  # user, agent
    agent: Mapped[str | None] = mapped_column(String(100))
    stage: Mapped[str | None] = mapped_column(String(200))
    content: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]


class File(Base):
    """A file: an upload (no session yet, or copied into one as input) or what the engine made."""

    __tablename__ = "files"
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    session_id: Mapped[str | None] = mapped_column(ForeignKey("sessions.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(20))  # upload, input, artifact, output
    name: Mapped[str] = mapped_column(String(300))  # as the user called it, or the path below the workspace
    path: Mapped[str] = mapped_column(String(1000))  # below WORKSPACE_DIR, forward slashes
    output: Mapped[str | None] = mapped_column(String(100))  # the declared output it belongs to
    media_type: Mapped[str] = mapped_column(String(200))
    size: Mapped[int]  # bytes
    sha256: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    __table_args__ = (
        CheckConstraint("kind IN ('upload', 'input', 'artifact', 'output')", name="kind"),
        CheckConstraint("size >= 0", name="size"),
        UniqueConstraint("session_id", "path"),
        Index(None, "kind", "created_at"),
    )


class Call(Base):
    """One model call through the gateway, journalled before it is sent and before it is delivered."""

    __tablename__ = "calls"
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    session_id: Mapped[str] = mapped_column(ForeignKey("sessions.id", ondelete="CASCADE"))
    attempt: Mapped[int]
    agent: Mapped[str | None] = mapped_column(String(100))
    stage: Mapped[str] = mapped_column(String(200))  # empty where the engine named none
    request_hash: Mapped[str] = mapped_column(String(64))  # canonical body, workspace path normalised
    occurrence: Mapped[int]  # 1 for the first such request of the stage, 2 for its next …
    status: Mapped[str] = mapped_column(String(20))
    delivered: Mapped[bool] = mapped_column(default=False)
    wire: Mapped[str] = mapped_column(String(30))  # openai-chat, openai-responses, anthropic, gemini …
    provider: Mapped[str] = mapped_column(String(50))
    model: Mapped[str] = mapped_column(String(200))
    http_status: Mapped[int | None]
    request: Mapped[bytes] = mapped_column(LargeBinary)  # zlib
    response: Mapped[bytes | None] = mapped_column(LargeBinary)  # zlib
    response_headers: Mapped[dict[str, Any] | None]
    input_tokens: Mapped[int] = mapped_column(default=0)
    cached_tokens: Mapped[int] = mapped_column(default=0)
    output_tokens: Mapped[int] = mapped_column(default=0)
    reasoning_tokens: Mapped[int] = mapped_column(default=0)
    cost_nano: Mapped[int | None]  # None: the price is not known
    price_version: Mapped[str | None] = mapped_column(String(50))
    error: Mapped[str | None] = mapped_column(Text)
    started_at: Mapped[datetime]
    duration_ms: Mapped[int | None]
    __table_args__ = (
        CheckConstraint("status IN ('pending', 'answered', 'failed', 'lost')", name="status"),
        Index(  # a call that failed or was lost may be sent again, and leaves its row as it was
            "uq_calls_standing",
            "session_id",
            "stage",
            "request_hash",
            "occurrence",
            unique=True,
            sqlite_where=text("status IN ('pending', 'answered')"),
            postgresql_where=text("status IN ('pending', 'answered')"),
        ),
        Index(None, "session_id", "started_at"),
        Index(None, "status", sqlite_where=text("status = 'pending'"), postgresql_where=text("status = 'pending'")),
    )


class Cost(Base):
    """What a call cost. No foreign key: these rows outlive their session, for the usage history."""

    __tablename__ = "costs"
    call_id: Mapped[str] = mapped_column(ID, primary_key=True)
    session_id: Mapped[str] = mapped_column(ID)
    mode_id: Mapped[str] = mapped_column(String(100))
    engine: Mapped[str] = mapped_column(String(100))
    agent: Mapped[str | None] = mapped_column(String(100))
    stage: Mapped[str | None] = mapped_column(String(200))
    provider: Mapped[str] = mapped_column(String(50))
    model: Mapped[str] = mapped_column(String(200))
    input_tokens: Mapped[int]
    cached_tokens: Mapped[int]
    output_tokens: Mapped[int]
    reasoning_tokens: Mapped[int]
    cost_nano: Mapped[int | None]
    price_version: Mapped[str | None] = mapped_column(String(50))
    created_at: Mapped[datetime]
    __table_args__ = (
        CheckConstraint("cost_nano >= 0", name="cost"),
        Index(None, "session_id", "created_at"),
        Index(None, "created_at"),
    )
