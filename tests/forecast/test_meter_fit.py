"""Charging on a measured year, by hand arithmetic: vehicles that are all alike."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import numpy.typing as npt
import pytest

from forecast.assumptions import load
from forecast.calendar import charging_chance
from forecast.meter.fit import FitComparison, compare_fits, vehicles_that_fit, with_vehicles
from forecast.meter.sessions import draw, load_kw, steer
from forecast.meter.study import study_room
from forecast.meter.year import MeasuredYear, measured_year
from forecast.sessions import LocationCharging
from forecast.year_series import TerrainCharging
from models.sessions import SessionType

Floats = npt.NDArray[np.float64]
ASSUMPTIONS = load()
VAN, TRUCK, TRACTOR = "van", "rigid_truck", "tractor"
CONTRACT_KW = 300.0


def place(location_type: str, energy_kwh: float = 88.0) -> LocationCharging:
    """Return vehicles that hardly differ and charge at 44 kW.

    To the depot they come from 18:45 to 19:15, which is as near to 19:00 as quarter-hours go.
    """
    arrival, dwell = (19.0, 11.0) if location_type == "depot" else (12.0, 2.0)
    alike = SessionType(arrival, 0.05, energy_kwh, 1e-6, 44.0, dwell)
    return LocationCharging(location_type, (alike, alike, alike), 1e-6, 0.0)


@pytest.fixture(scope="module")
def terrain() -> TerrainCharging:
    return TerrainCharging(
        {name: np.zeros(3) for name in ("depot", "shared_hub")},
        {name: place(name) for name in ("depot", "shared_hub")},
        {},
    )


@pytest.fixture(scope="module")
def year() -> MeasuredYear:
    """Return 2025 with nothing measured yet."""
    starts = np.arange("2024-12-31T23:00", "2025-12-31T23:00", 15, dtype="datetime64[m]")
    nothing = np.zeros(starts.size)
    return measured_year(starts.astype("datetime64[us]"), nothing, nothing)


def evening_peak(year: MeasuredYear) -> Floats:
    """Return a company that is at 280 of 300 kW from 7:00 to 17:00 and asks 20 kW at night."""
    is_day = (year.quarter >= 28) & (year.quarter < 68)
    return np.where(is_day, 280.0, 20.0)


def compare(
    year: MeasuredYear, terrain: TerrainCharging, vehicles: dict[str, int], room: Floats
) -> dict[str, FitComparison]:
    fleet = with_vehicles(terrain, vehicles)
    one_number = max(float(np.nanmin(room)), 0)
    return {one.strategy: one for one in compare_fits(year, room, one_number, fleet, ASSUMPTIONS)}


def test_the_real_profile_says_yes_where_one_number_says_no(
    year: MeasuredYear, terrain: TerrainCharging
) -> None:
    room = CONTRACT_KW - evening_peak(year)
    found = compare(year, terrain, {TRUCK: 5}, room)
    # Five of 44 kW are 220 kW at 19:00, where 280 is free; one number leaves 300 - 280 = 20 kW.
    assert found["unmanaged"].measured.served_share == 1
    assert found["unmanaged"].measured.quarters_above == 0
    assert found["unmanaged"].measured.battery_kwh == 0
    one = found["unmanaged"].one_number
    assert one.most_above_kw == pytest.approx(200, abs=1)
    assert 20 / 220 < one.served_share < 0.15  # more on days on which fewer come
    # Steered, 11 hours of 20 kW hold 220 of 440 kWh on a day of the whole fleet.
    assert found["smart"].measured.served_share == 1
    assert found["smart"].one_number.served_share == pytest.approx(0.5, abs=0.1)
    assert found["smart"].one_number.quarters_above == 0


def test_vehicles_that_fit_by_hand(year: MeasuredYear, terrain: TerrainCharging) -> None:
    room = CONTRACT_KW - evening_peak(year)
    found = {
        (one.vehicle_class, one.strategy): (one.measured, one.one_number)
        for one in vehicles_that_fit(year, room, 20.0, terrain, ASSUMPTIONS)
    }
    # Unmanaged: six of 44 kW are 264, seven 308 of 280 kW. One of 44 kW is above 20 kW.
    assert found[TRUCK, "unmanaged"] == (6, 0)
    # A vehicle asks 88 / 1.07 kWh on an average day and 1.045 times that in January: 85.9 kWh.
    # Smart: from 18:45 or 19:15 to 11 hours later, 11 to 11.5 hours of 280 kW: 35.9 to 37.5
    # vehicles, and 2.6 of 20 kW.
    measured, one_number = found[TRUCK, "smart"]
    assert 35 <= measured <= 37
    assert one_number == 2
    # From 21:00 on there are 9 to 9.25 hours of 280 kW: 29.3 to 30.2 vehicles, and 2.1 of 20 kW.
    measured, one_number = found[TRUCK, "night_block"]
    assert 29 <= measured <= 30
    assert one_number == 2


def test_energy_of_the_drawn_year_is_that_of_the_calendar(
    year: MeasuredYear, terrain: TerrainCharging
) -> None:
    drawn = draw(
        terrain.charging["depot"], np.full(300, 1), np.ones(300), year, "unmanaged", ASSUMPTIONS
    )
    winter = ASSUMPTIONS["energy.winter_factor.rigid_truck"]
    days = ASSUMPTIONS["energy.working_days_per_year"]
    expected = 300 * days * 88 / winter
    assert drawn.energy_kwh.sum() == pytest.approx(expected, rel=0.01)
    assert load_kw(drawn, year).sum() / 4 == pytest.approx(drawn.energy_kwh.sum(), rel=1e-9)
    # Weekdays and holidays of the measured year: all come on Tuesday 7 January, few at Easter.
    per_day = np.bincount(drawn.day, minlength=365)
    chance = charging_chance(2025, ASSUMPTIONS)[1]
    assert per_day[year.dates.index(date(2025, 1, 7))] == 300
    easter = year.dates.index(date(2025, 4, 21))
    assert per_day[easter] == pytest.approx(300 * chance[easter], abs=30)
    assert chance[easter] < 0.3


def test_missing_quarters_give_no_room_and_are_not_counted(
    year: MeasuredYear, terrain: TerrainCharging
) -> None:
    room = np.full(year.day.size, CONTRACT_KW)
    room[(year.quarter >= 72) | (year.quarter < 28)] = np.nan  # all hours of charging
    found = compare(year, terrain, {TRUCK: 1}, room)
    assert found["smart"].measured.served_share == 0
    assert found["unmanaged"].measured.quarters_above == 0


def test_a_battery_brings_what_lacks(year: MeasuredYear, terrain: TerrainCharging) -> None:
    # 22 kW at all hours; one vehicle asks 44 kW for two hours: it lacks half its energy.
    room = np.full(year.day.size, 22.0)
    fit = compare(year, terrain, {TRUCK: 1}, room)["unmanaged"].measured
    highest_kwh = fit.battery_kwh or 0.0
    efficiency = ASSUMPTIONS["power.battery_efficiency"]
    assert 0.5 <= fit.served_share < 0.55  # a quarter that is charged in half is not above 22 kW
    assert highest_kwh * efficiency == pytest.approx(44, rel=0.15)  # the coldest day asks the most
    # Without any room no battery is ever full again.
    assert compare(year, terrain, {TRUCK: 1}, room * 0)["smart"].measured.battery_kwh is None


def test_days_of_clock_change_hold_their_quarters(year: MeasuredYear) -> None:
    # A room of 44 kW that is filled all night: one more hour in October, one less in March.
    far_too_many = draw(
        place("depot", 900.0), np.full(9, 1), np.ones(9), year, "unmanaged", ASSUMPTIONS
    )
    everywhere = np.ones(year.day.size, dtype=np.bool_)
    nights = steer(far_too_many, 44.0, year, np.full(year.day.size, 44.0), everywhere)
    spring, autumn = (year.dates.index(day) for day in (date(2025, 3, 29), date(2025, 10, 25)))
    assert nights.load_kw.max() <= 44 + 1e-9
    total = nights.left_over_kwh + nights.wanted_kwh - nights.unserved_kwh
    assert total[[spring, autumn]] == pytest.approx([44 * 23, 44 * 25])
    assert np.delete(total, [spring, autumn]) == pytest.approx(np.full(363, 44 * 24))


def test_a_whole_terrain_takes_its_forecast_with_the_hub(
    year: MeasuredYear, terrain: TerrainCharging
) -> None:
    busy = replace(
        terrain, sessions={"depot": np.array([0, 2.0, 0]), "shared_hub": np.array([0, 1.5, 0])}
    )
    room = np.full(year.day.size, 1000.0)
    for one in compare_fits(year, room, 1000.0, busy, ASSUMPTIONS):
        assert (one.measured.served_share, one.measured.quarters_above) == (1, 0)
        assert one.measured == one.one_number
    tight = compare_fits(year, room * 0 + 10, 10.0, busy, ASSUMPTIONS)
    assert all(one.measured.served_share < 0.7 for one in tight)


def test_many_vehicles_are_drawn_as_a_few(year: MeasuredYear, terrain: TerrainCharging) -> None:
    fleet = with_vehicles(terrain, {TRUCK: 4000})
    room = np.full(year.day.size, 4000 * 44 / 2)
    measured = compare_fits(year, room, 0.0, fleet, ASSUMPTIONS)[0].measured
    assert measured.most_above_kw == pytest.approx(4000 * 44 / 2, rel=0.01)


def test_room_by_part_of_the_day(year: MeasuredYear) -> None:
    is_working = np.array([day.weekday() < 5 for day in year.dates])[year.day]
    offtake = np.where(is_working, evening_peak(year), 20.0)
    offtake[1000] = 299.0
    room = study_room(replace(year, offtake_kw=offtake), CONTRACT_KW, is_feed_in_counted=False)
    assert (room.highest_kw, room.one_number_kw, room.quarters_over) == (299, 1, 0)
    # Quarter 1000 is that of 10:00 on the eleventh day.
    assert room.highest_at == "2025-01-11T10:00+01:00"
    parts = {(one.day_type, one.from_hour): one for one in room.parts}
    assert parts["working_day", 9].room_kw_p05 == 20
    assert parts["working_day", 16].room_kw_mean == pytest.approx((20 + 4 * 280) / 5)
    assert parts["working_day", 21].room_kw_p05 == 280
    assert room.p05_kw["working_day"][40] == 20
    assert room.mean_kw["working_day"][0] == 280
    # A holiday on a weekday counts as a Sunday.
    assert parts["sunday", 9].room_kw_mean < 280
    assert len(room.p05_kw["sunday"]) == 96
