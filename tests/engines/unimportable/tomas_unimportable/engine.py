"""An engine whose import fails."""

raise ImportError("no module named unobtainium")
