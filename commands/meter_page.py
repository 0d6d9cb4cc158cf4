"""Meter data on the terminal: what came in, what is held, and the room it leaves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final

import click
from rich.console import Console

from commands.bars import CLOCK, bars
from commands.tables import plain_table
from forecast.meter.fit import MOST_VEHICLES
from forecast.meter.year import local_dates
from forecast.plain_text import printable
from forecast.vocabulary import STRATEGIES, VEHICLE_CLASSES

if TYPE_CHECKING:
    from forecast.meter.fit import RoomFit
    from forecast.meter.records import MeterConnection
    from forecast.meter.study import ChargingStudy, RoomStudy
    from forecast.sources.meter.series import MeterSeries
    from forecast.terrain_report import TerrainFacts
    from forecast.words import Words

_PER_CENT: Final = 100
_SMALL: Final = 0.02


def print_import(
    terrain: TerrainFacts,
    connection: MeterConnection,
    series: MeterSeries,
    words: Words,
    *,
    is_new: bool,
) -> None:
    """Print what came in, and what to know of it."""
    if not is_new:
        click.echo(words("meter.held", id=connection.connection_id))
        return
    first, last = _dates(connection, words)
    click.echo(
        words(
            "meter.imported",
            terrain=printable(terrain.terrain_name),
            municipality=printable(terrain.municipality_name),
            id=connection.connection_id,
            quarters=words.number(connection.quarters),
            first=first,
            last=last,
        )
    )
    for when, count in series.gaps:
        shown = _when(when, words)
        click.echo(f"  {words('meter.note.gap', count=words.number(count), when=shown)}")
    notes = dict(series.notes)
    highest = float(series.offtake_kw.max())
    if highest < _SMALL * connection.contract_kw:
        notes["small"] = 1
    if over := int((series.offtake_kw > connection.contract_kw).sum()):
        notes["over"] = over
    for key, count in notes.items():
        click.echo(f"  {words(f'meter.note.{key}', count=words.number(count))}")
    click.echo(words("meter.private"))


def print_list(
    held: Sequence[MeterConnection],
    names: Mapping[str, str],
    rooms: Mapping[str, Mapping[str, float]],
    words: Words,
    *,
    with_names: bool,
) -> None:
    """Print one row per connection."""
    if not held:
        click.echo(words("meter.none"))
        return
    console = Console(soft_wrap=True, highlight=False, markup=False)
    numbers = ("contract", "highest", "days", "missing")
    for terrain_id, name in names.items():
        table = plain_table(
            printable(name),
            [words(f"meter.list_{column}") for column in ("id", "kind", "by")],
            [words(f"meter.list_{column}") for column in numbers],
        )
        of_terrain = [one for one in held if one.terrain_id == terrain_id]
        for one in of_terrain:
            room = rooms[one.connection_id]
            table.add_row(
                one.connection_id,
                words(f"meter.kind.{one.kind}"),
                printable(one.author_name),
                words.number(one.contract_kw),
                words.number(room["highest_kw"]),
                words.number(room["days"]),
                words.number(one.missing_quarters),
            )
        console.print(table)
        for one in of_terrain:
            if with_names:
                console.print(f"{one.connection_id}  {_names(one, words)}")


def print_show(  # noqa: PLR0913 - the parts of the page
    terrain: TerrainFacts,
    connection: MeterConnection,
    room: RoomStudy,
    charging: ChargingStudy,
    year: int,
    scenario: str,
    words: Words,
    *,
    with_names: bool,
    is_feed_in_counted: bool,
) -> None:
    """Print the room in a contract, and what charging makes of it."""
    console = Console(soft_wrap=True, highlight=False, markup=False)
    _print_head(console, terrain, connection, room, words, with_names=with_names)
    key = "feed_in_counted" if is_feed_in_counted else "feed_in_not"
    console.print(words(f"meter.{key}"), style="dim")
    _print_room(console, connection, room, words)
    when = {"year": year, "scenario": words(f"common.scenario.{scenario}")}
    if charging.comparisons:
        _print_fleet(console, charging, when, words)
        if room.missing_quarters:
            console.print(words("meter.missing_note"), style="dim")
    _print_fits(console, charging, when, words)
    console.print()


def _print_head(
    console: Console,
    terrain: TerrainFacts,
    connection: MeterConnection,
    room: RoomStudy,
    words: Words,
    *,
    with_names: bool,
) -> None:
    title = words(
        "meter.title",
        terrain=printable(terrain.terrain_name),
        municipality=printable(terrain.municipality_name),
        id=connection.connection_id,
        kind=words(f"meter.kind.{connection.kind}"),
    )
    console.print(title, style="bold")
    first, last = _dates(connection, words)
    kva = connection.connection_kva
    console.print(
        words(
            "meter.contract",
            contract=words.number(connection.contract_kw),
            kva=words("meter.kva", kva=words.number(kva)) if kva else "",
            first=first,
            last=last,
            quarters=words.number(connection.quarters),
            missing=words.number(connection.missing_quarters),
        )
    )
    if with_names:
        console.print(_names(connection, words))
    _print_highest(console, room, words)


def _print_highest(console: Console, room: RoomStudy, words: Words) -> None:
    console.print(
        words(
            "meter.highest",
            highest=words.number(room.highest_kw),
            when=_when(room.highest_at, words),
            room=words.number(room.one_number_kw),
        )
    )
    if room.quarters_over:
        console.print(words("meter.over", quarters=words.number(room.quarters_over)))


def _print_room(
    console: Console, connection: MeterConnection, room: RoomStudy, words: Words
) -> None:
    console.print()
    kinds = list(room.p05_kw)
    headings = [
        heading
        for kind in kinds
        for heading in (words(f"meter.day_type.{kind}"), words("meter.reliable"))
    ]
    table = plain_table(words("meter.room"), [words("meter.part")], headings)
    held = {(part.from_hour, part.to_hour, part.day_type): part for part in room.parts}
    for begin, end in sorted({(part.from_hour, part.to_hour) for part in room.parts}):
        cells = []
        for kind in kinds:
            part = held.get((begin, end, kind))
            cells += (
                [words.number(part.room_kw_mean), words.number(part.room_kw_p05)]
                if part
                else ["", ""]
            )
        table.add_row(f"{begin:02}-{end:02}", *cells)
    console.print(table)
    console.print()
    full = connection.contract_kw
    console.print(words("meter.bars", contract=words.number(full)), style="bold")
    for kind, curve in room.p05_kw.items():
        drawn = [min(max(value or 0.0, 0.0), full) for value in curve]
        console.print(f"  {bars(drawn, full)}  {words(f'meter.day_type.{kind}')}")
    console.print(f"  {CLOCK}", style="dim")


def _print_fleet(
    console: Console, charging: ChargingStudy, when: Mapping[str, object], words: Words
) -> None:
    console.print()
    fleet = words("meter.fleet_terrain")
    if charging.vehicles is not None:
        fleet = (
            ", ".join(
                words(
                    "meter.fleet_vehicles",
                    count=words.number(count),
                    vehicle_class=words(f"common.vehicle_class.{name}").lower(),
                )
                for name, count in charging.vehicles.items()
                if count
            )
            or "0"
        )
    table = plain_table(
        words("meter.fleet", fleet=fleet, **when),
        [words("meter.strategy"), words("meter.reckoned")],
        [words(f"meter.{name}") for name in ("served", "quarters", "above", "short", "battery")],
    )
    for one in charging.comparisons:
        strategy = words(f"common.strategy_short.{one.strategy}")
        table.add_row(strategy, words("meter.with_profile"), *_cells(one.measured, words))
        table.add_row("", words("meter.with_number"), *_cells(one.one_number, words), style="dim")
    console.print(table)
    console.print(words("meter.fleet_note"), style="dim")


def _cells(fit: RoomFit, words: Words) -> list[str]:
    return [
        words.number(_PER_CENT * fit.served_share, 1),
        words.number(fit.quarters_above),
        words.number(fit.most_above_kw),
        words.number(_PER_CENT * fit.days_short_share),
        words("meter.none_size") if fit.battery_kwh is None else words.significant(fit.battery_kwh),
    ]


def _print_fits(
    console: Console, charging: ChargingStudy, when: Mapping[str, object], words: Words
) -> None:
    console.print()
    table = plain_table(
        words("meter.fits", **when),
        [words("meter.strategy")],
        [words(f"common.vehicle_class.{name}").lower() for name in VEHICLE_CLASSES],
    )
    held = {(one.strategy, one.vehicle_class): one for one in charging.that_fit}

    def told(count: int) -> str:
        return f"{MOST_VEHICLES}+" if count >= MOST_VEHICLES else str(count)

    for strategy in STRATEGIES:
        cells = [
            words("meter.fits_cell", measured=told(one.measured), one_number=told(one.one_number))
            for name in VEHICLE_CLASSES
            for one in [held[strategy, name]]
        ]
        table.add_row(words(f"common.strategy_short.{strategy}"), *cells)
    console.print(table)
    console.print(words("meter.fits_note", most=MOST_VEHICLES), style="dim")


def _names(connection: MeterConnection, words: Words) -> str:
    unknown = words("common.unknown")
    return words(
        "meter.names",
        company=printable(connection.company_name or unknown),
        ean=printable(connection.ean_codes or unknown),
        files=printable(connection.source_files),
    )


def _dates(connection: MeterConnection, words: Words) -> tuple[str, str]:
    import numpy as np

    ends = (connection.first_quarter_at, connection.last_quarter_at)
    first, last = local_dates([np.datetime64(end, "us") for end in ends])
    return words.date(first), words.date(last)


def _when(local: str, words: Words) -> str:
    moment = datetime.fromisoformat(local)
    return f"{words.date(moment.date())} {moment:%H:%M}"
