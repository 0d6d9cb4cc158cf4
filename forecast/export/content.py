"""Which tables and rows an export holds: those of the chosen terrains, from the last run.

A table is exported with its columns of `forecast.schema` under their own names. The run and the
edition are the same in every row; they stand once, in what is said of the file.
"""
# ruff: noqa: S608 - only names of the schema and constants enter the SQL

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from forecast.errors import UnknownNameError
from forecast.export.notices import Notice, read_notices
from forecast.export.places import PLACED, places_of
from forecast.export.table import ExportTable
from forecast.export.terrains import terrains_table
from forecast.run_info import RunInfo, latest_run
from forecast.schema import TABLES, Column
from forecast.selection import Selection
from forecast.vocabulary import NATION

if TYPE_CHECKING:
    import duckdb

WIDE: Final = "terrains"
"""The table with one row per terrain and a column per figure, year and scenario."""
SITE_REACH_KM: Final = 10.0
"""Truck sites are points without a municipality: those this near a chosen terrain go along."""

_CHOSEN: Final = "terrain_id IN (SELECT unnest($terrains))"
_HUBS: Final = (
    "terrain_id IN (SELECT unnest($terrains)) OR terrain_id IN (SELECT hub_terrain_id "
    f"FROM terrain_hubs WHERE run_id = $run AND {_CHOSEN})"
)
_AREAS: Final = (
    f"supply_area_id IN (SELECT supply_area_id FROM terrain_supply_areas WHERE run_id = $run "
    f"AND {_CHOSEN}) OR $all"
)
_SITES: Final = (
    "site_id IN (SELECT site_id FROM truck_sites AS site JOIN terrains AS near "
    f"ON abs(site.x_rd_m - near.x_rd_m) <= {SITE_REACH_KM * 1000} "
    f"AND abs(site.y_rd_m - near.y_rd_m) <= {SITE_REACH_KM * 1000} "
    "AND sqrt((site.x_rd_m - near.x_rd_m) ** 2 + (site.y_rd_m - near.y_rd_m) ** 2) "
    f"<= {SITE_REACH_KM * 1000} WHERE {_CHOSEN}) OR $all"
)
_CODES: Final = f"(SELECT municipality_code FROM terrains WHERE {_CHOSEN})"
_ROWS: Final[dict[str, str]] = {
    "electric_vehicles": _CHOSEN,
    "energy": _CHOSEN,
    "power": f"{_CHOSEN} AND location_type IN ('on_terrain', 'depot', 'shared_hub')",
    "power_bands": _CHOSEN,
    "charge_points": (
        "CASE location_type WHEN 'depot' THEN place_id IN (SELECT unnest($terrains)) "
        f"WHEN 'shared_hub' THEN place_id IN (SELECT terrain_id FROM hubs WHERE {_HUBS}) "
        f"ELSE place_id IN (SELECT site_id FROM truck_sites WHERE {_SITES}) END"
    ),
    "plan_class": _CHOSEN,
    "grid_fit": _CHOSEN,
    "fit_years": _CHOSEN,
    "zone_exposure": _CHOSEN,
    "terrain_hubs": _CHOSEN,
    "hubs": _HUBS,
    "terrain_supply_areas": _CHOSEN,
    "supply_areas": _AREAS,
    "area_fit": _AREAS,
    "ze_zones": (
        f"municipality_code IN {_CODES} OR zone_name IN (SELECT nearest_zone_name "
        f"FROM zone_exposure WHERE run_id = $run AND {_CHOSEN}) OR $all"
    ),
    "truck_sites": _SITES,
    "site_demand": _SITES,
    "regional_summary": (
        "(level = $level AND region_id = $region) OR (level = 'supply_area' AND region_id IN "
        f"(SELECT supply_area_id FROM terrain_supply_areas WHERE run_id = $run AND {_CHOSEN})) "
        f"OR (level = 'municipality' AND region_id IN {_CODES}) OR $all"
    ),
}
"""Which rows of each table go along, in the order of an export."""
EXPORT_TABLES: Final = (WIDE, *_ROWS)
_SAME_IN_EVERY_ROW: Final = ("run_id", "edition_id")
_SCENARIO_ORDER: Final = "list_position(['low', 'mid', 'high'], scenario)"


@dataclass(frozen=True)
class Content:
    """Everything that an export says.

    Attributes
    ----------
    selection
        Whose figures they are.
    run
        That computed them.
    tables
        In the order of `EXPORT_TABLES`.
    notices
        What is owed to the sources.
    """

    selection: Selection
    run: RunInfo
    tables: tuple[ExportTable, ...]
    notices: tuple[Notice, ...]

    @property
    def title(self) -> str:
        """What the export is, in a few words."""
        return f"laadvraag: charging demand on business parks, {self.selection.region_name}"

    @property
    def provenance(self) -> dict[str, str]:
        """Where the figures come from, by name."""
        return provenance_of(self.selection, self.run)

    def only(self, names: Collection[str]) -> Content:
        """Return the same with fewer tables, and the notices that go with those."""
        tables = tuple(table for table in self.tables if table.name in names)
        return replace(
            self, tables=tables, notices=read_notices(self.run, [table.name for table in tables])
        )


def provenance_of(selection: Selection, run: RunInfo) -> dict[str, str]:
    """Return whose figures they are and which run computed them, by name."""
    return {
        "region": f"{selection.level} {selection.region_name}",
        "run_id": run.run_id,
        "edition_id": run.edition_id,
        "code_version": run.code_version,
        "assumptions_hash": run.assumptions_hash,
        "computed_at": f"{run.ended_at:%Y-%m-%dT%H:%M:%SZ}",
    }


def check_tables(names: Sequence[str]) -> tuple[str, ...]:
    """Return the named tables in the order of an export; all of them for none.

    Raises
    ------
    UnknownNameError
        If one is not exported.
    """
    for name in names:
        if name not in EXPORT_TABLES:
            raise UnknownNameError("table", name, EXPORT_TABLES)
    return tuple(name for name in EXPORT_TABLES if name in names) or EXPORT_TABLES


def read_content(
    connection: duckdb.DuckDBPyConnection, selection: Selection, table_names: Sequence[str] = ()
) -> Content:
    """Return the tables of the chosen terrains from the last run.

    Vehicles of a municipality that have no business park are in none of them.

    Raises
    ------
    UnknownNameError
        If a table is not exported.
    """
    names = check_tables(table_names)
    run = latest_run(connection)
    tables = tuple(
        terrains_table(connection, selection, run)
        if name == WIDE
        else _read_table(connection, name, selection, run)
        for name in names
    )
    return Content(selection, run, tables, read_notices(run, names))


def _read_table(
    connection: duckdb.DuckDBPyConnection, name: str, selection: Selection, run: RunInfo
) -> ExportTable:
    table = TABLES[name]
    columns = [column for column in table.columns if column.name not in _SAME_IN_EVERY_ROW]
    of_run = "run_id = $run AND " if any(key == "run_id" for key in table.keys) else ""
    order = ", ".join(
        _SCENARIO_ORDER if key == "scenario" else f'"{key}"'
        for key in table.keys
        if key != "run_id"
    )
    sql = f'FROM "{name}" WHERE {of_run}({_ROWS[name]}) ORDER BY {order}'
    arguments = {
        "terrains": list(selection.terrain_ids),
        "run": run.run_id,
        "all": selection.level == NATION,
        "level": selection.level,
        "region": selection.region_id,
    }
    used = {key: value for key, value in arguments.items() if f"${key}" in sql}
    frame = connection.sql(sql, params=used).pl().select(column.name for column in columns)
    named = ExportTable(name, table.meaning, [_of_a_terrain(column) for column in columns], frame)
    if name not in PLACED:
        return named
    more, places = places_of(connection, named)
    return replace(more, places=places)


def _of_a_terrain(column: Column) -> Column:
    """Return a column without what is said of vehicles off the terrains: they are left out."""
    return TABLES[WIDE].columns[0] if column.name == "terrain_id" else column
