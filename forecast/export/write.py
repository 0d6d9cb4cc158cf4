"""Write an export in one of its formats: a file, or a folder with a file per table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from forecast.errors import SpokenError
from forecast.export.content import WIDE, Content
from forecast.export.delimited import DATA_PACKAGE
from forecast.export.earlier import earlier_files
from forecast.export.formats import FORMATS
from forecast.export.places import PLACED
from forecast.files import file_stem, write_atomically, write_together
from forecast.selection import TERRAIN, region_slug

if TYPE_CHECKING:
    from forecast.export.table import ExportTable
    from forecast.selection import Selection
    from forecast.words import Words


class NoPlacesError(SpokenError):
    """GeoJSON was asked of a table that is no map layer."""

    table = "refusals.export"

    def __init__(self, name: str) -> None:
        super().__init__("no_places", table=name, possible=(WIDE, *PLACED))
        self.name = name


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


@dataclass(frozen=True)
class Written:
    """What an export made.

    Attributes
    ----------
    path
        Its file or folder.
    left_out
        Tables that a spreadsheet does not hold for their size.
    removed
        Files of an earlier export in that folder, which this one does not hold.
    """

    path: Path
    left_out: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


def base_name(selection: Selection) -> str:
    """Return the start of the file names of a selection, in letters that every disk takes.

    >>> from forecast.selection import Selection
    >>> base_name(Selection("municipality", "GM0796", "'s-Hertogenbosch", ()))
    'laadvraag-s-hertogenbosch'
    """
    if selection.level == TERRAIN:
        return f"laadvraag-{file_stem(selection.region_id, selection.region_name)}"
    return f"laadvraag-{region_slug(selection)}".rstrip("-")


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
) -> Written:
    """Write an export, except ESDL, and return what was made.

    Tables that an earlier export of ours left in the folder, and that this one does not hold, go
    away: they would be of another run.

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

        return Written(write_geopackage(content, path))
    if format_name in ("xlsx", "ods"):
        from forecast.export.spreadsheet import write_ods, write_xlsx
        from forecast.export.workbook import tables_for_spreadsheet, workbook

        write = write_xlsx if format_name == "xlsx" else write_ods
        write_atomically(path, write(*workbook(content, words, asked)))
        _, left_out = tables_for_spreadsheet(content, asked)
        return Written(path, left_out=tuple(table.name for table in left_out))
    if len(content.tables) == 1:
        _write_files(content, format_name, path.parent, {path.name: content.tables[0]})
        return Written(path)
    suffix = FORMATS[format_name].suffix
    files = {table.name + suffix: table for table in content.tables}
    outdated = earlier_files(path, format_name, files)
    _write_files(content, format_name, path, files, outdated)
    return Written(path, removed=tuple(outdated))


def _write_files(
    content: Content,
    format_name: str,
    folder: Path,
    files: dict[str, ExportTable],
    outdated: Sequence[str] = (),
) -> None:
    """Write each table to a file of a folder, and beside CSV what describes it."""
    from forecast.export.delimited import DUTCH_EXCEL, PLAIN, data_package, delimited
    from forecast.export.geojson import geojson
    from forecast.export.parquet import parquet

    what = folder / next(iter(files)) if len(files) == 1 else folder
    with write_together(folder, what, outdated) as fresh:
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
            beside = f"{Path(only).stem}.{DATA_PACKAGE}" if only else DATA_PACKAGE
            (fresh / beside).write_bytes(package)
