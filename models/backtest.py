r"""How good forecasts were: errors and bands against what came.

- ``WAPE = sum |forecast - actual| / sum actual``: no division by single small counts
- ``bias = sum (forecast - actual) / sum actual``
- pinball loss of a quantile q: ``(actual - f) q`` above it, ``(f - actual)(1 - q)`` below
- coverage: how many of the actual values lay inside a band, as k of n
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

PAIR = 2
"""A band has two ends."""


@dataclass(frozen=True)
class Score:
    """What a model made of n forecasts.

    Attributes
    ----------
    n
        Number of forecasts that could be set against a count.
    wape, bias
        [1].
    pinball
        Mean loss over the quantiles over the mean actual value [1]; a model without a band states
        its one number for every quantile.
    covered
        How many lay inside each band, the widest first; empty without quantiles.
    """

    n: int
    wape: float
    bias: float
    pinball: float
    covered: tuple[int, ...]


def wape(forecast: Floats, actual: Floats) -> float:
    """Return the weighted absolute percentage error [1]; zero where all are right.

    Examples
    --------
    >>> wape(np.array([90.0, 220.0]), np.array([100.0, 200.0]))
    0.1
    """
    return float(np.abs(forecast - actual).sum() / actual.sum())


def bias(forecast: Floats, actual: Floats) -> float:
    """Return the relative error of the sum [1]; positive where too much was foreseen."""
    return float((forecast - actual).sum() / actual.sum())


def pinball_loss(quantile_forecasts: Floats, levels: Floats, actual: Floats) -> float:
    """Return the mean pinball loss [unit of the values].

    Parameters
    ----------
    quantile_forecasts
        Shape (q, n).
    levels
        Shape (q,) [1].
    actual
        Shape (n,).

    Examples
    --------
    At the median it is half of the absolute error.

    >>> pinball_loss(np.array([[10.0]]), np.array([0.5]), np.array([14.0]))
    2.0
    """
    gap = actual - quantile_forecasts
    level = levels[:, np.newaxis]
    return float(np.maximum(level * gap, (level - 1) * gap).mean())


def score(
    forecast: Floats, actual: Floats, quantile_forecasts: Floats | None, levels: Floats
) -> Score:
    """Return the scores of a model.

    Parameters
    ----------
    forecast
        Its middle, shape (n,).
    actual
        What came, shape (n,), positive.
    quantile_forecasts
        Shape (q, n), in order; the first and the last make a band, the second and the last but one
        make another, and so on. None for a model without bands.
    levels
        Shape (q,) [1].

    Raises
    ------
    ValueError
        If there is nothing to compare.
    """
    if actual.size == 0 or actual.size != forecast.size:
        raise ValueError(f"{forecast.size} forecasts can't be set against {actual.size} counts")
    errors = wape(forecast, actual), bias(forecast, actual)
    if quantile_forecasts is None:
        stated = np.tile(forecast, (levels.size, 1))
        loss = pinball_loss(stated, levels, actual) / float(actual.mean())
        return Score(actual.size, *errors, loss, ())
    pairs = levels.size // PAIR
    bands = zip(quantile_forecasts[:pairs], quantile_forecasts[: -1 - pairs : -1], strict=True)
    covered = tuple(int(((low <= actual) & (actual <= high)).sum()) for low, high in bands)
    loss = pinball_loss(quantile_forecasts, levels, actual) / float(actual.mean())
    return Score(actual.size, *errors, loss, covered)
