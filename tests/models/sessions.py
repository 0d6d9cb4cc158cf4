"""A depot session, and days of sessions drawn one by one: an independent way to the same load."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from models.profiles import SessionType, arrival_probability, energy_points_kwh

DEPOT = SessionType(17, 1.8, 60, 0.45, 44, 13)


def simulate(
    session: SessionType, count: int, days: int, rng: np.random.Generator
) -> npt.NDArray[np.float64]:
    """Return the load of whole days, drawn session by session, shape (days, 96)."""
    arrivals = rng.choice(96, (days, count), p=arrival_probability(session))
    energies = rng.choice(energy_points_kwh(session), (days, count))
    quarters = energies / session.power_kw * 4
    load = np.zeros((days, 96))
    for k in range(int(np.ceil(quarters.max()))):
        part = np.clip(quarters - k, 0, 1) * session.power_kw
        for day in range(days):
            np.add.at(load[day], (arrivals[day] + k) % 96, part[day])
    return load
