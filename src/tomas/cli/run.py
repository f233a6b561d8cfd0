"""`tomas run`: a session from start to results."""

from pathlib import Path
from typing import Annotated, Any

import typer

from tomas.cli.console import errors, out, plain
from tomas.cli.progress import follow
from tomas.cli.report import show
from tomas.cli.server import connected
from tomas.client import Client
from tomas.settings import load_settings


def run(
    mode: Annotated[str, typer.Argument(help="The task type; `tomas modes` lists them.")],
    inputs: Annotated[
        list[str] | None, typer.Option("--input", metavar="NAME=VALUE", help="A field of the mode's form.")
    ] = None,
    files: Annotated[
        list[str] | None, typer.Option("--file", metavar="FIELD=PATH", help="A file for a field of the form.")
    ] = None,
    task: Annotated[str | None, typer.Option(help="What is to be done, in your own words.")] = None,
    models: Annotated[
        list[str] | None, typer.Option("--model", metavar="[ROLE=]MODEL", help="For a role, or for all of them.")
    ] = None,
    options: Annotated[
        list[str] | None, typer.Option("--option", metavar="NAME=VALUE", help="An option of the engine.")
    ] = None,
    config: Annotated[str | None, typer.Option(help="A stored configuration to start from.")] = None,
    title: Annotated[str | None, typer.Option(help="What lists show.")] = None,
    follow_it: Annotated[
        bool, typer.Option("--follow/--detach", help="Show progress and results, or only start it.")
    ] = True,
    server: Annotated[str | None, typer.Option(help="The server's address; one that runs here by default.")] = None,
) -> None:
    """Run a task: upload its files, start it, show its progress and what came of it.

    Without a running server, one is started for this run.
    """
    with connected(server) as (client, own):
        if own and not follow_it:
            raise typer.BadParameter("--detach needs a server that goes on. Start one: tomas serve")
        form = client.mode(mode)
        values = _values(client, form, inputs or [], files or [])
        body: dict[str, Any] = {"config": _config(models or [], options or [], config)}
        if title:
            body["title"] = title
        session_id = client.execute(mode, task or _default_task(form), values, **body)["session_id"]
        if not follow_it:
            out.print(session_id)
            return
        errors.print(f"Session {session_id}")
        try:
            status = follow(client, session_id)
        except KeyboardInterrupt:
            _interrupted(client, session_id, own)
            raise
        folder = load_settings().workspace_dir.resolve() / session_id
        show(client, session_id, folder if folder.is_dir() else None, form["headline"])
    if status != "completed":
        raise typer.Exit(1)


def _interrupted(client: Client, session_id: str, own: bool) -> None:
    if own:
        client.cancel(session_id)
        errors.print("\nCancelled.")
    else:
        errors.print(f"\nThe session goes on. Look at it: {client.url}/api/tasks/{session_id}/status")


def _values(client: Client, form: dict[str, Any], inputs: list[str], files: list[str]) -> dict[str, Any]:
    fields = {field["name"]: field for field in form["inputs"]}
    values: dict[str, Any] = {}
    for name, text in map(_pair, inputs):
        values[name] = _value(fields.get(name, {}), text)
    for name, text in map(_pair, files):
        path = Path(text).expanduser()
        if not path.is_file():
            raise typer.BadParameter(f"There is no file {plain(path)}.", param_hint="--file")
        values.setdefault(name, []).append(client.upload(path)["file_id"])
    return values


def _value(field: dict[str, Any], text: str) -> Any:
    """Return the text as the field takes it; what does not fit is left for the server to refuse."""
    kind = field.get("type")
    if kind == "multiselect":
        return [part.strip() for part in text.split(",") if part.strip()]
    if kind == "checkbox" and text.lower() in {"true", "yes", "1", "false", "no", "0"}:
        return text.lower() in {"true", "yes", "1"}
    if kind == "number":
        return _number(text)
    return text


def _number(text: str) -> Any:
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text


def _config(models: list[str], options: list[str], name: str | None) -> dict[str, Any]:
    chosen = {role or "default": model for role, _, model in (_role(text) for text in models)}
    config: dict[str, Any] = {"models": chosen, "options": {key: _option(text) for key, text in map(_pair, options)}}
    return config | ({"name": name} if name else {})


def _role(text: str) -> tuple[str, str, str]:
    role, equals, model = text.partition("=")
    return (role, equals, model) if equals else ("", "", role)


def _option(text: str) -> Any:
    if text.lower() in {"true", "false"}:
        return text.lower() == "true"
    return _number(text)


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise typer.BadParameter(f"{plain(text)!r} is not of the form NAME=VALUE.")
    return name, value


def _default_task(form: dict[str, Any]) -> str:
    examples: list[dict[str, str]] = form["examples"]
    return examples[0]["task"] if examples else form["name"]
