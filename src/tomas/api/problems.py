"""Problems (RFC 9457): the one form every error takes."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict
from sqlalchemy.exc import OperationalError
from starlette.exceptions import HTTPException

from tomas.core.errors import Invalid, OutOfSpace, TomasError, Unavailable
from tomas.core.ids import new_id

MEDIA_TYPE: Final = "application/problem+json"
_SHOWN: Final = 500  # characters of an input's fault
_log = structlog.get_logger()


class FieldFault(BaseModel):
    """What is wrong with one field of the request."""

    field: str
    message: str


class Problem(BaseModel):
    """An error: what kind, what about this request, what to do."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "type": "/api/problems/invalid-input",
                    "title": "The input does not fit the mode.",
                    "status": 422,
                    "detail": "input_data.tickets: is required",
                    "code": "invalid-input",
                    "errors": [{"field": "input_data.tickets", "message": "is required"}],
                }
            ]
        }
    )
    type: str
    title: str
    status: int
    detail: str
    code: str
    errors: list[FieldFault] | None = None


def responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return what an operation's documentation says of its errors; 4xx and 5xx that any may give are among them."""
    every = sorted({*statuses, 400, 403, 422, 500, 503})
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {status: {"description": HTTPStatus(status).phrase, "content": content} for status in every}


def problem(
    status: int, code: str, title: str, detail: str, fields: Sequence[tuple[str, str]] = (), **more: Any
) -> JSONResponse:
    """Build the answer."""
    body: dict[str, Any] = {
        "type": f"/api/problems/{code}",
        "title": title,
        "status": status,
        "detail": detail,
        "code": code,
    }
    if fields:
        body["errors"] = [{"field": field, "message": message[:_SHOWN]} for field, message in fields]
    headers: Mapping[str, str] | None = more.get("headers")
    return JSONResponse(body, status, headers=headers, media_type=MEDIA_TYPE)


def from_error(error: TomasError) -> JSONResponse:
    """Build the answer for one of our own errors."""
    fields = error.fields if isinstance(error, Invalid) else ()
    return problem(error.status, error.code, error.title, str(error), fields)


def install(app: FastAPI) -> None:
    """Have every error of `app` answered with a problem."""
    app.add_exception_handler(TomasError, _on_tomas_error)
    app.add_exception_handler(RequestValidationError, _on_invalid_request)
    app.add_exception_handler(HTTPException, _on_http_exception)
    app.add_exception_handler(OperationalError, _on_database_error)
    app.add_exception_handler(OSError, _on_os_error)
    app.add_exception_handler(Exception, _on_exception)


async def _on_tomas_error(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, TomasError)
    return from_error(error)


async def _on_invalid_request(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    faults = [(_place(fault["loc"]), _sentence(fault)) for fault in error.errors()]
    broken = any(fault["type"] == "json_invalid" for fault in error.errors())
    if broken:
        return problem(400, "broken-json", "The body is no JSON.", faults[0][1])
    detail = "; ".join(f"{field}: {message}" for field, message in faults)
    return problem(422, "invalid", "The request is not valid.", detail[:2000], faults)


async def _on_http_exception(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    phrase = HTTPStatus(error.status_code).phrase
    code = phrase.lower().replace(" ", "-").replace("'", "")
    details = {
        404: f"There is nothing at {request.url.path}. The operations are listed at /api/docs.",
        405: f"{request.method} is not possible at {request.url.path}.",
        413: "The body is larger than this operation takes.",
    }
    detail = details.get(error.status_code, str(error.detail))
    return problem(error.status_code, code, f"{phrase}.", detail, headers=error.headers)


async def _on_database_error(request: Request, error: Exception) -> JSONResponse:
    text = str(getattr(error, "orig", error))
    if "full" in text or "No space" in text:
        return from_error(OutOfSpace("The server's disk is full: nothing was stored. Free some space and try again."))
    _log.error("database error", path=request.url.path, exc_info=error)
    return from_error(Unavailable("The database cannot be used at the moment. Nothing was stored; try again."))


async def _on_os_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, OSError)
    if error.errno in {28, 122}:  # ENOSPC, EDQUOT
        return from_error(OutOfSpace("The server's disk is full: nothing was stored. Free some space and try again."))
    return await _on_exception(request, error)


async def _on_exception(request: Request, error: Exception) -> JSONResponse:
    error_id = new_id()
    _log.error("unexpected error", error_id=error_id, path=request.url.path, exc_info=error)
    detail = f"An error that was not foreseen. The server's log has it under {error_id}."
    return problem(500, "internal-error", "The server failed.", detail)


def _place(loc: Sequence[int | str]) -> str:
    parts = [str(part) for part in loc]
    inner = parts[1:] if parts and parts[0] in {"body", "query", "path", "header"} else parts
    return ".".join(inner) or "body"


def _sentence(fault: Mapping[str, Any]) -> str:
    if fault["type"] == "extra_forbidden":
        return "There is no such field."
    if fault["type"] == "json_invalid":
        return f"{fault['ctx']['error']} character {fault['loc'][-1]}"
    return str(fault["msg"])
