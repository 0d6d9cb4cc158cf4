"""What a run stored, under the names that the steps of the pipeline ask for."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from forecast.assumptions import ScenarioSet
from forecast.explain.recorder import recording, recording_set
from forecast.schema import TABLES
from forecast.sessions import LocationCharging
from forecast.vocabulary import VEHICLE_CLASSES
from models.sessions import SessionType

if TYPE_CHECKING:
    import duckdb

    from forecast.query import RunInfo

LAYERS = ("source", "result")


@dataclass(frozen=True)
class Called:
    """What a function returned, and which assumptions were read.

    Attributes
    ----------
    value
        What it returned.
    own
        Keys that the function itself read.
    before
        Keys that were read to compute what it takes.
    """

    value: Any
    own: frozenset[str] = frozenset()
    before: frozenset[str] = frozenset()

    @property
    def keys(self) -> frozenset[str]:
        """All keys."""
        return self.own | self.before


class Stored:
    """Reads the tables of a run, each once, and computes again what is not stored.

    Parameters
    ----------
    connection
        An opened database.
    run
        The run whose figures are read.
    terrain_id
        The terrain whose rows `local` returns.
    scenarios
        Assumptions of the run.
    """

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        run: RunInfo,
        terrain_id: str,
        scenarios: ScenarioSet,
    ) -> None:
        self._connection = connection
        self.run = run
        self.terrain_id = terrain_id
        self.scenarios = scenarios
        self._frames: dict[tuple[str, str], pl.DataFrame] = {}
        self._derived: dict[str, Called] = {}

    def table(self, name: str) -> pl.DataFrame:
        """Return a whole table of the run, without its run."""
        return self._read(name, "", [])

    def local(self, name: str) -> pl.DataFrame:
        """Return the rows of a table that are of the terrain."""
        return self._read(name, "terrain_id = ?", [self.terrain_id])

    def of_place(self, name: str, location_type: str) -> pl.DataFrame:
        """Return the rows of a table of places that are of the terrain as a place of that type."""
        return self._read(
            name, "place_id = ? AND location_type = ?", [self.terrain_id, location_type]
        )

    def of_area(self, name: str, area: str) -> pl.DataFrame:
        """Return the rows of a table that are of a supply area."""
        return self.table(name).filter(supply_area_id=area)

    def terrains_of(self, area: str) -> pl.Series:
        """Return the terrains that may belong to a supply area."""
        return self.of_area("terrain_supply_areas", area)["terrain_id"].unique().sort()

    def at(self, name: str, **key: str | int) -> pl.DataFrame:
        """Return the rows of the terrain with these values in their columns."""
        return self.local(name).filter(**key)

    def row(self, name: str, **key: str | int) -> dict[str, Any]:
        """Return the one row of the terrain with these values; empty where there is none."""
        rows = self.at(name, **key)
        return rows.row(0, named=True) if rows.height else {}

    def call(self, function: Callable[..., Any], **given: Any) -> Called:
        """Call a function of the pipeline; what is not given is read or computed again."""
        read: set[str] = set()
        before: set[str] = set()
        arguments = {}
        for name in inspect.signature(function).parameters:
            if name in given:
                arguments[name] = given[name]
                continue
            found = self._of_name(name, read)
            arguments[name] = found.value
            before |= found.keys
        value = function(**arguments)
        return Called(value, frozenset(read), frozenset(before))

    def derived(self, output: str) -> Called:
        """Return the output of a step, computed again from the stored tables, once."""
        if output not in self._derived:
            from forecast.pipeline import STEPS

            [step] = [step for step in STEPS if step.output == output]
            self._derived[output] = self.call(step.function)
        return self._derived[output]

    def sessions(self, **key: str | int) -> pl.DataFrame:
        """Return the sessions of the terrain under the names that the power steps ask for."""
        return _named_by_class(self.at("charging_sessions", **key))

    def charging(self, year: int, scenario: str) -> dict[tuple[int, str, str], LocationCharging]:
        """Return how sessions of a year and scenario charge, as stored."""
        rows = self.table("session_types").filter(year=year, scenario=scenario)
        return charging_of(rows)

    def named(self, name: str) -> Any:
        """Return what a parameter of a step means."""
        return self._of_name(name, set()).value

    def _of_name(self, name: str, read: set[str]) -> Called:
        """Return what a parameter of a step means; assumptions note their keys in ``read``."""
        plain: dict[str, Callable[[], Any]] = {
            "assumptions": lambda: recording(self.scenarios.base, read),
            "scenarios": lambda: recording_set(self.scenarios, read),
            "years": lambda: self.run.years,
            "refinements": lambda: self.table("refinements"),
            "terrain_sessions": lambda: _named_by_class(self.table("charging_sessions")),
            "charging": lambda: charging_of(self.table("session_types")),
        }
        if name in plain:
            if name not in ("terrain_sessions", "charging"):
                return Called(plain[name]())
            return self._derived.setdefault(name, Called(plain[name]()))
        if name in TABLES and TABLES[name].layer in LAYERS:
            return Called(self.table(name))
        return self.derived(name)

    def _read(self, name: str, condition: str, values: list[Any]) -> pl.DataFrame:
        if (name, condition) not in self._frames:
            table = TABLES[name]
            conditions = [condition] if condition else []
            if table.layer == "result":
                conditions.append("run_id = ?")
                values = [*values, self.run.run_id]
            elif name == "refinements":  # those that came later are not in the run
                conditions.append("entered_at <= ?")
                values = [*values, self.run.ended_at]
            where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
            frame = self._connection.sql(
                f'SELECT * FROM "{name}"{where}',  # noqa: S608 - names of the schema
                params=values,
            ).pl()
            frame = frame.cast(dict(table.polars_schema()))
            drop = ["run_id"] if table.layer == "result" else []
            self._frames[name, condition] = frame.drop(drop)
        return self._frames[name, condition]


def charging_of(session_types: pl.DataFrame) -> dict[tuple[int, str, str], LocationCharging]:
    """Return how each location type charges, from the table that describes it.

    The inverse of `forecast.sessions.describe_session_types`.
    """
    result = {}
    keys = ("year", "scenario", "location_type")
    for (year, scenario, location_type), rows in session_types.group_by(keys):
        by_class = {row["vehicle_class"]: row for row in rows.iter_rows(named=True)}
        first = by_class[VEHICLE_CLASSES[0]]
        result[int(str(year)), str(scenario), str(location_type)] = LocationCharging(
            str(location_type),
            tuple(
                SessionType(
                    arrival_hour=row["arrival_hour"],
                    arrival_sd_hours=row["arrival_sd_hours"],
                    energy_kwh=row["energy_kwh_per_session"],
                    energy_cv=row["energy_cv"],
                    power_kw=row["charger_power_kw"],
                    dwell_hours=row["dwell_hours"],
                )
                for row in (by_class[name] for name in VEHICLE_CLASSES)
            ),
            energy_cv=first["energy_cv"],
            day_effect_sd=first["day_effect_sd"],
        )
    return result


def _named_by_class(charging_sessions: pl.DataFrame) -> pl.DataFrame:
    """Return sessions with a column per class; the inverse of `forecast.sessions.name_sessions`."""
    return charging_sessions.rename({f"{name}_sessions_per_day": name for name in VEHICLE_CLASSES})
