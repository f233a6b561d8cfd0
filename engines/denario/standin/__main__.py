"""Stands in for xelatex: `python standin FILE.tex JOURNAL FONT_FOLDER …` makes FILE.pdf beside the file.

The LaTeX is read by pandoc and set by Typst, both from wheels: no TeX, no network. The style is plain, whatever
the journal, and the first page says so. Errors are printed as LaTeX prints them, `! ` first.
"""

import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import front
import tree

_HERE = Path(__file__).resolve().parent
_TEMPLATE = _HERE / "paper.typ"
_BIBLIOGRAPHY = "bibliography.bib"


class Fault(Exception):
    """The file cannot be set; the message says why."""


def main() -> int:
    """Set the paper; return the exit code."""
    file, journal, *fonts = Path(sys.argv[1]), *sys.argv[2:]
    try:
        paper = front.read(file.read_text(encoding="utf-8"))
        source = _typst(paper, journal)
        _compile(source, file, fonts)
    except Fault as error:
        sys.stdout.write(f"! {error}\n")
        return 1
    return 0


def _typst(paper: front.Paper, journal: str) -> str:
    document = json.loads(_pandoc(["-f", "latex", "-t", "json"], paper.whole))
    cited = _cited()
    tree.mend(document, cited=bool(cited))
    style = ["-f", "json", "-t", "typst", "--template", str(_TEMPLATE), *_facts(journal)]
    return _pandoc([*cited, *style], json.dumps(document))


def _facts(journal: str) -> list[str]:
    return [] if journal == "NONE" else ["-V", f"journal={journal}"]


def _cited() -> list[str]:
    """Return what has pandoc set the references, if there are any."""
    if not Path(_BIBLIOGRAPHY).is_file():
        return []
    return ["--citeproc", "--bibliography", _BIBLIOGRAPHY, "-M", "reference-section-title=References"]


def _pandoc(arguments: list[str], text: str) -> str:
    spec = find_spec("pypandoc")
    if spec is None or spec.origin is None:
        raise Fault("pandoc is not installed")
    program = Path(spec.origin).parent / "files" / "pandoc"
    done = subprocess.run(  # noqa: S603 - a fixed program
        [str(program), *arguments], input=text, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise Fault(done.stderr.strip() or f"pandoc ended with exit code {done.returncode}")
    return done.stdout


def _compile(source: str, file: Path, fonts: list[str]) -> None:
    import typst  # noqa: PLC0415 - not needed where pandoc found a fault

    ready = file.with_name(f".{file.stem}.typ")
    ready.write_text(source, encoding="utf-8")
    options: dict[str, Any] = {"output": str(file.with_suffix(".pdf")), "font_paths": fonts}
    # Figures lie beside the paper's folder, to which a link leads out of it: the root is the folder around both.
    above = [folder for folder in file.resolve().parents if (folder / "input_files").is_dir()]
    root = above[-1] if above else file.resolve().parent
    try:
        typst.compile(str(ready), root=str(root), **options)
    except Exception as error:
        raise Fault(str(error)) from error
    finally:
        ready.unlink()


if __name__ == "__main__":
    sys.exit(main())
