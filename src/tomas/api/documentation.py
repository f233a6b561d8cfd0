"""The page at /api/docs, served whole from here: it works without a network, and no foreign script runs on it."""

from importlib.resources import files
from typing import Final

from fastapi import FastAPI
from fastapi.openapi.docs import get_swagger_ui_html
from starlette.responses import HTMLResponse
from starlette.staticfiles import StaticFiles

_ASSETS: Final = "/api/docs/assets"


def install(app: FastAPI) -> None:
    """Add the page and what it loads."""

    async def page() -> HTMLResponse:
        """Return the page."""
        return get_swagger_ui_html(
            openapi_url="/api/openapi.json",
            title=app.title,
            swagger_js_url=f"{_ASSETS}/swagger-ui-bundle.js",
            swagger_css_url=f"{_ASSETS}/swagger-ui.css",
            swagger_favicon_url="data:,",
        )

    app.add_api_route("/api/docs", page, include_in_schema=False, response_class=HTMLResponse)
    app.mount(_ASSETS, StaticFiles(directory=str(files("fastapi_swagger") / "resources")))
