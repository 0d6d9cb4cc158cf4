"""What must hold of every forecast; a broken one stops the run before anything is published."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from forecast.errors import InvariantError
from forecast.own_parameters import without_own
from forecast.regions import ADDITIVE

TOLERANCE = 1e-9
"""Relative difference that rounding in floating point may leave."""

_BY_CLASS = ["vehicle_class", "year", "scenario"]
_SHOWN = 5


_WITH_FIGURES = (
    "electric_vehicles",
    "energy",
    "power",
    "power_bands",
    "site_demand",
    "hubs",
    "charge_points",
    "grid_fit",
    "area_fit_by_year",
    "plan_scores",
    "regional_summary",
)
"""Tables whose numbers are figures: from zero, and finite."""


def check(state: Mapping[str, Any]) -> None:
    """Check a computed forecast.

    Raises
    ------
    InvariantError
        With the invariant in words and the first rows that break it.
    """
    _check_fleet(state["fleet"], state["base_fleet"], state["refinements"])
    _check_national_electric(state["electric_vehicles"], state["national_electric"], state["fleet"])
    _check_energy(
        without_own(state["energy"], state["own_parameters"]),
        without_own(state["electric_vehicles"], state["own_parameters"]),
        state["vehicle_energy"],
    )
    for terrain, own in state["own_parameters"].items():
        here = pl.col("terrain_id") == terrain
        _check_energy(
            state["energy"].filter(here),
            state["electric_vehicles"].filter(here),
            own.vehicle_energy,
        )
    _check_sites(state["site_demand"], state["energy"])
    _check_terrains(state)
    _check_regions(state["regional_summary"], state["terrain_figures"])
    for name in _WITH_FIGURES:
        _check_figures(name, state[name])
    # An advance may be a delay, should history say so.
    _check_figures("zone_exposure", state["zone_exposure"].select(pl.exclude("^zone_advance.*$")))
    _check_peaks(state["power"])
    _check_bands(state["electric_vehicles"])
    _check_candidates(state["terrain_supply_areas"])


def check_rows(tables: Mapping[str, pl.DataFrame]) -> None:
    """Check rows that take the place of others in a published run.

    What holds of a row alone; that totals are kept is the arithmetic of `forecast.refine`.

    Raises
    ------
    InvariantError
        As `check`.
    """
    for name in _WITH_FIGURES:
        if name in tables:
            _check_figures(name, tables[name])
    if "power" in tables:
        _check_peaks(tables["power"])
    if "electric_vehicles" in tables:
        _check_electric(tables["electric_vehicles"])
        _check_bands(tables["electric_vehicles"])


def _check_fleet(fleet: pl.DataFrame, base_fleet: pl.DataFrame, refinements: pl.DataFrame) -> None:
    totals = dict(fleet.group_by("vehicle_class").agg(pl.col("model_vehicles").sum()).iter_rows())
    wrong = [
        f"{name}: {totals.get(name)} against {vehicles}"
        for name, vehicles in base_fleet.select("vehicle_class", "vehicles").iter_rows()
        if totals.get(name) != vehicles
    ]
    if wrong:
        raise InvariantError(
            "vehicles of the terrains don't add up to the nation", "; ".join(wrong)
        )
    touched = fleet.join(refinements, on="terrain_id", how="semi").select("municipality_code")
    _refuse(
        fleet.join(touched, on="municipality_code", how="anti").filter(
            pl.col("vehicles") != pl.col("model_vehicles")
        ),
        "vehicles changed in a municipality that no refinement touches",
    )


def _check_national_electric(
    electric: pl.DataFrame, national: pl.DataFrame, fleet: pl.DataFrame
) -> None:
    base = fleet.group_by("vehicle_class").agg(base=pl.col("model_vehicles").sum())
    _refuse(
        electric.group_by(_BY_CLASS)
        .agg(pl.col("model_electric_vehicles").sum())
        .join(national, on=_BY_CLASS)
        .join(base, on="vehicle_class")
        .filter(
            _differs(
                pl.col("model_electric_vehicles"),
                pl.col("base") * pl.col("growth_factor") * pl.col("electric_share"),
            )
        ),
        "national totals per class changed on their way to the terrains",
    )
    _check_electric(electric)


def _check_electric(electric: pl.DataFrame) -> None:
    _refuse(
        electric.filter(pl.col("electric_vehicles") > pl.col("vehicles") * (1 + TOLERANCE)),
        "a terrain has more electric vehicles than vehicles",
    )


def _check_bands(electric: pl.DataFrame) -> None:
    slack = 1 + TOLERANCE
    middle = pl.col("electric_vehicles")
    _refuse(
        electric.filter(
            (pl.col("electric_vehicles_p10") > middle * slack)
            | (middle > pl.col("electric_vehicles_p90") * slack)
        ),
        "a band does not hold its own middle",
    )


def _check_energy(
    energy: pl.DataFrame, electric: pl.DataFrame, vehicle_energy: pl.DataFrame
) -> None:
    keys = ["terrain_id", *_BY_CLASS]
    _refuse(
        energy.group_by(keys)
        .agg(pl.col("energy_kwh_per_year").sum())
        .join(electric, on=keys, how="full", coalesce=True)
        .join(vehicle_energy, on=_BY_CLASS)
        .filter(
            _differs(
                pl.col("energy_kwh_per_year").fill_null(-1),
                pl.col("electric_vehicles") * pl.col("energy_kwh_per_vehicle_year"),
            )
        ),
        "location types don't add up to the energy of the fleet",
    )


def _check_sites(site_demand: pl.DataFrame, energy: pl.DataFrame) -> None:
    keys = ["year", "scenario", "location_type"]
    fleets = energy.group_by(keys).agg(fleets=pl.col("energy_kwh_per_year").sum())
    _refuse(
        site_demand.group_by(keys)
        .agg(pl.col("energy_kwh_per_year").sum())
        .join(fleets, on=keys)
        .filter(_differs(pl.col("energy_kwh_per_year"), pl.col("fleets"))),
        "sites along the roads don't add up to what fleets charge there",
    )


def _check_terrains(state: Mapping[str, Any]) -> None:
    terrains = state["terrains"].select("terrain_id")
    for name in (
        "fleet",
        "electric_vehicles",
        "energy",
        "power",
        "plan_scores",
        "plan_class",
    ):
        _refuse(
            terrains.join(state[name], on="terrain_id", how="anti"),
            f"terrains of the register are missing in {name}",
        )


def _check_regions(regional_summary: pl.DataFrame, terrain_figures: pl.DataFrame) -> None:
    """Check that each level holds every terrain once; peaks are pooled and do not add."""
    when = ["year", "scenario"]
    whole = terrain_figures.group_by(when).agg(pl.col(ADDITIVE).sum())
    by_level = regional_summary.group_by("level", *when).agg(pl.col(ADDITIVE).sum())
    _refuse(
        by_level.join(whole, on=when, suffix="_of_terrains").filter(
            pl.any_horizontal(
                _differs(pl.col(name), pl.col(f"{name}_of_terrains")) for name in ADDITIVE
            )
        ),
        "regions of a level don't add up to the terrains",
    )


def _check_figures(name: str, frame: pl.DataFrame) -> None:
    floats = [column for column, dtype in frame.schema.items() if dtype == pl.Float64]
    is_negative = (pl.col(column) < 0 for column in floats if not column.endswith("_log_odds"))
    _refuse(
        frame.filter(
            pl.any_horizontal(*is_negative, *(~pl.col(column).is_finite() for column in floats))
        ),
        f"a figure of {name} is negative or not a number",
    )


def _check_peaks(power: pl.DataFrame) -> None:
    slack = 1 + TOLERANCE
    _refuse(
        power.filter(
            (pl.col("typical_peak_kw") > pl.col("design_peak_kw") * slack)
            | (pl.col("design_peak_16_21_kw") > pl.col("design_peak_kw") * slack)
            | (pl.col("design_peak_other_hours_kw") > pl.col("design_peak_kw") * slack)
        ),
        "a typical peak, or one in 16:00-21:00, exceeds the design peak",
    )


def _check_candidates(terrain_supply_areas: pl.DataFrame) -> None:
    _refuse(
        terrain_supply_areas.group_by("terrain_id")
        .agg(pl.col("match_probability").sum())
        .filter(_differs(pl.col("match_probability"), pl.lit(1.0))),
        "the candidate supply areas of a terrain don't add up to one",
    )


def _differs(left: pl.Expr, right: pl.Expr) -> pl.Expr:
    return (left - right).abs() > TOLERANCE * pl.max_horizontal(left.abs(), right.abs(), pl.lit(1))


def _refuse(rows: pl.DataFrame, invariant: str) -> None:
    if not rows.is_empty():
        shown = "; ".join(str(row) for row in rows.head(_SHOWN).rows())
        raise InvariantError(invariant, f"{rows.height} rows, first: {shown}")
