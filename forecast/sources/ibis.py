"""The register of business parks (IBIS): read it whole, and say what is odd in it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

import polars as pl

from forecast.errors import DataSourceError
from forecast.sources.files import (
    EASTING,
    HECTARES,
    MUNICIPALITY_CODE,
    NORTHING,
    OPTIONAL_TEXT,
    TEXT,
    YEAR,
    read_csv,
)
from forecast.visible import visible

FILE: Final = Path("bedrijventerreinen") / "terreinen.csv"

LIVE_LAYER_TERRAINS: Final = 3744
"""Terrains in the live layer of the register on 2026-10-10; 98 lack a usable municipality code."""

_FIELDS: Final = {
    "rin": TEXT,
    "name": TEXT,
    "gemeente_code": MUNICIPALITY_CODE,
    "reference_year": YEAR,
    "gross_ha": HECTARES,
    "net_ha": HECTARES,
    "issuable_ha": HECTARES,
    "ibis_type": OPTIONAL_TEXT,
    "x_rd": EASTING,
    "y_rd": NORTHING,
    "location_quality": TEXT,
    "place": OPTIONAL_TEXT,
}
_UNKNOWN_TYPES: Final = ("X", "ONBEKEND")


_OUTGROWN: Final = 1.5
"""Areas that differ by more than this factor are of another terrain of the same RIN: registers and
measured outlines of one year lie within a fifth of each other."""


def read_terrains(data_folder: Path) -> pl.DataFrame:
    """Return `terrains` without its edition: as many rows as the register has.

    Raises
    ------
    DataSourceError
        If the register is missing or corrupt, or a RIN occurs twice.
    """
    path = data_folder / FILE
    rows = read_csv(path, _FIELDS)
    repeated = rows.filter(pl.col("rin").is_duplicated())["rin"].unique().sort().to_list()
    if repeated:
        raise DataSourceError(path, f"RIN {', '.join(repeated[:5])} occurs more than once")
    # A name ends up on pages and in files: it may not turn what stands around it, nor be nothing.
    shown = pl.col("name").map_elements(visible, return_dtype=pl.String).str.strip_chars()
    return rows.select(
        terrain_id="rin",
        terrain_name=pl.when(shown == "").then("RIN " + pl.col("rin")).otherwise(shown),
        municipality_code="gemeente_code",
        reference_year="reference_year",
        gross_ha="gross_ha",
        net_ha="net_ha",
        issuable_ha="issuable_ha",
        ibis_type_code="ibis_type",
        x_rd_m="x_rd",
        y_rd_m="y_rd",
        location_quality="location_quality",
        matched_place_name=pl.col("place").fill_null(""),
    ).sort("terrain_id")


def check_municipalities(terrains: pl.DataFrame, known: Iterable[str], data_folder: Path) -> None:
    """Refuse a register whose rows lie in municipalities that do not exist.

    Raises
    ------
    DataSourceError
        With the codes and the RINs.
    """
    strange = terrains.filter(~pl.col("municipality_code").is_in(list(known)))
    if not strange.is_empty():
        shown = strange.select("terrain_id", "municipality_code").rows()[:5]
        listed = "; ".join(f"RIN {terrain}: {code}" for terrain, code in shown)
        reason = (
            f"{strange.height} terrains have a municipality code that does not exist ({listed})"
        )
        raise DataSourceError(data_folder / FILE, reason)


def not_in_later_register(terrains: pl.DataFrame, held: pl.DataFrame) -> pl.Series:
    """Return the RINs of terrains that are not held, where what is held is of a later year.

    Years are compared per municipality: a register mixes them.
    """
    years = held.group_by("municipality_code").agg(held_year=pl.col("reference_year").max())
    return (
        terrains.join(held, on="terrain_id", how="anti")
        .join(years, on="municipality_code", how="inner")
        .filter(pl.col("held_year") > pl.col("reference_year"))["terrain_id"]
        .sort()
    )


def outgrown(
    terrains: pl.DataFrame, terrain_outlines: pl.DataFrame, held: pl.DataFrame
) -> pl.DataFrame:
    """Return the terrains whose outline is of another area than a later register says.

    Terrains are joined with others and extended; an old outline then shows a part of them.

    Returns
    -------
    terrain_id, measured_ha and held_ha [ha], by terrain.
    """
    larger = pl.max_horizontal("measured_ha", "held_ha")
    smaller = pl.min_horizontal("measured_ha", "held_ha")
    return (
        terrain_outlines.join(terrains, on="terrain_id", how="inner")
        .join(
            held.select(
                "terrain_id",
                held_year="reference_year",
                held_ha=pl.when(pl.col("gross_ha") > 0).then("gross_ha").otherwise("net_ha"),
            ),
            on="terrain_id",
            how="inner",
        )
        .filter((pl.col("held_year") > pl.col("reference_year")) & (larger > _OUTGROWN * smaller))
        .select("terrain_id", "measured_ha", "held_ha")
        .sort("terrain_id")
    )


def find_register_issues(terrains: pl.DataFrame) -> pl.DataFrame:
    """Return `register_issues` without its edition: one row per terrain and oddity."""
    occupied = "no vehicles are placed here today"
    reported = "used as it is"
    is_unknown_type = pl.col("ibis_type_code").is_null() | pl.col("ibis_type_code").is_in(
        _UNKNOWN_TYPES
    )
    rules = (
        ("zero_gross_area", pl.col("gross_ha") <= 0, occupied),
        ("zero_net_area", pl.col("net_ha") <= 0, occupied),
        ("net_above_gross", pl.col("net_ha") > pl.col("gross_ha"), "the net area is used"),
        ("issuable_above_net", pl.col("issuable_ha") > pl.col("net_ha"), occupied),
        (
            "nothing_issued",
            (pl.col("issuable_ha") == pl.col("net_ha")) & (pl.col("net_ha") > 0),
            occupied,
        ),
        ("unknown_type", is_unknown_type, "gets the weight of unknown types"),
        (
            "repeated_name",
            pl.struct("terrain_name", "municipality_code").is_duplicated(),
            reported,
        ),
    )
    return pl.concat(
        terrains.filter(condition).select(
            "terrain_id", issue_code=pl.lit(code), consequence=pl.lit(consequence)
        )
        for code, condition, consequence in rules
    ).sort("terrain_id", "issue_code")
