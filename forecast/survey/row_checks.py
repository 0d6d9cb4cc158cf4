"""What can't be in the answer of a company, and what is odd in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from forecast.spoken import Sentence, located, say
from forecast.survey.answers import LARGE, SMALL, Connection, FleetAnswer
from forecast.survey.sums import most_scheduled
from forecast.vocabulary import ALL_TRUCKS, TRUCK_CLASSES

Place = Callable[[str], Sentence]
"""Gives where the cell of a column stands, for the beginning of a sentence."""

_SMALL_MOST_KW: Final = 60
"""A connection of 3x80 A carries 55 kW."""
_LARGE_LEAST_KW: Final = 50
_LEAST_CONTRACT_KW: Final = 5
"""Of a large connection: below it the number is rather one of MW."""
_WEEK: Final = "1234567"


def connection_problems(connection: Connection, place: Place) -> Iterator[Sentence]:
    """Yield what contradicts itself in a connection."""
    size, carries = connection.size, connection.connection_kw
    for key in ("contract_kw", "feed_in_kw"):
        value = getattr(connection, key)
        if value is not None and carries is not None and value > carries:
            problem = say(
                "survey_refusals.row.above_connection", kw=float(value), carries_kw=float(carries)
            )
            yield located(place(key), problem)
    if size == SMALL and carries is not None and carries > _SMALL_MOST_KW:
        problem = say("survey_refusals.row.above_small", kw=float(carries))
        yield located(place("connection_kw"), problem)
    if size == LARGE and carries is not None and carries < _LARGE_LEAST_KW:
        problem = say("survey_refusals.row.below_large", kw=float(carries))
        yield located(place("connection_kw"), problem)
    contract = connection.contract_kw
    if size == LARGE and contract is not None and 0 < contract < _LEAST_CONTRACT_KW:
        problem = say(
            "survey_refusals.row.little_for_large",
            kw=float(contract),
            in_kw=float(contract * 1000),
        )
        yield located(place("contract_kw"), problem)
    if size == SMALL and contract is not None and contract > _SMALL_MOST_KW:
        problem = say("survey_refusals.row.above_small", kw=float(contract))
        yield located(place("contract_kw"), problem)


def connection_warnings(connection: Connection, place: Place) -> Iterator[Sentence]:
    """Yield what is odd in a connection, and may be right."""
    contract = connection.contract_kw
    if connection.size is None and contract is not None and 0 < contract < _LEAST_CONTRACT_KW:
        yield located(place("contract_kw"), say("survey_refusals.row.little", kw=float(contract)))


def fleet_problems(fleets: tuple[FleetAnswer, ...], place: Place) -> Iterator[Sentence]:
    """Yield what can't be in the answers about vehicles."""
    given = {fleet.group for fleet in fleets}
    if ALL_TRUCKS in given and given & set(TRUCK_CLASSES):
        yield located(place(f"{ALL_TRUCKS}_vehicles"), say("survey_refusals.row.trucks_twice"))
    for fleet in fleets:
        total, electric = fleet.vehicles, fleet.electric_vehicles
        if total is None:
            continue
        if electric is not None and electric > total:
            problem = say("survey_refusals.row.more_electric", electric=electric, total=total)
            yield located(place(f"{fleet.group}_electric"), problem)
        scheduled = most_scheduled(fleet.schedules, _WEEK)
        if scheduled > total:
            problem = say("survey_refusals.row.more_scheduled", scheduled=scheduled, total=total)
            yield located(place(f"{fleet.group}_schedule"), problem)


def fleet_warnings(fleet: FleetAnswer, place: Place) -> Iterator[Sentence]:
    """Yield what is odd in the answer about a group, and may be right."""
    before = fleet.electric_vehicles
    for year, number in fleet.planned.items():
        where = place(f"{fleet.group}_planned_{year}")
        if before is not None and number < before:
            odd = say("survey_refusals.row.fewer_planned", planned=number, before=before)
            yield located(where, odd)
        if fleet.vehicles is not None and number > fleet.vehicles:
            odd = say("survey_refusals.row.more_planned", planned=number, total=fleet.vehicles)
            yield located(where, odd)
        before = number
    if fleet.charger_kw is not None and not fleet.charge_points:
        yield located(place(f"{fleet.group}_charger_kw"), say("survey_refusals.row.power_of_none"))
