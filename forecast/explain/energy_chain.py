"""Chains of energy by where it is charged."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from forecast.charging import estimate_energy, estimate_own_site_access
from forecast.explain.context import TIMES, At, Context, Field, located_fields
from forecast.explain.node import Node
from forecast.explain.stored import Called
from forecast.vehicle_energy import estimate_vehicle_energy
from forecast.vocabulary import (
    LOCATION_TYPES,
    ON_TERRAIN,
    ON_TERRAIN_LOCATION_TYPES,
    VEHICLE_CLASSES,
)

_ACCESS = ("access_factor", "grid_factor", "plot_factor")
_PER_VEHICLE = {
    "energy_kwh_per_vehicle_year": "kWh/year",
    "vehicle_energy_kwh_per_day": "kWh/day",
    "battery_served_share": "1",
}
_STORED_AS = {
    "vehicle_energy_kwh_per_day": "energy_kwh_per_day",
    "battery_served_share": "served_share",
}


def energy_fields(context: Context) -> Iterator[Field]:
    """Return energy per location type and class with its sums, and what it follows from."""
    kwh = "kWh/year"
    name = "energy_kwh_per_year"
    yield Field(name, name, kwh, partial(_sum, context, LOCATION_TYPES))
    together = partial(_sum, context, ON_TERRAIN_LOCATION_TYPES)
    yield Field(f"{name}.{ON_TERRAIN}", name, kwh, together, parts={"location_type": ON_TERRAIN})
    for end in ("p10", "p90"):
        column = f"{name}_{end}"
        yield Field(
            f"{column}.{ON_TERRAIN}",
            column,
            kwh,
            partial(_end, context, end),
            parts={"location_type": ON_TERRAIN},
        )
    for place in LOCATION_TYPES:
        parts = {"location_type": place}
        yield Field(f"{name}.{place}", name, kwh, partial(_place, context), parts=parts)
        for vehicle in VEHICLE_CLASSES:
            yield from _located_fields(context, place, vehicle)
    for column in _ACCESS:
        yield Field(
            column, column, "1", partial(_access, context), has_year=False, has_scenario=False
        )
    for vehicle in VEHICLE_CLASSES:
        for column, unit in _PER_VEHICLE.items():
            yield Field(
                f"{column}.{vehicle}",
                column,
                unit,
                partial(_per_vehicle, context),
                parts={"vehicle_class": vehicle},
            )


def _located_fields(context: Context, place: str, vehicle: str) -> Iterator[Field]:
    """Return what a class charges at a location type."""
    figures = (
        ("energy_kwh_per_year", "kWh/year", partial(_energy, context), "energy"),
        ("location_share", "1", partial(_part, context), ""),
    )
    return located_fields(place, vehicle, figures)


def _sum(context: Context, places: Sequence[str], wanted: Field, at: At) -> Node:
    parts = context.nodes([f"energy_kwh_per_year.{place}" for place in places], at)
    return _total(context, wanted, at, parts, {"location_type": list(places)})


def _place(context: Context, wanted: Field, at: At) -> Node:
    place = wanted.parts["location_type"]
    parts = context.nodes(
        [f"energy_kwh_per_year.{place}.{vehicle}" for vehicle in VEHICLE_CLASSES], at
    )
    return _total(context, wanted, at, parts, {"location_type": [place]})


def _total(
    context: Context, wanted: Field, at: At, parts: tuple[Node, ...], where: dict[str, list[str]]
) -> Node:
    """Return a sum, as it is printed: of the stored rows; once more: of the parts."""
    rows = context.own.at("energy", **at.key).join(_frame(where), on=list(where))
    return context.made(
        wanted,
        at,
        rows["energy_kwh_per_year"].sum(),
        sum(float(str(part.recomputed)) for part in parts),
        formula=" + ".join(f"{{{part.field}}}" for part in parts),
        inputs=parts,
    )


def _end(context: Context, end: str, wanted: Field, at: At) -> Node:
    """Return the energy on the terrain with the vehicles of every class at an end of their band."""
    value = again = 0.0
    inputs: list[Node] = []
    terms = []
    for name in VEHICLE_CLASSES:
        *charged, vehicles, at_end = found = context.nodes(
            (
                *(f"energy_kwh_per_year.{place}.{name}" for place in ON_TERRAIN_LOCATION_TYPES),
                f"electric_vehicles.{name}",
                f"electric_vehicles_{end}.{name}",
            ),
            at,
        )
        inputs += found
        together = " + ".join(f"{{{node.field}}}" for node in charged)
        terms.append(f"({together}){TIMES}{{{at_end.field}}} / {{{vehicles.field}}}")
        for which in ("value", "recomputed"):
            energy, all_of, few = (
                sum(float(str(getattr(node, which))) for node in nodes)
                for nodes in (charged, [vehicles], [at_end])
            )
            term = energy * few / all_of if all_of > 0 else 0.0
            value, again = (value + term, again) if which == "value" else (value, again + term)
    return context.made(wanted, at, value, again, formula=" + ".join(terms), inputs=tuple(inputs))


def _frame(where: dict[str, list[str]]) -> Any:
    import polars as pl

    return pl.DataFrame(where)


def vehicle_energy_at(context: Context, at: At) -> Called:
    """Return the energy per vehicle of a year and scenario, from the stored electric shares."""
    national = context.own.table("national_electric").filter(**at.key)
    return context.own.call(estimate_vehicle_energy, national_electric=national, years=[at.year])


def _own_site_access(context: Context) -> Called:
    return context.own.call(
        estimate_own_site_access,
        terrains=context.own.local("terrains"),
        fleet=context.own.local("fleet"),
        terrain_supply_areas=context.own.local("terrain_supply_areas"),
        own_parameters={
            key: own
            for key, own in context.stored.own_parameters().items()
            if key == context.terrain_id
        },
    )


def _split(context: Context, rows: Any, at: At) -> Called:
    """Return the energy of electric vehicles by where they charge."""
    return context.own.call(
        estimate_energy,
        electric_vehicles=rows,
        own_site_access=_own_site_access(context).value,
        vehicle_energy=vehicle_energy_at(context, at).value,
    )


def _energy(context: Context, wanted: Field, at: At) -> Node:
    place, vehicle = wanted.parts["location_type"], wanted.parts["vehicle_class"]
    rows = context.own.at("electric_vehicles", vehicle_class=vehicle, **at.key)
    again = _split(context, rows, at).value.filter(location_type=place)
    value = context.own.row("energy", **wanted.parts, **at.key)["energy_kwh_per_year"]
    names = (
        f"electric_vehicles.{vehicle}",
        f"energy_kwh_per_vehicle_year.{vehicle}",
        f"location_share.{place}.{vehicle}",
    )
    return context.made(
        wanted,
        at,
        value,
        again["energy_kwh_per_year"].item(),
        formula=TIMES.join(f"{{{name}}}" for name in names),
        inputs=context.nodes(names, at),
    )


def _part(context: Context, wanted: Field, at: At) -> Node:
    """Return the part of a vehicle's energy that is charged at a location type."""
    import polars as pl

    place, vehicle = wanted.parts["location_type"], wanted.parts["vehicle_class"]
    one = context.own.at("electric_vehicles", vehicle_class=vehicle, **at.key).with_columns(
        electric_vehicles=pl.lit(1.0)
    )
    called = _split(context, one, at)
    total = called.value["energy_kwh_per_year"].sum()
    value = called.value.filter(location_type=place)["energy_kwh_per_year"].item() / total
    return context.made(
        wanted,
        at,
        value,
        value,
        how=f"location_share_{place}",
        inputs=context.nodes((f"battery_served_share.{vehicle}", "access_factor"), at),
        keys=called.keys,
    )


def _access(context: Context, wanted: Field, at: At) -> Node:
    called = _own_site_access(context)
    value = called.value[wanted.column].item()
    keys = {
        "grid_factor": ("energy.access_factor.",),
        "plot_factor": ("energy.usual_yard", "energy.yard_", "points.space_m2."),
    }.get(wanted.column, ())
    if wanted.column == "access_factor":
        names = ["grid_factor", "plot_factor"]
    elif wanted.column == "grid_factor":
        areas = context.own.local("terrain_supply_areas")["supply_area_id"].sort()
        names = [f"{column}.{area}" for area in areas for column in ("match_probability", "status")]
    else:
        names = ["net_ha", "issuable_ha", *(f"vehicles.{vehicle}" for vehicle in VEHICLE_CLASSES)]
    return context.made(
        wanted,
        at,
        value,
        value,
        how="" if wanted.column == "access_factor" else wanted.column,
        formula=f"{{grid_factor}}{TIMES}{{plot_factor}}"
        if wanted.column == "access_factor"
        else "",
        inputs=context.nodes([name for name in names if name in context.fields], at),
        keys=[key for key in called.keys if key.startswith(tuple(keys))],
    )


def _per_vehicle(context: Context, wanted: Field, at: At) -> Node:
    vehicle = wanted.parts["vehicle_class"]
    national = context.own.table("national_electric").filter(vehicle_class=vehicle, **at.key)
    called = context.own.call(estimate_vehicle_energy, national_electric=national, years=[at.year])
    value = called.value[_STORED_AS.get(wanted.column, wanted.column)].item()
    names = (f"national_electric_share.{vehicle}", f"national_distance_age_factor.{vehicle}")
    return context.made(
        wanted,
        at,
        value,
        value,
        how=wanted.column,
        inputs=context.nodes(names, at),
        keys=called.keys,
    )
