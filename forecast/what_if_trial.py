"""One terrain computed with one set of figures after another, by the steps of a full run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl

from forecast.connection import ConnectionFit, fit_connection
from forecast.contract_room import connection_room_kw
from forecast.day_curve import Profiles, curves_of
from forecast.held import Held
from forecast.own_parameters import OwnParameters
from forecast.plan_class import classify
from forecast.plan_scores import score_terrains
from forecast.points import estimate_depot_points
from forecast.power import estimate_terrain_power
from forecast.recompute import Terrains, Vehicles, compute_terrains, refine_vehicles
from forecast.refinement_entry import Correction, Entry, active, entry_of
from forecast.refinement_log import active_frame, read_entries
from forecast.refinement_sources import SOURCES
from forecast.sessions import Charging
from forecast.settings import Setting
from forecast.vocabulary import (
    FIRST_YEAR,
    ON_TERRAIN,
    ON_TERRAIN_LOCATION_TYPES,
    STRATEGIES,
    VEHICLE_CLASSES,
)
from forecast.what_if_grid import ask_areas
from forecast.year_series import TerrainCharging


@dataclass(frozen=True)
class TrialFigures:
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


class Trial:
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
        self, setting: Setting, facts: Sequence[Setting], base: TrialFigures, changed: TrialFigures
    ) -> tuple[TrialFigures, TrialFigures]:
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

    def figures(self, settings: Sequence[Setting]) -> TrialFigures:
        """Return the figures of the terrain with these settings on top of what is recorded."""
        held, year = self._held, self._year
        refinements = active_frame((*self._entries, *self._as_entries(settings)))
        vehicles = self._of_scenario(refine_vehicles(held, refinements, [self._code]))
        ids = {self._terrain_id, *vehicles.touched}
        found = compute_terrains(held, vehicles, refinements, ids, sorted({FIRST_YEAR, year}))
        own = {key: each for key, each in found.own_parameters.items() if key == self._terrain_id}
        given = self._mine(found.sessions), held.charging, self._mine(found.own_sessions), own
        power = estimate_terrain_power(*given, held.assumptions)
        points = estimate_depot_points(*given, held.assumptions)
        electric = self._mine(vehicles.electric)
        chances = ask_areas(held, self._terrain_id, found, year, self._scenario)
        verdict = self._verdict(found, electric, power, own, chances)
        return TrialFigures(
            vehicles=_by_name(electric, "vehicle_class", "vehicles"),
            electric_vehicles=_by_name(electric, "vehicle_class", "electric_vehicles"),
            energy_kwh_per_year=_by_name(
                self._mine(found.energy)
                .group_by("location_type")
                .agg(pl.col("energy_kwh_per_year").sum()),
                "location_type",
                "energy_kwh_per_year",
            ),
            charge_points=_by_name(points, "power_class_kw", "charge_points"),
            plan_class=verdict["plan_class"],
            rule_code=verdict["rule_code"],
            fits_after_queue_probability=_by_name(
                chances, "strategy", "fits_after_queue_probability"
            ),
            **self._power(settings, found, power),
        )

    def _power(
        self, settings: Sequence[Setting], found: Terrains, power: pl.DataFrame
    ) -> dict[str, Any]:
        """Return the figures that `power` gives, and what the connection makes of them."""
        own = found.own_parameters.get(self._terrain_id)
        charging = own.charging if own else self._held.charging
        sessions = self._mine(found.own_sessions if own else found.sessions)
        on_terrain = power.filter(location_type=ON_TERRAIN)
        peaks = {row["strategy"]: row for row in on_terrain.iter_rows(named=True)}
        design_kw = _by_name(on_terrain, "strategy", "design_peak_kw")
        room, fits = self._connection(settings, sessions, charging, peaks)
        return {
            "design_peak_kw": design_kw,
            "design_peak_16_21_kw": _by_name(on_terrain, "strategy", "design_peak_16_21_kw"),
            "served_share": _by_name(on_terrain, "strategy", "served_share"),
            "day_curve_kw": curves_of(
                _profiles(charging, self._year, self._scenario),
                _session_counts(sessions),
                design_kw,
            ),
            "connection": fits,
            "room_kw": room,
        }

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


def _by_name(rows: pl.DataFrame, name: str, figure: str) -> dict[Any, Any]:
    """Return a figure by what it is of, from rows of which each is of another."""
    return dict(rows.select(name, figure).iter_rows())


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
