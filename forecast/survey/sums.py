"""What the answers of the companies of a terrain add up to, and what that says of the terrain.

Plain arithmetic, without a database; docs/surveys.md works an example out.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from forecast.survey.answers import GROUPS, FleetAnswer, Schedule
from forecast.vocabulary import ALL_TRUCKS, TRUCK_CLASSES

MONTHS_OF_HALF_A_YEAR: Final = 6
_WORKING_DAYS: Final = "12345"
_HOURS: Final = 24
_LEAST_AGREEMENT: Final = 0.5
"""Of hours of the day that have a mean: 1 if they are the same, 0 if they lie all around."""


@dataclass(frozen=True)
class Mean:
    """A mean over part of the vehicles.

    Attributes
    ----------
    value
        The mean.
    vehicles
        Of the companies that answered.
    weight
        What it is weighted by: vehicles, or charge points.
    """

    value: float
    vehicles: int
    weight: int


@dataclass(frozen=True)
class GroupSum:
    """What companies answered about one group of vehicles, added up.

    Attributes
    ----------
    companies
        That told how many vehicles they have.
    vehicles
        All of them.
    electric
        Per year: battery-electric vehicles, and the vehicles of the companies that told.
    distance_km_per_year
        Weighted by vehicles; None where no company told.
    charger_kw
        Weighted by charge points; None where no company told both.
    """

    companies: int
    vehicles: int
    electric: Mapping[int, tuple[int, int]]
    distance_km_per_year: Mean | None
    charger_kw: Mean | None


@dataclass(frozen=True)
class Dated:
    """An answer of a company about a fleet, and the year at whose end its figures of now hold."""

    company: int
    fleet: FleetAnswer
    year: int


def year_of_now(year: int, month: int) -> int:
    """Return the year at whose end the figures of a day hold best: the nearest 31 December.

    >>> year_of_now(2026, 3), year_of_now(2026, 11)
    (2025, 2026)
    """
    return year if month > MONTHS_OF_HALF_A_YEAR else year - 1


def add_up(answers: Iterable[Dated]) -> GroupSum:
    """Add up the answers about one group of vehicles."""
    told = [each for each in answers if each.fleet.vehicles is not None]
    fleets = [each.fleet for each in told]
    electric: dict[int, tuple[int, int]] = {}
    for each in told:
        now = each.fleet.electric_vehicles
        known = ({} if now is None else {each.year: now}) | dict(each.fleet.planned)
        for year, count in known.items():
            before = electric.get(year, (0, 0))
            electric[year] = (before[0] + count, before[1] + (each.fleet.vehicles or 0))
    return GroupSum(
        len({each.company for each in told}),
        sum(fleet.vehicles or 0 for fleet in fleets),
        dict(sorted(electric.items())),
        _mean(fleets, lambda fleet: fleet.distance_km_per_year, lambda fleet: fleet.vehicles),
        _mean(fleets, lambda fleet: fleet.charger_kw, lambda fleet: fleet.charge_points),
    )


def _mean(
    fleets: Sequence[FleetAnswer],
    value: Callable[[FleetAnswer], float | None],
    weight: Callable[[FleetAnswer], int | None],
) -> Mean | None:
    told = [
        (of, by, fleet.vehicles or 0)
        for fleet in fleets
        if (of := value(fleet)) is not None and (by := weight(fleet))
    ]
    total = sum(by for _, by, _ in told)
    if not total:
        return None
    mean = sum(of * by for of, by, _ in told) / total
    return Mean(mean, sum(vehicles for _, _, vehicles in told), total)


def mean_hour(hours: Iterable[tuple[float, float]]) -> float | None:
    """Return the mean hour of the day; None where hours lie too far apart to have one.

    Hours are directions on the clock, so that 23:00 and 1:00 have midnight between them.

    >>> mean_hour([(23, 1), (1, 1)]), mean_hour([(6, 1), (18, 1)])
    (0.0, None)

    Parameters
    ----------
    hours
        Each with its weight.
    """
    sine = cosine = total = 0.0
    for hour, weight in hours:
        angle = hour / _HOURS * math.tau
        sine += weight * math.sin(angle)
        cosine += weight * math.cos(angle)
        total += weight
    if not total or math.hypot(sine, cosine) / total < _LEAST_AGREEMENT:
        return None
    return round(math.atan2(sine, cosine) / math.tau * _HOURS, 6) % _HOURS


def working_days(schedule: Schedule) -> int:
    """Return on how many working days of the week vehicles keep a schedule."""
    return sum(day in _WORKING_DAYS for day in schedule.weekdays)


def hours_at_depot(schedule: Schedule) -> float:
    """Return the hours from the return to the departure of the next day."""
    return (schedule.departure_hour - schedule.return_hour) % _HOURS


def most_scheduled(schedules: Iterable[Schedule], weekdays: str = _WORKING_DAYS) -> int:
    """Return the vehicles that keep a schedule on the busiest of some weekdays.

    >>> most_scheduled([Schedule(10, "12345", 7, 17), Schedule(4, "56", 3, 11)])
    14
    """
    kept = tuple(schedules)
    return max(sum(each.vehicles for each in kept if day in each.weekdays) for day in weekdays)


def total_vehicles(surveyed: int, base: float, *, covers_all: bool) -> float:
    """Return the vehicles of the terrain: ``N = S`` of a whole survey, else ``max(M, S)``.

    A survey of part of the companies is a lower bound: the others have vehicles too.
    """
    return float(surveyed) if covers_all else max(base, float(surveyed))


def with_others(known: float, vehicles: float, total: float, of_each: float) -> float:
    """Return what the surveyed vehicles have, and the others as the model has it.

    ``E = P + max(N - S, 0) e``.

    Parameters
    ----------
    known
        Of the surveyed vehicles together, P.
    vehicles, total
        The surveyed ones, S, and all of the terrain, N.
    of_each
        Of one other vehicle in the model, e.
    """
    return known + max(total - vehicles, 0.0) * of_each


def blended(mean: Mean, total: float, model: float) -> float:
    """Return a mean over all vehicles of a terrain: surveyed as told, the others as modelled.

    ``(S m + max(N - S, 0) m_model) / max(N, S)``.
    """
    of = max(total, float(mean.vehicles))
    return with_others(mean.value * mean.vehicles, mean.vehicles, of, model) / of if of else model


def groups_of(answered: Iterable[str]) -> tuple[str, ...]:
    """Return the groups in which counts are added up: trucks together if any company tells no more.

    >>> groups_of(["van", "tractor", "truck"])
    ('van', 'truck')
    """
    given = set(answered)
    if ALL_TRUCKS in given:
        given = (given - set(TRUCK_CLASSES)) | {ALL_TRUCKS}
    return tuple(group for group in GROUPS if group in given)


def classes_of(group: str) -> tuple[str, ...]:
    """Return the vehicle classes of a group."""
    return TRUCK_CLASSES if group == ALL_TRUCKS else (group,)


def members_of(group: str) -> tuple[str, ...]:
    """Return the groups whose answers make up one: trucks are those told together and apart."""
    return (*TRUCK_CLASSES, ALL_TRUCKS) if group == ALL_TRUCKS else (group,)


def half_up(value: float) -> int:
    """Return a number of vehicles, halves upwards.

    >>> half_up(2.5), half_up(80.997)
    (3, 81)
    """
    return math.floor(value + 0.5)
