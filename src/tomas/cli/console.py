"""What is printed, and how: text from models and files is shown as it is, never as markup or control codes."""

import re
from typing import Final

from rich.console import Console
from rich.markup import escape

_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")

out = Console(highlight=False, soft_wrap=True)
errors = Console(stderr=True, highlight=False, soft_wrap=True)


def plain(text: object) -> str:
    """Return text that no terminal acts upon; line breaks and tabs stay."""
    return _CONTROL.sub("", str(text).replace("\r\n", "\n"))


def safe(text: object) -> str:
    """Return `plain` text that is no markup either."""
    return escape(plain(text))


def fail(message: str, *more: str) -> None:
    """Say what went wrong on standard error."""
    errors.print(f"[bold red]tomas:[/] {safe(message)}")
    for line in more:
        if line not in message:
            errors.print(f"  {safe(line)}")


def seconds(value: float) -> str:
    """Return a duration as a person reads it."""
    if value < 60:  # noqa: PLR2004 - a minute
        return f"{value:.1f} s"
    minutes, rest = divmod(round(value), 60)
    return f"{minutes} min {rest:02d} s"
