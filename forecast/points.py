"""Charge points: one per vehicle at depots, few enough to hardly wait at shared places."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from forecast.assumptions import Assumptions
from forecast.own_parameters import Own, without_own
from forecast.sessions import LONG_STAYS, Charging, LocationCharging
from forecast.vocabulary import (
    ACCESS,
    POWER_CLASSES_KW,
    POWER_STRATEGIES,
    VEHICLE_CLASSES,
    VEHICLE_GROUPS,
)
from models.mix import mix
from models.peak import Fleets, design_peaks_kw
from models.queueing import points_for_nights, points_for_wait, power_class_kw
from models.units import MINUTES_PER_HOUR

Floats = npt.NDArray[np.float64]

SIZES = (
    "is_equipped",
    "energy_kwh_per_day",
    "sessions_per_day",
    "charge_points",
    "installed_kw",
    "mean_wait_minutes",
    "design_peak_kw",
    "grid_connection_kw",
    "space_m2",
)
"""Columns that `size_places` adds."""
_LEAST_SESSIONS = 1.0
"""A day, of a group of vehicles that gets points of its own; fewer use those of the other group."""


def size_places(
    places: pl.DataFrame, charging: Charging, location_type: str, assumptions: Assumptions
) -> pl.DataFrame:
    """Return shared places with the charge points they need on a winter working day.

    A place with little energy is not equipped: it has no points, no power and no space.

    Parameters
    ----------
    places
        One row per place, year and scenario, with the sessions per working day of each vehicle
        class.
    charging
        How they charge.
    location_type
        What the places are.
    assumptions
        For the wait allowed, what makes a place worth it, its connection and its space.

    Returns
    -------
    The places with `SIZES`, and per group of vehicles ``van_points``, ``truck_points`` and the
    power class of each ``van_point_kw``, ``truck_point_kw`` [kW].
    """
    sessions = places.select(VEHICLE_CLASSES).to_numpy()
    years = places.with_row_index("row").group_by("year", "scenario", maintain_order=True)
    parts = [
        (found["row"].to_numpy(), charging[int(str(year)), str(scenario), location_type])
        for (year, scenario), found in years
    ]
    sizes = [_sizes(sessions[rows], place, assumptions) for rows, place in parts]
    fleets = [
        Fleets(
            np.where(each["is_equipped"][:, np.newaxis], sessions[rows], 0),
            place.kinds[POWER_STRATEGIES[0]],
            place.day_effect_sd,
        )
        for (rows, place), each in zip(parts, sizes, strict=True)
    ]
    order = np.argsort(np.concatenate([rows for rows, _ in parts]))
    sized = {name: np.concatenate([each[name] for each in sizes])[order] for name in sizes[0]}
    design = np.minimum(np.concatenate(design_peaks_kw(fleets))[order], sized["installed_kw"])
    shared = np.minimum(sized["installed_kw"] * assumptions["points.grid_share"], design)
    is_unshared = sized["charge_points"] <= assumptions["points.unshared_points"]
    sized["design_peak_kw"] = design
    sized["grid_connection_kw"] = np.where(is_unshared, sized["installed_kw"], shared)
    return places.with_columns(pl.Series(name, values) for name, values in sized.items())


def _sizes(
    sessions: Floats, charging: LocationCharging, assumptions: Assumptions
) -> dict[str, npt.NDArray[Any]]:
    """Return what places of one year need by themselves, shape (places,) each."""
    energy = mix(sessions, charging.energy_kwh)
    is_equipped = energy >= assumptions["points.least_energy_kwh_per_day"]
    counts: dict[str, npt.NDArray[Any]] = {}
    waits, installed, space = [], np.zeros(len(energy)), np.zeros(len(energy))
    for group, classes in VEHICLE_GROUPS.items():
        columns = [VEHICLE_CLASSES.index(name) for name in classes]
        points, wait = _points_of_group(sessions, columns, charging, is_equipped, assumptions)
        point_kw = group_power_kw(charging, columns)
        counts |= {
            f"{group}_points": points,
            f"{group}_point_kw": np.full(len(energy), int(point_kw)),
        }
        waits.append(wait * MINUTES_PER_HOUR)
        installed += points * point_kw
        space += points * max(assumptions[f"points.space_m2.{name}"] for name in classes)
    return counts | {
        "is_equipped": is_equipped,
        "energy_kwh_per_day": energy,
        "sessions_per_day": sessions.sum(axis=1),
        "charge_points": np.sum([counts[f"{group}_points"] for group in VEHICLE_GROUPS], axis=0),
        "installed_kw": installed,
        "mean_wait_minutes": np.max(waits, axis=0),
        "space_m2": np.where(is_equipped, space + assumptions["points.site_space_m2"], 0.0),
    }


def group_power_kw(charging: LocationCharging, columns: list[int]) -> float:
    """Return the power class of the points of a group of classes: that of its largest [kW]."""
    return power_class_kw(
        max(charging.sessions[column].power_kw for column in columns), POWER_CLASSES_KW
    )


def points_of_places(
    sized: pl.DataFrame, place_id: str, location_type: str, assumptions: Assumptions
) -> pl.DataFrame:
    """Return `charge_points` of places sized by `size_places`, without its run."""
    return _gather(
        sized.select(
            "year",
            "scenario",
            location_type=pl.lit(location_type),
            place_id=pl.col(place_id),
            power_class_kw=pl.col(f"{group}_point_kw"),
            charge_points=pl.col(f"{group}_points").cast(pl.Float64),
            space_m2=pl.col(f"{group}_points")
            * max(assumptions[f"points.space_m2.{name}"] for name in classes),
        )
        for group, classes in VEHICLE_GROUPS.items()
    )


def estimate_depot_points(
    terrain_sessions: pl.DataFrame,
    charging: Charging,
    own_sessions: pl.DataFrame,
    own_parameters: Own,
    assumptions: Assumptions,
) -> pl.DataFrame:
    """Return the charge points at depots: as many as vehicles stand there together at night.

    Expected numbers, not whole ones: half a tractor needs half a point. `charge_points` without
    its run.
    """
    frames = [_depot_points(without_own(terrain_sessions, own_parameters), charging, assumptions)]
    for terrain, own in own_parameters.items():
        here = own_sessions.filter(pl.col("terrain_id") == terrain)
        frames.append(_depot_points(here, own.charging, own.assumptions))
    return _gather(frames)


def _depot_points(
    sessions: pl.DataFrame, charging: Charging, assumptions: Assumptions
) -> pl.DataFrame:
    points = _points_of_a_session(charging, assumptions)
    return (
        sessions.filter(pl.col("location_type") == "depot")
        .unpivot(
            VEHICLE_CLASSES,
            index=["terrain_id", "year", "scenario"],
            variable_name="vehicle_class",
            value_name="sessions",
        )
        .join(points, on=["year", "scenario", "vehicle_class"], maintain_order="left")
        .with_columns(charge_points=pl.col("sessions").fill_null(0) * pl.col("points"))
        .select(
            "year",
            "scenario",
            location_type=pl.lit("depot"),
            place_id="terrain_id",
            power_class_kw="power_class_kw",
            charge_points="charge_points",
            space_m2=pl.col("charge_points") * pl.col("point_m2"),
        )
    )


def _points_of_a_session(charging: Charging, assumptions: Assumptions) -> pl.DataFrame:
    """Return what one session a day asks of a depot: year, scenario, vehicle_class and a point."""
    rows = [
        {
            "year": year,
            "scenario": scenario,
            "vehicle_class": name,
            "power_class_kw": int(power_class_kw(session.power_kw, POWER_CLASSES_KW)),
            "points": float(presence.max()),
            "point_m2": assumptions[f"points.space_m2.{name}"],
        }
        for (year, scenario, location_type), place in charging.items()
        if location_type == "depot"
        for name, session, presence in zip(
            VEHICLE_CLASSES, place.sessions, place.point_use.presence, strict=True
        )
    ]
    return pl.DataFrame(rows)


def _gather(frames: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """Return `charge_points` from points per class: one row per place and power class."""
    keys = ["location_type", "place_id", "year", "scenario", "power_class_kw"]
    return (
        pl.concat(frames)
        .filter(pl.col("charge_points") > 0)
        .group_by(keys)
        .agg(pl.col("charge_points", "space_m2").sum())
        .with_columns(
            access=pl.col("location_type").replace_strict(ACCESS, return_dtype=pl.String),
            installed_kw=pl.col("charge_points") * pl.col("power_class_kw"),
        )
        .sort(keys)
    )


def _points_of_group(
    sessions: Floats,
    columns: list[int],
    charging: LocationCharging,
    is_equipped: npt.NDArray[np.bool_],
    assumptions: Assumptions,
) -> tuple[npt.NDArray[np.int64], Floats]:
    """Return the points for a group of classes and its mean wait [hour], (places,) each."""
    own, use = sessions[:, columns], charging.point_use
    count = own.sum(axis=1)
    busiest = mix(own, use.presence[columns]).max(axis=1)
    mean = _per_session(own, count, use.mean_hours[columns])
    square = _per_session(own, count, use.mean_square_hours2[columns])
    spread = np.sqrt(np.maximum(square - mean**2, 0))
    cv = np.divide(spread, mean, out=np.zeros_like(mean), where=mean > 0)
    present = np.where(is_equipped & (count >= _LEAST_SESSIONS), busiest, 0)
    if charging.location_type in LONG_STAYS:
        share = assumptions["points.nights_with_room_share"]
        return points_for_nights(present, mean, share_of_nights=share)
    wait_minutes = assumptions[f"points.most_wait_minutes.{charging.location_type}"]
    return points_for_wait(
        present,
        mean,
        cv,
        most_wait_hours=wait_minutes / MINUTES_PER_HOUR,
    )


def _per_session(own: Floats, count: Floats, values: Floats) -> Floats:
    total = mix(own, values)
    return np.asarray(np.divide(total, count, out=np.zeros_like(total), where=count > 0))
