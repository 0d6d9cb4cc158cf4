"""What the nation gives to the electric vehicles of a terrain: growth, share, and their band."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from forecast.explain.context import At, Context, Field, unit_of
from forecast.explain.node import Node
from forecast.vocabulary import ALL_TRUCKS, VEHICLE_CLASSES, group_of

_PREFIX = "national_"
_COLUMNS = (
    "growth_factor",
    "electric_share",
    "distance_age_factor",
    "electric_vehicles",
    "electric_vehicles_p10",
    "electric_vehicles_p90",
)
_SERIES = {"van": "vans_electric", ALL_TRUCKS: "trucks_electric"}


def national_fields(context: Context) -> Iterator[Field]:
    """Return the figures of `national_electric`, per vehicle class."""
    for name in VEHICLE_CLASSES:
        for column in _COLUMNS:
            yield Field(
                f"{_PREFIX}{column}.{name}",
                f"{_PREFIX}{column}",
                unit_of("national_electric", column),
                partial(_nation, context),
                table="national_electric",
                parts={"vehicle_class": name},
            )


def _nation(context: Context, wanted: Field, at: At) -> Node:
    name = wanted.parts["vehicle_class"]
    column = wanted.column.removeprefix(_PREFIX)
    table = context.stored.table("national_electric")
    row = table.filter(vehicle_class=name, **at.key).row(0, named=True)
    group = group_of(name)
    if column == "growth_factor":
        keys = [f"fleet.growth_per_year.{name}"]
    else:
        other = {"van", ALL_TRUCKS, *VEHICLE_CLASSES} - {group, name}
        keys = [
            key
            for key in context.scenarios.base
            if key.startswith("adoption.") and not other & set(key.split("."))
        ]
    if column == "distance_age_factor":
        keys = [
            key
            for key in context.scenarios.base
            if key.startswith(f"energy.distance_at_age.{group}.")
        ]
    return context.leaf(
        wanted,
        at,
        row[column],
        status="modelled",
        how="national_growth" if column == "growth_factor" else "national_fit",
        table="fleet_history",
        keys=keys,
        details=_counts(context, group),
    )


def _counts(context: Context, group: str) -> dict[str, Any]:
    """Return the last published counts of electric vehicles, by date and source."""
    rows = context.stored.table("fleet_history").filter(series=_SERIES[group]).sort("date").tail(3)
    return {
        f"{row['series']} {row['date']} ({row['source']})": row["value"]
        for row in rows.iter_rows(named=True)
    }
