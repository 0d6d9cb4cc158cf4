"""Example sessions, and days of them drawn one by one, by no code of the models."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.stats import norm

from models.peak import SessionKind
from models.sessions import SessionType, charge_on_arrival

DEPOT = SessionType(17, 1.8, 22, 0.45, 11, 13)
RIGID = SessionType(17, 1.8, 130, 0.45, 44, 13)
TRACTOR = SessionType(17, 1.8, 300, 0.45, 100, 13)


def kinds_of(*sessions: SessionType, day_effect_sd: float = 0.0) -> list[SessionKind]:
    """Return kinds that charge on arrival."""
    patterns = [charge_on_arrival(session) for session in sessions]
    return [SessionKind(pattern, day_effect_sd, stream) for stream, pattern in enumerate(patterns)]


def simulate(
    sessions: Sequence[SessionType],
    counts: Sequence[int],
    days: int,
    *,
    day_effect_sd: float = 0.0,
    seed: int = 11,
) -> np.ndarray:
    """Return the load of drawn days that charge on arrival, shape (days, 96) [kW].

    Minute by minute: a session of exact clock time is on from its arrival until its energy is in
    or its stay is over; a quarter-hour is the mean of its minutes.
    """
    rng = np.random.default_rng(seed)
    minutes = np.zeros((days, 1440))
    factor = 1 + day_effect_sd * rng.standard_normal(days)
    for session, count in zip(sessions, counts, strict=True):
        sigma = np.sqrt(np.log(1 + session.energy_cv**2))
        for _ in range(count):
            arrival = norm.rvs(
                session.arrival_hour, session.arrival_sd_hours, days, random_state=rng
            )
            energy = session.energy_kwh * factor * rng.lognormal(-(sigma**2) / 2, sigma, days)
            start = np.round(arrival * 60).astype(int)
            hours = np.minimum(energy / session.power_kw, session.dwell_hours)
            length = np.round(hours * 60).astype(int)
            since = (np.arange(1440) - start[:, None]) % 1440
            minutes += (since < length[:, None]) * session.power_kw
    return minutes.reshape(days, 96, 15).mean(axis=2)
