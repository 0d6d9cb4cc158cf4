"""One row per terrain: what the register says, and the main figures per year and scenario.

So that a planner can sort and map at once. A figure of a year is named
``{figure}_{year}_{scenario}``, such as ``smart_design_peak_kw_2030_mid``; the figure is a column
of `forecast.schema`, with the strategy before it as in `regional_summary`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import polars as pl

from forecast.export.places import multipolygons, read_outlines
from forecast.export.table import ExportTable, Places
from forecast.footprints import shapes_of
from forecast.query import RunInfo
from forecast.regions import gather_terrain_figures
from forecast.schema import TABLES, Column, Dtype
from forecast.vocabulary import MID_SCENARIO, ON_TERRAIN, STRATEGIES, VEHICLE_CLASSES

if TYPE_CHECKING:
    import duckdb

    from forecast.selection import Selection

_KEYS: Final = ("terrain_id", "year", "scenario")
_BAND_STRATEGIES: Final = ("unmanaged", "smart")
_MEANING: Final = (
    "One row per business park: the register, and figures of 31 December of each year. Peaks of "
    "terrains do not add up; see regional_summary for those of an area."
)


@dataclass(frozen=True)
class _Figure:
    """A figure of a year: its name, the column of the schema it is, and in which scenarios."""

    name: str
    table: str
    column: str
    said: str = ""
    is_of_mid_only: bool = False
    meaning: str = ""

    def column_of(self, year: int, scenario: str) -> Column:
        """Return the column of one year and scenario."""
        of = _column(self.table, self.column)
        meaning = self.meaning or of.meaning
        meaning = f"{self.said + ': ' if self.said else ''}{meaning}; {year}, {scenario}"
        return Column(
            f"{self.name}_{year}_{scenario}", of.dtype, of.unit, meaning, is_nullable=True
        )


def _column(table: str, name: str) -> Column:
    return next(column for column in TABLES[table].columns if column.name == name)


_FIGURES: Final = (
    _Figure("plan_class", "plan_class", "plan_class"),
    _Figure("rule_code", "plan_class", "rule_code", is_of_mid_only=True),
    _Figure(
        "vehicles",
        "regional_summary",
        "vehicles",
        is_of_mid_only=True,
        meaning="vehicles based here, all powertrains",
    ),
    *(
        _Figure(name, "regional_summary", name, meaning=meaning)
        for name, meaning in {
            "electric_vans": "battery-electric vans based here",
            "electric_trucks": "battery-electric rigids and tractors based here",
            "depot_energy_kwh_per_year": "energy charged at the depots here",
            "shared_hub_energy_kwh_per_year": (
                "energy that the vehicles based here charge at a hub, wherever it stands"
            ),
        }.items()
    ),
    *(
        _Figure(f"{name}_design_peak_kw", "power", "design_peak_kw", f"depots and hub, {name}")
        for name in STRATEGIES
    ),
    *(
        _Figure(
            f"{name}_design_peak_kw_{end}",
            "power_bands",
            f"design_peak_kw_{end}",
            f"depots and hub, {name}, {end} of the design peak within the scenario",
            is_of_mid_only=True,
        )
        for name in _BAND_STRATEGIES
        for end in ("p10", "p90")
    ),
    *(
        _Figure(
            f"{name}_design_peak_16_21_kw",
            "power",
            "design_peak_16_21_kw",
            f"depots and hub, {name}",
            is_of_mid_only=True,
        )
        for name in _BAND_STRATEGIES
    ),
    *(
        _Figure(name, "regional_summary", name, is_of_mid_only=True, meaning=meaning)
        for name, meaning in {
            "private_charge_points": "at the depots here, expected",
            "shared_charge_points": "at the hub that stands here",
        }.items()
    ),
    *(
        _Figure(
            f"{name}_fits_after_queue_probability",
            "grid_fit",
            "fits_after_queue_probability",
            is_of_mid_only=True,
            meaning=f"that the added power of its supply area fits after the queue, {name}",
        )
        for name in _BAND_STRATEGIES
    ),
    *(
        _Figure(name, "terrain_hubs", name, is_of_mid_only=True, meaning=meaning)
        for name, meaning in {
            "hub_terrain_id": "terrain whose shared hub serves this one; empty: none in reach",
            "hub_distance_km": "to that hub, as the crow flies",
        }.items()
    ),
)


def terrains_table(
    connection: duckdb.DuckDBPyConnection, selection: Selection, run: RunInfo
) -> ExportTable:
    """Return the wide table of the chosen terrains, in the order of the selection."""
    facts, columns = _facts(connection, selection, run)
    frame = facts
    figures = _figures(connection, selection, run)
    scenarios = sorted(run.scenarios, key=lambda name: (name != MID_SCENARIO, name == "high"))
    for scenario in scenarios:
        for year in run.years:
            of_both = (pl.col("year") == year) & (pl.col("scenario") == scenario)
            chosen = [
                figure
                for figure in _FIGURES
                if scenario == MID_SCENARIO or not figure.is_of_mid_only
            ]
            named = [figure.column_of(year, scenario) for figure in chosen]
            values = figures.filter(of_both).select(
                "terrain_id",
                *(
                    pl.col(figure.name).alias(column.name)
                    for figure, column in zip(chosen, named, strict=True)
                ),
            )
            frame = frame.join(values, on="terrain_id", how="left", maintain_order="left")
            columns += named
    return ExportTable(
        "terrains",
        _MEANING,
        columns,
        frame,
        Places(
            "MultiPolygon",
            multipolygons(shapes_of(frame, read_outlines(connection, selection))[0]),
            "Drawn by the outline where one was imported, else as a schematic circle of the gross "
            "area around an approximate point; see footprint_quality and location_quality.",
        ),
    )


def _facts(
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
    frame: pl.DataFrame = connection.sql(
        f"""
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
        """,  # noqa: S608 - names of the schema
        params={"run": run.run_id, "terrains": list(selection.terrain_ids)},
    ).pl()
    return frame, columns


def _register_columns() -> list[Column]:
    """Return the columns of the register, with the regions behind the municipality."""
    columns = [column for column in TABLES["terrains"].columns if column.name != "edition_id"]
    regions = [
        Column(name, "String", "", f"{_column('municipalities', name).meaning} it lies in")
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
    found = {name: _column("zone_exposure", name) for name in _ZONE_FACTS}
    return [
        _optional(f"{name}_{year}", column.dtype, column.unit, f"{column.meaning}; {year}")
        for year in years
        for name, column in found.items()
    ]


def _figures(
    connection: duckdb.DuckDBPyConnection, selection: Selection, run: RunInfo
) -> pl.DataFrame:
    """Return the figures of every year and scenario, one row per terrain, year and scenario."""

    def read(name: str, key: str = "terrain_id") -> pl.DataFrame:
        sql = f"FROM {name} WHERE run_id = $run AND {key} IN (SELECT unnest($terrains))"
        frame: pl.DataFrame = connection.sql(
            sql, params={"run": run.run_id, "terrains": list(selection.terrain_ids)}
        ).pl()
        return frame

    plan = read("plan_class")
    figures = plan.select(*_KEYS, "plan_class", "rule_code")
    power = read("power").filter(pl.col("location_type") == ON_TERRAIN)
    for frame in (
        gather_terrain_figures(
            read("electric_vehicles"), read("energy"), read("charge_points", "place_id"), plan
        ),
        _by_strategy(power, ("design_peak_kw", "design_peak_16_21_kw")),
        _by_strategy(read("power_bands"), ("design_peak_kw_p10", "design_peak_kw_p90")),
        _by_strategy(read("grid_fit"), ("fits_after_queue_probability",)),
        read("terrain_hubs").drop("run_id"),
    ):
        figures = figures.join(frame, on=_KEYS, how="left")
    return figures


def _by_strategy(frame: pl.DataFrame, names: tuple[str, ...]) -> pl.DataFrame:
    """Return columns ``{strategy}_{name}``, one row per terrain, year and scenario."""
    return frame.group_by(_KEYS).agg(
        pl.col(name).filter(pl.col("strategy") == strategy).first().alias(f"{strategy}_{name}")
        for strategy in STRATEGIES
        for name in names
    )
