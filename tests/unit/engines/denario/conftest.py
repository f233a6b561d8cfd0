"""Puts the adapter on the path, as the fork server does; none of what is tested here imports Denario."""

import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[4] / "engines" / "denario"

if str(FOLDER) not in sys.path:
    sys.path.append(str(FOLDER))
