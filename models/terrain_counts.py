r"""Vehicles per terrain learned from terrains where they were counted.

Two models compete: a Poisson GLM with log link (transparent, extrapolates as a power of the area)
and gradient boosting with Poisson loss (finds interactions). The one with the lower Poisson
deviance on municipalities that it has not seen is taken.

Its band is conformal: the residuals of those held-out municipalities, on a scale where they are
alike,

``z = (ln(1 + y) - ln(1 + m)) / sqrt(1 / (1 + m) + tau^2)``

with y the count, m the prediction, the first part of the variance that of chance, tau^2 that of
what the features don't know. The rank ``ceil((n + 1) p)`` of z gives the bound of probability p:
whatever the distribution, a new terrain in a new municipality lies below it with about that
probability.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.linear_model import PoissonRegressor
from sklearn.metrics import mean_poisson_deviance
from sklearn.model_selection import GroupKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits

from models.units import HALF

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

FOLDS = 5
"""Parts in which municipalities are held out in turn."""
PENALTY = 1e-3
"""Of the squared coefficients of the GLM, on features of unit variance; keeps rare types finite."""
MOST_STEPS = 2000
"""Steps of the GLM's search."""
TREES = 150
"""Rounds of boosting."""
LEARNING_RATE = 0.05
"""Part of each tree that is taken."""
LEAST_PER_LEAF = 10
"""Terrains behind every number of a tree."""
LEAST_PREDICTION = 1e-6
"""A count is never foreseen below this; the deviance needs a logarithm."""


@dataclass(frozen=True)
class CountModel:
    """A model of vehicles per terrain, chosen and calibrated on municipalities it had not seen.

    Attributes
    ----------
    kind
        glm or boosting.
    deviances
        Mean Poisson deviance of each kind on held-out municipalities.
    terrains, municipalities
        Terrains that were counted, and municipalities they lie in.
    tau
        Standard deviation of what the features don't know, on the logarithm [1].
    scores
        Standardised residuals of held-out municipalities in order, shape (n,) [1].
    estimator
        The fitted model.
    """

    kind: str
    deviances: Mapping[str, float]
    terrains: int
    municipalities: int
    tau: float
    scores: Floats
    estimator: Any

    def predict(self, features: Floats) -> Floats:
        """Return the expected number of vehicles, shape (n,) [vehicles]."""
        return np.asarray(np.maximum(self.estimator.predict(features), LEAST_PREDICTION))

    def band(self, features: Floats, level: float) -> tuple[Floats, Floats]:
        """Return bounds that hold the count with a probability, half of the rest on each side.

        Raises
        ------
        ValueError
            If too few terrains were counted for that level.
        """
        middle = self.predict(features)
        spread = _spread(middle, self.tau)
        tail = HALF * (1 - level)
        low, high = -_rank(-self.scores[::-1], 1 - tail), _rank(self.scores, 1 - tail)
        centre = np.log1p(middle)
        return np.maximum(np.expm1(centre + low * spread), 0), np.expm1(centre + high * spread)


def learn_counts(
    counts: Floats, features: Floats, groups: Ints, *, rising_feature: int
) -> CountModel:
    """Learn vehicles per terrain from counted terrains.

    Parameters
    ----------
    counts
        y, shape (n,) [vehicles].
    features
        Shape (n, p).
    groups
        Municipality of each terrain, shape (n,); held out as a whole.
    rising_feature
        Column with which boosting may only rise: the area.

    Raises
    ------
    ValueError
        If counts are negative, not finite or all zero, or lie in fewer municipalities than folds.

    References
    ----------
    Y. Romano, E. Patterson and E. Candes, "Conformalized quantile regression", NeurIPS 2019.
    R. Barber et al., "Predictive inference with the jackknife+", Ann. Statist. 49, 2021.
    """
    if not (np.isfinite(counts).all() and (counts >= 0).all() and np.isfinite(features).all()):
        raise ValueError("counted vehicles and features must be finite, counts not negative")
    if not counts.any():
        raise ValueError("every counted terrain has no vehicles: nothing tells terrains apart")
    municipalities = np.unique(groups).size
    if municipalities < FOLDS:
        raise ValueError(
            f"terrains were counted in {municipalities} municipalities; {FOLDS} are needed to hold "
            "whole ones out"
        )
    with threadpool_limits(1, user_api="openmp"):  # on so few rows threads wait for each other
        held_out = {
            kind: _held_out(make(features.shape[1], rising_feature), counts, features, groups)
            for kind, make in _KINDS.items()
        }
    deviances = {
        kind: float(mean_poisson_deviance(counts, found)) for kind, found in held_out.items()
    }
    kind = min(deviances, key=lambda name: deviances[name])
    middle = held_out[kind]
    residuals = np.log1p(counts) - np.log1p(middle)
    chance = float(np.mean(1 / (1 + middle)))
    tau = math.sqrt(max(float(np.mean(residuals**2)) - chance, 0.0))
    with threadpool_limits(1, user_api="openmp"):
        estimator = _KINDS[kind](features.shape[1], rising_feature).fit(features, counts)
    scores = np.sort(residuals / _spread(middle, tau))
    return CountModel(kind, deviances, counts.size, municipalities, tau, scores, estimator)


def _glm(_: int, __: int) -> Any:
    return make_pipeline(StandardScaler(), PoissonRegressor(alpha=PENALTY, max_iter=MOST_STEPS))


def _boosting(size: int, rising_feature: int) -> Any:
    rises = np.zeros(size, dtype=int)
    rises[rising_feature] = 1
    return HistGradientBoostingRegressor(
        loss="poisson",
        learning_rate=LEARNING_RATE,
        max_iter=TREES,
        min_samples_leaf=LEAST_PER_LEAF,
        monotonic_cst=rises,
        random_state=0,
    )


_KINDS: Mapping[str, Callable[[int, int], Any]] = {"glm": _glm, "boosting": _boosting}


def _held_out(estimator: Any, counts: Floats, features: Floats, groups: Ints) -> Floats:
    """Return predictions by a model that has not seen the municipality."""
    found = cross_val_predict(
        estimator, features, counts, groups=groups, cv=GroupKFold(n_splits=FOLDS)
    )
    return np.asarray(np.maximum(found, LEAST_PREDICTION))


def _spread(middle: Floats, tau: float) -> Floats:
    return np.asarray(np.sqrt(1 / (1 + middle) + tau**2))


def _rank(scores: Floats, probability: float) -> float:
    rank = math.ceil((scores.size + 1) * probability)
    if rank > scores.size:
        raise ValueError(
            f"{scores.size} counted terrains are too few for a bound of {probability:.0%}"
        )
    return float(scores[rank - 1])
