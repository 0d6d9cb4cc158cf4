"""`laadvraag data import` and `data check`: real files of a source, kept as editions."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from commands.options import database_option, print_as_json
from forecast.sources.contract import BESIDE_SOURCES, SOURCE_NAMES

if TYPE_CHECKING:
    from collections.abc import Callable

    from forecast.importing import Outcome

_SHOWN = 5


def _arguments(command: Callable[..., None]) -> Callable[..., None]:
    """Add what import and check share."""
    for add in (
        click.option("--json", "as_json", is_flag=True, help="For programs."),
        click.option(
            "--date",
            "day",
            type=click.DateTime(["%Y-%m-%d"]),
            help="Day that its figures hold on, where the file does not say it.",
        ),
        click.argument("file", type=click.Path(path_type=Path)),
        click.argument("source", type=click.Choice(SOURCE_NAMES), metavar="SOURCE"),
        database_option,
    ):
        command = add(command)
    return command


_SOURCES_HELP = "SOURCE is one of " + ", ".join(SOURCE_NAMES) + "."


@click.command(
    "import",
    help="Load a file of a source, in place of the embedded data from the next run on; a forecast "
    "of others to compare with.\n\n"
    "Rows that can't be used are kept apart with their reason. Every file is kept as an edition: "
    "none takes away an earlier one, and `laadvraag run --as-of` goes back to it.\n\n"
    + _SOURCES_HELP,
    epilog="Example: laadvraag data import ibis ibis_2026.gpkg",
)
@_arguments
def import_command(
    database: Path, source: str, file: Path, day: datetime | None, *, as_json: bool
) -> None:
    """Load a file of a source."""
    from forecast.importing import COUNT_SOURCES, import_file, sources_in_use
    from forecast.sources.counted_vehicles import tell_of_counts

    outcome = import_file(database, source, file, _date(day))
    if as_json:
        print_as_json(_facts(outcome, is_kept=True))
        return
    _print(outcome)
    if not outcome.is_new:
        click.echo(f"The same was imported on {outcome.edition.imported_at:%Y-%m-%d}: nothing new.")
        return
    edition = outcome.edition
    if edition.source_name in BESIDE_SOURCES:
        click.echo(
            f"Kept as edition {edition.edition_id}; `laadvraag compare` sets it beside ours."
        )
        return
    if outcome.replaced is not None:
        verb = "Takes the place of" if edition.is_whole else "Laid over"
        told = f"{outcome.replaced.file_name} ({outcome.replaced.imported_at:%Y-%m-%d})"
        click.echo(f"{verb} edition {outcome.replaced.edition_id}, {told}.")
    elif not edition.is_whole:
        click.echo("Laid over the data of before row by row: what it does not hold stays.")
    click.echo(f"Kept as edition {edition.edition_id}; `laadvraag run` uses it from now on.")
    if source in COUNT_SOURCES:
        for sentence in tell_of_counts(sources_in_use(database).tables):
            click.echo(sentence)


@click.command(
    "check",
    help="Read a file as an import would, say what would come of it, and keep nothing.\n\n"
    + _SOURCES_HELP,
    epilog="Example: laadvraag data check supply-areas liander.json",
)
@_arguments
def check_command(
    database: Path, source: str, file: Path, day: datetime | None, *, as_json: bool
) -> None:
    """Say what an import would give."""
    from forecast.importing import check_file

    outcome = check_file(database, source, file, _date(day))
    if as_json:
        print_as_json(_facts(outcome, is_kept=False))
        return
    _print(outcome)
    click.echo("Nothing was kept.")


@click.command(
    "quarantine", epilog="Example: laadvraag data quarantine 1a2b3c4d5e6f --json > rows.json"
)
@database_option
@click.argument("edition_id", metavar="EDITION")
@click.option("--json", "as_json", is_flag=True, help="For programs: with the original rows.")
def quarantine_command(database: Path, edition_id: str, *, as_json: bool) -> None:
    """List the rows of an edition that could not be used, and what was noted."""
    from forecast.editions import read_apart

    edition, rows, notes = read_apart(database, edition_id)
    if as_json:
        print_as_json(
            {
                "edition": vars(edition),
                "quarantine": [
                    {"row_number": number, "reason": reason, "original": original}
                    for number, reason, original in rows
                ],
                "notes": [
                    {"row_key": key, "code": code, "note": text} for key, code, text in notes
                ],
            }
        )
        return
    click.echo(f"{edition.file_name}: {len(rows)} rows that can't be used, {len(notes)} notes")
    for number, reason, _ in rows:
        click.echo(f"{number:>8}  {reason}")
    for key, _, text in notes:
        click.echo(f"{key:>8}  {text}")


@click.command("diff", epilog="Example: laadvraag data diff ibis")
@database_option
@click.argument("source", type=click.Choice(SOURCE_NAMES), metavar="SOURCE")
@click.option("--json", "as_json", is_flag=True, help="For programs: every row and value.")
def diff_command(database: Path, source: str, *, as_json: bool) -> None:
    """Say what the last edition of a source changed: rows that came, went or have other values."""
    from forecast.edition_diff import last_changes

    edition, changes = last_changes(database, source)
    if as_json:
        print_as_json(
            {
                "edition": vars(edition),
                "tables": [
                    {
                        **vars(each),
                        "changed": {
                            column: [vars(change) for change in found]
                            for column, found in each.changed.items()
                        },
                    }
                    for each in changes
                ],
            }
        )
        return
    click.echo(f"{edition.source_name}: {edition.file_name}, edition {edition.edition_id}")
    if not changes:
        click.echo("It changed nothing.")
    for each in changes:
        click.echo(
            f"{each.table}: {each.rows_before:,} rows before, {each.rows_after:,} now; "
            f"{len(each.new):,} new, {len(each.gone):,} gone"
        )
        for kind, keys in (("new", each.new), ("gone", each.gone)):
            _print_some(kind, [" ".join(map(str, key)) for key in keys])
        for column, found in each.changed.items():
            _print_some(
                f"{len(found):,} with another {column}",
                [f"{' '.join(map(str, c.key))}: {c.before} -> {c.after}" for c in found],
            )


def _print_some(what: str, rows: list[str]) -> None:
    if rows:
        more = f" and {len(rows) - _SHOWN:,} more" if len(rows) > _SHOWN else ""
        click.echo(f"  {what}: {'; '.join(rows[:_SHOWN])}{more}")


def _date(day: datetime | None) -> date | None:
    return None if day is None else day.date()


def _print(outcome: Outcome) -> None:
    from forecast.sources.registry import source_named

    edition, reading = outcome.edition, outcome.reading
    source = source_named(edition.source_name)
    click.echo(f"{source.label}: {edition.file_name}")
    of_day = f", holds on {edition.reference_date}" if edition.reference_date else ""
    crs = f", {edition.found_crs}" if edition.found_crs else ""
    click.echo(f"  {edition.format_name}, {edition.encoding}{crs}{of_day}")
    click.echo(f"  licence {edition.licence}")
    passed = f", {edition.rows_passed_over:,} of no use" if edition.rows_passed_over else ""
    click.echo(
        f"  {edition.rows_read:,} rows: {edition.rows_used:,} used, "
        f"{edition.rows_quarantined:,} set apart{passed}"
    )
    for name, frame in reading.tables.items():
        click.echo(f"  {frame.height:>8,}  {name}")
    for row in reading.quarantined[:_SHOWN]:
        click.echo(f"  set apart  row {row.row_number}: {row.reason}")
    if len(reading.quarantined) > _SHOWN:
        click.echo(f"  set apart  and {len(reading.quarantined) - _SHOWN:,} more")
    _print_notes(outcome)


def _print_notes(outcome: Outcome) -> None:
    """Print one line per kind of note: the first, and how many more there are."""
    by_code: dict[str, list[Any]] = {}
    for note in outcome.reading.notes:
        by_code.setdefault(note.code, []).append(note)
    for notes in by_code.values():
        first = notes[0]
        who = f"{first.row_key}: " if first.row_key else ""
        more = f" (and {len(notes) - 1:,} more)" if len(notes) > 1 else ""
        click.echo(f"  noted  {who}{first.text}{more}")


def _facts(outcome: Outcome, *, is_kept: bool) -> dict[str, Any]:
    return {
        "edition": vars(outcome.edition),
        "is_new": outcome.is_new,
        "is_kept": is_kept,
        "replaced_edition_id": outcome.replaced.edition_id if outcome.replaced else None,
        "tables": {name: frame.height for name, frame in outcome.reading.tables.items()},
        "quarantine": [vars(row) for row in outcome.reading.quarantined],
        "notes": [vars(note) for note in outcome.reading.notes],
    }
