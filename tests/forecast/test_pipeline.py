"""The whole pipeline over the real register: totals, order, identity, refusals."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from forecast.assumptions import Assumptions, ScenarioSet
from forecast.errors import StepError, UnknownNameError
from forecast.pipeline import STEPS, check_years, result_tables, run_forecast
from forecast.refine import no_refinements
from forecast.schema import tables_of
from forecast.sources.embedded import SourceData
from forecast.vocabulary import LOCATION_TYPES
from tests.refined import refine

RESULTS = [table.name for table in tables_of("result")]


def test_every_step_has_its_inputs_when_its_turn_comes(state: dict[str, Any]) -> None:
    outputs = {step.output for step in STEPS}
    known = set(state) - outputs
    for step in STEPS:
        assert set(step.inputs) <= known, step.output
        known.add(step.output)


def test_every_terrain_of_the_register_is_in_every_result(
    sources: SourceData, state: dict[str, Any]
) -> None:
    register = set(sources["terrains"]["terrain_id"])
    assert len(register) == 3646
    for name in ("fleet", "energy", "power", "grid_fit", "plan_class", "zone_exposure"):
        assert register <= set(state[name]["terrain_id"]), name


def test_national_totals_pass_close_to_the_published_anchors(state: dict[str, Any]) -> None:
    totals = dict(
        state["electric_vehicles"]
        .filter((pl.col("year") == 2030) & (pl.col("scenario") == "mid"))
        .group_by("vehicle_class")
        .agg(pl.col("electric_vehicles").sum())
        .iter_rows()
    )
    assert totals["van"] == pytest.approx(225_000, rel=0.03)
    assert totals["rigid_truck"] + totals["tractor"] == pytest.approx(24_000, rel=0.05)


def test_on_terrain_shares_are_the_published_ones(state: dict[str, Any]) -> None:
    on_terrain = state["fleet"].filter(~pl.col("terrain_id").str.starts_with("off-terrain:"))
    all_vehicles = dict(
        state["fleet"].group_by("vehicle_class").agg(pl.col("vehicles").sum()).iter_rows()
    )
    for name, vehicles in on_terrain.group_by("vehicle_class").agg(pl.col("vehicles").sum()).rows():
        share = 0.57 if name == "van" else 0.90
        # 342 municipalities round to integers: less than one vehicle each.
        assert vehicles == pytest.approx(share * all_vehicles[name], abs=342)


def test_energy_is_conserved_over_location_types(state: dict[str, Any]) -> None:
    energy = state["energy"]
    assert set(energy["location_type"]) == set(LOCATION_TYPES)
    whole = state["electric_vehicles"].join(
        state["vehicle_energy"], on=["vehicle_class", "year", "scenario"]
    )
    expected = (whole["electric_vehicles"] * whole["energy_kwh_per_vehicle_year"]).sum()
    assert energy["energy_kwh_per_year"].sum() == pytest.approx(expected, rel=1e-12)


def test_scenarios_are_ordered(state: dict[str, Any]) -> None:
    wide = state["national_summary"].pivot(
        "scenario",
        index="year",
        values=["electric_vans", "electric_trucks", "energy_kwh_per_year"],
    )
    for name in ("electric_vans", "electric_trucks", "energy_kwh_per_year"):
        assert (wide[f"{name}_low"] <= wide[f"{name}_mid"]).all()
        assert (wide[f"{name}_mid"] <= wide[f"{name}_high"]).all()


def test_steering_never_raises_a_peak(state: dict[str, Any]) -> None:
    wide = state["power"].pivot(
        "strategy",
        index=["terrain_id", "year", "scenario", "location_type"],
        values="design_peak_kw",
    )
    assert (wide["smart"] <= wide["unmanaged"] * (1 + 1e-9)).all()
    # Visitors of a hub who may not come from 16:00 to 21:00 come together at other hours.
    with_depots = wide.filter(pl.col("location_type") != "shared_hub")
    assert (with_depots["night_block"] <= with_depots["unmanaged"] * (1 + 1e-9)).all()


def test_waiting_together_is_no_smart_charging(state: dict[str, Any]) -> None:
    depots = state["power"].filter((pl.col("location_type") == "depot") & (pl.col("year") == 2035))
    wide = depots.pivot("strategy", index=["terrain_id", "scenario"], values="design_peak_kw")
    assert wide["delayed"].sum() > wide["unmanaged"].sum()


def test_night_block_leaves_the_hours_from_four_to_nine_free(state: dict[str, Any]) -> None:
    blocked = state["power"].filter(
        (pl.col("strategy") == "night_block")
        & pl.col("location_type").is_in(["depot", "shared_hub", "truck_parking", "on_terrain"])
    )
    # A hundredth of a watt is what numbers of sixteen digits leave.
    assert blocked["design_peak_16_21_kw"].max() == pytest.approx(0, abs=1e-4)


def test_the_order_of_the_sources_does_not_matter(
    sources: SourceData, scenarios: ScenarioSet, state: dict[str, Any]
) -> None:
    shuffled = SourceData(
        {
            name: frame.sample(fraction=1, shuffle=True, seed=5)
            for name, frame in sources.tables.items()
        },
        sources.edition_id,
        sources.data_hashes,
    )
    again = run_forecast(shuffled, scenarios, no_refinements(), [2035, 2025, 2030, 2030])
    first, second = result_tables(state, "run"), result_tables(again, "run")
    for table in tables_of("result"):
        keys = list(table.keys)
        assert_frame_equal(
            first[table.name].sort(keys), second[table.name].sort(keys), rel_tol=1e-9
        )


def test_a_run_without_the_first_year_still_counts_added_power_from_it(
    sources: SourceData, scenarios: ScenarioSet, state: dict[str, Any]
) -> None:
    only_2030 = run_forecast(sources, scenarios, no_refinements(), [2030])["area_fit"]
    keys = ["supply_area_id", "year", "scenario", "strategy"]
    expected = state["area_fit"].filter(pl.col("year") == 2030)
    found = only_2030.filter(pl.col("year") == 2030)
    assert_frame_equal(expected.sort(keys), found.sort(keys))


def test_a_refined_terrain_keeps_its_number_and_the_rest_gives_way(
    sources: SourceData, scenarios: ScenarioSet, state: dict[str, Any]
) -> None:
    refined = run_forecast(sources, scenarios, refine(("190044", "tractors=80")), [2030])
    fleet = refined["fleet"]
    here = fleet.filter(terrain_id="190044", vehicle_class="tractor").row(0, named=True)
    model = state["fleet"].filter(terrain_id="190044", vehicle_class="tractor")["vehicles"].item()
    assert (here["vehicles"], here["basis"], here["model_vehicles"]) == (80, "refined", model)
    for frame in (fleet, state["fleet"]):
        assert dict(frame.group_by("vehicle_class").agg(pl.col("vehicles").sum()).iter_rows()) == {
            "van": 990_605,
            "rigid_truck": 62_818,
            "tractor": 83_847,
        }
    moved = fleet.filter(pl.col("vehicles") != pl.col("model_vehicles"))
    assert set(moved["municipality_code"]) == {"GM0772"}
    assert set(moved["vehicle_class"]) == {"tractor"}
    # Nothing of the country hangs on what is known of one terrain.
    assert_frame_equal(refined["national_electric"], state["national_electric"])


def test_refinements_beyond_a_municipality_leave_nothing_elsewhere_in_it(
    sources: SourceData, scenarios: ScenarioSet, state: dict[str, Any]
) -> None:
    fleet = run_forecast(sources, scenarios, refine(("190044", "tractors=9000")), [2030])["fleet"]
    tractors = fleet.filter(municipality_code="GM0772", vehicle_class="tractor")
    assert tractors.filter(terrain_id="190044")["vehicles"].item() == 9000
    assert tractors.filter(pl.col("terrain_id") != "190044")["vehicles"].sum() == 0
    elsewhere = pl.col("municipality_code") != "GM0772"
    assert_frame_equal(fleet.filter(elsewhere), state["fleet"].filter(elsewhere))


def test_a_refinement_of_a_vanished_terrain_changes_nothing_and_is_kept(
    sources: SourceData, scenarios: ScenarioSet, state: dict[str, Any]
) -> None:
    refined = run_forecast(sources, scenarios, refine(("999999999", "vans=5")), [2030])
    assert_frame_equal(refined["fleet"], state["fleet"])
    assert refined["applied_refinements"]["refinement_id"].to_list() == ["r0000"]


def test_assumptions_that_contradict_each_other_name_the_step(
    sources: SourceData, scenarios: ScenarioSet
) -> None:
    key = "adoption.electric_stock_2030.van"
    falling = {
        name: Assumptions(
            {**chosen.by_key, key: replace(chosen.by_key[key], value=10.0)}, chosen.sources
        )
        for name, chosen in scenarios.by_scenario.items()
    }
    with pytest.raises(StepError, match="'Growth of electric vehicles' can't be computed"):
        run_forecast(sources, ScenarioSet(falling, "digest"), no_refinements(), [2030])


@pytest.mark.parametrize(
    "years",
    [
        pytest.param([], id="none"),
        pytest.param([2024], id="past"),
        pytest.param([2030, 2051], id="too far"),
    ],
)
def test_years_outside_the_forecast_are_refused(years: list[int]) -> None:
    with pytest.raises(UnknownNameError, match="2025 to 2050"):
        check_years(years)
