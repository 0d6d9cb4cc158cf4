"""What would change on one terrain if some of its figures were others; nothing is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import polars as pl

from forecast.area_fit import measure_chances
from forecast.area_power import pool_by_area
from forecast.connection import ConnectionFit, fit_connection
from forecast.contract_room import connection_room_kw
from forecast.day_curve import Profiles, curves_of
from forecast.design_peaks import estimate_design_peaks
from forecast.fields import Setting, check_together
from forecast.grid_fit import estimate_grid_fit
from forecast.held import Held, assumptions_of_run
from forecast.own_parameters import OwnParameters
from forecast.plan_class import classify
from forecast.plan_scores import score_terrains
from forecast.points import estimate_depot_points
from forecast.power import estimate_terrain_power
from forecast.query import latest_run
from forecast.recompute import (
    Terrains,
    Vehicles,
    compute_terrains,
    every_session,
    refine_vehicles,
)
from forecast.refinement_log import (
    Correction,
    Entry,
    active,
    active_frame,
    entry_of,
    read_entries,
)
from forecast.refinement_sources import SOURCES
from forecast.schema import no_results
from forecast.sessions import Charging
from forecast.terrain_limits import check_against_terrain, read_limits
from forecast.vocabulary import (
    FIRST_YEAR,
    ON_TERRAIN,
    ON_TERRAIN_LOCATION_TYPES,
    STRATEGIES,
    VEHICLE_CLASSES,
)
from forecast.year_series import TerrainCharging

if TYPE_CHECKING:
    import duckdb


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
    served_share
        Part of the energy on the terrain that stays and chargers allow, per strategy [1].
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
    served_share: Mapping[str, float]
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

    Raises
    ------
    FieldError
        If settings are impossible, or contradict each other or the terrain.
    DatabaseError
        If the run was made with other assumptions or another laadvraag.
    """
    run = latest_run(connection)
    held = Held(connection, run, assumptions_of_run(run))
    settings = check_together(settings)
    strategy = next(
        (str(each.value) for each in settings if each.field.kind == "strategy"), STRATEGIES[0]
    )
    facts = [each for each in settings if each.field.kind != "strategy"]
    trial = _Trial(held, terrain_id, year, scenario)
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


def _on_terrain_kwh(figures: Figures) -> float:
    return sum(figures.energy_kwh_per_year[name] for name in ON_TERRAIN_LOCATION_TYPES)


class _Trial:
    """A terrain in one year and scenario, to be computed with one set of figures after another."""

    def __init__(self, held: Held, terrain_id: str, year: int, scenario: str) -> None:
        self._held = held
        self._terrain_id = terrain_id
        self._year = year
        self._scenario = scenario
        [self._code] = held.terrains.filter(terrain_id=terrain_id)["municipality_code"]
        neighbours = held.terrains.filter(municipality_code=self._code)["terrain_id"]
        self._entries = read_entries(held.connection, neighbours.to_list())

    def settings(self, settings: Sequence[Setting]) -> list[Setting]:
        """Return what holds of the terrain: what is recorded, and these on top of it."""
        return [
            entry.setting
            for entry in active((*self._entries, *self._as_entries(settings)))
            if entry.terrain_id == self._terrain_id
        ]

    def effect_of(
        self, setting: Setting, facts: Sequence[Setting], base: Figures, changed: Figures
    ) -> tuple[Figures, Figures]:
        """Return the figures without a setting and with it, the other facts left out.

        A number of electric vehicles may ask for more vehicles, which are given with it: then those
        are in both.
        """
        if setting.field.kind == "connection":  # changes nothing of what charging asks
            return base, base
        given = [
            each
            for each in facts
            if setting.field.kind == "electric"
            and each.field.kind == "vehicles"
            and set(each.field.classes) & set(setting.field.classes)
        ]
        with_it = [*given, setting]
        return (
            self.figures(given) if given else base,
            changed if len(with_it) == len(facts) else self.figures(with_it),
        )

    def figures(self, settings: Sequence[Setting]) -> Figures:
        """Return the figures of the terrain with these settings on top of what is recorded."""
        held, year = self._held, self._year
        refinements = active_frame((*self._entries, *self._as_entries(settings)))
        vehicles = self._of_scenario(refine_vehicles(held, refinements, [self._code]))
        ids = {self._terrain_id, *vehicles.touched}
        found = compute_terrains(held, vehicles, refinements, ids, sorted({FIRST_YEAR, year}))
        own = {key: each for key, each in found.own_parameters.items() if key == self._terrain_id}
        sessions, own_sessions = self._mine(found.sessions), self._mine(found.own_sessions)
        power = estimate_terrain_power(sessions, held.charging, own_sessions, own, held.assumptions)
        points = estimate_depot_points(sessions, held.charging, own_sessions, own, held.assumptions)
        electric = self._mine(vehicles.electric)
        charging = own[self._terrain_id].charging if own else held.charging
        really = own_sessions if own else sessions
        peaks = {
            row["strategy"]: row
            for row in power.filter(location_type=ON_TERRAIN).iter_rows(named=True)
        }
        chances = self._chances(found)
        verdict = self._verdict(found, electric, power, own, chances)
        room, fits = self._connection(settings, really, charging, peaks)
        return Figures(
            vehicles=dict(electric.select("vehicle_class", "vehicles").iter_rows()),
            electric_vehicles=dict(
                electric.select("vehicle_class", "electric_vehicles").iter_rows()
            ),
            energy_kwh_per_year=dict(
                self._mine(found.energy)
                .group_by("location_type")
                .agg(pl.col("energy_kwh_per_year").sum())
                .iter_rows()
            ),
            design_peak_kw={name: row["design_peak_kw"] for name, row in peaks.items()},
            design_peak_16_21_kw={name: row["design_peak_16_21_kw"] for name, row in peaks.items()},
            served_share={name: row["served_share"] for name, row in peaks.items()},
            charge_points=dict(points.select("power_class_kw", "charge_points").iter_rows()),
            day_curve_kw=curves_of(
                _profiles(charging, year, self._scenario),
                _session_counts(really),
                {name: row["design_peak_kw"] for name, row in peaks.items()},
            ),
            plan_class=verdict["plan_class"],
            rule_code=verdict["rule_code"],
            fits_after_queue_probability=dict(
                chances.select("strategy", "fits_after_queue_probability").iter_rows()
            ),
            connection=fits,
            room_kw=room,
        )

    def _as_entries(self, settings: Sequence[Setting]) -> list[Entry]:
        """Return settings as if they were entered now."""
        now = datetime.now(UTC).replace(tzinfo=None)
        # The wider first, as in `forecast.refinement_log.add`.
        ordered = sorted(settings, key=lambda each: -len(each.field.classes))
        return [
            entry_of(
                self._terrain_id,
                "",
                Correction(each, "what-if", now.date(), "what-if", SOURCES[0]),
                now + timedelta(microseconds=number),
            )
            for number, each in enumerate(ordered)
        ]

    def _of_scenario(self, vehicles: Vehicles) -> Vehicles:
        at = (pl.col("scenario") == self._scenario) & pl.col("year").is_in([FIRST_YEAR, self._year])
        return replace(vehicles, electric=vehicles.electric.filter(at))

    def _mine(self, rows: pl.DataFrame) -> pl.DataFrame:
        return rows.filter(terrain_id=self._terrain_id, year=self._year)

    def _chances(self, found: Terrains) -> pl.DataFrame:
        """Return `grid_fit` of the terrain, its areas asked again."""
        held = self._held
        every = held.terrain_supply_areas
        candidates = every.filter(terrain_id=self._terrain_id)
        members = every.join(candidates, on="supply_area_id", how="semi")
        years = sorted({FIRST_YEAR, self._year})
        if members.is_empty():
            return no_results("grid_fit")
        sessions = every_session(held, found.sessions, members["terrain_id"].unique()).filter(
            pl.col("year").is_in(years), pl.col("scenario") == self._scenario
        )
        peaks = estimate_design_peaks(
            pool_by_area(sessions, members), held.charging, held.assumptions, "supply_area_id"
        )
        keys = ["supply_area_id", "scenario", "strategy"]
        then = peaks.filter(year=FIRST_YEAR).select(*keys, before="design_peak_kw")
        added = (
            peaks.filter(year=self._year)
            .join(then, on=keys)
            .select(
                *keys,
                "year",
                added_design_peak_kw=(pl.col("design_peak_kw") - pl.col("before")).clip(0),
            )
        )
        chances = measure_chances(
            added,
            held.supply_areas,
            held.national_electric,
            held.vehicle_energy,
            [self._year],
            held.assumptions,
            [self._scenario],
        )
        return estimate_grid_fit(candidates, chances)

    def _verdict(
        self,
        found: Terrains,
        electric: pl.DataFrame,
        power: pl.DataFrame,
        own: dict[str, OwnParameters],
        chances: pl.DataFrame,
    ) -> dict[str, Any]:
        """Return the row of `plan_class`."""
        held = self._held
        here = found.terrains.filter(terrain_id=self._terrain_id)
        access = found.own_site_access
        scores = score_terrains(here, electric, access, power, own, held.assumptions)
        return classify(
            chances,
            scores,
            held.where("fit_years", "terrain_id", [self._terrain_id]),
            held.where("terrain_hubs", "terrain_id", [self._terrain_id]),
            held.assumptions,
        ).row(0, named=True)

    def _connection(
        self,
        settings: Sequence[Setting],
        sessions: pl.DataFrame,
        charging: Charging,
        peaks: Mapping[str, Mapping[str, Any]],
    ) -> tuple[float | None, tuple[ConnectionFit, ...]]:
        """Return the room for charging on the connection, and what it makes of each strategy."""
        known = {
            each.field.name: float(each.value)
            for each in self.settings(settings)
            if each.field.kind == "connection"
        }
        room = connection_room_kw(known)
        if room is None or room <= 0:
            return room, ()
        terrain = TerrainCharging(
            {
                name: sessions.filter(location_type=name)
                .select(VEHICLE_CLASSES)
                .fill_null(0)
                .to_numpy()
                .sum(axis=0)
                for name in ON_TERRAIN_LOCATION_TYPES
            },
            {
                name: charging[self._year, self._scenario, name]
                for name in ON_TERRAIN_LOCATION_TYPES
            },
            peaks_kw={
                name: (
                    row["design_peak_kw"],
                    row["design_peak_16_21_kw"],
                    row["design_peak_other_hours_kw"],
                )
                for name, row in peaks.items()
            },
        )
        return room, tuple(fit_connection(terrain, room, self._held.assumptions))


def _session_counts(sessions: pl.DataFrame) -> dict[tuple[str, str], float]:
    """Return the sessions of a working day per location type and class."""
    return {
        (row["location_type"], name): row[name] or 0.0
        for row in sessions.iter_rows(named=True)
        for name in VEHICLE_CLASSES
    }


def _profiles(charging: Charging, year: int, scenario: str) -> Profiles:
    """Return the load of one session a day, of places whose vehicles are not steered together."""
    found: Profiles = {}
    for name in ON_TERRAIN_LOCATION_TYPES:
        place = charging[year, scenario, name]
        for strategy in STRATEGIES:
            if not place.is_limited(strategy):
                found[name, strategy] = {
                    vehicle_class: kind.profile.mean_kw.tolist()
                    for vehicle_class, kind in zip(
                        VEHICLE_CLASSES, place.kinds[strategy], strict=True
                    )
                }
    return found
