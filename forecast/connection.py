"""What a connection makes of the charging of a terrain, over drawn winter working days."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

from forecast.assumptions import Assumptions
from forecast.errors import ConnectionPowerError
from forecast.sessions import ALLOWED, WINDOW_HOURS, WINDOWS, LocationCharging
from forecast.vocabulary import ON_TERRAIN_LOCATION_TYPES, POWER_STRATEGIES
from forecast.year_series import TerrainCharging
from models.sessions import ChargingPattern
from models.small_fleets import QUANTILES
from models.smart import battery_taken_kwh, drawn_windows_kwh, unserved_kwh
from models.units import HALF, QUARTERS_PER_DAY, QUARTERS_PER_HOUR
from models.windows import window_energy_kwh
from models.year_simulation import draw_sessions, simulate_year

Floats = npt.NDArray[np.float64]

_DAYS = 500
"""Winter working days that are drawn, the same for every strategy."""
_DAY_SEED = 7
"""Any number, the same for ever."""


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
    unserved_kwh
        What it does not let through on all but one in twenty of those days, at most [kWh].
    battery_kwh
        That would close the gap on all but one in twenty of those days; None where the whole day is
        too short for the energy, so that none does [kWh].
    """

    strategy: str
    design_peak_kw: float
    design_peak_16_21_kw: float
    design_peak_other_hours_kw: float
    served_share: float
    unserved_kwh: float
    battery_kwh: float | None


def fit_connection(
    terrain: TerrainCharging,
    connection_kw: float,
    assumptions: Assumptions,
) -> list[ConnectionFit]:
    """Return what a connection makes of each strategy on a winter working day.

    Unsteered charging that is cut off at the limit loses what lies above it; a battery that is
    filled below the limit can bring that. Steered vehicles first move into the room there is: only
    what fits no hour of their stay is left over. Hub visits are not moved. All strategies are tried
    on the same drawn days.

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
        assess = _steered if strategy in ALLOWED else _unsteered
        left, unserved, battery = assess(terrain, strategy, connection_kw, efficiency)
        fits.append(
            ConnectionFit(strategy, *terrain.peaks_kw[strategy], 1 - left, unserved, battery)
        )
    return fits


def _unsteered(
    terrain: TerrainCharging, strategy: str, connection_kw: float, efficiency: float
) -> tuple[float, float, float | None]:
    """Return the part of the energy above the limit, the most of it on nearly all days [kWh].

    And, third, the battery for them [kWh].
    """
    load = sum(
        (
            _drawn_load(terrain.charging[name], terrain.sessions[name], strategy)
            for name in ON_TERRAIN_LOCATION_TYPES
        ),
        np.zeros(_DAYS * QUARTERS_PER_DAY),
    )
    if load.sum() <= 0:
        return 0.0, 0.0, 0.0
    above = np.maximum(load - connection_kw, 0).reshape(_DAYS, -1).sum(axis=1) / QUARTERS_PER_HOUR
    over = float(above.sum() * QUARTERS_PER_HOUR / load.sum())
    if load.mean() >= connection_kw * efficiency:
        return over, _nearly_all(above), None
    taken = battery_taken_kwh(load, connection_kw, efficiency).reshape(_DAYS, -1).max(axis=1)
    return over, _nearly_all(above), _nearly_all(taken) / efficiency


def _steered(
    terrain: TerrainCharging, strategy: str, connection_kw: float, efficiency: float
) -> tuple[float, float, float | None]:
    """Return the same figures where depots fill the room that visits to the hub leave each day."""
    visits_kw = _drawn_load(
        terrain.charging["shared_hub"], terrain.sessions["shared_hub"], strategy
    ).reshape(_DAYS, QUARTERS_PER_DAY)
    depot = terrain.charging["depot"]
    forced, wanted = drawn_windows_kwh(
        draw_sessions(*_vehicle_days(depot, terrain.sessions["depot"], "unmanaged")),
        depot.sessions,
        ALLOWED[strategy],
        WINDOWS[strategy],
        days=_DAYS,
    )
    room = window_energy_kwh(np.maximum(connection_kw - visits_kw, 0), WINDOWS[strategy])
    left, lacking = unserved_kwh(forced, room, WINDOW_HOURS[strategy])
    turned_away = np.maximum(visits_kw - connection_kw, 0).sum(axis=1) / QUARTERS_PER_HOUR
    unserved = left + turned_away
    total = float(wanted.sum() + visits_kw.sum() / QUARTERS_PER_HOUR)
    part = float(unserved.sum()) / total if total > 0 else 0.0
    most = _nearly_all(unserved)
    return min(part, 1.0), most, None if _nearly_all(lacking) > 0 else most / efficiency


def _nearly_all(by_day: Floats) -> float:
    """Return what all but one in twenty days stay below."""
    return float(np.quantile(by_day, QUANTILES[0]))


def _drawn_load(place: LocationCharging, counts: Floats, strategy: str) -> Floats:
    """Return the load of winter working days, drawn vehicle by vehicle, (days x 96,) [kW]."""
    vehicles, patterns, chance, factor, day_effect_sd, rng = _vehicle_days(place, counts, strategy)
    return simulate_year(vehicles, patterns, chance, factor, day_effect_sd=day_effect_sd, rng=rng)


def _vehicle_days(
    place: LocationCharging, counts: Floats, strategy: str
) -> tuple[list[int], list[ChargingPattern], Floats, Floats, float, np.random.Generator]:
    """Return the arguments of `draw_sessions`: the same days under every strategy."""
    vehicles = np.ceil(counts)
    # A day is busier for depot and hub alike.
    evenly = np.random.default_rng(_DAY_SEED).permutation((np.arange(_DAYS) + HALF) / _DAYS)
    of_day = np.maximum(1 + place.day_effect_sd * ndtri(evenly), 0)
    present = np.divide(counts, vehicles, out=np.zeros_like(counts), where=vehicles > 0)
    return (
        vehicles.astype(np.int64).tolist(),
        [kind.pattern for kind in place.kinds[strategy]],
        np.tile(present[:, np.newaxis], _DAYS),
        np.tile(of_day, (counts.size, 1)),
        0.0,
        np.random.default_rng(ON_TERRAIN_LOCATION_TYPES.index(place.location_type)),
    )
