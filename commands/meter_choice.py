"""What a call of `laadvraag meter show` is about: terrain, connections and vehicles."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    import duckdb

    from forecast.meter.records import MeterConnection
    from forecast.meter.year import MeasuredYear
    from forecast.terrain_report import TerrainFacts
    from forecast.words import Words
    from forecast.year_series import TerrainCharging


def read_shown(
    database: Path, query: str, year: int | None, scenario: str, words: Words
) -> tuple[TerrainFacts, int, TerrainCharging, list[tuple[MeterConnection, MeasuredYear]]]:
    """Return the terrain, a year of the run, how it charges then, and what was measured there."""
    from forecast.meter.records import read_year
    from forecast.query import terrain_report
    from forecast.run_info import check_scenario_of_run, check_year_of_run
    from forecast.store import open_published
    from forecast.terrain_charging import read_terrain_charging

    with open_published(database) as opened:
        terrain_id, held = connections_of(opened, query, words.language)
        report = terrain_report(opened, terrain_id)
        if not held:
            name = report.terrain.terrain_name
            raise click.ClickException(words("meter.none_here", terrain=name, id=terrain_id))
        chosen = check_year_of_run(report.run, year)
        check_scenario_of_run(report.run, scenario)
        terrain = read_terrain_charging(opened, terrain_id, chosen, scenario)
        years = [(one, read_year(opened, one.connection_id)) for one in held]
    return report.terrain, chosen, terrain, years


def asked_vehicles(
    terrain: TerrainCharging,
    vans: int | None,
    trucks: int | None,
    rigid_trucks: int | None,
    tractors: int | None,
) -> dict[str, int] | None:
    """Return the vehicles that were asked about, per class; None if none were."""
    from forecast.meter.study import split_trucks
    from forecast.vocabulary import VEHICLE_CLASSES

    if all(count is None for count in (vans, trucks, rigid_trucks, tractors)):
        return None
    vehicles = {"van": vans or 0, "rigid_truck": rigid_trucks or 0, "tractor": tractors or 0}
    return vehicles | (split_trucks(trucks, terrain, VEHICLE_CLASSES) if trucks else {})


def connections_of(
    opened: duckdb.DuckDBPyConnection, query: str, language: str
) -> tuple[str, list[MeterConnection]]:
    """Return the terrain and its connections that a name, RIN or identifier means."""
    from commands.terrain_choice import choose_terrain
    from forecast.meter.records import read_connections

    for one in read_connections(opened):
        if one.connection_id == query:
            return one.terrain_id, [one]
    terrain_id = choose_terrain(opened, query, language)
    return terrain_id, read_connections(opened, terrain_id)
