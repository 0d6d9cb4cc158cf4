"""`laadvraag factsheet`: the sheet of one terrain."""

from __future__ import annotations

from pathlib import Path

import click

from commands.options import database_option, language_option, output_option, theme_option

_FORMATS = ("html", "pdf")


@click.command(epilog='Example: laadvraag factsheet "De Hurk" --format pdf --out output/factsheets')
@database_option
@click.argument("query", metavar="NAME|RIN")
@click.option(
    "--format",
    "formats",
    type=click.Choice(_FORMATS),
    multiple=True,
    help="May be given more than once.  [default: html and pdf]",
)
@output_option("output/factsheets")
@language_option
@theme_option
def factsheet(
    database: Path,
    query: str,
    formats: tuple[str, ...],
    output: Path,
    language: str,
    theme_path: Path | None,
) -> None:
    """Write the factsheet of a terrain, found by name or RIN."""
    from factsheets.factsheet import write_factsheet
    from factsheets.material import read_material
    from forecast.search import find_terrain
    from forecast.store import open_published
    from forecast.theme import load_theme

    theme = load_theme(theme_path)
    with open_published(database) as connection:
        [material] = read_material(connection, [find_terrain(connection, query)])
    for path in write_factsheet(
        material, output, language=language, formats=formats or _FORMATS, theme=theme
    ):
        click.echo(path)
