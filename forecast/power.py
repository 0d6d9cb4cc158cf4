"""Power that charging asks on a winter working day, per terrain or per pool of terrains."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product

import numpy as np
import numpy.typing as npt
import polars as pl

from forecast.assumptions import Assumptions
from forecast.vocabulary import (
    CHARGING_LOCATION_TYPES,
    ON_TERRAIN,
    ON_TERRAIN_LOCATION_TYPES,
    STRATEGIES,
    VEHICLE_CLASSES,
)
from models.peak import STRESS_WINDOW, Load, Quantile, peak_kw
from models.profiles import SessionProfile, SessionType, session_profile
from models.smart import (
    even_profile,
    lowest_limit_kw,
    open_all_day,
    open_outside_stress_hours,
    window_demand_kw,
)

Floats = npt.NDArray[np.float64]

LONG_STAYS = ("depot", "truck_parking")
"""Location types where vehicles stay long enough to be steered together."""

_ALLOWED = {"smart": open_all_day(), "night_block": open_outside_stress_hours()}


@dataclass(frozen=True)
class Figures:
    """Peaks of a number of sites, each shape (sites,) [kW]."""

    design_peak_kw: Floats
    typical_peak_kw: Floats
    design_peak_16_21_kw: Floats

    def __add__(self, other: Figures) -> Figures:
        """Add peaks: an upper bound, for limits that are set per location type."""
        return Figures(
            self.design_peak_kw + other.design_peak_kw,
            self.typical_peak_kw + other.typical_peak_kw,
            self.design_peak_16_21_kw + other.design_peak_16_21_kw,
        )

    def at_most(self, other: Figures) -> Figures:
        """Return the lower of two in each figure."""
        return Figures(
            np.minimum(self.design_peak_kw, other.design_peak_kw),
            np.minimum(self.typical_peak_kw, other.typical_peak_kw),
            np.minimum(self.design_peak_16_21_kw, other.design_peak_16_21_kw),
        )


@dataclass(frozen=True)
class LocationCharging:
    """How sessions charge at a location type in one year and scenario, one entry per class."""

    location_type: str
    sessions: tuple[SessionType, ...]
    assumptions: Assumptions

    @cached_property
    def unmanaged(self) -> tuple[SessionProfile, ...]:
        """Profiles when everybody charges on arrival."""
        return tuple(session_profile(session) for session in self.sessions)

    @cached_property
    def even(self) -> dict[str, tuple[SessionProfile, ...]]:
        """Profiles when everybody charges evenly over the stay, per controlled strategy."""
        return {
            strategy: tuple(even_profile(session, hours) for session in self.sessions)
            for strategy, hours in _ALLOWED.items()
        }

    @cached_property
    def window_demand(self) -> dict[str, Floats]:
        """Power forced in each window of the day, per controlled strategy, (classes, windows)."""
        return {
            strategy: np.stack([window_demand_kw(session, hours) for session in self.sessions])
            for strategy, hours in _ALLOWED.items()
        }

    def quantiles(self) -> tuple[Quantile, Quantile]:
        """Return the design (P95) and typical (P50) quantile of the daily maximum."""
        return (
            Quantile(
                self.assumptions[f"power.design_peak_sd.{self.location_type}"],
                self.assumptions["power.design_day_sd"],
            ),
            Quantile(self.assumptions[f"power.typical_peak_sd.{self.location_type}"], 0.0),
        )


def location_charging(
    location_type: str, energy_kwh_per_session: Sequence[float], assumptions: Assumptions
) -> LocationCharging:
    """Return how a location type charges, given the design-day energy of a session per class."""
    return LocationCharging(
        location_type,
        tuple(
            SessionType(
                arrival_hour=assumptions[f"power.arrival_hour.{location_type}"],
                arrival_sd_hours=assumptions[f"power.arrival_sd_hours.{location_type}"],
                energy_kwh=energy_kwh,
                energy_cv=assumptions["power.session_energy_cv"],
                power_kw=assumptions[f"power.charger_kw.{location_type}.{vehicle_class}"],
                dwell_hours=assumptions[f"power.dwell_hours.{location_type}"],
            )
            for vehicle_class, energy_kwh in zip(
                VEHICLE_CLASSES, energy_kwh_per_session, strict=True
            )
        ),
        assumptions,
    )


def charging_by_year(
    vehicle_energy: pl.DataFrame, assumptions: Assumptions
) -> dict[tuple[int, str, str], LocationCharging]:
    """Return how each location type charges, per (year, scenario, location type).

    A session at base or on a truck parking takes what the battery served that day; a stop on a
    service area takes a stated amount. Both on a cold working day.
    """
    result = {}
    for (year, scenario), rows in vehicle_energy.group_by("year", "scenario"):
        by_class = {row["vehicle_class"]: row for row in rows.iter_rows(named=True)}
        winter = dict(
            zip(
                VEHICLE_CLASSES,
                assumptions.of("energy.winter_factor", VEHICLE_CLASSES),
                strict=True,
            )
        )
        for location_type in CHARGING_LOCATION_TYPES:
            session_kwh = [
                winter[name]
                * (
                    assumptions[f"power.stop_energy_kwh.{name}"]
                    if location_type == "service_area"
                    else by_class[name]["energy_kwh_per_day"] * by_class[name]["served_share"]
                )
                for name in VEHICLE_CLASSES
            ]
            key = (int(str(year)), str(scenario), location_type)
            result[key] = location_charging(location_type, session_kwh, assumptions)
    return result


def count_sessions(
    energy: pl.DataFrame, vehicle_energy: pl.DataFrame, assumptions: Assumptions
) -> pl.DataFrame:
    """Return the sessions per working day that carry the energy of the year.

    Returns
    -------
    terrain_id, year, scenario, location_type, and one column per vehicle class [1/day].
    """
    stop_kwh = pl.col("vehicle_class").replace_strict(
        {name: assumptions[f"power.stop_energy_kwh.{name}"] for name in VEHICLE_CLASSES},
        return_dtype=pl.Float64,
    )
    session_kwh = (
        pl.when(pl.col("location_type") == "service_area")
        .then(stop_kwh)
        .otherwise(pl.col("energy_kwh_per_day") * pl.col("served_share"))
    )
    days = assumptions["energy.working_days_per_year"]
    keys = ["terrain_id", "year", "scenario", "location_type"]
    return (
        energy.filter(pl.col("location_type").is_in(CHARGING_LOCATION_TYPES))
        .join(vehicle_energy, on=["vehicle_class", "year", "scenario"])
        .with_columns(sessions=pl.col("energy_kwh_per_year") / days / session_kwh)
        .pivot("vehicle_class", index=keys, values="sessions", on_columns=list(VEHICLE_CLASSES))
        .sort(keys)
    )


def estimate_power(
    sessions: pl.DataFrame, charging: Mapping[tuple[int, str, str], LocationCharging], key: str
) -> pl.DataFrame:
    """Return `power` without its run, for sites named by the column ``key``.

    Sites are terrains, or pools of terrains whose sessions were added up.
    """
    frames = []
    for (year, scenario), rows in sorted(
        sessions.group_by("year", "scenario"), key=lambda item: (item[0][0], str(item[0][1]))
    ):
        sites = rows.select(key).unique().sort(key)
        counts = {
            str(location[0]): sites.join(part, on=key, how="left", maintain_order="left")
            .select(VEHICLE_CLASSES)
            .fill_null(0)
            .to_numpy()
            for location, part in rows.group_by("location_type")
        }
        year_charging = {
            location: charging[int(str(year)), str(scenario), location] for location in counts
        }
        for location_type, strategy, figures in _all_figures(counts, year_charging):
            frames.append(
                sites.with_columns(
                    year=pl.lit(year, dtype=pl.Int64),
                    scenario=pl.lit(scenario),
                    location_type=pl.lit(location_type),
                    strategy=pl.lit(strategy),
                    design_peak_kw=pl.Series(figures.design_peak_kw),
                    typical_peak_kw=pl.Series(figures.typical_peak_kw),
                    design_peak_16_21_kw=pl.Series(figures.design_peak_16_21_kw),
                )
            )
    return pl.concat(frames).sort(key, "year", "scenario", "location_type", "strategy")


def estimate_terrain_power(
    terrain_sessions: pl.DataFrame, charging: Mapping[tuple[int, str, str], LocationCharging]
) -> pl.DataFrame:
    """Return `power` without its run, for every terrain."""
    return estimate_power(terrain_sessions, charging, "terrain_id")


def select_terrain_sessions(sessions: pl.DataFrame, terrains: pl.DataFrame) -> pl.DataFrame:
    """Return the sessions of real terrains, leaving out the pseudo-terrains."""
    return sessions.join(terrains.select("terrain_id"), on="terrain_id", how="semi")


def _all_figures(
    counts: dict[str, Floats], charging: dict[str, LocationCharging]
) -> Iterator[tuple[str, str, Figures]]:
    by_key: dict[tuple[str, str], Figures] = {}
    for location_type, strategy in product(counts, STRATEGIES):
        place = charging[location_type]
        unmanaged = _unmanaged([place], [counts[location_type]])
        figures = (
            unmanaged
            if strategy == "unmanaged"
            else _controlled(place, counts[location_type], strategy).at_most(unmanaged)
        )
        by_key[location_type, strategy] = figures
        yield location_type, strategy, figures
    present = [name for name in ON_TERRAIN_LOCATION_TYPES if name in counts]
    together = _unmanaged([charging[name] for name in present], [counts[name] for name in present])
    yield ON_TERRAIN, "unmanaged", together
    for strategy in STRATEGIES[1:]:
        limits = by_key[present[0], strategy]
        for name in present[1:]:
            limits += by_key[name, strategy]
        yield ON_TERRAIN, strategy, limits.at_most(together)


def _unmanaged(places: Sequence[LocationCharging], counts: Sequence[Floats]) -> Figures:
    return _from_profiles(places, counts, [place.unmanaged for place in places])


def _controlled(place: LocationCharging, counts: Floats, strategy: str) -> Figures:
    if place.location_type not in LONG_STAYS:
        # A stop on a service area follows the driver's break: nothing to steer. Users of a hub
        # charge evenly over their stay, outside closed hours.
        is_break = place.location_type == "service_area"
        profiles = place.unmanaged if is_break else place.even[strategy]
        return _from_profiles([place], [counts], [profiles])
    floor = np.array([session.energy_kwh / session.dwell_hours for session in place.sessions])
    design, typical = (
        lowest_limit_kw(
            counts,
            place.window_demand[strategy],
            floor,
            energy_cv=place.assumptions["power.session_energy_cv"],
            day_sd=quantile.day_sd,
        )
        for quantile in place.quantiles()
    )
    in_window = np.zeros_like(design) if strategy == "night_block" else design
    return Figures(design, typical, in_window)


def _from_profiles(
    places: Sequence[LocationCharging],
    counts: Sequence[Floats],
    profiles: Sequence[Sequence[SessionProfile]],
) -> Figures:
    loads = [
        Load(count, profile, np.array([session.power_kw for session in place.sessions]))
        for place, count, profile in zip(places, counts, profiles, strict=True)
    ]
    design = [place.quantiles()[0] for place in places]
    typical = [place.quantiles()[1] for place in places]
    day_effect = places[0].assumptions["power.day_effect_sd"]
    return Figures(
        peak_kw(loads, design, day_effect_sd=day_effect),
        peak_kw(loads, typical, day_effect_sd=day_effect),
        peak_kw(loads, design, day_effect_sd=day_effect, window=STRESS_WINDOW),
    )
