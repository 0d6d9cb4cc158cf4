"""Session types as rows of `session_types` and back, and which hold for which terrain."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from forecast.sessions import LocationCharging
from forecast.vocabulary import VEHICLE_CLASSES
from models.sessions import SessionType


def describe_session_types(
    charging: Mapping[tuple[int, str, str], LocationCharging],
) -> pl.DataFrame:
    """Return `session_types` without its run: how sessions charge, from which power follows."""
    return pl.DataFrame(
        [
            {
                "vehicle_class": vehicle_class,
                "location_type": location_type,
                "year": year,
                "scenario": scenario,
                "energy_kwh_per_session": session.energy_kwh,
                "energy_cv": session.energy_cv,
                "charger_power_kw": session.power_kw,
                "dwell_hours": session.dwell_hours,
                "arrival_hour": session.arrival_hour,
                "arrival_sd_hours": session.arrival_sd_hours,
                "day_effect_sd": place.day_effect_sd,
            }
            for (year, scenario, location_type), place in sorted(charging.items())
            for vehicle_class, session in zip(VEHICLE_CLASSES, place.sessions, strict=True)
        ],
        infer_schema_length=None,
    ).cast({"charger_power_kw": pl.Float64, "dwell_hours": pl.Float64})


def name_sessions(terrain_sessions: pl.DataFrame, own_sessions: pl.DataFrame) -> pl.DataFrame:
    """Return `charging_sessions` without its run: sessions under the names of their columns.

    Those of a terrain with its own parameters are the ones really held there.
    """
    ordinary = terrain_sessions.join(own_sessions, on="terrain_id", how="anti")
    rows = pl.concat([ordinary, own_sessions]).sort(
        "terrain_id", "year", "scenario", "location_type"
    )
    return rows.select(
        "terrain_id",
        "year",
        "scenario",
        "location_type",
        *(
            pl.col(name).fill_null(0.0).alias(f"{name}_sessions_per_day")
            for name in VEHICLE_CLASSES
        ),
    )


def select_terrain_sessions(sessions: pl.DataFrame, terrains: pl.DataFrame) -> pl.DataFrame:
    """Return the sessions of real terrains, leaving out the pseudo-terrains."""
    return sessions.join(terrains.select("terrain_id"), on="terrain_id", how="semi")


def charging_of(session_types: pl.DataFrame) -> dict[tuple[int, str, str], LocationCharging]:
    """Return how each location type charges, from the table that describes it.

    The inverse of `describe_session_types`.
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
