"""All sources that users load, and the one way to read a file of any of them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Final

from forecast.errors import DataSourceError, SchemaError, UnknownNameError
from forecast.schema import conform
from forecast.sources.contract import SOURCE_NAMES, Known, Reading, Request, Source
from forecast.sources.embedded import DEFAULT_FOLDER, SourceData
from forecast.sources.files import EASTING, MUNICIPALITY_CODE, NORTHING, Field, read_csv
from forecast.sources.readers import (
    charging_sites,
    establishments,
    external_forecast,
    ibis,
    postcodes,
    regions,
    supply_areas,
    truck_sites,
    vehicles,
    ze_zones,
)
from forecast.sources.readers.sieve import MOST_SET_APART, TooManyBadRowsError
from forecast.sources.untrusted.text import one_line

SOURCES: Final = {
    source.name: source
    for source in (
        ibis.SOURCE,
        regions.MUNICIPALITIES,
        regions.PROVINCES,
        vehicles.SOURCE,
        postcodes.SOURCE,
        establishments.SOURCE,
        ze_zones.SOURCE,
        supply_areas.SOURCE,
        truck_sites.SOURCE,
        charging_sites.SOURCE,
        external_forecast.SOURCE,
    )
}
_POSTCODES: Final = Path("postcodes") / "pc4_points.csv"
_SHOWN: Final = 3


def source_named(name: str) -> Source:
    """Return a source.

    Raises
    ------
    UnknownNameError
        If there is none of this name; with those that there are.
    """
    if name not in SOURCES:
        raise UnknownNameError("source", name, SOURCE_NAMES)
    return SOURCES[name]


def known_from(sources: SourceData, data_folder: Path = DEFAULT_FOLDER) -> Known:
    """Return what readers look up in, of tables that were read.

    Raises
    ------
    DataSourceError
        If the points of postcodes are not what they should be.
    """
    points = read_csv(
        data_folder / _POSTCODES,
        {
            "postcode4": Field(pattern=r"[1-9]\d{3}"),
            "x_rd": EASTING,
            "y_rd": NORTHING,
            "gemeente_code": MUNICIPALITY_CODE,
        },
    ).rename({"x_rd": "x_rd_m", "y_rd": "y_rd_m", "gemeente_code": "municipality_code"})
    return Known(sources.tables, points)


def read_source(source: Source, request: Request) -> Reading:
    """Return what a file of a source holds, every table conforming but for its edition.

    Raises
    ------
    DataSourceError
        If the file is not what the source gives out: the reader says why, or more rows than the
        source allows can't be used, or rows share a key.
    """
    try:
        reading = source.read(request)
    except (RecursionError, MemoryError):
        reason = "it is nested too deep, or too large, to be read"
        raise DataSourceError(request.path, reason) from None
    except TooManyBadRowsError as error:
        count = f"more than {MOST_SET_APART:,} rows"
        reason = f"{count} can't be used, so that nothing is; the last: {error}"
        raise DataSourceError(request.path, reason) from None
    except DataSourceError as error:
        # What the file holds may be quoted, line breaks and all.
        if isinstance(error.reason, str):
            raise DataSourceError(error.path, one_line(error.reason)) from None
        raise
    _refuse_bad(source, request.path, reading)
    try:
        tables = {
            name: conform(frame, name, add={"edition_id": ""}).drop("edition_id")
            for name, frame in reading.tables.items()
        }
    except SchemaError as error:
        raise DataSourceError(request.path, "; ".join(error.problems)) from None
    return replace(reading, tables=tables)


def _refuse_bad(source: Source, path: Path, reading: Reading) -> None:
    bad = len(reading.quarantined)
    judged = reading.facts.rows - reading.facts.passed_over
    if bad <= source.most_bad_share * judged:
        return
    shown = "; ".join(f"row {row.row_number}: {row.reason}" for row in reading.quarantined[:_SHOWN])
    more = f"; and {bad - _SHOWN} more" if bad > _SHOWN else ""
    raise DataSourceError(
        path,
        f"{bad} of {judged} rows can't be used, more than the {source.most_bad_share:.0%} that "
        f"{source.name} allows, so that nothing is: {shown}{more}",
    )
