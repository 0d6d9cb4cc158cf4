"""What a run stored, under the names that the steps of the pipeline ask for."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import polars as pl

from forecast.assumptions import ScenarioSet
from forecast.explain.recorder import recording, recording_set
from forecast.held import Held, named_by_class
from forecast.own_parameters import OwnParameters, find_own_parameters, own_values
from forecast.recompute import MODEL_COLUMNS, every_session, model_fleet_of, on_register
from forecast.schema import TABLES
from forecast.session_types import charging_of
from forecast.sessions import LocationCharging

if TYPE_CHECKING:
    import duckdb

    from forecast.run_info import RunInfo

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
        self._frames: dict[tuple[Any, ...], pl.DataFrame] = {}
        self._derived: dict[str, Called] = {}
        self.scenarios = scenarios

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

    def applied(self) -> pl.DataFrame:
        """Return the refinements that are in the figures of the run, in the order of entry."""
        applied = self.table("applied_refinements")
        return (
            self.table("refinements")
            .join(applied, on="refinement_id", how="semi")
            .sort("entered_at", "refinement_id")
        )

    def model_fleet(self) -> pl.DataFrame:
        """Return the fleet without any refinement, as stored."""
        return model_fleet_of(self.table("fleet"))

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
        return named_by_class(self.at("charging_sessions", **key))

    def session_types(self) -> pl.DataFrame:
        """Return how sessions charge."""
        return self.table("session_types")

    def own_sessions(self) -> pl.DataFrame:
        """Return the sessions really held on terrains with their own parameters."""
        own = self.table("own_session_types")
        held = self.table("charging_sessions").join(own, on="terrain_id", how="semi")
        return named_by_class(held)

    def terrain_sessions(self) -> pl.DataFrame:
        """Return the ordinary sessions of every terrain."""
        held = Held(self._connection, self.run, self.scenarios)
        return on_register(every_session(held, self.own_sessions().clear()))

    def charging(self, year: int, scenario: str) -> dict[tuple[int, str, str], LocationCharging]:
        """Return how sessions of a year and scenario charge, as stored."""
        return charging_of(self.session_types().filter(year=year, scenario=scenario))

    def own_parameters(self) -> dict[str, OwnParameters]:
        """Return the parameters of terrains that have their own."""
        national = self.table("national_electric")
        return find_own_parameters(
            self.applied(), national, self.run.years, self.country.scenarios.base
        )

    @property
    def country(self) -> Stored:
        """The same with what holds for all terrains."""
        return self

    def of_terrain(self) -> Stored:
        """Return the same for steps that are asked about the terrain alone."""
        values = own_values(self.applied())
        return _OfTerrain(self, values.get(self.terrain_id, {})) if values else self

    def named(self, name: str) -> Any:
        """Return what a parameter of a step means."""
        return self._of_name(name, set()).value

    def _of_name(self, name: str, read: set[str]) -> Called:
        """Return what a parameter of a step means; assumptions note their keys in ``read``."""
        plain: dict[str, Callable[[], Any]] = {
            "assumptions": lambda: recording(self.scenarios.base, read),
            "scenarios": lambda: recording_set(self.scenarios, read),
            "years": lambda: self.run.years,
            "refinements": self.applied,
            "model_fleet": self.model_fleet,
            "model_electric": lambda: self.table("electric_vehicles").select(MODEL_COLUMNS),
            "own_parameters": self.own_parameters,
            "own_sessions": self.own_sessions,
            "terrain_sessions": self.terrain_sessions,
            "charging": lambda: charging_of(self.session_types()),
        }
        if name in plain:
            if name not in ("terrain_sessions", "charging"):
                return Called(plain[name]())
            return self._derived.setdefault(name, Called(plain[name]()))
        if name in TABLES and TABLES[name].layer in LAYERS:
            return Called(self.table(name))
        return self.derived(name)

    def _read(self, name: str, condition: str, values: list[Any]) -> pl.DataFrame:
        asked = (name, condition, *values)
        if asked not in self._frames:
            table = TABLES[name]
            conditions = [condition] if condition else []
            if table.layer == "result":
                conditions.append("run_id = ?")
                values = [*values, self.run.run_id]
            where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
            frame = self._connection.sql(
                f'SELECT * FROM "{name}"{where}',  # noqa: S608 - names of the schema
                params=values,
            ).pl()
            frame = frame.cast(dict(table.polars_schema()))
            drop = ["run_id"] if table.layer == "result" else []
            self._frames[asked] = frame.drop(drop)
        return self._frames[asked]


class _OfTerrain(Stored):
    """What a run stored, with the parameters that the terrain has of its own, if any.

    They take the place of those of the country, so that steps meet an ordinary terrain.
    """

    def __init__(self, country: Stored, values: Mapping[str, float]) -> None:
        super().__init__(
            country._connection,  # noqa: SLF001 - of its own kind
            country.run,
            country.terrain_id,
            replace(
                country.scenarios,
                by_scenario={
                    name: chosen.with_values(values)
                    for name, chosen in country.scenarios.by_scenario.items()
                },
            ),
        )
        self._country = country

    @property
    def country(self) -> Stored:
        return self._country

    def own_parameters(self) -> dict[str, OwnParameters]:
        return {}

    def session_types(self) -> pl.DataFrame:
        own = self.local("own_session_types").drop("terrain_id")
        return own if own.height else super().session_types()

    def own_sessions(self) -> pl.DataFrame:
        return super().own_sessions().clear()

    def terrain_sessions(self) -> pl.DataFrame:
        return named_by_class(self.table("charging_sessions"))
