"""`laadvraag connection`: what the charging of a terrain does under a given connection."""

from __future__ import annotations

from pathlib import Path

import click

from commands.options import database_option, scenario_option, terminal_language_option


@click.command(epilog='Example: laadvraag connection "De Hurk" --kw 2000 --year 2035')
@database_option
@click.argument("query", metavar="NAME|RIN")
@click.option("--kw", "connection_kw", type=float, required=True, help="Room for charging [kW].")
@click.option("--year", type=int, help="A year of the run.  [default: 2030]")
@scenario_option()
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@terminal_language_option
def connection(
    database: Path,
    query: str,
    connection_kw: float,
    year: int | None,
    scenario: str,
    language: str,
    *,
    as_json: bool,
) -> None:
    """Show per strategy what a connection lets through, and the battery that would close the gap.

    For the depots and the hub of one terrain together, on winter working days.
    """
    from commands.connection_page import print_json, print_page
    from commands.terrain_choice import choose_terrain
    from forecast.assumptions import load as load_assumptions
    from forecast.connection import fit_connection
    from forecast.few_sessions import few_sessions_sentence, read_few_sessions
    from forecast.query import terrain_report
    from forecast.run_info import check_scenario_of_run, check_year_of_run
    from forecast.store import open_published
    from forecast.terrain_charging import read_terrain_charging
    from forecast.words import load

    with open_published(database) as opened:
        report = terrain_report(opened, choose_terrain(opened, query, language))
        chosen = check_year_of_run(report.run, year)
        check_scenario_of_run(report.run, scenario)
        terrain_id = report.terrain.terrain_id
        terrain = read_terrain_charging(opened, terrain_id, chosen, scenario)
        few = read_few_sessions(opened, terrain_id, [chosen], scenario)
    fits = fit_connection(terrain, connection_kw, load_assumptions())
    if as_json:
        print_json(report.terrain, chosen, scenario, connection_kw, fits)
    else:
        words = load(language)
        print_page(report.terrain, chosen, scenario, connection_kw, fits, words)
        if sentence := few_sessions_sentence(few, words):
            click.echo(sentence)
