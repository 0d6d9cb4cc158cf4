"""What a company answers in a survey."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from forecast.vocabulary import ALL_TRUCKS, VEHICLE_CLASSES

GROUPS: Final = (*VEHICLE_CLASSES, ALL_TRUCKS)
"""Groups of vehicles that are asked after; trucks together where a company doesn't tell apart."""
SMALL, LARGE = "small", "large"
CONNECTION_SIZES: Final = (SMALL, LARGE)
"""Kleinverbruik, up to 3x80 A, and grootverbruik."""


@dataclass(frozen=True)
class Schedule:
    """When some vehicles are out.

    Attributes
    ----------
    weekdays
        Digits 1 (Monday) to 7 (Sunday).
    departure_hour, return_hour
        Of the day [hour]; a return before the departure is on the next day.
    """

    vehicles: int
    weekdays: str
    departure_hour: float
    return_hour: float


@dataclass(frozen=True)
class FleetAnswer:
    """The vehicles of one group of `GROUPS`; None where the company did not answer.

    Attributes
    ----------
    vehicles, electric_vehicles
        Now: all of them, and the battery-electric among them.
    planned
        Battery-electric vehicles at the end of each year.
    charge_points, charger_kw
        For them, now; power of a point [kW].
    distance_km_per_year
        Of a vehicle [km/year].
    """

    group: str
    vehicles: int | None = None
    electric_vehicles: int | None = None
    planned: Mapping[int, int] = field(default_factory=dict)
    charge_points: int | None = None
    charger_kw: float | None = None
    distance_km_per_year: float | None = None
    schedules: tuple[Schedule, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing was answered."""
        return self == FleetAnswer(self.group)


@dataclass(frozen=True)
class Connection:
    """The connection of a company; None where it did not answer.

    Attributes
    ----------
    size
        One of `CONNECTION_SIZES`.
    contract_kw, feed_in_kw
        Contracted to take and to feed in [kW].
    connection_kw
        What the connection itself carries [kW].
    requested_kw
        Asked of the grid operator and still open; 0 for no request [kW].
    """

    size: str | None = None
    contract_kw: float | None = None
    feed_in_kw: float | None = None
    connection_kw: float | None = None
    requested_kw: float | None = None


@dataclass(frozen=True)
class CompanyAnswer:
    """All that one company answered; `company_name`, `contact` and `ean_code` are private."""

    terrain_id: str
    observed_on: date
    company_name: str
    contact: str | None
    ean_code: str | None
    connection: Connection
    fleets: tuple[FleetAnswer, ...]

    def fleet(self, group: str) -> FleetAnswer:
        """Return the answer about a group; an empty one if there is none."""
        return next((fleet for fleet in self.fleets if fleet.group == group), FleetAnswer(group))
