"""Rows of the register of business parks: read one by one, then judged together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log10
from pathlib import Path
from statistics import median
from typing import Any, Final

from forecast.errors import DataSourceError
from forecast.sources.contract import Request
from forecast.sources.placing import polygon_of
from forecast.sources.readers.column_maps import Layout
from forecast.sources.readers.sieve import RowError, Sieve, name_of, number_of, text_of, year_in
from forecast.sources.untrusted.table import decimal_sign, open_table
from forecast.sources.untrusted.vector import Feature, Features

M2_PER_HA: Final = 10_000.0
_MOST_HA: Final = 20_000.0
"""Above any terrain: the port of Rotterdam as a whole has 12,500 ha."""
_FIRST_YEAR, _LAST_YEAR = 1990, 2100
_UNIT_TOLERANCE: Final = 3.0
"""Stated over measured area, and back, within which the middle terrain must lie."""
_UNITS: Final = {"ha": 1.0, "m2": M2_PER_HA}
_LEAST_MIDDLE_M2: Final = 2_500.0
"""Half of the terrains have more than 15 ha: a middle one above this number is in square metres."""


@dataclass(frozen=True)
class Row:
    """One polygon of the register, read but not yet joined with others of its RIN."""

    feature: Feature
    rin: str
    name: str
    code: str
    municipality: str
    place: str
    year: int
    gross: float | None
    net: float | None
    issuable: float | None
    type_code: str | None
    polygon: Any


def read_table(path: Path, given: Path) -> Features:
    """Return the rows of a register without polygons as features without a shape."""
    table = open_table(path, given)
    rows = [Feature(line.number, line.cells, None, line.problem) for line in table.lines()]
    if not rows:
        raise DataSourceError(given, "the file has a header but no rows")
    return Features(given, rows, "CSV", None, table.encoding)


def decimal_of(rows: Iterable[Mapping[str, Any]], columns: Mapping[str, str]) -> str:
    """Return the sign before decimals in the areas of a file."""
    names = [columns[field] for field in ("gross", "net", "issuable") if field in columns]
    return decimal_sign([str(row[name]) for row in rows for name in names if row.get(name)])


def default_year_of(request: Request, columns: Mapping[str, str]) -> int | None:
    """Return the year of rows that have none: of the user, else in the name of the file."""
    if request.reference_date is not None:
        return request.reference_date.year
    found = year_in(request.path)
    if found is None and "reference_year" not in columns:
        raise DataSourceError(
            request.path,
            "the file does not say which year it describes; say so with --date YYYY-MM-DD, or put "
            "the year in its name",
        )
    return found


def read_row(
    feature: Feature, columns: Mapping[str, str], decimal: str, default_year: int | None
) -> Row:
    """Return one polygon of the register.

    Raises
    ------
    RowError
        If it lacks a RIN, a name or a year, its geometry is broken, or an area is no number.
    """
    values = {field: feature.values.get(name) for field, name in columns.items()}
    if feature.problem:
        raise RowError(feature.problem)
    rin = text_of(values["terrain_id"])
    if not rin:
        raise RowError("it has no RIN")
    return Row(
        feature=feature,
        rin=rin,
        name=name_of(values["terrain_name"], "name"),
        code=text_of(values.get("municipality_code")),
        municipality=text_of(values.get("municipality")),
        place=text_of(values.get("place")),
        year=_year(values.get("reference_year"), default_year),
        gross=number_of(values["gross"], "gross area", _MOST_HA * M2_PER_HA, decimal=decimal),
        net=number_of(values["net"], "net area", _MOST_HA * M2_PER_HA, decimal=decimal),
        issuable=number_of(
            values.get("issuable"), "issuable area", _MOST_HA * M2_PER_HA, decimal=decimal
        ),
        type_code=text_of(values.get("ibis_type_code")) or None,
        polygon=None if feature.shape is None else polygon_of(feature.shape),
    )


def _year(value: Any, default: int | None) -> int:
    text = text_of(value)
    if not text and default is not None:
        return default
    if not re.fullmatch(r"[0-9]{4}", text) or not _FIRST_YEAR <= int(text) <= _LAST_YEAR:
        raise RowError(f"its reference year '{text}' is no year from {_FIRST_YEAR} on")
    return int(text)


def newest(rows: Sequence[Row], sieve: Sieve) -> list[Row]:
    """Return the rows of the last year of each RIN; older ones are set apart."""
    last: dict[str, int] = {}
    for row in rows:
        last[row.rin] = max(row.year, last.get(row.rin, row.year))
    for row in rows:
        if row.year < last[row.rin]:
            reason = f"it is RIN {row.rin} of {row.year}; the file has it of {last[row.rin]} too"
            sieve.set_apart(row.feature.number, reason, row.feature.original())
    return [row for row in rows if row.year == last[row.rin]]


def area_unit(rows: Sequence[Row], layout: Layout, given: Path) -> str:
    """Return ha or m2: what stated areas are, by the outlines.

    Raises
    ------
    DataSourceError
        If they are neither.
    """
    by_rin: dict[str, list[Row]] = {}
    for row in rows:
        by_rin.setdefault(row.rin, []).append(row)
    ratios = [ratio for parts in by_rin.values() if (ratio := _ratio(parts)) is not None]
    if not ratios:
        gross = [row.gross for row in rows if row.gross]
        if not gross:
            return layout.area_unit
        return "m2" if median(gross) > _LEAST_MIDDLE_M2 else "ha"
    middle = median(ratios)
    for unit, factor in _UNITS.items():
        if factor / _UNIT_TOLERANCE <= middle <= factor * _UNIT_TOLERANCE:
            return unit
    raise DataSourceError(
        given,
        f"stated areas are {middle:,.3g} times what the outlines measure in hectares; 1 (hectares) "
        "or 10,000 (square metres) is expected",
    )


def _ratio(parts: Sequence[Row]) -> float | None:
    """Return stated over measured area of a terrain [per ha]; None where either is not known.

    Its polygons may each state the whole or their part: what comes nearer to a unit is meant.
    """
    measured_ha = (
        sum(float(part.polygon.area) for part in parts if part.polygon is not None) / M2_PER_HA
    )
    stated = [part.gross for part in parts if part.gross]
    if not stated or not measured_ha:
        return None
    found = (max(stated) / measured_ha, sum(stated) / measured_ha)
    return min(found, key=lambda ratio: min(abs(log10(ratio / unit)) for unit in _UNITS.values()))
