"""National series of the fleet: the stock, its electric part, and registrations."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from forecast.errors import DataSourceError
from forecast.sources.files import TEXT, Field, read_csv

FILE: Final = Path("fleet_history") / "fleet_history.csv"
ELECTRIC_PART: Final = {
    # Electric stock to the stocks that together hold it.
    "vans_electric": ("vans_total",),
    "trucks_electric": ("rigid_trucks_total", "tractors_total"),
}
TOTALS: Final = tuple(total for totals in ELECTRIC_PART.values() for total in totals)
STATUSES: Final = ("published", "secondary", "derived")
MOST_GAP_YEARS: Final = 3
"""Longest time between two points of a stock that the forecast reads as one course."""
_SHOWN: Final = 5


def read_fleet_history(data_folder: Path) -> pl.DataFrame:
    """Return `fleet_history` without its edition.

    Raises
    ------
    DataSourceError
        If a series the forecast needs is missing, two rows share a series and day, a series mixes
        definitions, a stock has a gap of more than three years, an electric stock falls, or it
        exceeds the fleet: names the rows.
    """
    path = data_folder / FILE
    rows = read_csv(
        path,
        {
            "series": TEXT,
            "date": Field(pattern=r"\d{4}(-\d{2}-\d{2})?"),
            "value": Field(pl.Float64, low=0, high=1e9),
            "unit": TEXT,
            "definition": TEXT,
            "known_from": Field(pl.Date),
            "status": Field(pattern="|".join(STATUSES)),
            "source": TEXT,
        },
    ).sort("series", "date")
    problems = [*_repeated(rows), *_mixed(rows)]
    if not problems:
        problems = [problem for name in (*ELECTRIC_PART, *TOTALS) for problem in _gaps(rows, name)]
    if not problems:
        problems = [problem for name in ELECTRIC_PART for problem in _impossible(rows, name)]
    if problems:
        raise DataSourceError(path, "; ".join(problems))
    return rows


def stock_series(fleet_history: pl.DataFrame, series: str) -> pl.DataFrame:
    """Return the dated rows of a series in order: day, date [year], value, known_from, status."""
    day = pl.col("date").str.to_date(strict=False)
    return (
        fleet_history.filter(pl.col("series") == series)
        .with_columns(day=day)
        .filter(pl.col("day").is_not_null())
        .select("day", "value", "known_from", "status", date=decimal_year(pl.col("day")))
        .sort("day")
    )


def electric_counts(fleet_history: pl.DataFrame, group: str) -> pl.DataFrame:
    """Return the electric stock of van or truck, with `known`: when it can have been known."""
    known = pl.max_horizontal(pl.col("date"), decimal_year(pl.col("known_from")))
    return stock_series(fleet_history, f"{group}s_electric").with_columns(known=known)


def decimal_year(day: pl.Expr) -> pl.Expr:
    """Return a day as year with fraction; 1 January is the whole year."""
    days_in_year = pl.when(day.dt.is_leap_year()).then(366).otherwise(365)
    return day.dt.year() + (day.dt.ordinal_day() - 1) / days_in_year


def _repeated(rows: pl.DataFrame) -> Iterator[str]:
    found = rows.filter(rows.select("series", "date").is_duplicated())
    if not found.is_empty():
        yield f"a series has two values on one day: {_show(found)}"


def _mixed(rows: pl.DataFrame) -> Iterator[str]:
    for series, parts in rows.group_by("series", maintain_order=True):
        if parts["definition"].n_unique() > 1:
            first = parts["definition"][0]
            others = parts.filter(pl.col("definition") != first)
            yield f"series {series[0]} mixes definitions ({first} and others): {_show(others)}"


def _gaps(rows: pl.DataFrame, name: str) -> Iterator[str]:
    series = stock_series(rows, name)
    if series.is_empty():
        yield f"series {name} is missing"
        return
    before = series.with_columns(gap=pl.col("date").diff()).filter(pl.col("gap") > MOST_GAP_YEARS)
    for day, gap in before.select("day", "gap").iter_rows():
        yield (
            f"series {name} has a gap of {gap:.1f} years before {day}; "
            f"at most {MOST_GAP_YEARS} can be read as one course"
        )


def _impossible(rows: pl.DataFrame, name: str) -> Iterator[str]:
    electric = stock_series(rows, name)
    falls = electric.filter(pl.col("value").diff() < 0)
    for day, value in falls.select("day", "value").iter_rows():
        yield f"series {name} falls to {value:.0f} on {day}; an electric stock that grows can't"
    parts = [_level(rows, total, electric["date"]) for total in ELECTRIC_PART[name]]
    fleet = np.sum(parts, axis=0)
    for day, value, most in zip(electric["day"], electric["value"], fleet, strict=True):
        if value > most:
            yield f"series {name} has {value:.0f} on {day}, more than the fleet of {most:.0f}"


def _level(rows: pl.DataFrame, name: str, dates: pl.Series) -> npt.NDArray[np.float64]:
    """Return a stock at some dates, between its points by straight lines."""
    series = stock_series(rows, name)
    return np.asarray(np.interp(dates, series["date"], series["value"]))


def _show(rows: pl.DataFrame) -> str:
    shown = ", ".join(
        f"{series} {date} = {value:g}"
        for series, date, value in rows.select("series", "date", "value").head(_SHOWN).iter_rows()
    )
    return shown + (f" and {rows.height - _SHOWN} more" if rows.height > _SHOWN else "")
