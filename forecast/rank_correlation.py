"""How alike two orders of the same terrains are."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import duckdb

_DECIMALS: Final = 9
_LEAST_PAIRS: Final = 2


def spearman(
    connection: duckdb.DuckDBPyConnection, first: Sequence[float], second: Sequence[float]
) -> float | None:
    """Return Spearman's rho of figures of the same terrains: the correlation of their ranks [1].

    1 is the same order, 0 no likeness, -1 the opposite. Terrains of equal figures share their mean
    rank. None for fewer than two terrains, or where all have the same figure. Computed by the
    database, so that comparing two runs pays for no other library.

    References
    ----------
    Spearman, C. (1904), The proof and measurement of association between two things, American
    Journal of Psychology 15, 72-101.
    """
    if len(first) < _LEAST_PAIRS:
        return None
    [(rho,)] = connection.execute(
        "SELECT corr(rank_first, rank_second) FROM (SELECT "
        "rank() OVER (ORDER BY a) + (count(*) OVER (PARTITION BY a) - 1) / 2 AS rank_first, "
        "rank() OVER (ORDER BY b) + (count(*) OVER (PARTITION BY b) - 1) / 2 AS rank_second "
        "FROM (SELECT unnest($first) AS a, unnest($second) AS b))",
        {"first": list(first), "second": list(second)},
    ).fetchall()
    return _plain(rho)


def kendall(first: Sequence[float], second: Sequence[float]) -> float | None:
    """Return Kendall's tau-b of figures of the same terrains [1].

    Of two terrains drawn at random: the probability that both orders agree on which is larger, less
    that they disagree; corrected for terrains of equal figures. None as `spearman`.

    References
    ----------
    Kendall, M. (1945), The treatment of ties in ranking problems, Biometrika 33, 239-251.
    """
    if len(first) < _LEAST_PAIRS:
        return None
    from scipy.stats import kendalltau

    return _plain(kendalltau(first, second, variant="b").statistic)


def _plain(value: float | None) -> float | None:
    return None if value is None or math.isnan(value) else round(float(value), _DECIMALS)
