"""`laadvraag regions`: the terrains of regions added up."""

from __future__ import annotations

from pathlib import Path

import click

from commands.options import database_option, scenario_option, terminal_language_option
from forecast.vocabulary import REGION_LEVELS


@click.command(epilog="Example: laadvraag regions --level municipality --region Zwolle")
@database_option
@click.option(
    "--level", type=click.Choice(REGION_LEVELS), default=REGION_LEVELS[0], show_default=True
)
@click.option("--year", type=int, help="A year of the run.  [default: 2030; of one region: all]")
@scenario_option(default=None, help="[default: mid; of one region: all]")
@click.option("--region", help="Name or code of one region.  [default: all of the level]")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@terminal_language_option
def regions(
    database: Path,
    level: str,
    year: int | None,
    scenario: str | None,
    region: str | None,
    language: str,
    *,
    as_json: bool,
) -> None:
    """Show the business parks of regions together: plan classes, vehicles, energy and power.

    Numbers and energy add up to the country. Peaks do not: those of a region are of all its parks
    together, and lower than the sum.
    """
    from commands.regions_page import print_json, print_page
    from forecast.region_figures import regional_figures
    from forecast.run_info import check_scenario_of_run, check_year_of_run, latest_run
    from forecast.search import find_region
    from forecast.store import open_published
    from forecast.vocabulary import NATION
    from forecast.words import load

    with open_published(database) as connection:
        run = latest_run(connection)
        region_id = None if region is None else find_region(connection, level, region)
        if year is not None or region_id is None:
            year = check_year_of_run(run, year)
        if scenario is not None or region_id is None:
            scenario = check_scenario_of_run(run, scenario or "mid")
        found = regional_figures(
            connection, level, year=year, scenario=scenario, region_id=region_id
        )
        nation = regional_figures(connection, NATION, year=year, scenario=scenario)
    if as_json:
        print_json(run.run_id, found, nation)
    elif region_id is None:
        print_page(found, nation, load(language))
    else:
        print_page(found, [], load(language))
