"""`laadvraag meter`: quarter-hour meter data of companies, and the room in their contracts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from commands.meter_choice import asked_vehicles, read_shown
from commands.options import (
    database_option,
    print_as_json,
    scenario_option,
    terminal_language_option,
)

if TYPE_CHECKING:
    from forecast.meter.records import MeterConnection
    from forecast.sources.meter.series import MeterSeries


@click.group()
def meter() -> None:
    """Bring in quarter-hour meter data, and see what fits the room it leaves in a contract.

    EAN, company name and file names stay in the database: no export, map or factsheet has them.
    """


@meter.command(
    "import",
    epilog='Example: laadvraag meter import 2025.csv --terrain "De Hurk" --contract-kw 630',
)
@database_option
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--terrain", "query", required=True, metavar="NAME|RIN", help="Where it stands.")
@click.option("--contract-kw", type=float, required=True, help="Contracted power (GTV) [kW].")
@click.option("--connection-kva", type=float, help="Physical capacity [kVA].")
@click.option("--company", help="Whose it is; private.")
@click.option("--whole-terrain", is_flag=True, help="It measures the terrain as a whole.")
@click.option("--unit", type=click.Choice(["kWh", "kW", "Wh", "W", "MWh", "MW"]),
              help="Where the file says none: energy per quarter-hour or mean power.")  # fmt: skip
@click.option("--clock", type=click.Choice(["local", "winter", "utc"]), default="local",
              show_default=True, help="What the times in the file are.")  # fmt: skip
@click.option("--stamp", type=click.Choice(["begin", "end"]),
              help="Of its quarter-hour a time tells this.  [default: it shows]")  # fmt: skip
@click.option("--column", help="Name of the column with the consumption.")
@click.option("--net", "is_net", is_flag=True, help="Consumption below zero is feed-in.")
@click.option("--ean", help="Of several connections in the file: this one, or its last digits.")
@click.option("--add", "is_added", is_flag=True, help="Of several connections: their sum.")
@click.option("--accept-gaps", is_flag=True, help="Take a file that lacks more than 1 %.")
@click.option("--author", help="Who brings it in.  [default: LAADVRAAG_AUTHOR, else the login]")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@terminal_language_option
def import_(  # noqa: PLR0913 - one per option
    database: Path,
    files: tuple[Path, ...],
    query: str,
    contract_kw: float,
    connection_kva: float | None,
    company: str | None,
    author: str | None,
    language: str,
    *,
    unit: str | None,
    clock: str,
    stamp: str | None,
    column: str | None,
    ean: str | None,
    whole_terrain: bool,
    is_net: bool,
    is_added: bool,
    accept_gaps: bool,
    as_json: bool,
) -> None:
    """Bring in the quarter-hours of one connection from CSV files.

    Files that follow on each other, such as twelve months, are given together. What shapes are read
    stands in docs/meter-data.md. Bringing in the same files twice changes nothing.
    """
    import getpass
    import os

    from commands.meter_page import print_import
    from commands.terrain_choice import choose_terrain
    from forecast.meter.records import add_connection, describe_connection
    from forecast.query import terrain_report
    from forecast.sources.meter.rows import MeterOptions
    from forecast.sources.meter.series import read_meter_files
    from forecast.store import open_published
    from forecast.words import load

    with open_published(database) as opened:
        facts = terrain_report(opened, choose_terrain(opened, query, language)).terrain
    options = MeterOptions(
        unit, clock, stamp, column, is_net, accept_gaps, _most_kw(contract_kw, connection_kva)
    )
    series = _choose(read_meter_files(files, options), ean, is_added=is_added)
    connection = describe_connection(
        series,
        files,
        terrain_id=facts.terrain_id,
        kind="terrain" if whole_terrain else "company",
        company_name=company,
        contract_kw=contract_kw,
        connection_kva=connection_kva,
        author_name=author or os.environ.get("LAADVRAAG_AUTHOR") or getpass.getuser(),
    )
    is_new = add_connection(database, connection, series)
    if as_json:
        from dataclasses import asdict

        shown = asdict(connection.without_names())
        print_as_json({"is_new": is_new, "gaps": series.gaps, "notes": dict(series.notes)} | shown)
    else:
        print_import(facts, connection, series, load(language), is_new=is_new)


@meter.command("list")
@database_option
@click.argument("query", metavar="[NAME|RIN]", required=False)
@click.option("--with-names", is_flag=True, help="Show company, EAN and file names too.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@terminal_language_option
def list_(
    database: Path, query: str | None, language: str, *, with_names: bool, as_json: bool
) -> None:
    """List the connections of which meter data is held, of one terrain or all."""
    from dataclasses import asdict

    from commands.meter_page import print_list
    from commands.terrain_choice import choose_terrain
    from forecast.meter.records import read_connections, read_rooms
    from forecast.search import name_terrain
    from forecast.store import open_published
    from forecast.words import load

    with open_published(database) as opened:
        terrain_id = choose_terrain(opened, query, language) if query else None
        held = _shown(read_connections(opened, terrain_id), with_names=with_names)
        names = {one.terrain_id: name_terrain(opened, one.terrain_id) for one in held}
        rooms = read_rooms(opened)
    if as_json:
        print_as_json([asdict(one) for one in held])
    else:
        print_list(held, names, rooms, load(language), with_names=with_names)


@meter.command("show", epilog='Example: laadvraag meter show "De Hurk" --vans 20 --trucks 6')
@database_option
@click.argument("query", metavar="NAME|RIN|ID")
@click.option("--year", type=int, help="Of the run, for how vehicles charge.  [default: 2030]")
@scenario_option()
@click.option("--vans", type=click.IntRange(0, 100_000), help="Electric vans at the depot.")
@click.option("--trucks", type=click.IntRange(0, 100_000),
              help="Electric trucks, split over both classes as in the forecast.")  # fmt: skip
@click.option("--rigid-trucks", type=click.IntRange(0, 100_000), help="Instead of --trucks.")
@click.option("--tractors", type=click.IntRange(0, 100_000), help="Instead of --trucks.")
@click.option("--count-feed-in", is_flag=True, help="Feed-in counts as room.")
@click.option("--with-names", is_flag=True, help="Show company, EAN and file names too.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@terminal_language_option
def show(  # noqa: PLR0913 - one per option
    database: Path,
    query: str,
    year: int | None,
    scenario: str,
    language: str,
    *,
    vans: int | None,
    trucks: int | None,
    rigid_trucks: int | None,
    tractors: int | None,
    count_feed_in: bool,
    with_names: bool,
    as_json: bool,
) -> None:
    """Show the room that measured quarter-hours leave in a contract, and what charging fits it.

    Of every connection of a terrain, or of the one named. With vehicles it lays their charging on
    the measured year, weekday on weekday, and sets beside it what one number would have said.
    """
    from commands.meter_page import print_show
    from forecast.assumptions import load as load_assumptions
    from forecast.meter.study import study_charging, study_room
    from forecast.words import load

    if trucks is not None and (rigid_trucks is not None or tractors is not None):
        raise click.UsageError("give --trucks, or --rigid-trucks and --tractors, not both")
    words, assumptions = load(language), load_assumptions()
    facts, chosen, terrain, held = read_shown(database, query, year, scenario, words)
    vehicles = asked_vehicles(terrain, vans, trucks, rigid_trucks, tractors)
    bodies: list[dict[str, Any]] = []
    for connection, measured in held:
        room = study_room(measured, connection.contract_kw, is_feed_in_counted=count_feed_in)
        charging = study_charging(
            measured, connection.contract_kw, terrain, assumptions,
            vehicles=vehicles,
            is_whole_terrain=connection.kind == "terrain",
            is_feed_in_counted=count_feed_in,
        )  # fmt: skip
        one = connection if with_names else connection.without_names()
        if as_json:
            bodies.append(_as_plain(one, room, charging, chosen, scenario))
        else:
            print_show(
                facts, one, room, charging, chosen, scenario, words,
                with_names=with_names, is_feed_in_counted=count_feed_in,
            )  # fmt: skip
    if as_json:
        print_as_json(bodies)


@meter.command("remove")
@database_option
@click.argument("connection_id", metavar="ID")
@terminal_language_option
def remove(database: Path, connection_id: str, language: str) -> None:
    """Remove a connection and all of its quarter-hours, as a company may ask."""
    from forecast.meter.records import remove_connection
    from forecast.words import load

    words = load(language)
    gone = remove_connection(database, connection_id)
    click.echo(words("meter.removed", id=gone.connection_id, quarters=words.number(gone.quarters)))


def _most_kw(contract_kw: float, connection_kva: float | None) -> float:
    """Return beyond what a quarter-hour is a mistake [kW]."""
    return max(3 * contract_kw, 1.5 * (connection_kva or 0))


def _choose(series: list[MeterSeries], ean: str | None, *, is_added: bool) -> MeterSeries:
    """Return the one connection that is meant of those in the files."""
    from forecast.entry_errors import MeterDataError
    from forecast.sources.meter.series import add_connections

    if ean is not None:
        series = [one for one in series if (one.ean or "").endswith(ean)]
        if len(series) != 1:
            raise MeterDataError("not_one_ean", count=len(series), ean=ean)
    if len(series) == 1:
        return series[0]
    if is_added:
        return add_connections(series)
    ends = [f"…{(one.ean or '')[-4:]}" for one in series]
    raise MeterDataError("several_connections", count=len(series), ends=ends)


def _shown(held: list[MeterConnection], *, with_names: bool) -> list[MeterConnection]:
    return held if with_names else [one.without_names() for one in held]


def _as_plain(
    connection: MeterConnection, room: Any, charging: Any, year: int, scenario: str
) -> dict[str, Any]:
    from dataclasses import asdict

    return {
        "connection": asdict(connection),
        "room": asdict(room),
        "year": year,
        "scenario": scenario,
        "charging": asdict(charging),
    }
