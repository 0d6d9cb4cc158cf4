"""Depot and hub behind one connection: their limits share it and do not add up."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from forecast.assumptions import load
from forecast.connection import fit_connection
from forecast.design_peaks import on_terrain_design_kw
from forecast.sessions import ALLOWED, WINDOW_HOURS, WINDOWS, location_charging
from forecast.steered import limits_kw
from forecast.vocabulary import MID_SCENARIO, REFERENCE_YEAR
from forecast.year_series import TerrainCharging
from forecast.year_sites import YearSites
from models.small_fleets import DAYS
from models.smart import drawn_windows_kwh
from models.units import QUARTERS_PER_DAY
from models.windows import window_energy_kwh
from models.year_simulation import draw_sessions, simulate_year

ASSUMPTIONS = load()
KWH = (22.0, 130.0, 300.0)
PLACES = [location_charging(name, KWH, ASSUMPTIONS) for name in ("depot", "shared_hub")]
DEPOT, HUB = np.array([214.0, 33, 17]), np.array([41.0, 11, 7])
STRATEGIES = ("unmanaged", "smart", "night_block")


def peaks(depot: np.ndarray, hub: np.ndarray) -> dict[str, float]:
    terrain = YearSites(
        REFERENCE_YEAR,
        MID_SCENARIO,
        pl.Series(["a terrain"]),
        {"depot": depot[np.newaxis], "shared_hub": hub[np.newaxis]},
        dict(zip(("depot", "shared_hub"), PLACES, strict=True)),
        ASSUMPTIONS["power.design_day_sd"],
    )
    [found] = on_terrain_design_kw([terrain], STRATEGIES)
    return {strategy: float(peak[0]) for strategy, peak in found.items()}


def drawn_days(strategy: str) -> tuple[np.ndarray, np.ndarray]:
    """Return what depots force into windows, and the load of the hub, of days busy for both."""
    rng = np.random.default_rng(2)
    busy = np.tile(np.maximum(1 + 0.08 * rng.standard_normal(DAYS), 0), (3, 1))
    depot, hub = PLACES
    forced, _ = drawn_windows_kwh(
        draw_sessions(
            DEPOT.astype(int).tolist(),
            [kind.pattern for kind in depot.kinds["unmanaged"]],
            np.ones_like(busy), busy, 0.0, rng,
        ),
        depot.sessions, ALLOWED[strategy], WINDOWS[strategy], days=DAYS,
    )  # fmt: skip
    load = simulate_year(
        HUB.astype(int).tolist(), [kind.pattern for kind in hub.kinds[strategy]],
        np.ones_like(busy), busy, day_effect_sd=0.0, rng=rng,
    )  # fmt: skip
    return forced, load.reshape(DAYS, QUARTERS_PER_DAY)


@pytest.mark.parametrize("strategy", ["smart", "night_block"])
def test_the_peak_of_a_terrain_is_the_lowest_limit_that_serves_its_days(strategy: str) -> None:
    forced, load = drawn_days(strategy)
    asked = (forced + window_energy_kwh(load, WINDOWS[strategy])) / WINDOW_HOURS[strategy]
    lowest = np.quantile(np.maximum(asked.max(axis=1), load.max(axis=1)), 0.95)
    found = peaks(DEPOT, HUB)
    assert found[strategy] == pytest.approx(lowest, rel=0.05)
    # Night at the depot and day at the hub: far less than both limits one upon the other.
    alone = peaks(DEPOT, 0 * HUB)[strategy], peaks(0 * DEPOT, HUB)[strategy]
    assert max(alone) <= found[strategy] < 0.8 * sum(alone)
    assert found["smart"] <= found["unmanaged"]


def test_a_terrain_without_hub_asks_the_limit_of_its_depots() -> None:
    found = peaks(DEPOT, 0 * HUB)
    for strategy in ("smart", "night_block"):
        limit, _ = limits_kw(PLACES[0], DEPOT[np.newaxis], strategy, 1.645)
        assert found[strategy] == pytest.approx(limit[0])


def test_more_visits_never_lower_the_peak() -> None:
    for strategy in ("smart", "night_block"):
        by_visits = [peaks(DEPOT / 9, HUB * part)[strategy] for part in (0, 0.1, 0.5, 0.75, 1, 2)]
        assert (np.diff(by_visits) >= -1e-9).all()


def test_what_a_connection_serves_is_that_of_drawn_days_not_of_a_mean_one() -> None:
    terrain = TerrainCharging(
        {"depot": DEPOT, "shared_hub": HUB},
        {place.location_type: place for place in PLACES},
        peaks_kw=dict.fromkeys(("unmanaged", "smart", "night_block", "delayed"), (0.0, 0.0, 0.0)),
    )
    room = 1000.0
    fits = {fit.strategy: fit for fit in fit_connection(terrain, room, ASSUMPTIONS)}
    for strategy in ("smart", "night_block"):
        forced, load = drawn_days(strategy)
        free = window_energy_kwh(np.maximum(room - load, 0), WINDOWS[strategy])
        left = np.maximum(forced - free, 0).max(axis=1) + np.maximum(load - room, 0).sum(axis=1) / 4
        wanted = DAYS * (DEPOT + HUB) @ KWH
        served = 1 - left.sum() / wanted
        assert served < 0.999
        assert fits[strategy].served_share == pytest.approx(served, abs=0.01)
        assert fits[strategy].unserved_kwh == pytest.approx(np.quantile(left, 0.95), rel=0.2)
    # Busy days are lost even where the mean day fits.
    wide = {fit.strategy: fit for fit in fit_connection(terrain, 1e5, ASSUMPTIONS)}
    assert all(fit.unserved_kwh == pytest.approx(0, abs=1e-6) for fit in wide.values())
