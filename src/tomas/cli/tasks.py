"""`tomas tasks`."""

from typing import Annotated

import typer
from rich.table import Table

from tomas.cli.console import out, safe
from tomas.cli.server import connect


def tasks(
    status: Annotated[str | None, typer.Option(help="Only those in this status.")] = None,
    mode: Annotated[str | None, typer.Option(help="Only those of this mode.")] = None,
    text: Annotated[str | None, typer.Option(help="Only those with this in title or task.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=200)] = 20,
    server: Annotated[str | None, typer.Option(help="The server's address.")] = None,
) -> None:
    """List sessions, newest first."""
    with connect(server) as client:
        rows = client.tasks(status=status, mode=mode, text=text, limit=limit)["items"]
    table = Table(box=None, header_style="bold")
    for heading in ("session", "mode", "status", "created", "cost USD", "title"):
        table.add_column(heading, no_wrap=heading == "session")
    for row in rows:
        cells = (
            row["session_id"],
            row["mode_id"],
            row["status"],
            row["created_at"][:19],
            row["cost_usd"],
            row["title"],
        )
        table.add_row(*map(safe, cells))
    out.print(table if rows else "There are no such sessions.")
