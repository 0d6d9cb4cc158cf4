"""Refinements and their fields on the terminal, and the same as plain values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from itertools import groupby
from typing import TYPE_CHECKING, Any

import click

from commands.terrain_layout import Layout, layout_for
from forecast.fields import FIELDS, Field
from forecast.refinement_text import field_label, value_text

if TYPE_CHECKING:
    import duckdb

    from forecast.refinement_entry import Entry
    from forecast.refinement_import import Imported
    from forecast.refinement_state import StatedEntry
    from forecast.words import Words

_COLOURS = {"active": "green", "vanished": "red"}
"""Beside the words, never instead of them."""
_FIELD_WIDTH, _UNIT_WIDTH = 28, 14
_LABEL_WIDTH = 14


def entry_record(stated: StatedEntry) -> dict[str, Any]:
    """Return an entry and its state as plain values."""
    return asdict(stated.entry) | {"state": stated.state, "undone_by": stated.by}


def print_list(
    stated: Sequence[StatedEntry], hidden: int, words: Words, *, is_of_one: bool
) -> None:
    """Print entries by terrain, the latest last; and how many more there are."""
    layout = layout_for((), 0)
    if not stated:
        layout.text(words("refine.none_of" if is_of_one else "refine.none"))
    by_terrain = sorted(stated, key=lambda each: (_terrain(each.entry), each.entry.entered_at))
    for name, group in groupby(by_terrain, key=lambda each: _terrain(each.entry)):
        layout.text(name, bold=True)
        for each in group:
            _print_line(each.entry, layout, words, _state(each, words), _COLOURS.get(each.state))
    for terrain_id in dict.fromkeys(
        each.entry.terrain_id for each in by_terrain if each.state == "vanished"
    ):
        layout.text(words("refine.vanished", terrain=terrain_id))
    if hidden:
        click.secho(words("refine.more", count=hidden), dim=True)


def print_vanished(connection: duckdb.DuckDBPyConnection, words: Words) -> None:
    """Say on standard error which terrains of refinements have left the register."""
    from forecast.refinement_state import read_stated

    lost = [each.entry.terrain_id for each in read_stated(connection) if each.state == "vanished"]
    for terrain_id in dict.fromkeys(lost):
        click.echo(words("refine.vanished", terrain=terrain_id), err=True)


def print_entries(title: str, entries: Iterable[Entry], words: Words) -> None:
    """Print entries that were just made."""
    layout = layout_for((), 0)
    for name, group in groupby(entries, key=_terrain):
        layout.text(f"{title} {name}", bold=True)
        for entry in group:
            _print_line(entry, layout, words)


def print_entry(stated: StatedEntry, words: Words) -> None:
    """Print all of one entry."""
    layout = layout_for((), 0)
    entry = stated.entry
    facts = {
        "id": entry.refinement_id,
        "terrain": _terrain(entry),
        "what": f"{field_label(entry.field, entry.year, words)} ({entry.name})",
        "value": value_text(entry.value, entry.unit, words),
        "rest": words(f"fields.rest.{entry.municipal_rest}"),
        "author": entry.author_name,
        "observed": words.date(entry.observed_on),
        "entered": f"{words.date(entry.entered_at.date())}, {entry.entered_at:%H:%M} UTC",
        "source": words(f"fields.source.{entry.source}"),
        "reason": entry.reason,
        "state": _state(stated, words),
    }
    if not FIELDS[entry.field].is_whole:
        del facts["rest"]
    for key, value in facts.items():
        if value:
            layout.text(f"{words(f'refine.show.{key}'):<{_LABEL_WIDTH}}{value}")


def print_import(imported: Imported, words: Words) -> None:
    """Print what an import did, and what needs attention."""
    layout = layout_for((), 0)
    count = len(imported.added)
    key = "refine.imported_one" if count == 1 else "refine.imported"
    counts = {"known": imported.known} if count == 1 else {"known": imported.known, "count": count}
    layout.text(words(key, **counts))
    for terrain_id in imported.vanished:
        layout.text(words("refine.vanished", terrain=terrain_id))
    for sentence in imported.contradictions:
        layout.text(words("refine.contradiction", sentence=sentence.told(words)))


def print_fields(words: Words) -> None:
    """Print the fields in columns: name, unit and range, meaning."""
    layout = layout_for((), 0)
    for field in FIELDS.values():
        if field.is_recorded:
            name = f"{field.name}_2030" if field.has_year else field.name
            unit = words(f"fields.unit.{field.unit}")
            head = f"{name:<{_FIELD_WIDTH}}{unit:<{_UNIT_WIDTH}}{_range(field, words):<20}"
            layout.text(f"{head}{words(f'fields.label.{field.name}')}")


def field_records(words: Words) -> list[dict[str, Any]]:
    """Return the fields as plain values."""
    return [
        {
            "name": field.name,
            "label": words(f"fields.label.{field.name}"),
            "unit": field.unit,
            "low": field.low,
            "high": field.high,
            "has_year": field.has_year,
            "is_whole": field.is_whole,
            "vehicle_classes": list(field.classes),
        }
        for field in FIELDS.values()
        if field.is_recorded
    ]


def _print_line(
    entry: Entry, layout: Layout, words: Words, state: str = "", colour: str | None = None
) -> None:
    what = field_label(entry.field, entry.year, words)
    line = (
        words("refine.undo_line", what=what)
        if entry.undoes
        else words("refine.line", what=what, value=value_text(entry.value, entry.unit, words))
    )
    layout.item(line)
    source = words(f"fields.source.{entry.source}")
    layout.item(
        "  "
        + words(
            "refine.provenance_undo" if entry.undoes else "refine.provenance",
            author=entry.author_name,
            date=words.date(entry.observed_on),
            source=source,
            reason=entry.reason,
        )
    )
    click.secho(f"    {entry.refinement_id}", dim=True, nl=not state)
    if state:
        click.secho(f"  {state}", fg=colour)


def _terrain(entry: Entry) -> str:
    return f"{entry.terrain_name or '?'} (RIN {entry.terrain_id})"


def _state(stated: StatedEntry, words: Words) -> str:
    key = f"refine.state.{stated.state}"
    return words(key, id=stated.entry.undoes) if stated.state == "undo" else words(key)


def _range(field: Field, words: Words) -> str:
    low, high = (words.exact(bound) for bound in (field.low, field.high))
    return words("fields.range", low=low, high=high)
