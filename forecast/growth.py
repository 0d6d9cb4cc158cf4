"""Electric vehicles per terrain: national curves per class, advanced where zones bear on it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import TypeVar

import numpy as np
import polars as pl

from forecast.assumptions import Assumptions, ScenarioSet
from forecast.vocabulary import SCENARIOS, TRUCK_CLASSES, VEHICLE_CLASSES
from models.adoption import Anchor, Gompertz
from models.allocation import rake_odds

Year = TypeVar("Year", int, pl.Expr)


def year_end(year: Year) -> Year:
    """Return the date at which a year's figures hold: 31 December, as the start of the next."""
    return year + 1


def fleet_growth_factor(vehicle_class: str, date: float, assumptions: Assumptions) -> float:
    """Return the number of vehicles at a date over that of the base date [1]."""
    growth = assumptions[f"fleet.growth_per_year.{vehicle_class}"]
    return float((1 + growth) ** (date - assumptions["fleet.base_date"]))


def adoption_curve(vehicle_class: str, assumptions: Assumptions) -> Gompertz:
    """Return the curve of the electric share of the stock of a class.

    It runs through the electric stock of mid-2025 and of the end of 2030. Electric trucks are
    published together; their division over rigid trucks and tractors is an assumption.
    """
    first, second = (
        Anchor(
            date,
            _electric_stock(vehicle_class, year, assumptions)
            / (
                assumptions[f"fleet.stock.{vehicle_class}"]
                * fleet_growth_factor(vehicle_class, date, assumptions)
            ),
        )
        for year, date in (
            (2025, assumptions["adoption.first_anchor_date"]),
            (2030, assumptions["adoption.second_anchor_date"]),
        )
    )
    ceiling = assumptions[f"adoption.ceiling.{_group(vehicle_class)}"]
    return Gompertz.through(first, second, ceiling)


def estimate_national_electric(years: Sequence[int], scenarios: ScenarioSet) -> pl.DataFrame:
    """Return the national stock per class, year and scenario.

    Returns
    -------
    vehicle_class, year, scenario, growth_factor, electric_share, log_odds_per_exposure: what full
    exposure to zero-emission zones adds to the log-odds, ceiling.
    """
    rows = []
    for scenario, vehicle_class, year in product(SCENARIOS, VEHICLE_CLASSES, years):
        assumptions = scenarios[scenario]
        curve = adoption_curve(vehicle_class, assumptions)
        date = year_end(year)
        rows.append(
            {
                "vehicle_class": vehicle_class,
                "year": year,
                "scenario": scenario,
                "growth_factor": fleet_growth_factor(vehicle_class, date, assumptions),
                "electric_share": float(curve.share(date)),
                "log_odds_per_exposure": curve.log_odds_gain(
                    date, assumptions["zone.advance_years"]
                ),
                "ceiling": curve.ceiling,
            }
        )
    return pl.DataFrame(rows)


def estimate_electric_vehicles(
    fleet: pl.DataFrame, zone_exposure: pl.DataFrame, national_electric: pl.DataFrame
) -> pl.DataFrame:
    """Return `electric_vehicles` without its run; national totals per class are kept.

    The log-odds of a terrain's share shift with its zone exposure; one constant per class, year and
    scenario brings the sum back to the national number.
    """
    exposed = fleet.select("terrain_id", "vehicle_class", base="vehicles").join(
        zone_exposure.select("terrain_id", "year", "zone_exposure_factor"), on="terrain_id"
    )
    frames = []
    for row in national_electric.iter_rows(named=True):
        rows = exposed.filter(
            (pl.col("vehicle_class") == row["vehicle_class"]) & (pl.col("year") == row["year"])
        ).sort("terrain_id")
        vehicles = rows["base"].to_numpy().astype(np.float64) * row["growth_factor"]
        share = rake_odds(
            row["electric_share"],
            rows["zone_exposure_factor"].to_numpy() * row["log_odds_per_exposure"],
            vehicles,
            ceiling=row["ceiling"],
        )
        frames.append(
            rows.select(
                "terrain_id",
                "vehicle_class",
                "year",
                scenario=pl.lit(row["scenario"]),
                vehicles=pl.Series(vehicles),
                electric_share=pl.Series(share),
                electric_vehicles=pl.Series(vehicles * share),
            )
        )
    return pl.concat(frames)


def _group(vehicle_class: str) -> str:
    return "truck" if vehicle_class in TRUCK_CLASSES else vehicle_class


def _electric_stock(vehicle_class: str, year: int, assumptions: Assumptions) -> float:
    stock = assumptions[f"adoption.electric_stock_{year}.{_group(vehicle_class)}"]
    if vehicle_class not in TRUCK_CLASSES:
        return stock
    rigid = assumptions[f"adoption.rigid_share_{year}"]
    return stock * (rigid if vehicle_class == "rigid_truck" else 1 - rigid)
