"""Results of a run as columns of the page: what every choice of year and scenario shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from forecast.vocabulary import ON_TERRAIN, ON_TERRAIN_LOCATION_TYPES, PLAN_CLASSES
from maps.columns import (
    Columns,
    by_choice,
    compact_figure,
    digits,
    read_frame,
    rows_of,
    significant_figure,
)
from models.units import KWH_PER_MWH

if TYPE_CHECKING:
    import duckdb

    from forecast.run_info import RunInfo


def figure_columns(
    connection: duckdb.DuckDBPyConnection, run: RunInfo, terrains: pl.DataFrame
) -> dict[str, Any]:
    """Return the results of the run in the order of the terrains.

    ``electric`` has ``year|scenario|class``; ``energy`` [MWh/year] and ``points`` (charge points on
    companies' own sites) have ``year|scenario``; ``peak``, ``typical``, ``within`` and ``outside``
    [kW] have ``year|scenario|strategy``. A name that ends in ``P10`` or ``P90`` is the band.
    """
    ids = terrains.select("terrain_id")
    fleet = read_frame(
        connection,
        "SELECT terrain_id, vehicle_class, vehicles, basis FROM fleet WHERE run_id = ?",
        [run.run_id],
    )
    return {
        "fleet": by_choice(fleet, ids, ("vehicle_class",), "vehicles"),
        "refined": rows_of(ids, fleet.filter(pl.col("basis") == "refined")),
        **_electric(connection, run, ids),
        **_energy_and_points(connection, run, ids),
        **_power(connection, run, ids),
        **_plan_class(connection, run, ids),
    }


def _electric(
    connection: duckdb.DuckDBPyConnection, run: RunInfo, ids: pl.DataFrame
) -> dict[str, Columns]:
    frame = read_frame(
        connection,
        "SELECT terrain_id, year, scenario, vehicle_class, electric_vehicles, "
        "electric_vehicles_p10, electric_vehicles_p90 FROM electric_vehicles WHERE run_id = ?",
        [run.run_id],
    )
    axes = ("year", "scenario", "vehicle_class")
    return {
        "electric": by_choice(frame, ids, axes, "electric_vehicles"),
        "electricP10": by_choice(frame, ids, axes, "electric_vehicles_p10"),
        "electricP90": by_choice(frame, ids, axes, "electric_vehicles_p90"),
    }


def _energy_and_points(
    connection: duckdb.DuckDBPyConnection, run: RunInfo, ids: pl.DataFrame
) -> dict[str, Columns]:
    energy = read_frame(
        connection,
        "SELECT terrain_id, year, scenario, sum(energy_kwh_per_year) AS energy_kwh FROM energy "
        "WHERE run_id = ? AND list_contains(?, location_type) GROUP BY ALL",
        [run.run_id, list(ON_TERRAIN_LOCATION_TYPES)],
    ).with_columns(energy_mwh=pl.col("energy_kwh") / KWH_PER_MWH)
    points = read_frame(
        connection,
        # A terrain without a row needs none.
        "SELECT c.terrain_id, c.year, c.scenario, coalesce(sum(p.charge_points), 0) AS points "
        "FROM plan_class c LEFT JOIN charge_points p ON p.run_id = c.run_id "
        "AND p.place_id = c.terrain_id AND p.year = c.year AND p.scenario = c.scenario "
        "AND p.location_type = ? WHERE c.run_id = ? GROUP BY ALL",
        [ON_TERRAIN_LOCATION_TYPES[0], run.run_id],
    )
    axes = ("year", "scenario")
    return {
        "energy": by_choice(energy, ids, axes, "energy_mwh"),
        "points": by_choice(points, ids, axes, "points"),
    }


def _power(
    connection: duckdb.DuckDBPyConnection, run: RunInfo, ids: pl.DataFrame
) -> dict[str, Columns]:
    peak = read_frame(
        connection,
        "SELECT terrain_id, year, scenario, strategy, design_peak_kw, typical_peak_kw, "
        "design_peak_16_21_kw AS within, design_peak_other_hours_kw AS outside FROM power "
        "WHERE run_id = ? AND location_type = ? AND strategy <> 'delayed'",
        [run.run_id, ON_TERRAIN],
    )
    band = read_frame(connection, "SELECT * FROM power_bands WHERE run_id = ?", [run.run_id])
    is_within = pl.col("strategy") != "night_block"  # which has none by definition
    axes = ("year", "scenario", "strategy")

    def columns(frame: pl.DataFrame, value: str, *, is_fine: bool = False) -> Columns:
        return by_choice(frame, ids, axes, value, significant_figure if is_fine else compact_figure)

    return {
        # Finer than shown: the page subtracts the first year, and holds a day under the peak; what
        # that lacks in an hour would be charged at the end of the night.
        "peak": columns(peak, "design_peak_kw", is_fine=True),
        "typical": columns(peak, "typical_peak_kw"),
        "within": columns(peak.filter(is_within), "within"),
        "outside": columns(peak, "outside"),
        "peakP10": columns(band, "design_peak_kw_p10"),
        "peakP90": columns(band, "design_peak_kw_p90"),
    }


def _plan_class(
    connection: duckdb.DuckDBPyConnection, run: RunInfo, ids: pl.DataFrame
) -> dict[str, Any]:
    classes = read_frame(
        connection,
        "SELECT terrain_id, year, scenario, plan_class, rule_code FROM plan_class WHERE run_id = ?",
        [run.run_id],
    )
    rules = sorted(classes["rule_code"].unique().to_list())
    return {
        "rules": rules,
        "planClass": digits(classes, ids, "plan_class", PLAN_CLASSES, missing="not_known"),
        "rule": digits(classes, ids, "rule_code", rules, missing=None),
    }
