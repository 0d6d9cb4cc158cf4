"""Scores by hand."""

from __future__ import annotations

import numpy as np
import pytest

from models.backtest import bias, pinball_loss, score, wape

FORECAST = np.array([90.0, 220.0])
ACTUAL = np.array([100.0, 200.0])


def test_errors_weigh_with_size() -> None:
    assert wape(FORECAST, ACTUAL) == pytest.approx((10 + 20) / 300)
    assert bias(FORECAST, ACTUAL) == pytest.approx((-10 + 20) / 300)
    assert wape(ACTUAL, ACTUAL) == 0


def test_pinball_loss_of_a_low_and_a_high_quantile() -> None:
    # Actual 10 above the 0.9 quantile costs 9, 10 below costs 1; the other way round at 0.1.
    levels = np.array([0.1, 0.9])
    assert pinball_loss(np.array([[0.0], [0.0]]), levels, np.array([10.0])) == (1 + 9) / 2
    assert pinball_loss(np.array([[20.0], [20.0]]), levels, np.array([10.0])) == (9 + 1) / 2


def test_pinball_loss_at_the_median_is_half_the_error() -> None:
    assert pinball_loss(FORECAST[np.newaxis], np.array([0.5]), ACTUAL) == (10 + 20) / 2 / 2


def test_coverage_counts_each_band_the_widest_first() -> None:
    levels = np.array([0.05, 0.25, 0.5, 0.75, 0.95])
    bands = np.array([[80.0, 95, 100, 105, 120], [80, 95, 100, 105, 120], [80, 95, 100, 105, 120]])
    found = score(bands[:, 2], np.array([100.0, 110.0, 130.0]), bands.T, levels)
    assert found.n == 3
    assert found.covered == (2, 1)


def test_a_number_without_a_band_stands_for_all_its_quantiles() -> None:
    levels = np.array([0.25, 0.5, 0.75])
    found = score(FORECAST, ACTUAL, None, levels)
    # Symmetric levels: half of the mean absolute error, over the mean of 150.
    assert found.pinball == pytest.approx(15 / 2 / 150)
    assert found.covered == ()


def test_nothing_to_compare_is_refused() -> None:
    with pytest.raises(ValueError, match="0 forecasts"):
        score(np.array([]), np.array([]), None, np.array([0.5]))
