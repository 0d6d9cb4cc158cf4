"""What the page computes the day curve of a terrain from.

A curve of 96 quarter-hours per terrain, year, scenario and strategy would be a hundred megabytes.
The load of one session is the same everywhere, so the page holds that and the sessions of each
terrain, and puts them together as `forecast.day_curve` does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forecast.vocabulary import ON_TERRAIN_LOCATION_TYPES, STRATEGIES, VEHICLE_CLASSES
from maps.columns import Columns, by_choice, read_frame, significant_figure
from models.limited import SETTLING_DAYS
from models.units import QUARTERS_PER_DAY, QUARTERS_PER_HOUR, STRESS_END_HOUR, STRESS_START_HOUR

if TYPE_CHECKING:
    import duckdb
    import polars as pl

    from forecast.run_info import RunInfo


def session_columns(
    connection: duckdb.DuckDBPyConnection, run: RunInfo, terrains: pl.DataFrame
) -> dict[str, Columns]:
    """Return ``sessions`` of a working day, keyed by ``year|scenario|location type|class``."""
    counts = ", ".join(f"{name}_sessions_per_day AS {name}" for name in VEHICLE_CLASSES)
    frame = read_frame(
        connection,
        f"SELECT terrain_id, year, scenario, location_type, {counts} FROM charging_sessions "  # noqa: S608 - a closed list
        "WHERE run_id = ? AND list_contains(?, location_type)",
        [run.run_id, list(ON_TERRAIN_LOCATION_TYPES)],
    ).unpivot(
        on=list(VEHICLE_CLASSES),
        index=["terrain_id", "year", "scenario", "location_type"],
        variable_name="vehicle_class",
        value_name="sessions",
    )
    axes = ("year", "scenario", "location_type", "vehicle_class")
    ids = terrains.select("terrain_id")
    return {"sessions": by_choice(frame, ids, axes, "sessions", significant_figure)}


def session_profiles(connection: duckdb.DuckDBPyConnection, run: RunInfo) -> dict[str, Any]:
    """Return the mean load of one session on a winter working day, per quarter-hour [kW].

    Keyed by ``year|scenario|location type|strategy|class``, with the hours of grid stress.
    """
    frame = read_frame(
        connection,
        "SELECT concat_ws('|', year, scenario, location_type, strategy, vehicle_class) AS choice, "
        "mean_kw FROM load_profiles WHERE run_id = ? AND season = 'winter_design' "
        "AND day_type = 'working_day' AND list_contains(?, location_type) "
        "AND list_contains(?, strategy) ORDER BY choice",
        [run.run_id, list(ON_TERRAIN_LOCATION_TYPES), list(STRATEGIES)],
    )
    return {
        "quarters": QUARTERS_PER_DAY,
        "quartersPerHour": QUARTERS_PER_HOUR,
        "settlingDays": SETTLING_DAYS,
        "stressHours": [STRESS_START_HOUR, STRESS_END_HOUR],
        "meanKw": {
            choice: [significant_figure(kw) for kw in mean_kw] for choice, mean_kw in frame.rows()
        },
    }
