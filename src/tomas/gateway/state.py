"""What the gateway is given, and what it holds while it runs."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import httpx2

from tomas.gateway.callers import Callers
from tomas.gateway.rehearsal import Players
from tomas.services.keys import KeyBox
from tomas.services.providers import ProviderKeys
from tomas.store.database import Database
from tomas.store.signals import Signals


@dataclass(frozen=True, slots=True)
class GatewayState:
    """Put together once by the application."""

    database: Database
    signals: Signals
    provider_keys: ProviderKeys
    keybox: KeyBox
    workspace_dir: Path  # absolute; a session's paths below it do not tell two requests apart
    rehearsal_dirs: Mapping[str, Path] = field(default_factory=dict[str, Path])  # by engine: its folder with player.py
    alone: bool = False  # no other gateway works on this database: what is pending at the start was left behind
    literature: Mapping[str, str] = field(default_factory=dict[str, str])  # by service: its address
    connect_seconds: float = 10
    read_seconds: float = 1200  # without a byte of the provider's
    most_request_bytes: int = 64 * 1024 * 1024
    most_answer_bytes: int = 128 * 1024 * 1024
    drain_seconds: float = 5  # given to calls under way when the gateway is told to stop


@dataclass(frozen=True, slots=True)
class Runtime:
    """A running gateway."""

    given: GatewayState
    client: httpx2.AsyncClient
    tasks: asyncio.TaskGroup
    callers: Callers
    players: Players
    delivered: list[str] = field(default_factory=list[str])  # calls to be marked so in the next transaction
