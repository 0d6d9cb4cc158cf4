"""Reading the country and the state of the sources from a published run, with DuckDB only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from forecast.run_info import latest_run
from forecast.schema import tables_of
from forecast.vocabulary import NATION

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class NationalFigures:
    """The country: vehicles and energy of all, charging and peaks of the business parks."""

    year: int
    scenario: str
    electric_vans: float
    electric_trucks: float
    energy_kwh_per_year: float
    on_terrain_energy_kwh_per_year: float
    unmanaged_design_peak_kw: float
    smart_design_peak_kw: float
    night_block_design_peak_kw: float


def national_summary(connection: duckdb.DuckDBPyConnection) -> list[NationalFigures]:
    """Return the country per year and scenario (low, mid, high), from the last run."""
    run = latest_run(connection)
    rows = connection.execute(
        "SELECT n.year, n.scenario, n.electric_vans, n.electric_trucks, n.energy_kwh_per_year, "
        "r.depot_energy_kwh_per_year + r.shared_hub_energy_kwh_per_year, "
        "r.unmanaged_design_peak_kw, r.smart_design_peak_kw, r.night_block_design_peak_kw "
        "FROM national_summary n JOIN regional_summary r USING (run_id, year, scenario) "
        "WHERE run_id = ? AND r.level = ?",
        [run.run_id, NATION],
    ).fetchall()
    figures = [NationalFigures(*row) for row in rows]
    return sorted(figures, key=lambda row: (row.year, run.scenarios.index(row.scenario)))


@dataclass(frozen=True)
class NationalElectric:
    """Electric vehicles of the country: p50 with its band, for one group, year and scenario."""

    vehicle_class: str
    year: int
    scenario: str
    electric_vehicles: float
    electric_vehicles_p10: float
    electric_vehicles_p90: float
    electric_share: float


@dataclass(frozen=True)
class PublishedFigure:
    """A figure that others published.

    Attributes
    ----------
    quantity, year
        Column and year of the national summary that it stands beside.
    kind
        count, forecast or aim.
    """

    quantity: str
    year: int
    kind: str
    value: float
    publisher: str
    published_on: date


@dataclass(frozen=True)
class BaseFleet:
    """The last published stock of a class: the fleet that was spread over the terrains."""

    vehicle_class: str
    vehicles: int
    holds_on: str


def national_electric(connection: duckdb.DuckDBPyConnection) -> list[NationalElectric]:
    """Return the electric vehicles of the country, every year to 2050, from the last run."""
    run = latest_run(connection)
    rows = connection.execute(
        "SELECT vehicle_class, year, scenario, electric_vehicles, electric_vehicles_p10, "
        "electric_vehicles_p90, electric_share FROM national_electric WHERE run_id = ?",
        [run.run_id],
    ).fetchall()
    figures = [NationalElectric(*row) for row in rows]
    return sorted(
        figures, key=lambda row: (row.year, run.scenarios.index(row.scenario), row.vehicle_class)
    )


def published_figures(connection: duckdb.DuckDBPyConnection) -> list[PublishedFigure]:
    """Return what others published, oldest publication first."""
    rows = connection.execute(
        "SELECT quantity, year, kind, value, publisher, published_on FROM published_figures "
        "ORDER BY year, published_on, publisher, quantity"
    ).fetchall()
    return [PublishedFigure(*row) for row in rows]


def base_fleet(connection: duckdb.DuckDBPyConnection) -> list[BaseFleet]:
    """Return the fleet of the base date per class, and the day it holds on."""
    rows = connection.execute(
        "SELECT vehicle_class, sum(vehicles) FROM fleet WHERE run_id = ? GROUP BY vehicle_class "
        "ORDER BY 2 DESC",
        [latest_run(connection).run_id],
    ).fetchall()
    days = connection.execute(
        "SELECT max(date) FROM fleet_history WHERE status = 'published' AND series = 'vans_total'"
    ).fetchall()
    return [BaseFleet(name, int(vehicles), days[0][0]) for name, vehicles in rows]


def register_issue_counts(
    connection: duckdb.DuckDBPyConnection,
) -> tuple[int, list[tuple[str, str, int]]]:
    """Return the number of terrains, and (issue code, consequence, terrains) per oddity."""
    issues = connection.execute(
        "SELECT issue_code, consequence, count(*) FROM register_issues GROUP BY ALL "
        "ORDER BY 3 DESC, 1"
    ).fetchall()
    return _count(connection, "terrains"), [
        (str(code), str(text), int(count)) for code, text, count in issues
    ]


def coverage(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, int, int]]:
    """Return for how many of their kind real data are there: what, how many, of how many."""
    queries = {
        "terrains with an outline": (
            "SELECT count(*) FILTER (location_quality = 'polygon'), count(*) FROM terrains"
        ),
        "municipalities with an outline": (
            "SELECT (SELECT count(*) FROM region_outlines JOIN municipalities "
            "ON region_id = municipality_code), count(*) FROM municipalities"
        ),
        "municipalities whose vehicles are imported counts": (
            "SELECT count(*) FILTER (edition_id IN (SELECT edition_id FROM editions)), count(*) "
            "FROM vehicles_registered"
        ),
        "zones with an outline": (
            "SELECT count(*) FILTER (geometry_quality = 'polygon'), count(*) FROM ze_zones"
        ),
        "supply areas with an outline": ("SELECT count(outline_wkt), count(*) FROM supply_areas"),
    }
    return [(what, *connection.execute(query).fetchall()[0]) for what, query in queries.items()]


def counts_told(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Return which counts of vehicles the run used, and why not later ones."""
    from forecast.sources.counted_vehicles import tell_of_counts

    names = ("vehicle_counts", "postcode_municipalities", "municipalities")
    return tell_of_counts({name: connection.table(name).pl() for name in names})


def source_counts(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, int, str]]:
    """Return (table, rows, meaning) of every source table."""
    return [
        (table.name, _count(connection, table.name), table.meaning) for table in tables_of("source")
    ]


def _count(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    rows = connection.execute(f'SELECT count(*) FROM "{table}"').fetchall()  # noqa: S608 - a name of the schema
    return int(rows[0][0])
