"""Business parks (IBIS): the layer of the WarmteAtlas, and files of provinces.

Traps of the source: rows with GM0000 or a municipality that is no more (the polygon says where they
lie); two reference years in one file; a terrain in several polygons, with its area repeated or
divided; areas in square metres as text; names whose accents broke; a net area above the gross one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

import numpy as np
import polars as pl
import shapely

from forecast.sources.contract import FileFacts, Reading, Request, Source
from forecast.sources.ibis import not_in_later_register, outgrown
from forecast.sources.placing import outline_wkt, place
from forecast.sources.readers.column_maps import fits_any, layout_for
from forecast.sources.readers.ibis_parts import Terrain, join_parts
from forecast.sources.readers.ibis_rows import (
    M2_PER_HA,
    Row,
    area_unit,
    decimal_of,
    default_year_of,
    newest,
    read_row,
    read_table,
)
from forecast.sources.readers.locating import Locator
from forecast.sources.readers.sieve import RowError, Sieve, columns_of, municipality_code_of
from forecast.sources.untrusted.archive import kind_of, opened
from forecast.sources.untrusted.vector import read_features

MOST_BAD_SHARE: Final = 0.05
"""The register itself has 98 rows in 3,744 (2.6 %) without a usable municipality, which are still
placed; a file with more than twice as many rows that can't be used is another file."""
_BROKEN: Final = "\ufffd"
_ISSUED: Final = 0.0


def read(request: Request) -> Reading:
    """Return `terrains` and `terrain_outlines` of a file of the register.

    Raises
    ------
    DataSourceError
        If the file is not readable, of no known layout, says no reference year where the user does
        not either, or its areas fit neither hectares nor square metres.
    """
    with opened(request.path) as source:
        if any(kind_of(path) == "csv" for path in source.files):
            features = read_table(source.only("csv"), request.path)
        else:
            features = read_features(source, lambda names: fits_any("ibis", names))
    names = columns_of(row.values for row in features.rows)
    layout, columns = layout_for("ibis", names, request.path)
    placed = place(features)
    sieve = Sieve()
    sieve.tell("", "coordinates", placed.note)
    decimal = decimal_of((row.values for row in placed.rows), columns)
    default_year = default_year_of(request, columns)
    rows = []
    for feature in placed.rows:
        try:
            rows.append(read_row(feature, columns, decimal, default_year))
        except RowError as error:
            sieve.set_apart(feature.number, str(error), feature.original())
    rows = newest(rows, sieve)
    unit = area_unit(rows, layout, request.path)
    if unit != layout.area_unit:
        text = f"areas are in {unit}, not in {layout.area_unit} as usual in the {layout.name} file"
        sieve.tell("", "area_unit", text)
    terrains = join_parts(rows, M2_PER_HA if unit == "m2" else 1.0, sieve)
    tables = _tables(terrains, request, sieve)
    _tell_later_register(tables, request.known.tables["terrains"], sieve)
    years = Counter(terrain.row.year for terrain in terrains)
    _tell_years(years, sieve)
    facts = FileFacts(
        dataset="register",
        format_name=features.format_name,
        encoding=features.encoding,
        rows=len(features.rows),
        # The file says the year of each terrain: the newest is that of the register.
        reference_date=date(max(years), 12, 31) if years else None,
        stated_crs=placed.stated,
        found_crs=placed.found,
    )
    return Reading(tables, facts, tuple(sieve.quarantined), tuple(sieve.notes))


def _tell_years(years: Mapping[int, int], sieve: Sieve) -> None:
    if len(years) > 1:
        shown = ", ".join(f"{year} ({count})" for year, count in sorted(years.items()))
        sieve.tell("", "reference_years", f"the file mixes reference years: {shown}")


def _tell_later_register(
    tables: Mapping[str, pl.DataFrame], held: pl.DataFrame, sieve: Sieve
) -> None:
    """Note what is not laid over a later register that is held."""
    for rin in not_in_later_register(tables["terrains"], held):
        text = "a later register of its municipality has no such RIN; kept, but not laid over it"
        sieve.tell(rin, "ended", text)
    for rin, measured_ha, held_ha in outgrown(
        tables["terrains"], tables["terrain_outlines"], held
    ).iter_rows():
        text = (
            f"its outline has {measured_ha:.1f} ha and a later register says {held_ha:.1f} ha: it "
            "changed since; kept, but its outline is not used"
        )
        sieve.tell(rin, "outgrown", text)


def _tables(terrains: Sequence[Terrain], request: Request, sieve: Sieve) -> dict[str, pl.DataFrame]:
    locator = Locator(request.known)
    held = {
        row["terrain_id"]: row for row in request.known.tables["terrains"].iter_rows(named=True)
    }
    records, outlines = [], []
    for terrain in terrains:
        before = held.get(terrain.row.rin, {})
        try:
            records.append(_record(terrain, before, locator, sieve))
        except RowError as error:
            for part in terrain.parts:
                sieve.set_apart(part.feature.number, str(error), part.feature.original())
            continue
        if terrain.outline is not None:
            outlines.append(
                {
                    "terrain_id": terrain.row.rin,
                    "outline_wkt": outline_wkt(terrain.outline),
                    "parts": len(terrain.parts),
                    "measured_ha": terrain.outline.area / M2_PER_HA,
                }
            )
    return {
        "terrains": pl.DataFrame(records, schema=_TERRAIN_TYPES, orient="row").sort("terrain_id"),
        "terrain_outlines": pl.DataFrame(outlines, schema=_OUTLINE_TYPES).sort("terrain_id"),
    }


def _record(
    terrain: Terrain, before: Mapping[str, Any], locator: Locator, sieve: Sieve
) -> dict[str, Any]:
    row = terrain.row
    where, areas = _where(terrain, before, sieve), _areas(terrain, before, sieve)
    point = shapely.Point(where["x_rd_m"], where["y_rd_m"])
    return {
        "terrain_id": row.rin,
        "terrain_name": _mended(row, before, sieve),
        "municipality_code": _municipality(terrain, before, point, locator, sieve),
        "reference_year": row.year,
        **areas,
        "ibis_type_code": row.type_code or before.get("ibis_type_code"),
        **where,
    }


def _where(terrain: Terrain, before: Mapping[str, Any], sieve: Sieve) -> dict[str, Any]:
    """Return where a terrain lies: inside its outline, else as known from before."""
    if terrain.outline is not None:
        point = shapely.point_on_surface(terrain.outline)
        return {
            "x_rd_m": point.x,
            "y_rd_m": point.y,
            "location_quality": "polygon",
            "matched_place_name": "",
        }
    if not before:
        raise RowError("it has no polygon, and its RIN is not known from before")
    sieve.tell(terrain.row.rin, "no_polygon", "it has no polygon; it stays where it was")
    columns = ("x_rd_m", "y_rd_m", "location_quality", "matched_place_name")
    return {name: before[name] for name in columns}


def _areas(terrain: Terrain, before: Mapping[str, Any], sieve: Sieve) -> dict[str, float]:
    """Return gross, net and issuable area [ha], as stated or as near to it as is known."""
    row = terrain.row
    gross, net, issuable = row.gross, row.net, row.issuable
    if gross is None and terrain.outline is not None:
        gross = terrain.outline.area / M2_PER_HA
        sieve.tell(
            row.rin, "gross_measured", "no gross area is stated; that of its outline is used"
        )
    if gross is None or net is None:
        raise RowError(f"its {'gross' if gross is None else 'net'} area is not stated")
    if net > gross:
        told = f"its net area ({net:g} ha) is above its gross area ({gross:g} ha); kept as stated"
        sieve.tell(row.rin, "net_above_gross", told)
    if issuable is None:
        issuable = min(before.get("issuable_ha", _ISSUED), net)
        known = "as it was" if before else "as if all is issued"
        sieve.tell(row.rin, "issuable_not_stated", f"issuable area is not stated; {known}")
    return {"gross_ha": gross, "net_ha": net, "issuable_ha": issuable}


def _municipality(
    terrain: Terrain, before: Mapping[str, Any], point: Any, locator: Locator, sieve: Sieve
) -> str:
    """Return the municipality: as stated where that exists, else where the terrain lies."""
    row = terrain.row
    stated = [municipality_code_of(part) for part in re.split(r"[,;/|\s]+", row.code) if part]
    existing = [code for code in stated if code in locator.codes]
    if len(existing) == 1:
        _tell_elsewhere(terrain, existing[0], point, locator, sieve)
        return existing[0]
    if not row.code and before.get("municipality_code") in locator.codes:
        return str(before["municipality_code"])
    named = None if row.code else locator.named(row.municipality, row.place, point)
    found = named or locator.at(point)
    said = f"its code is {row.code}" if row.code else "it has no municipality code"
    filed = locator.names[found.municipality_code]
    sieve.tell(row.rin, "municipality_found", f"{said}; filed under {filed}: {found.how}")
    return found.municipality_code


def _tell_elsewhere(
    terrain: Terrain, code: str, point: Any, locator: Locator, sieve: Sieve
) -> None:
    """Note a terrain of which nothing lies in the municipality that it is filed under."""
    if terrain.outline is None or locator.share_inside(np.array([terrain.outline]), code)[0] > 0:
        return
    found = locator.at(point)
    told = (
        f"filed under {locator.names[code]}, where nothing of it lies; {found.how}: "
        f"{locator.names[found.municipality_code]}; the filing is kept"
    )
    sieve.tell(terrain.row.rin, "lies_elsewhere", told)


def _mended(row: Row, before: Mapping[str, Any], sieve: Sieve) -> str:
    """Return the name; where letters were lost, that of before if it differs in these alone."""
    if _BROKEN not in row.name:
        return row.name
    pattern = ".{1,2}".join(re.escape(part) for part in re.split(f"{_BROKEN}+", row.name))
    known = str(before.get("terrain_name", ""))
    if re.fullmatch(pattern, known, flags=re.IGNORECASE):
        sieve.tell(row.rin, "name_mended", f"letters of its name were lost; '{known}' as before")
        return known
    sieve.tell(row.rin, "name_broken", "letters of its name were lost, and are not known")
    return row.name


_TERRAIN_TYPES: Final = {
    "terrain_id": pl.String,
    "terrain_name": pl.String,
    "municipality_code": pl.String,
    "reference_year": pl.Int64,
    "gross_ha": pl.Float64,
    "net_ha": pl.Float64,
    "issuable_ha": pl.Float64,
    "ibis_type_code": pl.String,
    "x_rd_m": pl.Float64,
    "y_rd_m": pl.Float64,
    "location_quality": pl.String,
    "matched_place_name": pl.String,
}
_OUTLINE_TYPES: Final = {
    "terrain_id": pl.String,
    "outline_wkt": pl.String,
    "parts": pl.Int64,
    "measured_ha": pl.Float64,
}

SOURCE: Final = Source(
    name="ibis",
    label="Business parks (IBIS)",
    publisher="Interprovinciaal Overleg, through the WarmteAtlas (RVO) or a province",
    licence="CC0-1.0",
    formats=("GeoJSON", "GeoPackage", "Shapefile (zipped too)", "CSV"),
    tables=("terrains", "terrain_outlines"),
    most_bad_share=MOST_BAD_SHARE,
    read=read,
)
