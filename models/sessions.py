r"""Charging sessions: when vehicles arrive, what they take, and how long they take it.

A session arrives in quarter a of the day with probability f(a) and takes energy E (lognormal). Its
charging lasts ``d = clip(4 E / p, shortest, stay)`` quarters at ``min(p, 4 E / d)`` kW, with p the
most that charger and vehicle allow: at full power on arrival where the shortest is zero, evenly
over the stay where it is the stay. What does not fit, ``E - p d / 4``, is not served here, and
said.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr, ndtri

from models.kept import unchanging
from models.units import (
    HALF,
    HOURS_PER_DAY,
    QUARTERS_PER_DAY,
    QUARTERS_PER_HOUR,
    STRESS_END_HOUR,
    STRESS_START_HOUR,
)

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

ENERGY_QUANTILES = 200
"""Points at which the energy distribution is evaluated: the middle of equally likely parts."""
MOST_KEPT = 1000
"""Distributions that are kept: few are asked about, each many times."""
SINCE_ARRIVAL = (
    np.arange(QUARTERS_PER_DAY) - np.arange(QUARTERS_PER_DAY)[:, np.newaxis]
) % QUARTERS_PER_DAY
"""Quarters since an arrival, midnight wrapping, shape (96 arrivals, 96 quarters)."""
WRAPPED_DAYS = 1
"""Days before and after over which the arrival distribution is folded onto one day."""


@dataclass(frozen=True)
class SessionType:
    """How one session charges.

    Attributes
    ----------
    arrival_hour, arrival_sd_hours
        Normal distribution of the arrival, folded onto the day [hour].
    energy_kwh
        Mean energy from the grid [kWh].
    energy_cv
        Coefficient of variation of the energy [1].
    power_kw
        Most that charger and vehicle allow [kW].
    dwell_hours
        Time plugged in, at most a day [hour].
    """

    arrival_hour: float
    arrival_sd_hours: float
    energy_kwh: float
    energy_cv: float
    power_kw: float
    dwell_hours: float

    def __post_init__(self) -> None:
        """Check it.

        Raises
        ------
        ValueError
            If energy, its variation or the arrival is no number or below zero, the charger or the
            stay is not above zero, or the stay is longer than a day.
        """
        for name in ("arrival_hour", "energy_kwh", "energy_cv"):
            if not (np.isfinite(getattr(self, name)) and getattr(self, name) >= 0):
                raise ValueError(f"{name} must be a number from zero, not {getattr(self, name):g}")
        for name in ("arrival_sd_hours", "power_kw", "dwell_hours"):
            if not (np.isfinite(getattr(self, name)) and getattr(self, name) > 0):
                raise ValueError(f"{name} must be above zero, not {getattr(self, name):g}")
        if self.dwell_hours > HOURS_PER_DAY:
            raise ValueError(f"dwell_hours must be at most a day, not {self.dwell_hours:g}")


@dataclass(frozen=True, eq=False)
class ChargingPattern:
    """When sessions begin and how each charges then; those of the same values are equal.

    Attributes
    ----------
    arrivals
        Probability of beginning in each quarter of the day, shape (96,), sum one [1].
    energy_kwh
        Equally likely energies, shape (points,) [kWh].
    power_kw
        p, the most power [kW].
    shortest_quarters, stay_quarters
        Least and most quarters of charging.
    """

    arrivals: Floats
    energy_kwh: Floats
    power_kw: float
    shortest_quarters: float
    stay_quarters: float

    def __eq__(self, other: object) -> bool:
        """Return whether the other has the same values."""
        return isinstance(other, ChargingPattern) and self._values == other._values

    def __hash__(self) -> int:
        """Return the hash of the values: what is found of a pattern can be kept."""
        return hash(self._values)

    @cached_property
    def _values(self) -> tuple[bytes, bytes, float, float, float]:
        return (
            self.arrivals.tobytes(),
            self.energy_kwh.tobytes(),
            self.power_kw,
            self.shortest_quarters,
            self.stay_quarters,
        )

    def charge(self, energy_kwh: Floats) -> tuple[Floats, Floats]:
        """Return duration [quarters] and power [kW] of sessions that want these energies [kWh]."""
        quarters = np.clip(
            energy_kwh / self.power_kw * QUARTERS_PER_HOUR,
            self.shortest_quarters,
            self.stay_quarters,
        )
        even = np.divide(
            energy_kwh * QUARTERS_PER_HOUR,
            quarters,
            out=np.zeros_like(quarters),
            where=quarters > 0,
        )
        return quarters, np.minimum(even, self.power_kw)

    def served_share(self) -> float:
        """Return the part of the energy that fits the stay [1]; one where none is wanted."""
        wanted = self.energy_kwh.sum()
        quarters, power = self.charge(self.energy_kwh)
        return float((quarters * power).sum() / QUARTERS_PER_HOUR / wanted) if wanted > 0 else 1.0

    def on_a_day(self, energy_factor: float) -> ChargingPattern:
        """Return the pattern of a day on which every vehicle wants this many times the energy."""
        return replace(self, energy_kwh=self.energy_kwh * energy_factor)


def open_all_day() -> Bools:
    """Return the quarters in which charging is allowed, shape (96,): all of them."""
    return np.ones(QUARTERS_PER_DAY, dtype=np.bool_)


def open_outside_stress_hours() -> Bools:
    """Return the quarters in which charging is allowed, shape (96,): none from 16:00 to 21:00."""
    hour = np.arange(QUARTERS_PER_DAY) / QUARTERS_PER_HOUR
    return (hour < STRESS_START_HOUR) | (hour >= STRESS_END_HOUR)


def arrival_probability(session: SessionType) -> Floats:
    """Return the probability of arriving in each quarter of the day, shape (96,), sum one.

    It is kept, and not to be written to.
    """
    return folded_arrivals(session.arrival_hour, session.arrival_sd_hours)


@lru_cache(maxsize=MOST_KEPT)
def folded_arrivals(arrival_hour: float, arrival_sd_hours: float) -> Floats:
    """Return the same for a normal distribution of the arrival [hour]."""
    edges = np.arange(QUARTERS_PER_DAY + 1) / QUARTERS_PER_HOUR
    folded = np.zeros(QUARTERS_PER_DAY)
    for day in range(-WRAPPED_DAYS, WRAPPED_DAYS + 1):
        since = edges + day * HOURS_PER_DAY - arrival_hour
        cumulative = ndtr(since / arrival_sd_hours)
        folded += np.diff(cumulative)
    return unchanging(folded / folded.sum())


def energy_points_kwh(session: SessionType) -> Floats:
    """Return equally likely energies of a session [kWh], with the mean exactly as stated."""
    return np.asarray(_energy_points(session.energy_cv) * session.energy_kwh)


@lru_cache(maxsize=MOST_KEPT)
def _energy_points(energy_cv: float) -> Floats:
    """Return the same over their mean [1]."""
    sigma = np.sqrt(np.log1p(energy_cv**2))
    middle = (np.arange(ENERGY_QUANTILES) + HALF) / ENERGY_QUANTILES
    points = np.exp(sigma * ndtri(middle))
    return unchanging(points / points.mean())


def charge_on_arrival(session: SessionType) -> ChargingPattern:
    """Return the pattern of a session at full power from its arrival on."""
    return ChargingPattern(
        arrival_probability(session),
        energy_points_kwh(session),
        session.power_kw,
        0.0,
        session.dwell_hours * QUARTERS_PER_HOUR,
    )


def charge_after(session: SessionType, allowed: Bools) -> ChargingPattern:
    """Return the pattern of sessions that wait for the end of closed hours, all of them at once.

    Parameters
    ----------
    session
        What has begun before the closed hours goes on in them; waiting shortens no stay.
    allowed
        Quarters in which charging may begin, shape (96,), one at least.
    """
    pattern = charge_on_arrival(session)
    opening = np.flatnonzero(allowed)
    quarter = np.arange(QUARTERS_PER_DAY)
    begins = opening[np.searchsorted(opening, quarter) % opening.size]
    arrivals = np.bincount(begins, pattern.arrivals, minlength=QUARTERS_PER_DAY)
    return replace(pattern, arrivals=arrivals.astype(np.float64))


def charge_evenly(session: SessionType, allowed: Bools) -> ChargingPattern:
    """Return the pattern of a session that charges evenly over its stay, at hours that are allowed.

    Users whose stay would touch a closed quarter come at another time of the day instead: the
    arrivals that fit keep their proportions.

    Parameters
    ----------
    session
        How it charges; its stay is at most a day.
    allowed
        Quarters in which charging is allowed, shape (96,).

    Raises
    ------
    ValueError
        If no stay fits between the closed quarters.
    """
    stay = session.dwell_hours * QUARTERS_PER_HOUR
    # Whoever arrives late in a quarter also leaves late in one.
    fits = ~((stay + 1 > SINCE_ARRIVAL) & ~allowed).any(axis=1)
    arrivals = np.where(fits, arrival_probability(session), 0)
    if arrivals.sum() <= 0:
        raise ValueError(f"a stay of {session.dwell_hours:g} hours fits no open part of the day")
    return ChargingPattern(
        arrivals / arrivals.sum(), energy_points_kwh(session), session.power_kw, stay, stay
    )
