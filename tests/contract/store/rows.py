"""Rows for tests, with as little said as can be."""

from typing import Any

from tomas.core.clock import now
from tomas.core.ids import new_id
from tomas.core.session import Status
from tomas.store import configs, tables
from tomas.store.database import Database


async def add_session(database: Database, **values: Any) -> str:
    """Store a session and return its id."""
    async with database.transaction() as db:
        digest = await configs.keep(db, values.pop("body", {"options": {}}))
        row = {
            "id": new_id(),
            "mode_id": "echo",
            "engine": "echo",
            "title": "a title",
            "task": "a task",
            "input_data": {},
            "config_digest": digest,
            "status": Status.COMPLETED,
            "rehearsal": True,
            "created_at": now(),
            "updated_at": now(),
        } | values
        db.add(tables.Session(**row))
    return str(row["id"])


def file_row(session_id: str | None, path: str, **values: Any) -> tables.File:
    row = {
        "id": new_id(),
        "session_id": session_id,
        "kind": "artifact" if session_id else "upload",
        "name": path,
        "path": path,
        "media_type": "text/plain",
        "size": 1,
        "sha256": "0" * 64,
        "created_at": now(),
    } | values
    return tables.File(**row)


def cost_row(session_id: str, cost_nano: int | None, **values: Any) -> tables.Cost:
    row = {
        "call_id": new_id(),
        "session_id": session_id,
        "mode_id": "echo",
        "engine": "echo",
        "agent": "planner",
        "stage": "planning",
        "provider": "openai",
        "model": "gpt-4.1",
        "input_tokens": 100,
        "cached_tokens": 10,
        "output_tokens": 20,
        "reasoning_tokens": 5,
        "cost_nano": cost_nano,
        "price_version": "1",
        "created_at": now(),
    } | values
    return tables.Cost(**row)
