"""The series of a year: the right quarters, the right days, the whole energy."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import numpy as np
import polars as pl
import pytest

from forecast.assumptions import load
from forecast.calendar import charging_chance, days_of, season_factor
from forecast.connection import fit_connection
from forecast.errors import ConnectionPowerError
from forecast.sessions import location_charging
from forecast.year_series import TerrainCharging, year_series, year_series_and_unserved

ASSUMPTIONS = load()
KWH = (22.0, 130.0, 300.0)
PEAKS = (500.0, 500.0, 300.0)


def terrain(scale: float = 1.0) -> TerrainCharging:
    return TerrainCharging(
        {"depot": scale * np.array([60, 6, 2.5]), "shared_hub": scale * np.array([5, 1, 0.3])},
        {name: location_charging(name, KWH, ASSUMPTIONS) for name in ("depot", "shared_hub")},
        peaks_kw=dict.fromkeys(("unmanaged", "smart", "night_block", "delayed"), PEAKS),
    )


@pytest.mark.parametrize(
    ("year", "quarters"),
    [pytest.param(2030, 35_040, id="common"), pytest.param(2028, 35_136, id="leap")],
)
def test_a_year_has_all_its_quarters_once(year: int, quarters: int) -> None:
    series = year_series(terrain(), year, "unmanaged", ASSUMPTIONS)
    assert series.height == quarters
    assert series["interval_start_utc"].is_unique().all()
    assert series["interval_start_utc"].diff().drop_nulls().unique().len() == 1
    local = series["interval_start_local"]
    first, last = (local[at].replace(tzinfo=None) for at in (0, -1))
    assert first == datetime(year, 1, 1)  # noqa: DTZ001 - the clock on the wall
    assert last == datetime(year, 12, 31, 23, 45)  # noqa: DTZ001
    by_day = series.group_by(local.dt.date()).len()["len"].value_counts()
    assert dict(by_day.rows())[92] == dict(by_day.rows())[100] == 1


def test_the_mean_year_holds_the_energy_of_the_year() -> None:
    series = year_series(terrain(), 2030, "unmanaged", ASSUMPTIONS)
    # Sessions of a winter day, set back to the average, on 260 working days; depots serve all.
    expected = (60 * 22 / 1.14 + 6 * 130 / 1.07 + 2.5 * 300 / 1.07) * 260
    assert series["depot_kw"].sum() / 4 == pytest.approx(expected, rel=1e-6)
    total = series["depot_kw"] + series["shared_hub_kw"]
    assert series["on_terrain_kw"].to_numpy() == pytest.approx(total.to_numpy())


@pytest.mark.parametrize("seed", [None, 3])
@pytest.mark.parametrize("strategy", ["smart", "night_block"])
def test_a_steered_year_holds_the_energy_of_the_year_under_its_limit(
    strategy: str, seed: int | None
) -> None:
    # A limit so near the mean load of a winter day that vehicles wait at midnight of New Year.
    near = replace(terrain(), peaks_kw={strategy: (230.0, 230.0, 230.0)})
    held, unserved = year_series_and_unserved(near, 2030, strategy, ASSUMPTIONS, seed=seed)
    free = year_series(near, 2030, "unmanaged", ASSUMPTIONS, seed=seed)
    assert unserved == pytest.approx(0, abs=1e-6)
    assert held["depot_kw"].sum() == pytest.approx(free["depot_kw"].sum(), rel=1e-12)
    over = held.filter(pl.col("on_terrain_kw") > 230 + 1e-9)
    assert (over["shared_hub_kw"] > 230 - 1e-9).all()  # visits are not moved
    assert held["depot_kw"][0] > 0


def test_what_a_limit_has_no_room_for_in_a_year_is_said() -> None:
    narrow = replace(terrain(), peaks_kw={"smart": (60.0, 60.0, 60.0)})
    held, unserved = year_series_and_unserved(narrow, 2030, "smart", ASSUMPTIONS)
    free = year_series(narrow, 2030, "unmanaged", ASSUMPTIONS)
    missing = (free["depot_kw"].sum() - held["depot_kw"].sum()) / 4
    assert unserved == pytest.approx(missing)
    assert missing > 0.2 * free["depot_kw"].sum() / 4


def test_working_days_saturdays_sundays_and_holidays_differ() -> None:
    series = year_series(terrain(), 2030, "unmanaged", ASSUMPTIONS)
    daily = dict(
        series.group_by(day=pl.col("interval_start_local").dt.date())
        .agg(pl.col("depot_kw").sum())
        .rows()
    )
    tuesday, saturday, sunday = (daily[date(2030, 3, day)] for day in (12, 16, 17))
    assert tuesday > saturday > sunday > 0
    # Ascension Day is a Thursday; its energy is near that of a Sunday, not of a Thursday.
    assert daily[date(2030, 5, 30)] < daily[date(2030, 5, 23)] / 2
    # Vans use 1.072 in January and 0.943 in July; July falls in quiet weeks as well.
    assert daily[date(2030, 1, 15)] > daily[date(2030, 7, 23)]


def test_night_block_is_dark_from_four_to_nine_on_the_local_clock() -> None:
    series = year_series(terrain(), 2030, "night_block", ASSUMPTIONS)
    hour = pl.col("interval_start_local").dt.hour()
    blocked = series.filter(hour.is_between(16, 20))
    assert blocked["on_terrain_kw"].max() == pytest.approx(0, abs=1e-9)
    assert series["on_terrain_kw"].max() <= 500


def test_drawn_years_repeat_by_their_number_and_differ_between_numbers() -> None:
    one, again, other = (
        year_series(terrain(), 2030, "unmanaged", ASSUMPTIONS, seed=seed) for seed in (1, 1, 2)
    )
    assert one.equals(again)
    assert not one.equals(other)
    mean = year_series(terrain(), 2030, "unmanaged", ASSUMPTIONS)
    assert one["on_terrain_kw"].sum() == pytest.approx(mean["on_terrain_kw"].sum(), rel=0.03)
    assert one["on_terrain_kw"].max() > mean["on_terrain_kw"].max()


def test_weekdays_of_a_year_are_near_the_published_working_days() -> None:
    days = charging_chance(2030, ASSUMPTIONS).sum(axis=1)
    assert days == pytest.approx([260, 260, 260], rel=0.02)
    assert len(days_of(2030)) == 365


def test_a_cold_day_gives_the_winter_factor() -> None:
    season = season_factor(ASSUMPTIONS)
    assert season.mean(axis=1) == pytest.approx([1, 1, 1])
    # January (3.6 degrees) over July (18.3): 1 + 0.12 x 1.14.
    assert season[0, 0] / season[0, 6] == pytest.approx(1 + 0.12 * 1.14)
    # At -3 degrees 1 + 0.12 x 1.8 over the same July is the winter factor times that mean.
    winter = (1 + 0.12 * 1.8) * season[0, 6]
    assert winter == pytest.approx(ASSUMPTIONS["energy.winter_factor.van"], rel=0.01)


def test_a_wide_connection_serves_all_without_a_battery() -> None:
    for fit in fit_connection(terrain(), 1e5, ASSUMPTIONS):
        assert fit.served_share == pytest.approx(1)
        assert fit.battery_kwh == pytest.approx(0, abs=1e-9)


def test_steering_serves_more_under_a_narrow_connection() -> None:
    fits = {fit.strategy: fit for fit in fit_connection(terrain(), 250, ASSUMPTIONS)}
    assert fits["smart"].served_share > fits["unmanaged"].served_share
    assert fits["smart"].served_share >= fits["night_block"].served_share
    unmanaged, smart = fits["unmanaged"].battery_kwh, fits["smart"].battery_kwh
    assert unmanaged is not None
    assert smart is not None
    assert smart < unmanaged


def test_no_battery_helps_where_the_day_is_too_short() -> None:
    # 3,670 kWh a day against 100 kW x 24 h = 2,400 kWh.
    fits = {fit.strategy: fit for fit in fit_connection(terrain(), 100, ASSUMPTIONS)}
    assert all(fit.battery_kwh is None for fit in fits.values())
    assert fits["smart"].served_share == pytest.approx(2400 / 3670, abs=0.05)


def test_nothing_to_charge_fits_anything() -> None:
    for fit in fit_connection(terrain(0.0), 1, ASSUMPTIONS):
        assert (fit.served_share, fit.battery_kwh) == (1, 0)


@pytest.mark.parametrize("power", [0.0, -5.0, float("nan")])
def test_a_connection_of_nothing_is_a_stated_error(power: float) -> None:
    with pytest.raises(ConnectionPowerError, match="must be above zero"):
        fit_connection(terrain(), power, ASSUMPTIONS)
