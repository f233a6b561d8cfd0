"""What LaTeX lacks for the styles an engine sets papers in; the engine's `latex.toml` names the files and packages."""

import shutil
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

from tomas.cli.findings import Finding

_INSTALL = "apt-get install --no-install-recommends"


def look(engine: str, folder: Path) -> Iterator[Finding]:
    """Yield one finding a style, or a single one where there is no LaTeX at all."""
    file = folder / "latex.toml"
    if not file.is_file():
        return
    styles = tomllib.loads(file.read_text("utf-8"))
    finder = shutil.which("kpsewhich")
    if finder is None or shutil.which("xelatex") is None:
        packages = " ".join(dict.fromkeys(package for style in styles.values() for package in style["packages"]))
        says = "xelatex is not there: papers are set plainly, without a journal's style"
        yield Finding(f"LaTeX for {engine}", well=False, says=says, mend=f"{_INSTALL} {packages}", needed=False)
        return
    for name, style in styles.items():
        lacking = [wanted for wanted in style["files"] if not _has(finder, wanted)]
        says = f"lacks {', '.join(lacking)}" if lacking else "complete"
        mend = f"{_INSTALL} {' '.join(style['packages'])}"
        yield Finding(f"LaTeX, style {name}", well=not lacking, says=says, mend=mend, needed=False)


def _has(finder: str, name: str) -> bool:
    return subprocess.run([finder, name], capture_output=True, check=False).returncode == 0  # noqa: S603 - as found
