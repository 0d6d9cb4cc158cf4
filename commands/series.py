"""`laadvraag series`: the load of one terrain in every quarter-hour of a year."""

from __future__ import annotations

from pathlib import Path

import click

from commands.options import WordChoice, database_option, scenario_option
from commands.terrain_choice import choose_terrain
from forecast.closed_lists import STRATEGY

_FORMATS = (".csv", ".parquet")
_LEAST_KWH = 1
"""Less is rounding."""


@click.command(epilog='Example: laadvraag series "De Hurk" --year 2030 --out hurk-2030.csv')
@database_option
@click.argument("query", metavar="NAME|RIN")
@click.option("--year", type=int, help="A year of the run.  [default: 2030]")
@scenario_option()
@click.option("--strategy", type=WordChoice(STRATEGY), default="unmanaged", show_default=True)
@click.option(
    "--drawn",
    "seed",
    type=click.IntRange(min=0),
    metavar="NUMBER",
    help="One possible year, drawn vehicle by vehicle; another number is another year.  "
    "[default: the mean over all of them]",
)
@click.option(
    "--out",
    "output",
    type=click.Path(path_type=Path),
    help="A .csv or .parquet file.  [default: output/series/RIN-YEAR.csv]",
)
def series(
    database: Path,
    query: str,
    year: int | None,
    scenario: str,
    strategy: str,
    seed: int | None,
    output: Path | None,
) -> None:
    """Write what a terrain charges on depots and at a hub: 35,040 quarter-hours of one year.

    The load at a hub is that of the vehicles based on this terrain, wherever the hub stands.
    Weekdays, public holidays, quiet weeks, seasons and clock changes of that year are in it. The
    time is given in UTC and on the local clock; each row holds the mean power of the 15 minutes
    that begin then, in kW. Columns, units and licences are told in a .datapackage.json beside a
    .csv file, and inside a .parquet file.
    """
    from forecast.assumptions import load
    from forecast.export.series import write_series
    from forecast.run_info import check_scenario_of_run, check_year_of_run, latest_run
    from forecast.selection import select_terrain
    from forecast.store import open_published
    from forecast.terrain_charging import read_terrain_charging
    from forecast.year_series import summarise_series, year_series_and_unserved

    if output is not None and output.suffix.lower() not in _FORMATS:
        message = f"'{output.name}' should end in {' or '.join(_FORMATS)}"
        raise click.BadParameter(message, param_hint="--out")
    with open_published(database) as connection:
        selection = select_terrain(connection, choose_terrain(connection, query))
        [terrain_id] = selection.terrain_ids
        run = latest_run(connection)
        chosen = check_year_of_run(run, year)
        check_scenario_of_run(run, scenario)
        terrain = read_terrain_charging(connection, terrain_id, chosen, scenario)
    frame, unserved_kwh = year_series_and_unserved(terrain, chosen, strategy, load(), seed=seed)
    path = output or Path("output") / "series" / f"{terrain_id}-{chosen}.csv"
    write_series(frame, path, selection, run)
    energy_kwh, peak_kw, when = summarise_series(frame)
    click.echo(
        f"{frame.height:,} quarter-hours, {energy_kwh / 1000:,.0f} MWh, highest {peak_kw:,.0f} kW "
        f"on {when:%Y-%m-%d at %H:%M}",
        err=True,
    )
    if unserved_kwh > _LEAST_KWH:
        _tell_unserved(unserved_kwh, terrain.peaks_kw[strategy][0])
    click.echo(path)


def _tell_unserved(unserved_kwh: float, limit_kw: float) -> None:
    click.echo(
        f"mind: {unserved_kwh:,.0f} kWh of depots find no room under the steered limit of "
        f"{limit_kw:,.0f} kW and are not in the series",
        err=True,
    )
