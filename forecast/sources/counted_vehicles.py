"""Counted vehicles in the place of the embedded ones, where they hold every area.

Two years or definitions are never mixed in one set of shares: counts replace all municipalities or
none. Table 85236NED may hold municipalities, postcodes or both. Postcodes are added up where the
municipalities are not all there, or are of an earlier day.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import polars as pl

_REGISTERED: Final = "85236NED"
_MAIN_USER: Final = "85619NED"
_CLASSES: Final = ("van", "rigid_truck")
_LEAST_COUNTED: Final = 0.95
"""Part of the known postcodes that must be counted: below it, the counts are of a region.

Not every postcode has a keeper of vehicles in it, so that not all can be asked for."""
_MOST_UNPLACED: Final = 0.01
"""Part of the vehicles that may be in postcodes whose municipality is not known: new ones."""


def replaced_by_counts(tables: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """Return `vehicles_registered`, `vans_main_user` and `vans_by_province` as far as counted.

    Parameters
    ----------
    tables
        Source tables: vehicle_counts, postcode_municipalities and municipalities.
    """
    counts = tables["vehicle_counts"].filter(powertrain="all")
    codes = tables["municipalities"].select(area_code="municipality_code")
    names = tables["municipalities"].select(area_code="province_name").unique()
    found = {}
    if (registered := _registered(counts, tables["postcode_municipalities"], codes)) is not None:
        found["vehicles_registered"] = registered
    users = _last(counts, _MAIN_USER, "municipality", codes, ("van",))
    if users is not None:
        found["vans_main_user"] = users.select(
            municipality_code="area_code", vans_main_user="van", edition_id="edition_id"
        )
    provinces = _last(counts, _MAIN_USER, "province", names, ("van",))
    if provinces is not None:
        found["vans_by_province"] = provinces.select(
            province_name="area_code", vans_main_user="van", edition_id="edition_id"
        )
    return found


def _registered(
    counts: pl.DataFrame, postcode_municipalities: pl.DataFrame, codes: pl.DataFrame
) -> pl.DataFrame | None:
    """Return the last registered vehicles of all municipalities; None if any lacks a count."""
    summed = _summed_by_municipality(counts, postcode_municipalities)
    candidates = [
        (_last(rows, _REGISTERED, "municipality", codes, _CLASSES), counted_per)
        for rows, counted_per in ((counts, "municipality"), (summed, "postcode4"))
    ]
    whole = [(rows, counted_per) for rows, counted_per in candidates if rows is not None]
    if not whole:
        return None
    # The first of equal days: municipalities, which nothing is rounded or left out of.
    rows, counted_per = max(whole, key=lambda each: each[0]["count_date"].item(0))
    return rows.select(
        municipality_code="area_code",
        vans_registered="van",
        rigid_trucks_registered="rigid_truck",
        vehicles_counted_per=pl.lit(counted_per),
        edition_id="edition_id",
    )


def _summed_by_municipality(
    counts: pl.DataFrame, postcode_municipalities: pl.DataFrame
) -> pl.DataFrame:
    """Return postcodes added up to municipalities, of the days of which nearly all are counted.

    A class that a counted postcode has no row of counts as none there.
    """
    per_postcode = counts.filter(
        pl.col("vehicle_class").is_in(_CLASSES),
        statistic_code=_REGISTERED,
        area_level="postcode4",
    )
    placed = per_postcode.join(
        postcode_municipalities.select("postcode4", "municipality_code"),
        left_on="area_code",
        right_on="postcode4",
        how="left",
    )
    is_placed = pl.col("municipality_code").is_not_null()
    days = placed.group_by("count_date").agg(
        counted=pl.col("area_code").filter(is_placed).n_unique(),
        unplaced=pl.col("vehicles").filter(~is_placed).sum() / pl.col("vehicles").sum(),
    )
    complete = days.filter(
        pl.col("counted") >= _LEAST_COUNTED * postcode_municipalities.height,
        pl.col("unplaced") <= _MOST_UNPLACED,
    )
    return (
        placed.filter(is_placed)
        .join(complete, on="count_date", how="semi")
        .with_columns(area_level=pl.lit("municipality"), area_code="municipality_code")
        .group_by("statistic_code", "area_level", "area_code", "vehicle_class", "count_date")
        .agg(pl.col("vehicles").sum(), pl.col("edition_id").max())
    )


def _last(
    counts: pl.DataFrame, statistic: str, level: str, areas: pl.DataFrame, classes: tuple[str, ...]
) -> pl.DataFrame | None:
    """Return the last day on which all areas have all classes, a column each; None if none has.

    Returns
    -------
    polars.DataFrame or None
        Columns area_code, count_date, edition_id and the classes [vehicles].
    """
    rows = counts.filter(
        pl.col("vehicle_class").is_in(classes), statistic_code=statistic, area_level=level
    ).join(areas, on="area_code", how="semi")
    wide = rows.pivot(
        "vehicle_class", index=["area_code", "count_date", "edition_id"], values="vehicles"
    )
    if not set(classes) <= set(wide.columns):
        return None
    counted = wide.drop_nulls(list(classes))
    whole = counted.filter(pl.len().over("count_date") == areas.height)
    last = whole.filter(pl.col("count_date") == pl.col("count_date").max())
    return None if last.is_empty() else last.sort("area_code")
