"""`laadvraag data`: what source data the database holds."""

from __future__ import annotations

import json
from pathlib import Path

import click

from commands.options import database_option


@click.group()
@database_option
def data(database: Path) -> None:
    """See the source data."""
    del database  # read by the commands, see commands.options


@data.command(epilog="Example: laadvraag data status")
@database_option
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def status(database: Path, *, as_json: bool) -> None:
    """Say what is loaded, from which edition, and what is odd in the register."""
    from commands.summary import print_register_issues
    from forecast.overview import register_issue_counts, source_counts
    from forecast.query import latest_run
    from forecast.sources.packages import read_packages
    from forecast.store import open_published

    with open_published(database) as connection:
        run = latest_run(connection)
        tables = source_counts(connection)
        terrains, issues = register_issue_counts(connection)
        if as_json:
            facts = {
                "run_id": run.run_id,
                "edition_id": run.edition_id,
                "run_ended_at_utc": run.ended_at.isoformat(),
                "code_version": run.code_version,
                "data_hashes": run.data_hashes,
                "tables": {name: rows for name, rows, _ in tables},
                "terrains": terrains,
                "register_issues": {code: count for code, _, count in issues},
                "packages": [vars(package) for package in read_packages()],
            }
            click.echo(json.dumps(facts, indent=2, ensure_ascii=False))
            return
        click.echo(f"last run   {run.run_id}, laadvraag {run.code_version}")
        click.echo(f"edition    {run.edition_id}")
        click.echo()
        for name, rows, meaning in tables:
            click.echo(f"{rows:>6}  {name:<20} {meaning}")
        click.echo()
        print_register_issues(connection)
    click.echo("Embedded data:")
    for package in read_packages():
        click.echo(f"  {package.name:<20} {package.retrieved}  {package.licence}: {package.title}")


@data.command(epilog="Example: laadvraag data vehicles --municipality Almere")
@database_option
@click.option("--municipality", help="Name or code of one municipality.")
@click.option("--json", "as_json", is_flag=True, help="For programs: every municipality.")
def vehicles(database: Path, municipality: str | None, *, as_json: bool) -> None:
    """Say how registered vehicles became used ones per municipality, and check it."""
    from commands.vehicles_page import print_json, print_page
    from forecast.municipal_report import municipal_vehicles, spreading
    from forecast.search import find_municipality
    from forecast.store import open_published

    with open_published(database) as connection:
        code = find_municipality(connection, municipality) if municipality else None
        rows, spread = municipal_vehicles(connection), spreading(connection)
    if as_json:
        print_json([row for row in rows if code in {None, row.municipality_code}], spread)
    else:
        print_page(rows, spread, code)
