"""Entries of the log of refinements, and which of them count; nothing here asks the database."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from typing import Final

from forecast.entry_errors import RefinementError
from forecast.fields import find_field
from forecast.refinement_sources import RESTS
from forecast.settings import Setting, check_value
from forecast.spoken import FieldName


@dataclass(frozen=True)
class Entry:
    """One entry of the log; its attributes are the columns of `refinements`."""

    refinement_id: str
    terrain_id: str
    terrain_name: str
    field: str
    value: float | None
    unit: str
    year: int | None
    municipal_rest: str
    author_name: str
    observed_on: date
    entered_at: datetime
    reason: str
    source: str
    undoes: str | None = None

    @property
    def name(self) -> str:
        """The field with its year, such as ``electric_trucks_2030``."""
        return str(self.spoken_name)

    @property
    def spoken_name(self) -> FieldName:
        """The same, for a sentence in any language."""
        return FieldName(self.field, self.year)

    @property
    def setting(self) -> Setting:
        """What the entry sets.

        Raises
        ------
        FieldError
            If the field has gone, or the value is outside its range by now.
        """
        return check_value(find_field(self.field), float(self.value or 0), self.year)


@dataclass(frozen=True)
class Correction:
    """What an adviser enters: the setting, and why it should be believed.

    Attributes
    ----------
    observed_on
        Day of the talk, survey, reading or visit.
    source
        One of `SOURCES`.
    municipal_rest
        One of `RESTS`; only numbers of vehicles have a municipal total.
    """

    setting: Setting
    author_name: str
    observed_on: date
    reason: str
    source: str
    municipal_rest: str = RESTS[0]


def active(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Return the entries that count: neither undone nor overtaken by a later one.

    A later number of trucks overtakes earlier ones of rigid trucks and tractors; a later number of
    tractors overtakes that part of an earlier number of trucks, which then still counts.
    """
    entries = tuple(entries)
    undone = {entry.undoes for entry in entries if entry.undoes}
    kept: dict[tuple[str, str, int | None], Entry] = {}
    for entry in entries:
        if entry.undoes or entry.refinement_id in undone:
            continue
        here = find_field(entry.field)
        for key in list(kept):
            is_same = (key[0], key[2]) == (entry.terrain_id, entry.year)
            if is_same and here.overtakes(find_field(key[1])):
                del kept[key]
        kept[entry.terrain_id, entry.field, entry.year] = entry
    return tuple(kept.values())


def undo_of(entry: Entry, author_name: str, reason: str, now: datetime) -> Entry:
    """Return the entry that takes another one back."""
    return replace(
        entry,
        refinement_id=new_id(now),
        value=None,
        author_name=author_name.strip(),
        observed_on=today(),
        entered_at=now,
        reason=reason.strip(),
        undoes=entry.refinement_id,
    )


def find_entry(entries: Iterable[Entry], refinement_id: str) -> Entry:
    """Return the entry of an id, or of the beginning of one that no other shares.

    Raises
    ------
    RefinementError
        If there is none, or several.
    """
    asked = refinement_id.strip()
    found = [each for each in entries if asked and each.refinement_id.startswith(asked)]
    exact = [each for each in found if each.refinement_id == asked]
    if not found:
        raise RefinementError("no_such_id", id=refinement_id)
    if len(exact or found) > 1:
        raise RefinementError("several_of_id", count=len(found), id=refinement_id)
    [entry] = exact or found
    return entry


def entry_of(
    terrain_id: str,
    terrain_name: str,
    correction: Correction,
    now: datetime,
    made_by: str | None = None,
) -> Entry:
    """Return a correction as an entry of a time; of a program that made it, see `new_id`."""
    setting = correction.setting
    return Entry(
        refinement_id=new_id(now, made_by),
        terrain_id=terrain_id,
        terrain_name=terrain_name,
        field=setting.field.name,
        value=float(setting.value),
        unit=setting.field.unit,
        year=setting.year,
        municipal_rest=correction.municipal_rest,
        author_name=correction.author_name.strip(),
        observed_on=correction.observed_on,
        entered_at=now,
        reason=correction.reason.strip(),
        source=correction.source,
    )


def new_id(now: datetime, made_by: str | None = None) -> str:
    """Return an identifier that sorts by time of entry, and that no other writer chose.

    What made an entry, where no adviser did, stands at its end: it goes along through files and
    other databases, and nobody types it by accident.
    """
    chosen = f"{now:%Y%m%dT%H%M%S%f}-{secrets.token_hex(2)}"
    return f"{chosen}-{made_by}" if made_by else chosen


def today() -> date:
    """Return the day here, on the local clock."""
    return datetime.now().astimezone().date()


COLUMNS: Final = tuple(each.name for each in fields(Entry))
