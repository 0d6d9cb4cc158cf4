"""Tables of the last run of an opened database as polars frames, whole or in part."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import polars as pl

from forecast.assumptions import Assumptions, ScenarioSet, load_scenarios
from forecast.errors import DatabaseError
from forecast.regions import list_region_members
from forecast.schema import TABLES, no_results
from forecast.sessions import Charging, charging_by_year
from forecast.vehicle_energy import estimate_vehicle_energy
from forecast.version import code_version
from forecast.vocabulary import VEHICLE_CLASSES

if TYPE_CHECKING:
    import duckdb

    from forecast.run_info import RunInfo


@dataclass(frozen=True)
class Held:
    """What a database holds of a run, and the assumptions it was made with.

    Attributes
    ----------
    run
        The last one.
    scenarios
        Its assumptions.
    """

    connection: duckdb.DuckDBPyConnection
    run: RunInfo
    scenarios: ScenarioSet
    _whole: dict[str, pl.DataFrame] = field(default_factory=dict, init=False, repr=False)

    @property
    def assumptions(self) -> Assumptions:
        """The assumptions that no scenario changes."""
        return self.scenarios.base

    def table(self, name: str) -> pl.DataFrame:
        """Return a whole table, without its run; it is read once."""
        if name not in self._whole:
            self._whole[name] = self._read(name, "true")
        return self._whole[name]

    def where(self, name: str, column: str, keys: Iterable[str]) -> pl.DataFrame:
        """Return the rows of a table whose column is one of some keys."""
        keys = list(keys)
        if not keys:
            return no_results(name)
        return self._read(name, f'"{column}" IN (SELECT unnest(?::VARCHAR[]))', keys)

    def where_not(self, name: str, column: str, keys: Iterable[str]) -> pl.DataFrame:
        """Return the rows of a table whose column is none of some keys."""
        return self._read(name, f'"{column}" NOT IN (SELECT unnest(?::VARCHAR[]))', list(keys))

    def completed(
        self, name: str, rows: pl.DataFrame, column: str, keys: Iterable[str]
    ) -> pl.DataFrame:
        """Return rows computed anew, with those that the run holds of the other keys."""
        others = sorted(set(keys) - set(rows[column].unique()))
        return pl.concat([rows, self.where(name, column, others).select(rows.columns)])

    def query(self, sql: str, *values: Any) -> pl.DataFrame:
        """Return the rows of a query whose first parameter is the run; from any thread."""
        with self.connection.cursor() as cursor:
            found: pl.DataFrame = cursor.sql(sql, params=[self.run.run_id, *values]).pl()
        return found

    def _read(self, name: str, condition: str, *values: Any) -> pl.DataFrame:
        table = TABLES[name]
        columns = [column.name for column in table.columns if column.name != "run_id"]
        of_run = "run_id = ?" if table.layer == "result" else "?::VARCHAR IS NOT NULL"
        quoted = ", ".join(f'"{column}"' for column in columns)
        frame = self.query(
            f'SELECT {quoted} FROM "{name}" WHERE {of_run} AND {condition}',  # noqa: S608 - names of the schema
            *values,
        )
        schema = table.polars_schema()
        return frame.cast({column: schema[column] for column in columns})

    @cached_property
    def national_electric(self) -> pl.DataFrame:
        """The country per class and year."""
        return self.table("national_electric").sort("vehicle_class", "year", "scenario")

    @cached_property
    def vehicle_energy(self) -> pl.DataFrame:
        """What one electric vehicle asks; see `forecast.vehicle_energy`."""
        return estimate_vehicle_energy(self.national_electric, self.run.years, self.assumptions)

    @cached_property
    def charging(self) -> Charging:
        """How sessions charge; see `forecast.sessions.charging_by_year`."""
        return charging_by_year(self.vehicle_energy, self.assumptions)

    @cached_property
    def terrains(self) -> pl.DataFrame:
        """The register."""
        return self.table("terrains").sort("terrain_id")

    @cached_property
    def pooled_points(self) -> pl.DataFrame:
        """Charge points of shared hubs and of sites along the roads."""
        return self.where_not("charge_points", "location_type", ["depot"])

    @cached_property
    def region_members(self) -> pl.DataFrame:
        """The terrains of every region; see `forecast.regions.list_region_members`."""
        return list_region_members(
            self.terrains, self.table("municipalities"), self.table("terrain_supply_areas")
        )


def named_by_class(charging_sessions: pl.DataFrame) -> pl.DataFrame:
    """Return sessions with a column per class: `forecast.session_types.name_sessions` undone."""
    return charging_sessions.rename({f"{name}_sessions_per_day": name for name in VEHICLE_CLASSES})


def assumptions_of_run(run: RunInfo) -> ScenarioSet:
    """Return the assumptions if they and the program are still those of a run.

    Raises
    ------
    DatabaseError
        If not: then figures computed now would not fit beside those of the run.
    """
    scenarios = load_scenarios()
    if (scenarios.digest, code_version()) != (run.assumptions_hash, run.code_version):
        raise DatabaseError("run_of_other_assumptions")
    return scenarios
