"""`tomas modes`."""

from typing import Annotated

import typer
from rich.table import Table

from tomas.cli.console import out, safe
from tomas.modes.catalog import load_modes
from tomas.settings import load_settings


def modes(
    mode_id: Annotated[str | None, typer.Argument(help="Show this one whole.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Also those meant for developers.")] = False,
) -> None:
    """List the task types, or show one with its inputs and outputs."""
    known = load_modes(load_settings().modes_dir)
    if mode_id is None:
        table = Table(box=None, header_style="bold")
        for heading in ("mode", "engine", "name"):
            table.add_column(heading)
        for mode in known:
            if every or not mode.hidden:
                table.add_row(safe(mode.id), safe(mode.engine), safe(mode.name))
        out.print(table)
        return
    mode = known.get(mode_id)
    out.print(f"[bold]{safe(mode.id)}[/]: {safe(mode.name)}\n{safe(mode.description.strip())}\n\n[bold]Inputs[/]")
    for field in mode.inputs:
        choices = f" ({', '.join(option.value for option in field.options)})" if field.options else ""
        suffixes = f" ({', '.join(field.accepted)})" if field.accepted else ""
        needed = ", required" if field.required else ""
        how = "--file" if field.type == "file" else "--input"
        text = f"  {how} {field.name}=…  {field.label}: {field.type}{choices}{suffixes}{needed}"
        out.print(safe(text))
    out.print("\n[bold]Outputs[/]")
    for output in mode.outputs:
        out.print(safe(f"  {output.name} ({output.type}): {', '.join(output.files)}"))
