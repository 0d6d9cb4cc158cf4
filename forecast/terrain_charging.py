"""How one terrain charges, read from a published run, and what a connection makes of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from forecast.assumptions import Assumptions
from forecast.day_curve import read_sessions
from forecast.errors import ConnectionPowerError
from forecast.query import latest_run
from forecast.sessions import ALLOWED, LocationCharging
from forecast.vocabulary import (
    ON_TERRAIN,
    ON_TERRAIN_LOCATION_TYPES,
    POWER_STRATEGIES,
    VEHICLE_CLASSES,
)
from forecast.year_series import TerrainCharging
from models.profiles import fleet_moments
from models.sessions import SessionType
from models.small_fleets import QUANTILES
from models.smart import (
    battery_taken_kwh,
    busy_day_factor,
    unserved_kwh,
    window_hours,
    window_room_kwh,
)
from models.units import QUARTERS_PER_DAY, QUARTERS_PER_HOUR
from models.year_simulation import simulate_year

if TYPE_CHECKING:
    import duckdb

Floats = npt.NDArray[np.float64]

_DAYS = 500
"""Winter working days that are drawn for unsteered charging."""


@dataclass(frozen=True)
class ConnectionFit:
    """What a connection makes of the charging of a terrain under one strategy.

    Attributes
    ----------
    strategy
        How vehicles charge.
    design_peak_kw, design_peak_16_21_kw, design_peak_other_hours_kw
        Without the connection's limit [kW].
    served_share
        Part of the energy of winter working days that the connection lets through; where vehicles
        are steered, the rest fits no hour of their stay [1].
    battery_kwh
        That would close the gap on all but one in twenty of those days; None where the whole day is
        too short for the energy, so that none does [kWh].
    """

    strategy: str
    design_peak_kw: float
    design_peak_16_21_kw: float
    design_peak_other_hours_kw: float
    served_share: float
    battery_kwh: float | None


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
    sessions = read_sessions(connection, terrain_id, year, scenario)
    power = connection.execute(
        "SELECT location_type, strategy, design_peak_kw, design_peak_16_21_kw, "
        "design_peak_other_hours_kw FROM power "
        "WHERE run_id = ? AND year = ? AND scenario = ? AND terrain_id = ?",
        [*key, terrain_id],
    ).fetchall()
    return TerrainCharging(
        {
            location_type: np.array(
                [sessions.get((location_type, name), 0.0) for name in VEHICLE_CLASSES]
            )
            for location_type in ON_TERRAIN_LOCATION_TYPES
        },
        charging,
        limit_kw={(row[0], row[1]): row[2] for row in power},
        peaks_kw={row[1]: row[2:] for row in power if row[0] == ON_TERRAIN},
    )


def fit_connection(
    terrain: TerrainCharging,
    connection_kw: float,
    assumptions: Assumptions,
) -> list[ConnectionFit]:
    """Return what a connection makes of each strategy on a winter working day.

    Unsteered charging that is cut off at the limit loses what lies above it; a battery that is
    filled below the limit can bring that. Steered vehicles first move into the room there is: only
    what fits no hour of their stay is left over. Hub visits are not moved.

    Parameters
    ----------
    terrain
        Its sessions and how they charge.
    connection_kw
        Room for charging on the connection [kW].
    assumptions
        For the efficiency of a battery.

    Raises
    ------
    ConnectionPowerError
        If the connection is not above zero.
    """
    if not (np.isfinite(connection_kw) and connection_kw > 0):
        raise ConnectionPowerError(connection_kw)
    efficiency = assumptions["power.battery_efficiency"]
    fits = []
    for strategy in POWER_STRATEGIES:
        left, battery = (
            _steered(
                terrain, strategy, connection_kw, efficiency, assumptions["power.design_day_sd"]
            )
            if strategy in ALLOWED
            else _unsteered(terrain, strategy, connection_kw, efficiency)
        )
        fits.append(ConnectionFit(strategy, *terrain.peaks_kw[strategy], 1 - left, battery))
    return fits


def _unsteered(
    terrain: TerrainCharging, strategy: str, connection_kw: float, efficiency: float
) -> tuple[float, float | None]:
    """Return the part of the energy above the limit, and the battery for all but a few days."""
    load = sum(
        (
            _drawn_days(terrain.charging[name], terrain.sessions[name], strategy)
            for name in ON_TERRAIN_LOCATION_TYPES
        ),
        np.zeros(_DAYS * QUARTERS_PER_DAY),
    )
    if load.sum() <= 0:
        return 0.0, 0.0
    over = float(np.maximum(load - connection_kw, 0).sum() / load.sum())
    if load.mean() >= connection_kw * efficiency:
        return over, None
    taken = battery_taken_kwh(load, connection_kw, efficiency).reshape(_DAYS, -1).max(axis=1)
    return over, float(np.quantile(taken, QUANTILES[0])) / efficiency


def _drawn_days(place: LocationCharging, counts: Floats, strategy: str) -> Floats:
    """Return the load of winter working days, drawn vehicle by vehicle, (days x 96,) [kW]."""
    vehicles = np.ceil(counts)
    present = np.divide(counts, vehicles, out=np.zeros_like(counts), where=vehicles > 0)
    return simulate_year(
        vehicles.astype(np.int64).tolist(),
        [kind.pattern for kind in place.kinds[strategy]],
        np.tile(present[:, np.newaxis], _DAYS),
        np.ones((counts.size, _DAYS)),
        day_effect_sd=place.day_effect_sd,
        rng=np.random.default_rng(ON_TERRAIN_LOCATION_TYPES.index(place.location_type)),
    )


def _steered(
    terrain: TerrainCharging,
    strategy: str,
    connection_kw: float,
    efficiency: float,
    day_sd: float,
) -> tuple[float, float | None]:
    """Return the part of the energy left over on a mean day, and the battery for a busy one.

    Visits to the hub take their room first, at their mean; depots fill what is left.
    """
    hub, depot = terrain.charging["shared_hub"], terrain.charging["depot"]
    visits_kw = fleet_moments(
        terrain.sessions["shared_hub"][np.newaxis, :],
        [kind.profile for kind in hub.kinds[strategy]],
    ).mean_kw[0]
    counts = terrain.sessions["depot"][np.newaxis, :]
    hours = window_hours(ALLOWED[strategy])
    busy_factor = busy_day_factor(
        counts.sum(axis=1),
        energy_cv=depot.energy_cv,
        day_effect_sd=depot.day_effect_sd,
        day_sd=day_sd,
    )[0]

    def left_over_kwh(factor: float) -> tuple[float, float]:
        """Return what is left of all, and of it what no battery can bring."""
        room_kw = connection_kw - factor * visits_kw
        left, lacking = unserved_kwh(
            factor * counts,
            depot.window_demand_kw[strategy],
            hours,
            window_room_kwh(np.maximum(room_kw, 0), ALLOWED[strategy]),
        )
        turned_away = float(np.maximum(-room_kw, 0).sum()) / QUARTERS_PER_HOUR
        return float(left[0]) + turned_away, float(lacking[0])

    wanted = sum(
        float(terrain.sessions[name] @ terrain.charging[name].energy_kwh)
        for name in ON_TERRAIN_LOCATION_TYPES
    )
    usual, _ = left_over_kwh(1.0)
    busy, lacking = left_over_kwh(busy_factor)
    part = usual / wanted if wanted > 0 else 0.0
    return min(part, 1.0), None if lacking > 0 else busy / efficiency
