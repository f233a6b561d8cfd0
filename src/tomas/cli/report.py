"""The end of a run: the findings, where everything lies, stages with their times, calls, tokens, cost."""

from datetime import datetime
from pathlib import Path
from typing import Any, Final

from rich.markdown import Markdown
from rich.table import Table

from tomas.cli.console import errors, out, plain, safe, seconds
from tomas.client import Client

_MOST_LINES: Final = 70


def show(client: Client, session_id: str, folder: Path | None, headline: str | None) -> None:
    """Print what came of a session; `folder` is its workspace where that lies on this machine.

    `headline` names the output to print; without one it is the first text.
    """
    results = client.results(session_id)
    texts = [o for o in results["outputs"] if o["type"] == "markdown" and o["content"]]
    texts.sort(key=lambda output: output["name"] != headline)
    if texts:
        _findings(plain(texts[0]["content"]))
    _outputs(results["outputs"], folder, client.url)
    _stages(client, session_id)
    spent = results["costs"]
    tokens = f"{spent['input_tokens']:,} input and {spent['output_tokens']:,} output tokens"
    rehearsed = " (rehearsal: scripts answered, no language model)" if results["rehearsal"] else ""
    out.print(f"\n{spent['model_calls']} model calls, {tokens}, {spent['cost_usd']} USD{rehearsed}")
    if results["status"] != "completed":
        errors.print(f"[bold red]The session {safe(results['status'])}.[/] {safe(results['reason'] or '')}")


def _findings(text: str) -> None:
    """Print the first declared text, or as much of it as one reads on a screen."""
    lines = text.splitlines()
    shown = "\n".join(lines[:_MOST_LINES])
    out.print()
    if out.is_terminal:
        out.print(Markdown(shown, hyperlinks=False), soft_wrap=False)
    else:
        out.print(shown, markup=False)
    if len(lines) > _MOST_LINES:
        out.print(f"… {len(lines) - _MOST_LINES} more lines in the file below.")


def _outputs(outputs: list[dict[str, Any]], folder: Path | None, url: str) -> None:
    if outputs:
        out.print("\n[bold]Outputs[/]")
    for output in outputs:
        where = [str(folder / file["path"]) if folder else url + file["url"] for file in output["files"]]
        if output["status"] == "ready":
            out.print(safe(f"  {output['name']:<22} {where[0] if where else ''}"))
            for more in where[1:]:
                out.print(safe(f"  {'':<22} {more}"))
        elif not output["required"]:
            out.print(f"  {safe(output['name']):<22} [dim]not made[/]")
        else:
            out.print(f"  {safe(output['name']):<22} [yellow]{safe(output['why'] or output['status'])}[/]")


def _stages(client: Client, session_id: str) -> None:
    began: dict[str, datetime] = {}
    ended: list[tuple[str, float]] = []
    for event in client.events(session_id, types=["stage"]):
        name, moment = event["stage"] or event["content"], datetime.fromisoformat(event["created_at"])
        state = event["metadata"].get("state", "started")
        if state == "started":
            began[name] = moment
        elif state in {"completed", "failed"} and name in began:
            ended.append((name, (moment - began.pop(name)).total_seconds()))
    if not ended:
        return
    out.print("\n[bold]Stages[/]")
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2))
    for name, took in ended:
        table.add_row(f"  {safe(name)}", seconds(took))
    out.print(table)
