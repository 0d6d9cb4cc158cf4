"""Energy of the electric vehicles of each terrain, by where they charge."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

from forecast.assumptions import Assumptions
from forecast.own_parameters import Own, without_own
from forecast.vehicle_energy import class_energy
from forecast.vocabulary import LOCATION_TYPES, OFF_TERRAIN_PREFIX, VEHICLE_CLASSES
from models import energy as energy_model
from models.units import M2_PER_HA

Floats = npt.NDArray[np.float64]


def estimate_own_site_access(
    terrains: pl.DataFrame,
    fleet: pl.DataFrame,
    terrain_supply_areas: pl.DataFrame,
    supply_areas: pl.DataFrame,
    own_parameters: Own,
    assumptions: Assumptions,
) -> pl.DataFrame:
    """Return the factors that grid and plots lay on own-site access.

    Where an adviser knows who can charge on their own plots, all three are one.

    Returns
    -------
    terrain_id, grid_factor (mean over the candidate areas, by their status of today), plot_factor,
    access_factor (their product) [1].
    """
    by_grid = _grid_factor(terrain_supply_areas, supply_areas, assumptions)
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
    known = [terrain for terrain, own in own_parameters.items() if own.knows_own_site]
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
        .with_columns(
            pl.when(pl.col("terrain_id").is_in(known)).then(1.0).otherwise(pl.col(name)).alias(name)
            for name in ("grid_factor", "plot_factor", "access_factor")
        )
        .sort("terrain_id")
    )


def _grid_factor(
    terrain_supply_areas: pl.DataFrame, supply_areas: pl.DataFrame, assumptions: Assumptions
) -> pl.DataFrame:
    factor = pl.col("status").replace_strict(
        {
            status: assumptions[f"energy.access_factor.{status}"]
            for status in ("room", "queue", "shortage", "not_known")
        },
        return_dtype=pl.Float64,
    )
    return (
        terrain_supply_areas.join(
            supply_areas.select("supply_area_id", "status"), on="supply_area_id"
        )
        .group_by("terrain_id")
        # In the order of the areas, so that a terrain alone gives the same digits as all together.
        .agg(grid_factor=(pl.col("match_probability") * factor).sort_by("supply_area_id").sum())
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


def estimate_energy(
    electric_vehicles: pl.DataFrame,
    own_site_access: pl.DataFrame,
    vehicle_energy: pl.DataFrame,
    own_parameters: Own,
    assumptions: Assumptions,
) -> pl.DataFrame:
    """Return `energy` without its run; the parts of a terrain's fleet add up to its whole energy.

    Vehicles of the pseudo-terrains have no business park: what they charge at base is ``depot``
    there, the grid status of an area is not laid on it, and no shared hub serves them.
    """
    joined = electric_vehicles.join(own_site_access, on="terrain_id", how="left")
    frames = [_energy(without_own(joined, own_parameters), vehicle_energy, assumptions)]
    for terrain, own in own_parameters.items():
        here = joined.filter(pl.col("terrain_id") == terrain)
        frames.append(_energy(here, own.vehicle_energy, own.assumptions))
    return pl.concat(frames).sort(
        "terrain_id", "vehicle_class", "year", "scenario", "location_type"
    )


def _energy(
    electric: pl.DataFrame, vehicle_energy: pl.DataFrame, assumptions: Assumptions
) -> pl.DataFrame:
    """Return the energy of vehicles by where they charge, with their access to own plots joined."""
    joined = electric.join(vehicle_energy, on=["vehicle_class", "year", "scenario"])
    is_off = joined["terrain_id"].str.starts_with(OFF_TERRAIN_PREFIX).to_numpy()
    access = joined["access_factor"].fill_null(1).to_numpy()
    served = joined["served_share"].to_numpy()
    parts = np.zeros((len(LOCATION_TYPES), joined.height))
    for name in VEHICLE_CLASSES:
        here = np.flatnonzero((joined["vehicle_class"] == name).to_numpy())
        own_site = assumptions[f"energy.own_site_access.{name}"]
        split = energy_model.location_split(
            served[here],
            np.where(is_off[here], 1.0, np.minimum(own_site * access[here], 1.0)),
            _goes_home(name, is_off[here], assumptions),
            class_energy(name, assumptions),
        )
        parts[:, here] = [getattr(split, location_type) for location_type in LOCATION_TYPES]
    total = (
        joined["electric_vehicles"].to_numpy() * joined["energy_kwh_per_vehicle_year"].to_numpy()
    )
    every_type, every = np.indices(parts.shape).reshape(2, -1)
    return joined.select("terrain_id", "vehicle_class", "year", "scenario")[every].with_columns(
        location_type=pl.Series(LOCATION_TYPES).gather(every_type),
        energy_kwh_per_year=pl.Series((total * parts).ravel()),
    )


def _goes_home(name: str, is_off: npt.NDArray[np.bool_], assumptions: Assumptions) -> Floats:
    """Return the part of vehicles that charge at home in the evening: only vans do, (n,) [1]."""
    if name != VEHICLE_CLASSES[0]:
        return np.zeros(is_off.size)
    return np.where(
        is_off,
        assumptions["energy.home_share_off_terrain.van"],
        assumptions["energy.home_share_on_terrain.van"],
    )
