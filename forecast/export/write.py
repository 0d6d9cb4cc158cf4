"""Write an export in one of its formats: a file, or a folder with a file per table."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from forecast.errors import LaadvraagError
from forecast.export.content import WIDE, Content
from forecast.export.places import PLACED
from forecast.files import write_atomically, write_together
from forecast.vocabulary import NATION

if TYPE_CHECKING:
    from forecast.export.table import ExportTable
    from forecast.selection import Selection
    from forecast.words import Words


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
_DATA_PACKAGE: Final = "datapackage.json"
_MOST_NAME: Final = 60


class NoPlacesError(LaadvraagError):
    """GeoJSON was asked of a table that is no map layer."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(
            f"table {name} has no places and can't be GeoJSON; those that can: "
            f"{', '.join((WIDE, *PLACED))}"
        )


def tables_of_format(format_name: str, asked: Sequence[str], *, is_one_file: bool) -> list[str]:
    """Return the tables that a format holds; an empty list stands for all of them.

    Raises
    ------
    NoPlacesError
        If GeoJSON is asked of a table without places.
    """
    if format_name == "geojson":
        for name in asked:
            if name not in (WIDE, *PLACED):
                raise NoPlacesError(name)
        return list(asked) or [WIDE]
    if not asked and is_one_file and FORMATS[format_name].is_per_table:
        return [WIDE]
    return list(asked)


def base_name(selection: Selection) -> str:
    """Return the start of the file names of a selection, in letters that every disk takes.

    >>> from forecast.selection import Selection
    >>> base_name(Selection("municipality", "GM0796", "'s-Hertogenbosch", ()))
    'laadvraag-municipality-s-hertogenbosch'
    """
    if selection.level == NATION:
        return "laadvraag"
    name = selection.region_id if selection.level == "terrain" else selection.region_name
    return f"laadvraag-{selection.level.replace('_', '-')}-{_letters(name)}"


def _letters(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_MOST_NAME].strip("-") or "unnamed"


def place_of_format(selection: Selection, format_name: str, tables: Sequence[str]) -> Path:
    """Return the file or folder of a format, relative to the folder of the exports."""
    base, suffix = base_name(selection), FORMATS[format_name].suffix
    if not FORMATS[format_name].is_per_table:
        return Path(base + suffix)
    if len(tables) == 1:
        plain = "" if format_name != "csv-excel" else "-excel"
        return Path(f"{base}-{tables[0]}{plain}{suffix}")
    return Path(f"{base}-{format_name}")


def write_export(
    content: Content, format_name: str, path: Path, words: Words, asked: Sequence[str] = ()
) -> Path:
    """Write an export, except ESDL, and return its file or folder.

    Parameters
    ----------
    content
        The tables to write.
    format_name
        One of `FORMATS`.
    path
        The file; a folder for a format of one file per table that holds several.
    words
        Language of spreadsheets.
    asked
        Tables that were named: a spreadsheet holds those whatever their size.

    Raises
    ------
    OutputError
        If it can't be written; nothing half-written is left and what stood there before still
        does.
    SheetError
        If a spreadsheet can't hold it.
    """
    if format_name == "gpkg":
        from forecast.export.geopackage import write_geopackage

        return write_geopackage(content, path)
    if format_name in ("xlsx", "ods"):
        from forecast.export.spreadsheet import write_ods, write_xlsx
        from forecast.export.workbook import workbook

        write = write_xlsx if format_name == "xlsx" else write_ods
        return write_atomically(path, write(*workbook(content, words, asked)))
    if len(content.tables) == 1:
        _write_files(content, format_name, path.parent, {path.name: content.tables[0]})
    else:
        suffix = FORMATS[format_name].suffix
        files = {table.name + suffix: table for table in content.tables}
        _write_files(content, format_name, path, files)
    return path


def _write_files(
    content: Content, format_name: str, folder: Path, files: dict[str, ExportTable]
) -> None:
    """Write each table to a file of a folder, and beside CSV what describes it."""
    from forecast.export.delimited import DUTCH_EXCEL, PLAIN, data_package, delimited
    from forecast.export.geojson import geojson
    from forecast.export.parquet import parquet

    what = folder / next(iter(files)) if len(files) == 1 else folder
    with write_together(folder, what) as fresh:
        for name, table in files.items():
            if format_name == "geojson":
                body = geojson(table, content)
            elif format_name == "parquet":
                body = parquet(table, content.provenance, content.notices)
            else:
                dialect = DUTCH_EXCEL if format_name == "csv-excel" else PLAIN
                body = delimited(table.frame, dialect)
            (fresh / name).write_bytes(body)
        if FORMATS[format_name].suffix == ".csv":
            package = data_package(
                content.title, files, dialect, content.provenance, content.notices
            )
            only = next(iter(files)) if len(files) == 1 else None
            beside = f"{Path(only).stem}.{_DATA_PACKAGE}" if only else _DATA_PACKAGE
            (fresh / beside).write_bytes(package)
