"""Denario behind the engine contract of TOMAS.

Denario computes its results with CMBAgent, so the parts of TOMAS's CMBAgent adapter that tie it to a session
(events, model calls, confined code, checkpoints) are used from there: `tomas_cmbagent` is a sibling of this
engine's folder in the checkout and in the wheel, and is put on the path here, behind everything else.
"""

import sys
from pathlib import Path

_SIBLING = str(Path(__file__).resolve().parents[2] / "cmbagent")
if _SIBLING not in sys.path:
    sys.path.append(_SIBLING)
