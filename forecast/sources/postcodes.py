"""Points in four-digit postcodes, to find terrains around one.

Postcodes of charging addresses are typed by people. A point that rests on few addresses and lies
far from the other postcodes with its first two digits is a slip, such as 1234 in the Hoeksche
Waard; it is left out, so that the postcode counts as not known.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import polars as pl

from forecast.errors import DataSourceError
from forecast.sources.files import EASTING, MUNICIPALITY_CODE, NORTHING, Field, read_csv

FILE: Final = Path("postcodes") / "pc4_points.csv"
_FEW_ADDRESSES: Final = 3
_FAR_M: Final = 35_000
"""Farther than a right point that rests on few addresses lies from the middle of its region."""


def read_postcode_points(data_folder: Path) -> pl.DataFrame:
    """Return `postcode_points` without its edition, and without points that are slips.

    Raises
    ------
    DataSourceError
        If the file is missing or corrupt, or a postcode occurs twice.
    """
    path = data_folder / FILE
    rows = read_csv(
        path,
        {
            "postcode4": Field(pattern=r"[1-9]\d{3}"),
            "x_rd": EASTING,
            "y_rd": NORTHING,
            "n_addresses": Field(pl.Int64, low=1, high=1_000_000),
            "gemeente_code": MUNICIPALITY_CODE,
        },
    )
    repeated = rows.filter(pl.col("postcode4").is_duplicated())["postcode4"].unique().sort()
    if not repeated.is_empty():
        raise DataSourceError(path, f"postcode {', '.join(repeated[:5])} occurs more than once")
    return (
        rows.filter(~_is_slip())
        .select(
            postcode4="postcode4",
            municipality_code="gemeente_code",
            x_rd_m="x_rd",
            y_rd_m="y_rd",
            addresses="n_addresses",
        )
        .sort("postcode4")
    )


def _is_slip() -> pl.Expr:
    region = pl.col("postcode4").str.head(2)
    aside = [pl.col(name) - pl.col(name).median().over(region) for name in ("x_rd", "y_rd")]
    is_far = (aside[0] ** 2 + aside[1] ** 2).sqrt() > _FAR_M
    return is_far & (pl.col("n_addresses") <= _FEW_ADDRESSES)
