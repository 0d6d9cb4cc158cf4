"""What the steps from answers to refinements share: the answers, the terrain, and notes on both."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from forecast.settings import Setting
from forecast.survey.answers import FleetAnswer
from forecast.survey.notes import Note, companies_text
from forecast.survey.records import StoredAnswer
from forecast.survey.sums import (
    Dated,
    GroupSum,
    add_up,
    classes_of,
    groups_of,
    members_of,
    total_vehicles,
    year_of_now,
)
from forecast.survey.terrain_base import TerrainBase
from forecast.vocabulary import ALL_TRUCKS, TRUCK_CLASSES
from forecast.words import Words

FEWEST_COMPANIES: Final = 3
"""Below it a sum tells what one company answered, to the other at least."""


@dataclass(frozen=True)
class Said:
    """A value that the survey gives.

    Attributes
    ----------
    setting
        What to record.
    reason
        Why it should be believed.
    companies
        Whose answers it is made of.
    """

    setting: Setting
    reason: str
    companies: int

    @property
    def is_traceable(self) -> bool:
        """Whether so few companies told that it can be traced to one."""
        return self.companies < FEWEST_COMPANIES


@dataclass
class Working:
    """The answers of one terrain while they become refinements.

    Attributes
    ----------
    answers
        The latest of each company.
    base
        The terrain without them.
    words
        Language of the reasons.
    covers_all
        Whether these are all companies of the terrain.
    """

    answers: Sequence[StoredAnswer]
    base: TerrainBase
    words: Words
    covers_all: bool
    notes: list[Note] = field(default_factory=list)

    def __post_init__(self) -> None:
        groups = groups_of(fleet.group for each in self.answers for fleet in each.answer.fleets)
        self.sums: Mapping[str, GroupSum] = {
            group: self.sum_of(members_of(group)) for group in groups
        }
        self.totals: Mapping[str, float] = {
            group: total_vehicles(found.vehicles, self.base_of(group), covers_all=self.covers_all)
            for group, found in self.sums.items()
        }

    def base_of(self, group: str) -> float:
        """Return the vehicles of a group without the survey."""
        return self.base.of_group(self.base.vehicles, group)

    def sum_of(self, groups: Sequence[str]) -> GroupSum:
        """Return the answers about some groups, added up."""
        return add_up(
            Dated(each.company_number, fleet, year_of_now(day.year, day.month))
            for each in self.answers
            for fleet in each.answer.fleets
            if fleet.group in groups and (day := each.answer.observed_on)
        )

    def fleets(self, group: str | None = None) -> Iterator[FleetAnswer]:
        """Yield what companies answered about a group, or about all."""
        for each in self.answers:
            yield from (f for f in each.answer.fleets if group in {None, f.group})

    def is_counted(self, group: str) -> bool:
        """Return whether the survey says how many vehicles of a group there are."""
        found = self.sums[group]
        return bool(found.companies) and (self.covers_all or found.vehicles > self.base_of(group))

    def shares(self, group: str) -> dict[str, float]:
        """Return the part that each class has of a group: a number is split as the model is."""
        figures = self.base.model_vehicles if self.is_counted(group) else self.base.vehicles
        of, total = classes_of(group), self.base.of_group(figures, group)
        return {name: figures.get(name, 0.0) / total if total else 1 / len(of) for name in of}

    def total_of_class(self, name: str) -> float:
        """Return the vehicles of a class; of trucks counted together its part of the base."""
        if name in self.totals:
            return self.totals[name]
        if name in TRUCK_CLASSES and ALL_TRUCKS in self.totals:
            return self.totals[ALL_TRUCKS] * self.shares(ALL_TRUCKS)[name]
        return self.base.vehicles.get(name, 0.0)

    def said(self, setting: Setting, key: str, companies: int, **values: float | str) -> Said:
        """Return a value with its reason, in which nothing can be traced to a company.

        Parameters
        ----------
        setting
            The value.
        key
            Of the words of the reason.
        companies
            That told; of fewer than `FEWEST_COMPANIES` no number is given away.
        values
            Numbers in the reason.
        """
        return Said(setting, self._reason(key, companies, values), companies)

    def _reason(self, key: str, companies: int, values: Mapping[str, float | str]) -> str:
        if companies < FEWEST_COMPANIES:
            key, values = "few", {"count": FEWEST_COMPANIES}
        texts = {
            name: value if isinstance(value, str) else self.words.number(value)
            for name, value in values.items()
        }
        expected = self.base.companies
        response = (
            self.words("survey.response_all")
            if self.covers_all
            else ""
            if expected is None
            else self.words("survey.response", expected=self.words.number(expected))
        )
        return self.words(
            "survey.reason_part",
            companies=companies_text(len(self.answers), self.words),
            response=f" ({response})" if response else "",
            what=self.words(f"survey.why_{key}", **texts),
        )
