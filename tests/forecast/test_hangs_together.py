"""What holds over all figures of a run together, whatever the sources say."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from forecast.pipeline import STEPS
from forecast.schema import tables_of
from forecast.vocabulary import NATION

RESULTS = [table.name for table in tables_of("result")]
SIGNED = {
    # What differs from a mean or moves from one place to another, and room that is overdrawn.
    "municipal_fleet": {"moved_vehicles"},
    "municipal_shift": {"log_odds_shift"},
    "electric_vehicles": {"zone_log_odds", "municipal_log_odds", "raking_log_odds"},
    "area_fit": {"headroom_kw_p10", "headroom_kw_p50", "headroom_kw_p90"},
}


def computed_again(
    state: dict[str, Any], first: str, last: str, **instead: pl.DataFrame
) -> dict[str, Any]:
    """Return the state with the steps from one to another taken again; those given are not."""
    again = {**state, **instead}
    outputs = [step.output for step in STEPS]
    for step in STEPS[outputs.index(first) : outputs.index(last) + 1]:
        if step.output not in instead:
            again[step.output] = step.function(**{name: again[name] for name in step.inputs})
    return again


def test_twice_the_vehicles_ask_exactly_twice_the_energy(state: dict[str, Any]) -> None:
    doubled = state["model_fleet"].with_columns(pl.col("vehicles") * 2)
    again = computed_again(
        state,
        "model_electric",
        "energy",
        model_fleet=doubled,
        own_site_access=state["own_site_access"],  # more vehicles on a yard find less room
    )
    keys = ["terrain_id", "vehicle_class", "year", "scenario"]
    twice = (pl.col("^.*electric_vehicles.*$") * 2, pl.col("vehicles") * 2)
    assert_frame_equal(
        state["electric_vehicles"].sort(keys).with_columns(*twice),
        again["electric_vehicles"].sort(keys),
        check_exact=True,
    )
    places = ["terrain_id", "year", "scenario", "location_type"]
    assert_frame_equal(
        state["energy"].sort(places).with_columns(pl.col("energy_kwh_per_year") * 2),
        again["energy"].sort(places),
        check_exact=True,
    )


def test_the_same_seeds_give_the_same_bytes(state: dict[str, Any]) -> None:
    again = computed_again(state, "growth", "model_electric")
    for name in ("national_electric", "municipal_shift", "model_electric"):
        assert again[name].serialize() == state[name].serialize(), name


def test_a_few_dozen_terrains_in_another_order_have_the_same_power(state: dict[str, Any]) -> None:
    here = sorted(state["terrain_sessions"]["terrain_id"].unique())[::90]
    assert 30 <= len(here) <= 50
    some = {
        name: state[name].filter(pl.col("terrain_id").is_in(here)).reverse()
        for name in ("terrain_sessions", "electric_vehicles")
    }
    again = computed_again(state, "power", "power_bands", **some)
    for name in ("power", "power_bands"):
        keys = [key for key in again[name].columns if not again[name][key].dtype.is_float()]
        assert_frame_equal(
            state[name].filter(pl.col("terrain_id").is_in(here)).sort(keys),
            again[name].sort(keys),
            check_exact=True,
        )


@pytest.mark.parametrize("name", RESULTS)
def test_no_figure_is_negative_or_no_number(state: dict[str, Any], name: str) -> None:
    frame = state[name].select(pl.selectors.numeric())
    for column in frame.iter_columns():
        if column.dtype.is_float():
            assert column.is_finite().all(), column.name
        if column.name not in SIGNED.get(name, set()):
            assert (column >= 0).all(), column.name


@pytest.mark.parametrize("name", RESULTS)
def test_every_band_holds_its_middle(state: dict[str, Any], name: str) -> None:
    frame = state[name]
    for low in (column for column in frame.columns if column.endswith("_p10")):
        stem = low.removesuffix("_p10")
        rising = [low, *({stem, f"{stem}_p50"} & set(frame.columns)), f"{stem}_p90"]
        for less, more in pairwise(rising):
            assert (frame[less] <= frame[more] * (1 + 1e-12) + 1e-12).all(), (less, more)


def test_the_nation_is_the_sum_of_its_terrains_and_of_its_regions(state: dict[str, Any]) -> None:
    cases = ["year", "scenario"]
    nation = state["national_summary"].sort(cases)
    energy = state["energy"].group_by(cases).agg(pl.col("energy_kwh_per_year").sum()).sort(cases)
    assert nation["energy_kwh_per_year"].to_list() == pytest.approx(
        energy["energy_kwh_per_year"].to_list(), rel=1e-12
    )
    electric = state["electric_vehicles"].with_columns(
        name=pl.when(pl.col("vehicle_class") == "van")
        .then(pl.lit("electric_vans"))
        .otherwise(pl.lit("electric_trucks"))
    )
    wide = (
        electric.group_by([*cases, "name"])
        .agg(pl.col("electric_vehicles").sum())
        .pivot("name", index=cases, values="electric_vehicles")
        .sort(cases)
    )
    sums = ["terrains", "vehicles", "electric_vans", "electric_trucks", "depot_energy_kwh_per_year"]
    regions = (
        state["regional_summary"].group_by(["level", *cases]).agg(pl.col(sums).sum()).sort(cases)
    )
    of_nation = regions.filter(level=NATION)
    for name in ("electric_vans", "electric_trucks"):
        assert nation[name].to_list() == pytest.approx(wide[name].to_list(), rel=1e-12)
    for level in ("nal_region", "province", "municipality"):
        for name in sums:
            assert regions.filter(level=level)[name].to_list() == pytest.approx(
                of_nation[name].to_list(), rel=1e-9
            )


def test_a_later_year_has_more_electric_vehicles_in_every_scenario(state: dict[str, Any]) -> None:
    nation = state["national_summary"].sort("scenario", "year")
    for name in ("electric_vans", "electric_trucks", "energy_kwh_per_year"):
        rise = nation.select(pl.col(name).diff().over("scenario"))[name].drop_nulls()
        assert (rise > 0).all()
