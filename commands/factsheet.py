"""`laadvraag factsheet`: the sheet of one terrain, or those of a region or the country."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from commands.options import (
    chosen_region,
    database_option,
    language_option,
    region_options,
    theme_option,
)
from commands.terrain_choice import choose_terrain
from forecast.words import LANGUAGES

if TYPE_CHECKING:
    import duckdb

    from forecast.selection import Selection
    from forecast.theme import Theme

_FORMATS: Final = ("html", "pdf", "xlsx")
_FOLDER: Final = Path("output/factsheets")


def _parse_formats(
    _: click.Context, __: click.Parameter, values: tuple[str, ...]
) -> tuple[str, ...]:
    """Read formats, separated by commas or given one by one."""
    names = [part.strip() for value in values for part in value.split(",") if part.strip()]
    for name in names:
        if name not in _FORMATS:
            raise click.BadParameter(f"'{name}' is not one of {', '.join(_FORMATS)}")
    if values and not names:
        raise click.BadParameter(f"give one or more of {', '.join(_FORMATS)}")
    return tuple(name for name in _FORMATS if name in names) or _FORMATS[:2]


@click.command(epilog="Example: laadvraag factsheet --province Utrecht --format html,pdf,xlsx")
@database_option
@click.argument("query", metavar="[NAME|RIN]", required=False)
@region_options
@click.option("--all", "is_all", is_flag=True, help="All terrains of the country.")
@click.option(
    "--overview",
    "is_overview",
    is_flag=True,
    help="Only the overview of the region, without the sheets of its terrains.",
)
@click.option(
    "--format",
    "formats",
    metavar="html,pdf,xlsx",
    multiple=True,
    callback=_parse_formats,
    help="One or more, separated by commas.  [default: html,pdf]",
)
@click.option(
    "--out",
    "output",
    type=click.Path(path_type=Path),
    help="Folder to write in.  [default: output/factsheets or output/factsheets-en, a set in a "
    "folder of its own there]",
)
@language_option
@theme_option
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    help="Processes that make a set side by side.  [default: one per processor]",
)
@click.option("--again", "is_again", is_flag=True, help="Make files anew that are current, too.")
@click.option(
    "--prune",
    "is_pruned",
    is_flag=True,
    help="Remove files of earlier sets in the folder that this one no longer has.",
)
def factsheet(  # noqa: PLR0913 - one per option
    database: Path,
    query: str | None,
    *,
    municipality: str | None,
    province: str | None,
    nal_region: str | None,
    formats: tuple[str, ...],
    output: Path | None,
    language: str,
    theme_path: Path | None,
    jobs: int | None,
    is_all: bool,
    is_overview: bool,
    is_again: bool,
    is_pruned: bool,
) -> None:
    """Write the factsheet of a terrain, found by name or RIN, or those of a whole region.

    A set gets an index page and an overview of the region. Files that are current already are kept,
    so a set that was stopped goes on where it was.
    """
    region = chosen_region(municipality=municipality, province=province, nal_region=nal_region)
    _require_one((query is not None) + (region is not None) + is_all)
    if is_overview:
        _require_region(query, formats)
    from forecast.selection import select_terrains
    from forecast.store import open_published
    from forecast.theme import load_theme

    theme = load_theme(theme_path)
    with open_published(database) as connection:
        if query is not None:
            folder = output or default_folder(language)
            _write_one(connection, query, folder, formats, language, theme)
            return
        selection = select_terrains(connection, *region) if region else select_terrains(connection)
        folder = output or default_folder(language, selection)
        if is_overview:
            _write_overview(connection, selection, folder, formats, language, theme)
            return
        from commands.factsheet_set import make_set
        from factsheets.bulk import open_set
        from factsheets.overview import set_pages

        with open_set(
            connection, database, selection.terrain_ids, folder,
            language=language, formats=formats, theme=theme,
            nav=set_pages(selection, language, formats), is_again=is_again,
        ) as sheet_set:  # fmt: skip
            click.echo(make_set(sheet_set, selection, formats, jobs, is_pruned=is_pruned))


def _require_one(asked: int) -> None:
    if asked != 1:
        raise click.UsageError(
            "give either the NAME or RIN of a terrain, or one of --municipality, --province and "
            "--nal-region, or --all"
        )


def _require_region(query: str | None, formats: tuple[str, ...]) -> None:
    """Refuse an overview of one terrain, or of a form that there is none of."""
    if query is not None or not set(formats) & {"html", "pdf"}:
        raise click.UsageError(
            "--overview is of a region or --all, as html or pdf; `laadvraag export` has its tables"
        )


def default_folder(language: str, selection: Selection | None = None) -> Path:
    """Return where sheets go unless told: a set in a folder of its own, and so each language."""
    from forecast.selection import region_slug

    folder = (
        _FOLDER if language == LANGUAGES[0] else _FOLDER.with_name(f"{_FOLDER.name}-{language}")
    )
    return folder if selection is None else folder / region_slug(selection)


def _write_one(
    connection: duckdb.DuckDBPyConnection,
    query: str,
    folder: Path,
    formats: tuple[str, ...],
    language: str,
    theme: Theme,
) -> None:
    from factsheets.factsheet import write_factsheet
    from factsheets.material import read_material

    [material] = read_material(connection, [choose_terrain(connection, query)])
    for path in write_factsheet(material, folder, language=language, formats=formats, theme=theme):
        click.echo(path)


def _write_overview(
    connection: duckdb.DuckDBPyConnection,
    selection: Selection,
    folder: Path,
    formats: tuple[str, ...],
    language: str,
    theme: Theme,
) -> None:
    from factsheets.overview import write_overview
    from forecast.region_report import region_report

    for path in write_overview(
        region_report(connection, selection),
        folder,
        language=language,
        formats=formats,
        theme=theme,
    ):
        click.echo(path)
