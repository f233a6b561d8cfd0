"""What `tomas doctor` looked at, and what it found."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. `mend` is what to do; a finding that is not `needed` is only told."""

    what: str
    well: bool
    says: str
    mend: str = ""
    needed: bool = True
