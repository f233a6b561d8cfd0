"""The end of a run: the findings, where everything lies, stages with their times, calls, tokens, cost."""

from pathlib import Path
from typing import Any

from rich.markdown import Markdown
from rich.table import Table

from tomas.cli.console import errors, out, plain, safe, seconds
from tomas.client import Client


def show(client: Client, session_id: str, folder: Path | None) -> None:
    """Print what came of a session; `folder` is its workspace where that lies on this machine."""
    results = client.results(session_id)
    findings = next((o["content"] for o in results["outputs"] if o["type"] == "markdown" and o["content"]), None)
    if findings:
        out.print()
        out.print(Markdown(plain(findings), hyperlinks=False))
    _outputs(results["outputs"], folder, client.url)
    _stages(client, session_id)
    spent = results["costs"]
    tokens = f"{spent['input_tokens']:,} input and {spent['output_tokens']:,} output tokens"
    rehearsed = " (rehearsal: scripts answered, no language model)" if results["rehearsal"] else ""
    out.print(f"\n{spent['model_calls']} model calls, {tokens}, {spent['cost_usd']} USD{rehearsed}")
    if results["status"] != "completed":
        errors.print(f"[bold red]The session {safe(results['status'])}.[/] {safe(results['reason'] or '')}")


def _outputs(outputs: list[dict[str, Any]], folder: Path | None, url: str) -> None:
    if outputs:
        out.print("\n[bold]Outputs[/]")
    for output in outputs:
        where = [str(folder / file["path"]) if folder else url + file["url"] for file in output["files"]]
        if output["status"] == "ready":
            out.print(safe(f"  {output['name']:<22} {where[0] if where else ''}"))
            for more in where[1:]:
                out.print(safe(f"  {'':<22} {more}"))
        else:
            out.print(f"  {safe(output['name']):<22} [yellow]{safe(output['why'] or output['status'])}[/]")


def _stages(client: Client, session_id: str) -> None:
    ended: list[tuple[str, float]] = []
    after = 0
    while page := client.events(session_id, after):
        after = page[-1]["seq"]
        stages = [event for event in page if event["type"] == "stage" and "seconds" in event["metadata"]]
        ended += [(event["stage"] or event["content"], event["metadata"]["seconds"]) for event in stages]
    if not ended:
        return
    out.print("\n[bold]Stages[/]")
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2))
    for name, took in ended:
        table.add_row(f"  {safe(name)}", seconds(took))
    out.print(table)
