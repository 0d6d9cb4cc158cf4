"""Access rules of zero-emission zones: who may enter one in force, and until when."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import polars as pl

from forecast.errors import DataSourceError
from forecast.sources.files import COUNT, OPTIONAL_TEXT, TEXT, Field, read_csv
from forecast.vocabulary import VEHICLE_CLASSES
from forecast.zone_access import ANY, ZERO_EMISSION

FILE: Final = Path("ze_access_rules") / "ze_access_rules.csv"
_DATE: Final = Field(pl.Date, is_optional=True)
_YES: Final = "yes"


def read_access_rules(data_folder: Path) -> pl.DataFrame:
    """Return `ze_access_rules` without its edition, in the order of reading.

    Raises
    ------
    DataSourceError
        If the file is not what it should be, two rules share a place in the order, or the last one
        does not hold for every vehicle.
    """
    path = data_folder / FILE
    rows = read_csv(
        path,
        {
            "rule_code": TEXT,
            "priority": COUNT,
            "vehicle_class": Field(pattern="|".join((*VEHICLE_CLASSES, ANY))),
            "emission_class": Field(pattern=rf"{ANY}|{ZERO_EMISSION}|[0-6](\|[0-6])*"),
            "registered_from": _DATE,
            "registered_before": _DATE,
            "access_until": _DATE,
            "access": Field(pattern="yes|no"),
            "condition": OPTIONAL_TEXT,
            "status": TEXT,
            "source": TEXT,
        },
    ).sort("priority")
    if rows["priority"].is_duplicated().any():
        raise DataSourceError(path, "two rules share a priority, so that none comes first")
    last = rows.select(
        "vehicle_class", "emission_class", "registered_from", "registered_before"
    ).row(-1)
    if last != (ANY, ANY, None, None):
        raise DataSourceError(path, "the last rule has to hold for every vehicle, but does not")
    return rows.with_columns(is_admitted=pl.col("access") == _YES).drop("access")
