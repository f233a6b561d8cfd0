"""Named configurations."""

from typing import Annotated, Any

from fastapi import APIRouter, Body

from tomas.api.problems import responses
from tomas.api.schemas.catalog import ConfigInfo
from tomas.api.schemas.common import Page
from tomas.api.state import Context
from tomas.services import configs

router = APIRouter(prefix="/configs", tags=["Configurations"])
_EXAMPLE = {"models": {"default": "openai/gpt-4.1"}, "options": {"max_plan_steps": 4}}


@router.get("", responses=responses())
async def list_configs(context: Context) -> Page[ConfigInfo]:
    """List the configurations a request may name."""
    return Page(items=[ConfigInfo.of(one) for one in await configs.all_configs(context.configs_dir)])


@router.get("/{name}", responses=responses(404))
async def get_config(name: str, context: Context) -> ConfigInfo:
    """Return a configuration."""
    return ConfigInfo(name=name, config=await configs.get(context.configs_dir, name), fault=None)


@router.put("/{name}", responses=responses())
async def put_config(
    name: str, context: Context, body: Annotated[dict[str, Any], Body(examples=[_EXAMPLE])]
) -> ConfigInfo:
    """Store a configuration, whole or not at all: `engine`, `description`, `options`, `models`, `limits`, `agents`."""
    config = await configs.put(context.configs_dir, context.engines, name, body)
    return ConfigInfo(name=name, config=config, fault=None)


@router.delete("/{name}", status_code=204, responses=responses(404))
async def delete_config(name: str, context: Context) -> None:
    """Remove a configuration; sessions that ran with it keep what it said."""
    await configs.delete(context.configs_dir, name)
