"""Callers: the attempts whose workers call, and what their sessions have asked before."""

import asyncio
import hashlib
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any, Final
from weakref import WeakValueDictionary

from tomas.gateway.flights import Flight
from tomas.gateway.masks import Mask
from tomas.services.keys import KeyBox, KeysUnreadable
from tomas.services.providers import ProviderKeys
from tomas.store import calls
from tomas.store.calls import Key, TokenOwner
from tomas.store.database import Database

_MOST: Final = 2000  # callers kept; one that is dropped is read again at its next call


class Ledger:
    """A session's calls, over all its attempts: the answered ones by id, and those under way."""

    def __init__(self, answered: dict[Key, str]) -> None:
        self.answered = answered
        self.flights: dict[Key, Flight] = {}


@dataclass(slots=True)
class Progress:
    """How far one attempt has come with one request: how many answers reached it, and whether the last try did."""

    delivered: int = 0
    last_delivered: bool = False


@dataclass(slots=True)
class Caller:
    """One attempt's worker."""

    session_id: str
    attempt: int
    mode_id: str
    engine: str
    rehearsal: bool
    models: dict[str, str]  # by role
    keys: ProviderKeys
    mask: Mask  # hides these keys
    ledger: Ledger
    replayed: set[str] = field(default_factory=set[str])  # calls of earlier attempts that it was told of
    progress: dict[tuple[str, str], Progress] = field(default_factory=dict[tuple[str, str], Progress])

    def progress_of(self, stage: str, request_hash: str) -> Progress:
        """Return how far this attempt has come with a request."""
        return self.progress.setdefault((stage, request_hash), Progress())


class Callers:
    """Finds callers by their tokens, and keeps them."""

    def __init__(self, database: Database, provider_keys: ProviderKeys, keybox: KeyBox) -> None:
        self._database, self._provider_keys, self._keybox = database, provider_keys, keybox
        self._callers: OrderedDict[str, Caller] = OrderedDict()
        self._ledgers: WeakValueDictionary[str, Ledger] = WeakValueDictionary()
        self._reading = asyncio.Lock()

    async def find(self, token: str) -> Caller | None:
        """Return whose token this is; None if nobody's. Raises KeysUnreadable."""
        token_hash = hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
        if caller := self._callers.get(token_hash):
            return caller
        async with self._reading:
            if caller := self._callers.get(token_hash):
                return caller
            async with self._database.reading() as db:
                owner = await calls.token_owner(db, token_hash)
                if owner is None:
                    return None
                ledger = self._ledgers.get(owner.session_id) or Ledger(await calls.answered(db, owner.session_id))
            self._ledgers[owner.session_id] = ledger
            caller = self._callers[token_hash] = self._caller(owner, ledger)
        # The oldest go first, but none whose calls are under way: their ledger is the only one to know of them.
        for old in [*self._callers][: max(0, len(self._callers) - _MOST)]:
            if not self._callers[old].ledger.flights:
                del self._callers[old]
        return caller

    def _caller(self, owner: TokenOwner, ledger: Ledger) -> Caller:
        models: dict[str, Any] = owner.config.get("models") or {}
        keys = self._provider_keys.merged(self._own_keys(owner))
        return Caller(
            session_id=owner.session_id,
            attempt=owner.attempt,
            mode_id=owner.mode_id,
            engine=owner.engine,
            rehearsal=owner.rehearsal,
            models=models,
            keys=keys,
            mask=Mask(access.key for access in keys.access.values() if access.key),
            ledger=ledger,
        )

    def _own_keys(self, owner: TokenOwner) -> dict[str, str]:
        if owner.keys_encrypted is None:
            return {}
        try:
            return self._keybox.decrypt(owner.keys_encrypted)
        except KeysUnreadable:
            if owner.rehearsal:
                return {}
            raise
