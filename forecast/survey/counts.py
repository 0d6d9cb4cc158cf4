"""Vehicles of the terrain, and the electric ones of each year that companies told of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from forecast.fields import FIELDS
from forecast.settings import check_value
from forecast.survey.notes import Note
from forecast.survey.sums import Planned, classes_of, half_up, with_others
from forecast.survey.working import Said, Working
from forecast.vocabulary import FIRST_YEAR, VEHICLE_CLASSES

COUNT_FIELDS: Final = {
    "van": "vans",
    "rigid_truck": "rigid_trucks",
    "tractor": "tractors",
    "truck": "trucks",
}


def vehicle_corrections(working: Working) -> Iterator[Said]:
    """Yield the numbers of vehicles that the survey knows: of a part only where it is more."""
    for group, found in working.sums.items():
        if working.is_counted(group):
            base = working.base_of(group)
            setting = check_value(FIELDS[COUNT_FIELDS[group]], found.vehicles)
            told = {"surveyed": found.vehicles, "base": base}
            yield working.said(setting, "vehicles", found.companies, **told)


def electric_corrections(working: Working) -> Iterator[Said]:
    """Yield the electric vehicles of each year: as told, and of the others as modelled."""
    for group, found in working.sums.items():
        for year, told in found.electric.items():
            if year < FIRST_YEAR:
                working.notes.append(Note("before_first_year", texts={"year": str(year)}))
            elif said := _of_year(working, group, year, told):
                yield said


def _of_year(working: Working, group: str, year: int, told: Planned) -> Said | None:
    base, total = working.base, working.totals[group]
    modelled = base.of_group(base.model_vehicles, group)
    if told.vehicles < total and not modelled:
        working.notes.append(Note("no_model_share", texts={"year": str(year)}, group=group))
        return None
    each = _of_each(working, group, year) if modelled else 0.0
    count = half_up(with_others(told.electric, told.vehicles, total, each))
    if total == working.base_of(group) and count == half_up(each * total):  # as the model has it
        return None
    most = _most(working, group, year)
    if count > most:
        more = {"planned": count, "most": most}
        working.notes.append(Note("capped", more, {"year": str(year)}, group))
    setting = check_value(FIELDS[f"electric_{COUNT_FIELDS[group]}"], min(count, most), year)
    numbers = {"planned": told.electric, "surveyed": told.vehicles, "total": total}
    return working.said(setting, "planned", told.companies, **numbers)


def _of_each(working: Working, group: str, year: int) -> float:
    """Return the electric vehicles of a year over the vehicles of today, in the model."""
    base = working.base
    electric = sum(base.electric.get((name, year), 0.0) for name in classes_of(group))
    return electric / base.of_group(base.model_vehicles, group)


def _most(working: Working, group: str, year: int) -> int:
    """Return how many vehicles there can be in a year."""
    total, most = working.totals[group], working.base.most
    return round(
        sum(
            share * total * most.get((name, year), 1.0)
            for name, share in working.shares(group).items()
        )
    )


def empty_notes(working: Working) -> Iterator[Note]:
    """Yield which groups companies left empty, where all of a terrain are said to have answered."""
    if not working.covers_all:
        return
    for group, found in working.sums.items():
        if blank := len(working.answers) - found.companies:
            yield Note("blank_counted", group=group, companies=blank)
    answered = {name for group in working.sums for name in classes_of(group)}
    for name in VEHICLE_CLASSES:
        if name not in answered and (vehicles := working.base_of(name)):
            yield Note("nobody_answered", {"value": half_up(vehicles)}, group=name)
