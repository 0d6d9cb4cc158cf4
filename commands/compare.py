"""`laadvraag compare`: the last run beside an imported forecast of somebody else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from commands.options import (
    Command,
    WordChoice,
    chosen_region,
    database_option,
    region_options,
    scenario_option,
    terminal_language_option,
    theme_option,
    write_table,
)
from forecast.closed_lists import SCENARIO
from forecast.sources.forecast_quantities import POWERS, QUANTITIES
from forecast.vocabulary import SELECTION_LEVELS

_SUFFIXES = (".html", ".htm")


def _page_path(_: click.Context, __: click.Parameter, value: Path | None) -> Path | None:
    if value is not None and value.suffix.lower() not in _SUFFIXES:
        message = f"'{value.name}' should end in .html: a map is a page"
        raise click.BadParameter(message)
    return value


def _asked_options(command: Command) -> Command:
    """Add what is asked of the comparison: the fields of `forecast.compare.report.Asked`."""
    for add in (
        click.option(
            "--power",
            type=click.Choice(tuple(POWERS)),
            default="peak",
            show_default=True,
            help="Our power beside theirs where their file does not say what it is.",
        ),
        click.option(
            "--their-scenario",
            type=WordChoice(SCENARIO),
            help="Theirs.  [default: of the same name]",
        ),
        scenario_option(),
        click.option(
            "--quantity",
            type=click.Choice(tuple(QUANTITIES)),
            metavar="NAME",
            help=f"What is ranked, of {', '.join(QUANTITIES)}.  [default: the first of theirs]",
        ),
        click.option("--year", type=int, help="Year that is ranked.  [default: 2030]"),
        click.option("--edition", help="The start of an imported forecast.  [default: the last]"),
    ):
        command = add(command)
    return command


@click.command(
    epilog="Example: laadvraag compare; laadvraag compare --province Utrecht --map compared.html"
)
@database_option
@_asked_options
@region_options
@click.option(
    "--top", type=click.IntRange(min=1), default=15, show_default=True, help="Rows of a ranking."
)
@click.option("--csv", "csv_path", type=click.Path(path_type=Path), help="Every figure, as CSV.")
@click.option(
    "--map",
    "map_path",
    type=click.Path(path_type=Path, dir_okay=False),
    callback=_page_path,
    help="A map of the differences, as one HTML file that needs no network.",
)
@click.option("--json", "as_json", is_flag=True, help="For programs: summary and every terrain.")
@theme_option
@terminal_language_option
def compare(
    database: Path,
    top: int,
    csv_path: Path | None,
    map_path: Path | None,
    theme_path: Path | None,
    language: str,
    *,
    as_json: bool,
    **asked: Any,
) -> None:
    """Show the forecast of somebody else beside the last run, terrain by terrain.

    Load theirs first with `laadvraag data import forecast FILE`. It changes nothing in the run.
    Two runs of your own are compared by `laadvraag diff`. See docs/comparing.md.
    """
    from commands.compare_page import print_json, print_page
    from forecast.compare.report import Asked, compare_forecast
    from forecast.store import open_published
    from forecast.words import load

    region = chosen_region(**{level: asked.pop(level) for level in SELECTION_LEVELS})
    with open_published(database) as connection:
        report = compare_forecast(connection, Asked(**asked, region=region))
        if map_path is not None:
            from forecast.theme import load_theme
            from maps.comparison_map import write_comparison_map

            theme = load_theme(theme_path)
            path = write_comparison_map(
                connection, report, map_path, language=language, theme=theme
            )
            click.echo(str(path), err=True)
    if as_json:
        print_json(report)
    else:
        print_page(report, top, load(language))
    if csv_path is not None:
        from forecast.compare.table import comparison_table

        write_table(comparison_table(report), csv_path)
