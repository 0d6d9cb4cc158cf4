"""Vehicle counts: tables of CBS, and the register of RDW."""

from __future__ import annotations

from typing import Final

from forecast.errors import DataSourceError
from forecast.sources.contract import Reading, Request, Source
from forecast.sources.readers import rdw
from forecast.sources.readers.cbs import read_cbs
from forecast.sources.readers.cbs_vehicles import read_counts
from forecast.sources.untrusted.archive import Opened, kind_of, opened
from forecast.sources.untrusted.table import open_table
from forecast.sources.untrusted.tree import starts_with_list

MOST_BAD_SHARE: Final = 0.01
"""Both publishers keep their codes in order: more than one row in a hundred that can't be read is a
table that was mistaken for another."""


def read(request: Request) -> Reading:
    """Return `vehicle_counts` of a file.

    Raises
    ------
    DataSourceError
        If it is neither a table of CBS that counts vehicles nor the register of RDW.
    """
    with opened(request.path) as source:
        if _is_register(source):
            return rdw.read_register(source, request)
        return read_counts(read_cbs(source), request.known)


def _is_register(source: Opened) -> bool:
    path = next((path for path in source.files if kind_of(path) in {"json", "csv"}), None)
    if path is None:
        source.only("json", "csv")  # says what it is instead
        return False
    if kind_of(path) == "csv":
        if rdw.is_rdw(list(open_table(path, source.given).header)):
            return True
        reason = (
            "a CSV of RDW has the columns kenteken and europese_voertuigcategorie; this has not"
        )
        raise DataSourceError(source.given, reason)
    # Answers of CBS are objects, those of Socrata lists.
    return starts_with_list(path)


SOURCE: Final = Source(
    name="vehicles",
    label="Vehicles counted per area, class and fuel",
    publisher="CBS (85619NED, 85236NED, 85239NED) and RDW (m9d7-ebf2, 8ys7-d773)",
    licence="CC-BY-4.0 (CBS), CC0-1.0 (RDW)",
    formats=("CBS OData JSON with metadata (zipped too)", "RDW Socrata JSON or CSV (zipped too)"),
    tables=("vehicle_counts",),
    most_bad_share=MOST_BAD_SHARE,
    read=read,
)
