"""Does charging fit the room that a measured year leaves? Beside what a rule of one number says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, partial

import numpy as np
import numpy.typing as npt

from forecast.assumptions import Assumptions
from forecast.meter.battery import battery_kwh, night_battery_kwh
from forecast.meter.sessions import DrawnSessions, draw, load_kw, steer
from forecast.meter.year import MeasuredYear
from forecast.sessions import ALLOWED
from forecast.vocabulary import STRATEGIES, VEHICLE_CLASSES
from forecast.year_series import TerrainCharging
from models.contract_room import RELIABLE_QUANTILE
from models.units import QUARTERS_PER_HOUR

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

MOST_VEHICLES = 200
"""Of one class that are tried; whoever has room for more asks for another study."""
MOST_DRAWN = 400
"""Vehicles that are drawn one by one; each stands for several where there are more."""
_HAIR_KW = 1e-6
"""Rounding of sums, no power."""
_SERVED = 0.99
"""A night is served when at most a hundredth of its energy lacks."""


@dataclass(frozen=True)
class RoomFit:
    """What a room per quarter makes of charging in a measured year, under one strategy.

    Attributes
    ----------
    served_share
        Part of the energy that the room lets through, of what stays and chargers allow [1].
    quarters_above
        Quarter-hours in which load and charging together are above the contract.
    most_above_kw
        The most they are above it [kW].
    days_short_share
        Part of the days with charging on which not all of it fits [1].
    unserved_kwh
        Over the year [kWh].
    battery_kwh
        That brings all of it on every day; None where none would be full again in a week [kWh].
    """

    served_share: float
    quarters_above: int
    most_above_kw: float
    days_short_share: float
    unserved_kwh: float
    battery_kwh: float | None


@dataclass(frozen=True)
class FitComparison:
    """The same charging under the room of each quarter, and under that of one number.

    Attributes
    ----------
    measured
        With the room that each quarter of the year really had.
    one_number
        With contracted power less the highest quarter of the year, at every hour.
    """

    strategy: str
    measured: RoomFit
    one_number: RoomFit


@dataclass(frozen=True)
class VehiclesThatFit:
    """How many vehicles of one class alone fit on 95 % of days; `MOST_VEHICLES` at most."""

    vehicle_class: str
    strategy: str
    measured: int
    one_number: int


def with_vehicles(terrain: TerrainCharging, vehicles: Mapping[str, float]) -> TerrainCharging:
    """Return a company with vehicles that all charge at its depot on every working day."""
    counts = np.array([float(vehicles.get(name, 0)) for name in VEHICLE_CLASSES])
    return replace(
        terrain, sessions={"depot": counts, "shared_hub": np.zeros(len(VEHICLE_CLASSES))}
    )


def compare_fits(
    year: MeasuredYear,
    room_kw: Floats,
    one_number_kw: float,
    terrain: TerrainCharging,
    assumptions: Assumptions,
) -> list[FitComparison]:
    """Return what both rooms make of the charging of a company or terrain, per strategy.

    Parameters
    ----------
    year
        Its measured days.
    room_kw
        Room of each quarter, not a number where not measured, shape (n,) [kW].
    one_number_kw
        Room of the rule of one number [kW].
    terrain
        Vehicles or sessions and how they charge.
    """
    constant = np.where(np.isnan(room_kw), np.nan, one_number_kw)
    return [
        FitComparison(
            strategy,
            *(
                _fit(_Charging(terrain, year, strategy, assumptions), room)
                for room in (room_kw, constant)
            ),
        )
        for strategy in STRATEGIES
    ]


def vehicles_that_fit(
    year: MeasuredYear,
    room_kw: Floats,
    one_number_kw: float,
    terrain: TerrainCharging,
    assumptions: Assumptions,
) -> list[VehiclesThatFit]:
    """Return how many vehicles of each class alone fit, per class and strategy; as above."""
    constant = np.where(np.isnan(room_kw), np.nan, one_number_kw)
    found = []
    for name in VEHICLE_CLASSES:
        alone = with_vehicles(terrain, {name: MOST_VEHICLES})
        for strategy in STRATEGIES:
            charging = _Charging(alone, year, strategy, assumptions)
            measured, one_number = (
                _most_that_fit(partial(_is_fit, charging, room)) for room in (room_kw, constant)
            )
            found.append(VehiclesThatFit(name, strategy, measured, one_number))
    return found


class _Charging:
    """Drawn sessions of one fleet under one strategy."""

    def __init__(
        self, terrain: TerrainCharging, year: MeasuredYear, strategy: str, assumptions: Assumptions
    ) -> None:
        self.year = year
        self.strategy = strategy
        self.efficiency = assumptions["power.battery_efficiency"]
        self.weight = max(float(terrain.sessions["depot"].sum()) / MOST_DRAWN, 1.0)
        self.depot, self.hub = (
            self._drawn(terrain, name, assumptions) for name in ("depot", "shared_hub")
        )
        # All classes stay equally long at a depot.
        self.dwell_quarters = max(
            session.dwell_hours for session in terrain.charging["depot"].sessions
        ) * float(QUARTERS_PER_HOUR)

    def _drawn(
        self, terrain: TerrainCharging, location_type: str, assumptions: Assumptions
    ) -> DrawnSessions:
        counts = terrain.sessions[location_type] / self.weight
        vehicles = np.ceil(counts).astype(np.int64)
        present = np.divide(counts, vehicles, out=np.zeros_like(counts), where=vehicles > 0)
        classes = np.repeat(np.arange(counts.size), vehicles)
        return draw(
            terrain.charging[location_type],
            classes,
            present[classes],
            self.year,
            self.strategy,
            assumptions,
        )

    @cached_property
    def hub_kw(self) -> Floats:
        """Load of visits to the hub, per quarter [kW]."""
        return load_kw(self.hub, self.year) * self.weight


def _fit(charging: _Charging, room_kw: Floats) -> RoomFit:
    fit = _steered if charging.strategy in ALLOWED else _unsteered
    return fit(charging, charging.depot, room_kw, with_battery=True)


def _is_fit(charging: _Charging, room_kw: Floats, vehicles: int) -> bool:
    fit = _steered if charging.strategy in ALLOWED else _unsteered
    of_first = charging.depot.of_first(vehicles)
    found = fit(charging, of_first, room_kw, with_battery=False)
    return found.days_short_share <= RELIABLE_QUANTILE


def _most_that_fit(is_fit: Callable[[int], bool]) -> int:
    """Return the largest number that fits: doubling, then halving the doubt."""
    fits, fails = 0, 1
    while fails <= MOST_VEHICLES and is_fit(fails):
        fits, fails = fails, min(2 * fails, MOST_VEHICLES) if fails < MOST_VEHICLES else fails + 1
    while fails - fits > 1:
        middle = (fits + fails) // 2
        fits, fails = (middle, fails) if is_fit(middle) else (fits, middle)
    return fits


def _unsteered(
    charging: _Charging, depot: DrawnSessions, room_kw: Floats, *, with_battery: bool
) -> RoomFit:
    """Charging that is cut off at the contract loses what lies above it."""
    year = charging.year
    is_known = np.isfinite(room_kw)
    load = np.where(is_known, load_kw(depot, year) * charging.weight + charging.hub_kw, 0.0)
    room = np.where(is_known, np.maximum(room_kw, 0), 0.0)
    above = np.maximum(load - room, 0)
    is_above = above > _HAIR_KW
    days = _per_day(load, year) > 0
    short = np.zeros(days.size, dtype=np.bool_)
    short[year.day[is_above]] = True
    return RoomFit(
        _share(float(above.sum()), float(load.sum())),
        int(is_above.sum()),
        float(above.max(initial=0)),
        _part(short, days),
        float(above.sum()) / QUARTERS_PER_HOUR,
        battery_kwh(load, room, charging.efficiency) if with_battery else None,
    )


def _steered(
    charging: _Charging, depot: DrawnSessions, room_kw: Floats, *, with_battery: bool
) -> RoomFit:
    """Vehicles at the depot fill the room that visits to the hub leave, which are not moved."""
    year, weight = charging.year, charging.weight
    room = np.nan_to_num(np.maximum(room_kw, 0), nan=0.0)
    hub = np.where(np.isfinite(room_kw), charging.hub_kw, 0.0)
    above = np.maximum(hub - room, 0)
    is_open = ALLOWED[charging.strategy][year.quarter]
    nights = steer(
        depot, charging.dwell_quarters, year, np.maximum(room - hub, 0) / weight, is_open
    )
    wanted, unserved, left_over = (
        weight * values for values in (nights.wanted_kwh, nights.unserved_kwh, nights.left_over_kwh)
    )
    turned_away = float(above.sum()) / QUARTERS_PER_HOUR
    hub_short = np.zeros(wanted.size, dtype=np.bool_)
    hub_short[year.day[above > _HAIR_KW]] = True
    return RoomFit(
        _share(
            float(unserved.sum()) + turned_away,
            float(wanted.sum()) + float(hub.sum()) / QUARTERS_PER_HOUR,
        ),
        int((above > _HAIR_KW).sum()),
        float(above.max(initial=0)),
        _part((unserved > (1 - _SERVED) * wanted) | hub_short, wanted + _per_day(hub, year) > 0),
        float(unserved.sum()) + turned_away,
        night_battery_kwh(unserved + _per_day(above, year), left_over, charging.efficiency)
        if with_battery
        else None,
    )


def _per_day(values: Floats, year: MeasuredYear) -> Floats:
    return np.bincount(year.day, values, minlength=len(year.dates)) / QUARTERS_PER_HOUR


def _share(lacking: float, wanted: float) -> float:
    return 1 - lacking / wanted if wanted > 0 else 1.0


def _part(is_short: Bools, is_counted: Bools) -> float:
    return float(is_short[is_counted].mean()) if is_counted.any() else 0.0
