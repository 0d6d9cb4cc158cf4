"""Counted vehicles in the place of the embedded ones, where they hold every area.

Two years or definitions are never mixed in one set of shares: counts replace all municipalities or
none. Table 85236NED may hold municipalities, postcodes or both. Postcodes are added up where the
municipalities are not all there, or are of an earlier day.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
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

Tables = Mapping[str, pl.DataFrame]


def replaced_by_counts(tables: Tables) -> dict[str, pl.DataFrame]:
    """Return `vehicles_registered`, `vans_main_user` and `vans_by_province` as far as counted.

    Parameters
    ----------
    tables
        Source tables: vehicle_counts, postcode_municipalities and municipalities.
    """
    municipalities = tables["municipalities"]
    codes = municipalities.select(area_code="municipality_code")
    names = municipalities.select(area_code="province_name").unique()
    found = {}
    if (registered := _registered(tables)) is not None:
        found["vehicles_registered"] = registered.drop("count_date")
    users = _last_whole(_counted(tables, _MAIN_USER, "municipality", ("van",)), codes)
    if users is not None:
        found["vans_main_user"] = users.select(
            municipality_code="area_code", vans_main_user="van", edition_id="edition_id"
        )
    provinces = _last_whole(_counted(tables, _MAIN_USER, "province", ("van",)), names)
    if provinces is not None:
        found["vans_by_province"] = provinces.select(
            province_name="area_code", vans_main_user="van", edition_id="edition_id"
        )
    return found


def tell_of_counts(tables: Tables) -> list[str]:
    """Return which counts of registered vehicles are used, and why later ones are not.

    Nothing is told without any count.

    Parameters
    ----------
    tables
        As for `replaced_by_counts`.
    """
    per_municipality = _counted(tables, _REGISTERED, "municipality", _CLASSES)
    postcodes = _days_of_postcodes(tables)
    days = {*per_municipality["count_date"], *postcodes["count_date"]}
    if not days:
        return []
    used = _registered(tables)
    if used is None:
        told = ["Vehicles per municipality: the embedded numbers; no count holds every one."]
        since = date.min
    else:
        since, per = used.select("count_date", "vehicles_counted_per").row(0)
        level = "municipality" if per == "municipality" else "postcode, added up"
        told = [f"Vehicles per municipality: counts of {since} per {level}."]
    all_areas = tables["municipalities"].height
    for day in sorted(day for day in days if day > since):
        areas = per_municipality.filter(count_date=day).height
        if areas:
            counted = f"{areas} of {all_areas} municipalities are counted"
            told.append(f"Counts of {day} per municipality are not used: {counted}.")
        for row in postcodes.filter(count_date=day).rows(named=True):
            why = _what_lacks(row, tables["postcode_municipalities"].height, all_areas)
            told.append(f"Counts of {day} per postcode are not used: {why}.")
    return told


def _what_lacks(day: Mapping[str, float], postcodes: int, municipalities: int) -> str:
    if not postcodes:
        return "`laadvraag data import postcodes` must tell which municipality each lies in"
    if day["counted"] < _LEAST_COUNTED * postcodes:
        counted = f"{day['counted']:,} of {postcodes:,} known postcodes are counted"
        return f"{counted}, and {_LEAST_COUNTED:.0%} is needed"
    if day["unplaced"] > _MOST_UNPLACED:
        unplaced = f"{day['unplaced']:.1%} of the vehicles is in postcodes without a municipality"
        return f"{unplaced}, and at most {_MOST_UNPLACED:.0%} may be"
    if day["classes"] < len(_CLASSES):
        return "they count vans or rigid trucks, and both are needed"
    return f"{day['municipalities']} of {municipalities} municipalities have a postcode in them"


def _registered(tables: Tables) -> pl.DataFrame | None:
    """Return the last registered vehicles of all municipalities; None if any lacks a count."""
    codes = tables["municipalities"].select(area_code="municipality_code")
    candidates = [
        (_last_whole(rows, codes), counted_per)
        for rows, counted_per in (
            (_counted(tables, _REGISTERED, "municipality", _CLASSES), "municipality"),
            (_added_up(tables), "postcode4"),
        )
    ]
    whole = [(rows, counted_per) for rows, counted_per in candidates if rows is not None]
    if not whole:
        return None
    # The first of equal days: municipalities, which nothing is left out of.
    rows, counted_per = max(whole, key=lambda each: each[0]["count_date"].item(0))
    return rows.select(
        municipality_code="area_code",
        vans_registered="van",
        rigid_trucks_registered="rigid_truck",
        vehicles_counted_per=pl.lit(counted_per),
        edition_id="edition_id",
        count_date="count_date",
    )


def _counted(
    tables: Tables, statistic: str, level: str, classes: Sequence[str], *, fill: int | None = None
) -> pl.DataFrame:
    """Return area_code, count_date and edition_id of the areas that have all classes [vehicles].

    Parameters
    ----------
    fill
        Number of a class that an area with another one has no row of; None leaves the area out.
    """
    rows = tables["vehicle_counts"].filter(
        pl.col("vehicle_class").is_in(classes),
        statistic_code=statistic,
        area_level=level,
        powertrain="all",
    )
    wide = rows.pivot(
        "vehicle_class",
        on_columns=list(classes),
        index=["area_code", "count_date", "edition_id"],
        values="vehicles",
    )
    return wide.with_columns(pl.col(*classes).fill_null(pl.lit(fill, pl.Int64))).drop_nulls(
        list(classes)
    )


def _of_postcodes(tables: Tables) -> pl.DataFrame:
    """Return the counted postcodes with their municipality, which may be empty."""
    counted = _counted(tables, _REGISTERED, "postcode4", _CLASSES, fill=0)
    known = tables["postcode_municipalities"].select("postcode4", "municipality_code")
    return counted.join(known, left_on="area_code", right_on="postcode4", how="left")


def _days_of_postcodes(tables: Tables) -> pl.DataFrame:
    """Return per day how many known postcodes, municipalities and classes are counted.

    ``unplaced`` is the part of the vehicles in postcodes that are not known [1].
    """
    is_placed = pl.col("municipality_code").is_not_null()
    vehicles = pl.sum_horizontal(*_CLASSES)
    return (
        _of_postcodes(tables)
        .group_by("count_date")
        .agg(
            counted=pl.col("area_code").filter(is_placed).n_unique(),
            municipalities=pl.col("municipality_code").drop_nulls().n_unique(),
            unplaced=vehicles.filter(~is_placed).sum() / vehicles.sum(),
            classes=pl.sum_horizontal(pl.col(name).sum() > 0 for name in _CLASSES),
        )
    )


def _added_up(tables: Tables) -> pl.DataFrame:
    """Return postcodes added up to municipalities, of the days of which nearly all are counted."""
    complete = _days_of_postcodes(tables).filter(
        pl.col("counted") >= _LEAST_COUNTED * tables["postcode_municipalities"].height,
        pl.col("unplaced") <= _MOST_UNPLACED,
        pl.col("classes") == len(_CLASSES),
    )
    return (
        _of_postcodes(tables)
        .drop_nulls("municipality_code")
        .join(complete, on="count_date", how="semi")
        .group_by(area_code="municipality_code", count_date="count_date")
        .agg(pl.col(*_CLASSES).sum(), pl.col("edition_id").max())
    )


def _last_whole(counted: pl.DataFrame, areas: pl.DataFrame) -> pl.DataFrame | None:
    """Return the last day on which all areas are counted; None if there is none."""
    known = counted.join(areas, on="area_code", how="semi")
    whole = known.filter(pl.len().over("count_date") == areas.height)
    last = whole.filter(pl.col("count_date") == pl.col("count_date").max())
    return None if last.is_empty() else last.sort("area_code")
