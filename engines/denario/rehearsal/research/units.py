"""Guess the unit of a column from its name. A guess is called a guess wherever it is shown."""

import re

_UNITS = {
    "m": "m", "meter": "m", "meters": "m", "metre": "m", "metres": "m", "cm": "cm", "mm": "mm", "um": "µm", "nm": "nm",
    "km": "km", "kpc": "kpc", "mpc": "Mpc", "pc": "pc", "au": "au", "ft": "ft", "inch": "in", "mi": "mi",
    "s": "s", "sec": "s", "secs": "s", "seconds": "s", "second": "s", "ms": "ms", "us": "µs", "ns": "ns", "min": "min",
    "minutes": "min", "h": "h", "hr": "h", "hrs": "h", "hours": "h", "hour": "h", "d": "d", "days": "d", "day": "d",
    "yr": "yr", "years": "yr", "myr": "Myr", "gyr": "Gyr",
    "kg": "kg", "g": "g", "mg": "mg", "ug": "µg", "lb": "lb", "msun": "solar masses", "rsun": "solar radii",
    "lsun": "solar luminosities",
    "k": "K", "kelvin": "K", "c": "°C", "degc": "°C", "celsius": "°C", "f": "°F", "degf": "°F", "fahrenheit": "°F",
    "rad": "rad", "deg": "°", "degrees": "°", "degree": "°", "arcsec": "arcsec", "arcmin": "arcmin", "mas": "mas",
    "hz": "Hz", "khz": "kHz", "mhz": "MHz", "ghz": "GHz", "rpm": "rpm",
    "n": "N", "j": "J", "kj": "kJ", "ev": "eV", "kev": "keV", "mev": "MeV", "gev": "GeV", "w": "W", "kw": "kW",
    "mw": "MW", "kwh": "kWh", "v": "V", "mv": "mV", "kv": "kV", "a": "A", "ma": "mA", "ohm": "Ω", "pa": "Pa",
    "kpa": "kPa", "hpa": "hPa", "mbar": "mbar", "bar": "bar", "atm": "atm", "psi": "psi", "t": "t", "tesla": "T",
    "l": "L", "ml": "mL", "liter": "L", "litre": "L", "mol": "mol", "mmol": "mmol", "ppm": "ppm", "ppb": "ppb",
    "pct": "%", "percent": "%", "percentage": "%", "db": "dB", "mag": "mag", "jy": "Jy", "bq": "Bq", "mjy": "mJy",
    "eur": "EUR", "usd": "USD", "gbp": "GBP", "lux": "lx", "kmh": "km/h", "mps": "m/s", "kms": "km/s",
}  # fmt: skip
_SINGLE = {
    "m",
    "s",
    "g",
    "k",
    "c",
    "h",
    "d",
    "l",
    "v",
    "a",
    "w",
    "n",
    "j",
    "t",
    "f",
}  # only as the last of several words
_BRACKETS = re.compile(r"[\[(]\s*([^\])]{1,16}?)\s*[\])]\s*$")
_PER = re.compile(r"_per_|_p_|/")


def guess(name: str) -> str:
    """Return the unit that a column's name speaks of, or nothing."""
    bracketed = _BRACKETS.search(name)
    if bracketed:
        inner = bracketed[1]
        return _UNITS.get(inner.lower(), inner) if re.search(r"[^\W\d]|[%°]", inner) else ""
    words = [w for w in re.split(r"[\s_\-.]+", name.strip()) if w]
    if len(words) < 2:
        return ""
    if len(words) > 3 and words[-2].lower() == "per":
        above, below = _UNITS.get(words[-3].lower(), ""), _UNITS.get(words[-1].lower(), "")
        return f"{above}/{below}" if above and below else ""
    last = words[-1]
    if re.fullmatch(r"(m|km|cm|mm)s2?|ms2|kmh|kms", last.lower()) and last.lower() not in _UNITS:
        return {"ms2": "m/s²", "cms": "cm/s", "mms": "mm/s"}.get(last.lower(), "")
    unit = _UNITS.get(last.lower(), "")
    return unit if unit and (last.lower() not in _SINGLE or len(words) > 1) else ""
