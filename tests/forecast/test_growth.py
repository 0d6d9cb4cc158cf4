"""National growth passes what was published, brackets what was foreseen, and stays one nation."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl
import pytest

from forecast.adoption import grow_class, scenario_anchors
from forecast.assumptions import ScenarioSet
from forecast.growth import find_base_fleet, grow_classes, summarise_growth
from forecast.sources.embedded import SourceData
from forecast.vocabulary import SCENARIOS, VEHICLE_CLASSES
from forecast.years import year_end


def national(state: dict[str, Any], vehicle_class: str, year: int, scenario: str) -> dict[str, Any]:
    return (
        state["national_electric"]
        .filter(
            (pl.col("vehicle_class") == vehicle_class)
            & (pl.col("year") == year)
            & (pl.col("scenario") == scenario)
        )
        .row(0, named=True)
    )


def test_figures_of_a_year_hold_at_its_end() -> None:
    assert year_end(2030) == 2031


def test_the_base_fleet_is_the_last_published_stock(state: dict[str, Any]) -> None:
    # CBS 82044NED, 1 January 2022; the counts of 2023 are quoted by others.
    base = {row[0]: row[1:] for row in state["base_fleet"].iter_rows()}
    assert base == {
        "van": (2022.0, 990_605),
        "rigid_truck": (2022.0, 62_818),
        "tractor": (2022.0, 83_847),
    }


def test_a_history_without_a_published_stock_is_refused(sources: SourceData) -> None:
    lost = sources["fleet_history"].filter(
        ~((pl.col("series") == "tractors_total") & (pl.col("status") == "published"))
    )
    with pytest.raises(ValueError, match="no published stock of tractors_total"):
        find_base_fleet(lost)


@pytest.mark.parametrize(
    ("vehicle_class", "year", "published", "within"),
    [
        pytest.param("van", 2030, 225_000, 0.03, id="vans 2030, ElaadNL"),
        pytest.param("truck", 2030, 24_000, 0.05, id="trucks 2030, ElaadNL"),
        pytest.param("van", 2050, 1_100_000, 0.05, id="vans 2050, ElaadNL"),
    ],
)
def test_mid_passes_the_published_forecasts(
    state: dict[str, Any], vehicle_class: str, year: int, published: float, within: float
) -> None:
    found = national(state, vehicle_class, year, "mid")["electric_vehicles"]
    assert found == pytest.approx(published, rel=within)


@pytest.mark.parametrize(
    ("vehicle_class", "foreseen"),
    [("van", (225_000, 267_000)), ("truck", (16_000, 24_000, 24_700))],
)
def test_low_and_high_bracket_what_was_foreseen_for_2030(
    state: dict[str, Any], vehicle_class: str, foreseen: tuple[float, ...]
) -> None:
    low, high = (
        national(state, vehicle_class, 2030, name)["electric_vehicles"] for name in ("low", "high")
    )
    assert low < min(foreseen)
    assert max(foreseen) < high


def test_the_path_holds_every_count(state: dict[str, Any], sources: SourceData) -> None:
    found = state["growth"]["mid", "van"]
    stock = found.fleet.survivors(found.electric_sales)
    history = sources["fleet_history"].filter(pl.col("series") == "vans_electric")
    counted = dict(history.select("date", "value").iter_rows())
    for day, date in (("2021-01-01", 2021.0), ("2023-01-01", 2023.0), ("2025-07-01", 2025.5)):
        assert stock[found.fleet.index(date)] == pytest.approx(counted[day])


def test_scenarios_and_bands_are_ordered_in_every_year(state: dict[str, Any]) -> None:
    rows = state["national_electric"]
    p10, p50, p90 = (
        rows[name]
        for name in ("electric_vehicles_p10", "electric_vehicles", "electric_vehicles_p90")
    )
    assert (p10 < p50).all()
    assert (p50 < p90).all()
    wide = rows.pivot("scenario", index=["vehicle_class", "year"], values="electric_vehicles")
    assert (wide["low"] <= wide["mid"]).all()
    assert (wide["mid"] <= wide["high"]).all()
    assert rows.filter(pl.col("electric_share") > 1).is_empty()


def test_electric_stock_never_falls(state: dict[str, Any]) -> None:
    rows = state["national_electric"].sort("vehicle_class", "scenario", "year")
    steps = rows.with_columns(
        step=pl.col("electric_vehicles").diff().over("vehicle_class", "scenario")
    )
    # A shrinking fleet at its ceiling may lose what it replaces no more.
    assert steps.filter((pl.col("step") < 0) & (pl.col("electric_share") < 0.7)).is_empty()


def test_electric_vehicles_drive_their_own_part(state: dict[str, Any]) -> None:
    row = national(state, "tractor", 2025, "mid")
    # Young vehicles drive more; early electric tractors drove less: 59 % at the start (2025: ~1 %).
    assert row["distance_age_factor"] > 1
    expected = row["electric_share"] * row["distance_age_factor"]
    assert row["electric_distance_share"] < 0.65 * expected
    late = national(state, "tractor", 2045, "mid")
    assert late["electric_distance_share"] == pytest.approx(
        late["electric_share"] * late["distance_age_factor"]
    )


def test_trucks_are_the_sum_of_their_classes(state: dict[str, Any]) -> None:
    both = [national(state, name, 2035, "mid") for name in ("rigid_truck", "tractor")]
    together = national(state, "truck", 2035, "mid")
    for column in ("vehicles", "electric_vehicles", "new_vehicles_per_year"):
        assert together[column] == pytest.approx(sum(row[column] for row in both))
    # One market moves both: the band of the sum is hardly narrower than the sum of the bands.
    assert together["electric_vehicles_p90"] <= sum(row["electric_vehicles_p90"] for row in both)


def test_the_same_input_gives_the_same_bytes(
    state: dict[str, Any], sources: SourceData, scenarios: ScenarioSet
) -> None:
    again = summarise_growth(
        grow_classes(sources["fleet_history"], state["zone_terms"], scenarios),
        state["base_fleet"],
        scenarios,
    )
    assert again.write_ipc(None).getvalue() == state["national_electric"].write_ipc(None).getvalue()


def test_an_anchor_holds_where_the_last_count_is_doubtful(
    sources: SourceData, scenarios: ScenarioSet, state: dict[str, Any]
) -> None:
    mid = scenarios["mid"]
    history = sources["fleet_history"].with_columns(
        value=pl.when((pl.col("series") == "vans_electric") & (pl.col("date") == "2025-07-01"))
        .then(pl.col("value") * 1.2)
        .otherwise(pl.col("value"))
    )
    zones = state["zone_terms"]["van"]
    grown = grow_class("van", history, scenario_anchors("van", mid), zones, mid)
    at = grown.fleet.index(2031.0)
    before = np.median(state["growth"]["mid", "van"].stock_draws[:, at])
    assert np.median(grown.stock_draws[:, at]) == pytest.approx(before, rel=0.1)


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_every_class_holds_the_nation_on_its_terrains(state: dict[str, Any], scenario: str) -> None:
    rows = state["electric_vehicles"].filter(pl.col("scenario") == scenario)
    sums = dict(
        rows.filter(pl.col("year") == 2030)
        .group_by("vehicle_class")
        .agg(pl.col("electric_vehicles").sum())
        .iter_rows()
    )
    for name in VEHICLE_CLASSES:
        wanted = national(state, name, 2030, scenario)["electric_vehicles"]
        assert sums[name] == pytest.approx(wanted, rel=1e-9)


def test_exposed_terrains_are_ahead_of_others_in_their_municipality(state: dict[str, Any]) -> None:
    rows = (
        state["electric_vehicles"]
        .filter(
            (pl.col("vehicle_class") == "rigid_truck")
            & (pl.col("year") == 2030)
            & (pl.col("scenario") == "mid")
        )
        .join(state["zone_exposure"], on=["terrain_id", "vehicle_class", "year"])
        .filter(~pl.col("terrain_id").str.starts_with("off"))
        .sort("zone_exposure_factor")
    )
    shares = rows["electric_share"].to_numpy()
    # Trucks have no sector shift: what differs is when the zones near them begin.
    assert np.corrcoef(rows["zone_exposure_factor"], shares)[0, 1] > 0.97
    assert shares[0] < rows["electric_vehicles"].sum() / rows["vehicles"].sum() < shares[-1]


def test_the_band_of_a_terrain_joins_the_nation_and_its_own_doubt(state: dict[str, Any]) -> None:
    row = (
        state["electric_vehicles"]
        .filter(
            (pl.col("terrain_id") == "190044")
            & (pl.col("vehicle_class") == "van")
            & (pl.col("year") == 2030)
            & (pl.col("scenario") == "mid")
        )
        .row(0, named=True)
    )
    nation = national(state, "van", 2030, "mid")
    z = 1.2815515655446004
    own = 0.6  # fleet.terrain_log_sd
    above = np.hypot(np.log(nation["electric_vehicles_p90"] / nation["electric_vehicles"]) / z, own)
    assert row["electric_vehicles_p90"] / row["electric_vehicles"] == pytest.approx(
        np.exp(z * above)
    )
    assert row["electric_vehicles_p10"] < row["electric_vehicles"] / np.exp(z * own)


def test_a_history_too_short_for_the_models_says_so(
    sources: SourceData, scenarios: ScenarioSet
) -> None:
    first = sources["fleet_history"].filter(
        (pl.col("series") != "trucks_electric") | (pl.col("date") < "2022-01-01")
    )
    mid = scenarios["mid"]
    with pytest.raises(ValueError, match="class tractor: 0 points are too few for 'sales_share'"):
        grow_class("tractor", first, [], {}, mid)


def test_a_ceiling_below_the_counted_share_is_refused(
    sources: SourceData, scenarios: ScenarioSet
) -> None:
    mid = scenarios["mid"]
    entry = replace(mid.by_key["adoption.ceiling.van"], value=0.03, low=0.03)
    low = replace(mid, by_key={**mid.by_key, "adoption.ceiling.van": entry})
    with pytest.raises(ValueError, match=r"reach the ceiling 0\.03"):
        grow_class("van", sources["fleet_history"], scenario_anchors("van", low), {}, low)


def test_the_share_of_a_terrain_follows_from_its_stored_terms(
    state: dict[str, Any], scenarios: ScenarioSet
) -> None:
    rows = state["electric_vehicles"].filter(
        (pl.col("vehicle_class") == "van")
        & (pl.col("year") == 2030)
        & (pl.col("scenario") == "mid")
    )
    ceiling = scenarios["mid"]["adoption.ceiling.van"]
    share = national(state, "van", 2030, "mid")["electric_share"]
    terms = ["zone_log_odds", "municipal_log_odds", "raking_log_odds"]
    log_odds = np.log(share / (ceiling - share)) + rows.select(terms).sum_horizontal().to_numpy()
    expected = ceiling / (1 + np.exp(-log_odds))
    assert rows["electric_share"].to_numpy() == pytest.approx(expected, rel=1e-9)
