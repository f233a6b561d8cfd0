"""Builds the API from its state."""

from typing import Any, Final

from fastapi import APIRouter, FastAPI
from fastapi.middleware.cors import CORSMiddleware
from fastapi.routing import APIRoute

from tomas.api import documentation, problems
from tomas.api.guard import Guard
from tomas.api.limits import BodyLimit
from tomas.api.routes import catalog, configs, execute, files, health, records, tasks
from tomas.api.state import ApiState

_MOST_JSON: Final = 8_000_000  # bytes; a task and its form, never a file
_METHODS: Final = ["GET", "POST", "PUT", "PATCH", "DELETE"]


def build_api(state: ApiState, lifespan: Any = None) -> FastAPI:
    """Return the application; `lifespan` is FastAPI's own."""
    app = FastAPI(
        title=state.app_name,
        description="Long, costly tasks carried out by multi-agent engines: start, follow, read the results.",
        version="0.1.0",
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
        lifespan=lifespan,
        generate_unique_id_function=_operation_id,
        redirect_slashes=False,
    )
    app.state.tomas = state
    problems.install(app)
    api = APIRouter(prefix="/api")
    for router in (execute.router, tasks.router, records.router, catalog.router, configs.router):
        api.include_router(router)
    api.include_router(files.router)
    app.include_router(api)
    app.include_router(health.router)
    app.add_middleware(BodyLimit, most=_MOST_JSON, exempt="/api/files")
    app.add_middleware(
        CORSMiddleware,
        allow_origins=state.cors_origins,
        allow_methods=_METHODS,
        allow_headers=["*"],
        expose_headers=["Location", "X-Session-Id"],
    )
    app.add_middleware(Guard, allowed_hosts=state.allowed_hosts, cors_origins=state.cors_origins)
    documentation.install(app)
    _publish(app)
    return app


def _operation_id(route: APIRoute) -> str:
    return route.name


def _publish(app: FastAPI) -> None:
    """Have the document hold the shape of a problem, which every operation refers to."""
    make = app.openapi

    def openapi() -> dict[str, Any]:
        document = make()
        template = "#/components/schemas/{model}"
        schema = problems.Problem.model_json_schema(ref_template=template)
        shapes = document.setdefault("components", {}).setdefault("schemas", {})
        shapes.update(schema.pop("$defs", {}))
        shapes["Problem"] = schema
        return document

    app.openapi = openapi
