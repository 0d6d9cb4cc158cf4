"""Establishments per sector and municipality: table 81575NED of CBS."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

import polars as pl

from forecast.errors import DataSourceError
from forecast.sources.contract import Reading, Request, Source
from forecast.sources.readers.cbs import CbsTable, Dimension, area_of, read_cbs, year_of
from forecast.sources.readers.cbs_counts import count_each, reading_of
from forecast.sources.readers.sieve import RowError, count_of
from forecast.sources.untrusted.archive import opened

TABLE: Final = "81575NED"
TOTAL: Final = "total"
MOST_BAD_SHARE: Final = 0.01
"""As for the vehicles: CBS keeps its codes in order."""
_SECTION: Final = re.compile(r"([A-U])\s+\S")
_TYPES: Final = {
    "municipality_code": pl.String,
    "sbi_section": pl.String,
    "count_date": pl.Date,
    "establishments": pl.Int64,
}


def read(request: Request) -> Reading:
    """Return `establishment_counts` of the table; parts of sections are passed over.

    Raises
    ------
    DataSourceError
        If it is another table, or holds no sections of municipalities.
    """
    with opened(request.path) as source:
        table = read_cbs(source)
    if table.identifier != TABLE:
        reason = f"it is table {table.identifier} ({table.title}); {TABLE} is read"
        raise DataSourceError(request.path, reason)
    branches = _branches(table)
    sections = _sections(branches)
    counted, sieve = count_each(
        table, lambda observation: _counted(table, branches, sections, observation)
    )
    if not counted:
        raise DataSourceError(request.path, "it counts no establishments of municipalities")
    rows = [(*key, counted[key]) for key in sorted(counted)]
    frame = pl.DataFrame(rows, schema=_TYPES, orient="row")
    return reading_of(table, "establishment_counts", frame, sieve)


def _branches(table: CbsTable) -> Dimension:
    for dimension in table.others():
        if _sections(dimension):
            return dimension
    raise DataSourceError(table.given, "none of its dimensions holds sections of SBI, A to U")


def _sections(dimension: Dimension) -> Mapping[str, str]:
    """Return the section, or total, of the codes that are one: ``A Landbouw ...``."""
    found = {
        name: match[1]
        for name, code in dimension.codes.items()
        if (match := _SECTION.match(code.title))
    }
    total = dimension.total
    return found | ({total: TOTAL} if total and found else {})


def _counted(
    table: CbsTable,
    branches: Dimension,
    sections: Mapping[str, str],
    observation: Mapping[str, Any],
) -> tuple[tuple[str, str, Any], int] | None:
    from datetime import date

    branch = str(observation.get(branches.identifier, "")).strip()
    if branch not in branches.codes:
        raise RowError(f"its branch '{branch}' is not in {branches.identifier}Codes")
    regions, periods = table.of_kind(is_region=True), table.of_kind(is_region=False)
    if regions is None or periods is None:
        raise DataSourceError(table.given, "the table lacks regions or periods")
    region = str(observation.get(regions.identifier, "")).strip()
    if region not in regions.codes:
        raise RowError(f"its region '{region}' is not in {regions.identifier}Codes")
    area = area_of(regions.codes[region])
    year = year_of(str(observation.get(periods.identifier, "")))
    value = count_of(observation.get("Value"), "number")
    is_of_use = branch in sections and area is not None and area.level == "municipality"
    if not is_of_use or area is None or year is None or value is None:
        return None
    return (area.code, sections[branch], date(year, 1, 1)), value


SOURCE: Final = Source(
    name="establishments",
    label="Establishments per sector and municipality",
    publisher="CBS (81575NED)",
    licence="CC-BY-4.0",
    formats=("CBS OData JSON with metadata (zipped too)",),
    tables=("establishment_counts",),
    most_bad_share=MOST_BAD_SHARE,
    read=read,
)
