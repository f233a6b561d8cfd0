"""What there is to choose from: modes, engines, models."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Body, Query

from tomas.api.problems import responses
from tomas.api.schemas.catalog import EngineInfo, EstimateInfo, EstimateRequest, ModeInfo, ModelInfo, Models
from tomas.api.schemas.common import Page
from tomas.api.state import Context
from tomas.services import prices
from tomas.services.estimate import estimate
from tomas.services.providers import provider
from tomas.workers.environment import is_installed

router = APIRouter()
Hidden = Annotated[bool, Query(description="Also those meant for developers.")]


@router.get("/modes", tags=["Modes"], responses=responses())
async def list_modes(context: Context, hidden: Hidden = False) -> Page[ModeInfo]:
    """List the task types."""
    return Page(items=[ModeInfo.of(mode) for mode in context.modes if hidden or not mode.hidden])


@router.get("/modes/category/{category}", tags=["Modes"], responses=responses())
async def list_modes_by_category(category: str, context: Context) -> Page[ModeInfo]:
    """List the task types of a category."""
    return Page(items=[ModeInfo.of(mode) for mode in context.modes if mode.category == category])


@router.get("/modes/engine/{engine_type}", tags=["Modes"], responses=responses(404))
async def list_modes_by_engine(engine_type: str, context: Context) -> Page[ModeInfo]:
    """List the task types that an engine carries out."""
    engine = context.engines.get(engine_type)
    return Page(items=[ModeInfo.of(mode) for mode in context.modes if mode.engine == engine.name])


@router.get("/modes/{mode_id}", tags=["Modes"], responses=responses(404))
async def get_mode(mode_id: str, context: Context) -> ModeInfo:
    """Return a task type."""
    return ModeInfo.of(context.modes.get(mode_id))


@router.post("/modes/{mode_id}/estimate", tags=["Modes"], responses=responses(404, 409))
async def estimate_mode(mode_id: str, context: Context, asked: Annotated[EstimateRequest, Body()]) -> EstimateInfo:
    """Say what a session will likely take, before any model is called."""
    return EstimateInfo.of(await estimate(context, mode_id, asked.config, asked.api_keys))


@router.get("/engines", tags=["Engines"], responses=responses())
async def list_engines(context: Context, hidden: Hidden = False) -> Page[EngineInfo]:
    """List the engines, whether each is installed, and their options."""
    shown = [manifest for manifest in context.engines if hidden or not manifest.hidden]
    return Page(items=[EngineInfo.of(one, installed=is_installed(one, context.engines_dir)) for one in shown])


@router.get("/models", tags=["Models"], responses=responses())
async def list_models(context: Context) -> Models:
    """List the models one can name, their prices, and the setting that is missing for each that is not available."""
    listed = await asyncio.to_thread(prices.list_models)
    keys = context.provider_keys
    only = context.rehearsal or keys.is_empty
    missing = {name: None if access.key else provider(name).key_setting for name, access in keys.access.items()}
    return Models(rehearsal_only=only, items=[ModelInfo.of(one, missing[one.provider]) for one in listed])
