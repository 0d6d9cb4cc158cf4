"""Electric vehicles counted per municipality: optional, as no open table of them is embedded."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import polars as pl

from forecast.errors import DataSourceError
from forecast.sources.files import COUNT, MUNICIPALITY_CODE, TEXT, Field, read_csv
from forecast.vocabulary import VEHICLE_GROUPS

FILE: Final = Path("municipal_electric") / "municipal_electric.csv"
_KEYS: Final = ["vehicle_group", "municipality_code", "date"]
_SHOWN: Final = 3
_COLUMNS: Final = {
    "municipality_code": pl.String,
    "vehicle_group": pl.String,
    "date": pl.Date,
    "vehicles": pl.Int64,
    "electric_vehicles": pl.Int64,
    "definition": pl.String,
}


def read_municipal_electric(data_folder: Path) -> pl.DataFrame:
    """Return `municipal_electric` without its edition; no rows where there is no such file.

    Raises
    ------
    DataSourceError
        If two rows share municipality, group and day, more vehicles are electric than there are, a
        group mixes definitions, or a municipality lacks a day that others have: names the rows.
    """
    path = data_folder / FILE
    if not path.exists():
        return pl.DataFrame(schema=_COLUMNS)
    rows = (
        read_csv(
            path,
            {
                "gemeente_code": MUNICIPALITY_CODE,
                "vehicle_group": Field(pattern="|".join(VEHICLE_GROUPS)),
                "date": Field(pl.Date),
                "vehicles": COUNT,
                "electric_vehicles": COUNT,
                "definition": TEXT,
            },
        )
        .rename({"gemeente_code": "municipality_code"})
        .select(_COLUMNS.keys())
        .sort(_KEYS)
    )
    problems = list(_problems(rows))
    if problems:
        raise DataSourceError(path, "; ".join(problems))
    return rows


def check_known(
    municipal_electric: pl.DataFrame, municipality_codes: pl.Series, data_folder: Path
) -> None:
    """Refuse counts of municipalities that are not known.

    Raises
    ------
    DataSourceError
        Names them.
    """
    unknown = sorted(set(municipal_electric["municipality_code"]) - set(municipality_codes))
    if unknown:
        reason = f"{len(unknown)} municipalities are not known (such as {_first(unknown)})"
        raise DataSourceError(data_folder / FILE, reason)


def _problems(rows: pl.DataFrame) -> Iterator[str]:
    repeated = rows.filter(rows.select(_KEYS).is_duplicated())
    if not repeated.is_empty():
        yield f"a municipality has two counts on one day: {_show(repeated)}"
        return
    above = rows.filter(pl.col("electric_vehicles") > pl.col("vehicles"))
    if not above.is_empty():
        yield f"more vehicles are electric than there are: {_show(above)}"
    for (group,), parts in rows.group_by("vehicle_group", maintain_order=True):
        definitions = parts["definition"].unique().sort().to_list()
        if len(definitions) > 1:
            yield f"group {group} mixes definitions: {', '.join(definitions)}"
        days = parts["date"].n_unique()
        lacking = parts.group_by("municipality_code").len().filter(pl.col("len") < days)
        if not lacking.is_empty():
            codes = lacking["municipality_code"].sort().to_list()
            yield f"group {group} has {days} days, but not all of them for {_first(codes)}"


def _show(rows: pl.DataFrame) -> str:
    return "; ".join(
        f"{code} {group} {day}: {electric} of {vehicles}"
        for code, group, day, vehicles, electric, _ in rows.head(_SHOWN).iter_rows()
    )


def _first(names: list[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more
