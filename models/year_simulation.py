r"""A year of charging, vehicle by vehicle and day by day.

On each day each vehicle charges with the chance that its kind of day has, arrives at a clock time
drawn from its arrivals, and wants its energy times the season and times a factor that the day lays
on all vehicles, ``1 + delta z``. What it then does is its pattern: full power on arrival, or the
least constant power over its stay. All vehicle-days are drawn and added up at once; nothing is
approximated, so that the closed forms can be checked against it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from models.sessions import ENERGY_QUANTILES, ChargingPattern
from models.step_load import changes
from models.units import QUARTERS_PER_DAY

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

BLOCK_VEHICLE_DAYS = 2_000_000
"""Vehicle-days that are drawn together; bounds the memory."""


def simulate_year(
    vehicles: Sequence[int],
    patterns: Sequence[ChargingPattern],
    chance_by_day: Floats,
    energy_factor_by_day: Floats,
    *,
    day_effect_sd: float,
    rng: np.random.Generator,
    quarters_per_step: int = 1,
) -> Floats:
    """Return the load of a fleet over a run of days, shape (days x 96 / quarters_per_step,) [kW].

    Parameters
    ----------
    vehicles
        Number per kind.
    patterns
        How each kind charges on an average day.
    chance_by_day
        Probability that a vehicle charges, shape (kinds, days) [1].
    energy_factor_by_day
        What the season makes of the energy, shape (kinds, days) [1].
    day_effect_sd
        delta, shared by all vehicles of a day [1].
    rng
        Source of chance; the same one gives the same year.
    quarters_per_step
        1 for quarter-hours, 4 for hours.

    Raises
    ------
    ValueError
        If a number of vehicles is negative, or a day can't be divided into such steps.

    Notes
    -----
    What goes on after the last midnight is charged in the first hours, so that no energy is lost.
    """
    if QUARTERS_PER_DAY % quarters_per_step:
        raise ValueError(f"a day does not divide into steps of {quarters_per_step} quarters")
    days = chance_by_day.shape[1]
    steps_per_day = QUARTERS_PER_DAY // quarters_per_step
    steps = days * steps_per_day
    change = np.zeros(steps + steps_per_day + 1 + 1)
    for kind, day, arrival, energy in draw_sessions(
        vehicles, patterns, chance_by_day, energy_factor_by_day, day_effect_sd, rng
    ):
        quarters, power = patterns[kind].charge(energy)
        start = day * steps_per_day + arrival / quarters_per_step
        for at, step in changes(start, quarters / quarters_per_step, power):
            change += np.bincount(np.minimum(at, change.size - 1), step, minlength=change.size)
    load = change.cumsum()[:-1]
    load[:steps_per_day] += load[steps : steps + steps_per_day]
    return np.asarray(np.maximum(load[:steps], 0))


def draw_sessions(
    vehicles: Sequence[int],
    patterns: Sequence[ChargingPattern],
    chance_by_day: Floats,
    energy_factor_by_day: Floats,
    day_effect_sd: float,
    rng: np.random.Generator,
) -> Iterator[tuple[int, Ints, Floats, Floats]]:
    """Yield the sessions of a run of days, in blocks of one kind; see `simulate_year`.

    The same ``rng`` gives the same vehicle-days, whatever the patterns.

    Yields
    ------
    The kind, and per session its day, in order, its arrival [quarter of the day] and the energy it
    wants [kWh].
    """
    if any(count < 0 for count in vehicles):
        raise ValueError("the number of vehicles must not be negative")
    days = chance_by_day.shape[1]
    shared = np.maximum(1 + day_effect_sd * rng.standard_normal(days), 0)
    block = max(BLOCK_VEHICLE_DAYS // days, 1)
    for kind, (count, pattern, chance, season) in enumerate(
        zip(vehicles, patterns, chance_by_day, energy_factor_by_day, strict=True)
    ):
        for begin in range(0, count, block):
            charging = rng.binomial(min(block, count - begin), chance)
            day = np.repeat(np.arange(days), charging)
            arrival = _draw_arrivals(pattern, day.size, rng)
            points = rng.integers(0, ENERGY_QUANTILES, day.size)
            yield kind, day, arrival, pattern.energy_kwh[points] * (season * shared)[day]


def _draw_arrivals(pattern: ChargingPattern, count: int, rng: np.random.Generator) -> Floats:
    """Return clock times in quarters, even within a quarter, shape (count,)."""
    chance = rng.random(count)
    edges = np.append(0, pattern.arrivals.cumsum())
    return np.interp(chance, edges, np.arange(QUARTERS_PER_DAY + 1))
