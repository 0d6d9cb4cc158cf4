r"""The band of a sum, where one doubt is shared by all its parts and another is each part's own.

The number of electric vehicles on terrain i is ``n_i``, its share of a known total, times a
lognormal doubt that all terrains share (how fast the country goes) and one of its own (how many
vehicles stand there), whose logarithm has standard deviation ``s_i`` and which leaves the total as
it is. In the sum the own doubts average out:

``v = sum(n_i^2 (exp(s_i^2) - 1)) / sum(n_i)^2``, ``s = sqrt(ln(1 + v))``.

Limits: of one part the sum has its doubt, ``s = s_1``; of N equal parts ``v`` falls with 1/N, and
what is left is the shared doubt.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from models.units import P90_SDS


def own_log_sd(total_ratio: float, shared_ratio: float) -> float:
    """Return the own doubt of a part from its band and that of the nation [1].

    Parameters
    ----------
    total_ratio, shared_ratio
        p90 over p50, or p50 over p10, of the part and of the nation; at least 1 [1].
    """
    total, shared = math.log(total_ratio) / P90_SDS, math.log(shared_ratio) / P90_SDS
    return math.sqrt(max(total * total - shared * shared, 0.0))


def pooled_log_sd(parts: Iterable[tuple[float, float]]) -> float:
    """Return the own doubt that is left in a sum [1].

    Parameters
    ----------
    parts
        Size and own log standard deviation of each part.
    """
    total = variance = 0.0
    for size, log_sd in parts:
        total += size
        variance += size * size * math.expm1(log_sd * log_sd)
    return math.sqrt(math.log1p(variance / (total * total))) if total > 0 else 0.0


def pooled_ratio(shared_ratio: float, log_sd: float) -> float:
    """Return p90 over p50 of the sum: the shared and the left own doubt together [1]."""
    return math.exp(P90_SDS * math.hypot(math.log(shared_ratio) / P90_SDS, log_sd))
