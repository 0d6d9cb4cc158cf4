"""Tables of the last run of an opened database as polars frames, whole or in part."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import polars as pl

from forecast.assumptions import Assumptions, ScenarioSet, load_scenarios
from forecast.attaching import cursor_of
from forecast.errors import DatabaseError
from forecast.held_rows import HeldRows
from forecast.keyed_rows import KeyedRows
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
    connection
        What is not known yet is read from it.
    run
        The last one.
    scenarios
        Its assumptions.
    rows
        Of tables that were read whole, and what was made of them.
    reads_whole
        Whether tables are read whole whatever is asked of them, as others go on with their rows.
    """

    connection: duckdb.DuckDBPyConnection
    run: RunInfo
    scenarios: ScenarioSet
    rows: HeldRows = field(default_factory=HeldRows, repr=False)
    reads_whole: bool = False

    @property
    def assumptions(self) -> Assumptions:
        """The assumptions that no scenario changes."""
        return self.scenarios.base

    def table(self, name: str) -> pl.DataFrame:
        """Return a whole table, without its run; it is read once."""
        return self.keyed(name).every()

    def keyed(self, name: str) -> KeyedRows:
        """Return a whole table to look rows up in."""
        return self.rows.table(name, lambda: self._read(name, "true"))

    def where(self, name: str, column: str, keys: Iterable[str]) -> pl.DataFrame:
        """Return the rows of a table whose column is one of some keys."""
        keys = list(keys)
        if not keys:
            return no_results(name)
        if self.reads_whole:
            return self.keyed(name).of(column, keys)
        return self._read(name, f'"{column}" IN (SELECT unnest(?::VARCHAR[]))', keys)

    def completed(
        self, name: str, rows: pl.DataFrame, column: str, keys: Iterable[str]
    ) -> pl.DataFrame:
        """Return rows computed anew, with those that the run holds of the other keys."""
        others = sorted(set(keys) - set(rows[column].unique()))
        return pl.concat([rows, self.where(name, column, others).select(rows.columns)])

    def _read(self, name: str, condition: str, *values: Any) -> pl.DataFrame:
        table = TABLES[name]
        columns = [column.name for column in table.columns if column.name != "run_id"]
        of_run = "run_id = ?" if table.layer == "result" else "?::VARCHAR IS NOT NULL"
        quoted = ", ".join(f'"{column}"' for column in columns)
        # A cursor of its own: two threads may read.
        with cursor_of(self.connection) as cursor:
            frame = cursor.sql(
                f'SELECT {quoted} FROM "{name}" WHERE {of_run} AND {condition}',  # noqa: S608 - names of the schema
                params=[self.run.run_id, *values],
            ).pl()
        schema = table.polars_schema()
        found: pl.DataFrame = frame.cast({column: schema[column] for column in columns})
        return found

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
