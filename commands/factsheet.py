"""`laadvraag factsheet`: the sheet of one terrain."""

from __future__ import annotations

from pathlib import Path

import click

from commands.options import database_option, language_option, output_option

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
def factsheet(
    database: Path, query: str, formats: tuple[str, ...], output: Path, language: str
) -> None:
    """Write the factsheet of a terrain, found by name or RIN."""
    from factsheets.factsheet import write_factsheet
    from factsheets.surroundings import read_surroundings
    from forecast.query import terrain_report
    from forecast.search import find_terrain
    from forecast.store import open_published

    with open_published(database) as connection:
        report = terrain_report(connection, find_terrain(connection, query))
        surroundings = read_surroundings(connection, report)
    for path in write_factsheet(
        report, surroundings, output, language=language, formats=formats or _FORMATS
    ):
        click.echo(path)
