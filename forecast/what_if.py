"""What would change on one terrain if some of its figures were others; nothing is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from forecast.fields import Setting

if TYPE_CHECKING:
    import duckdb

    from forecast.connection import ConnectionFit


@dataclass(frozen=True)
class Figures:
    """What the forecast says of a terrain in one year and scenario.

    Attributes
    ----------
    vehicles, electric_vehicles
        At the end of the year, per vehicle class.
    energy_kwh_per_year
        Per location type [kWh/year].
    design_peak_kw, design_peak_16_21_kw
        Of depots and hub together, per strategy of `POWER_STRATEGIES` [kW].
    charge_points
        At depots, per power class [kW].
    day_curve_kw
        Mean winter working day, 96 quarter-hours per strategy of `STRATEGIES` [kW].
    plan_class, rule_code
        See `forecast.plan_class`.
    fits_after_queue_probability
        That the added power fits the supply area, per strategy of `STRATEGIES` [1].
    connection
        What the connection makes of each strategy, where it is known; else empty.
    room_kw
        Room for charging on that connection; None where it is not known [kW].
    """

    vehicles: Mapping[str, float]
    electric_vehicles: Mapping[str, float]
    energy_kwh_per_year: Mapping[str, float]
    design_peak_kw: Mapping[str, float]
    design_peak_16_21_kw: Mapping[str, float]
    charge_points: Mapping[int, float]
    day_curve_kw: Mapping[str, Sequence[float]]
    plan_class: str
    rule_code: str
    fits_after_queue_probability: Mapping[str, float]
    connection: tuple[ConnectionFit, ...] = ()
    room_kw: float | None = None


@dataclass(frozen=True)
class Decision:
    """What one setting does by itself, the others left as they are in the base.

    Attributes
    ----------
    on_terrain_energy_kwh_per_year, design_peak_kw
        Change of the energy on the terrain [kWh/year], and of the peak under the strategy that was
        asked about [kW].
    plan_class
        The class with this setting alone.
    """

    setting: Setting
    on_terrain_energy_kwh_per_year: float
    design_peak_kw: float
    plan_class: str


@dataclass(frozen=True)
class WhatIf:
    """Base and changed figures side by side.

    Attributes
    ----------
    base
        With the refinements that are recorded.
    changed
        With the settings on top of them.
    decisions
        What each setting does by itself, the largest change of the peak first; changes need not
        add up.
    """

    terrain_id: str
    year: int
    scenario: str
    strategy: str
    settings: tuple[Setting, ...]
    base: Figures
    changed: Figures
    decisions: tuple[Decision, ...]


def what_if(
    connection: duckdb.DuckDBPyConnection,
    terrain_id: str,
    settings: Sequence[Setting],
    year: int,
    scenario: str,
) -> WhatIf:
    """Compute a terrain again with other figures.

    Parameters
    ----------
    connection
        A published run.
    settings
        See `forecast.fields`; a ``strategy`` among them says under which one peaks are compared.
    year, scenario
        Of the run.

    Raises
    ------
    FieldError
        If settings are impossible, or contradict each other or the terrain.
    """
    raise NotImplementedError
