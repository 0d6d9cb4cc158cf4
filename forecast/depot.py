"""A company's own schedule: what its depot asks, with what the forecast knows filled in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from pathlib import Path

from forecast.assumptions import POSSIBLE, load
from forecast.entry_errors import ScheduleError
from forecast.sources.schedule import read_vehicle_days
from forecast.spoken import say
from models.depot_schedule import DepotLoad, depot_loads


@dataclass(frozen=True)
class DepotStudy:
    """Peaks of one fleet.

    Attributes
    ----------
    fleet
        Its name in the file, empty without one.
    vehicle_days, distance_km_per_day
        What was observed: how many, and the mean [km].
    loads
        By strategy: unmanaged and even.
    """

    fleet: str
    vehicle_days: int
    distance_km_per_day: float
    consumption_kwh_per_km: float
    charger_kw: float
    vehicles: int
    loads: Mapping[str, DepotLoad]


def study_depot(
    path: Path,
    vehicle_class: str,
    consumption_kwh_per_km: float | None,
    charger_kw: float | None,
    vehicles: int,
) -> list[DepotStudy]:
    """Return a study per fleet of the file; what is None is taken from the class.

    Raises
    ------
    DataSourceError
        If the file can't be read as vehicle-days.
    ScheduleError
        If consumption, charger or number of vehicles is not above zero, or beyond any vehicle.
    """
    assumptions = load()
    consumption = (
        assumptions[f"energy.consumption_kwh_per_km.{vehicle_class}"]
        / assumptions[f"energy.grid_efficiency.{vehicle_class}"]
        if consumption_kwh_per_km is None
        else consumption_kwh_per_km
    )
    charger = (
        assumptions[f"power.charger_kw.depot.{vehicle_class}"] if charger_kw is None else charger_kw
    )
    _check(consumption, charger, vehicles)
    studies = []
    for fleet, days in read_vehicle_days(path).items():
        loads = depot_loads(
            days, consumption_kwh_per_km=consumption, charger_kw=charger, vehicles=vehicles
        )
        size, mean_km = days.distance_km.size, float(days.distance_km.mean())
        studies.append(DepotStudy(fleet, size, mean_km, consumption, charger, vehicles, loads))
    return studies


def _check(consumption: float, charger: float, vehicles: int) -> None:
    """Refuse what is not above zero, or beyond any vehicle."""
    for what, unit, value in (
        (say("refusals.depot.consumption"), "kWh/km", consumption),
        (say("refusals.depot.charger"), "kW", charger),
    ):
        most = POSSIBLE[unit][-1]
        if value > most:
            raise ScheduleError(
                "too_much", what=what, value=float(value), unit=unit, most=float(most)
            )
    for what, value in (
        (say("refusals.depot.consumption"), consumption),
        (say("refusals.depot.charger_power"), charger),
        (say("refusals.depot.vehicles"), vehicles),
    ):
        if not (isfinite(value) and value > 0):
            raise ScheduleError("not_above_zero", what=what, value=float(value))
