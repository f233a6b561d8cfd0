"""The command line."""

from tomas.cli.main import main

__all__ = ["main"]
