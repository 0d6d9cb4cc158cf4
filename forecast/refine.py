"""Refinements laid over the model: fleet and electric vehicles of the terrains they touch.

The model knows nothing of them: growth, zones and shares are those of the country as the model has
it. So a correction changes its own terrain and, where the total of the municipality is kept, the
other vehicles of that municipality, and nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from forecast.schema import TABLES
from models.allocation import largest_remainder

Floats = npt.NDArray[np.float64]

LEAVE: Final = "leave"
_EVEN: Final = 0.5
"""Half a vehicle on either side, so that none and all have finite odds."""


def no_refinements() -> pl.DataFrame:
    """Return `refinements` without rows."""
    return pl.DataFrame(schema=TABLES["refinements"].polars_schema())


def refine_counts(model: Floats, pinned: Floats, leaves: npt.NDArray[np.bool_]) -> Floats:
    """Return the vehicles of the places of one municipality around those that are known.

    The total is kept: ``rest_i = model_i (T - sum pinned) / sum of the model's rest``, with ``T``
    the total of the model, moved by what entries that leave the rest alone add to it.

    Parameters
    ----------
    model
        Of each place, the pseudo-terrain too, shape (n,).
    pinned
        What is known of each; nan where nothing is.
    leaves
        Whether an entry leaves the rest of the municipality as it was.

    Returns
    -------
    Shape (n,). Where more is known than the municipality has, the rest is zero and the total larger
    than that of the model. Where the model's rest is zero, what is left over stays unplaced: the
    total is then smaller.
    """
    is_pinned = ~np.isnan(pinned)
    known = np.where(is_pinned, pinned, 0.0)
    total = model.sum() + (known - model)[is_pinned & leaves].sum()
    rest = np.where(is_pinned, 0.0, model)
    left = max(total - known.sum(), 0.0)
    scale = left / rest.sum() if rest.sum() > 0 else 0.0
    return np.asarray(known + rest * scale)


def whole(values: Floats) -> npt.NDArray[np.int64]:
    """Return whole vehicles with the rounded total of the values."""
    return np.asarray(largest_remainder(values, round(float(values.sum()))))


def carried_shares(
    known: Mapping[int, float], vehicles: Mapping[int, float], model: Mapping[int, float]
) -> dict[int, float]:
    """Return the electric share of a terrain in every year, of which it is known in some.

    In a year that is known the share is that. Between, the distance to the model in log-odds lies
    on a straight line; before the first it grows from none in the first year of all, and after the
    last it stays.

    Parameters
    ----------
    known
        Electric vehicles by year, at least one.
    vehicles, model
        Vehicles, and the electric share of the model, in every year that is asked for; the years of
        ``known`` too.
    """
    years = sorted(model)
    distance = {
        year: _log_odds(count, vehicles[year])
        - _log_odds(model[year] * vehicles[year], vehicles[year])
        for year, count in known.items()
    }
    points = sorted(distance.items())
    if points[0][0] > years[0]:
        points = [(years[0], 0.0), *points]
    at, by = zip(*points, strict=True)
    shares = {}
    for year in years:
        if year in known:
            shares[year] = known[year] / vehicles[year] if vehicles[year] > 0 else 0.0
            continue
        moved = _log_odds(model[year] * vehicles[year], vehicles[year]) + float(
            np.interp(year, at, by)
        )
        count = (vehicles[year] + 1) / (1 + np.exp(-moved)) - _EVEN
        shares[year] = min(max(count / vehicles[year], 0.0), 1.0) if vehicles[year] > 0 else 0.0
    return shares


def _log_odds(count: float, of: float) -> float:
    """Return the log-odds of a count, half a vehicle added on either side."""
    return float(np.log((count + _EVEN) / (max(of - count, 0.0) + _EVEN)))
