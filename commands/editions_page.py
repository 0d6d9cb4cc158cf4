"""The imported editions on the terminal, and as plain values for programs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import click

from forecast.sources.contract import BESIDE_SOURCES

if TYPE_CHECKING:
    from forecast.editions import Edition


def print_editions(editions: Sequence[Edition], used: Sequence[Edition], of_run: set[str]) -> None:
    """Print every edition: whether it is in use, what it is, how old, and under which licence.

    Parameters
    ----------
    editions
        All of them, oldest first.
    used
        Those that hold now: what the next run uses, and the last forecast of others.
    of_run
        Identifiers of those that the last run used.
    """
    if not editions:
        click.echo("Imported: nothing; everything is embedded data.")
        return
    click.echo("Imported editions, the last first:")
    in_use = {edition.edition_id for edition in used}
    for edition in reversed(editions):
        state = "in use" if edition.edition_id in in_use else "replaced"
        if edition.source_name in BESIDE_SOURCES:
            state = "to compare with" + (", the last" if edition.edition_id in in_use else "")
        elif (edition.edition_id in in_use) != (edition.edition_id in of_run):
            state += ", from the next run on" if edition.edition_id in in_use else " since"
        scope = "" if edition.is_whole else ", row by row"
        click.echo(
            f"  {edition.edition_id}  {edition.source_name} {edition.dataset_name}: "
            f"{edition.file_name} ({state}{scope})"
        )
        click.echo(
            f"{'':16}{_age(edition)}; imported {edition.imported_at:%Y-%m-%d %H:%M} UTC; "
            f"{edition.rows_used:,} of {edition.rows_read:,} rows used, "
            f"{edition.rows_quarantined:,} set apart; {edition.licence}"
        )


def edition_facts(
    editions: Sequence[Edition], used: Sequence[Edition], of_run: set[str]
) -> list[dict[str, Any]]:
    """Return every edition as plain values, with whether it is in use and the last run used it."""
    in_use = {edition.edition_id for edition in used}
    return [
        {
            **vars(edition),
            "reference_date": edition.reference_date and edition.reference_date.isoformat(),
            "imported_at": edition.imported_at.isoformat(),
            "is_in_use": edition.edition_id in in_use,
            "is_in_last_run": edition.edition_id in of_run,
        }
        for edition in editions
    ]


def _age(edition: Edition) -> str:
    if edition.reference_date is None:
        return "day not known"
    return f"holds on {edition.reference_date}, {_days(edition.reference_date)}"


def _days(day: date) -> str:
    days = (datetime.now(UTC).date() - day).days
    return f"{days:,} days ago" if days >= 0 else f"in {-days:,} days"
