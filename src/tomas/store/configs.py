"""The resolved configurations of sessions: equal ones are stored once, under the digest of their canonical form."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from tomas.core.clock import now
from tomas.store import tables


def canonical(body: Mapping[str, Any]) -> str:
    """Return the one way to write `body` as JSON: keys sorted, no blanks, no NaN."""
    return json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def digest_of(body: Mapping[str, Any]) -> str:
    """Return the SHA-256 of the canonical form, in hexadecimal."""
    return hashlib.sha256(canonical(body).encode()).hexdigest()


async def keep(db: AsyncSession, body: dict[str, Any], name: str | None = None) -> str:
    """Store `body` unless it is there, and return its digest; several writers at once agree."""
    digest = digest_of(body)
    values = {"digest": digest, "name": name, "body": body, "created_at": now()}
    insert = postgresql.insert if db.get_bind().dialect.name == "postgresql" else sqlite.insert
    await db.execute(insert(tables.Config).values(values).on_conflict_do_nothing())
    return digest
