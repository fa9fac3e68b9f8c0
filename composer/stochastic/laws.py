"""The laws of chance by which Xenakis composed *Pithoprakta* and *Achorripsis*.

Source: Iannis Xenakis, *Formalized Music* (1971): p. 12 to 16 for the laws of single sounds, p. 29 to 32 for cells.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np


def cell_counts(cells: int, mean: float) -> tuple[int, ...]:
    """How many cells of a matrix hold 0, 1, 2... units: the counts that Poisson's law expects, in whole numbers.

    P(k) = mean^k e^-mean / k!. For 196 cells and a mean of 0.6 they are 107, 65, 19, 4 and 1, as in *Achorripsis*.
    The counts of filled cells are rounded, and those left over are empty.

    Args:
        cells: Number of cells.
        mean: Mean number of units a cell, above 0.

    Returns:
        Counts that add up to `cells`; the last is not 0, unless all cells are empty.
    """
    filled: list[int] = []
    units, chance = 1, mean * math.exp(-mean)
    while units <= mean or round(cells * chance):
        filled.append(min(round(cells * chance), cells - sum(filled)))
        units += 1
        chance *= mean / units
    return (cells - sum(filled), *filled)


def exponential_gap(density: float, rng: np.random.Generator) -> float:
    """Seconds from one sound to the next: the law d e^(-d x) of points that fall anywhere on a line.

    Args:
        density: Mean number of sounds a second, d.
        rng: Decides the draw.
    """
    return rng.exponential(1 / density)


def linear_interval(compass: float, rng: np.random.Generator) -> float:
    """An interval of 0 to `compass`, by the law 2/a (1 - x/a) with a mean of a/3.

    It is the law of the distance between two points that fall anywhere on a segment of length a. The inverse of its
    distribution function is a (1 - sqrt(1 - u)).
    """
    return compass * (1 - math.sqrt(1 - rng.random()))


def pair_of_pitches(compass: float, rng: np.random.Generator) -> tuple[float, float]:
    """Two places in a compass, an interval of the linear law apart, anywhere that it fits and in either order.

    Each place is then spread evenly over the compass. So the interval from one pair to the next is linear as well.
    """
    interval = linear_interval(compass, rng)
    low = rng.random() * (compass - interval)
    return (low, low + interval) if rng.random() < 1 / 2 else (low + interval, low)


def gliding_speed(mean: float, rng: np.random.Generator) -> float:
    """Speed of a glissando: by the law 2/(a sqrt(pi)) e^(-v^2/a^2), whose mean is a/sqrt(pi), with a sign by coin.

    Xenakis took it from Maxwell's gas, where a is as the temperature. It is half of a normal law, whose deviation is
    a/sqrt(2).

    Args:
        mean: Mean of the speeds without their signs, in any unit.
        rng: Decides the draw.
    """
    temperature = mean * math.sqrt(math.pi)
    return float(rng.normal(0, temperature / math.sqrt(2)))
