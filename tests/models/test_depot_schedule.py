"""Loads of vehicle-days: exact by hand, and like those published of two real fleets."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.depot_schedule import VehicleDays, charging_kw, depot_loads

SAMPLE = Path(__file__).parents[3] / "shared" / "samples" / "depot_vehicle_days.csv"


def days(*rows: tuple[float, float, float]) -> VehicleDays:
    returned, stand, distance = (np.array(column) for column in zip(*rows, strict=True))
    return VehicleDays(returned, stand, distance)


def test_charging_that_passes_midnight_by_hand() -> None:
    # From 23:00 for an hour and 20 minutes at 30 kW: full quarters to 24:00, then one quarter and
    # a third of the next.
    load = charging_kw(np.array([23.0]), np.array([4 / 3]), np.array([30.0]))[0]
    assert load[92:].tolist() == [30.0] * 4
    assert load[:3] == pytest.approx([30.0, 10.0, 0.0])
    assert load.sum() / 4 == pytest.approx(40.0)


@given(st.floats(0, 24), st.floats(0, 24), st.floats(0.1, 1000))
def test_energy_is_exact_whenever_and_however_long(
    start: float, duration: float, power: float
) -> None:
    load = charging_kw(np.array([start]), np.array([duration]), np.array([power]))
    assert load.sum() / 4 == pytest.approx(duration * power, abs=1e-9 * power)
    assert load.max(initial=0.0) <= power * (1 + 1e-9)


def test_what_does_not_fit_is_reported() -> None:
    # 240 km x 1 kWh = 240 kWh in four hours at 50 kW: 200 kWh, five sixths.
    loads = depot_loads(
        days((18.0, 4.0, 240.0)), consumption_kwh_per_km=1.0, charger_kw=50, vehicles=1
    )
    assert loads["unmanaged"].served_share == pytest.approx(5 / 6)
    assert loads["even"].served_share == pytest.approx(5 / 6)
    assert loads["even"].mean_day_peak_kw == pytest.approx(50)


def test_a_vehicle_that_never_stands_charges_nothing() -> None:
    loads = depot_loads(
        days((18.0, 0.0, 100.0)), consumption_kwh_per_km=1.0, charger_kw=50, vehicles=1
    )
    assert {load.served_share for load in loads.values()} == {0.0}
    assert {load.design_peak_kw for load in loads.values()} == {0.0}


def test_large_fleets_peak_as_their_mean_day_and_small_ones_above() -> None:
    rng = np.random.default_rng(1)
    spread = VehicleDays(rng.uniform(14, 20, 200), np.full(200, 10.0), rng.uniform(50, 150, 200))
    peaks = [
        depot_loads(spread, consumption_kwh_per_km=1.2, charger_kw=50, vehicles=size)["unmanaged"]
        for size in (1, 10, 100, 10_000)
    ]
    design = [load.design_peak_kw for load in peaks]
    assert design[0] == 50
    assert design == sorted(design, reverse=True)
    assert design[-1] == pytest.approx(peaks[0].mean_day_peak_kw, rel=0.03)
    assert all(load.typical_peak_kw <= load.design_peak_kw for load in peaks)


def test_the_same_days_give_the_same_peaks() -> None:
    some = days((17.0, 12.0, 100.0), (19.0, 10.0, 60.0), (16.0, 11.0, 150.0))
    one, other = (
        depot_loads(some, consumption_kwh_per_km=1.2, charger_kw=50, vehicles=7) for _ in range(2)
    )
    assert one["unmanaged"].design_peak_kw == other["unmanaged"].design_peak_kw


@pytest.mark.skipif(not SAMPLE.exists(), reason="the real vehicle-days are not on this machine")
@pytest.mark.parametrize(
    ("fleet", "charger_kw", "peak_kw", "hour"),
    [
        pytest.param("A", 50, 37.6, 20.0, id="beverage at 50 kW"),
        pytest.param("A", 100, 48.7, 18.5, id="beverage at 100 kW"),
        pytest.param("C", 50, 27.2, 17.5, id="food at 50 kW"),
        pytest.param("C", 100, 34.0, 17.5, id="food at 100 kW"),
    ],
)
def test_two_real_fleets_peak_as_published(
    fleet: str, charger_kw: float, peak_kw: float, hour: float
) -> None:
    """Within 10 % of the peak of the mean day, an hour of its time, 5 points of the reduction."""
    rows = pl.read_csv(SAMPLE).filter(pl.col("fleet") == fleet)
    columns = ("last_return_hour", "off_shift_hours", "distance_km")
    loads = depot_loads(
        VehicleDays(*(rows[column].to_numpy() for column in columns)),
        consumption_kwh_per_km=1.2,
        charger_kw=charger_kw,
        vehicles=20,
    )
    unmanaged, even = loads["unmanaged"], loads["even"]
    assert unmanaged.mean_day_peak_kw == pytest.approx(peak_kw, rel=0.10)
    assert abs(unmanaged.peak_hour - hour) <= 1
    # Published: 10.3 and 21.3 kW when spread evenly, without a limit by the charger.
    published_even = {"A": 10.3, "C": 21.3}[fleet]
    reduction = 1 - even.mean_day_peak_kw / unmanaged.mean_day_peak_kw
    if charger_kw == 100:
        assert even.mean_day_peak_kw == pytest.approx(published_even, rel=0.10)
        assert reduction == pytest.approx({"A": 0.79, "C": 0.37}[fleet], abs=0.05)


@pytest.mark.parametrize(
    ("row", "text"),
    [
        pytest.param((25.0, 10.0, 100.0), "last_return_hour .* vehicle-day 1", id="hour 25"),
        pytest.param((18.0, -1.0, 100.0), "off_shift_hours .* vehicle-day 1", id="negative stand"),
        pytest.param((18.0, 10.0, np.nan), "distance_km .* vehicle-day 1", id="no distance"),
        pytest.param((18.0, 10.0, -5.0), "distance_km .* vehicle-day 1", id="negative distance"),
    ],
)
def test_impossible_days_are_named(row: tuple[float, float, float], text: str) -> None:
    with pytest.raises(ValueError, match=text):
        days(row)


@pytest.mark.parametrize(
    ("consumption", "charger", "vehicles", "text"),
    [
        pytest.param(0.0, 50.0, 1, "consumption must be above zero", id="consumption"),
        pytest.param(1.0, 0.0, 1, "charger power must be above zero", id="charger"),
        pytest.param(1.0, 50.0, 0, "number of vehicles must be above zero", id="fleet"),
        pytest.param(np.nan, 50.0, 1, "consumption must be above zero", id="not a number"),
    ],
)
def test_nothing_is_no_depot(consumption: float, charger: float, vehicles: int, text: str) -> None:
    with pytest.raises(ValueError, match=text):
        depot_loads(
            days((18.0, 10.0, 100.0)),
            consumption_kwh_per_km=consumption,
            charger_kw=charger,
            vehicles=vehicles,
        )


def test_no_days_are_no_schedule() -> None:
    with pytest.raises(ValueError, match="no vehicle-day"):
        VehicleDays(np.array([]), np.array([]), np.array([]))
