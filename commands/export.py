"""`laadvraag export`: the figures as files that other programs open."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from commands.options import (
    WordChoice,
    chosen_region,
    database_option,
    language_option,
    region_options,
    scenario_option,
)
from commands.terrain_choice import choose_terrain
from forecast.closed_lists import STRATEGY
from forecast.export.formats import FORMATS, SUFFIXES, format_of_suffix
from forecast.vocabulary import SELECTION_LEVELS

if TYPE_CHECKING:
    import duckdb

    from forecast.export.content import Content
    from forecast.export.write import Written
    from forecast.selection import Selection

_ESDL = "esdl"
_OF_ESDL = ("year", "scenario", "strategy")
_FOLDER = Path("output") / "export"


def _tables(_: click.Context, __: click.Parameter, value: str) -> tuple[str, ...]:
    """Read names of tables separated by commas."""
    return tuple(name.strip() for name in value.split(",") if name.strip())


@click.command(epilog="Example: laadvraag export --municipality Zwolle --format gpkg --format xlsx")
@database_option
@click.argument("query", metavar="[NAME|RIN]", required=False)
@click.option(
    "--format",
    "formats",
    type=click.Choice(tuple(FORMATS)),
    multiple=True,
    help="May be given more than once; csv-excel opens in Dutch Excel.  "
    "[default: by the ending of --out, else xlsx]",
)
@region_options
@click.option(
    "--tables",
    callback=_tables,
    default="",
    metavar="NAME,...",
    help="Only these tables, such as terrains,hubs; terrains holds the main figures per year.  "
    "[default: all; terrains in geojson and in one .csv or .parquet file]",
)
@click.option(
    "--out",
    "output",
    type=click.Path(path_type=Path),
    help="File or folder to write; a name that ends in one of "
    f"{', '.join(SUFFIXES)} is a file.  [default: files in {_FOLDER.as_posix()}]",
)
@click.option("--year", type=int, help="Of the profiles in esdl.  [default: 2030]")
@scenario_option(help="Of the profiles in esdl.")
@click.option(
    "--strategy",
    type=WordChoice(STRATEGY),
    default="unmanaged",
    show_default=True,
    help="Of the profiles in esdl.",
)
@language_option
def export(
    database: Path,
    query: str | None,
    formats: tuple[str, ...],
    tables: tuple[str, ...],
    output: Path | None,
    language: str,
    **asked: Any,
) -> None:
    """Write the figures of all terrains, those of a region, or one terrain.

    GeoPackage and GeoJSON for maps, XLSX and ODS for spreadsheets, CSV and Parquet for programs,
    ESDL with the load in every quarter-hour for energy models. Every file says what its columns
    mean, in which unit, and which licences go with them; see docs/exports.md.
    """
    from forecast.export.content import read_content
    from forecast.export.write import place_of_format
    from forecast.store import open_published

    region = chosen_region(**{level: asked[level] for level in SELECTION_LEVELS})
    if query is not None and region is not None:
        raise click.UsageError("give a terrain or a region, not both")
    formats = _check_formats(formats, output)
    _check_esdl_options(formats)
    file = output if output is not None and output.suffix.lower() in SUFFIXES else None
    held = _held(formats, tables, file)
    with open_published(database) as connection:
        selection = _select(connection, query, region)
        folder = output or _FOLDER
        paths = {
            name: file or folder / place_of_format(selection, name, held[name]) for name in formats
        }
        if _ESDL in formats:
            _write_esdl(connection, selection, asked, paths[_ESDL])
            click.echo(paths[_ESDL])
        others = [name for name in formats if name != _ESDL]
        if not others:
            return
        everything = [held[name] for name in others]
        content = read_content(
            connection, selection, [] if [] in everything else [n for e in everything for n in e]
        )
    _write_tables(content, {name: held[name] for name in others}, paths, tables, file, language)


def _write_tables(
    content: Content,
    held: dict[str, list[str]],
    paths: dict[str, Path],
    tables: tuple[str, ...],
    file: Path | None,
    language: str,
) -> None:
    """Write each format with the tables it holds, and say what lacks."""
    from forecast.export.write import write_export
    from forecast.words import load

    words = load(language)
    for name, of_format in held.items():
        part = content.only(of_format) if of_format else content
        written = write_export(part, name, paths[name], words, tables)
        _tell(written)
        if file and not tables and of_format:
            _tell_one_table(file, of_format[0])
        click.echo(written.path)


def _held(
    formats: tuple[str, ...], tables: tuple[str, ...], file: Path | None
) -> dict[str, list[str]]:
    """Return the tables that each format holds; several do not go into one file."""
    from forecast.export.content import check_tables
    from forecast.export.write import tables_of_format

    if tables:
        check_tables(tables)
    held = {name: tables_of_format(name, tables, is_one_file=bool(file)) for name in formats}
    if file and any(len(held[name]) > 1 for name in formats if FORMATS[name].is_per_table):
        raise click.UsageError(f"--out {file} is one file; name a folder for several tables")
    return held


def _select(
    connection: duckdb.DuckDBPyConnection, query: str | None, region: tuple[str, str] | None
) -> Selection:
    """Return the terrains that a name or a region means."""
    from forecast.selection import select_terrain, select_terrains

    if query is not None:
        return select_terrain(connection, choose_terrain(connection, query))
    selection = select_terrains(connection, *(region or ()))
    if not selection.terrain_ids:
        click.echo(f"mind: {selection.region_name} has no business parks", err=True)
    return selection


def _tell_one_table(file: Path, name: str) -> None:
    click.echo(
        f"mind: {file} holds the table {name} only; name another with --tables, "
        "or a folder for all of them",
        err=True,
    )


def _tell(written: Written) -> None:
    """Say what a file does not hold, and what went away."""
    if written.left_out:
        from forecast.export.workbook import MOST_ROWS

        click.echo(
            f"mind: {written.path} leaves out {', '.join(written.left_out)}: over {MOST_ROWS:,} "
            "rows; --tables puts them in by name, and gpkg, parquet and csv hold them",
            err=True,
        )
    if written.removed:
        click.echo(
            f"removed from {written.path}, as of an earlier export: {', '.join(written.removed)}",
            err=True,
        )


def _check_esdl_options(formats: tuple[str, ...]) -> None:
    """Refuse options of ESDL where none is written.

    Raises
    ------
    click.UsageError
        If one was given.
    """
    context = click.get_current_context()
    default = click.core.ParameterSource.DEFAULT
    given = [f"--{name}" for name in _OF_ESDL if context.get_parameter_source(name) != default]
    if given and _ESDL not in formats:
        raise click.UsageError(
            f"only esdl takes {' and '.join(given)}, for its profiles, and the format is "
            f"{', '.join(formats)}; other formats hold all years, scenarios and strategies"
        )


def _check_formats(formats: tuple[str, ...], output: Path | None) -> tuple[str, ...]:
    """Return the formats, which follow from the ending of --out unless they are given.

    Raises
    ------
    click.BadParameter
        If the ending is not known or that of another format, or one file was named for several
        formats.
    """
    suffix = "" if output is None else output.suffix.lower()
    if suffix and suffix not in SUFFIXES and not (output and output.is_dir()):
        message = (
            f"'{output}' ends in {suffix}; a file ends in one of {', '.join(SUFFIXES)}, and a "
            "new folder has a name without a dot"
        )
        raise click.BadParameter(message, param_hint="--out")
    if suffix not in SUFFIXES:
        return tuple(dict.fromkeys(formats)) or ("xlsx",)
    if not formats:
        return (format_of_suffix(suffix),)
    if len(formats) > 1:
        raise click.BadParameter("name a folder for several formats", param_hint="--out")
    if FORMATS[formats[0]].suffix != suffix:
        message = f"'{output}' ends in {suffix} and the format is {formats[0]}"
        raise click.BadParameter(message, param_hint="--out")
    return formats


def _write_esdl(
    connection: duckdb.DuckDBPyConnection, selection: Selection, asked: dict[str, Any], path: Path
) -> None:
    from forecast.assumptions import load
    from forecast.export.energy_system import energy_system
    from forecast.export.esdl_area import Case
    from forecast.files import write_atomically
    from forecast.run_info import check_scenario_of_run, check_year_of_run, latest_run

    run = latest_run(connection)
    case = Case(
        check_year_of_run(run, asked["year"]),
        check_scenario_of_run(run, asked["scenario"]),
        asked["strategy"],
    )
    write_atomically(path, energy_system(connection, selection, case, load()))
