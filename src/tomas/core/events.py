"""Events: what happened in a session, as it is stored and sent."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from tomas.core.clock import isoformat
from tomas.core.text import storable
from tomas_engine import EngineOutput


@dataclass(frozen=True, slots=True)
class Event:
    """An output of a session at its place in the log; `payload` is the JSON every reader gets, made once."""

    seq: int
    created_at: datetime
    output: EngineOutput

    @property
    def payload(self) -> str:
        """Serialise: seq, type and created_at first, then the rest of the output."""
        body: dict[str, Any] = {
            "seq": self.seq,
            "type": self.output.type,
            "created_at": isoformat(self.created_at),
        }
        body |= asdict(self.output)
        return storable(json.dumps(body, ensure_ascii=False, separators=(",", ":")))
