"""The load of one terrain through a winter working day, read from a published run.

Plain Python, so that asking for one terrain pays for no other library.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from forecast.query import latest_run
from forecast.vocabulary import (
    ON_TERRAIN,
    ON_TERRAIN_LOCATION_TYPES,
    STRATEGIES,
    VEHICLE_CLASSES,
)
from models.limited import limited_curve_kw
from models.units import (
    QUARTERS_PER_DAY,
    QUARTERS_PER_HOUR,
    STRESS_END_HOUR,
    STRESS_START_HOUR,
)

if TYPE_CHECKING:
    import duckdb

_OPEN: Final = {
    "smart": [True] * QUARTERS_PER_DAY,
    "night_block": [
        not STRESS_START_HOUR <= quarter / QUARTERS_PER_HOUR < STRESS_END_HOUR
        for quarter in range(QUARTERS_PER_DAY)
    ],
}


def read_sessions(
    connection: duckdb.DuckDBPyConnection, terrain_id: str, year: int, scenario: str
) -> dict[tuple[str, str], float]:
    """Return the sessions of a working day per (location type, class), from the last run."""
    columns = ", ".join(f"{name}_sessions_per_day" for name in VEHICLE_CLASSES)
    rows = connection.execute(
        f"SELECT location_type, {columns} FROM charging_sessions "  # noqa: S608 - a closed list
        "WHERE run_id = ? AND year = ? AND scenario = ? AND terrain_id = ?",
        [latest_run(connection).run_id, year, scenario, terrain_id],
    ).fetchall()
    return {
        (str(row[0]), name): float(row[1 + column])
        for row in rows
        for column, name in enumerate(VEHICLE_CLASSES)
    }


def day_curves(
    connection: duckdb.DuckDBPyConnection, terrain_id: str, year: int, scenario: str
) -> dict[str, list[float]]:
    """Return the mean load of depots and hub per strategy, 96 quarter-hours each [kW].

    A steered depot is held under what the hub leaves of the limit of the terrain; what can't be
    charged then waits.
    """
    key = [latest_run(connection).run_id, year, scenario]
    sessions = read_sessions(connection, terrain_id, year, scenario)
    profiles = connection.execute(
        "SELECT location_type, strategy, vehicle_class, mean_kw FROM load_profiles "
        "WHERE run_id = ? AND year = ? AND scenario = ? AND season = 'winter_design' "
        "AND day_type = 'working_day'",
        key,
    ).fetchall()
    by_place: dict[tuple[str, str], list[float]] = {}
    for location_type, strategy, vehicle_class, mean_kw in profiles:
        count = sessions.get((location_type, vehicle_class), 0.0)
        curve = by_place.setdefault((location_type, strategy), [0.0] * QUARTERS_PER_DAY)
        by_place[location_type, strategy] = [
            there + count * kw for there, kw in zip(curve, mean_kw, strict=True)
        ]
    limits = dict(
        connection.execute(
            "SELECT strategy, design_peak_kw FROM power WHERE run_id = ? AND year = ? "
            "AND scenario = ? AND terrain_id = ? AND location_type = ?",
            [*key, terrain_id, ON_TERRAIN],
        ).fetchall()
    )
    depot, hub = ON_TERRAIN_LOCATION_TYPES
    free = by_place[depot, "unmanaged"]
    curves = {}
    for strategy in STRATEGIES:
        at_hub = by_place[hub, strategy]
        room = [max(limits.get(strategy, 0.0) - visits, 0.0) for visits in at_hub]
        at_depot = (
            free if strategy == STRATEGIES[0] else limited_curve_kw(free, room, _OPEN[strategy])
        )
        curves[strategy] = [one + other for one, other in zip(at_depot, at_hub, strict=True)]
    return curves
