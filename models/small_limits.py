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

from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri
from scipy.stats import qmc

from models.kept import KeptArrays
from models.sessions import (
    ENERGY_QUANTILES,
    SessionType,
    arrival_probability,
    energy_points_kwh,
)
from models.small_fleets import (
    DISTRIBUTIONS,
    GRID,
    MOST_SESSIONS,
    QUANTILES,
    SEED,
    between_whole_fleets,
)
from models.units import HOURS_PER_DAY, QUARTERS_PER_DAY, QUARTERS_PER_HOUR
from models.windows import allowed_stay, outside_kwh, possible_kwh, window_hours

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Singles = npt.NDArray[np.float32]
Bools = npt.NDArray[np.bool_]
Stays = frozenset[tuple[float, float, float]]

DAYS = 1024
"""Days drawn; a power of two, as Sobol sequences ask."""
FARTHEST_SDS = 2.2
"""Standard deviations from the mean arrival within which windows begin; the same for their end."""
_KEPT: Final = KeptArrays(400_000_000)
"""What drawn sessions force into windows: power, its band, areas and regions ask for the same."""
MOST_STAYS_KEPT = 100
"""Sets of stays whose windows are kept; sessions of all energies share them."""
BLOCK = 16
"""Fleets that are summed together; bounds the memory."""


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
            _kept_kind(kind, int(most), types, allowed, day_effect_sd)
            for kind, most in enumerate(fleets.max(axis=0))
        ]
        blocks = range(0, len(fleets), BLOCK)
        return np.concatenate([_limits(fleets[at : at + BLOCK], kinds) for at in blocks], axis=1).T

    design, typical = between_whole_fleets(sessions, asked, drawn).T
    return design, typical


def _kept_kind(
    kind: int, most: int, types: Sequence[SessionType], allowed: Bools, day_effect_sd: float
) -> tuple[Singles, Singles]:
    """Return `_grown` of one of the kinds, or more of it, drawn once for all who ask."""

    def grown() -> tuple[Singles, Singles]:
        chances = _chances(len(types))
        busy = np.maximum(1 + day_effect_sd * ndtri(chances[0, 0, 0]), 0)
        windows = candidate_windows(types, allowed)
        return _grown(types[kind], chances[1 + kind], busy, most, allowed, windows)

    # Of the other kinds only their stays matter, not what they take: they make the windows.
    key = (kind, len(types), types[kind], _stays(types), allowed.tobytes(), day_effect_sd)
    forced, highest = _KEPT.get(key, most + 1, grown)
    return forced, highest


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
def _chances(kinds: int) -> Floats:
    """Return evenly spread chances, shape (1 + kinds, MOST_SESSIONS, 2, days).

    First those of the days, then those of each session of each kind: of its arrival and energy.
    """
    size = MOST_SESSIONS * kinds * DISTRIBUTIONS
    # Fleets are mostly small: the first sessions of each kind get the first dimensions, which a
    # Sobol sequence fills most evenly.
    drawn = qmc.Sobol(1 + size, seed=SEED).random(DAYS).T
    chances = np.zeros((1 + kinds, MOST_SESSIONS, DISTRIBUTIONS, DAYS))
    chances[0] = drawn[0]
    chances[1:] = drawn[1:].reshape(MOST_SESSIONS, kinds, DISTRIBUTIONS, DAYS).swapaxes(0, 1)
    return chances


def _grown(
    session: SessionType,
    chances: Floats,
    busy: Floats,
    most: int,
    allowed: Bools,
    windows: Bools,
) -> tuple[Singles, Singles]:
    """Return what the first n sessions ask, n the first ``most + 1`` values of `GRID`.

    The power forced into each window, (n, days, windows), and the highest limit that one session
    asks for itself, (n, days) [kW].
    """
    early, little = chances[: GRID[most]].swapaxes(0, 1)
    ends = arrival_probability(session).cumsum()
    quarter = np.minimum(np.searchsorted(ends, early), QUARTERS_PER_DAY - 1)
    energy = energy_points_kwh(session)[(little * ENERGY_QUANTILES).astype(np.int64)] * busy
    energy = np.minimum(energy, possible_kwh(session, allowed)[quarter])
    stay_hours = allowed_stay(session, allowed).sum(axis=1) / QUARTERS_PER_HOUR
    alone = np.divide(energy, stay_hours[quarter], out=np.zeros_like(energy), where=energy > 0)
    outside = outside_kwh(session, allowed, windows).astype(np.float32)
    hours = window_hours(windows).astype(np.float32)
    forced = np.zeros((most + 1, DAYS, len(windows)), dtype=np.float32)
    highest = np.zeros((most + 1, DAYS), dtype=np.float32)
    for index in range(1, most + 1):
        forced[index], highest[index] = forced[index - 1], highest[index - 1]
        for one in range(GRID[index - 1], GRID[index]):
            wanted = energy[one].astype(np.float32)[:, np.newaxis]
            forced[index] += np.maximum(wanted - outside[quarter[one]], 0) / hours
            highest[index] = np.maximum(highest[index], alone[one])
    return forced, highest


def _limits(fleets: npt.NDArray[np.int64], kinds: Sequence[tuple[Singles, Singles]]) -> Floats:
    """Return P95 and P50 of whole fleets, given by the place on the grid, (2, fleets) [kW]."""
    forced = np.zeros((len(fleets), *kinds[0][0].shape[1:]), dtype=np.float32)
    highest = np.zeros((len(fleets), DAYS), dtype=np.float32)
    for (of_kind, alone), places in zip(kinds, fleets.T, strict=True):
        forced += of_kind[places]
        np.maximum(highest, alone[places], out=highest)
    daily = np.maximum(forced.max(axis=-1), highest).astype(np.float64)
    return np.asarray(np.quantile(daily, QUANTILES, axis=1))
