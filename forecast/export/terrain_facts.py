"""What holds of a terrain whatever the year: register, ground, fleet, supply area and zones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import polars as pl

from forecast.export.terrain_figures import column_of
from forecast.run_info import RunInfo
from forecast.schema import TABLES, Column, Dtype
from forecast.vocabulary import VEHICLE_CLASSES

if TYPE_CHECKING:
    import duckdb

    from forecast.selection import Selection


_SQL: Final = """
WITH fleets AS (
    SELECT terrain_id, {vehicles}, max(basis) AS fleet_basis
    FROM fleet WHERE run_id = $run GROUP BY terrain_id
), areas AS (
    SELECT terrain_id, supply_area_id, match_probability, grid_operator_name,
           status AS supply_area_status
    FROM terrain_supply_areas JOIN supply_areas USING (supply_area_id)
    WHERE run_id = $run QUALIFY row_number() OVER (
        PARTITION BY terrain_id ORDER BY match_probability DESC, supply_area_id
    ) = 1
), zones AS (
    SELECT terrain_id, {zones} FROM zone_exposure WHERE run_id = $run GROUP BY terrain_id
), issues AS (
    SELECT terrain_id, string_agg(issue_code, '; ' ORDER BY issue_code) AS issue_codes
    FROM register_issues GROUP BY terrain_id
), footprints AS (
    SELECT t.terrain_id,
           CASE WHEN outline_wkt IS NULL THEN 'circle' ELSE 'outline' END
               AS footprint_quality,
           coalesce(measured_ha, CASE gross_ha WHEN 0 THEN net_ha ELSE gross_ha END)
               AS footprint_ha,
           source_name AS outline_source_name, file_name AS outline_file_name,
           reference_date AS outline_holds_on
    FROM terrains AS t LEFT JOIN terrain_outlines AS o USING (terrain_id)
    LEFT JOIN editions AS e ON e.edition_id = o.edition_id
)
SELECT {names}
FROM (SELECT * EXCLUDE (edition_id) FROM terrains)
JOIN (SELECT municipality_code, municipality_name, province_name, nal_region_name
      FROM municipalities) USING (municipality_code)
JOIN footprints USING (terrain_id)
LEFT JOIN issues USING (terrain_id)
LEFT JOIN fleets USING (terrain_id)
LEFT JOIN areas USING (terrain_id)
LEFT JOIN zones USING (terrain_id)
WHERE terrain_id IN (SELECT unnest($terrains))
ORDER BY municipality_name, terrain_name, terrain_id
"""


def read_facts(
    connection: duckdb.DuckDBPyConnection, selection: Selection, run: RunInfo
) -> tuple[pl.DataFrame, list[Column]]:
    """Return what holds of a terrain whatever the year, and its columns."""
    columns = [*_register_columns(), *_FOOTPRINT, *_FLEET_AND_AREA, *_zone_columns(run.years)]
    vehicles = ", ".join(
        f"sum(vehicles) FILTER (vehicle_class = '{name}')::BIGINT AS {name}_vehicles"
        for name in VEHICLE_CLASSES
    )
    zones = ", ".join(
        f"first({name} ORDER BY vehicle_class) FILTER (year = {year}) AS {name}_{year}"
        for name in _ZONE_FACTS
        for year in run.years
    )
    names = ", ".join(f'"{column.name}"' for column in columns)
    sql = _SQL.format(vehicles=vehicles, zones=zones, names=names)
    frame: pl.DataFrame = connection.sql(
        sql,
        params={"run": run.run_id, "terrains": list(selection.terrain_ids)},
    ).pl()
    return frame, columns


def _register_columns() -> list[Column]:
    """Return the columns of the register, with the regions behind the municipality."""
    columns = [column for column in TABLES["terrains"].columns if column.name != "edition_id"]
    regions = [
        Column(name, "String", "", f"{column_of('municipalities', name).meaning} it lies in")
        for name in ("municipality_name", "province_name", "nal_region_name")
    ]
    at = [column.name for column in columns].index("municipality_code") + 1
    return [*columns[:at], *regions, *columns[at:]]


def _optional(name: str, dtype: Dtype, unit: str, meaning: str) -> Column:
    return Column(name, dtype, unit, meaning, is_nullable=True)


_FOOTPRINT: Final = (
    Column(
        "footprint_quality", "String", "", "outline of a register, or circle: schematic, at x, y"
    ),
    Column("footprint_ha", "Float64", "ha", "area of the shape; of an outline as measured"),
    _optional("outline_source_name", "String", "", "source of the outline; empty: none is known"),
    _optional("outline_file_name", "String", "", "file that the outline came from"),
    _optional("outline_holds_on", "Date", "", "day that the register of the outline describes"),
)
_FLEET_AND_AREA: Final = (
    _optional("issue_codes", "String", "", "oddities of its row in the register"),
    *(
        Column(f"{name}_vehicles", "Int64", "vehicles", "based here today, all powertrains")
        for name in VEHICLE_CLASSES
    ),
    Column("fleet_basis", "String", "", "modelled, or refined if any class was"),
    _optional("supply_area_id", "String", "", "most probable supply area; empty: in none"),
    _optional("match_probability", "Float64", "1", "that this is the area"),
    _optional("grid_operator_name", "String", "", "of that area"),
    _optional(
        "supply_area_status",
        "String",
        "",
        "of that area today: room, queue, shortage or not_known",
    ),
)
_ZONE_FACTS: Final = ("nearest_zone_name", "nearest_zone_distance_km", "nearest_zone_share")


def _zone_columns(years: Sequence[int]) -> list[Column]:
    found = {name: column_of("zone_exposure", name) for name in _ZONE_FACTS}
    return [
        _optional(f"{name}_{year}", column.dtype, column.unit, f"{column.meaning}; {year}")
        for year in years
        for name, column in found.items()
    ]
