r"""Daily maxima of small fleets, by drawing days.

Fleets of whole sessions are drawn on `DAYS` days with common random numbers: session number 4 of
a kind is the same in every fleet that holds four or more, every year and scenario. Sums over the
first n sessions of a kind are kept for the n of `GRID`, a fleet adds one sum per kind, and the
quantiles of its daily maximum follow. Adding a session can therefore never lower a peak.

What lies between whole fleets is interpolated over the simplex of the grid cell it lies in: the
mean over fleets rounded up or down, all kinds by the same chance. Three tenths of a session ask
three tenths of the peak of one. On each day all sessions want ``1 + delta z`` times their energy,
with the z of the days spread evenly over the normal distribution.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from functools import cache
from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

from models.kept import DRAWN_BYTES, KeptRows, KeptSteps, unchanging
from models.sessions import ENERGY_QUANTILES, ChargingPattern
from models.step_load import changes
from models.units import (
    HALF,
    QUARTERS_PER_DAY,
    QUARTERS_PER_HOUR,
    STRESS_END_HOUR,
    STRESS_START_HOUR,
)

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Singles = npt.NDArray[np.float32]
SumsByPlace = Mapping[int, Singles]
"""Load of the first n sessions of a kind, by the place of n on `GRID`, (96, days) each [kW]."""

DAYS = 500
"""Days drawn; P95 then rests on the 25 busiest."""
MIDDLES = (np.arange(DAYS) + HALF) / DAYS
"""Of as many equally likely parts of a distribution as there are days [1]."""
SEED = 7
"""Any number, the same for ever."""
GRID = np.array([0, 1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 18, 22, 27, 33, 40, 50, 62, 78, 100])
"""Sessions of a kind in the fleets that are drawn."""
LAST_CELL = GRID.size - 2
MOST_SESSIONS = int(GRID[-1])
QUANTILES = (0.95, 0.50)
"""Of the daily maximum: design and typical peak."""
DISTRIBUTIONS = 2
"""Of a session: its arrival and its energy."""
PEAKS = 4
"""Columns of `drawn_peaks_kw`."""
UNROLLED_DAYS = 2
"""Days that a session can touch: it lasts at most one."""
_KEPT: Final = KeptSteps(DRAWN_BYTES)
"""Drawn sums: power, its band, areas and regions ask for the same ones."""
_OF_WHOLE_FLEETS: Final = KeptRows(2_000_000)
"""Peaks and limits of whole fleets: many sites lie between the same ones."""


def drawn_peaks_kw(
    sessions: Floats,
    patterns: Sequence[ChargingPattern],
    streams: Sequence[int],
    *,
    day_effect_sd: float,
) -> Floats:
    """Return quantiles of the daily maximum of small fleets, shape (sites, 4) [kW].

    Columns: design peak, typical peak, design peak within 16:00-21:00, design peak outside.

    Parameters
    ----------
    sessions
        Sessions a day, at most `MOST_SESSIONS` of a kind, shape (sites, kinds).
    patterns
        How each kind charges.
    streams
        Number of each kind's own random numbers, all different.
    day_effect_sd
        delta [1].
    """
    keys = tuple(
        (pattern, stream, day_effect_sd) for pattern, stream in zip(patterns, streams, strict=True)
    )

    def drawn(fleets: Ints) -> Floats:
        sums = [
            _kept_sums_kw(key, whole_numbers(of_kind))
            for key, of_kind in zip(keys, fleets.T, strict=True)
        ]
        return _quantiles(*_daily_maxima(fleets, sums))

    return between_whole_fleets(sessions, keys, drawn)


def between_whole_fleets(
    sessions: Floats, key: Hashable, drawn: Callable[[Ints], Floats]
) -> Floats:
    """Return figures of small fleets from those of the whole ones around, shape (sites, figures).

    Parameters
    ----------
    sessions
        Sessions a day, at most `MOST_SESSIONS` of a kind, shape (sites, kinds).
    key
        What they are figures of: whole fleets that were drawn for it before are not drawn again.
    drawn
        Draws fleets: sorted indices into `GRID`, shape (fleets, kinds), to (fleets, figures).
    """
    corners, weights = simplex_corners(sessions)
    kinds = sessions.shape[1]
    used = weights.ravel() > 0
    numbers, where = _distinct(corners.reshape(-1, kinds)[used])
    found = _OF_WHOLE_FLEETS.get(
        key, numbers, lambda lacking: drawn(_fleets_of(numbers[lacking], kinds))
    )
    figures = np.zeros((used.size, found.shape[1]))
    figures[used] = found[where]
    by_corner = figures.reshape(*weights.shape, -1)
    return np.asarray((by_corner * weights[:, :, np.newaxis]).sum(axis=1))


def simplex_corners(sessions: Floats) -> tuple[Ints, Floats]:
    """Return the grid points around each fleet and their weights, which sum to one.

    The cell of the grid is cut into simplices by the order of the fractions (Kuhn's
    triangulation): from the lower corner, kinds go up one by one, largest fraction first.

    Returns
    -------
    Indices into `GRID`, shape (sites, kinds + 1, kinds), and weights, shape (sites, kinds + 1).
    """
    low = np.clip(np.searchsorted(GRID, sessions, side="right") - 1, 0, LAST_CELL)
    fraction = np.minimum((sessions - GRID[low]) / (GRID[low + 1] - GRID[low]), 1)
    falling = -np.sort(-fraction, axis=1)
    weights = -np.diff(falling, axis=1, prepend=1, append=0)
    # Kinds with the same fraction go up in their own order.
    mine, other = fraction[:, :, np.newaxis], fraction[:, np.newaxis, :]
    is_before = (other > mine) | ((other == mine) & np.tri(fraction.shape[1], k=-1, dtype=np.bool_))
    rank = is_before.sum(axis=-1)
    step = np.arange(fraction.shape[1] + 1)
    return low[:, np.newaxis, :] + (rank[:, np.newaxis, :] < step[:, np.newaxis]), weights


def whole_numbers(places: Ints) -> list[int]:
    """Return which places on `GRID`, but for its zero, are there, rising."""
    return [place for place in np.unique(places).tolist() if place]


def _kept_sums_kw(key: tuple[ChargingPattern, int, float], places: Sequence[int]) -> SumsByPlace:
    """Return `drawn_sums_kw`, drawn once for all who ask."""
    pattern, stream, day_effect_sd = key
    kept = _KEPT.get(
        key,
        places,
        lambda lacking: {
            place: (sums,)
            for place, sums in drawn_sums_kw(pattern, stream, lacking, day_effect_sd).items()
        },
    )
    return {place: sums for place, (sums,) in kept.items()}


def drawn_sums_kw(
    pattern: ChargingPattern, stream: int, places: Sequence[int], day_effect_sd: float
) -> SumsByPlace:
    """Return the load of the first n sessions on each drawn day.

    Parameters
    ----------
    pattern
        How they charge.
    stream
        Number of their own random numbers.
    places
        Of the n on `GRID`.
    day_effect_sd
        delta [1].

    Returns
    -------
    Shape (96, days) each [kW], the same whatever other places are asked for.
    """
    count = int(GRID[max(places)])
    (early, little), busy = _drawn_parts(stream)
    arrival = np.interp(
        MIDDLES, np.append(0, pattern.arrivals.cumsum()), np.arange(QUARTERS_PER_DAY + 1)
    )[early[:count]]
    energy = pattern.energy_kwh[(MIDDLES * ENERGY_QUANTILES).astype(np.int64)][little[:count]]
    quarters, power = pattern.charge(energy * np.maximum(1 + day_effect_sd * busy, 0))
    parts = [*changes(arrival, quarters, power)]
    at = np.stack([where for where, _ in parts], axis=1) * DAYS + np.arange(DAYS)
    step = np.stack([by for _, by in parts], axis=1)
    return {place: _folded_kw(at[: GRID[place]], step[: GRID[place]]) for place in places}


def _folded_kw(at: Ints, step: Floats) -> Singles:
    """Return the load of sessions from its changes, the second day laid over the first, (96, days).

    What the load is at the end of the first day, it is at its beginning.
    """
    unrolled = UNROLLED_DAYS * QUARTERS_PER_DAY
    change = np.bincount(at.ravel(), step.ravel(), unrolled * DAYS)[: unrolled * DAYS]
    first, second = change.reshape(UNROLLED_DAYS, QUARTERS_PER_DAY, DAYS)
    load = first + second
    load[0] += first.sum(axis=0)
    # Row by row: adding up along the first axis at once takes twice as long.
    for before, now in pairwise(load):
        np.add(before, now, out=now)
    return load.astype(np.float32)


@cache
def _drawn_parts(stream: int) -> tuple[tuple[Ints, Ints], Floats]:
    """Return the part of its distribution that each session draws each day, and how busy days are.

    Of arrival and energy, shape (sessions, days) each, of `DAYS` equally likely parts; of the days
    their normal scores.
    """
    rng = np.random.default_rng([SEED, stream])
    # Each session meets every part of its distributions equally often: less noise than chance.
    evenly = np.tile(np.arange(DAYS), (MOST_SESSIONS, 1))
    arrival, energy = (unchanging(rng.permuted(evenly, axis=1)) for _ in range(DISTRIBUTIONS))
    busy = ndtri(np.random.default_rng(SEED).permutation(MIDDLES))
    return (arrival, energy), unchanging(busy)


def _distinct(fleets: Ints) -> tuple[Ints, Ints]:
    """Return a number for each distinct row, rising, and which of them each row is."""
    shape = (GRID.size,) * fleets.shape[1]
    return np.unique(np.ravel_multi_index(tuple(fleets.T), shape), return_inverse=True)


def _fleets_of(numbers: Ints, kinds: int) -> Ints:
    """Return the rows that numbers of `_distinct` stand for, shape (numbers, kinds)."""
    return np.stack(np.unravel_index(numbers, (GRID.size,) * kinds), axis=1)


def _daily_maxima(fleets: Ints, sums: Sequence[SumsByPlace]) -> tuple[Singles, Singles]:
    """Return the maxima within and outside 16:00-21:00 of each fleet, shape (fleets, days) [kW].

    Fleets are sorted, so that partial sums over the first kinds are used again.
    """
    stress = slice(STRESS_START_HOUR * QUARTERS_PER_HOUR, STRESS_END_HOUR * QUARTERS_PER_HOUR)
    kinds = fleets.shape[1]
    shape = (QUARTERS_PER_DAY, DAYS)
    own = [np.empty(shape, dtype=np.float32) for _ in range(kinds)]
    partial: list[Singles] = [np.zeros(shape, dtype=np.float32)] * (kinds + 1)
    within = np.empty((len(fleets), DAYS), dtype=np.float32)
    outside = np.empty_like(within)
    before = [-1] * kinds
    for row, fleet in enumerate(fleets.tolist()):
        same = next((kind for kind in range(kinds) if fleet[kind] != before[kind]), kinds)
        for kind in range(same, kinds):
            partial[kind + 1] = (
                np.add(partial[kind], sums[kind][fleet[kind]], out=own[kind])
                if fleet[kind]
                else partial[kind]
            )
        before = fleet
        load = partial[-1]
        load[stress].max(axis=0, out=within[row])
        np.maximum(
            load[: stress.start].max(axis=0), load[stress.stop :].max(axis=0), out=outside[row]
        )
    return within, outside


def _quantiles(within: Singles, outside: Singles) -> Floats:
    maxima = np.stack([np.maximum(within, outside), within, outside]).astype(np.float64)
    (whole, of_within, of_outside), (typical, *_) = np.quantile(maxima, QUANTILES, axis=-1)
    return np.stack([whole, typical, of_within, of_outside], axis=1)
