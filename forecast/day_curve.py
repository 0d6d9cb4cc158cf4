"""The load of terrains through a winter working day, read from a published run.

Plain Python, so that asking for one terrain pays for no other library.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from forecast.run_info import latest_run
from forecast.terrain_rows import chunks, rows_by_terrain
from forecast.vocabulary import ON_TERRAIN, ON_TERRAIN_LOCATION_TYPES, STRATEGIES, VEHICLE_CLASSES
from models.limited import limited_curve_kw
from models.units import QUARTERS_PER_DAY, QUARTERS_PER_HOUR, STRESS_END_HOUR, STRESS_START_HOUR

if TYPE_CHECKING:
    import duckdb

Sessions = dict[tuple[str, str], float]
"""Sessions of a working day per (location type, vehicle class)."""
Profiles = dict[tuple[str, str], dict[str, list[float]]]
"""Per (location type, strategy) and vehicle class."""

_OPEN: Final = {
    "smart": [True] * QUARTERS_PER_DAY,
    "night_block": [
        not STRESS_START_HOUR <= quarter / QUARTERS_PER_HOUR < STRESS_END_HOUR
        for quarter in range(QUARTERS_PER_DAY)
    ],
}


def read_sessions(
    connection: duckdb.DuckDBPyConnection,
    terrain_ids: Sequence[str],
    years: Sequence[int],
    scenario: str,
    run_id: str | None = None,
) -> dict[str, dict[int, Sessions]]:
    """Return the sessions of a working day per terrain and year, from the last run."""
    columns = ", ".join(f"{name}_sessions_per_day" for name in VEHICLE_CLASSES)
    marks = ", ".join("?" * len(years))
    rows = rows_by_terrain(
        connection,
        f"SELECT terrain_id, year, location_type, {columns} FROM charging_sessions "  # noqa: S608 - a closed list
        f"WHERE run_id = ? AND scenario = ? AND year IN ({marks}) AND terrain_id IN {{terrains}}",
        [run_id or latest_run(connection).run_id, scenario, *years],
        terrain_ids,
    )
    found: dict[str, dict[int, Sessions]] = {}
    for terrain_id, places in rows.items():
        of_years = found.setdefault(terrain_id, {year: {} for year in years})
        for year, location_type, *counts in places:
            for name, count in zip(VEHICLE_CLASSES, counts, strict=True):
                of_years[year][location_type, name] = count
    return found


def day_curves(
    connection: duckdb.DuckDBPyConnection,
    terrain_id: str,
    year: int,
    scenario: str,
    run_id: str | None = None,
) -> dict[str, list[float]]:
    """Return the mean load of depots and hub per strategy, 96 quarter-hours each [kW].

    A steered depot is held under what the hub leaves of the limit of the terrain; what can't be
    charged then waits.
    """
    [curves] = all_day_curves(connection, [terrain_id], year, scenario, run_id)
    return curves


def all_day_curves(
    connection: duckdb.DuckDBPyConnection,
    terrain_ids: Sequence[str],
    year: int,
    scenario: str,
    run_id: str | None = None,
) -> Iterator[dict[str, list[float]]]:
    """Yield the curves of several terrains in their order; see `day_curves`."""
    key = (run_id or latest_run(connection).run_id, year, scenario)
    profiles = _profiles(connection, key)
    for chunk in chunks(terrain_ids):
        sessions = read_sessions(connection, chunk, [year], scenario, key[0])
        limits = rows_by_terrain(
            connection,
            "SELECT terrain_id, strategy, design_peak_kw FROM power WHERE run_id = ? "
            "AND year = ? AND scenario = ? AND location_type = ? AND terrain_id IN {terrains}",
            [*key, ON_TERRAIN],
            chunk,
        )
        for terrain_id in chunk:
            yield curves_of(profiles, sessions[terrain_id][year], dict(limits[terrain_id]))


def pooled_day_curves(
    connection: duckdb.DuckDBPyConnection,
    terrain_ids: Sequence[str],
    limits: Mapping[str, float],
    year: int,
    scenario: str,
) -> dict[str, list[float]]:
    """Return the curves of terrains together, steered as one [kW].

    Parameters
    ----------
    limits
        Design peak of the pool per strategy, as in `regional_summary` [kW].
    """
    key = [latest_run(connection).run_id, year, scenario]
    pool: Sessions = {}
    for chunk in chunks(terrain_ids):
        for of_terrain in read_sessions(connection, chunk, [year], scenario).values():
            for which, count in of_terrain[year].items():
                pool[which] = pool.get(which, 0.0) + count
    return curves_of(_profiles(connection, key), pool, limits)


def _profiles(connection: duckdb.DuckDBPyConnection, key: Sequence[object]) -> Profiles:
    """Return the load of one session a day through a winter working day [kW]."""
    rows = connection.execute(
        "SELECT location_type, strategy, vehicle_class, mean_kw FROM load_profiles "
        "WHERE run_id = ? AND year = ? AND scenario = ? AND season = 'winter_design' "
        "AND day_type = 'working_day'",
        key,
    ).fetchall()
    found: Profiles = {}
    for location_type, strategy, vehicle_class, mean_kw in rows:
        found.setdefault((location_type, strategy), {})[vehicle_class] = mean_kw
    return found


def curves_of(
    profiles: Profiles, sessions: Sessions, limits: Mapping[str, float]
) -> dict[str, list[float]]:
    """Return the curve of one terrain per strategy, 96 quarter-hours each [kW].

    Parameters
    ----------
    profiles
        Load of one session a day [kW].
    sessions
        On a working day.
    limits
        Design peak of depot and hub together per strategy [kW].
    """

    def load(location_type: str, strategy: str) -> list[float]:
        curve = [0.0] * QUARTERS_PER_DAY
        for name, mean_kw in profiles[location_type, strategy].items():
            count = sessions.get((location_type, name), 0.0)
            if count > 0:
                curve = [there + count * kw for there, kw in zip(curve, mean_kw, strict=True)]
        return curve

    depot, hub = ON_TERRAIN_LOCATION_TYPES
    free = load(depot, STRATEGIES[0])
    curves = {}
    for strategy in STRATEGIES:
        at_hub = load(hub, strategy)
        room = [max(limits.get(strategy, 0.0) - visits, 0.0) for visits in at_hub]
        at_depot = (
            free if strategy == STRATEGIES[0] else limited_curve_kw(free, room, _OPEN[strategy])
        )
        curves[strategy] = [one + other for one, other in zip(at_depot, at_hub, strict=True)]
    return curves
