"""Chains of the sessions that carry the energy: how many a day, and how large."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import product

from forecast.explain.context import TIMES, At, Context, Field, located_fields
from forecast.explain.energy_chain import vehicle_energy_at
from forecast.explain.node import Node
from forecast.session_types import describe_session_types
from forecast.sessions import charging_by_year, count_sessions
from forecast.vocabulary import CHARGING_LOCATION_TYPES, VEHICLE_CLASSES


def session_fields(context: Context) -> Iterator[Field]:
    """Return the sessions of each class at each location type where it charges."""
    figures = (
        ("sessions_per_day", "1/day", partial(_sessions, context), "charging_sessions"),
        ("energy_kwh_per_session", "kWh", partial(_session_type, context), "session_types"),
    )
    for place, vehicle in product(CHARGING_LOCATION_TYPES, VEHICLE_CLASSES):
        yield from located_fields(place, vehicle, figures)


def _sessions(context: Context, wanted: Field, at: At) -> Node:
    place, vehicle = wanted.parts["location_type"], wanted.parts["vehicle_class"]
    energy = context.own.at("energy", **wanted.parts, **at.key)
    called = context.own.call(
        count_sessions, energy=energy, vehicle_energy=vehicle_energy_at(context, at).value
    )
    stored = context.own.row("charging_sessions", location_type=place, **at.key)
    days = "energy.working_days_per_year"
    names = [f"energy_kwh_per_year.{place}.{vehicle}"]
    if place == "service_area":
        per_session = f"{{=power.stop_energy_kwh.{vehicle}}}"
    else:
        names += [f"vehicle_energy_kwh_per_day.{vehicle}", f"battery_served_share.{vehicle}"]
        per_session = f"({{{names[1]}}}{TIMES}{{{names[2]}}})"
    return context.made(
        wanted,
        at,
        stored[f"{vehicle}_sessions_per_day"],
        called.value[vehicle].item() or 0.0,
        formula=f"{{{names[0]}}} / {{={days}}} / {per_session}",
        inputs=context.nodes(names, at),
        keys=[days] if place != "service_area" else called.keys,
    )


def _session_type(context: Context, wanted: Field, at: At) -> Node:
    place, vehicle = wanted.parts["location_type"], wanted.parts["vehicle_class"]
    per_vehicle = vehicle_energy_at(context, at).value
    called = context.own.call(charging_by_year, vehicle_energy=per_vehicle)
    again = describe_session_types(called.value).filter(**wanted.parts).row(0, named=True)
    row = context.own.session_types().filter(**wanted.parts, **at.key).row(0, named=True)
    names = [f"vehicle_energy_kwh_per_day.{vehicle}", f"battery_served_share.{vehicle}"]
    winter = f"{{=energy.winter_factor.{vehicle}}}"
    if place == "service_area":
        names, formula = [], f"{winter}{TIMES}{{=power.stop_energy_kwh.{vehicle}}}"
    else:
        formula = TIMES.join([winter, *(f"{{{name}}}" for name in names)])
    used = [
        key
        for key in called.keys
        if place == "service_area" or not key.startswith("power.stop_energy_kwh.")
    ]
    return context.made(
        wanted,
        at,
        row["energy_kwh_per_session"],
        again["energy_kwh_per_session"],
        formula=formula,
        inputs=context.nodes(names, at),
        keys=used,
        details={
            name: value
            for name, value in row.items()
            if name not in (*wanted.parts, *at.key, "energy_kwh_per_session")
        },
    )
