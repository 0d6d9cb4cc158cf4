"""`laadvraag diff`: two runs beside each other."""

from __future__ import annotations

from pathlib import Path

import click

from commands.options import (
    chosen_region,
    database_option,
    region_options,
    scenario_option,
    terminal_language_option,
    write_table,
)

_TWO = 2


@click.command(
    epilog="Example: laadvraag diff; laadvraag diff --province Utrecht --csv changes.csv"
)
@database_option
@click.argument("runs", nargs=-1, metavar="[RUN RUN]")
@click.option("--year", type=int, help="A year of both runs.  [default: 2030]")
@scenario_option()
@region_options
@click.option(
    "--top", type=click.IntRange(min=1), default=15, show_default=True, help="Rows of a ranking."
)
@click.option("--csv", "csv_path", type=click.Path(path_type=Path), help="Every terrain, as CSV.")
@click.option("--json", "as_json", is_flag=True, help="For programs: everything that changed.")
@terminal_language_option
def diff(
    database: Path,
    runs: tuple[str, ...],
    year: int | None,
    scenario: str,
    top: int,
    csv_path: Path | None,
    language: str,
    *,
    as_json: bool,
    **regions: str | None,
) -> None:
    """Show what changed from one run to another: figures, plan classes, and what went in.

    Without RUN RUN the last two are compared, whose results the database keeps; a run is named by
    the start of its name, as this page prints it. See docs/comparing.md.
    """
    from commands.diff_json import print_json
    from commands.diff_page import print_page
    from forecast.diff.report import compare
    from forecast.store import open_published
    from forecast.words import load

    if len(runs) not in {0, _TWO}:
        raise click.UsageError("name two runs, or none for the last two")
    region = chosen_region(**regions)
    with open_published(database) as connection:
        report = compare(connection, runs, year, scenario, region)
    if as_json:
        print_json(report)
    else:
        print_page(report, top, load(language))
    if csv_path is not None:
        from forecast.diff.table import change_table

        write_table(change_table(report.terrains, report.compared), csv_path)
