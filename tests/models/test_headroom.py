"""Room on the grid: by arithmetic without uncertainty, by its distribution with it."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import lognorm, norm

from models.headroom import (
    AreaFigures,
    HeadroomPriors,
    draw,
    fits_for_good,
    headroom_kw,
    passes_transmission,
)

CERTAIN = HeadroomPriors(0.0, (1.0, 1.0), (0.3, 0.3), 1.0, 1.0)
PRIORS = HeadroomPriors(0.05, (0.4, 1.0), (0.1, 0.5), 1.5, 4.0)
ENDS = np.arange(2026.0, 2052.0)


def area(relief: float = np.inf, tso: float = -np.inf, quoted: float = 80_000.0) -> AreaFigures:
    one = np.ones(1)
    return AreaFigures(100_000.0 * one, quoted * one, 15_000.0 * one, relief * one, tso * one)


def test_without_uncertainty_it_is_arithmetic() -> None:
    draws = draw([[1]], 10)
    room = headroom_kw(area(), ENDS, draws, CERTAIN)
    assert room == pytest.approx(np.full((1, 26, 10), 100_000 - 80_000 - 15_000))
    without = headroom_kw(area(), ENDS, draws, CERTAIN, counts_queue=False)
    assert without == pytest.approx(np.full((1, 26, 10), 20_000))
    # At 85 % of the busiest load: 100 - 68 - 12.75 MW.
    assert headroom_kw(area(), ENDS, draws, CERTAIN, load_factor=0.85)[0, 0, 0] == 19_250


def test_relief_solves_the_shortage_and_adds_a_part() -> None:
    draws = draw([[1]], 10)
    short = area(relief=2030.0, quoted=120_000.0)
    room = headroom_kw(short, ENDS, draws, CERTAIN)[0, :, 0]
    # 2030 and a year of delay: from the end of 2030 (2031.0) on, 30 % of 100 MW.
    assert room[ENDS < 2031] == pytest.approx(100_000 - 120_000 - 15_000)
    assert room[ENDS >= 2031] == pytest.approx(30_000)
    never = headroom_kw(short, ENDS, draws, CERTAIN, counts_relief=False)
    assert (never < 0).all()


def test_the_draws_have_the_stated_distributions() -> None:
    draws = draw([[1]], 4000)
    no_queue = headroom_kw(area(), ENDS, draws, PRIORS, counts_queue=False)[0, 0]
    # Normal around 20 MW with 5 % of 100 MW.
    expected = norm(20_000, 5_000).ppf([0.1, 0.5, 0.9])
    assert np.quantile(no_queue, [0.1, 0.5, 0.9]) == pytest.approx(expected, abs=30)
    queue = no_queue - headroom_kw(area(), ENDS, draws, PRIORS)[0, 0]
    assert queue.min() == pytest.approx(0.4 * 15_000, abs=10)
    assert queue.mean() == pytest.approx(0.7 * 15_000, rel=0.01)
    # Delay: lognormal with median 1.5 and p90 4 years.
    delay = lognorm(np.log(4 / 1.5) / norm.ppf(0.9), scale=1.5)
    relieved = area(relief=2030.0)
    has_come = headroom_kw(relieved, ENDS, draws, PRIORS) > headroom_kw(
        relieved, ENDS, draws, PRIORS, counts_relief=False
    )
    assert has_come[0, :, :].mean(axis=1)[ENDS == 2033] == pytest.approx(delay.cdf(3), abs=0.03)


def test_what_is_not_known_stays_not_known() -> None:
    draws = draw([[1]], 10)
    assert np.isnan(headroom_kw(area(quoted=np.nan), ENDS, draws, PRIORS)).all()


def test_a_short_transmission_grid_lets_a_part_through_until_its_relief() -> None:
    draws = draw([[1]], 1000)
    passed = passes_transmission(area(tso=2035.0), ENDS, draws, PRIORS, pass_probability=0.7)
    share = passed[0].mean(axis=1)
    assert share[0] == pytest.approx(0.7, abs=0.001)
    assert share[-1] > 0.99
    assert passes_transmission(area(), ENDS, draws, PRIORS, pass_probability=0.0).all()


def test_for_good_is_not_the_first_touch() -> None:
    fits = np.array([True, False, True, True])[np.newaxis, :, np.newaxis]
    assert fits_for_good(fits)[0, :, 0].tolist() == [False, False, True, True]


def test_more_years_never_undo_for_good() -> None:
    rng = np.random.default_rng(4)
    good = fits_for_good(rng.random((5, 26, 50)) < 0.9)
    assert (np.diff(good.astype(int), axis=1) >= 0).all()
