"""The engine contract of TOMAS: what an engine implements and how it speaks to the platform.

It runs inside the environments of foreign engines, so it imports the standard library alone.
"""

from tomas_engine.contract import (
    Artifact,
    CannotDo,
    Engine,
    EngineFailed,
    EngineOutput,
    Intervention,
)

__all__ = ["Artifact", "CannotDo", "Engine", "EngineFailed", "EngineOutput", "Intervention"]
