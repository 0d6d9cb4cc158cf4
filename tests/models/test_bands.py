"""Draws hold what is known, spread where it is not, and are the same every time."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from models.adoption import Belief, Fit, Observations
from models.bands import (
    Start,
    Uncertainty,
    autoregressive,
    draw_shocks,
    electric_stock_draws,
    quantiles,
)
from models.sales_share import SalesShare
from models.stock import Lifetime, build_fleet
from models.stock_curves import Logistic

MONTHS = 2010 + np.arange(1, 31 * 12 + 1) / 12
FLEET = build_fleet(MONTHS, np.full(MONTHS.size, 1e5), Lifetime(2.5, 16))
SHARES = np.array([0.002, 0.004, 0.009, 0.02])
COUNTS = Observations(
    np.array([2019.0, 2021.0, 2023.0, 2025.0]), SHARES, 0.05 * SHARES, np.zeros(4, dtype=bool)
)
SALES = SalesShare(FLEET, 0.9, 0.2, 2025.0, {}, {"slope_per_year": Belief(0.35, 0.2)})
CURVE = Logistic(0.9, 0.2, 2025.0)
CALM = Uncertainty(0.0, 0.5, 2.0, {"sales_share": 1.0, "logistic": 1.0})
WILD = replace(CALM, process_sd=0.3)


def fits() -> list[Fit]:
    return [SALES.fit(COUNTS), CURVE.fit(COUNTS)]


def start(fit: Fit, relative_sd: float = 0.05) -> Start:
    return Start(FLEET.index(2025.0), SALES.electric_sales(COUNTS, fit.estimate), relative_sd, 0.0)


def draw(uncertainty: Uncertainty, seed: int = 1, size: int = 400) -> np.ndarray:
    found = fits()
    return electric_stock_draws(
        found, FLEET, start(found[0]), draw_shocks(size, 16, (seed,)), uncertainty
    )


def test_weights_of_families_count_beside_each_other() -> None:
    """Parts of one, or of a hundred: the same draws go to each family."""
    hundredfold = replace(WILD, family_weights={"sales_share": 100.0, "logistic": 100.0})
    assert draw(hundredfold).tobytes() == draw(WILD).tobytes()


def test_the_same_seed_gives_the_same_bytes() -> None:
    assert draw(WILD).tobytes() == draw(WILD).tobytes()
    assert draw(WILD).tobytes() != draw(WILD, seed=2).tobytes()


def test_quantiles_are_ordered_and_spread_with_time() -> None:
    p10, p50, p90 = quantiles(draw(WILD))
    later = FLEET.dates > 2025.1
    assert (p10[later] < p50[later]).all()
    assert (p50[later] < p90[later]).all()
    width = np.log(p90 / np.maximum(p10, 1e-9))
    assert width[FLEET.index(2030.0)] > width[FLEET.index(2026.0)]


def test_quantiles_are_those_of_the_rows() -> None:
    rows = np.arange(11.0)[:, np.newaxis]
    assert quantiles(rows)[:, 0].tolist() == [1.0, 5.0, 9.0]


def test_every_draw_starts_within_the_error_of_the_last_count() -> None:
    last = draw(WILD)[:, FLEET.index(2025.0)]
    assert np.median(last) == pytest.approx(2000, rel=0.02)
    assert np.log(last).std() == pytest.approx(0.05, rel=0.15)


def test_without_any_doubt_all_draws_of_a_family_are_its_middle() -> None:
    sure = [replace(fit, covariance=np.zeros_like(fit.covariance)) for fit in fits()]
    draws = electric_stock_draws(
        sure, FLEET, start(sure[0], relative_sd=0.0), draw_shocks(10, 16, (1,)), CALM
    )
    own, curve = draws[:5], draws[5:]
    assert np.ptp(own, axis=0) == pytest.approx(np.zeros(MONTHS.size), abs=1e-6)
    assert np.ptp(curve, axis=0) == pytest.approx(np.zeros(MONTHS.size), abs=1e-6)
    assert own[0] == pytest.approx(
        FLEET.survivors(SALES.electric_sales(COUNTS, sure[0].estimate)), rel=1e-9
    )


def test_no_draw_sells_more_than_the_market_or_passes_the_ceiling() -> None:
    draws = draw(replace(WILD, process_sd=2.0))
    assert (np.diff(draws, axis=1) <= FLEET.sales[1:] + 1e-6).all()
    assert (draws <= 0.9 * FLEET.stock + 1e-6).all()


def test_a_curve_follows_itself_once_its_distance_has_faded() -> None:
    found = fits()
    only_curve = Uncertainty(0.0, 0.5, 0.5, {"sales_share": 0.0, "logistic": 1.0})
    draws = electric_stock_draws(
        found, FLEET, start(found[0], 0.0), draw_shocks(3, 16, (1,)), only_curve
    )
    sure = replace(found[1], covariance=np.zeros((2, 2)))
    at = FLEET.index(2031.0)
    draws = electric_stock_draws(
        [found[0], sure], FLEET, start(found[0], 0.0), draw_shocks(3, 16, (1,)), only_curve
    )
    assert draws[0, at] == pytest.approx(sure.project(np.array([2031.0]))[0] * 1e5, rel=0.01)


def test_shocks_last_as_they_are_said_to() -> None:
    normals = np.random.default_rng(3).standard_normal((20_000, 12))
    shocks = autoregressive(normals, 0.5, 0.25)
    assert (shocks[:, 0] == 0).all()
    assert shocks[:, -1].std() == pytest.approx(0.25, rel=0.03)
    assert np.corrcoef(shocks[:, -2], shocks[:, -1])[0, 1] == pytest.approx(0.5, abs=0.03)
    # One year on, only the innovation: 0.25 sqrt(1 - 0.25).
    assert shocks[:, 1].std() == pytest.approx(0.25 * np.sqrt(0.75), rel=0.03)
