"""The electric share of a place in years between those that were computed.

Plain Python, so that a command that asks for one place pays for no other library.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import pairwise

LEAST_SHARE = 1e-9
"""Nothing and all have no log-odds."""


def share_in(year: int, held: Mapping[int, float], national: Mapping[int, float]) -> float:
    """Return the electric share of a terrain in a year that may not be in the run.

    Its distance to the share of the nation, in log-odds, lies on a straight line between the years
    of the run, and stays what it is outside them.

    Parameters
    ----------
    held
        Share of the terrain in the years of the run.
    national
        Share of the nation in those years and in the year that is asked for.
    """
    if year in held:
        return held[year]
    distance = {each: _logit(held[each]) - _logit(national[each]) for each in sorted(held)}
    odds = _logit(national[year]) + _on_line(year, distance)
    return 1 / (1 + math.exp(-odds))


def _on_line(year: int, points: Mapping[int, float]) -> float:
    """Return the height of a year on the line through points, flat outside them."""
    years = sorted(points)
    if year <= years[0] or year >= years[-1]:
        return points[years[0] if year <= years[0] else years[-1]]
    before, after = next(pair for pair in pairwise(years) if pair[0] <= year <= pair[1])
    part = (year - before) / (after - before)
    return points[before] + part * (points[after] - points[before])


def _logit(share: float) -> float:
    inside = min(max(share, LEAST_SHARE), 1 - LEAST_SHARE)
    return math.log(inside / (1 - inside))
