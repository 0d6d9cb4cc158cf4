"""What can't be in the answer of a company, and what is odd in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from forecast.survey.answers import LARGE, SMALL, Connection, FleetAnswer
from forecast.survey.sums import most_scheduled
from forecast.vocabulary import ALL_TRUCKS, TRUCK_CLASSES

Place = Callable[[str], str]
"""Gives where the cell of a column stands, for the beginning of a sentence."""

_SMALL_MOST_KW: Final = 60
"""A connection of 3x80 A carries 55 kW."""
_LARGE_LEAST_KW: Final = 50
_LEAST_CONTRACT_KW: Final = 5
"""Of a large connection: below it the number is rather one of MW."""
_WEEK: Final = "1234567"


def connection_problems(connection: Connection, place: Place) -> Iterator[str]:
    """Yield what contradicts itself in a connection."""
    size, carries = connection.size, connection.connection_kw
    for key in ("contract_kw", "feed_in_kw"):
        value = getattr(connection, key)
        if value is not None and carries is not None and value > carries:
            yield (
                f"{place(key)}: {value:,g} kW is contracted, more than the connection carries "
                f"({carries:,g} kW)"
            )
    if size == SMALL and carries is not None and carries > _SMALL_MOST_KW:
        yield (
            f"{place('connection_kw')}: kleinverbruik is up to 3x80 A, 55 kW, not {carries:,g} kW"
        )
    if size == LARGE and carries is not None and carries < _LARGE_LEAST_KW:
        yield (
            f"{place('connection_kw')}: grootverbruik is more than 3x80 A, 55 kW, not "
            f"{carries:,g} kW; is it in MW?"
        )
    contract = connection.contract_kw
    if size == LARGE and contract is not None and 0 < contract < _LEAST_CONTRACT_KW:
        yield (
            f"{place('contract_kw')}: {contract:,g} kW is little for grootverbruik; is it in MW? "
            f"Then write {contract * 1000:,g}"
        )
    if size == SMALL and contract is not None and contract > _SMALL_MOST_KW:
        yield (
            f"{place('contract_kw')}: kleinverbruik is up to 3x80 A, 55 kW, not {contract:,g} kW"
        )


def connection_warnings(connection: Connection, place: Place) -> Iterator[str]:
    """Yield what is odd in a connection, and may be right."""
    contract = connection.contract_kw
    if connection.size is None and contract is not None and 0 < contract < _LEAST_CONTRACT_KW:
        yield f"{place('contract_kw')}: {contract:,g} kW is little; is it in MW?"


def fleet_problems(fleets: tuple[FleetAnswer, ...], place: Place) -> Iterator[str]:
    """Yield what can't be in the answers about vehicles."""
    given = {fleet.group for fleet in fleets}
    if ALL_TRUCKS in given and given & set(TRUCK_CLASSES):
        yield (
            f"{place(f'{ALL_TRUCKS}_vehicles')}: trucks are given together and apart; fill in one "
            "of the two"
        )
    for fleet in fleets:
        total, electric = fleet.vehicles, fleet.electric_vehicles
        if total is None:
            continue
        if electric is not None and electric > total:
            yield f"{place(f'{fleet.group}_electric')}: {electric} electric of {total} can't be"
        scheduled = most_scheduled(fleet.schedules, _WEEK)
        if scheduled > total:
            yield (
                f"{place(f'{fleet.group}_schedule')}: {scheduled} vehicles keep a schedule on one "
                f"day, of {total}; of each give the first departure and the last return"
            )


def fleet_warnings(fleet: FleetAnswer, place: Place) -> Iterator[str]:
    """Yield what is odd in the answer about a group, and may be right."""
    before = fleet.electric_vehicles
    for year, number in fleet.planned.items():
        where = place(f"{fleet.group}_planned_{year}")
        if before is not None and number < before:
            yield f"{where}: {number} electric is fewer than the {before} before"
        if fleet.vehicles is not None and number > fleet.vehicles:
            yield f"{where}: {number} electric is more than the {fleet.vehicles} vehicles of now"
        before = number
    if fleet.charger_kw is not None and not fleet.charge_points:
        yield (
            f"{place(f'{fleet.group}_charger_kw')}: without a number of charge points their power "
            "counts for nothing"
        )
