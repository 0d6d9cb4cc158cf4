"""What would change on one terrain if some of its figures were others; nothing is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from forecast.held import Held, assumptions_of_run
from forecast.held_rows import HeldRows
from forecast.kept_run import rows_of, state_of
from forecast.one_thread import in_one_thread
from forecast.run_info import latest_run
from forecast.settings import Setting, check_together
from forecast.terrain_limits import check_against_terrain, read_limits
from forecast.vocabulary import ON_TERRAIN_LOCATION_TYPES, STRATEGIES
from forecast.what_if_trial import Trial, TrialFigures

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class Decision:
    """What one setting does by itself, the others left as they are in the base.

    A number of electric vehicles is laid over the numbers of vehicles that are given with it.

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
    base: TrialFigures
    changed: TrialFigures
    decisions: tuple[Decision, ...]


@in_one_thread
def what_if(
    connection: duckdb.DuckDBPyConnection,
    terrain_id: str,
    settings: Sequence[Setting],
    year: int,
    scenario: str,
    *,
    is_asked_often: bool = False,
) -> WhatIf:
    """Compute a terrain again with other figures; nothing is written.

    By the steps of a full run. The other terrains of the municipality give way, and the supply area
    is asked again, as for a recorded refinement; hubs stay where they are.

    Parameters
    ----------
    connection
        A published run.
    settings
        See `forecast.fields`; a ``strategy`` among them says under which one peaks are compared.
    year, scenario
        Of the run.
    is_asked_often
        Keep what is read of the run in memory: later answers take about half as long.

    Raises
    ------
    FieldError
        If settings are impossible, or contradict each other or the terrain.
    DatabaseError
        If the run was made with other assumptions or another laadvraag.
    """
    run = latest_run(connection)
    rows = rows_of(state_of(connection, run)) if is_asked_often else HeldRows()
    held = Held(connection, run, assumptions_of_run(run), rows, reads_whole=is_asked_often)
    settings = check_together(settings)
    strategy = next(
        (str(each.value) for each in settings if each.field.kind == "strategy"), STRATEGIES[0]
    )
    facts = [each for each in settings if each.field.kind != "strategy"]
    trial = Trial(held, terrain_id, year, scenario)
    check_against_terrain(trial.settings(facts), read_limits(connection, terrain_id))
    base = trial.figures(())
    # A connection changes nothing of what charging asks.
    changed = trial.figures(facts) if facts else base
    decisions = []
    for each in facts:
        without, alone = trial.effect_of(each, facts, base, changed)
        decisions.append(
            Decision(
                each,
                _on_terrain_kwh(alone) - _on_terrain_kwh(without),
                alone.design_peak_kw[strategy] - without.design_peak_kw[strategy],
                alone.plan_class,
            )
        )
    decisions.sort(key=lambda each: -abs(each.design_peak_kw))
    return WhatIf(terrain_id, year, scenario, strategy, settings, base, changed, tuple(decisions))


def _on_terrain_kwh(figures: TrialFigures) -> float:
    return sum(figures.energy_kwh_per_year[name] for name in ON_TERRAIN_LOCATION_TYPES)
