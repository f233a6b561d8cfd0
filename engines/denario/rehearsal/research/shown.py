"""Write numbers and names the one way they stand in every text, table and figure of the study."""

import math
import unicodedata

_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_PLAIN_FROM, _PLAIN_TO = -3, 6  # powers of ten that are written out
_LEAST_P = 1e-10
_DRAWABLE = 0x058F  # the figures' font has Latin, Greek, Cyrillic and Armenian
_EAST_ASIAN = 0x2E80
more_letters = False  # whether the figures have a font for Chinese, Japanese and Korean too


def number(value: float, digits: int = 3) -> str:
    """Return a number with so many significant digits."""
    if value is None or not math.isfinite(value):
        return "not determined"
    if value == 0:
        return "0"
    power = math.floor(math.log10(abs(value)))
    rounded = round(value, digits - 1 - power)
    power = math.floor(math.log10(abs(rounded)))
    if _PLAIN_FROM <= power < _PLAIN_TO:
        text = f"{rounded:.{max(0, digits - 1 - power)}f}"
        return text.replace("-", "−")
    mantissa = f"{rounded / 10.0**power:.{digits - 1}f}".replace("-", "−")
    return f"{mantissa} × 10{str(power).translate(_SUPERSCRIPTS)}"


def count(value: int) -> str:
    """Return a count; groups of three from ten thousand on."""
    return f"{int(value):,}" if abs(value) >= 10_000 else str(int(value))


def percent(share: float) -> str:
    """Return a share as per cent."""
    if 0.99 < share < 1:
        nines = min(5, int(-math.log10(1 - share)))
        return f"more than {100 * (1 - 10.0**-nines):.{max(0, nines - 2)}f}%"
    return f"{100 * share:.0f}%" if share >= 0.1 or share == 0 else f"{100 * share:.1f}%"


def measured(value: float, error: float) -> str:
    """Return a value with its standard error, both to the error's second significant digit."""
    if not math.isfinite(value) or not math.isfinite(error) or error <= 0:
        return number(value)
    places = 1 - math.floor(math.log10(error))
    power = math.floor(math.log10(abs(value))) if value else 0
    if power >= _PLAIN_TO or power < _PLAIN_FROM or places > 6:
        scale = 10.0**power
        places = max(0, 1 - math.floor(math.log10(error / scale)))
        body = f"({value / scale:.{places}f} ± {error / scale:.{places}f})".replace("-", "−")
        return f"{body} × 10{str(power).translate(_SUPERSCRIPTS)}"
    places = max(0, places)
    return f"{value:.{places}f} ± {error:.{places}f}".replace("-", "−")


def between(low: float, high: float) -> str:
    """Return an interval, both ends to the second significant digit of its half width."""
    half = (high - low) / 2
    if not math.isfinite(half) or half <= 0:
        return f"{number(low)} to {number(high)}"
    largest = max(abs(low), abs(high))
    digits = max(2, 2 + math.floor(math.log10(largest / half))) if largest else 2
    power = math.floor(math.log10(largest)) if largest else 0
    if _PLAIN_FROM <= power < _PLAIN_TO:
        places = max(0, 1 - math.floor(math.log10(half)))
        return f"{low:.{places}f} to {high:.{places}f}".replace("-", "−")
    return f"{number(low, digits)} to {number(high, digits)}"


def p_value(p: float) -> str:
    """Return a probability with its sign: `p = 0.013`, `p < 10⁻¹⁰`."""
    if p < _LEAST_P:
        return "p < 10⁻¹⁰"
    return f"p = {number(p, 2)}"


def several(count_of: int, word: str, plural: str = "") -> str:
    """Return a count with its word: `1 column`, `3 columns`."""
    return f"{count(count_of)} {word if count_of == 1 else plural or word + 's'}"


def listed(items: list[str], word: str = "and") -> str:
    """Return items as a row of words: `a, b and c`."""
    if len(items) < 2:
        return "".join(items)
    return ", ".join(items[:-1]) + f" {word} {items[-1]}"


def code(name: object, most: int = 60) -> str:
    """Return a name from the data as the texts quote it: in backticks, on one line, not too long."""
    line = " ".join(str(name).replace("`", "'").split())
    line = "".join(c for c in line if unicodedata.category(c)[0] != "C")
    return f"`{line if len(line) <= most else line[: most - 1] + '…'}`"


def label(name: object, unit: str = "", most: int = 40) -> str:
    """Return a name as an axis shows it, with its unit; letters that the font lacks are spelled out."""
    line = " ".join(str(name).split())
    line = "".join(c if _can_draw(c) or not c.isalpha() else _spelled(c) for c in line)
    line = "".join(c for c in line if _can_draw(c))
    line = line if len(line) <= most else line[: most - 1] + "…"
    line, unit = line.replace("$", r"\$"), unit.replace("$", r"\$")  # else the figures take it for mathematics
    return f"{line} [{unit}]" if unit and not line.endswith((f"[{unit}]", f"({unit})")) else line


def _can_draw(char: str) -> bool:
    return ord(char) <= _DRAWABLE or char in "–—−…′″" or (more_letters and ord(char) >= _EAST_ASIAN)


def _spelled(char: str) -> str:
    name = unicodedata.name(char, "")
    if not name or "CJK" in name:
        return f"U+{ord(char):04X} "
    return name.rsplit(" ", 1)[-1].lower()
