"""What the last edition of a source changed in the tables that a run reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import polars as pl

from forecast.editions import Edition, Imported, in_use, read_all
from forecast.errors import UnknownNameError
from forecast.schema import TABLES
from forecast.sources.embedded import DEFAULT_FOLDER, read_sources
from forecast.sources.overlay import lay_over

_SAME: Final = 1e-9
"""Relative difference below which numbers are the same: rounding."""
_NOT_COMPARED: Final = frozenset({"edition_id", "outline_wkt"})


@dataclass(frozen=True)
class Change:
    """One value that changed: of which row, in which column, from what to what."""

    key: tuple[Any, ...]
    column: str
    before: Any
    after: Any


@dataclass(frozen=True)
class TableChanges:
    """What changed in a table.

    Attributes
    ----------
    table
        Its name.
    rows_before, rows_after
        How many rows it had and has.
    new, gone
        Keys of rows that came and went.
    changed
        Values of rows that stayed, by column in the order of the schema; outlines are not compared.
    """

    table: str
    rows_before: int
    rows_after: int
    new: Sequence[tuple[Any, ...]]
    gone: Sequence[tuple[Any, ...]]
    changed: Mapping[str, Sequence[Change]]


def last_changes(
    database: Path, source_name: str, data_folder: Path = DEFAULT_FOLDER
) -> tuple[Edition, list[TableChanges]]:
    """Return the last edition of a source, and what it changed.

    What a run would have read just before it was imported is compared with what it reads with it.

    Raises
    ------
    UnknownNameError
        If nothing of the source was imported; with the sources of which something was.
    LaadvraagError
        If database or data can't be read.
    """
    imported = read_all(database)
    numbers = [
        index for index, each in enumerate(imported) if each.edition.source_name == source_name
    ]
    if not numbers:
        names = sorted({each.edition.source_name for each in imported})
        raise UnknownNameError("imported_edition", source_name, names)
    sources = read_sources(data_folder)
    last = imported[numbers[-1]]
    before = lay_over(sources, _used(imported[: numbers[-1]]), data_folder).tables
    after = lay_over(sources, _used(imported[: numbers[-1] + 1]), data_folder).tables
    changes = [compare(name, before.get(name), after[name]) for name in after]
    return last.edition, [each for each in changes if each.new or each.gone or each.changed]


def compare(table_name: str, before: pl.DataFrame | None, after: pl.DataFrame) -> TableChanges:
    """Return what changed from one state of a table to another; None is a table without rows."""
    table = TABLES[table_name]
    keys = list(table.keys)
    held = after.clear() if before is None else before
    both = held.join(after, on=keys, how="inner", suffix="_after", nulls_equal=True)
    changed = {}
    for column in table.columns:
        if column.is_key or column.name in _NOT_COMPARED:
            continue
        old, new = pl.col(column.name), pl.col(f"{column.name}_after")
        differs = old.ne_missing(new)
        if column.dtype == "Float64":
            close = (new - old).abs() <= _SAME * pl.max_horizontal(old.abs(), new.abs())
            differs &= ~close.fill_null(value=False)
        rows = both.filter(differs).sort(keys)
        if rows.height:
            changed[column.name] = [
                Change(tuple(row[:-2]), column.name, row[-2], row[-1])
                for row in rows.select(*keys, old, new).iter_rows()
            ]
    return TableChanges(
        table_name,
        held.height,
        after.height,
        after.join(held, on=keys, how="anti").select(keys).sort(keys).rows(),
        held.join(after, on=keys, how="anti").select(keys).sort(keys).rows(),
        changed,
    )


def _used(imported: Sequence[Imported]) -> list[Imported]:
    used = {edition.edition_id for edition in in_use([each.edition for each in imported])}
    return [each for each in imported if each.edition.edition_id in used]
