"""Makes pendulums.csv: the swings of forty pendulums, by a known law and a known fault of the camera.

Each row is one reading of an angle. The bobs hang on threads of different lengths and are of different masses; all are
let go at small angles. What is planted, and what a study of the table should find:

* the frequency is f = sqrt(g / L) / (2 pi), with g = 9.81 m/s^2: a power law in the length with the exponent -1/2;
* the swing decays at the rate k = c / m, with c = 0.012 kg/s, and 4 % of scatter from bob to bob;
* the room's temperature and the colour of the bob do nothing;
* each angle is read with an error of 0.25 degrees, one reading in two hundred is lost, and one in four hundred is wild.

Needs nothing but Python: `python make_pendulums.py` writes the file anew, byte for byte.
"""

import csv
import math
import random
from pathlib import Path

PENDULUMS = 40
READINGS = 100
STEP_S = 0.12
G_M_S2 = 9.81
DRAG_KG_S = 0.012
READING_ERROR_DEG = 0.25
HEADER = ["pendulum_id", "length_m", "mass_kg", "room_temp_C", "bob_colour", "time_s", "angle_deg"]


def rows() -> list[list[str]]:
    """Return the rows of the table."""
    draw = random.Random(1656)  # the year of Huygens' clock
    found = []
    for number in range(1, PENDULUMS + 1):
        length = round(draw.uniform(0.20, 2.50), 3)
        mass = draw.choice([0.05, 0.10, 0.20, 0.40])
        colour = draw.choice(["brass", "red", "black"])
        room = round(draw.gauss(20.5, 0.8), 1)
        omega = math.sqrt(G_M_S2 / length)
        decay = DRAG_KG_S / mass * (1 + draw.gauss(0, 0.04))
        start, phase = draw.uniform(6.0, 11.0), draw.uniform(0, 2 * math.pi)
        for step in range(READINGS):
            time = step * STEP_S
            angle = start * math.exp(-decay * time) * math.cos(omega * time + phase) + draw.gauss(0, READING_ERROR_DEG)
            chance = draw.random()
            shown = f"{angle:.2f}"
            if chance < 1 / 200:
                shown = ""
            elif chance < 1 / 200 + 1 / 400:
                shown = f"{draw.uniform(-15, 15):.2f}"
            found.append([str(number), f"{length:.3f}", f"{mass:.2f}", f"{room:.1f}", colour, f"{time:.2f}", shown])
    return found


if __name__ == "__main__":
    with Path(__file__).with_name("pendulums.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(HEADER)
        writer.writerows(rows())
