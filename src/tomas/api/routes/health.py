"""Whether the server lives, and whether it can take work."""

from fastapi import APIRouter, Response

from tomas.api.problems import problem, responses
from tomas.api.schemas.health import Health
from tomas.api.state import State

router = APIRouter(prefix="/health", tags=["Health"])


@router.get("/live", responses=responses())
async def get_liveness() -> Health:
    """Answer while the process lives."""
    return Health(status="ok")


@router.get("/ready", response_model=Health, responses=responses())
async def get_readiness(state: State) -> Health | Response:
    """Answer while the database, the executor and the gateway can be used; else a 503 that says which cannot."""
    wrong = await state.ready()
    if wrong:
        detail = "; ".join(f"{part}: {why}" for part, why in wrong.items())
        return problem(503, "not-ready", "The server is not ready.", detail, list(wrong.items()))
    return Health(status="ok")
