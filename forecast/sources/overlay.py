"""Lay imported editions over the embedded data: what they hold takes its place, the rest stays."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import polars as pl

from forecast.editions import Imported
from forecast.schema import TABLES, conform
from forecast.sources import ibis, supply_areas, truck_sites, vehicles, ze_zones, zone_polygons
from forecast.sources.counted_vehicles import replaced_by_counts
from forecast.sources.embedded import DEFAULT_FOLDER, SourceData
from forecast.sources.municipalities import FILE as MUNICIPALITIES_FILE
from forecast.sources.municipalities import SECTOR_SHARES

_EDITION_DIGITS: Final = 12
_EMBEDDED_FILES: Final = {
    "terrains": (ibis.FILE,),
    "ze_zones": (ze_zones.FILE, zone_polygons.FILE),
    "supply_areas": (supply_areas.FILE,),
    "truck_sites": (truck_sites.FILE,),
    "vehicles_registered": (vehicles.REGISTERED_FILE,),
    "vans_main_user": (vehicles.MAIN_USER_FILE,),
    "vans_by_province": (vehicles.PROVINCE_FILE,),
    "municipalities": (MUNICIPALITIES_FILE,),
}
"""Files that a table no longer comes from once no row of it is of the embedded data."""
_ALWAYS_BY_KEY: Final = frozenset({"terrain_outlines"})
"""Tables of which rows stay even if a whole edition lacks them: a register without polygons."""
_PARTS: Final = {
    "vehicle_counts": ("statistic_code", "area_level"),
    "region_outlines": ("level",),
    "supply_area_works": ("supply_area_id",),
}
"""Columns that part a table: a whole edition takes the place of the parts that it has rows of."""
_SECTIONS: Final = ("A", "BCDEF", "GI", "HJ")
"""SBI sections of the sectors, in the order of the columns."""

Tables = dict[str, pl.DataFrame]


def lay_over(
    sources: SourceData, imported: Sequence[Imported], data_folder: Path = DEFAULT_FOLDER
) -> SourceData:
    """Return the source tables with editions laid over them, in their order.

    A whole edition takes the place of a table; another one that of the rows with its keys. Of a
    terrain that both hold, the later reference year decides, but an outline counts unless it is of
    another area by now. Counts of vehicles and establishments replace the embedded ones where they
    hold every municipality.

    Raises
    ------
    DataSourceError
        If the corrections to zones are not what they should be.
    SchemaError
        If an edition does not fit the tables of this version.
    """
    if not imported:
        return sources
    tables: Tables = dict(sources.tables)
    for each in imported:
        for name, frame in _still_fitting(each, tables["terrains"]).items():
            rows = frame.with_columns(edition_id=pl.lit(each.edition.edition_id))
            is_whole = each.edition.is_whole and name not in _ALWAYS_BY_KEY
            tables[name] = _laid(name, tables, rows, is_whole=is_whole)
        if each.edition.is_whole and "ze_zones" in each.tables:
            tables |= _corrected_zones(tables, each, data_folder)
    identifiers = "".join(each.edition.edition_id for each in imported)
    edition_id = hashlib.sha256((sources.edition_id + identifiers).encode()).hexdigest()
    edition_id = edition_id[:_EDITION_DIGITS]
    touched = {name for each in imported for name in each.tables}
    derived = _derive(tables, touched)
    tables |= {
        name: frame
        if "edition_id" in frame.columns
        else frame.with_columns(edition_id=pl.lit(edition_id))
        for name, frame in derived.items()
    }
    checked = {name: conform(frame, name) for name, frame in tables.items()}
    gone = {
        name
        for name in touched | derived.keys()
        if sources.edition_id not in checked[name]["edition_id"]
    }
    hashes = _hashes(sources.data_hashes, gone, imported)
    return SourceData(checked, edition_id, hashes)


def _still_fitting(imported: Imported, held: pl.DataFrame) -> Mapping[str, pl.DataFrame]:
    """Return the tables of an edition without terrains that have another outline by now."""
    found = imported.tables
    if imported.edition.is_whole or not {"terrains", "terrain_outlines"} <= found.keys():
        return found
    gone = ibis.outgrown(found["terrains"], found["terrain_outlines"], held)
    names = ("terrains", "terrain_outlines")
    return {
        name: frame.join(gone, on="terrain_id", how="anti") if name in names else frame
        for name, frame in found.items()
    }


def _laid(name: str, tables: Tables, rows: pl.DataFrame, *, is_whole: bool) -> pl.DataFrame:
    table = TABLES[name]
    rows = rows.select(table.polars_schema().names())
    held = tables.get(name, rows.clear())  # what is set beside a run is no source of it
    parts = _PARTS.get(name, ())
    if is_whole and not parts:
        return rows
    if name == "terrains":
        rows = _with_newest(held, rows)
    keys = parts if is_whole or name == "supply_area_works" else table.keys
    rest = held.join(rows, on=list(keys), how="anti")
    return pl.concat([rest, rows]).sort(table.keys)


def _with_newest(held: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """Return rows whose attributes are those of before where these are of a later year.

    Where a terrain lies is taken from the new row if that has its outline. A terrain that a later
    register of its municipality no longer has is left out: it was joined with others or has ended,
    and would count twice.
    """
    later = held.join(
        rows.select("terrain_id", new_year="reference_year"), on="terrain_id", how="inner"
    ).filter(pl.col("reference_year") > pl.col("new_year"))
    place = ("x_rd_m", "y_rd_m", "location_quality", "matched_place_name")
    placed = (
        later.drop("new_year")
        .join(
            rows.filter(location_quality="polygon").select("terrain_id", *place),
            on="terrain_id",
            how="left",
            suffix="_new",
        )
        .with_columns(pl.coalesce(f"{name}_new", name).alias(name) for name in place)
        .select(held.columns)
    )
    ended = ibis.not_in_later_register(rows, held)
    kept = rows.filter(~pl.col("terrain_id").is_in(ended.to_list()))
    return pl.concat([kept.join(placed, on="terrain_id", how="anti"), placed]).sort("terrain_id")


def _derive(tables: Tables, touched: set[str]) -> Tables:
    """Return the tables that follow from what was laid over."""
    derived: Tables = {}
    if "terrains" in touched:
        derived["register_issues"] = ibis.find_register_issues(tables["terrains"])
        derived["terrain_outlines"] = tables["terrain_outlines"].join(
            tables["terrains"], on="terrain_id", how="semi"
        )
    if touched & {"vehicle_counts", "postcode_municipalities"}:
        derived |= replaced_by_counts(tables)
    if "establishment_counts" in touched:
        municipal = _with_establishments(tables)
        derived |= {} if municipal is None else {"municipalities": municipal}
    return derived


def _corrected_zones(tables: Tables, imported: Imported, data_folder: Path) -> Tables:
    """Return the zones of a whole feed and their issues, with the corrections laid over them."""
    edition_id = imported.edition.edition_id
    told = imported.tables.get("zone_issues", tables["zone_issues"].drop("edition_id").clear())
    zones, issues = ze_zones.correct_zones(
        imported.tables["ze_zones"], told, data_folder, tables["municipalities"]
    )
    return {
        "ze_zones": zones.with_columns(edition_id=pl.lit(edition_id)),
        "zone_issues": issues.with_columns(edition_id=pl.lit(edition_id)),
    }


def _with_establishments(tables: Tables) -> pl.DataFrame | None:
    """Return `municipalities` with counted establishments; None unless all of them have a count."""
    held = tables["municipalities"]
    counts = tables["establishment_counts"]
    last = counts.filter(pl.col("count_date") == pl.col("count_date").max())
    total = last.filter(sbi_section="total").select("municipality_code", total="establishments")
    if not held.join(total, on="municipality_code", how="anti").is_empty():
        return None
    has_all = set(last["sbi_section"].unique()) >= {
        section for sections in _SECTIONS for section in sections
    }
    sums = total
    for name, sections in zip(SECTOR_SHARES, _SECTIONS, strict=True):
        part = (
            last.filter(pl.col("sbi_section").is_in(list(sections)))
            .group_by("municipality_code")
            .agg(pl.col("establishments").sum().alias(f"{name}_counted"))
        )
        sums = sums.join(part, on="municipality_code", how="left")
    joined = held.join(sums, on="municipality_code", how="left").with_columns(
        establishments=pl.col("total")
    )
    if has_all:
        joined = joined.with_columns(
            (pl.col(f"{name}_counted").fill_null(0) / pl.col("total")).alias(name)
            for name in SECTOR_SHARES
        )
    return joined.select(held.columns)


def _hashes(
    embedded: Mapping[str, str], replaced: set[str], imported: Sequence[Imported]
) -> dict[str, str]:
    """Return checksums by file: of the embedded ones still in use, and of the imported ones.

    A file stays in use as long as one row of its table is of it.
    """
    gone = {file.as_posix() for name in replaced for file in _EMBEDDED_FILES.get(name, ())}
    kept = {name: digest for name, digest in embedded.items() if name not in gone}
    return kept | {
        f"{each.edition.source_name}:{each.edition.file_name}": each.edition.file_sha256
        for each in imported
    }
