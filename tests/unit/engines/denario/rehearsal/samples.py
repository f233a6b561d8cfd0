"""Data sets with a planted law, or with none: made anew by a seed, with the standard library alone."""

import array
import csv
import math
import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

Rows = list[list[object]]


@dataclass(frozen=True)
class Sample:
    """A data set: what is planted in it (the pair, and a word of the law) or nothing."""

    name: str
    write: Callable[[Path, random.Random], None]
    planted: frozenset[str] = frozenset()
    law: str = ""


def table(path: Path, head: list[str], rows: Rows) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(head)
        writer.writerows(rows)


def image(path: Path, rows: list[list[float]]) -> None:
    """Write an array in NumPy's format, by hand."""
    head = f"{{'descr': '<f8', 'fortran_order': False, 'shape': ({len(rows)}, {len(rows[0])}), }}"
    head = head.ljust(128 - 11) + "\n"
    values = array.array("d", [value for row in rows for value in row])
    path.write_bytes(b"\x93NUMPY\x01\x00" + len(head).to_bytes(2, "little") + head.encode() + values.tobytes())


def linear(path: Path, r: random.Random) -> None:
    rows: Rows = []
    for i in range(240):
        x = r.uniform(1, 20)
        rows.append([i, x, r.gauss(50, 5), 3.2 + 1.7 * x + r.gauss(0, 5), r.choice("abc")])
    table(path, ["sample_id", "load_kg", "humidity_pct", "extension_mm", "operator"], rows)


def power(path: Path, r: random.Random) -> None:
    rows: Rows = []
    for _ in range(240):
        mass = math.exp(r.uniform(0, 5))
        rows.append([mass, r.uniform(1, 10), 70 * mass**0.75 * math.exp(r.gauss(0, 0.2)), r.choice("fm")])
    table(path, ["mass_kg", "age_yr", "rate_W", "sex"], rows)


def exponential(path: Path, r: random.Random) -> None:
    rows: Rows = []
    for i in range(160):
        t = i * 0.4
        rows.append([t, 5 + 100 * math.exp(-t / 12) + r.gauss(0, 3), r.gauss(20, 0.3)])
    table(path, ["time_s", "activity_Bq", "room_temp_C"], rows)


def period(path: Path, r: random.Random) -> None:
    times = sorted(r.uniform(0, 100) for _ in range(300))
    rows: Rows = [[t, 10 + 0.4 * math.sin(2 * math.pi * t / 7.3) + r.gauss(0, 0.5), r.uniform(1, 2)] for t in times]
    table(path, ["time_d", "flux_mJy", "airmass"], rows)


def groups(path: Path, r: random.Random) -> None:
    rows: Rows = []
    for i in range(240):
        arm = r.choice(["control", "treated", "placebo"])
        rows.append([i + 1, arm, r.gauss(70, 9), r.gauss(11.8 if arm == "treated" else 10, 2)])
    table(path, ["subject", "arm", "weight_kg", "response_mV"], rows)


def swings(path: Path, r: random.Random) -> None:
    rows: Rows = []
    for number in range(1, 25):
        length, mass = r.uniform(0.2, 2.5), r.choice([0.05, 0.1, 0.2])
        omega, phase = math.sqrt(9.81 / length), r.uniform(0, 6)
        for step in range(60):
            t = step * 0.15
            angle = 10 * math.exp(-0.1 * t) * math.cos(omega * t + phase) + r.gauss(0, 0.4)
            rows.append([number, length, mass, t, angle])
    table(path, ["pendulum_id", "length_m", "mass_kg", "time_s", "angle_deg"], rows)


def sources(path: Path, r: random.Random) -> None:
    places = [(r.uniform(8, 88), r.uniform(8, 88), r.uniform(60, 200)) for _ in range(8)]
    rows = [
        [
            r.gauss(100, 5) + sum(h * math.exp(-((y - a) ** 2 + (x - b) ** 2) / 6) for a, b, h in places)
            for x in range(96)
        ]
        for y in range(96)
    ]
    image(path, rows)


def slope(path: Path, r: random.Random) -> None:
    image(path, [[r.gauss(100, 5) + 0.05 * y for _ in range(90)] for y in range(100)])


def stripes(path: Path, r: random.Random) -> None:
    image(path, [[r.gauss(0, 1) + 0.4 * math.sin(2 * math.pi * x / 9) for x in range(100)] for _ in range(100)])


def noise(path: Path, r: random.Random) -> None:
    rows: Rows = [
        [r.gauss(0, 1), r.lognormvariate(0, 1), r.uniform(0, 1), r.expovariate(1), r.choice("abcd"), r.choice("xy")]
        for _ in range(r.choice([40, 150, 400]))
    ]
    table(path, ["a", "b", "c", "d", "site", "kind"], rows)


def wandering(path: Path, r: random.Random) -> None:
    """Random walks and red noise: every law seems to fit them, and none is there."""
    rows: Rows = []
    one, other, red = 0.0, 0.0, 0.0
    for i in range(250):
        one, other, red = one + r.gauss(0, 1), other + r.gauss(0, 1), 0.8 * red + r.gauss(0, 1)
        rows.append([i, one, other, red, r.gauss(0, 1)])
    table(path, ["time_s", "walk", "other_walk", "red", "white"], rows)


def even(path: Path, r: random.Random) -> None:
    image(path, [[r.gauss(100, 5) for _ in range(80)] for _ in range(80)])


PLANTED = (
    Sample("linear.csv", linear, frozenset({"load_kg", "extension_mm"}), "linear"),
    Sample("power.csv", power, frozenset({"mass_kg", "rate_W"}), "power law"),
    Sample("exponential.csv", exponential, frozenset({"time_s", "activity_Bq"}), "exponential with a floor"),
    Sample("period.csv", period, frozenset({"time_d", "flux_mJy"}), "period"),
    Sample("groups.csv", groups, frozenset({"arm", "response_mV"}), "groups"),
    Sample("swings.csv", swings, frozenset({"length_m", "frequency of angle_deg"}), "power law"),
    Sample("sources.npy", sources, frozenset({"pixel position", "sources"}), "image"),
    Sample("slope.npy", slope, frozenset({"pixel position", "gradient"}), "image"),
    Sample("stripes.npy", stripes, frozenset({"pixel position", "pattern"}), "image"),
)
EMPTY = (Sample("noise.csv", noise), Sample("wandering.csv", wandering), Sample("even.npy", even))
