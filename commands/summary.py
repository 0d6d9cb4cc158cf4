"""The national summary and the register's oddities, printed after a run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import click
from rich.console import Console
from rich.table import Table

from forecast.national import PUBLISHED
from forecast.overview import NationalFigures, national_summary, register_issue_counts
from forecast.words import Words, load

if TYPE_CHECKING:
    import duckdb

_TWH: Final = 1e9
_GW: Final = 1e6

_COLUMNS: Final = (
    # column of the summary, heading, what its unit is divided by, decimals
    ("electric_vans", "e-vans", 1.0, 0),
    ("electric_trucks", "e-trucks", 1.0, 0),
    ("energy_kwh_per_year", "TWh", _TWH, 2),
    ("on_terrain_energy_kwh_per_year", "on parks", _TWH, 2),
    ("unmanaged_design_peak_kw", "GW", _GW, 2),
    ("smart_design_peak_kw", "GW smart", _GW, 2),
)


def print_summary(connection: duckdb.DuckDBPyConnection) -> None:
    """Print vehicles, TWh and GW per year and scenario, beside the published figures."""
    words = load("en")
    table = Table(
        title="Netherlands on 31 December; TWh a year in all and on business parks;\n"
        "GW: design peak of all parks together, unmanaged and smart",
        title_justify="left",
        box=None,
        pad_edge=False,
    )
    table.add_column("year")
    table.add_column("scenario")
    for _, heading, _, _ in _COLUMNS:
        table.add_column(heading, justify="right")
    rows = national_summary(connection)
    for year in sorted({row.year for row in rows}):
        for row in rows:
            if row.year == year:
                table.add_row(str(year), row.scenario, *_figures(row, words))
        table.add_row(str(year), "published", *_published(year, words), style="dim")
        table.add_section()
    console = Console(soft_wrap=True)
    console.print(table)
    console.print("none: none published", style="dim")
    for year in sorted({row.year for row in rows}):
        sources = "; ".join(
            f"{figure.label}: {_heading(figure.column)}"
            for figure in PUBLISHED
            if figure.year == year
        )
        if sources:
            console.print(f"published {year}: {sources}", style="dim", highlight=False)


def print_register_issues(connection: duckdb.DuckDBPyConnection) -> None:
    """Say on standard error which rows of the register are odd, and what became of them."""
    words = load("en")
    terrains, issues = register_issue_counts(connection)
    click.echo(f"{words.number(terrains)} terrains in the register, all kept; odd rows:", err=True)
    for code, consequence, count in issues:
        click.echo(f"  {count:>4}  {words(f'common.issue.{code}')}: {consequence}", err=True)
    click.echo(err=True)


def _figures(row: NationalFigures, words: Words) -> list[str]:
    return [
        words.number(getattr(row, column) / divisor, decimals)
        for column, _, divisor, decimals in _COLUMNS
    ]


def _published(year: int, words: Words) -> list[str]:
    if all(figure.year != year for figure in PUBLISHED):
        return ["none published"]
    known = {figure.column: figure.value for figure in PUBLISHED if figure.year == year}
    return [
        words.number(known[column] / divisor, decimals) if column in known else "none"
        for column, _, divisor, decimals in _COLUMNS
    ]


def _heading(column: str) -> str:
    return next(heading for name, heading, _, _ in _COLUMNS if name == column)
