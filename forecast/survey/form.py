"""The columns of the form: one table for the empty form, the reader and the export."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

from forecast.files import slug
from forecast.survey.answers import GROUPS
from forecast.vocabulary import FIRST_YEAR, LAST_YEAR
from forecast.words import LANGUAGES, Words, load

Kind = Literal["text", "code", "count", "number", "choice", "day", "schedule"]

ASKED_YEARS: Final = (2030, 2035)
"""Years of the empty form; a company may add columns of others."""


@dataclass(frozen=True)
class FormColumn:
    """A column of the form.

    Attributes
    ----------
    key
        Its name for programs, such as ``van_charger_kw``; a planned number ends in its year.
    topic
        Its key in the words: of a group the same for all groups.
    kind
        What its cells hold.
    unit
        Of its numbers.
    low, high
        Bounds of what is plausible.
    group, year
        That it is about, where it is about one.
    """

    key: str
    topic: str
    kind: Kind
    unit: str = ""
    low: float = 0
    high: float = 0
    group: str | None = None
    year: int | None = None

    def heading(self, words: Words) -> str:
        """Return its heading, with the unit in brackets."""
        text = words(f"survey.heading.{self.topic}")
        if self.year:
            text = words("survey.planned", year=self.year)
        if self.group:
            text = words("survey.of_group", group=words(f"survey.group.{self.group}"), what=text)
        return f"{text} ({self.unit})" if self.unit else text

    def explanation(self, words: Words) -> str:
        """Return what a company should fill in."""
        return words(f"survey.explanation.{self.topic}")


_KM: Final = {"van": 100_000, "rigid_truck": 200_000, "tractor": 250_000, "truck": 250_000}
LOWEST_KM: Final = 5_000


def _of_group(group: str) -> tuple[FormColumn, ...]:
    def column(
        topic: str, kind: Kind, unit: str = "", low: float = 0, high: float = 0
    ) -> FormColumn:
        return FormColumn(f"{group}_{topic}", topic, kind, unit, low, high, group)

    return (
        column("vehicles", "count", high=20_000),
        column("electric", "count", high=20_000),
        *(planned_column(group, year) for year in ASKED_YEARS),
        column("charge_points", "count", high=10_000),
        column("charger_kw", "number", "kW", 2, 1_000),
        column("distance", "number", "km", LOWEST_KM, _KM[group]),
        column("schedule", "schedule"),
    )


def planned_column(group: str, year: int) -> FormColumn:
    """Return the column of the electric vehicles that are planned by the end of a year."""
    key = f"{group}_planned_{year}"
    return FormColumn(key, "planned", "count", high=20_000, group=group, year=year)


COMPANY: Final = FormColumn("company", "company", "text")
TERRAIN: Final = FormColumn("terrain", "terrain", "text")
DAY: Final = FormColumn("date", "date", "day")
FORM: Final = (
    COMPANY,
    FormColumn("contact", "contact", "text"),
    DAY,
    *(column for group in GROUPS for column in _of_group(group)),
    FormColumn("connection", "connection", "choice"),
    FormColumn("contract_kw", "contract_kw", "number", "kW", 0, 100_000),
    FormColumn("feed_in_kw", "feed_in_kw", "number", "kW", 0, 100_000),
    FormColumn("connection_kw", "connection_kw", "number", "kW", 1, 150_000),
    FormColumn("requested_kw", "requested_kw", "number", "kW", 0, 150_000),
    FormColumn("ean", "ean", "code"),
)
"""Columns of the empty form, in their order; `TERRAIN` is one that an adviser may add."""

_UNIT: Final = re.compile(r"\s*[(\[]\s*([^)\]]*?)\s*[)\]]\s*$")
_YEARS: Final = range(FIRST_YEAR, LAST_YEAR + 1)


@dataclass(frozen=True)
class Heading:
    """A heading as it was recognised: its column, and the unit that it states."""

    column: FormColumn
    unit: str | None


def recognise(text: str) -> Heading | None:
    """Return the column of a heading in Dutch, English or the words of programs; None for none.

    Case, accents, spaces and marks don't matter.

    >>> recognise("bestelautos - Totaal ").column.key
    'van_vehicles'
    """
    unit = _UNIT.search(text)
    bare = _UNIT.sub("", text) if unit else text
    for written in dict.fromkeys((slug(text), slug(bare))):
        if column := _HEADINGS.get(written.replace("-", "")):
            return Heading(column, unit[1] if unit and written != slug(text) else None)
    return None


def _headings() -> dict[str, FormColumn]:
    columns = [TERRAIN, *FORM]
    columns += [planned_column(group, year) for group in GROUPS for year in _YEARS]
    found: dict[str, FormColumn] = {}
    for column in columns:
        bare = FormColumn(**{**vars(column), "unit": ""})
        names = [column.key, *(bare.heading(load(language)) for language in LANGUAGES)]
        for name in names:
            found[slug(name).replace("-", "")] = column
    return found


_HEADINGS: Final = _headings()
