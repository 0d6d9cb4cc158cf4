"""Vehicles counted by CBS: per main user, per postcode and municipality, and by fuel."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

import polars as pl

from forecast.errors import DataSourceError
from forecast.sources.contract import Known, Reading
from forecast.sources.readers.cbs import (
    Area,
    CbsTable,
    Code,
    Dimension,
    area_of,
    day_counted,
    year_of,
)
from forecast.sources.readers.cbs_counts import count_each, reading_of
from forecast.sources.readers.sieve import RowError, count_of
from forecast.sources.zone_sorting import plain_name

DEFINITIONS: Final = {
    "85619NED": "in use at any time of the year, by main user",
    "85236NED": "active on 1 January, by address of the registered keeper",
    "85239NED": "active on 1 January, by address of the registered keeper",
}
"""What the tables count. Three tables, and never one sum: 85236NED and 85239NED leave out dealer
stock and uninsured vehicles, 85619NED holds every vehicle that was in use for a day."""
TYPES: Final = {
    "statistic_code": pl.String,
    "area_level": pl.String,
    "area_code": pl.String,
    "vehicle_class": pl.String,
    "powertrain": pl.String,
    "count_date": pl.Date,
    "vehicles": pl.Int64,
    "definition": pl.String,
}
_NO_COUNT: Final = re.compile(r"jaar|kg|%|km|euro", re.IGNORECASE)
_ELECTRIC: Final = re.compile(r"elektri|full.?elektr|volledig elektr", re.IGNORECASE)
_FUEL: Final = re.compile(r"brandstof|aandrijving", re.IGNORECASE)
_SAID_VALUE: Final = ("None", "", None)


def class_of(title: str) -> str:
    """Return the vehicle class of a title; "" for other vehicles and for sums of classes.

    >>> class_of("Vrachtauto (excl. trekker voor oplegger)"), class_of("Bestelauto")
    ('rigid_truck', 'van')
    """
    plain = title.casefold()
    if plain.startswith("bestelauto") or "aantal bestelauto" in plain:
        return "van"
    if plain.startswith("trekker"):
        return "tractor"
    if plain.startswith("vrachtauto") and "incl" not in plain:
        return "rigid_truck"
    return ""


def read_counts(table: CbsTable, known: Known) -> Reading:
    """Return `vehicle_counts` of a table of CBS.

    Raises
    ------
    DataSourceError
        If it is another table than those of `DEFINITIONS`, has a dimension that nothing is known of
        and no total in it, or counts no vans or trucks.
    """
    if table.identifier not in DEFINITIONS:
        reason = (
            f"it is table {table.identifier} ({table.title}); {', '.join(DEFINITIONS)} are read"
        )
        raise DataSourceError(table.given, reason)
    wanted = {each.identifier: _wanted(table, each) for each in table.others()}
    measures = {name: _Measure.of(code, known) for name, code in table.measures.items()}
    counted, sieve = count_each(
        table, lambda observation: _counted(table, observation, wanted, measures)
    )
    if not counted:
        reason = f"table {table.identifier} counts no vans or trucks in any area"
        raise DataSourceError(table.given, reason)
    definition = DEFINITIONS[table.identifier]
    rows = [(table.identifier, *key, counted[key], definition) for key in sorted(counted)]
    frame = pl.DataFrame(rows, schema=TYPES, orient="row")
    reading = reading_of(table, "vehicle_counts", frame, sieve)
    if set(frame["area_level"]) == {"postcode4"}:
        # By itself no newer edition of the municipalities: it lies beside them.
        dataset = f"{table.identifier} per postcode"
        return replace(reading, facts=replace(reading.facts, dataset=dataset))
    return reading


class _Measure:
    """What a measure counts: a class, an area or a powertrain, where its title says so."""

    def __init__(self, vehicle_class: str, area: Area | None, powertrain: str) -> None:
        self.vehicle_class = vehicle_class
        self.area = area
        self.powertrain = powertrain

    @classmethod
    def of(cls, code: Code, known: Known) -> _Measure | None:
        """Return what a measure counts; None if that is no vehicles, or others."""
        if _NO_COUNT.search(code.unit) or code.title.casefold().startswith("gemiddelde"):
            return None
        if vehicle_class := class_of(code.title):
            return cls(vehicle_class, None, "all")
        if _ELECTRIC.match(code.title):
            return cls("", Area("nation", "NL"), "electric")
        if plain_name(code.title) in {"totaal nederland", "nederland"}:
            return cls("", Area("nation", "NL"), "all")
        provinces = {
            plain_name(name): name for name in known.tables["municipalities"]["province_name"]
        }
        name = provinces.get(plain_name(code.title))
        return cls("", Area("province", name), "all") if name else None


def _wanted(table: CbsTable, dimension: Dimension) -> Mapping[str, Code]:
    """Return the codes of a dimension that are used: classes, fuels, else its total."""
    if any(class_of(code.title) for code in dimension.codes.values()):
        return {name: code for name, code in dimension.codes.items() if class_of(code.title)}
    total = dimension.total
    if total is None:
        titles = ", ".join(code.title for code in list(dimension.codes.values())[:5])
        raise DataSourceError(
            table.given,
            f"dimension {dimension.identifier} of table {table.identifier} has no total among its "
            f"codes ({titles} ...), so that its parts can't be told from their sum",
        )
    kept = {total: dimension.codes[total]}
    if _FUEL.search(dimension.title):
        kept |= {
            name: code for name, code in dimension.codes.items() if _ELECTRIC.match(code.title)
        }
    return kept


def _counted(
    table: CbsTable,
    observation: Mapping[str, Any],
    wanted: Mapping[str, Mapping[str, Code]],
    measures: Mapping[str, _Measure | None],
) -> tuple[tuple[Any, ...], int] | None:
    """Return key and number of an observation; None if it is not of use, or has no number."""
    name = str(observation.get("Measure", "")).strip()
    if name not in measures:
        raise RowError(f"its measure '{name}' is not in MeasureCodes")
    measure = measures[name]
    if measure is None or observation.get("ValueAttribute") not in _SAID_VALUE:
        return None
    vehicle_class, area, powertrain = measure.vehicle_class, measure.area, measure.powertrain
    for dimension, kept in wanted.items():
        code = str(observation.get(dimension, "")).strip()
        if code not in table.dimensions[dimension].codes:
            raise RowError(f"its {dimension} '{code}' is not in {dimension}Codes")
        if code not in kept:
            return None
        vehicle_class = vehicle_class or class_of(kept[code].title)
        if _ELECTRIC.match(kept[code].title):
            powertrain = "electric"
    vehicle_class = vehicle_class or class_of(table.title)
    area = area or _area(table, observation)
    year = _year(table, observation)
    vehicles = count_of(observation.get("Value"), "number")
    if not vehicle_class or area is None or year is None or vehicles is None:
        return None
    day = day_counted(year, table.title)
    return (area.level, area.code, vehicle_class, powertrain, day), vehicles


def _area(table: CbsTable, observation: Mapping[str, Any]) -> Area | None:
    regions = table.of_kind(is_region=True)
    if regions is None:
        return Area("nation", "NL")
    code = str(observation.get(regions.identifier, "")).strip()
    if code not in regions.codes:
        raise RowError(f"its {regions.identifier} '{code}' is not in {regions.identifier}Codes")
    return area_of(regions.codes[code])


def _year(table: CbsTable, observation: Mapping[str, Any]) -> int | None:
    periods = table.of_kind(is_region=False)
    code = "" if periods is None else str(observation.get(periods.identifier, "")).strip()
    if not code:
        raise RowError("it has no period")
    return year_of(code)
