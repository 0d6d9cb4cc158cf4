"""Partial pooling: between believing every place and believing none."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import expit, logit

from models.allocation import rake_odds
from models.regional import (
    gamma_poisson_ratio,
    log_odds_slopes,
    pool_effects,
    share_shift,
)


def test_a_small_place_goes_to_the_mean_and_a_large_one_keeps_its_ratio() -> None:
    rng = np.random.default_rng(2)
    expected = np.concatenate([rng.uniform(1, 20, 300), [1.0, 1e6]])
    truth = rng.gamma(2.0, 0.5, 302)
    counted = rng.poisson(truth * expected).astype(float)
    counted[-2:] = [3.0, 2e6]
    expected[-1] = 1e6
    ratio, shape = gamma_poisson_ratio(counted[:-1], expected[:-1])
    assert shape == pytest.approx(2.0, rel=0.3)
    # The posterior mean of three counted where one was expected.
    assert ratio[-1] == pytest.approx((3 + shape) / (1 + shape))
    large, _ = gamma_poisson_ratio(counted, expected)
    assert large[-1] == pytest.approx(2.0, rel=1e-3)


def test_places_that_differ_by_chance_only_are_all_the_nation() -> None:
    expected = np.full(2000, 10.0)
    counted = np.tile([10.0, 11.0, 9.0, 10.0], 500)  # closer together than chance would have it
    ratio, _ = gamma_poisson_ratio(counted, expected)
    assert ratio == pytest.approx(np.ones(2000), abs=1e-6)


def test_shift_is_the_log_odds_between_shares() -> None:
    # 20 % against 10 %: odds of 1/4 against 1/9.
    assert share_shift(np.array([2.0]), 0.1)[0] == pytest.approx(np.log(9 / 4))
    assert share_shift(np.array([1.0]), 0.1)[0] == pytest.approx(0)
    assert np.isfinite(share_shift(np.array([50.0]), 0.1)).all()


def test_effects_of_equal_variance_shrink_by_the_part_that_is_chance() -> None:
    # Variance of the effects 4, chance 1: the variance between is 3, three quarters are kept.
    effects = np.array([-2.0, 2.0] * 50) * np.sqrt(99 / 100)
    pooled = pool_effects(effects, np.ones(100))
    assert pooled.mean == pytest.approx(0)
    assert pooled.between_sd**2 == pytest.approx(3.0, rel=1e-3)
    assert pooled.effects == pytest.approx(effects * 0.75, rel=1e-3)


def test_effects_within_their_errors_all_become_the_mean() -> None:
    pooled = pool_effects(np.array([0.1, -0.1, 0.05, -0.05]), np.ones(4))
    assert pooled.between_sd == 0
    assert pooled.effects == pytest.approx(np.zeros(4))


def test_effects_that_are_all_alike_stay() -> None:
    pooled = pool_effects(np.full(5, 0.3), np.full(5, 0.1))
    assert pooled.between_sd == 0
    assert pooled.effects == pytest.approx(np.full(5, 0.3))


def test_a_difference_too_small_to_square_is_none() -> None:
    pooled = pool_effects(np.array([0.0, 0.0, 1e-300]), np.full(3, 0.04))
    assert pooled.between_sd == 0


def test_slope_of_two_dates_is_their_log_odds_over_the_time() -> None:
    electric, vehicles = np.array([[10.0, 30.0]]), np.array([[1000.0, 1000.0]])
    slopes, variances = log_odds_slopes(electric, vehicles, np.array([2020.0, 2022.0]))
    odds = np.log(30.5 / 970.5) - np.log(10.5 / 990.5)
    assert slopes[0] == pytest.approx(odds / 2)
    # Two independent log-odds: the variance of their difference over the square of the time.
    variance = 1 / 10.5 + 1 / 990.5 + 1 / 30.5 + 1 / 970.5
    assert variances[0] == pytest.approx(variance / 4)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_partial_pooling_beats_believing_all_or_none(seed: int) -> None:
    rng = np.random.default_rng(seed)
    vehicles = np.round(rng.lognormal(7.3, 1.0, 342))
    dates = np.arange(2020.0, 2024.0)
    level, slope = rng.normal(0, 0.5, 342), 0.45 + rng.normal(0, 0.1, 342)
    shares = expit(-4.5 + level[:, None] + slope[:, None] * (dates - 2020))
    electric = rng.binomial(vehicles[:, None].astype(int), shares).astype(float)
    later = vehicles * expit(-4.5 + level + slope * 5)
    every = np.repeat(vehicles[:, None], 4, axis=1)

    national = electric[:, -1].sum() / vehicles.sum()
    ratio, _ = gamma_poisson_ratio(electric[:, -1], national * vehicles)
    slopes, variances = log_odds_slopes(electric, every, dates)
    pooled = pool_effects(slopes, variances)
    partial = share_shift(ratio, national) + 2 * (pooled.effects - pooled.mean)
    own = logit((electric[:, -1] + 0.5) / (vehicles + 1)) - logit(national)
    separate = own + 2 * (slopes - pooled.mean)

    def wape(shift: np.ndarray) -> float:
        found = vehicles * rake_odds(later.sum() / vehicles.sum(), shift, vehicles).shares
        return float(np.abs(found - later).sum() / later.sum())

    assert wape(partial) < wape(separate) < wape(np.zeros(342))


@pytest.mark.parametrize(
    ("counted", "expected", "text"),
    [
        pytest.param([1.0, 2.0], [1.0, 2.0], "3 places; found 2", id="two places"),
        pytest.param([1.0, 2.0, 0.0], [1.0, 2.0, 0.0], "no vehicles", id="empty place"),
    ],
)
def test_what_cannot_be_pooled_is_refused(
    counted: list[float], expected: list[float], text: str
) -> None:
    with pytest.raises(ValueError, match=text):
        gamma_poisson_ratio(np.array(counted), np.array(expected))
    with pytest.raises(ValueError, match="3 places; found 2"):
        pool_effects(np.zeros(2), np.ones(2))
