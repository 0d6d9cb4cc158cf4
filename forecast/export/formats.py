"""The formats of an export: names, endings, and whether each table is a file of its own.

Nothing heavy is imported here: commands read it for their help.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Format:
    """A kind of export.

    Attributes
    ----------
    suffix
        Of its files.
    is_per_table
        Whether each table is a file of its own.
    """

    suffix: str
    is_per_table: bool


FORMATS: Final[dict[str, Format]] = {
    "gpkg": Format(".gpkg", is_per_table=False),
    "geojson": Format(".geojson", is_per_table=True),
    "parquet": Format(".parquet", is_per_table=True),
    "csv": Format(".csv", is_per_table=True),
    "csv-excel": Format(".csv", is_per_table=True),
    "xlsx": Format(".xlsx", is_per_table=False),
    "ods": Format(".ods", is_per_table=False),
    "esdl": Format(".esdl", is_per_table=False),
}
SUFFIXES: Final = tuple(dict.fromkeys(form.suffix for form in FORMATS.values()))


def format_of_suffix(suffix: str) -> str:
    """Return the format that an ending says, the first of those that share it.

    >>> format_of_suffix(".csv")
    'csv'
    """
    return next(name for name, form in FORMATS.items() if form.suffix == suffix)
