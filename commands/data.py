"""`laadvraag data`: what source data the database holds."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import click

from commands.data_import import check_command, diff_command, import_command, quarantine_command
from commands.lazy import LazyGroup
from commands.options import WordChoice, database_option, terminal_language_option
from forecast.closed_lists import VEHICLE_CLASS

if TYPE_CHECKING:
    import duckdb

    from forecast.run_info import RunInfo


class DataGroup(LazyGroup):
    """The group, which imports only the command asked for."""

    lazy_commands: ClassVar = {
        "fetch": ("commands.data_fetch", "fetch_command"),
        "sources": ("commands.data_sources", "sources_command"),
    }


@click.group(cls=DataGroup)
@database_option
def data(database: Path) -> None:
    """See the source data, and load real files in its place."""
    del database  # read by the commands, see commands.options


for _command in (import_command, check_command, diff_command, quarantine_command):
    data.add_command(_command)


@data.command(epilog="Example: laadvraag data status")
@database_option
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def status(database: Path, *, as_json: bool) -> None:
    """Say what is loaded, from which edition, how old it is, and what is odd in the register."""
    from commands.editions_page import edition_facts, print_editions
    from forecast.editions import in_use, run_edition_ids, stored_editions
    from forecast.run_info import latest_run
    from forecast.sources.packages import read_packages
    from forecast.store import holds_run, open_published

    editions = stored_editions(database)
    used = in_use(editions)
    if editions and not holds_run(database):
        if as_json:
            click.echo(json.dumps({"editions": edition_facts(editions, used, set())}, indent=2))
        else:
            print_editions(editions, used, set())
            click.echo("No run yet; `laadvraag run` uses what is in use here.")
        return
    with open_published(database) as connection:
        run = latest_run(connection)
        of_run = run_edition_ids(connection, run.run_id)
        if as_json:
            facts = _status_facts(connection, run, edition_facts(editions, used, of_run))
            click.echo(json.dumps(facts, indent=2, ensure_ascii=False))
            return
        _print_loaded(connection, run)
    print_editions(editions, used, of_run)
    click.echo()
    click.echo("Embedded data:")
    for package in read_packages():
        click.echo(f"  {package.name:<20} {package.retrieved}  {package.licence}: {package.title}")


def _status_facts(
    connection: duckdb.DuckDBPyConnection, run: RunInfo, editions: Any
) -> dict[str, Any]:
    from forecast.overview import coverage, register_issue_counts, source_counts
    from forecast.sources.packages import read_packages

    terrains, issues = register_issue_counts(connection)
    return {
        "run_id": run.run_id,
        "edition_id": run.edition_id,
        "run_ended_at_utc": run.ended_at.isoformat(),
        "code_version": run.code_version,
        "data_hashes": run.data_hashes,
        "tables": {name: rows for name, rows, _ in source_counts(connection)},
        "terrains": terrains,
        "register_issues": {code: count for code, _, count in issues},
        "packages": [vars(package) for package in read_packages()],
        "editions": editions,
        "coverage": {
            what: {"present": part, "of": whole} for what, part, whole in coverage(connection)
        },
    }


def _print_loaded(connection: duckdb.DuckDBPyConnection, run: RunInfo) -> None:
    """Print the tables of the last run, oddities of the register and what is covered."""
    from commands.summary import print_register_issues
    from forecast.overview import counts_told, coverage, source_counts

    click.echo(f"last run   {run.run_id}, laadvraag {run.code_version}")
    click.echo(f"edition    {run.edition_id}")
    click.echo()
    tables = source_counts(connection)
    width = max(len(name) for name, _, _ in tables)
    for name, rows, meaning in tables:
        click.echo(f"{rows:>6}  {name:<{width}} {meaning}")
    click.echo()
    print_register_issues(connection)
    click.echo("Coverage:")
    for what, part, whole in coverage(connection):
        click.echo(f"{part:>6,} of {whole:,}  {what}")
    for sentence in counts_told(connection):
        click.echo(f"  {sentence}")
    click.echo()


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


@data.command(
    epilog="Example: laadvraag data zones; "
    "laadvraag data zones --vehicle van --emission 6 --registered 2023-05-01 --on 2028-06-01"
)
@database_option
@click.option("--vehicle", type=WordChoice(VEHICLE_CLASS), help="May this vehicle enter?")
@click.option(
    "--emission",
    type=click.Choice([*"0123456", "zero"]),
    default="6",
    show_default=True,
    help="Its Euro class, or zero-emission.",
)
@click.option("--registered", type=click.DateTime(["%Y-%m-%d"]), help="Its first registration.")
@click.option("--on", "day", type=click.DateTime(["%Y-%m-%d"]), help="Day of the visit.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@terminal_language_option
def zones(
    database: Path,
    vehicle: str | None,
    emission: str,
    registered: datetime | None,
    day: datetime | None,
    *,
    as_json: bool,
    language: str,
) -> None:
    """List the zero-emission zones, what was odd in them, and who may enter."""
    from commands.zones_page import print_answer, print_json, print_page
    from forecast.store import open_published
    from forecast.words import load
    from forecast.zone_access import may_enter
    from forecast.zone_figures import access_rules, all_zones, zone_issues

    if (vehicle is None) != (registered is None) or (vehicle is None) != (day is None):
        raise click.UsageError("--vehicle, --registered and --on belong together")
    with open_published(database) as connection:
        found, issues, rules = (
            all_zones(connection),
            zone_issues(connection),
            access_rules(connection),
        )
    if vehicle is not None and registered is not None and day is not None:
        answer = may_enter(rules, vehicle, emission, registered.date(), day.date())
        print_answer(answer, day.date(), load(language), as_json=as_json)
    elif as_json:
        print_json(found, issues, rules)
    else:
        print_page(found, issues, rules, load(language))
