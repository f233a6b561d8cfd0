"""Live progress of a session: a line for each thing that began or ended, a summary line where there is a terminal."""

import time
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from rich.live import Live
from rich.text import Text

from tomas.cli.console import errors, plain, safe, seconds
from tomas.client import Client

_LINE = 110  # characters of a message that are shown


@dataclass
class Tally:
    """What has been seen so far."""

    began: float = field(default_factory=time.monotonic)
    stage: str = ""
    agent: str = ""
    calls: int = 0
    tokens: int = 0
    cost: Decimal = Decimal(0)

    def count(self, event: dict[str, Any]) -> None:
        """Take an event into account."""
        self.agent = event["agent"] or self.agent
        if event["type"] == "stage" and event["metadata"].get("state", "started") == "started":
            self.stage = event["stage"] or event["content"]
        if event["type"] == "llm_call" and (cost := event["cost_info"]):
            self.calls += 1
            self.tokens += cost["input_tokens"] + cost["output_tokens"]
            self.cost += Decimal(cost["cost_usd"] or 0)

    def line(self) -> str:
        """Return the state of things in one line."""
        parts = [seconds(time.monotonic() - self.began), self.stage, self.agent, f"{self.calls} model calls"]
        return " · ".join(filter(None, [*parts, f"{self.tokens:,} tokens", f"{self.cost:.4f} USD"]))


class _Summary:
    """The live line; it is rendered anew several times a second, so that its clock runs."""

    def __init__(self, tally: Tally) -> None:
        self._tally = tally

    def __rich__(self) -> Text:
        return Text(plain(self._tally.line()), style="dim")


def follow(client: Client, session_id: str) -> str:
    """Show a session's events until its end and return its final status."""
    tally = Tally()
    with Live(_Summary(tally), console=errors, refresh_per_second=4, transient=True) as live:
        if not errors.is_terminal:
            live.stop()
        for event in client.stream(session_id):
            tally.count(event)
            if told := _told(event):
                errors.print(f"[dim]{seconds(time.monotonic() - tally.began):>8}[/]  {told}")
            if event["type"] == "end":
                return event["metadata"].get("status", event["status"])
    return client.status(session_id)["status"]


def _told(event: dict[str, Any]) -> str | None:
    """Return what a person wants to see of an event, as markup; None for the rest."""
    more, content = event["metadata"], _short(event["content"])
    told: str | None = None
    match event["type"]:
        case "stage":
            name, state = event["stage"] or content, more.get("state", "started")
            told = f"{safe(name)}: {safe(content)}" if state == "progress" else f"[bold]{safe(name)}[/] {safe(state)}"
        case "code" if more.get("phase") == "start":
            told = f"runs {safe(more.get('file') or 'code')}"
        case "code" if more.get("phase") == "end" and more.get("exit_code"):
            told = f"[yellow]the code failed with exit code {safe(more['exit_code'])}[/]"
        case "artifact":
            told = "made " + safe(", ".join(artifact["path"] for artifact in event["artifacts"]))
        case "log" if content:
            told = f"[yellow]{safe(content)}[/]"
        case "status" if more.get("to"):
            told = safe(more["to"]) + (f": {safe(content)}" if content else "")
        case "message" if more.get("role") != "user" and content:
            told = f"[cyan]{safe(event['agent'] or 'agent')}[/] {safe(content)}"
        case _:
            pass
    return told


def _short(text: str) -> str:
    line = " ".join(plain(text).split())
    return line if len(line) <= _LINE else line[: _LINE - 1] + "…"
