"""The national summary and the register's oddities, printed after a run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import click
from rich.console import Console
from rich.table import Table

from commands.location_page import print_location_split, reference_year
from commands.regions_page import print_plan_classes
from commands.tables import plain_table
from forecast.location_split import location_split
from forecast.municipal_report import spreading
from forecast.overview import (
    NationalElectric,
    NationalFigures,
    PublishedFigure,
    base_fleet,
    national_electric,
    national_summary,
    published_figures,
    register_issue_counts,
)
from forecast.region_figures import national_figures, regional_figures
from forecast.run_info import latest_run
from forecast.vocabulary import ALL_TRUCKS, SCENARIOS, VEHICLE_CLASSES
from forecast.words import Words, load

if TYPE_CHECKING:
    import duckdb

_TWH: Final = 1e9
_GW: Final = 1e6
_THOUSAND: Final = 1e3
_GROWTH_YEARS: Final = (2025, 2030, 2035, 2050)
"""Years that are always shown, whatever years the run was asked for."""
_GROUPS: Final = (
    # column of the published figures, class in the table, heading
    ("electric_vans", VEHICLE_CLASSES[0], "e-vans"),
    ("electric_trucks", ALL_TRUCKS, "e-trucks"),
)
_COLUMNS: Final = (
    # column of the summary, heading, what its unit is divided by, decimals
    ("energy_kwh_per_year", "TWh", _TWH, 2),
    ("on_terrain_energy_kwh_per_year", "on parks", _TWH, 2),
    ("unmanaged_design_peak_kw", "GW", _GW, 2),
    ("smart_design_peak_kw", "GW smart", _GW, 2),
)


_NOTES: Final = (
    "The forecasts of ElaadNL for 2030 are anchors of mid: no test of it (laadvraag backtest is).",
    "Counts of 2025 are of 1 July; ours are of 31 December, after half a year of growth.",
    "'More than 113,000' trucks in 2050 is a lower bound; ours is the assumed 90 % of the fleet.",
)


def print_summary(connection: duckdb.DuckDBPyConnection) -> None:
    """Print vehicles with their bands, TWh and GW, beside the published figures."""
    words = load("en")
    console = Console(soft_wrap=True)
    published = published_figures(connection)
    growth = national_electric(connection)
    console.print(_growth_table(growth, published, words))
    _print_base(connection, console, words)
    for note in _NOTES:
        console.print(note, style="dim", highlight=False)
    _print_spreading(connection, console)
    console.print()
    console.print(_demand_table(national_summary(connection), published, words))
    console.print()
    run = latest_run(connection)
    year = reference_year(run.years)
    print_location_split(location_split(connection, year, "mid"), year, published, console, words)
    console.print()
    print_plan_classes(
        regional_figures(connection, "nal_region", year=year, scenario="mid"),
        national_figures(connection, year, "mid"),
        console,
        words,
    )
    console.print(
        "Why figures differ from published ones: docs/method.md, 'Beside published figures'.",
        style="dim",
    )


def print_register_issues(connection: duckdb.DuckDBPyConnection) -> None:
    """Say on standard error which rows of the register are odd, and what became of them."""
    words = load("en")
    terrains, issues = register_issue_counts(connection)
    click.echo(f"{words.number(terrains)} terrains in the register, all kept; odd rows:", err=True)
    for code, consequence, count in issues:
        click.echo(f"  {count:>4}  {words(f'common.issue.{code}')}: {consequence}", err=True)
    click.echo(err=True)


def _growth_table(
    growth: list[NationalElectric], published: list[PublishedFigure], words: Words
) -> Table:
    """Return thousands of vehicles; a published figure says how far mid lies from it."""
    table = plain_table(
        "Electric vehicles in the Netherlands on 31 December, x 1,000: p50 (p10-p90)",
        ("year", "scenario"),
        [heading for _, _, heading in _GROUPS],
    )
    by_key = {(row.year, row.scenario, row.vehicle_class): row for row in growth}
    for year in _GROWTH_YEARS:
        for scenario in SCENARIOS:
            banded = (_banded(by_key[year, scenario, name], words) for _, name, _ in _GROUPS)
            table.add_row(str(year), scenario, *banded)
        mid = {column: by_key[year, "mid", name] for column, name, _ in _GROUPS}
        figures = [figure for figure in published if figure.year == year and figure.quantity in mid]
        for label in dict.fromkeys(_publication(figure) for figure in figures):
            cells = {
                figure.quantity: _beside(figure, mid[figure.quantity], words)
                for figure in figures
                if _publication(figure) == label
            }
            table.add_row("", label, *(cells.get(column, "") for column in mid), style="dim")
        table.add_section()
    return table


def _demand_table(
    rows: list[NationalFigures], published: list[PublishedFigure], words: Words
) -> Table:
    table = plain_table(
        "Charging: TWh a year in all and on business parks;\n"
        "GW: design peak of all parks together, unmanaged and smart",
        ("year", "scenario"),
        [heading for _, heading, _, _ in _COLUMNS],
    )
    columns = [column for column, _, _, _ in _COLUMNS]
    for year in sorted({row.year for row in rows}):
        for row in rows:
            if row.year == year:
                table.add_row(str(year), row.scenario, *_figures(row, words))
        for figure in published:
            if figure.year == year and figure.quantity in columns:
                cells = [
                    words.number(figure.value / divisor, decimals)
                    if figure.quantity == column
                    else ""
                    for column, _, divisor, decimals in _COLUMNS
                ]
                table.add_row("", _publication(figure), *cells, style="dim")
        table.add_section()
    return table


def _print_base(connection: duckdb.DuckDBPyConnection, console: Console, words: Words) -> None:
    fleet = base_fleet(connection)
    counts = ", ".join(
        f"{words.number(row.vehicles)} {words(f'common.vehicle_class.{row.vehicle_class}').lower()}"
        for row in fleet
    )
    console.print(
        f"Spread over the terrains: {counts}, the last published stock ({fleet[0].holds_on}).",
        style="dim",
        highlight=False,
    )


def _print_spreading(connection: duckdb.DuckDBPyConnection, console: Console) -> None:
    found = spreading(connection)
    counted = sum(row.counted_terrains for row in found)
    learned = [row.vehicle_class for row in found if row.weight_basis != "weights"]
    line = (
        f"{counted} counts of a class on a terrain; learned from for {', '.join(learned) or 'none'}"
        if counted
        else "No terrain has an observed count: weights by area and type spread the vehicles"
    )
    console.print(f"{line} (laadvraag data vehicles).", style="dim", highlight=False)


def _banded(row: NationalElectric, words: Words) -> str:
    low, high = row.electric_vehicles_p10, row.electric_vehicles_p90
    return (
        f"{_thousands(row.electric_vehicles, words)} "
        f"({_thousands(low, words)}-{_thousands(high, words)})"
    )


def _beside(figure: PublishedFigure, mid: NationalElectric, words: Words) -> str:
    gap = round(mid.electric_vehicles / figure.value - 1, 2) + 0.0  # no minus zero
    return f"{_thousands(figure.value, words)} (mid {gap:+.0%})"


def _thousands(vehicles: float, words: Words) -> str:
    """Return thousands, with two decimals below ten and none from a hundred."""
    thousands = vehicles / _THOUSAND
    return words.number(thousands, max(0, 3 - len(str(int(thousands)))))


def _publication(figure: PublishedFigure) -> str:
    return f"{figure.publisher} {figure.published_on.year}, {figure.kind}"


def _figures(row: NationalFigures, words: Words) -> list[str]:
    return [
        words.number(getattr(row, column) / divisor, decimals)
        for column, _, divisor, decimals in _COLUMNS
    ]
