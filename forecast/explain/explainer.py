"""Which figures of a terrain can be opened, and opening one."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

from forecast.assumptions import ScenarioSet
from forecast.errors import ExplainError, UnknownNameError
from forecast.explain.area_chain import area_fields
from forecast.explain.context import At, Context, Field
from forecast.explain.electric_chain import electric_fields
from forecast.explain.energy_chain import energy_fields
from forecast.explain.fleet_chain import fleet_fields, register_fields
from forecast.explain.national_chain import national_fields
from forecast.explain.overlay_chain import overlay_fields
from forecast.explain.power_chain import point_fields, power_fields
from forecast.explain.session_chain import session_fields
from forecast.explain.sources import Sources
from forecast.explain.stored import Stored
from forecast.run_info import latest_run

if TYPE_CHECKING:
    import duckdb

    from forecast.explain.node import Node
    from forecast.run_info import RunInfo

_GROUPS: Final = (
    register_fields,
    fleet_fields,
    national_fields,
    electric_fields,
    energy_fields,
    session_fields,
    power_fields,
    point_fields,
    overlay_fields,
    area_fields,
)
_NEAR: Final = 5
_NEAR_RATIO: Final = 0.5


class Explainer:
    """Opens the figures of one terrain in the last run.

    Parameters
    ----------
    connection
        An opened database.
    terrain_id
        An existing terrain.
    scenarios
        The installed assumptions.

    Raises
    ------
    ExplainError
        If the run was made with other assumptions: nothing would recompute.
    """

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, terrain_id: str, scenarios: ScenarioSet
    ) -> None:
        run = latest_run(connection)
        if run.assumptions_hash != scenarios.digest:
            raise ExplainError(run.run_id, run.assumptions_hash, scenarios.digest)
        self.run: RunInfo = run
        stored = Stored(connection, run, terrain_id, scenarios)
        self._context = Context(stored, Sources(run))
        for group in _GROUPS:
            self._context.add(group(self._context))

    @property
    def fields(self) -> dict[str, Field]:
        """Every figure that can be opened, by name."""
        return self._context.fields

    def explain(self, field: str, year: int, scenario: str) -> Node:
        """Return the chain of a figure.

        Raises
        ------
        UnknownNameError
            If there is no such figure; with those whose names are near.
        """
        if field not in self.fields:
            raise UnknownNameError("figure", field, self._near(field))
        return self._context.node(field, At(year, scenario))

    def _near(self, field: str) -> list[str]:
        """Return names near what was asked: those that begin with it, else those spelt alike."""
        names = list(self.fields)
        begins = [name for name in names if name.startswith(f"{field}.")]
        alike = get_close_matches(field, names, n=_NEAR, cutoff=_NEAR_RATIO)
        return [*(begins or alike)[:_NEAR], "laadvraag terrain ... --explain list"]
