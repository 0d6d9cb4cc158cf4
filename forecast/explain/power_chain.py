"""Chains of power, of its band, and of charge points."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

import polars as pl

from forecast.explain.context import At, Context, Field, unit_of
from forecast.explain.node import Node
from forecast.explain.stored import Called
from forecast.points import estimate_depot_points
from forecast.power import estimate_terrain_power
from forecast.power_bands import BAND_STRATEGIES, estimate_power_bands
from forecast.vocabulary import (
    CHARGING_LOCATION_TYPES,
    ON_TERRAIN,
    ON_TERRAIN_LOCATION_TYPES,
    POWER_CLASSES_KW,
    POWER_STRATEGIES,
    STRATEGIES,
    VEHICLE_CLASSES,
)
from models.queueing import power_class_kw

_POWER = (
    "design_peak_kw",
    "typical_peak_kw",
    "design_peak_16_21_kw",
    "design_peak_other_hours_kw",
    "served_share",
    "simultaneity_factor",
)
_ADDED = ("design_peak_kw", "design_peak_16_21_kw", "design_peak_other_hours_kw")
_POINTS = ("charge_points", "installed_kw", "space_m2")


def power_fields(context: Context) -> Iterator[Field]:
    """Return the peaks per strategy, of the terrain and per location type, and what is added."""
    for column in _POWER:
        unit = unit_of("power", column)
        for strategy in POWER_STRATEGIES:
            for place in (ON_TERRAIN, *CHARGING_LOCATION_TYPES):
                label = strategy if place == ON_TERRAIN else f"{place}.{strategy}"
                yield Field(
                    f"{column}.{label}",
                    column,
                    unit,
                    partial(_power, context),
                    "power",
                    {"location_type": place, "strategy": strategy},
                )
    for column in ("design_peak_kw_p10", "design_peak_kw_p90"):
        for strategy in BAND_STRATEGIES:
            yield Field(
                f"{column}.{strategy}",
                column,
                "kW",
                partial(_band, context),
                "power_bands",
                {"strategy": strategy},
            )
    for column in _ADDED:
        for strategy in STRATEGIES:
            yield Field(
                f"added_{column}.{strategy}",
                f"added_{column}",
                "kW",
                partial(_added, context, f"{column}.{strategy}"),
                parts={"strategy": strategy},
            )


def point_fields(context: Context) -> Iterator[Field]:
    """Return the charge points at the depots, per power class."""
    for column in _POINTS:
        for power in POWER_CLASSES_KW:
            yield Field(
                f"{column}.{power}",
                column,
                unit_of("charge_points", column),
                partial(_points, context, power),
                "charge_points",
                {"power_class_kw": str(power)},
            )


def _estimate(context: Context, places: Sequence[str], at: At) -> Called:
    """Return the power of some places in a year and scenario, from their stored sessions."""
    return context.cached(
        f"power {places} {at}",
        lambda: context.own.call(
            estimate_terrain_power,
            terrain_sessions=context.own.sessions(**at.key).filter(
                pl.col("location_type").is_in(places)
            ),
            charging=context.own.charging(at.year, at.scenario),
        ),
    )


def _inputs(context: Context, places: Sequence[str], at: At) -> tuple[Node, ...]:
    """Return sessions and their kind, of the classes that come to a place at all."""
    names = []
    for place in places:
        row = context.own.row("charging_sessions", location_type=place, **at.key)
        for vehicle in VEHICLE_CLASSES:
            if row.get(f"{vehicle}_sessions_per_day"):
                names += [
                    f"sessions_per_day.{place}.{vehicle}",
                    f"energy_kwh_per_session.{place}.{vehicle}",
                ]
    return context.nodes(names, at)


def _power(context: Context, wanted: Field, at: At) -> Node:
    place = wanted.parts["location_type"]
    places = (place,) if place in CHARGING_LOCATION_TYPES else ON_TERRAIN_LOCATION_TYPES
    is_on_terrain = place in (ON_TERRAIN, *ON_TERRAIN_LOCATION_TYPES)
    called = _estimate(
        context, ON_TERRAIN_LOCATION_TYPES if is_on_terrain else CHARGING_LOCATION_TYPES, at
    )
    strategy = wanted.parts["strategy"]
    how = wanted.column if wanted.column in _POWER[-2:] else f"power_{strategy}"
    return context.made(
        wanted,
        at,
        context.own.row("power", **wanted.parts, **at.key)[wanted.column],
        called.value.filter(**wanted.parts)[wanted.column].item(),
        how=how,
        inputs=_inputs(context, places, at),
        keys=called.keys,
    )


def _band(context: Context, wanted: Field, at: At) -> Node:
    called = context.cached(
        f"bands {at}",
        lambda: context.own.call(
            estimate_power_bands,
            terrain_sessions=context.own.sessions(**at.key),
            electric_vehicles=context.own.at("electric_vehicles", **at.key),
            charging=context.own.charging(at.year, at.scenario),
        ),
    )
    end = wanted.column.rsplit("_", 1)[-1]
    names = [f"electric_vehicles_{end}.{vehicle}" for vehicle in VEHICLE_CLASSES]
    return context.made(
        wanted,
        at,
        context.own.row("power_bands", **wanted.parts, **at.key)[wanted.column],
        called.value.filter(**wanted.parts)[wanted.column].item(),
        how="power_band",
        inputs=(
            *context.nodes(names, at),
            *_inputs(context, ON_TERRAIN_LOCATION_TYPES, at),
        ),
        keys=called.keys,
    )


def _added(context: Context, name: str, wanted: Field, at: At) -> Node:
    """Return the peak of a year minus that of the first year of the run, never below zero."""
    first = min(context.own.run.years)
    now, then = context.node(name, at), context.node(name, At(first, at.scenario))
    return context.made(
        wanted,
        at,
        max(float(str(now.value)) - float(str(then.value)), 0.0),
        max(float(str(now.recomputed)) - float(str(then.recomputed)), 0.0),
        formula=f"max({{{name}@{at.year}}} - {{{name}@{first}}}, 0)",
        inputs=(now,) if now is then else (now, then),
    )


def _points(context: Context, power: int, wanted: Field, at: At) -> Node:
    called = context.cached(
        f"points {at}",
        lambda: context.own.call(
            estimate_depot_points,
            terrain_sessions=context.own.sessions(location_type="depot", **at.key),
            charging=context.own.charging(at.year, at.scenario),
        ),
    )
    is_class = pl.col("power_class_kw") == power
    again = called.value.filter(is_class)
    stored = context.own.of_place("charge_points", "depot").filter(is_class, **at.key)
    types = context.own.charging(at.year, at.scenario)[at.year, at.scenario, "depot"]
    classes = [
        vehicle
        for vehicle, kind in zip(VEHICLE_CLASSES, types.sessions, strict=True)
        if power_class_kw(kind.power_kw, POWER_CLASSES_KW) == power
    ]
    inputs = [
        node for node in _inputs(context, ("depot",), at) if node.key["vehicle_class"] in classes
    ]
    return context.made(
        wanted,
        at,
        stored[wanted.column].sum() if stored.height else 0.0,
        again[wanted.column].sum() if again.height else 0.0,
        how="depot_points",
        inputs=inputs,
        keys=[key for key in called.keys if wanted.column == "space_m2"],
    )
