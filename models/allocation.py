"""Bring national totals down to municipalities and terrains, preserving every total exactly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import brentq
from scipy.special import expit, logit

from models.units import HALF

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

_TOLERANCE = np.finfo(np.float64).eps
MARGIN_TOLERANCE = 1e-10
"""Largest relative error of a fitted margin."""
MOST_ROUNDS = 1000
"""Rounds after which margins count as contradicting each other; ten are usual."""


def proportional(total: float, weights: Floats) -> Floats:
    """Spread a total in proportion to weights; all zeros where every weight is zero."""
    weight_sum = weights.sum()
    return weights * (total / weight_sum) if weight_sum > 0 else np.zeros_like(weights)


@dataclass(frozen=True)
class Margin:
    """Wanted sums over groups of cells.

    Attributes
    ----------
    name
        For messages.
    groups
        Index of each cell's group, -1 where the cell is in none, shape (n,).
    targets
        Wanted sum per group, shape (g,).
    """

    name: str
    groups: Ints
    targets: Floats


def fit_margins(cells: Floats, margins: Sequence[Margin]) -> Floats:
    r"""Scale cells until every margin is met: iterative proportional fitting.

    Each round multiplies the cells of a group by target over sum, for one margin after the other.
    Cells keep their odds ratios as far as the margins allow; a zero stays a zero.

    Parameters
    ----------
    cells
        First guess, not negative, shape (n,).
    margins
        One or more.

    Returns
    -------
    Shape (n,), with a relative error of the margins of at most 1e-10; one margin is met in one
    round.

    Raises
    ------
    ValueError
        If margins over the same cells have different totals, a group with a target holds no
        positive cell, or the margins contradict each other.

    References
    ----------
    W. E. Deming and F. F. Stephan, "On a least squares adjustment of a sampled frequency table when
    the expected marginal totals are known", Ann. Math. Statist. 11, 1940.

    Examples
    --------
    >>> rows = Margin("rows", np.array([0, 0, 1, 1]), np.array([3.0, 7.0]))
    >>> columns = Margin("columns", np.array([0, 1, 0, 1]), np.array([4.0, 6.0]))
    >>> fit_margins(np.ones(4), [rows, columns]).round(3).tolist()
    [1.2, 1.8, 2.8, 4.2]
    """
    _check_totals(margins)
    result = cells.astype(np.float64)
    for _ in range(MOST_ROUNDS):
        for margin in margins:
            sums = _group_sums(result, margin)
            lacking = np.flatnonzero((sums <= 0) & (margin.targets > 0))
            if lacking.size:
                raise ValueError(
                    f"margin '{margin.name}': groups {lacking.tolist()} have a target above zero, "
                    "but nothing to scale"
                )
            factors = np.divide(margin.targets, sums, out=np.zeros_like(sums), where=sums > 0)
            result = result * np.where(margin.groups >= 0, factors[margin.groups], 1.0)
        errors = [_margin_error(result, margin) for margin in margins]
        if max(errors) <= MARGIN_TOLERANCE:
            return result
    worst = margins[int(np.argmax(errors))]
    raise ValueError(
        f"margins contradict each other: '{worst.name}' is still {max(errors):.2g} off after "
        f"{MOST_ROUNDS} rounds"
    )


def _check_totals(margins: Sequence[Margin]) -> None:
    for i, margin in enumerate(margins):
        for other in margins[:i]:
            if np.array_equal(margin.groups >= 0, other.groups >= 0):
                total, others = float(margin.targets.sum()), float(other.targets.sum())
                if abs(total - others) > MARGIN_TOLERANCE * max(total, others):
                    raise ValueError(
                        f"margin '{margin.name}' adds up to {total:.10g}, but '{other.name}' over "
                        f"the same cells to {others:.10g}"
                    )


def _group_sums(cells: Floats, margin: Margin) -> Floats:
    is_in = margin.groups >= 0
    sums = np.bincount(margin.groups[is_in], cells[is_in], margin.targets.size)
    return np.asarray(sums, dtype=np.float64)


def _margin_error(cells: Floats, margin: Margin) -> float:
    gaps = np.abs(_group_sums(cells, margin) - margin.targets)
    return float((gaps / np.maximum(margin.targets, 1)).max(initial=0.0))


def largest_remainder(values: Floats, total: int) -> Ints:
    """Round values to integers that add up to the total.

    The floors are kept and the units left go to the largest fractions; ties go to the row that
    stands first, so that the result doesn't depend on chance.

    Raises
    ------
    ValueError
        If the values don't add up to the total within one unit per value.

    Examples
    --------
    >>> largest_remainder(np.array([1.5, 1.5, 2.0]), 5).tolist()
    [2, 1, 2]
    """
    floors = np.floor(values)
    missing = total - int(floors.sum())
    if not 0 <= missing <= values.size:
        raise ValueError(f"values add up to {values.sum()}, not to {total}")
    order = np.argsort(-(values - floors), kind="stable")
    result = floors.astype(np.int64)
    result[order[:missing]] += 1
    return result


def capped_proportional(total: float, weights: Floats, caps: Floats) -> Floats:
    """Spread a total in proportion to weights, no element above its cap.

    The excess of capped elements is spread again over the others (water filling). Where the total
    exceeds the sum of the caps, the caps are returned: the rest has no place.

    Examples
    --------
    >>> capped_proportional(10.0, np.array([1.0, 1.0]), np.array([2.0, 20.0])).tolist()
    [2.0, 8.0]
    """
    caps = np.where(weights > 0, caps, 0.0)
    if total >= caps.sum():
        return caps
    result = np.zeros_like(weights)
    is_free = weights > 0
    while is_free.any():
        level = (total - result[~is_free].sum()) / weights[is_free].sum()
        is_over = is_free & (weights * level > caps)
        if not is_over.any():
            result[is_free] = weights[is_free] * level
            break
        result[is_over] = caps[is_over]
        is_free &= ~is_over
    return result


def saturating_totals(
    vehicles: Floats, weights: Floats, capacities: Floats, national_share: float
) -> Floats:
    r"""Return how many of each municipality's vehicles have a terrain as base.

    ``on_m = min(V_m (1 - exp(-k W_m / V_m)), C_m)`` with one k for the country such that
    ``sum(on) = share sum(V)``: a municipality with little terrain per vehicle keeps more of its
    vehicles elsewhere, one without any keeps all.

    Parameters
    ----------
    vehicles
        V, vehicles per municipality, shape (m,) [vehicles].
    weights
        W, summed weights of its terrains, shape (m,).
    capacities
        C, the most its terrains hold, shape (m,) [vehicles].
    national_share
        Part of all vehicles based on terrains [1].

    Raises
    ------
    ValueError
        If the terrains can't hold that part.
    """
    target = national_share * vehicles.sum()
    most = np.where(weights > 0, np.minimum(vehicles, capacities), 0.0).sum()
    if target > most:
        raise ValueError(f"terrains hold at most {most:.0f} of the {target:.0f} vehicles asked")

    def on_terrain(log_scale: float) -> Floats:
        pull = np.divide(weights, vehicles, out=np.zeros_like(weights), where=vehicles > 0)
        share = -np.expm1(-np.exp(log_scale) * pull)
        return np.asarray(np.minimum(vehicles * share, np.where(weights > 0, capacities, 0.0)))

    bound = HALF * np.log(np.finfo(np.float64).max)  # far beyond any scale, short of overflow
    root = brentq(lambda x: on_terrain(x).sum() - target, -bound, bound, xtol=_TOLERANCE)
    return np.asarray(on_terrain(root))


@dataclass(frozen=True)
class RakedShares:
    """Shares that keep a national number, shape (n,) [1], and the constant that does it [1]."""

    shares: Floats
    constant: float


def shift_share(share: float, log_odds: Floats | float, *, ceiling: float = 1.0) -> Floats:
    """Return ``L expit(logit(s / L) + log_odds)``: a share at other log-odds below its ceiling.

    >>> float(shift_share(0.2, np.log(2)).round(4))  # odds of 1:4 doubled are 1:2
    0.3333
    """
    return np.asarray(ceiling * expit(logit(share / ceiling) + log_odds))


def rake_odds(
    share: float, log_odds_shift: Floats, vehicles: Floats, *, ceiling: float = 1.0
) -> RakedShares:
    r"""Vary a national share over rows by log-odds, leaving the national number as it is.

    ``p_i = L expit(logit(s / L) + shift_i + c)`` with one c such that ``sum(n_i p_i) = s sum(n)``.
    No share exceeds the ceiling L; equal shifts give everybody s. Without vehicles everybody has s.

    Parameters
    ----------
    share
        s, national electric share [1], ``0 < s < L``.
    log_odds_shift
        Shift per row, shape (n,) [1].
    vehicles
        n, vehicles per row, shape (n,) [vehicles].
    ceiling
        L [1].
    """
    total = share * vehicles.sum()
    if total <= 0:
        return RakedShares(np.full_like(log_odds_shift, share), 0.0)

    def shares(constant: float) -> Floats:
        return shift_share(share, log_odds_shift + constant, ceiling=ceiling)

    span = float(np.abs(log_odds_shift).max()) + 1
    constant = brentq(
        lambda c: float((vehicles * shares(c)).sum()) - total, -span, span, xtol=_TOLERANCE
    )
    result = shares(constant)
    # The root is exact to the last bits of c; what is left is spread so that the sum is too.
    return RakedShares(result * (total / float((vehicles * result).sum())), float(constant))
