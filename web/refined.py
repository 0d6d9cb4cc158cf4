"""What advisers entered for a terrain, and the model's own figures beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from forecast.fields import FIELDS
from forecast.refinement_state import StatedEntry, read_stated
from forecast.refinement_text import beside_model, field_label, value_text
from forecast.vocabulary import VEHICLE_CLASSES

if TYPE_CHECKING:
    import duckdb

    from forecast.refinement_entry import Entry
    from forecast.terrain_report import TerrainReport
    from forecast.words import Words


@dataclass(frozen=True)
class Told:
    """An entry of the log in words.

    Attributes
    ----------
    what, value
        The field and its value with the unit.
    rest
        What it does to the rest of the municipality; empty where it does nothing.
    """

    refinement_id: str
    state: str
    state_text: str
    what: str
    value: str
    author: str
    observed: str
    entered: str
    source: str
    reason: str
    rest: str


@dataclass(frozen=True)
class SideBySide:
    """A figure as the model has it and as it is used."""

    name: str
    model: str
    used: str

    @property
    def is_refined(self) -> bool:
        """Whether refinements change it, of this terrain or of one nearby."""
        return self.model != self.used


def read_told(
    connection: duckdb.DuckDBPyConnection, terrain_id: str, words: Words
) -> tuple[Told, ...]:
    """Return the log of a terrain in words, the latest first."""
    return tuple(_told(each, words) for each in reversed(read_stated(connection, [terrain_id])))


def side_by_side(
    report: TerrainReport, year: int, scenario: str, words: Words
) -> tuple[SideBySide, ...]:
    """Return the vehicles of each class, and all other figures that refinements change."""
    vehicles = {
        words(f"common.vehicle_class.{name}"): SideBySide(
            words(f"common.vehicle_class.{name}"),
            words.number(report.model_vehicles[name]),
            words.number(report.vehicles[name]),
        )
        for name in VEHICLE_CLASSES
    }
    others = (SideBySide(*row) for row in beside_model(report, year, scenario, words))
    return (*vehicles.values(), *(row for row in others if row.name not in vehicles))


def what_of(entry: Entry, words: Words) -> str:
    """Return what an entry is about, such as ``Elektrische vrachtauto's samen, eind 2030``."""
    return field_label(entry.field, entry.year, words)


def _told(stated: StatedEntry, words: Words) -> Told:
    entry = stated.entry
    is_counted = entry.field in FIELDS and FIELDS[entry.field].is_whole
    return Told(
        entry.refinement_id,
        stated.state,
        words(f"refine.state.{stated.state}", id=entry.undoes or ""),
        what_of(entry, words),
        value_text(entry.value, entry.unit, words),
        entry.author_name,
        words.date(entry.observed_on),
        words.date(entry.entered_at.date()),
        words(f"fields.source.{entry.source}"),
        entry.reason,
        words(f"fields.rest.{entry.municipal_rest}") if is_counted else "",
    )
