"""How the vehicles of the terrain drive and charge: kilometres, charge points and hours."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from forecast.fields import FIELDS
from forecast.settings import Setting, check_value
from forecast.survey.answers import Schedule
from forecast.survey.notes import Note
from forecast.survey.sums import (
    Mean,
    blended,
    classes_of,
    hours_at_depot,
    mean_hour,
    members_of,
    most_scheduled,
    working_days,
)
from forecast.survey.working import Said, Working
from forecast.vocabulary import ALL_TRUCKS, VEHICLE_CLASSES

_DECIMALS: Final = 1
"""Of a power [kW] and of an hour."""
_HOURS: Final = 24


def distance_corrections(working: Working) -> Iterator[Said]:
    """Yield the kilometres per vehicle of each class."""
    if any(fleet.distance_km_per_year is not None for fleet in working.fleets(ALL_TRUCKS)):
        working.notes.append(Note("distance_of_trucks"))
    for name in VEHICLE_CLASSES:
        mean = working.sum_of((name,)).distance_km_per_year
        if mean is None:
            continue
        total, model = working.total_of_class(name), working.base.distance_km_per_year[name]
        value = float(round(blended(mean, total, model)))
        if value == model:
            continue
        setting = check_value(FIELDS[f"{name}_km_per_year"], value)
        told = {"mean": mean.value, "surveyed": mean.vehicles, "total": total}
        yield working.said(setting, "distance", mean.companies, **told)


def charger_corrections(working: Working) -> Iterator[Said]:
    """Yield the power of a charge point, for vans and for trucks."""
    for name, group in (("van_charger_kw", "van"), ("truck_charger_kw", ALL_TRUCKS)):
        mean = working.sum_of(members_of(group)).charger_kw
        if mean is None:
            continue
        of_class = {each: working.total_of_class(each) for each in classes_of(group)}
        total = sum(of_class.values())
        kw = working.base.charger_kw
        model = (
            sum(count * kw[each] for each, count in of_class.items()) / total
            if total
            else sum(kw[each] for each in of_class) / len(of_class)
        )
        yield working.said(
            check_value(FIELDS[name], round(blended(mean, total, model), _DECIMALS)),
            "charger",
            mean.companies,
            mean=working.words.number(mean.value, _DECIMALS),
            points=mean.weight,
            surveyed=mean.vehicles,
            total=total,
        )


def hour_corrections(working: Working) -> Iterator[Said]:
    """Yield when vehicles return to their depot on a working day, and how long they stay."""
    told = [
        (each.company_number, schedule)
        for each in working.answers
        for fleet in each.answer.fleets
        for schedule in fleet.schedules
        if working_days(schedule)
    ]
    kept = [schedule for _, schedule in told]
    surveyed = sum(most_scheduled(fleet.schedules) for fleet in working.fleets() if fleet.schedules)
    if not kept or not surveyed:
        return
    total = max(sum(working.total_of_class(name) for name in VEHICLE_CLASSES), float(surveyed))
    companies = len({company for company, _ in told})
    numbers = {"surveyed": float(surveyed), "total": total}
    if arrival := _arrival(working, kept, surveyed, total):
        yield working.said(arrival, "arrival", companies, **numbers)
    weight = sum(each.vehicles * working_days(each) for each in kept)
    hours = sum(each.vehicles * working_days(each) * hours_at_depot(each) for each in kept)
    mean = Mean(hours / weight, surveyed, weight, companies)
    dwell = round(blended(mean, total, working.base.dwell_hours), _DECIMALS)
    field = FIELDS["depot_dwell_hours"]
    if not field.low <= dwell <= field.high:
        bounds = {"hours": dwell, "low": field.low, "high": field.high}
        working.notes.append(Note("dwell_out_of_range", bounds))
    elif dwell != working.base.dwell_hours:
        yield working.said(check_value(field, dwell), "dwell", companies, **numbers)


def _arrival(working: Working, kept: list[Schedule], surveyed: int, total: float) -> Setting | None:
    """Return the mean hour of return, the vehicles without a schedule as modelled."""
    weight = sum(each.vehicles * working_days(each) for each in kept)
    told = [(each.return_hour, each.vehicles * working_days(each)) for each in kept]
    others = (working.base.arrival_hour, (total - surveyed) * weight / surveyed)
    mean = mean_hour([*told, others])
    if mean is None:
        working.notes.append(Note("hours_apart"))
        return None
    hour = round(mean, _DECIMALS) % _HOURS
    if hour == working.base.arrival_hour:
        return None
    return check_value(FIELDS["depot_arrival_hour"], hour)
