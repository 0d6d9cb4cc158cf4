"""How one terrain charges, read from a published run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from forecast.day_curve import read_sessions
from forecast.run_info import latest_run
from forecast.sessions import LocationCharging
from forecast.vocabulary import ON_TERRAIN, ON_TERRAIN_LOCATION_TYPES, VEHICLE_CLASSES
from forecast.year_series import TerrainCharging
from models.sessions import SessionType

if TYPE_CHECKING:
    import duckdb


def read_terrain_charging(
    connection: duckdb.DuckDBPyConnection, terrain_id: str, year: int, scenario: str
) -> TerrainCharging:
    """Return how a terrain charges, from the last run."""
    key = [latest_run(connection).run_id, year, scenario]
    types = connection.execute(
        "SELECT location_type, vehicle_class, arrival_hour, arrival_sd_hours, "
        "energy_kwh_per_session, energy_cv, charger_power_kw, dwell_hours, day_effect_sd "
        "FROM session_types WHERE run_id = ? AND year = ? AND scenario = ?",
        key,
    ).fetchall()
    by_class = {(row[0], row[1]): row[2:] for row in types}
    charging = {
        location_type: LocationCharging(
            location_type,
            tuple(SessionType(*by_class[location_type, name][:6]) for name in VEHICLE_CLASSES),
            energy_cv=by_class[location_type, VEHICLE_CLASSES[0]][3],
            day_effect_sd=by_class[location_type, VEHICLE_CLASSES[0]][6],
        )
        for location_type in ON_TERRAIN_LOCATION_TYPES
    }
    sessions = read_sessions(connection, [terrain_id], [year], scenario)[terrain_id][year]
    power = [
        (row[0], row[1:])
        for row in connection.execute(
            "SELECT strategy, design_peak_kw, design_peak_16_21_kw, design_peak_other_hours_kw "
            "FROM power WHERE run_id = ? AND year = ? AND scenario = ? AND terrain_id = ? "
            "AND location_type = ?",
            [*key, terrain_id, ON_TERRAIN],
        ).fetchall()
    ]
    return TerrainCharging(
        {
            location_type: np.array(
                [sessions.get((location_type, name), 0.0) for name in VEHICLE_CLASSES]
            )
            for location_type in ON_TERRAIN_LOCATION_TYPES
        },
        charging,
        peaks_kw=dict(power),
    )
