"""`laadvraag map`: the plan map of the country or a region."""

from __future__ import annotations

from pathlib import Path

import click

from commands.options import (
    chosen_region,
    database_option,
    language_option,
    region_options,
    theme_option,
)

_SUFFIXES = (".html", ".htm")


@click.command(
    "map", epilog="Example: laadvraag map --municipality Zwolle --out output/zwolle.html"
)
@database_option
@region_options
@click.option(
    "--out",
    "output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="HTML file to write.  [default: output/plankaart.html, or output/plankaart-REGION.html]",
)
@click.option(
    "--factsheets",
    metavar="FOLDER|URL",
    help="Where the HTML factsheets are that the map links to, as far as they exist; a web address "
    "is taken to have all.  [default: the set of this region or the folder factsheets beside the "
    "map, if it is there]",
)
@click.option(
    "--no-background",
    is_flag=True,
    help="Never fetch the BRT background from PDOK, not even when there is a network.",
)
@theme_option
@language_option
def plan_map(
    database: Path,
    output: Path | None,
    factsheets: str | None,
    no_background: bool,  # noqa: FBT001 - click passes it by name
    theme_path: Path | None,
    language: str,
    **regions: str | None,
) -> None:
    """Write the plan map of the last run as one HTML file that needs no network.

    Beside it stands a second file with the same figures in tables, for who can't use a map.
    """
    if output is not None and output.suffix.lower() not in _SUFFIXES:
        message = f"'{output.name}' should end in .html: a map is a page"
        raise click.BadParameter(message, param_hint="--out")
    from forecast.selection import region_slug, region_stem, select_terrains
    from forecast.store import open_published
    from forecast.theme import load_theme
    from maps.background import PDOK
    from maps.plan_map import write_plan_map

    region = chosen_region(**regions)
    theme = load_theme(theme_path)
    with open_published(database) as connection:
        selection = select_terrains(connection, *(region or ()))
        page = output or Path("output") / f"{region_stem('plankaart', selection)}.html"
        # Where `laadvraag factsheet` puts the set of this region.
        of_region = page.parent / "factsheets" / region_slug(selection)
        if factsheets is None and any(of_region.glob("[0-9]*.html")):
            factsheets = str(of_region)
        path = write_plan_map(
            connection,
            page,
            selection,
            language=language,
            theme=theme,
            background=None if no_background else PDOK,
            factsheets=factsheets,
        )
    click.echo(path)
