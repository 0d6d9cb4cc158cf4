"""`laadvraag refine`: what advisers know better than the model, who, when and why."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from commands.options import WordChoice, database_option, terminal_language_option
from commands.record_options import author_option, day_option, no_run_option, reason_option
from forecast.closed_lists import SOURCE
from forecast.refinement_sources import RESTS


@click.group()
@database_option
def refine(database: Path) -> None:
    """Correct a terrain: a layer over the model, with author, date, reason and source."""
    del database  # read by the commands, see commands.options


@refine.command(
    epilog='Example: laadvraag refine add "De Hurk" trucks=80 electric_trucks_2030=30 '
    '--author "A. Jansen" --source visit --reason "geteld met de parkmanager"'
)
@database_option
@click.argument("terrain", metavar="TERRAIN")
@click.argument("settings", metavar="FIELD=VALUE...", nargs=-1, required=True)
@author_option
@reason_option
@click.option("--source", type=WordChoice(SOURCE), required=True, help="What it rests on.")
@day_option
@click.option("--unit", help="Unit of the values, to be sure; refused if it is another.")
@click.option(
    "--rest",
    "municipal_rest",
    type=click.Choice(RESTS),
    help="Other terrains of the municipality: keep its total, or stay.  [default: rebalance]",
)
@no_run_option
@terminal_language_option
def add(  # noqa: PLR0913 - one per option
    database: Path,
    *,
    terrain: str,
    settings: tuple[str, ...],
    author: str,
    reason: str,
    source: str,
    observed_on: date,
    unit: str | None,
    municipal_rest: str | None,
    language: str,
    is_later: bool,
) -> None:
    """Record what is known of a terrain; all values or none.

    `laadvraag refine fields` names the fields.
    """
    from commands.refine_page import print_entries
    from commands.terrain_choice import choose_terrain
    from commands.up_to_date import bring_figures_up_to_date
    from forecast.refinement_entry import Correction
    from forecast.refinement_log import add as record
    from forecast.settings import check_unit, parse_setting
    from forecast.store import open_published
    from forecast.words import load

    parsed = [parse_setting(text) for text in settings]
    for setting in parsed:
        if unit is not None:
            check_unit(setting.field, unit)
    if municipal_rest and not any(setting.field.is_whole for setting in parsed):
        raise click.UsageError("--rest is about numbers of vehicles; none is given")
    with open_published(database) as connection:
        terrain_id = choose_terrain(connection, terrain, language)
    corrections = [
        Correction(setting, author, observed_on, reason, source, municipal_rest or RESTS[0])
        for setting in parsed
    ]
    entries = record(database, terrain_id, corrections)
    words = load(language)
    print_entries(words("refine.added"), entries, words)
    bring_figures_up_to_date(database, [terrain_id], words, is_later=is_later)


@refine.command("list", epilog='Example: laadvraag refine list "De Hurk" --all')
@database_option
@click.argument("terrain", metavar="[TERRAIN]", required=False)
@click.option("--all", "is_complete", is_flag=True, help="Undone and overtaken ones too.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@terminal_language_option
def list_refinements(
    database: Path, terrain: str | None, language: str, *, is_complete: bool, as_json: bool
) -> None:
    """List the refinements that count, of one terrain or of all.

    TERRAIN is a name or RIN; also the RIN of a terrain that is no longer in the register.
    """
    from commands.options import print_as_json
    from commands.refine_page import entry_record, print_list
    from forecast.refinement_state import COUNTING, read_stated
    from forecast.store import open_published
    from forecast.words import load

    with open_published(database) as connection:
        stated = read_stated(connection)
        if terrain is not None:
            terrain_id = terrain.strip()
            if terrain_id not in {each.entry.terrain_id for each in stated}:
                from commands.terrain_choice import choose_terrain

                terrain_id = choose_terrain(connection, terrain, language)
            stated = tuple(each for each in stated if each.entry.terrain_id == terrain_id)
    shown = [each for each in stated if is_complete or each.state in COUNTING]
    if as_json:
        print_as_json([entry_record(each) for each in shown])
    else:
        print_list(shown, len(stated) - len(shown), load(language), is_of_one=terrain is not None)


@refine.command(epilog="Example: laadvraag refine show 20261125T1030")
@database_option
@click.argument("refinement_id", metavar="ID")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@terminal_language_option
def show(database: Path, refinement_id: str, language: str, *, as_json: bool) -> None:
    """Show all of one refinement; the beginning of its id will do."""
    from commands.options import print_as_json
    from commands.refine_page import entry_record, print_entry
    from forecast.refinement_entry import find_entry
    from forecast.refinement_state import read_stated
    from forecast.store import open_published
    from forecast.words import load

    with open_published(database) as connection:
        stated = {each.entry.refinement_id: each for each in read_stated(connection)}
    found = find_entry([each.entry for each in stated.values()], refinement_id)
    each = stated[found.refinement_id]
    if as_json:
        print_as_json(entry_record(each))
    else:
        print_entry(each, load(language))


@refine.command(
    epilog='Example: laadvraag refine undo 20261125T1030 --author "A. Jansen" '
    '--reason "bleek van de buurman"'
)
@database_option
@click.argument("refinement_id", metavar="ID")
@author_option
@reason_option
@no_run_option
@terminal_language_option
def undo(
    database: Path, refinement_id: str, author: str, reason: str, language: str, *, is_later: bool
) -> None:
    """Take a refinement back; it stays in the log, and what it overtook counts again."""
    from commands.refine_page import print_entries
    from commands.up_to_date import bring_figures_up_to_date
    from forecast.refinement_log import is_in_register
    from forecast.refinement_log import undo as take_back
    from forecast.store import open_published
    from forecast.words import load

    entry = take_back(database, refinement_id, author, reason)
    words = load(language)
    print_entries(words("refine.undone"), [entry], words)
    with open_published(database) as connection:
        is_there = is_in_register(connection, entry.terrain_id)
    bring_figures_up_to_date(
        database, [entry.terrain_id] if is_there else [], words, is_later=is_later
    )


@refine.command(epilog="Example: laadvraag refine export verfijningen.csv")
@database_option
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE.csv|.json")
@terminal_language_option
def export(database: Path, file: Path, language: str) -> None:
    """Write the whole log to a file; `refine import` restores it in another database.

    Reads databases of earlier versions of laadvraag too.
    """
    from forecast.earlier_refinements import read_refinements_of_any_layout
    from forecast.refinement_files import write_refinements
    from forecast.words import load

    entries = read_refinements_of_any_layout(database)
    path = write_refinements(file, entries)
    key = "exported_one" if len(entries) == 1 else "exported"
    fields = {"path": path} if len(entries) == 1 else {"path": path, "count": len(entries)}
    click.echo(load(language)(f"refine.{key}", **fields), err=True)


@refine.command("import", epilog="Example: laadvraag refine import verfijningen.csv")
@database_option
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE.csv|.json")
@no_run_option
@terminal_language_option
def import_file(database: Path, file: Path, language: str, *, is_later: bool) -> None:
    """Add the refinements of a file that the log lacks; all of them or none.

    The file is an export, or typed by hand with the columns terrain_id, field, value, unit, year,
    municipal_rest, author_name, observed_on, reason, source; unit, year and municipal_rest may be
    left out.
    """
    from commands.refine_page import print_import
    from commands.up_to_date import bring_figures_up_to_date
    from forecast.refinement_import import import_refinements
    from forecast.words import load

    imported = import_refinements(database, file)
    words = load(language)
    print_import(imported, words)
    if imported.added:
        bring_figures_up_to_date(database, imported.terrain_ids, words, is_later=is_later)


@refine.command(epilog="Example: laadvraag refine fields")
@database_option
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@terminal_language_option
def fields(database: Path, language: str, *, as_json: bool) -> None:
    """List the fields that can be set, with their units and ranges."""
    del database  # the same in all
    from commands.refine_page import field_records, print_fields
    from forecast.words import load

    if as_json:
        from commands.options import print_as_json

        print_as_json(field_records(load(language)))
    else:
        print_fields(load(language))
