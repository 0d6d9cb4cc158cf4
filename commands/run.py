"""`laadvraag run`: the main job."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from commands.options import (
    database_option,
    language_option,
    output_option,
    parse_years,
    source_options,
    system_language,
)

if TYPE_CHECKING:
    from forecast.words import Words


@click.command(epilog="Example: laadvraag run --years 2025,2030,2035,2050 --out output")
@database_option
@click.option(
    "--years",
    default="2025,2030,2035",
    show_default=True,
    callback=parse_years,
    help="Years to forecast, from 2025 to 2050. 2025 is always there: added power counts from it.",
)
@source_options
@click.option(
    "--as-of",
    "as_of",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Use the imported editions that were the last on this day (UTC).  [default: today]",
)
@output_option("output")
@language_option
def run(
    database: Path,
    years: tuple[int, ...],
    data_folder: Path | None,
    assumptions_path: Path | None,
    as_of: datetime | None,
    output: Path,
    language: str,
) -> None:
    """Compute the forecast from the source data and write the national plan map.

    The results go to the database in one step at the end; until then the previous run stays
    readable. Prints a national summary beside published figures, and last the path of the map.
    """
    from commands.progress import StageBar
    from forecast.assumptions import DEFAULT_PATH
    from forecast.files import require_writable_folder
    from forecast.run import STEP_COUNT, run_and_publish
    from forecast.sources.embedded import DEFAULT_FOLDER
    from forecast.store import open_published
    from forecast.words import load
    from maps.plan_map import write_plan_map

    require_writable_folder(output)
    with StageBar(STEP_COUNT + 1) as bar:
        run_and_publish(
            database,
            years,
            data_folder=data_folder or DEFAULT_FOLDER,
            assumptions_path=assumptions_path or DEFAULT_PATH,
            as_of=None if as_of is None else as_of.date(),
            on_step=lambda step: bar.next(step.label),
        )
        late = _with_late_refinements(database, load(system_language()))
        bar.next("Plan map")
        with open_published(database) as connection:
            path = write_plan_map(connection, output / "plankaart.html", language=language)
    _print_results(database)
    if late:
        click.echo(late, err=True)
    click.echo(path)


def _print_results(database: Path) -> None:
    """Print what is odd in the register, refinements without a terrain, and the summary."""
    from commands.refine_page import print_vanished
    from commands.summary import print_register_issues, print_summary
    from forecast.store import open_published
    from forecast.words import load

    with open_published(database) as connection:
        print_register_issues(connection)
        print_vanished(connection, load("en"))
        print_summary(connection)


def _with_late_refinements(database: Path, words: Words) -> str:
    """Lay refinements over the run that were recorded while it computed; say if that can't be."""
    from forecast.errors import DatabaseError
    from forecast.incremental import bring_up_to_date

    try:
        bring_up_to_date(database)
    except DatabaseError as error:
        return words("refine.late", sentence=error.sentence(words))
    return ""
