"""Electric vehicles of the nation brought down to the terrains.

What differs between terrains are zero-emission zones, sectors and, where they were counted, the
electric vehicles of the municipality; one constant per class, year and scenario keeps the nation as
it was.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import product

import numpy as np
import numpy.typing as npt
import polars as pl

from forecast.adoption import ClassGrowth, band_factor
from forecast.growth import BAND, Growth
from forecast.vocabulary import SCENARIOS, VEHICLE_CLASSES
from forecast.years import ALL_YEARS, year_end
from models.allocation import rake_odds

Floats = npt.NDArray[np.float64]


def estimate_electric_vehicles(
    model_fleet: pl.DataFrame,
    exposure_by_year: pl.DataFrame,
    municipal_shift: pl.DataFrame,
    class_weights: pl.DataFrame,
    growth: Growth,
    national_electric: pl.DataFrame,
    years: Sequence[int],
) -> pl.DataFrame:
    """Return the electric vehicles of the model; national totals per class are kept.

    The log-odds of a terrain's share shift with its municipality and with the exposure to zones
    that its electric vehicles met when they were sold (after the count, where the municipality was
    counted); a constant brings the sum back to the nation. The band joins that of the nation with
    the uncertainty of the number of vehicles on a terrain, which nobody counted.

    Returns
    -------
    terrain_id, vehicle_class, year, scenario, the three terms, and the columns of
    `electric_vehicles` that begin with ``model_``.
    """
    holders = model_fleet["terrain_id"].unique().sort()
    doubted = model_fleet.join(
        class_weights.select("terrain_id", "vehicle_class", "log_sd_below", "log_sd_above"),
        on=["terrain_id", "vehicle_class"],
        how="left",
    )
    national = national_electric.rows_by_key(
        ["scenario", "vehicle_class", "year"], named=True, unique=True, include_key=True
    )
    frames = []
    for vehicle_class in VEHICLE_CLASSES:
        rows = doubted.filter(pl.col("vehicle_class") == vehicle_class).sort("terrain_id")
        if not rows["terrain_id"].equals(holders):
            raise ValueError(f"class {vehicle_class} lacks some of the places where vehicles stand")
        by_year = _exposure(exposure_by_year, vehicle_class)
        for scenario, year in product(SCENARIOS, years):
            found = growth[scenario, vehicle_class]
            terms = _terms(rows, municipal_shift, by_year, found, year)
            frames.append(_on_terrains(terms, national[scenario, vehicle_class, year], found))
    return pl.concat(frames)


def _terms(
    rows: pl.DataFrame,
    municipal_shift: pl.DataFrame,
    by_year: Floats,
    found: ClassGrowth,
    year: int,
) -> pl.DataFrame:
    """Return the places of a class with what zones and municipality shift in a year."""
    local = rows.join(
        municipal_shift.filter(pl.col("year") == year),
        on=["municipality_code", "vehicle_class"],
        how="left",
        maintain_order="left",
    )
    # What a zone did before a count is in the count.
    counted = local["counted_until"].fill_null(-math.inf).to_numpy()[:, np.newaxis]
    year_ends = np.array([year_end(each) for each in ALL_YEARS])
    met = np.where(year_ends > counted, by_year, 0.0) @ _sale_years(found, year)
    return rows.with_columns(
        zone_log_odds=pl.Series(found.zone_effect * met),
        municipal_log_odds=local["log_odds_shift"].fill_null(0),
    )


def _exposure(exposure_by_year: pl.DataFrame, vehicle_class: str) -> Floats:
    """Return the exposure of a class to zones, shape (terrains, all years) [1]."""
    of_class = exposure_by_year.filter(pl.col("vehicle_class") == vehicle_class)
    wide = of_class.pivot("year", index="terrain_id", values="zone_exposure_factor")
    return wide.sort("terrain_id").drop("terrain_id").to_numpy()


def _sale_years(found: ClassGrowth, year: int) -> Floats:
    """Return the part of the electric vehicles at a year's end by year of sale, over all years.

    Those sold before the first year of the forecast met no zone: the parts then add up to less
    than one.
    """
    fleet = found.fleet
    now = fleet.index(year_end(year))
    left = fleet.survival_matrix[now] * found.electric_sales
    sold_in = np.floor(fleet.mid_dates).astype(int)
    parts = np.array([left[sold_in == each].sum() for each in ALL_YEARS])
    return np.asarray(parts / left.sum())


def _on_terrains(
    rows: pl.DataFrame, national: Mapping[str, float | str], found: ClassGrowth
) -> pl.DataFrame:
    vehicles = rows["vehicles"].to_numpy() * float(national["growth_factor"])
    raked = rake_odds(
        float(national["electric_share"]),
        (rows["zone_log_odds"] + rows["municipal_log_odds"]).to_numpy(),
        vehicles,
        ceiling=found.fits[0].model.ceiling,
    )
    electric = vehicles * raked.shares
    low, middle, high = (float(national[name]) for name in BAND)
    # Off the terrains stands what is left of a municipality: its total is counted.
    sd_below, sd_above = (
        rows[side].fill_null(0).to_numpy() for side in ("log_sd_below", "log_sd_above")
    )
    return rows.select(
        "terrain_id",
        "vehicle_class",
        year=pl.lit(national["year"], dtype=pl.Int64),
        scenario=pl.lit(national["scenario"]),
        zone_log_odds="zone_log_odds",
        municipal_log_odds="municipal_log_odds",
        raking_log_odds=pl.lit(raked.constant),
        model_electric_share=pl.Series(raked.shares),
        model_electric_vehicles=pl.Series(electric),
        model_electric_vehicles_p10=pl.Series(electric / band_factor(middle / low, sd_below)),
        model_electric_vehicles_p90=pl.Series(electric * band_factor(high / middle, sd_above)),
    )
