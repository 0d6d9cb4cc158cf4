r"""Energy that sessions force into windows of the day, from which limits of a site follow.

What a session can't charge outside a window it must charge in it: with energy E, power p and an
allowed stay h, ``F_w = max(0, min(E, p h) - p (h - overlap_w))``. A session that charges evenly
takes the part of its energy that its stay shares with the window. Mean, variance and the change
with the day effect of ``F_w`` add up over sessions. A blocked part of the day counts neither as
stay nor as window.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from models.kept import unchanging
from models.sessions import (
    SINCE_ARRIVAL,
    ChargingPattern,
    SessionType,
    arrival_probability,
    energy_points_kwh,
)
from models.units import HALF, HOURS_PER_DAY, QUARTERS_PER_DAY, QUARTERS_PER_HOUR

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

ENERGY_GROUPS = 20
"""Equally likely energies that moments are averaged over."""
MOST_KEPT = 1000
"""Results that are kept: few stays and demands are asked about, each many times."""
MOST_SESSIONS_KEPT = 4096
"""The same of sessions: terrains with their own kilometres share those of other classes."""
NEAR_ENOUGH = 1.002
"""Of two windows one is left out where the other asks at least this much for it, for any fleet."""


@dataclass(frozen=True)
class WindowDemand:
    """Moments of the energy that one session per kind forces into each window.

    Attributes
    ----------
    mean_kwh, variance_kwh2
        Between sessions, shape (kinds, windows) [kWh, kWh2].
    day_kwh
        Change of the mean when the day effect is one standard deviation, (kinds, windows) [kWh].
    """

    mean_kwh: Floats
    variance_kwh2: Floats
    day_kwh: Floats

    def __add__(self, other: WindowDemand) -> WindowDemand:
        """Return the kinds of both, one after the other."""
        return WindowDemand(
            np.concatenate([self.mean_kwh, other.mean_kwh]),
            np.concatenate([self.variance_kwh2, other.variance_kwh2]),
            np.concatenate([self.day_kwh, other.day_kwh]),
        )


def all_windows() -> Bools:
    """Return all windows of whole hours as start and length, (windows, 96): True inside."""
    hour = np.arange(QUARTERS_PER_DAY) // QUARTERS_PER_HOUR
    starts = np.repeat(np.arange(HOURS_PER_DAY), HOURS_PER_DAY)
    lengths = np.tile(np.arange(HOURS_PER_DAY) + 1, HOURS_PER_DAY)
    return ((hour - starts[:, None]) % HOURS_PER_DAY) < lengths[:, None]


def open_windows(allowed: Bools) -> Bools:
    """Return the different open parts of `all_windows`, (windows, 96), the whole day the last."""
    parts = np.unique(all_windows() & allowed, axis=0)
    parts = parts[parts.any(axis=1)]
    return np.asarray(parts[np.argsort(parts.sum(axis=1), kind="stable")])


def window_hours(windows: Bools) -> Floats:
    """Return how long windows are, shape (windows,) [hour]."""
    return np.asarray(windows.sum(axis=1) / QUARTERS_PER_HOUR)


def window_energy_kwh(load_kw: Floats, windows: Bools) -> Floats:
    """Return the energy of day curves in windows, (days, windows) from (days, 96) [kWh]."""
    return np.asarray(load_kw @ windows.T.astype(np.float64) / QUARTERS_PER_HOUR)


def open_quarters(session: SessionType, allowed: Bools) -> Ints:
    """Return how long a stay may charge, by quarter of arrival, shape (96,) [quarter]."""
    stay = _open_stay(_stay_quarters(session), allowed)
    return np.asarray(stay.sum(axis=1).astype(np.int64))


def _open_stay(length: int, allowed: Bools) -> Floats:
    """Return 1 where a session that arrives in quarter i may charge in quarter j, (96, 96)."""
    return ((length > SINCE_ARRIVAL) & allowed).astype(np.float64)


def _stay_quarters(session: SessionType) -> int:
    return min(round(session.dwell_hours * QUARTERS_PER_HOUR), QUARTERS_PER_DAY)


def possible_kwh(session: SessionType, allowed: Bools) -> Floats:
    """Return the most that a stay holds, by quarter of arrival, shape (96,) [kWh]."""
    return np.asarray(session.power_kw * open_quarters(session, allowed) / QUARTERS_PER_HOUR)


def possible_share(session: SessionType, allowed: Bools) -> float:
    """Return the part of the energy that fits stay and charger in allowed hours [1].

    One where no energy is wanted.
    """
    return _possible_share(session, allowed.tobytes())


@lru_cache(maxsize=MOST_SESSIONS_KEPT)
def _possible_share(session: SessionType, allowed: bytes) -> float:
    energies = energy_points_kwh(session)
    if energies.sum() <= 0:
        return 1.0
    possible = possible_kwh(session, np.frombuffer(allowed, dtype=np.bool_))
    served = np.minimum(energies, possible[:, np.newaxis]).mean(axis=1)
    return float(arrival_probability(session) @ served / energies.mean())


def outside_kwh(session: SessionType, allowed: Bools, windows: Bools) -> Floats:
    """Return the most that a stay can charge outside each window, (96 arrivals, windows) [kWh]."""
    quarters = _outside_quarters(_stay_quarters(session), allowed.tobytes(), windows.tobytes())
    return np.asarray(session.power_kw * quarters / QUARTERS_PER_HOUR)


@lru_cache(maxsize=MOST_KEPT)
def _outside_quarters(length: int, allowed: bytes, windows: bytes) -> Ints:
    """Return the open part of a stay outside each window, (96 arrivals, windows) [quarter].

    Stays differ between location types only, and are asked about for every class, year and site.
    """
    is_open = np.frombuffer(allowed, dtype=np.bool_)
    inside = np.frombuffer(windows, dtype=np.bool_).reshape(-1, QUARTERS_PER_DAY)
    stay = _open_stay(length, is_open)
    # Of floats, which are multiplied many times as fast; the sums are whole.
    return np.asarray((stay @ (~inside).T.astype(np.float64)).astype(np.int64))


def forced_demand(
    sessions: Sequence[SessionType], allowed: Bools, windows: Bools, *, day_effect_sd: float
) -> WindowDemand:
    """Return the moments of what steered sessions force into windows.

    Parameters
    ----------
    sessions
        One per kind; their stay is at most a day.
    allowed
        Quarters in which charging is allowed, shape (96,).
    windows
        Allowed quarters of each, shape (windows, 96).
    day_effect_sd
        delta [1].
    """
    quarters = allowed.tobytes(), windows.tobytes()
    return _stack([_forced(session, *quarters, day_effect_sd) for session in sessions])


def even_demand(
    patterns: Sequence[ChargingPattern], windows: Bools, *, day_effect_sd: float
) -> WindowDemand:
    """Return the same of sessions that charge evenly over their stay; see `charge_evenly`."""
    quarters = windows.tobytes()
    return _stack([_even(pattern, quarters, day_effect_sd) for pattern in patterns])


def binding_windows(demand: WindowDemand, hours: Floats) -> Ints:
    """Return which windows can set the limit of a site, whatever its fleet.

    A window of which every moment of every kind is smaller per hour than that of another, to
    `NEAR_ENOUGH`, can not.
    """
    kinds = len(demand.mean_kwh)
    moments = (demand.mean_kwh, demand.variance_kwh2, demand.day_kwh)
    return _binding(tuple(part.tobytes() for part in moments), hours.tobytes(), kinds)


@lru_cache(maxsize=MOST_KEPT)
def _binding(moments: tuple[bytes, bytes, bytes], hours: bytes, kinds: int) -> Ints:
    """Return the windows of `binding_windows`; few demands are asked about, each many times."""
    open_hours = np.frombuffer(hours)
    mean, variance, day = (np.frombuffer(part).reshape(kinds, -1) for part in moments)
    asked = np.concatenate([mean, np.sqrt(variance), day]) / np.maximum(
        open_hours, 1 / QUARTERS_PER_HOUR
    )
    left = np.argsort(-asked.sum(axis=0), kind="stable")
    asked = asked[:, left]
    kept: list[int] = []
    while left.size:
        kept.append(int(left[0]))
        others = asked[:, 1:]
        is_left = ~(asked[:, :1] * NEAR_ENOUGH >= others).all(axis=0)
        left, asked = left[1:][is_left], others.compress(is_left, axis=1)
    return np.array(kept, dtype=np.int64)


@lru_cache(maxsize=MOST_SESSIONS_KEPT)
def _forced(
    session: SessionType, allowed: bytes, windows: bytes, day_effect_sd: float
) -> tuple[Floats, Floats, Floats]:
    """Return the moments of one kind of `WindowDemand`, not to be written to."""
    arrivals = arrival_probability(session)
    is_open = np.frombuffer(allowed, dtype=np.bool_)
    held, held_at = np.unique(open_quarters(session, is_open), return_inverse=True)
    outside = _outside_quarters(_stay_quarters(session), allowed, windows)
    energies = energy_points_kwh(session).reshape(ENERGY_GROUPS, -1).mean(axis=1)
    # Stays are whole quarters, and so is what lies outside a window: few energies can be charged.
    chargeable_kwh = session.power_kw * np.arange(QUARTERS_PER_DAY + 1) / QUARTERS_PER_HOUR

    def forced_kwh(factor: float) -> Floats:
        # What the stay can't hold is not charged here at all; it would bind in every window.
        charged = np.minimum(energies * factor, chargeable_kwh[held, np.newaxis])
        return np.asarray(np.maximum(charged[:, np.newaxis] - chargeable_kwh[:, np.newaxis], 0))

    def mean_over(forced: Floats) -> Floats:
        of_arrivals = forced.mean(axis=-1)[held_at[:, np.newaxis], outside]
        return np.asarray(arrivals @ of_arrivals)

    mean, square = mean_over(forced_kwh(1.0)), mean_over(forced_kwh(1.0) ** 2)
    more, less = (mean_over(forced_kwh(1 + sign * day_effect_sd)) for sign in (1, -1))
    variance = np.maximum(square - mean**2, 0)
    return unchanging(mean), unchanging(variance), unchanging(HALF * (more - less))


@lru_cache(maxsize=MOST_SESSIONS_KEPT)
def _even(
    pattern: ChargingPattern, windows: bytes, day_effect_sd: float
) -> tuple[Floats, Floats, Floats]:
    """Return the moments of one kind of `WindowDemand`, not to be written to."""
    length = round(pattern.stay_quarters)
    inside = np.frombuffer(windows, dtype=np.bool_).reshape(-1, QUARTERS_PER_DAY)
    part = (length > SINCE_ARRIVAL).astype(np.float64) @ inside.T.astype(np.float64) / length
    quarters, power = pattern.charge(pattern.energy_kwh)
    energy = quarters * power / QUARTERS_PER_HOUR
    mean = energy.mean() * (pattern.arrivals @ part)
    square = (energy**2).mean() * (pattern.arrivals @ part**2)
    variance = np.maximum(square - mean**2, 0)
    return unchanging(mean), unchanging(variance), unchanging(day_effect_sd * mean)


def _stack(moments: Sequence[tuple[Floats, Floats, Floats]]) -> WindowDemand:
    return WindowDemand(*(np.stack(values) for values in zip(*moments, strict=True)))
