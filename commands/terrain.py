"""`laadvraag terrain`: one terrain on the terminal."""

from __future__ import annotations

from pathlib import Path

import click

from commands.options import database_option, terminal_language_option


@click.command(epilog='Example: laadvraag terrain "de hurk eindhoven" --year 2030')
@database_option
@click.argument("query", metavar="NAME|RIN")
@click.option("--year", type=int, help="Year to show in detail.  [default: 2030, else the middle]")
@click.option("--scenario", default="mid", show_default=True, help="low, mid or high.")
@click.option("--json", "as_json", is_flag=True, help="For programs: everything, with units.")
@terminal_language_option
def terrain(
    database: Path, query: str, year: int | None, scenario: str, language: str, *, as_json: bool
) -> None:
    """Show the forecast of one terrain, found by name or RIN."""
    from commands.terrain_page import print_json, print_page
    from forecast.day_curve import day_curves
    from forecast.few_sessions import read_few_sessions
    from forecast.query import check_scenario_of_run, check_year_of_run, terrain_report
    from forecast.search import find_terrain
    from forecast.store import open_published

    with open_published(database) as connection:
        report = terrain_report(connection, find_terrain(connection, query))
        chosen = check_year_of_run(report.run, year)
        check_scenario_of_run(report.run, scenario)
        terrain_id = report.terrain.terrain_id
        curves = day_curves(connection, terrain_id, chosen, scenario)
        few = read_few_sessions(connection, terrain_id, report.run.years, scenario)
    if as_json:
        print_json(report, chosen, scenario, curves)
    else:
        print_page(report, chosen, scenario, curves, few, language)
