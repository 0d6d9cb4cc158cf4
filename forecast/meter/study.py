"""The room in a measured contract, and what charging makes of it: figures of `laadvraag meter`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import holidays
import numpy as np
import numpy.typing as npt

from forecast.assumptions import Assumptions
from forecast.calendar import DAY_TYPES, day_type
from forecast.meter.fit import (
    FitComparison,
    VehiclesThatFit,
    compare_fits,
    vehicles_that_fit,
    with_vehicles,
)
from forecast.meter.year import MeasuredYear, local_text
from forecast.vocabulary import TRUCK_CLASSES
from forecast.year_series import TerrainCharging
from models.contract_room import contract_room_kw, reliable_room_kw, room_by_quarter_kw
from models.units import QUARTERS_PER_HOUR

Floats = npt.NDArray[np.float64]

PARTS_OF_DAY: Final = ((0, 6), (6, 9), (9, 12), (12, 16), (16, 21), (21, 24))
"""From and to [hour]."""


@dataclass(frozen=True)
class PartRoom:
    """Room in a part of a kind of day: its mean, and what is there all through it on 95 % [kW]."""

    day_type: str
    from_hour: int
    to_hour: int
    room_kw_mean: float
    room_kw_p05: float


@dataclass(frozen=True)
class RoomStudy:
    """Room of a measured year in a contract.

    Attributes
    ----------
    days, missing_quarters
        Local days that count, and quarter-hours of them that were not measured.
    highest_kw, highest_at
        The highest quarter-hour taken from the grid, and when it began by the clock [kW].
    one_number_kw
        Contract less that, not below zero: the room at every hour by the rule of one number [kW].
    quarters_over
        Quarter-hours in which the company itself is above its contract.
    parts
        Per kind of day and part of it; none of a kind of day that was not measured.
    mean_kw, p05_kw
        Room per quarter of the day, per kind of day that was measured, 96 values each [kW];
        None for a quarter that was never measured.
    """

    days: int
    missing_quarters: int
    highest_kw: float
    highest_at: str
    one_number_kw: float
    quarters_over: int
    parts: tuple[PartRoom, ...]
    mean_kw: dict[str, list[float | None]]
    p05_kw: dict[str, list[float | None]]


@dataclass(frozen=True)
class ChargingStudy:
    """What charging makes of the room.

    Attributes
    ----------
    vehicles
        At the depot by class; None where it is the forecast of the terrain.
    comparisons
        Of that fleet per strategy; empty without one.
    that_fit
        How many vehicles of each class alone fit.
    """

    vehicles: dict[str, int] | None
    comparisons: tuple[FitComparison, ...]
    that_fit: tuple[VehiclesThatFit, ...]


def study_room(year: MeasuredYear, contract_kw: float, *, is_feed_in_counted: bool) -> RoomStudy:
    """Return the room of a measured year in a contract."""
    room = room_of(year, contract_kw, is_feed_in_counted=is_feed_in_counted)
    public = holidays.country_holidays("NL", years={day.year for day in year.dates})
    kinds = np.array([day_type(day, public) for day in year.dates])
    parts, mean_kw, p05_kw = [], {}, {}
    for kind in DAY_TYPES:
        is_of_type = kinds == kind
        of_type = is_of_type[year.day] & np.isfinite(room)
        if not of_type.any():
            continue
        mean, reliable = room_by_quarter_kw(room, year.day, year.quarter, is_of_type)
        mean_kw[kind], p05_kw[kind] = _known(mean), _known(reliable)
        hour = year.quarter // QUARTERS_PER_HOUR
        for begin, end in PARTS_OF_DAY:
            is_within = of_type & (hour >= begin) & (hour < end)
            if is_within.any():
                least = reliable_room_kw(room, year.day, is_within)
                parts.append(PartRoom(kind, begin, end, float(room[is_within].mean()), least))
    highest = int(np.nanargmax(year.offtake_kw))
    return RoomStudy(
        days=len(year.dates),
        missing_quarters=year.missing_quarters,
        highest_kw=float(year.offtake_kw[highest]),
        highest_at=local_text(year.starts_utc[highest]),
        one_number_kw=one_number_kw(year, contract_kw),
        quarters_over=int((year.offtake_kw > contract_kw).sum()),
        parts=tuple(parts),
        mean_kw=mean_kw,
        p05_kw=p05_kw,
    )


def study_charging(
    year: MeasuredYear,
    contract_kw: float,
    terrain: TerrainCharging,
    assumptions: Assumptions,
    *,
    vehicles: Mapping[str, int] | None,
    is_whole_terrain: bool,
    is_feed_in_counted: bool,
) -> ChargingStudy:
    """Return what charging makes of the room of a measured year.

    Parameters
    ----------
    terrain
        How vehicles charge there, and how many sessions its forecast has.
    vehicles
        By class; None takes the forecast of the terrain where it was measured as a whole.
    """
    room = room_of(year, contract_kw, is_feed_in_counted=is_feed_in_counted)
    least = one_number_kw(year, contract_kw)
    fleet = None
    if vehicles is not None:
        fleet = with_vehicles(terrain, vehicles)
    elif is_whole_terrain:
        fleet = terrain
    return ChargingStudy(
        None if vehicles is None else dict(vehicles),
        () if fleet is None else tuple(compare_fits(year, room, least, fleet, assumptions)),
        tuple(vehicles_that_fit(year, room, least, terrain, assumptions)),
    )


def split_trucks(trucks: int, terrain: TerrainCharging, columns: tuple[str, ...]) -> dict[str, int]:
    """Return trucks by class, in the proportion that the forecast of the terrain has at its depots.

    All of them rigid trucks where it has none.
    """
    counts = {name: float(terrain.sessions["depot"][columns.index(name)]) for name in TRUCK_CLASSES}
    total = sum(counts.values())
    first, second = TRUCK_CLASSES
    of_first = round(trucks * counts[first] / total) if total > 0 else trucks
    return {first: of_first, second: trucks - of_first}


def one_number_kw(year: MeasuredYear, contract_kw: float) -> float:
    """Return contracted power less the highest quarter-hour, not below zero [kW]."""
    return max(contract_kw - float(np.nanmax(year.offtake_kw)), 0.0)


def room_of(year: MeasuredYear, contract_kw: float, *, is_feed_in_counted: bool) -> Floats:
    """Return the room of each quarter-hour [kW]."""
    return contract_room_kw(
        year.offtake_kw, contract_kw, year.feed_in_kw if is_feed_in_counted else None
    )


def _known(values: Floats) -> list[float | None]:
    return [value if np.isfinite(value) else None for value in values.tolist()]
