"""Electric vehicles of the nation: growth per class and scenario, with its band."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from forecast.adoption import (
    TOTAL_SERIES,
    ClassGrowth,
    grow_class,
    scenario_anchors,
)
from forecast.assumptions import Assumptions, ScenarioSet
from forecast.sources.fleet_history import stock_series
from forecast.vocabulary import (
    ALL_TRUCKS,
    SCENARIOS,
    TRUCK_CLASSES,
    VEHICLE_CLASSES,
    group_of,
)
from forecast.years import ALL_YEARS, year_end
from models.bands import quantiles
from models.energy import distance_progress

Floats = npt.NDArray[np.float64]
Growth = Mapping[tuple[str, str], ClassGrowth]
ZoneTerms = Mapping[str, Mapping[int, float]]
BAND: Final = ("electric_vehicles_p10", "electric_vehicles", "electric_vehicles_p90")


def find_base_fleet(fleet_history: pl.DataFrame) -> pl.DataFrame:
    """Return the fleet that is spread over the terrains: the last stock that was published.

    Figures quoted by others are not taken.

    Returns
    -------
    vehicle_class, base_date [year], vehicles.

    Raises
    ------
    ValueError
        If a class has no published stock.
    """
    rows = []
    for vehicle_class in VEHICLE_CLASSES:
        series = TOTAL_SERIES[vehicle_class]
        published = stock_series(fleet_history, series).filter(pl.col("status") == "published")
        if published.is_empty():
            raise ValueError(f"the fleet history holds no published stock of {series}")
        last = published.row(-1, named=True)
        rows.append(
            {
                "vehicle_class": vehicle_class,
                "base_date": last["date"],
                "vehicles": round(last["value"]),
            }
        )
    return pl.DataFrame(rows)


def average_zone_exposure(model_fleet: pl.DataFrame, exposure_by_year: pl.DataFrame) -> ZoneTerms:
    """Return the zone term of each class: the mean exposure of its vehicles by year of sale."""
    mean = (
        model_fleet.join(exposure_by_year, on=["terrain_id", "vehicle_class"])
        .group_by("vehicle_class", "year")
        .agg(
            exposure=(pl.col("zone_exposure_factor") * pl.col("vehicles")).sum()
            / pl.col("vehicles").sum()
        )
    )
    return {
        name: dict(mean.filter(pl.col("vehicle_class") == name).select("year", "exposure").rows())
        for name in VEHICLE_CLASSES
    }


def grow_classes(
    fleet_history: pl.DataFrame, zone_terms: ZoneTerms, scenarios: ScenarioSet
) -> Growth:
    """Return the national growth by scenario and class."""
    return {
        (scenario, name): grow_class(
            name,
            fleet_history,
            scenario_anchors(name, scenarios[scenario]),
            zone_terms[name],
            scenarios[scenario],
        )
        for scenario, name in product(SCENARIOS, VEHICLE_CLASSES)
    }


def summarise_growth(
    growth: Growth, base_fleet: pl.DataFrame, scenarios: ScenarioSet
) -> pl.DataFrame:
    """Return `national_electric` without its run: every year, with trucks together as well.

    The electric stock is the p50 of the draws; of trucks together it is the sum over both classes,
    their p10 and p90 are of the summed draws.
    """
    base = dict(base_fleet.select("vehicle_class", "vehicles").rows())
    classes = pl.concat(
        _national_rows(growth[scenario, name], name, base[name], scenarios[scenario]).with_columns(
            scenario=pl.lit(scenario)
        )
        for scenario, name in product(SCENARIOS, VEHICLE_CLASSES)
    )
    return pl.concat([classes, _all_trucks(classes, growth)]).sort(
        "vehicle_class", "year", "scenario"
    )


def _national_rows(
    found: ClassGrowth, vehicle_class: str, base: int, assumptions: Assumptions
) -> pl.DataFrame:
    """Return the rows of a class, one per year."""
    fleet = found.fleet
    ends = np.array([fleet.index(year_end(year)) for year in ALL_YEARS])
    stock = fleet.stock[ends]
    p10, p50, p90 = quantiles(found.stock_draws[:, ends])
    share = p50 / stock
    sold_in = np.floor(fleet.mid_dates).astype(int)[:, np.newaxis] == np.array(ALL_YEARS)
    sales, electric_sales = fleet.sales @ sold_in, found.electric_sales @ sold_in
    prefix = f"energy.distance_at_age.{group_of(vehicle_class)}."
    by_age = np.array([assumptions[key] for key in assumptions if key.startswith(prefix)])
    factor = fleet.distance_factor(found.electric_sales, by_age)[ends]
    progress = distance_progress(
        share,
        assumptions[f"energy.early_distance_factor.{vehicle_class}"],
        assumptions["energy.catch_up_share"],
    )
    return pl.DataFrame(
        {
            "vehicle_class": [vehicle_class] * len(ALL_YEARS),
            "year": ALL_YEARS,
            "vehicles": stock,
            "growth_factor": stock / base,
            "new_vehicles_per_year": sales,
            "electric_sales_share": electric_sales / sales,
            "electric_share": share,
            "distance_age_factor": factor,
            "electric_distance_share": share * factor * progress,
            **dict(zip(BAND, (p10, p50, p90), strict=True)),
        }
    )


def _all_trucks(classes: pl.DataFrame, growth: Growth) -> pl.DataFrame:
    """Return the rows of trucks together."""
    trucks = classes.filter(pl.col("vehicle_class").is_in(TRUCK_CLASSES))
    electric, every = pl.col("electric_vehicles"), pl.col("vehicles")
    new = pl.col("new_vehicles_per_year")
    together = trucks.group_by("year", "scenario").agg(
        growth_factor=every.sum() / (every / pl.col("growth_factor")).sum(),
        electric_sales_share=(pl.col("electric_sales_share") * new).sum() / new.sum(),
        electric_share=electric.sum() / every.sum(),
        distance_age_factor=(pl.col("distance_age_factor") * electric).sum() / electric.sum(),
        electric_distance_share=(pl.col("electric_distance_share") * every).sum() / every.sum(),
        new_vehicles_per_year=new.sum(),
        vehicles=every.sum(),
        electric_vehicles=electric.sum(),
    )
    bands = []
    for scenario, year in product(SCENARIOS, ALL_YEARS):
        draws = sum(
            growth[scenario, name].stock_draws[
                :, growth[scenario, name].fleet.index(year_end(year))
            ]
            for name in TRUCK_CLASSES
        )
        p10, _, p90 = quantiles(np.asarray(draws)).tolist()
        bands.append({"year": year, "scenario": scenario, BAND[0]: p10, BAND[2]: p90})
    return (
        together.join(pl.DataFrame(bands), on=["year", "scenario"])
        .with_columns(vehicle_class=pl.lit(ALL_TRUCKS))
        .select(classes.columns)
    )
