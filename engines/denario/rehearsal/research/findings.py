"""What is known of one question after it was looked into: words and numbers, ready to be printed and written about."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shown

RESAMPLES = 400
CONFIDENCE = (2.5, 97.5)
OUTLYING = 4.0  # scatters from the curve


@dataclass
class Name:
    """A quantity: as the texts quote it, as an axis shows it, and its unit."""

    words: str
    label: str
    unit: str = ""
    guessed: bool = False

    @property
    def axis(self) -> str:
        """The label of an axis."""
        ending = (f"[{self.unit}]", f"({self.unit})")
        return f"{self.label} [{self.unit}]" if self.unit and not self.label.endswith(ending) else self.label


@dataclass
class Check:
    """An assumption and whether the data bear it out."""

    name: str
    words: str
    holds: bool


@dataclass
class Variant:
    """The same quantity computed in another way."""

    name: str
    rows: int
    value: float
    error: float

    def as_row(self) -> list[str]:
        """Return it as a row of a table."""
        return [self.name, shown.count(self.rows), shown.measured(self.value, self.error)]


@dataclass
class Finding:
    """A question and its answer. `detail` are sentences; `numbers` hold the values behind them."""

    kind: str
    question: str
    title: str
    claim: str
    held: bool
    detail: list[str] = field(default_factory=list)
    method: list[str] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)
    quantity: str = ""  # what the variants are of
    variants: list[Variant] = field(default_factory=list)
    robust: str = ""
    alternatives: list[list[str]] = field(default_factory=list)
    alternatives_head: list[str] = field(default_factory=list)
    numbers: dict[str, Any] = field(default_factory=dict)

    def record(self, key: str, value: float, error: float = float("nan"), unit: str = "") -> None:
        """Keep the value behind a number in the text."""
        kept: dict[str, Any] = {"value": float(value)}
        if np.isfinite(error):
            kept["error"] = float(error)
        if unit:
            kept["unit"] = unit
        self.numbers[key] = kept

    def as_json(self) -> dict[str, Any]:
        """Return it for printing."""
        return {
            "kind": self.kind, "question": self.question, "title": self.title, "claim": self.claim,
            "held": self.held, "detail": self.detail, "method": self.method,
            "checks": [[c.name, c.words, c.holds] for c in self.checks], "quantity": self.quantity,
            "variants": [v.as_row() for v in self.variants], "robust": self.robust,
            "alternatives": self.alternatives, "alternatives_head": self.alternatives_head,
        }  # fmt: skip


def agreement(finding: Finding, sigmas: float = 3.0) -> None:
    """Say whether the variants agree with the first of them."""
    if len(finding.variants) < 2:
        finding.robust = "No other way of computing it was possible with these data."
        return
    first, *others = finding.variants
    off = []
    for other in others:
        error = float(np.hypot(first.error, other.error))
        if error > 0 and abs(other.value - first.value) > sigmas * error:
            off.append(other.name)
    ways = shown.several(len(others), "other way", "other ways")
    if off:
        finding.robust = (
            f"Of {ways} of computing the {finding.quantity}, {shown.several(len(off), 'differs', 'differ')} from the "
            f"main one by more than {sigmas:.0f} combined standard errors: {shown.listed(off)}. "
            "The main value therefore depends on how it is computed."
        )
    else:
        quantity = finding.quantity if finding.quantity[:1].isupper() else f"The {finding.quantity}"
        finding.robust = (
            f"{quantity} was computed in {ways}; none differs from the main one by more than "
            f"{sigmas:.0f} combined standard errors."
        )


def interval(values: np.ndarray) -> tuple[float, float, float]:
    """Return standard error and 95% interval of resampled values."""
    low, high = np.percentile(values, CONFIDENCE)
    return float(np.std(values)), float(low), float(high)


def near_fraction(low: float, high: float) -> str:
    """Name the one simple fraction that an interval holds, if it holds just one and is narrow enough to say so."""
    fractions = {
        "1/4": 0.25, "1/3": 1 / 3, "1/2": 0.5, "2/3": 2 / 3, "3/4": 0.75, "1": 1.0, "4/3": 4 / 3, "3/2": 1.5,
        "5/3": 5 / 3, "2": 2.0, "5/2": 2.5, "3": 3.0, "4": 4.0,
    }  # fmt: skip
    sign = "−" if high < 0 else ""
    inside = [name for name, value in fractions.items() if low <= (-value if sign else value) <= high]
    return sign + inside[0] if len(inside) == 1 else ""
