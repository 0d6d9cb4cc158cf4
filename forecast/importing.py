"""Import a file of a source: read it, say what was found, and keep it as an edition."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

import polars as pl

from forecast.editions import (
    Edition,
    keep,
    read_in_use,
    stored_editions,
)
from forecast.files import sha256_of
from forecast.schema import TABLES
from forecast.sources.contract import BESIDE_SOURCES, Known, Reading, Request, Source
from forecast.sources.embedded import DEFAULT_FOLDER, SourceData, read_sources
from forecast.sources.overlay import lay_over
from forecast.sources.registry import known_from, read_source, source_named
from forecast.version import code_version

COUNT_SOURCES: Final = ("vehicles", "postcodes")
"""Sources that together say how many vehicles a municipality has."""
_EDITION_DIGITS: Final = 12
_LEAST_WHOLE: Final = 0.9
"""Part of the rows held before from which a file takes their place: below it, it is of a region."""
_ROW_BY_ROW: Final = frozenset({"postcode_municipalities"})
"""Tables of which no file is whole: a tenth of the postcodes less would leave vehicles nowhere."""
_WHOLE_DATASETS: Final = frozenset({"vehicles", "establishments", *BESIDE_SOURCES})
"""Sources whose datasets stand apart from each other: a newer table takes the place of the old.

Of a forecast each file is one statement: two of them are never mixed row by row."""


@dataclass(frozen=True)
class Outcome:
    """What came of an import.

    Attributes
    ----------
    edition
        The edition, kept now or, if the last one of its dataset is the same, then.
    reading
        What was read.
    is_new
        Whether it was kept now.
    replaced
        The edition of the same dataset that was the last before; None if there was none.
    """

    edition: Edition
    reading: Reading
    is_new: bool
    replaced: Edition | None


def check_file(
    database: Path,
    source_name: str,
    path: Path,
    reference_date: date | None = None,
    data_folder: Path = DEFAULT_FOLDER,
) -> Outcome:
    """Read a file as an import would, and keep nothing.

    Parameters
    ----------
    database
        Whose editions are known; need not exist.
    source_name
        One of the sources of the registry.
    path
        The file.
    reference_date
        Day that its figures hold on, if the file does not say it.
    data_folder
        Folder with the embedded data.

    Raises
    ------
    LaadvraagError
        If there is no such source, the file is not what the source gives out, or the database can't
        be read.
    """
    source = source_named(source_name)
    sources = sources_in_use(database, data_folder)
    known = known_from(sources, data_folder)
    reading = read_source(source, Request(path, known, reference_date))
    edition = _edition(source, path, reading, known)
    last = _last_of_dataset(database, edition)
    if last is not None and last.content_id == edition.content_id:
        return Outcome(last, reading, is_new=False, replaced=None)
    return Outcome(_numbered(edition, last), reading, is_new=True, replaced=last)


def import_file(
    database: Path,
    source_name: str,
    path: Path,
    reference_date: date | None = None,
    data_folder: Path = DEFAULT_FOLDER,
) -> Outcome:
    """Read a file and keep it as an edition; nothing that was kept before is changed.

    A file that gives the same as the last one of its dataset is not kept twice; one that gives the
    same as an earlier one is, so that it is the last again.

    Raises
    ------
    LaadvraagError
        As `check_file`, or if the database can't be written.
    """
    outcome = check_file(database, source_name, path, reference_date, data_folder)
    if outcome.is_new:
        quarantine, notes = _records(outcome.edition.edition_id, outcome.reading)
        keep(database, outcome.edition, outcome.reading.tables, quarantine, notes)
    return outcome


def sources_in_use(database: Path, data_folder: Path = DEFAULT_FOLDER) -> SourceData:
    """Return the source tables that the next run would use.

    Raises
    ------
    LaadvraagError
        As `check_file`.
    """
    return lay_over(read_sources(data_folder), read_in_use(database), data_folder)


def _edition(source: Source, path: Path, reading: Reading, known: Known) -> Edition:
    facts = reading.facts
    checksum = sha256_of(path)
    content_id = _content_id(source.name, checksum, reading)
    return Edition(
        edition_id=content_id,
        content_id=content_id,
        source_name=source.name,
        dataset_name=facts.dataset,
        file_name=path.name,
        file_sha256=checksum,
        file_bytes=path.stat().st_size,
        format_name=facts.format_name,
        encoding=facts.encoding,
        reference_date=facts.reference_date,
        stated_crs=facts.stated_crs,
        found_crs=facts.found_crs,
        licence=source.licence,
        is_whole=source.name in _WHOLE_DATASETS or _is_whole(reading.tables, known),
        imported_at=datetime.now(UTC).replace(tzinfo=None),
        code_version=code_version(),
        rows_read=facts.rows,
        rows_used=reading.used,
        rows_passed_over=facts.passed_over,
        rows_quarantined=len(reading.quarantined),
    )


def _is_whole(tables: Mapping[str, pl.DataFrame], known: Known) -> bool:
    """Return whether the first table has about as many rows as are held, or none are held yet."""
    name, frame = next(iter(tables.items()))
    if name in _ROW_BY_ROW:
        return False
    if name == "region_outlines":
        is_municipal = "municipality" in frame["level"]
        column = "municipality_code" if is_municipal else "province_name"
        return frame.height >= _LEAST_WHOLE * known.tables["municipalities"][column].n_unique()
    return frame.height >= _LEAST_WHOLE * known.tables[name].height


def _content_id(source_name: str, checksum: str, reading: Reading) -> str:
    """Return a hash over the file and what was read in it: outlines that are known matter."""
    digest = hashlib.sha256(f"{source_name} {checksum} {reading.facts.reference_date}".encode())
    for name, frame in sorted(reading.tables.items()):
        digest.update(name.encode())
        digest.update(frame.write_csv().encode())
    return digest.hexdigest()[:_EDITION_DIGITS]


def _last_of_dataset(database: Path, edition: Edition) -> Edition | None:
    dataset = edition.source_name, edition.dataset_name
    same = [
        each
        for each in stored_editions(database)
        if (each.source_name, each.dataset_name) == dataset
    ]
    return same[-1] if same else None


def _numbered(edition: Edition, last: Edition | None) -> Edition:
    """Return the edition under an identifier of its own: what came before it is part of it."""
    before = "" if last is None else last.edition_id
    digest = hashlib.sha256(f"{edition.content_id} {before}".encode()).hexdigest()
    return replace(edition, edition_id=digest[:_EDITION_DIGITS])


def _records(edition_id: str, reading: Reading) -> tuple[pl.DataFrame, pl.DataFrame]:
    quarantine = [
        (edition_id, number, row.row_number, row.reason, row.original)
        for number, row in enumerate(reading.quarantined, start=1)
    ]
    notes = [
        (edition_id, number, note.row_key, note.code, note.text)
        for number, note in enumerate(reading.notes, start=1)
    ]
    return (
        pl.DataFrame(quarantine, schema=TABLES["quarantine"].polars_schema(), orient="row"),
        pl.DataFrame(notes, schema=TABLES["import_notes"].polars_schema(), orient="row"),
    )
