r"""Room on the grid of a supply area as a distribution, and whether added power fits in it.

Published megawatts are rounded and move; a queue is not served to the last request; reinforcements
come late. One draw of the room of an area, held through all years so that they hang together, is

``H(y) = A (1 + e) - s Q - q W``, and from the year of relief plus its delay on
``H(y) = max(A (1 + e) - s Q - q W, 0) + r A``

with A what is available, Q what is quoted, W the queue, e the error of the figures (normal), q the
part of the queue that is served (uniform), r what a reinforcement adds (uniform), and s the load
of the hours in question over that of the busiest. Added power D fits in a year if ``D <= H``, and
for good from the first year after which it always does.

Above the area lies the transmission grid: while that is short, a draw passes it with a given
probability.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

from models.units import HALF, P90_SDS

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

KINDS = 6
"""Things that are drawn per area."""


@dataclass(frozen=True)
class AreaFigures:
    """What is published of n areas, each shape (n,).

    Attributes
    ----------
    available_kw, quoted_kw, queue_kw
        A, Q and W [kW].
    relief_year
        First year of the reinforced area; infinite where none is given [year].
    tso_relief_year
        The same of the transmission grid; minus infinite where that is not short [year].
    """

    available_kw: Floats
    quoted_kw: Floats
    queue_kw: Floats
    relief_year: Floats
    tso_relief_year: Floats


@dataclass(frozen=True)
class HeadroomPriors:
    """What is believed of the published figures.

    Attributes
    ----------
    figure_sd
        Of e [1].
    queue_served
        Least and most of q [1].
    relief_gain
        Least and most of r [1].
    slip_median_years, slip_p90_years
        Of the delay of a reinforcement, lognormal [year].
    """

    figure_sd: float
    queue_served: tuple[float, float]
    relief_gain: tuple[float, float]
    slip_median_years: float
    slip_p90_years: float


@dataclass(frozen=True)
class HeadroomDraws:
    """Draws of what is not known of each area, each shape (n, draws) between zero and one."""

    figure: Floats
    queue: Floats
    gain: Floats
    slip: Floats
    tso_slip: Floats
    tso_pass: Floats


def draw(seeds: Sequence[Sequence[int]], draws: int) -> HeadroomDraws:
    """Return stratified draws: each margin is even, the order of each area is its own.

    Parameters
    ----------
    seeds
        One per area, so that its draws don't hang on which other areas there are.
    draws
        How many.
    """
    even = (np.arange(draws) + HALF) / draws
    orders = [np.random.default_rng(seed).permuted(np.tile(even, (KINDS, 1)), axis=1)
              for seed in seeds]  # fmt: skip
    return HeadroomDraws(*np.stack(orders, axis=1))


def headroom_kw(
    figures: AreaFigures,
    year_ends: Floats,
    draws: HeadroomDraws,
    priors: HeadroomPriors,
    *,
    load_factor: float = 1.0,
    counts_queue: bool = True,
    counts_relief: bool = True,
) -> Floats:
    """Return draws of the room of each area, shape (n, years, draws) [kW].

    Parameters
    ----------
    figures, draws, priors
        Of the areas.
    year_ends
        When the room is asked, shape (years,) [year].
    load_factor
        s [1].
    counts_queue
        Whether the queue goes first.
    counts_relief
        Whether reinforcements come at all.

    Notes
    -----
    Without uncertainty it is ``A - Q - W``; unknown megawatts (NaN) give NaN.
    """
    quoted = load_factor * figures.quoted_kw[:, np.newaxis]
    served = _between(priors.queue_served, draws.queue) * load_factor
    error = priors.figure_sd * ndtri(draws.figure)
    room = figures.available_kw[:, np.newaxis] * (1 + error) - quoted
    if counts_queue:
        room = room - served * figures.queue_kw[:, np.newaxis]
    if not counts_relief:
        return np.repeat(room[:, np.newaxis, :], year_ends.size, axis=1)
    gain = _between(priors.relief_gain, draws.gain) * figures.available_kw[:, np.newaxis]
    relieved = np.maximum(room, 0) + gain
    has_come = _has_come(figures.relief_year, year_ends, draws.slip, priors)
    return np.asarray(np.where(has_come, relieved[:, np.newaxis, :], room[:, np.newaxis, :]))


def passes_transmission(
    figures: AreaFigures,
    year_ends: Floats,
    draws: HeadroomDraws,
    priors: HeadroomPriors,
    *,
    pass_probability: float,
) -> Bools:
    """Return whether the transmission grid lets a draw through, shape (n, years, draws).

    Where it is not short, or its relief has come, always; else with the given probability [1].
    """
    has_come = _has_come(figures.tso_relief_year, year_ends, draws.tso_slip, priors)
    return np.asarray(has_come | (draws.tso_pass < pass_probability)[:, np.newaxis, :])


def fits_for_good(fits: Bools) -> Bools:
    """Return from which year on a draw fits in every later one too, shape (n, years, draws).

    Examples
    --------
    >>> fits_for_good(np.array([[[True], [False], [True]]]))[0, :, 0].tolist()
    [False, False, True]
    """
    return np.asarray(np.logical_and.accumulate(fits[:, ::-1, :], axis=1)[:, ::-1, :])


def _has_come(
    relief_year: Floats, year_ends: Floats, slip: Floats, priors: HeadroomPriors
) -> Bools:
    """Return whether relief has come at each date, shape (n, years, draws)."""
    spread = np.log(priors.slip_p90_years / priors.slip_median_years) / P90_SDS
    delay = priors.slip_median_years * np.exp(spread * ndtri(slip))
    arrival = relief_year[:, np.newaxis] + delay
    return np.asarray(arrival[:, np.newaxis, :] <= year_ends[np.newaxis, :, np.newaxis])


def _between(ends: tuple[float, float], part: Floats) -> Floats:
    least, most = ends
    return np.asarray(least + (most - least) * part)
