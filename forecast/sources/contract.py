"""What a source is, and what reading one of its files gives: one contract for all readers.

A reader takes a file of the publisher as it is. Rows that it can use become rows of the tables of
`forecast.schema`; those that it can't are set apart with the reason and their original text; what
it changed on the way is noted. Nothing of the file is lost, and nothing is guessed in silence.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import polars as pl

SOURCE_NAMES: Final = (
    "ibis",
    "municipalities",
    "provinces",
    "vehicles",
    "postcodes",
    "establishments",
    "ze-zones",
    "supply-areas",
    "truck-sites",
    "charging-sites",
    "forecast",
)
"""Names of the sources, as commands take them, in the order of the forecast."""

BESIDE_SOURCES: Final = frozenset({"forecast"})
"""Sources that no run reads: what others forecast is set beside a run by `laadvraag compare`."""


@dataclass(frozen=True)
class Known:
    """What is known before a file is read: readers look up codes, names and places in it.

    Attributes
    ----------
    tables
        Tables of the layer ``source``, of the embedded data or of imports.
    postcode_points
        Columns postcode4, x_rd_m, y_rd_m and municipality_code.
    """

    tables: Mapping[str, pl.DataFrame]
    postcode_points: pl.DataFrame


@dataclass(frozen=True)
class Request:
    """What is asked of a reader.

    Attributes
    ----------
    path
        The file.
    known
        What to look up in.
    reference_date
        Day that the figures hold on, where the user says so; a file that says it itself wins.
    """

    path: Path
    known: Known
    reference_date: date | None = None


@dataclass(frozen=True)
class Quarantined:
    """A row that could not be used.

    Attributes
    ----------
    row_number
        Its place in the file: a line of a CSV, else the number of the feature, from 1.
    reason
        A sentence.
    original
        The row as it was, as JSON.
    """

    row_number: int
    reason: str
    original: str


@dataclass(frozen=True)
class Note:
    """What was odd in the file, or changed in it, and what became of it.

    Attributes
    ----------
    row_key
        Key of the row of the table, or "" for the whole file.
    code
        Kind of oddity, the same for all rows that share it.
    text
        A sentence.
    """

    row_key: str
    code: str
    text: str


@dataclass(frozen=True)
class FileFacts:
    """What the file says of itself, and what was found in it.

    Attributes
    ----------
    dataset
        Part of the source that it holds, such as a table of CBS; a newer file of the same dataset
        replaces it.
    format_name, encoding
        What kind of file it is.
    rows
        Rows or features in it.
    passed_over
        Among them, good rows of kinds that this source has no use for, such as low-emission zones.
    reference_date
        Day that its figures hold on; None where neither file nor user say so.
    stated_crs, found_crs
        Reference system that it states and that its coordinates are in; None without coordinates.
    """

    dataset: str
    format_name: str
    encoding: str
    rows: int
    passed_over: int = 0
    reference_date: date | None = None
    stated_crs: str | None = None
    found_crs: str | None = None


@dataclass(frozen=True)
class Reading:
    """What reading a file gives.

    Attributes
    ----------
    tables
        Frames by table of the schema, conforming but for the edition, which the import adds.
    facts
        Of the file.
    quarantined, notes
        What could not be used, and what was changed.
    """

    tables: Mapping[str, pl.DataFrame]
    facts: FileFacts
    quarantined: tuple[Quarantined, ...] = ()
    notes: tuple[Note, ...] = ()

    @property
    def used(self) -> int:
        """Rows of the file that are in the tables."""
        return self.facts.rows - self.facts.passed_over - len(self.quarantined)


@dataclass(frozen=True)
class Source:
    """A source of data that users load.

    Attributes
    ----------
    name
        As commands take it; one of `SOURCE_NAMES`.
    label
        What it is, for people.
    publisher, licence
        Who publishes it, under which terms.
    formats
        What its files may be, for people.
    tables
        Tables of the schema that it fills, of the layer ``source``, or ``beside`` where no run
        reads them.
    most_bad_share
        Part of the rows that may be set apart; with more, the file is not what it seems and is
        refused as a whole. Each source states why it is what it is.
    read
        Reads one file.
    """

    name: str
    label: str
    publisher: str
    licence: str
    formats: tuple[str, ...]
    tables: tuple[str, ...]
    most_bad_share: float
    read: Callable[[Request], Reading]
