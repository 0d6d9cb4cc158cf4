"""From megawatts to fit, on hand-made areas and on the embedded ones."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest

from forecast.area_fit import measure_area_fit
from forecast.area_power import estimate_area_power
from forecast.assumptions import load
from forecast.grid_fit import estimate_grid_fit, find_fit_years
from forecast.schema import TABLES
from forecast.sources.supply_areas import area_status
from forecast.vocabulary import SCENARIOS, STRATEGIES
from forecast.years import ALL_YEARS


@pytest.mark.parametrize(
    ("available", "quoted", "queue", "status"),
    [
        pytest.param(50.0, 40.0, 10.0, "room", id="covers the queue exactly"),
        pytest.param(50.0, 40.0, None, "room", id="no queue"),
        pytest.param(50.0, 40.0, 10.1, "queue", id="queue asks more"),
        pytest.param(40.0, 50.0, 0.0, "shortage", id="shortage"),
        pytest.param(None, 50.0, 0.0, "not_known", id="available unknown"),
        pytest.param(50.0, None, 0.0, "not_known", id="quoted unknown"),
    ],
)
def test_status_of_an_area(
    available: float | None, quoted: float | None, queue: float | None, status: str
) -> None:
    columns = ("available_capacity", "quoted_capacity", "capacity_in_queue")
    area = pl.DataFrame(
        {f"demand_{name}_mw": [value] for name, value in
         zip(columns, (available, quoted, queue), strict=True)},
        schema={f"demand_{name}_mw": pl.Float64 for name in columns},
    )  # fmt: skip
    assert area.select(area_status()).item() == status


def hand_made(**megawatts: float | None) -> pl.DataFrame:
    """Return one area with these figures and no relief."""
    schema = TABLES["supply_areas"].polars_schema()
    row = dict.fromkeys(schema.names()) | {
        "supply_area_id": "A",
        "tso_status": "room",
        "demand_available_capacity_mw": 100.0,
        "demand_quoted_capacity_mw": 60.0,
        "demand_capacity_in_queue_mw": 0.0,
        **megawatts,
    }
    return pl.DataFrame([row], schema=schema)


def asked(kilowatts: float) -> pl.DataFrame:
    """Return an area that asks the same in every year, scenario and strategy."""
    return pl.DataFrame(
        [
            {"supply_area_id": "A", "year": year, "scenario": scenario, "strategy": strategy,
             "added_design_peak_kw": kilowatts}
            for year in ALL_YEARS for scenario in SCENARIOS for strategy in STRATEGIES
        ]
    )  # fmt: skip


NATION = pl.DataFrame(
    [
        {"vehicle_class": "van", "year": year, "scenario": scenario, "electric_vehicles": 100.0,
         "electric_vehicles_p10": 100.0, "electric_vehicles_p90": 100.0}
        for year in ALL_YEARS for scenario in SCENARIOS
    ]
)  # fmt: skip
ENERGY = pl.DataFrame(
    [
        {"vehicle_class": "van", "year": 2025, "scenario": scenario,
         "energy_kwh_per_vehicle_year": 5000.0}
        for scenario in SCENARIOS
    ]
)  # fmt: skip


def fit_of(area: pl.DataFrame, kilowatts: float, strategy: str = "unmanaged") -> dict[str, Any]:
    found = measure_area_fit(asked(kilowatts), area, NATION, ENERGY, [2030], load())
    [row] = found.by_year.filter(
        (pl.col("scenario") == "mid") & (pl.col("strategy") == strategy)
    ).rows(named=True)
    return row


def test_room_is_available_minus_quoted_give_or_take_the_error_of_the_figures() -> None:
    row = fit_of(hand_made(), 40_000)
    # 100 - 60 MW, with 5 % of 100 MW: half of the draws lie above what is asked.
    assert row["headroom_kw_p50"] == pytest.approx(40_000, rel=0.001)
    assert row["headroom_kw_p90"] - row["headroom_kw_p50"] == pytest.approx(
        1.2816 * 5_000, rel=0.02
    )
    assert row["fits_after_queue_probability"] == pytest.approx(0.5, abs=0.01)
    assert fit_of(hand_made(), 0)["fits_probability"] == 1
    assert fit_of(hand_made(), 80_000)["fits_probability"] == 0


def test_a_queue_goes_first_and_the_night_has_more_room() -> None:
    queued = hand_made(demand_capacity_in_queue_mw=60.0)  # 24 to 60 MW of it are served
    assert fit_of(queued, 5_000)["fits_probability"] == 1
    after = fit_of(queued, 5_000)["fits_after_queue_probability"]
    # The queue leaves 40 - 60 q, q even between 0.4 and 1: room for 5 MW where q < 0.583.
    assert after == pytest.approx((0.583 - 0.4) / 0.6, abs=0.05)
    assert fit_of(queued, 5_000, "night_block")["fits_after_queue_probability"] > after


def test_an_area_without_numbers_has_no_probability() -> None:
    found = measure_area_fit(
        asked(1), hand_made(demand_quoted_capacity_mw=None), NATION, ENERGY, [2030], load()
    )
    assert found.by_year["fits_probability"].null_count() == found.by_year.height
    assert found.by_year["headroom_kw_p50"].null_count() == found.by_year.height
    assert found.for_good.is_empty()


CANDIDATES = pl.DataFrame(
    {
        "terrain_id": ["t"] * 3,
        "supply_area_id": ["fits", "full", "unknown"],
        "match_probability": [0.5, 0.3, 0.2],
    }
)


def test_probabilities_follow_the_candidates() -> None:
    fit = pl.DataFrame(
        {
            "supply_area_id": ["fits", "full", "unknown"],
            "year": [2030] * 3,
            "scenario": ["mid"] * 3,
            "strategy": ["smart"] * 3,
            "fits_probability": [1.0, 0.5, None],
            "fits_after_queue_probability": [0.8, 0.2, None],
            "relief_probability": [0.4, 0.0, None],
        }
    )
    [row] = estimate_grid_fit(CANDIDATES, fit).rows(named=True)
    assert row["known_probability"] == pytest.approx(0.8)
    assert row["fits_probability"] == pytest.approx((0.5 * 1.0 + 0.3 * 0.5) / 0.8)
    assert row["fits_after_queue_probability"] == pytest.approx((0.5 * 0.8 + 0.3 * 0.2) / 0.8)
    assert row["relief_probability"] == pytest.approx(0.5 * 0.4 / 0.8)


@pytest.mark.parametrize(
    ("full_by_2040", "p50", "p90"),
    [
        pytest.param(1.0, 2030, 2040, id="the second area joins"),
        pytest.param(0.5, 2030, None, id="nine in ten is never reached"),
    ],
)
def test_years_of_fit_mix_the_areas(full_by_2040: float, p50: int, p90: int | None) -> None:
    # Among the known areas (0.5 and 0.3 of 0.8) the first fits from 2030 on: 62.5 %.
    rows = [
        {"supply_area_id": area, "year": year, "scenario": "mid", "strategy": "smart",
         "fits_for_good_probability": share}
        for area, from_year, share in (("fits", 2030, 1.0), ("full", 2040, full_by_2040))
        for year in range(from_year, 2051)
    ]  # fmt: skip
    earlier = [
        row | {"year": year, "fits_for_good_probability": 0.0}
        for row in (rows[0], rows[-1]) for year in range(2025, 2030 if row is rows[0] else 2040)
    ]  # fmt: skip
    [found] = find_fit_years(CANDIDATES, pl.DataFrame(rows + earlier), load()).rows(named=True)
    assert found["known_probability"] == pytest.approx(0.8)
    assert (found["fits_from_year_p50"], found["fits_from_year_p90"]) == (p50, p90)


def test_added_power_is_pooled_and_starts_at_nothing(state: dict[str, Any]) -> None:
    power = state["area_power"]
    assert sorted(power["year"].unique()) == list(ALL_YEARS)
    assert power.filter(pl.col("year") == 2025)["added_design_peak_kw"].max() == 0
    keys = (pl.col("year") == 2030, pl.col("scenario") == "mid", pl.col("strategy") == "unmanaged")
    of_terrains = state["power"].filter(*keys, pl.col("location_type") == "on_terrain")
    pooled = power.filter(*keys)["added_design_peak_kw"].sum()
    assert 0.3 * of_terrains["design_peak_kw"].sum() < pooled
    assert pooled < of_terrains["design_peak_kw"].sum()


def test_years_that_the_run_lacks_follow_the_growth_of_the_nation(state: dict[str, Any]) -> None:
    """The figure for 2030 without 2030 in the run lies near the one with it."""

    def power(years: tuple[int, ...]) -> np.ndarray:
        sessions = state["terrain_sessions"].filter(
            pl.col("year").is_in(years) & (pl.col("scenario") == "mid")
        )
        charging = {key: place for key, place in state["charging"].items()
                    if key[0] in years and key[1] == "mid"}  # fmt: skip
        some = state["terrain_supply_areas"].filter(
            pl.col("supply_area_id").is_in(["EHVO", "BT", "Amstelveen"])
        )
        national = state["national_electric"].filter(pl.col("scenario") == "mid")
        found = estimate_area_power(sessions, some, national, charging, years, state["assumptions"])
        return found.filter((pl.col("year") == 2030) & (pl.col("strategy") == "unmanaged"))[
            "added_design_peak_kw"
        ].to_numpy()

    assert power((2025, 2035)) == pytest.approx(power((2025, 2030, 2035)), rel=0.15)


def test_steering_never_makes_it_fit_less_and_growth_never_more(state: dict[str, Any]) -> None:
    fit = state["area_fit"].drop_nulls("fits_probability")
    wide = fit.pivot(
        "strategy", index=["supply_area_id", "year", "scenario"], values="fits_probability"
    )
    assert (wide["smart"] >= wide["unmanaged"] - 1e-9).all()
    by_scenario = fit.pivot(
        "scenario", index=["supply_area_id", "year", "strategy"], values="fits_probability"
    )
    assert (by_scenario["low"] >= by_scenario["high"] - 1e-9).mean() > 0.99
    assert (fit["fits_probability"] >= fit["fits_after_queue_probability"] - 1e-9).all()


def test_the_order_of_terrains_does_not_matter(state: dict[str, Any]) -> None:
    shuffled = state["area_power"].sample(fraction=1, shuffle=True, seed=3)
    again = measure_area_fit(
        shuffled,
        state["supply_areas"].reverse(),
        state["national_electric"],
        state["vehicle_energy"],
        state["years"],
        state["assumptions"],
    )
    assert again.by_year.equals(state["area_fit"])


def test_without_any_area_the_steps_go_on(state: dict[str, Any]) -> None:
    nowhere = state["terrain_supply_areas"].clear()
    power = estimate_area_power(
        state["terrain_sessions"],
        nowhere,
        state["national_electric"],
        state["charging"],
        state["years"],
        state["assumptions"],
    )
    found = measure_area_fit(
        power,
        state["supply_areas"],
        state["national_electric"],
        state["vehicle_energy"],
        state["years"],
        state["assumptions"],
    )
    assert found.by_year.is_empty()
    assert estimate_grid_fit(nowhere, found.by_year).is_empty()
    assert find_fit_years(nowhere, found.for_good, state["assumptions"]).is_empty()
