r"""Lowest limits of small fleets that are steered together, by drawing days.

On a drawn day no limit below

``max(max over windows w of F_w / h_w, max over sessions of E_i / h_i)``

serves the fleet: the energy that its sessions force into a window, over the open hours of it, and
the energy of one session over its own open stay. Sums and maxima over the first n sessions of a
kind are kept for the n of the grid, so that a fleet costs one sum per kind, and a session more
never lowers a limit. Windows are those of whole hours that begin when vehicles arrive and end when
they leave, and the whole day: on others hardly any fleet of such sessions binds.

Against the optimum of each of the same days by a linear programme the P95 of this bound lies 2 %
low for four mixed sessions and 1 % for thirty; that of the days drawn lies within 2 % of many more
days.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache, lru_cache, reduce
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri
from scipy.stats import qmc

from models.kept import DRAWN_BYTES, KeptSteps, unchanging
from models.sessions import (
    ENERGY_QUANTILES,
    SessionType,
    energy_points_kwh,
    folded_arrivals,
)
from models.small_fleets import (
    DISTRIBUTIONS,
    GRID,
    MOST_SESSIONS,
    QUANTILES,
    SEED,
    between_whole_fleets,
    whole_numbers,
)
from models.units import HOURS_PER_DAY, QUARTERS_PER_DAY, QUARTERS_PER_HOUR
from models.windows import open_quarters, outside_kwh, possible_kwh, window_hours

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Singles = npt.NDArray[np.float32]
Bytes = npt.NDArray[np.uint8]
Bools = npt.NDArray[np.bool_]
AskedByPlace = Mapping[int, tuple[Singles, ...]]
"""What the first n sessions of a kind ask, by the place of n on `GRID`.

The power forced into each window, (windows, days), and the highest limit that one session asks for
itself, (days,) [kW].
"""
Stays = frozenset[tuple[float, float, float]]

DAYS = 1024
"""Days drawn; a power of two, as Sobol sequences ask."""
FARTHEST_SDS = 2.2
"""Standard deviations from the mean arrival within which windows begin; the same for their end."""
_KEPT: Final = KeptSteps(DRAWN_BYTES)
"""What drawn sessions force into windows: power, its band, areas and regions ask for the same."""
MOST_STAYS_KEPT = 100
"""Sets of stays whose windows are kept; sessions of all energies share them."""


def drawn_limits_kw(
    sessions: Floats,
    types: Sequence[SessionType],
    allowed: Bools,
    *,
    day_effect_sd: float,
) -> tuple[Floats, Floats]:
    """Return P95 and P50 over days of the lowest limit of small fleets, (sites,) each [kW].

    Parameters
    ----------
    sessions
        Sessions a day, at most `models.small_fleets.MOST_SESSIONS` of a kind, (sites, kinds).
    types
        How each kind charges.
    allowed
        Quarters in which charging is allowed, shape (96,).
    day_effect_sd
        delta [1].

    Notes
    -----
    Between whole fleets as in `models.small_fleets`: three tenths of a session ask three tenths of
    the limit of one.
    """
    asked = (tuple(types), allowed.tobytes(), day_effect_sd)

    def drawn(fleets: Ints) -> Floats:
        kinds = [
            _kept_kind(kind, whole_numbers(of_kind), types, allowed, day_effect_sd)
            for kind, of_kind in enumerate(fleets.T)
        ]
        return _limits(fleets, kinds)

    design, typical = between_whole_fleets(sessions, asked, drawn).T
    return design, typical


def _kept_kind(
    kind: int,
    places: Sequence[int],
    types: Sequence[SessionType],
    allowed: Bools,
    day_effect_sd: float,
) -> AskedByPlace:
    """Return `_grown` of one of the kinds, drawn once for all who ask."""

    def grown(lacking: Sequence[int]) -> AskedByPlace:
        session, count = types[kind], int(GRID[max(lacking)])
        _, little, day = _drawn_days(len(types))
        points = energy_points_kwh(session)[little[kind, :count]]
        energy = points * np.maximum(1 + day_effect_sd * day, 0)
        quarter = _arrival_quarters(
            len(types), kind, session.arrival_hour, session.arrival_sd_hours
        )
        windows = candidate_windows(types, allowed)
        return _grown(session, quarter[:count], energy, lacking, allowed, windows)

    # Of the other kinds only their stays matter, not what they take: they make the windows.
    key = (kind, len(types), types[kind], _stays(types), allowed.tobytes(), day_effect_sd)
    return _KEPT.get(key, places, grown)


def candidate_windows(types: Sequence[SessionType], allowed: Bools) -> Bools:
    """Return the open part of windows that can bind, (windows, 96), the whole day among them."""
    return _candidate_windows(_stays(types), allowed.tobytes())


def _stays(types: Sequence[SessionType]) -> Stays:
    """Return arrival, its standard deviation and length of stays, each once [hour]."""
    return frozenset((each.arrival_hour, each.arrival_sd_hours, each.dwell_hours) for each in types)


@lru_cache(maxsize=MOST_STAYS_KEPT)
def _candidate_windows(stays: Stays, allowed_quarters: bytes) -> Bools:
    """Return the same for stays; see `_stays`."""
    allowed = np.frombuffer(allowed_quarters, dtype=np.bool_)
    hour = np.arange(QUARTERS_PER_DAY) // QUARTERS_PER_HOUR
    found = [allowed]
    for arrival, deviation, dwell in stays:
        spread = FARTHEST_SDS * deviation
        first, last = int(np.floor(arrival - spread)), int(np.ceil(arrival + spread))
        stay = int(np.ceil(dwell))
        for begin in range(first, last + 1):
            for end in range(max(first + stay, begin + 1), last + stay + 1):
                length = min(end - begin, HOURS_PER_DAY)
                found.append(((hour - begin) % HOURS_PER_DAY < length) & allowed)
    windows = np.unique(np.stack(found), axis=0)
    return np.asarray(windows[windows.any(axis=1)])


@cache
def _drawn_days(kinds: int) -> tuple[Floats, Bytes, Floats]:
    """Return what sessions draw each day, evenly spread.

    Returns
    -------
    The chance to have arrived by then [1] and the place among `energy_points_kwh`, shape (kinds,
    MOST_SESSIONS, days) each, and how busy days are, as normal scores (days,).
    """
    size = MOST_SESSIONS * kinds * DISTRIBUTIONS
    # Fleets are mostly small: the first sessions of each kind get the first dimensions, which a
    # Sobol sequence fills most evenly.
    drawn = qmc.Sobol(1 + size, seed=SEED).random(DAYS).T
    by_kind = drawn[1:].reshape(MOST_SESSIONS, kinds, DISTRIBUTIONS, DAYS).swapaxes(0, 1)
    early, little = (by_kind[:, :, part] for part in range(DISTRIBUTIONS))
    places = (little * ENERGY_QUANTILES).astype(np.uint8)
    return early, unchanging(places), unchanging(ndtri(drawn[0]))


@lru_cache(maxsize=MOST_STAYS_KEPT)
def _arrival_quarters(kinds: int, kind: int, arrival_hour: float, arrival_sd_hours: float) -> Bytes:
    """Return when sessions arrive, (MOST_SESSIONS, days); those of all energies do alike."""
    early, _, _ = _drawn_days(kinds)
    ends = folded_arrivals(arrival_hour, arrival_sd_hours).cumsum()
    quarter = np.minimum(np.searchsorted(ends, early[kind]), QUARTERS_PER_DAY - 1)
    return unchanging(quarter.astype(np.uint8))


def _grown(
    session: SessionType,
    quarter: Bytes,
    energy_kwh: Floats,
    places: Sequence[int],
    allowed: Bools,
    windows: Bools,
) -> AskedByPlace:
    """Return what the first n sessions ask, by the place of n on `GRID`.

    The same whatever other places are asked for.

    Parameters
    ----------
    session
        How they charge.
    quarter, energy_kwh
        When each arrives and what it wants, shape (sessions, days) [quarter, kWh].
    places
        Of the n.
    allowed, windows
        As in `candidate_windows`.
    """
    energy = np.minimum(energy_kwh, possible_kwh(session, allowed)[quarter])
    stay_hours = open_quarters(session, allowed) / QUARTERS_PER_HOUR
    alone = np.divide(energy, stay_hours[quarter], out=np.zeros_like(energy), where=energy > 0)
    highest = np.maximum.accumulate(alone.astype(np.float32), axis=0)
    wanted = energy.astype(np.float32)[:, :, np.newaxis]
    outside = outside_kwh(session, allowed, windows).astype(np.float32)
    hours = window_hours(windows).astype(np.float32)
    place_of = {int(GRID[place]): place for place in places}
    forced = np.zeros((DAYS, len(windows)), dtype=np.float32)
    part = np.empty_like(forced)
    found = {}
    for one in range(len(energy)):
        # In the same memory each time, which stays near the processor; with its usual mode, numpy
        # would fill a copy first.
        np.take(outside, quarter[one], axis=0, out=part, mode="clip")
        np.subtract(wanted[one], part, out=part)
        forced += np.maximum(part, 0, out=part)
        if one + 1 in place_of:
            by_window = np.ascontiguousarray((forced / hours).T)
            found[place_of[one + 1]] = (by_window, highest[one].copy())
    return found


def _limits(fleets: Ints, kinds: Sequence[AskedByPlace]) -> Floats:
    """Return P95 and P50 of whole fleets, given by the place on the grid, (fleets, 2) [kW]."""
    daily = np.zeros((len(fleets), DAYS))
    for row, fleet in enumerate(fleets.tolist()):
        asked = [of_kind[place] for of_kind, place in zip(kinds, fleet, strict=True) if place]
        if asked:
            daily[row] = _together(asked)
    return np.asarray(np.quantile(daily, QUANTILES, axis=1).T)


def _together(asked: Sequence[tuple[Singles, ...]]) -> Singles:
    """Return the lowest limit of a fleet on each day, from what its kinds ask, (days,) [kW]."""
    forced, highest = zip(*asked, strict=True)
    return np.asarray(np.maximum(reduce(np.add, forced).max(axis=0), reduce(np.maximum, highest)))
