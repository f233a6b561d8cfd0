"""Looks into users' files without trusting them: large formats are opened in a process that may be killed.

A PDF can be made to keep a reader busy for hours or to fill the memory, and honest ones would hold up every
stream of the server while they are read. The process also keeps the readers' memory out of the server's.
"""

import asyncio
import json
import os
import resource
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from tomas.core.errors import InvalidFile
from tomas.services.documents import extract_text
from tomas.services.formats.check import check_content
from tomas.services.formats.media import DOCUMENTS, suffix_of

_SECONDS: Final = 180
_MEMORY: Final = 3_000_000_000  # bytes of address space
_FILE: Final = 200_000_000  # bytes the text may take
_APART: Final = frozenset({".pdf", ".docx", ".odt", ".xlsx"})
_NICENESS: Final = 5


async def inspect(path: Path, name: str, text_path: Path) -> str:
    """Check the file called `name` that lies at `path` and return its media type; InvalidFile says what is wrong.

    The text of a document is written to `text_path`; other files have none.
    """
    if suffix_of(name) not in _APART:
        return await asyncio.to_thread(look, path, name, text_path)
    program = "from tomas.services.inspection import main; main()"
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-I",
        "-c",
        program,
        str(path),
        name,
        str(text_path),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={"PATH": os.defpath, "LANG": "C.UTF-8"},
        start_new_session=True,
    )
    try:
        async with asyncio.timeout(_SECONDS):
            answer, _ = await process.communicate()
    except TimeoutError:
        message = f"The file could not be read within {_SECONDS} seconds. Save it anew, or give it in another format."
        raise InvalidFile(message) from None
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()
    return _understood(answer)


def look(path: Path, name: str, text_path: Path) -> str:
    """Do the same in this thread."""
    media_type = check_content(path, name)
    suffix = suffix_of(name)
    if suffix in DOCUMENTS:
        text_path.write_text(extract_text(path, suffix), "utf-8")
    return media_type


def main() -> None:
    """Look at the file that the arguments name and write the answer to stdout: the inside of `inspect`."""
    os.nice(_NICENESS)
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (_FILE, _FILE))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    path, name, text_path = sys.argv[1:]
    try:
        answer = {"media_type": look(Path(path), name, Path(text_path))}
    except InvalidFile as error:
        answer = {"fault": str(error)}
    sys.stdout.write(json.dumps(answer))


def _understood(answer: bytes) -> str:
    try:
        told: dict[str, Any] = json.loads(answer)
    except ValueError:
        message = "The file cannot be read: the reader ended over it. Save it anew, or give it in another format."
        raise InvalidFile(message) from None
    if fault := told.get("fault"):
        raise InvalidFile(fault)
    return told["media_type"]
