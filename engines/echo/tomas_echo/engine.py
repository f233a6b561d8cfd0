"""Echo: `n` events of 200 bytes, each holding its number and the time it was made."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from typing import Any

from tomas_engine import Engine, EngineOutput

_CONTENT_BYTES = 200


class EchoEngine(Engine):
    """Takes `n`, `delay_ms` (a wait before each event) and `burn_ms` (pure computing before each event)."""

    async def initialize(self, session_id: str, workspace_dir: str, config: dict[str, Any]) -> None:
        """Nothing to prepare."""

    async def execute(
        self, task: str, input_data: dict[str, Any], mode_config: dict[str, Any]
    ) -> AsyncIterator[EngineOutput]:
        """Emit the events, then say that all of them were."""
        count = int(input_data.get("n", 10))
        delay, burn = float(input_data.get("delay_ms", 0)) / 1e3, float(input_data.get("burn_ms", 0)) / 1e3
        for number in range(count):
            if delay:
                await asyncio.sleep(delay)
            if burn:
                _compute(burn)
            yield EngineOutput(content=f"@E{number}:{time.time_ns()}@".ljust(_CONTENT_BYTES, "."), agent="echo")
        yield EngineOutput(type="status", status="completed", content=f"{count} events")

    async def cleanup(self) -> None:
        """Nothing to release."""

    async def get_cost_estimate(self, input_data: Mapping[str, Any]) -> dict[str, Any]:
        """No model is called; the time is that of the waits and the computing."""
        each = (float(input_data.get("delay_ms", 0)) + float(input_data.get("burn_ms", 0))) / 1e3
        seconds = int(input_data.get("n", 10)) * each
        return {
            "model_calls": [0, 0],
            "seconds": [seconds, seconds],
            "input_tokens": [0, 0],
            "output_tokens": [0, 0],
        }


def _compute(seconds: float) -> None:
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        sum(range(1000))
