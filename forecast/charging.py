"""Energy of the electric vehicles of each terrain, by where they charge."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from forecast.assumptions import Assumptions
from forecast.vocabulary import LOCATION_TYPES, OFF_TERRAIN_PREFIX, VEHICLE_CLASSES
from models import energy as energy_model
from models.energy import ClassEnergy
from models.units import M2_PER_HA


def class_energy(vehicle_class: str, assumptions: Assumptions) -> ClassEnergy:
    """Return the energy parameters of a class."""
    return ClassEnergy(
        distance_km_per_year=assumptions[f"energy.distance_km_per_year.{vehicle_class}"],
        early_distance_factor=assumptions[f"energy.early_distance_factor.{vehicle_class}"],
        catch_up_share=assumptions["energy.catch_up_share"],
        consumption_kwh_per_km=assumptions[f"energy.consumption_kwh_per_km.{vehicle_class}"],
        grid_efficiency=assumptions[f"energy.grid_efficiency.{vehicle_class}"],
        working_days_per_year=assumptions["energy.working_days_per_year"],
        usable_range_km=assumptions[f"energy.usable_range_km.{vehicle_class}"],
        daily_distance_cv=assumptions[f"energy.daily_distance_cv.{vehicle_class}"],
        nights_away_share=assumptions[f"energy.nights_away_share.{vehicle_class}"],
        abroad_share=assumptions[f"energy.abroad_share.{vehicle_class}"],
    )


def estimate_own_site_access(
    terrains: pl.DataFrame,
    fleet: pl.DataFrame,
    terrain_supply_areas: pl.DataFrame,
    supply_areas: pl.DataFrame,
    assumptions: Assumptions,
) -> pl.DataFrame:
    """Return the factors that grid and plots lay on own-site access.

    Returns
    -------
    terrain_id, grid_factor (mean over the candidate areas, by their status of today), plot_factor,
    access_factor (their product) [1].
    """
    factor = pl.col("status").replace_strict(
        {
            status: assumptions[f"energy.access_factor.{status}"]
            for status in ("room", "queue", "shortage", "not_known")
        },
        return_dtype=pl.Float64,
    )
    by_grid = (
        terrain_supply_areas.join(
            supply_areas.select("supply_area_id", "status"), on="supply_area_id"
        )
        .group_by("terrain_id")
        .agg(grid_factor=(pl.col("match_probability") * factor).sum())
    )
    ratio = _yard_ratio(terrains, fleet, assumptions)
    by_plot = ratio.with_columns(
        plot_factor=pl.Series(
            energy_model.plot_factor(
                ratio["yard_ratio"].to_numpy(),
                assumptions["energy.usual_yard_ratio"],
                assumptions["energy.yard_spread"],
            )
        )
    )
    return (
        by_plot.join(by_grid, on="terrain_id", how="left")
        # In no supply area: as little is known of the grid as where its figures lack.
        .with_columns(
            pl.col("grid_factor").fill_null(assumptions["energy.access_factor.not_known"])
        )
        .select(
            "terrain_id",
            "grid_factor",
            "plot_factor",
            access_factor=pl.col("grid_factor") * pl.col("plot_factor"),
        )
        .sort("terrain_id")
    )


def _yard_ratio(
    terrains: pl.DataFrame, fleet: pl.DataFrame, assumptions: Assumptions
) -> pl.DataFrame:
    """Return the yard of a terrain over what its vehicles need: terrain_id, yard_ratio [1]."""
    pitch_m2 = pl.col("vehicle_class").replace_strict(
        {name: assumptions[f"points.space_m2.{name}"] for name in VEHICLE_CLASSES},
        return_dtype=pl.Float64,
    )
    needed = fleet.group_by("terrain_id").agg(needed_m2=(pl.col("vehicles") * pitch_m2).sum())
    issued_m2 = (pl.col("net_ha") - pl.col("issuable_ha")).clip(0) * M2_PER_HA
    return (
        terrains.join(needed, on="terrain_id", how="left")
        .with_columns(yard_m2=assumptions["energy.yard_share"] * issued_m2)
        .select(
            "terrain_id",
            # Refined vehicles may stand on a terrain of which nothing is known to be issued: then
            # the register is behind, not the yard too small.
            yard_ratio=pl.when((pl.col("needed_m2") > 0) & (pl.col("yard_m2") > 0))
            .then(pl.col("yard_m2") / pl.col("needed_m2"))
            .otherwise(float("inf")),
        )
        .sort("terrain_id")
    )


def estimate_vehicle_energy(
    national_electric: pl.DataFrame, years: Sequence[int], assumptions: Assumptions
) -> pl.DataFrame:
    """Return what one electric vehicle of a class asks, per year and scenario.

    Returns
    -------
    vehicle_class, year, scenario, energy_kwh_per_vehicle_year, energy_kwh_per_day (year average),
    served_share: part of the energy that a battery filled once a day serves.
    """
    rows = []
    wanted = national_electric.filter(
        pl.col("year").is_in(list(years)) & pl.col("vehicle_class").is_in(VEHICLE_CLASSES)
    )
    for row in wanted.iter_rows(named=True):
        parameters = class_energy(row["vehicle_class"], assumptions)
        distance = energy_model.electric_distance_km_per_year(
            row["electric_share"], row["distance_age_factor"], parameters
        )
        per_year = energy_model.energy_kwh_per_vehicle_year(distance, parameters)
        rows.append(
            {
                "vehicle_class": row["vehicle_class"],
                "year": row["year"],
                "scenario": row["scenario"],
                "energy_kwh_per_vehicle_year": per_year,
                "energy_kwh_per_day": per_year / parameters.working_days_per_year,
                "served_share": energy_model.battery_served_share(
                    distance / parameters.working_days_per_year,
                    parameters.usable_range_km,
                    parameters.daily_distance_cv,
                ),
            }
        )
    return pl.DataFrame(rows)


def estimate_energy(
    electric_vehicles: pl.DataFrame,
    own_site_access: pl.DataFrame,
    vehicle_energy: pl.DataFrame,
    assumptions: Assumptions,
) -> pl.DataFrame:
    """Return `energy` without its run; the parts of a terrain's fleet add up to its whole energy.

    Vehicles of the pseudo-terrains have no business park: what they charge at base is ``depot``
    there, the grid status of an area is not laid on it, and no shared hub serves them.
    """
    joined = electric_vehicles.join(own_site_access, on="terrain_id", how="left").join(
        vehicle_energy, on=["vehicle_class", "year", "scenario"]
    )
    frames = []
    for (vehicle_class, served), rows in joined.group_by(
        "vehicle_class", "served_share", maintain_order=True
    ):
        name = str(vehicle_class)
        parameters = class_energy(name, assumptions)
        is_off = rows["terrain_id"].str.starts_with(OFF_TERRAIN_PREFIX).to_numpy()
        home = {
            "on": assumptions["energy.home_share_on_terrain.van"],
            "off": assumptions["energy.home_share_off_terrain.van"],
        }
        goes_home = np.where(is_off, home["off"], home["on"]) * (name == VEHICLE_CLASSES[0])
        access = assumptions[f"energy.own_site_access.{name}"]
        split = energy_model.location_split(
            float(str(served)),
            np.where(
                is_off,
                1.0,
                np.minimum(access * rows["access_factor"].fill_null(1).to_numpy(), 1.0),
            ),
            goes_home,
            parameters,
        )
        total = (
            rows["electric_vehicles"].to_numpy() * rows["energy_kwh_per_vehicle_year"].to_numpy()
        )
        frames += [
            rows.select(
                "terrain_id",
                "vehicle_class",
                "year",
                "scenario",
                location_type=pl.lit(location_type),
                energy_kwh_per_year=pl.Series(total * getattr(split, location_type)),
            )
            for location_type in LOCATION_TYPES
        ]
    return pl.concat(frames).sort(
        "terrain_id", "vehicle_class", "year", "scenario", "location_type"
    )
