"""A table on its way to a file, with what its columns mean and where its rows lie."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from forecast.schema import Column

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import polars as pl

GeometryType = Literal["Point", "MultiPolygon"]

_DECIMALS: Final = 6
"""Of a number in a text file: a millionth of its unit is below what any figure can carry."""

_UNWRITABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


@dataclass(frozen=True)
class Places:
    """Where the rows of a table lie.

    Attributes
    ----------
    geometry_type
        Of all of them.
    shapes
        One shapely geometry in RD New (EPSG:28992) per row; None where the place is not known.
    meaning
        What they show: an outline, a circle of equal area, a point.
    """

    geometry_type: GeometryType
    shapes: npt.NDArray[np.object_]
    meaning: str


@dataclass(frozen=True)
class ExportTable:
    """A table, its meaning, its columns in the order of the frame, and its places if it has any."""

    name: str
    meaning: str
    columns: Sequence[Column]
    frame: pl.DataFrame
    places: Places | None = None

    @property
    def full_meaning(self) -> str:
        """What the rows are and what is drawn of them."""
        return self.meaning if self.places is None else f"{self.meaning} {self.places.meaning}"


def describe(column: Column) -> str:
    """Return the meaning of a column with its unit, where it has one.

    >>> describe(Column("gross_ha", "Float64", "ha", "gross area"))
    'gross area [ha]'
    """
    return f"{column.meaning} [{column.unit}]" if column.unit else column.meaning


def rounded(frame: pl.DataFrame, decimals: int = _DECIMALS) -> pl.DataFrame:
    """Return a frame whose numbers are fit to be written as text; not-a-number is empty."""
    import polars as pl

    return frame.with_columns(pl.selectors.float().fill_nan(None).round(decimals))


def plain_rows(frame: pl.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a frame as JSON can hold them: dates and times as ISO 8601 text."""
    import polars as pl

    dates = pl.selectors.date().dt.strftime("%Y-%m-%d")
    times = pl.selectors.datetime().dt.strftime("%Y-%m-%dT%H:%M:%S")
    return rounded(frame).with_columns(dates, times).to_dicts()


def xml_safe(text: str) -> str:
    """Return text without the characters that XML 1.0 has no way to write."""
    return _UNWRITABLE.sub("\ufffd", text)
