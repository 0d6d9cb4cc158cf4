"""What a run says of each terrain, quantity by quantity, with its band where it has one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from forecast.attaching import cursor_of
from forecast.sources.forecast_quantities import POWER, POWERS, QUANTITIES
from forecast.vocabulary import OFF_TERRAIN_PREFIX, ON_TERRAIN, ON_TERRAIN_LOCATION_TYPES

if TYPE_CHECKING:
    import duckdb

BANDED: Final = frozenset(
    {
        "energy_kwh_per_year",
        "depot_energy_kwh_per_year",
        "unmanaged_peak_kw",
        "smart_peak_kw",
        "electric_vehicles",
        "electric_vans",
        "electric_trucks",
    }
)
"""Quantities of which a run has p10 and p90."""

# Energy goes with the number of vehicles: its band is that of each class, as on a terrain's page.
_FIGURES: Final = f"""
WITH asked AS (SELECT $run AS run_id, $scenario AS scenario),
counted AS (
    SELECT terrain_id, year, sum(vehicles) AS all_vehicles,
        sum(vehicles) FILTER (vehicle_class = 'van') AS all_vans,
        sum(vehicles) FILTER (vehicle_class <> 'van') AS all_trucks,
        sum(electric_vehicles) AS electric_vehicles,
        sum(electric_vehicles_p10) AS electric_vehicles_p10,
        sum(electric_vehicles_p90) AS electric_vehicles_p90,
        sum(electric_vehicles) FILTER (vehicle_class = 'van') AS electric_vans,
        sum(electric_vehicles_p10) FILTER (vehicle_class = 'van') AS electric_vans_p10,
        sum(electric_vehicles_p90) FILTER (vehicle_class = 'van') AS electric_vans_p90,
        sum(electric_vehicles) FILTER (vehicle_class <> 'van') AS electric_trucks,
        sum(electric_vehicles_p10) FILTER (vehicle_class <> 'van') AS electric_trucks_p10,
        sum(electric_vehicles_p90) FILTER (vehicle_class <> 'van') AS electric_trucks_p90
    FROM electric_vehicles JOIN asked USING (run_id, scenario)
    WHERE NOT starts_with(terrain_id, '{OFF_TERRAIN_PREFIX}') GROUP BY ALL
), by_class AS (
    SELECT terrain_id, year, location_type, energy_kwh_per_year AS energy,
        if(electric_vehicles > 0, electric_vehicles_p10 / electric_vehicles, 0) AS low,
        if(electric_vehicles > 0, electric_vehicles_p90 / electric_vehicles, 0) AS high
    FROM energy JOIN asked USING (run_id, scenario)
    JOIN electric_vehicles USING (run_id, scenario, terrain_id, year, vehicle_class)
    WHERE location_type IN {ON_TERRAIN_LOCATION_TYPES}
), charged AS (
    SELECT terrain_id, year, sum(energy) AS energy_kwh_per_year,
        sum(energy * low) AS energy_kwh_per_year_p10, sum(energy * high) AS energy_kwh_per_year_p90,
        sum(energy) FILTER (location_type = 'depot') AS depot_energy_kwh_per_year,
        sum(energy * low) FILTER (location_type = 'depot') AS depot_energy_kwh_per_year_p10,
        sum(energy * high) FILTER (location_type = 'depot') AS depot_energy_kwh_per_year_p90
    FROM by_class GROUP BY ALL
), peaks AS (
    SELECT terrain_id, year,
        max(design_peak_kw) FILTER (strategy = 'unmanaged') AS unmanaged_peak_kw,
        max(design_peak_kw) FILTER (strategy = 'smart') AS smart_peak_kw
    FROM power JOIN asked USING (run_id, scenario)
    WHERE location_type = '{ON_TERRAIN}' GROUP BY ALL
), bands AS (
    SELECT terrain_id, year,
        max(design_peak_kw_p10) FILTER (strategy = 'unmanaged') AS unmanaged_peak_kw_p10,
        max(design_peak_kw_p90) FILTER (strategy = 'unmanaged') AS unmanaged_peak_kw_p90,
        max(design_peak_kw_p10) FILTER (strategy = 'smart') AS smart_peak_kw_p10,
        max(design_peak_kw_p90) FILTER (strategy = 'smart') AS smart_peak_kw_p90
    FROM power_bands JOIN asked USING (run_id, scenario) GROUP BY ALL
), points AS (
    SELECT place_id AS terrain_id, year, sum(installed_kw) AS installed_kw
    FROM charge_points JOIN asked USING (run_id, scenario)
    WHERE location_type IN {ON_TERRAIN_LOCATION_TYPES} GROUP BY ALL
)
SELECT * FROM (SELECT terrain_id, year FROM plan_class JOIN asked USING (run_id, scenario))
LEFT JOIN counted USING (terrain_id, year) LEFT JOIN charged USING (terrain_id, year)
LEFT JOIN peaks USING (terrain_id, year) LEFT JOIN bands USING (terrain_id, year)
LEFT JOIN points USING (terrain_id, year)
"""  # noqa: S608 - words of closed lists
_REASONS: Final = """
SELECT terrain_id, terrain_name, municipality_name, net_ha,
    coalesce(sum(vehicles) FILTER (vehicle_class = 'van'), 0)::BIGINT AS vans_today,
    coalesce(sum(vehicles) FILTER (vehicle_class <> 'van'), 0)::BIGINT AS trucks_today,
    coalesce(bool_or(basis = 'refined'), false) AS is_refined
FROM terrains JOIN municipalities USING (municipality_code)
LEFT JOIN (SELECT terrain_id, vehicle_class, vehicles, basis FROM fleet WHERE run_id = $run)
    USING (terrain_id)
GROUP BY ALL
"""


def our_quantity(theirs: str, power: str) -> str:
    """Return the quantity of ours that stands beside one of theirs.

    Parameters
    ----------
    power
        A key of `POWERS`: what a power is that their file does not explain.
    """
    return POWERS[power] if theirs == POWER else theirs


def our_figures(
    connection: duckdb.DuckDBPyConnection, run_id: str, scenario: str, power: str
) -> pl.DataFrame:
    """Return what a run says: terrain_id, year, quantity, ours, ours_p10 and ours_p90.

    Parameters
    ----------
    power
        As in `our_quantity`.
    """
    wide = _frame(connection, _FIGURES, run=run_id, scenario=scenario)
    parts = []
    for quantity in QUANTITIES:
        ours = our_quantity(quantity, power)
        band = [
            pl.col(f"{ours}_{end}") if ours in BANDED else pl.lit(None, pl.Float64)
            for end in ("p10", "p90")
        ]
        parts.append(
            wide.select(
                "terrain_id",
                "year",
                pl.lit(quantity).alias("quantity"),
                # A terrain of which a table has no row has nothing there.
                pl.col(ours).cast(pl.Float64).fill_null(0.0).alias("ours"),
                band[0].alias("ours_p10"),
                band[1].alias("ours_p90"),
            )
        )
    return pl.concat(parts)


def our_reasons(connection: duckdb.DuckDBPyConnection, run_id: str) -> pl.DataFrame:
    """Return what our figures of a terrain come from: its name, hectares and vehicles today."""
    return _frame(connection, _REASONS, run=run_id)


def _frame(connection: duckdb.DuckDBPyConnection, query: str, **values: str) -> pl.DataFrame:
    with cursor_of(connection) as cursor:
        frame: pl.DataFrame = cursor.sql(query, params=values).pl()
    return frame
