"""Chains of the register and of the vehicles that are based on a terrain today."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any

from forecast.explain.context import At, Context, Field
from forecast.explain.node import Node
from forecast.fields import find_field
from forecast.schema import TABLES
from forecast.vocabulary import VEHICLE_CLASSES

_REGISTERED = {"van": "vans_registered", "rigid_truck": "rigid_trucks_registered"}
_SERIES = {"van": "vans_total", "rigid_truck": "rigid_trucks_total", "tractor": "tractors_total"}


def register_fields(context: Context) -> Iterator[Field]:
    """Return the columns of the register."""
    for column in TABLES["terrains"].columns:
        if column.name not in ("terrain_id", "edition_id"):
            yield Field(
                column.name,
                column.name,
                column.unit,
                partial(_register, context),
                table="terrains",
                has_year=False,
                has_scenario=False,
            )
    yield Field(
        "register_issues",
        "register_issues",
        "",
        partial(_issues, context),
        has_year=False,
        has_scenario=False,
    )


def _register(context: Context, wanted: Field, at: At) -> Node:
    row = context.stored.row("terrains")
    is_point = wanted.name.endswith("_rd_m") or wanted.name in (
        "location_quality",
        "matched_place_name",
    )
    return context.leaf(
        wanted,
        at,
        row[wanted.name],
        status="derived" if is_point else "observed",
        table="terrains",
        details={} if is_point else {"reference_year": row["reference_year"]},
    )


def _issues(context: Context, wanted: Field, at: At) -> Node:
    rows = context.stored.local("register_issues").sort("issue_code")
    return context.leaf(
        wanted,
        at,
        ", ".join(rows["issue_code"]),
        status="derived",
        table="register_issues",
        details=dict(rows.select("issue_code", "consequence").iter_rows()),
    )


def fleet_fields(context: Context) -> Iterator[Field]:
    """Return the vehicles of today, and what spreads them."""
    for name in VEHICLE_CLASSES:
        for column, unit, build in (
            ("vehicles", "vehicles", _vehicles),
            ("basis", "", _basis),
            ("terrain_weight", "1", _weight),
            ("municipal_vehicles", "vehicles", _municipal),
            ("registered_vehicles", "vehicles", _registered),
            ("national_vehicles", "vehicles", _national),
        ):
            if column != "registered_vehicles" or name in _REGISTERED:
                yield Field(
                    f"{column}.{name}",
                    column,
                    unit,
                    partial(build, context),
                    table="fleet" if column in ("vehicles", "basis") else "",
                    parts={"vehicle_class": name},
                    has_year=False,
                    has_scenario=False,
                )


def _vehicles(context: Context, wanted: Field, at: At) -> Node:
    name = wanted.parts["vehicle_class"]
    stored = context.stored.row("fleet", vehicle_class=name)
    called = context.stored.derived("fleet")
    again = called.value.filter(terrain_id=context.terrain_id, vehicle_class=name).row(
        0, named=True
    )
    inputs = context.nodes((f"municipal_vehicles.{name}", f"terrain_weight.{name}"), at)
    if stored["basis"] == "refined":
        return context.made(
            wanted,
            at,
            stored["vehicles"],
            again["vehicles"],
            how="refined",
            inputs=inputs[:1],
            status="refined",
            details=_refinement(context, name),
        )
    return context.made(
        wanted,
        at,
        stored["vehicles"],
        again["vehicles"],
        how="fleet",
        inputs=inputs,
        keys=context.stored.derived("model_fleet").own,
        # Other terrains of the municipality were corrected, and this one gives way.
        details={}
        if stored["model_vehicles"] == stored["vehicles"]
        else {"model_vehicles": stored["model_vehicles"]},
    )


def _basis(context: Context, wanted: Field, at: At) -> Node:
    name = wanted.parts["vehicle_class"]
    value = context.stored.row("fleet", vehicle_class=name)["basis"]
    return context.leaf(
        wanted,
        at,
        value,
        status="refined" if value == "refined" else "modelled",
        details=_refinement(context, name),
    )


def _refinement(context: Context, name: str) -> dict[str, Any]:
    """Return the correction that counts: the last one of the terrain and class."""
    rows = [
        row
        for row in context.stored.applied().filter(terrain_id=context.terrain_id).to_dicts()
        if name in find_field(row["field"]).classes and find_field(row["field"]).kind == "vehicles"
    ]
    return rows[-1] if rows else {}


def _weight(context: Context, wanted: Field, at: At) -> Node:
    name = wanted.parts["vehicle_class"]
    called = context.stored.derived("class_weights")
    row = called.value.filter(terrain_id=context.terrain_id, vehicle_class=name).row(0, named=True)
    basis = context.stored.table("terrain_learning").filter(vehicle_class=name)
    return context.made(
        wanted,
        at,
        row["weight"],
        row["weight"],
        how="terrain_weight",
        inputs=context.nodes(("net_ha", "issuable_ha", "ibis_type_code"), at),
        keys=called.before,
        details={"occupied_ha": row["occupied_ha"], "weight_basis": basis["weight_basis"].item()},
    )


def _municipal(context: Context, wanted: Field, at: At) -> Node:
    name = wanted.parts["vehicle_class"]
    code = context.stored.row("terrains")["municipality_code"]
    key = {"municipality_code": code, "vehicle_class": name}
    row = context.stored.table("municipal_fleet").filter(**key).row(0, named=True)
    called = context.stored.derived("municipal_fleet")
    again = called.value.filter(**key)["vehicles"].item()
    counted = [f"registered_vehicles.{name}"] if name in _REGISTERED else []
    return context.made(
        wanted,
        at,
        row["vehicles"],
        again,
        how="municipal_fleet",
        inputs=context.nodes([*counted, f"national_vehicles.{name}"], at),
        keys=called.own,
        details={
            column: value
            for column, value in row.items()
            if column not in ("vehicle_class", "vehicles")
        },
    )


def _registered(context: Context, wanted: Field, at: At) -> Node:
    code = context.stored.row("terrains")["municipality_code"]
    table = "vehicles_registered"
    row = context.stored.table(table).filter(municipality_code=code)
    counted_per = row["vehicles_counted_per"].item()
    leaf = context.leaf(
        wanted,
        at,
        row[_REGISTERED[wanted.parts["vehicle_class"]]].item(),
        status="published",
        details={"municipality_code": code, "vehicles_counted_per": counted_per},
    )
    # Imported counts may lie in the database without taking the place of the embedded ones.
    beside = "postcodes" if counted_per == "postcode4" else ""
    source = context.sources.of_edition(table, row["edition_id"].item(), with_files_of=beside)
    return replace(leaf, source=source)


def _national(context: Context, wanted: Field, at: At) -> Node:
    name = wanted.parts["vehicle_class"]
    row = context.stored.derived("base_fleet").value.filter(vehicle_class=name)
    return context.leaf(
        wanted,
        at,
        row["vehicles"].item(),
        status="published",
        table="fleet_history",
        details={"series": _SERIES[name], "base_date": row["base_date"].item()},
    )
