"""Charging sessions: how many there are a day on each terrain, and how each charges."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

import numpy as np
import numpy.typing as npt
import polars as pl

from forecast.assumptions import Assumptions
from forecast.vocabulary import CHARGING_LOCATION_TYPES, POWER_STRATEGIES, VEHICLE_CLASSES
from models.peak import SessionKind
from models.profiles import presence
from models.sessions import (
    ChargingPattern,
    SessionType,
    charge_after,
    charge_evenly,
    charge_on_arrival,
    open_all_day,
    open_outside_stress_hours,
)
from models.units import QUARTERS_PER_HOUR
from models.windows import (
    WindowDemand,
    even_demand,
    forced_demand,
    open_windows,
    possible_share,
    window_hours,
)

Floats = npt.NDArray[np.float64]

LONG_STAYS = ("depot", "truck_parking")
"""Location types where vehicles stay long enough to be steered together."""

ALLOWED = {"smart": open_all_day(), "night_block": open_outside_stress_hours()}
"""Quarters in which a controlled strategy lets charge."""

WINDOWS = {strategy: open_windows(allowed) for strategy, allowed in ALLOWED.items()}
"""Parts of the day that can set a limit under a controlled strategy, (windows, 96) each."""
WINDOW_HOURS = {strategy: window_hours(windows) for strategy, windows in WINDOWS.items()}
"""How long they are, shape (windows,) each [hour]."""


@dataclass(frozen=True)
class PointUse:
    """How long a session takes a point: while it charges, overnight for the whole stay.

    Attributes
    ----------
    presence
        Probability that a session is there, shape (classes, 96) [1].
    mean_hours, mean_square_hours2
        Of the time that it is, shape (classes,) each [hour, hour2].
    """

    presence: Floats
    mean_hours: Floats
    mean_square_hours2: Floats


@dataclass(frozen=True)
class LocationCharging:
    """How sessions charge at a location type in one year and scenario, one entry per class.

    Attributes
    ----------
    location_type
        One of the location types where is charged.
    sessions
        Per vehicle class, on a winter working day.
    energy_cv, day_effect_sd
        Coefficient of variation of the energy between sessions, and between days for all of them
        together [1].
    """

    location_type: str
    sessions: tuple[SessionType, ...]
    energy_cv: float
    day_effect_sd: float

    @cached_property
    def kinds(self) -> dict[str, tuple[SessionKind, ...]]:
        """Kinds of sessions per strategy that leaves each to itself; see `pattern`."""
        first = CHARGING_LOCATION_TYPES.index(self.location_type) * len(VEHICLE_CLASSES)
        return {
            strategy: tuple(
                SessionKind(pattern, self.day_effect_sd, stream)
                for stream, pattern in enumerate(
                    (
                        pattern_of(self.location_type, session, strategy)
                        for session in self.sessions
                    ),
                    start=first,
                )
            )
            for strategy in POWER_STRATEGIES
            if not self.is_limited(strategy)
        }

    @cached_property
    def point_use(self) -> PointUse:
        """How long sessions take a point."""
        patterns = (
            [charge_evenly(session, open_all_day()) for session in self.sessions]
            if self.location_type in LONG_STAYS
            else [kind.pattern for kind in self.kinds[POWER_STRATEGIES[0]]]
        )
        hours = [pattern.charge(pattern.energy_kwh)[0] / QUARTERS_PER_HOUR for pattern in patterns]
        return PointUse(
            np.stack([presence(pattern) for pattern in patterns]),
            np.array([part.mean() for part in hours]),
            np.array([(part**2).mean() for part in hours]),
        )

    @cached_property
    def window_demand(self) -> dict[str, WindowDemand]:
        """Energy that sessions force into each of `WINDOWS`, per controlled strategy."""
        return {
            strategy: forced_demand(
                self.sessions, ALLOWED[strategy], windows, day_effect_sd=self.day_effect_sd
            )
            if self.is_limited(strategy)
            else even_demand(
                [kind.pattern for kind in self.kinds[strategy]],
                windows,
                day_effect_sd=self.day_effect_sd,
            )
            for strategy, windows in WINDOWS.items()
        }

    @cached_property
    def served_share(self) -> dict[str, Floats]:
        """Part of the energy that stay and charger allow, per strategy, shape (classes,) [1]."""
        return {
            strategy: np.array(
                [possible_share(session, ALLOWED[strategy]) for session in self.sessions]
                if self.is_limited(strategy)
                else [kind.pattern.served_share() for kind in self.kinds[strategy]]
            )
            for strategy in POWER_STRATEGIES
        }

    @property
    def energy_kwh(self) -> Floats:
        """Mean energy of a session per class, shape (classes,) [kWh]."""
        return np.array([session.energy_kwh for session in self.sessions])

    def is_limited(self, strategy: str) -> bool:
        """Return whether the strategy steers the vehicles of a site together under one limit."""
        return self.location_type in LONG_STAYS and strategy in ALLOWED

    def is_unmanaged(self, strategy: str) -> bool:
        """Return whether the strategy changes nothing here.

        A stop on a service area follows the driver's break, and a visit to a hub is no night.
        """
        return self.location_type == "service_area" or (
            self.location_type == "shared_hub" and strategy == "delayed"
        )

    def with_energy_factor(self, factors: Sequence[float]) -> LocationCharging:
        """Return the same on a day that asks another energy per class, such as a mild one."""
        return replace(
            self,
            sessions=tuple(
                replace(session, energy_kwh=session.energy_kwh * factor)
                for session, factor in zip(self.sessions, factors, strict=True)
            ),
        )


Charging = Mapping[tuple[int, str, str], LocationCharging]
"""How each location type charges, per (year, scenario, location type)."""


def pattern_of(location_type: str, session: SessionType, strategy: str) -> ChargingPattern:
    """Return how a session charges that is not steered together with others.

    Users of a hub charge
    evenly over their stay, outside closed hours. Delayed vehicles with a long stay all begin when
    the hours of high load end.
    """
    if location_type in LONG_STAYS and strategy == "delayed":
        return charge_after(session, open_outside_stress_hours())
    if location_type == "shared_hub" and strategy in ALLOWED:
        return charge_evenly(session, ALLOWED[strategy])
    return charge_on_arrival(session)


def location_charging(
    location_type: str, energy_kwh_per_session: Sequence[float], assumptions: Assumptions
) -> LocationCharging:
    """Return how a location type charges, given the design-day energy of a session per class."""
    return _charging_of(
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
        assumptions["power.session_energy_cv"],
        assumptions["power.day_effect_sd"],
    )


@lru_cache(maxsize=500)
def _charging_of(
    location_type: str,
    sessions: tuple[SessionType, ...],
    energy_cv: float,
    day_effect_sd: float,
) -> LocationCharging:
    """Return the same object for the same sessions: what it derives from them is costly."""
    return LocationCharging(location_type, sessions, energy_cv, day_effect_sd)


def charging_by_year(
    vehicle_energy: pl.DataFrame, assumptions: Assumptions
) -> dict[tuple[int, str, str], LocationCharging]:
    """Return how each location type charges, per (year, scenario, location type).

    A session at base or on a truck parking takes what the battery served that day; a stop on a
    service area takes a stated amount. Both on a cold working day.
    """
    result = {}
    winter = assumptions.of("energy.winter_factor", VEHICLE_CLASSES)
    for (year, scenario), rows in vehicle_energy.group_by("year", "scenario"):
        by_class = {row["vehicle_class"]: row for row in rows.iter_rows(named=True)}
        for location_type in CHARGING_LOCATION_TYPES:
            session_kwh = [
                factor
                * (
                    assumptions[f"power.stop_energy_kwh.{name}"]
                    if location_type == "service_area"
                    else by_class[name]["energy_kwh_per_day"] * by_class[name]["served_share"]
                )
                for name, factor in zip(VEHICLE_CLASSES, winter, strict=True)
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
