"""`laadvraag map`: the plan map of the country or one municipality."""

from __future__ import annotations

from pathlib import Path

import click

from commands.options import database_option, language_option


@click.command(
    "map", epilog="Example: laadvraag map --municipality Zwolle --out output/zwolle.html"
)
@database_option
@click.option("--municipality", help="Name or code of a municipality.  [default: the country]")
@click.option(
    "--out",
    "output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="HTML file to write.  [default: output/plankaart.html, or output/plankaart-CODE.html]",
)
@language_option
def plan_map(database: Path, municipality: str | None, output: Path | None, language: str) -> None:
    """Write the plan map of the last run as one HTML file that needs no network."""
    from forecast.search import find_municipality
    from forecast.store import open_published
    from maps.plan_map import write_plan_map

    with open_published(database) as connection:
        code = find_municipality(connection, municipality) if municipality else None
        name = f"plankaart-{code}.html" if code else "plankaart.html"
        path = write_plan_map(
            connection,
            output or Path("output") / name,
            language=language,
            municipality_code=code,
        )
    click.echo(path)
