"""From the sums of a survey to refinements of the terrain: the rule of docs/surveys.md."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from forecast.fields import FIELDS, Setting, check_value
from forecast.survey.answers import FleetAnswer
from forecast.survey.records import StoredAnswer
from forecast.survey.sums import (
    Dated,
    GroupSum,
    add_up,
    blended,
    classes_of,
    groups_of,
    half_up,
    members_of,
    total_vehicles,
    with_others,
    year_of_now,
)
from forecast.vocabulary import ALL_TRUCKS, FIRST_YEAR, TRUCK_CLASSES, VEHICLE_CLASSES
from forecast.words import Words

_COUNT_FIELDS: Final = {
    "van": "vans",
    "rigid_truck": "rigid_trucks",
    "tractor": "tractors",
    "truck": "trucks",
}
_DECIMALS_OF_KW: Final = 1


@dataclass(frozen=True)
class TerrainBase:
    """A terrain as it is without the survey.

    Attributes
    ----------
    vehicles
        Per class, with what advisers entered otherwise.
    model_vehicles
        Per class, of the model.
    electric
        Of the model per (class, year) of the run, in the mid scenario.
    years
        Of the run.
    most
        Vehicles over those of today, per (class, year).
    distance_km_per_year, charger_kw
        Of the model, per class.
    companies
        Expected on the terrain; None where not known.
    """

    vehicles: Mapping[str, float]
    model_vehicles: Mapping[str, float]
    electric: Mapping[tuple[str, int], float]
    years: Sequence[int]
    most: Mapping[tuple[str, int], float]
    distance_km_per_year: Mapping[str, float]
    charger_kw: Mapping[str, float]
    companies: float | None = None

    def of_group(self, figures: Mapping[str, float], group: str) -> float:
        """Return a figure per class, added up over a group."""
        return sum(figures.get(name, 0.0) for name in classes_of(group))


@dataclass(frozen=True)
class Coverage:
    """How many vehicles of a group the survey knows, of those of the terrain."""

    group: str
    surveyed: int
    base: float


@dataclass(frozen=True)
class Outcome:
    """What a survey says of a terrain.

    Attributes
    ----------
    corrections
        Values to record, each with its reason.
    notes
        What was answered and can't be used, and why.
    """

    corrections: tuple[tuple[Setting, str], ...]
    coverage: tuple[Coverage, ...]
    notes: tuple[str, ...]


@dataclass
class _Working:
    base: TerrainBase
    words: Words
    covers_all: bool
    notes: list[str] = field(default_factory=list)

    def note(self, key: str, **fields: object) -> None:
        self.notes.append(self.words(f"survey.note.{key}", **fields))

    def why(self, key: str, **fields: float) -> str:
        texts = {name: self.words.number(value) for name, value in fields.items()}
        return self.words(f"survey.why_{key}", **texts)

    def name(self, group: str) -> str:
        return self.words(f"survey.group.{group}").lower()


def survey_outcome(
    answers: Sequence[StoredAnswer], base: TerrainBase, words: Words, *, covers_all: bool
) -> Outcome:
    """Return what the answers of the companies of one terrain say of it.

    Parameters
    ----------
    answers
        The latest of each company.
    base
        The terrain without them.
    words
        Language of reasons and notes.
    covers_all
        Whether these are all companies of the terrain.
    """
    working = _Working(base, words, covers_all)
    groups = groups_of(fleet.group for each in answers for fleet in each.answer.fleets)
    sums = {group: _sum(answers, members_of(group)) for group in groups}
    totals = {
        group: total_vehicles(
            found.vehicles, base.of_group(base.vehicles, group), covers_all=covers_all
        )
        for group, found in sums.items()
    }
    corrections: list[tuple[Setting, str]] = []
    for group, found in sums.items():
        if covers_all and (blank := len(answers) - found.companies):
            companies = companies_text(blank, words)
            working.note("blank_counted", companies=companies, group=working.name(group))
        corrections += _vehicles(group, found, working)
        corrections += _electric(group, found, totals[group], working)
    corrections += _distances(answers, totals, working)
    corrections += _chargers(answers, totals, working)
    coverage = tuple(
        Coverage(group, found.vehicles, base.of_group(base.vehicles, group))
        for group, found in sums.items()
    )
    return Outcome(
        tuple((setting, _reason(why, answers, working)) for setting, why in corrections),
        coverage,
        tuple(working.notes),
    )


def _sum(answers: Sequence[StoredAnswer], groups: Sequence[str]) -> GroupSum:
    return add_up(
        Dated(each.company_number, fleet, year_of_now(day.year, day.month))
        for each in answers
        for fleet in each.answer.fleets
        if fleet.group in groups and (day := each.answer.observed_on)
    )


def _vehicles(group: str, found: GroupSum, working: _Working) -> Iterator[tuple[Setting, str]]:
    """Yield the number of vehicles, where the survey knows it: of a part only if it is more."""
    base = working.base.of_group(working.base.vehicles, group)
    if not found.companies or (not working.covers_all and found.vehicles <= base):
        return
    setting = check_value(FIELDS[_COUNT_FIELDS[group]], found.vehicles)
    yield setting, working.why("vehicles", surveyed=found.vehicles, base=base)


def _electric(
    group: str, found: GroupSum, total: float, working: _Working
) -> Iterator[tuple[Setting, str]]:
    """Yield the electric vehicles of each year: as planned, and of the others as modelled."""
    base = working.base
    modelled = base.of_group(base.model_vehicles, group)
    base_total = base.of_group(base.vehicles, group)
    field_of_group = FIELDS[f"electric_{_COUNT_FIELDS[group]}"]
    for year, (planned, surveyed) in found.electric.items():
        if year < FIRST_YEAR:
            continue
        if year not in base.years:
            working.note("year_not_in_run", year=year)
            continue
        if surveyed < total and not modelled:
            working.note("no_model_share", year=year, group=working.name(group))
            continue
        each = (
            sum(base.electric.get((name, year), 0.0) for name in classes_of(group)) / modelled
            if modelled
            else 0.0
        )
        count = half_up(with_others(planned, surveyed, total, each))
        if total == base_total and count == half_up(each * total):  # as the model has it
            continue
        most = round(
            sum(
                share * total * base.most.get((name, year), 1.0)
                for name, share in _shares(group, working).items()
            )
        )
        if count > most:
            working.note("capped", year=year, planned=count, group=working.name(group), most=most)
        yield (
            check_value(field_of_group, min(count, most), year),
            working.why("planned", planned=planned, surveyed=surveyed, total=total),
        )


def _distances(
    answers: Sequence[StoredAnswer], totals: Mapping[str, float], working: _Working
) -> Iterator[tuple[Setting, str]]:
    """Yield the kilometres per vehicle of each class."""
    if any(fleet.distance_km_per_year is not None for fleet in _of(answers, ALL_TRUCKS)):
        working.note("distance_of_trucks")
    for name in VEHICLE_CLASSES:
        mean = _sum(answers, (name,)).distance_km_per_year
        if mean is None:
            continue
        total = _total_of_class(name, totals, working)
        value = blended(mean, total, working.base.distance_km_per_year[name])
        yield (
            check_value(FIELDS[f"{name}_km_per_year"], float(round(value))),
            working.why("distance", mean=mean.value, surveyed=mean.vehicles, total=total),
        )


def _chargers(
    answers: Sequence[StoredAnswer], totals: Mapping[str, float], working: _Working
) -> Iterator[tuple[Setting, str]]:
    """Yield the power of a charge point, for vans and for trucks."""
    for name, group in (("van_charger_kw", "van"), ("truck_charger_kw", ALL_TRUCKS)):
        mean = _sum(answers, members_of(group)).charger_kw
        if mean is None:
            continue
        of_class = {each: _total_of_class(each, totals, working) for each in classes_of(group)}
        total = sum(of_class.values())
        kw = working.base.charger_kw
        model = (
            sum(count * kw[each] for each, count in of_class.items()) / total
            if total
            else sum(kw[each] for each in of_class) / len(of_class)
        )
        value = round(blended(mean, total, model), _DECIMALS_OF_KW)
        yield (
            check_value(FIELDS[name], value),
            working.why(
                "charger", mean=mean.value, points=mean.weight, surveyed=mean.vehicles, total=total
            ),
        )


def _total_of_class(name: str, totals: Mapping[str, float], working: _Working) -> float:
    """Return the vehicles of a class; of trucks counted together its part of the base."""
    if name in totals:
        return totals[name]
    if name in TRUCK_CLASSES and ALL_TRUCKS in totals:
        return totals[ALL_TRUCKS] * _shares(ALL_TRUCKS, working)[name]
    return working.base.vehicles.get(name, 0.0)


def _shares(group: str, working: _Working) -> dict[str, float]:
    """Return the part that each class has of a group."""
    of = classes_of(group)
    total = working.base.of_group(working.base.vehicles, group)
    return {
        name: working.base.vehicles.get(name, 0.0) / total if total else 1 / len(of) for name in of
    }


def _of(answers: Sequence[StoredAnswer], group: str) -> Iterator[FleetAnswer]:
    return (fleet for each in answers for fleet in each.answer.fleets if fleet.group == group)


def _reason(why: str, answers: Sequence[StoredAnswer], working: _Working) -> str:
    words, expected = working.words, working.base.companies
    response = (
        words("survey.response_all")
        if working.covers_all or expected is None
        else words("survey.response", expected=words.number(expected))
    )
    return words(
        "survey.reason_part",
        companies=companies_text(len(answers), words),
        response=response,
        what=why,
    )


def companies_text(count: int, words: Words) -> str:
    """Return a number of companies in words."""
    return words("survey.companies_one") if count == 1 else words("survey.companies", count=count)
