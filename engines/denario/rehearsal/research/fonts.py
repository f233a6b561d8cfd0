"""Give figures letters that matplotlib's own font lacks, as far as this environment has them."""

import tempfile
from pathlib import Path

import matplotlib.pyplot as plt
from matplotlib import font_manager

_EAST_ASIAN = ((0x2E80, 0x9FFF), (0xAC00, 0xD7AF), (0xF900, 0xFAFF), (0xFF00, 0xFFEF))


def is_east_asian(char: str) -> bool:
    """Say whether a letter is Chinese, Japanese or Korean."""
    return any(low <= ord(char) <= high for low, high in _EAST_ASIAN)


def add(words: str) -> bool:
    """Add a font for the letters in `words`, where they need one and there is one; return whether it is there."""
    if not any(map(is_east_asian, words)):
        return False
    try:
        import pymupdf  # noqa: PLC0415 - large, and few data need it
    except ImportError:
        return False
    file = Path(tempfile.gettempdir()) / "east_asian.ttf"
    file.write_bytes(pymupdf.Font("cjk").buffer)
    font_manager.fontManager.addfont(str(file))
    name = font_manager.fontManager.ttflist[-1].name
    plt.rcParams["font.family"] = ["DejaVu Sans", name]
    return True
