"""Chains of what lies over a terrain: zones, supply areas, hubs, grid fit and plan class.

One mechanism for all of them: the step that made a table is called once more on the stored tables
that it asks for, and the row of the terrain is taken. What of those tables concerns the terrain are
the inputs. So a rule may change without a word here.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any, Final

import polars as pl

from forecast.explain.context import At, Context, Field
from forecast.explain.node import Node
from forecast.explain.stored import LAYERS, Called
from forecast.schema import TABLES, Column

_STEP_TABLES: Final = (
    "zone_exposure",
    "terrain_supply_areas",
    "grid_fit",
    "fit_years",
    "plan_scores",
    "plan_class",
    "terrain_hubs",
)
"""Tables with rows per terrain, each made by the step of its name."""
_PER_AREA_ONLY: Final = "fit_of_areas"
"""A step that stores nothing itself, and works on each supply area apart."""
_WHEN: Final = ("year", "scenario")
_READ_BY_CLASS: Final = (
    "known_probability.unmanaged",
    "fits_after_queue_probability.unmanaged",
    "relief_probability.unmanaged",
    "fits_probability.smart",
    "fits_after_queue_probability.smart",
    "own_plot_share",
    "connection_share",
    "fits_from_year_p50.unmanaged",
    "hub_terrain_id",
)
"""What the rules of the plan class read, in the order in which they ask."""
_PLACE: Final = ("x_rd_m", "y_rd_m", "location_quality")
"""Columns of the register that say where a terrain is."""
_PLACED: Final = ("zone_exposure", "terrain_supply_areas", "terrain_hubs")
_AREA_TABLES: Final = ("area_power", "area_fit")
"""Tables with rows per supply area, each made by the step of its name."""
_LAYOUT: Final = ("edition_id", "x_rd_m", "y_rd_m", "outline_wkt")
_RD: Final = "_rd_m"
_ZONE: Final = "nearest_zone_name"


def overlay_fields(context: Context) -> Iterator[Field]:
    """Return the columns of every table that lies over the terrain."""
    for name in _STEP_TABLES:
        yield from _table_fields(context, name)
    yield from _area_fields(context)
    yield from _zone_fields(context)
    for column in _columns("hubs"):
        if context.stored.local("terrain_hubs")["hub_terrain_id"].drop_nulls().len():
            yield Field(
                f"hub_{column.name}", f"hub_{column.name}", column.unit, partial(_hub, context)
            )


def _columns(table: str) -> Iterator[Column]:
    for column in TABLES[table].columns:
        if not column.is_key and column.name not in _LAYOUT and column.dtype != "Floats":
            yield column


def _table_fields(context: Context, name: str) -> Iterator[Field]:
    """Return the columns of a table by the keys that its rows have besides terrain and time."""
    table = TABLES[name]
    keys = [key for key in table.keys if key not in ("run_id", "terrain_id", *_WHEN)]
    rows = context.stored.local(name)
    if "match_probability" in rows.columns:
        rows = rows.sort("match_probability", descending=True)
    parts = rows.select(keys).unique(maintain_order=True).rows(named=True) if keys else [{}]
    for column in _columns(name):
        for part in parts:
            yield Field(
                ".".join([column.name, *(str(value) for value in part.values())]),
                column.name,
                column.unit,
                partial(_row, context),
                name,
                part,
                has_year="year" in table.keys,
                has_scenario="scenario" in table.keys,
            )


def _row(context: Context, wanted: Field, at: At) -> Node:
    """Return a column of the terrain's row, and the same of the step called once more."""
    key = _key(wanted, at)
    rows = context.stored.at(wanted.table, **key)
    called = context.stored.derived(wanted.table)
    again = called.value.filter(terrain_id=context.terrain_id, **key)
    return context.made(
        wanted,
        at,
        _only(rows, wanted.column),
        _only(again, wanted.column),
        how=wanted.table,
        inputs=_concerning(context, wanted, at),
        keys=called.keys,
    )


def _key(wanted: Field, at: At) -> dict[str, Any]:
    keys = TABLES[wanted.table].keys
    return {**wanted.parts, **{name: value for name, value in at.key.items() if name in keys}}


def _only(rows: pl.DataFrame, column: str) -> Any:
    return rows[column].item() if rows.height else None


def _concerning(context: Context, wanted: Field, at: At) -> tuple[Node, ...]:
    """Return the figures of the stored tables that the step reads, as far as they concern this."""
    if wanted.table == "plan_class":
        return context.nodes([name for name in _READ_BY_CLASS if name in context.fields], at)
    tables = _stored_inputs(wanted.table)
    return tuple(
        context.node(each.name, at)
        for each in list(context.fields.values())
        if each.table in tables
        and each.table != wanted.table
        and _is_read(each, wanted)
        and all(wanted.parts.get(name, value) == value for name, value in each.parts.items())
    )


def _is_read(each: Field, wanted: Field) -> bool:
    """Return whether a table that says where things are bears on the figure with this column."""
    if (wanted.table, each.table) == ("grid_fit", "area_fit"):
        # A mean of the same column; whether an area is known shows in any of its chances.
        column = wanted.column.replace("known_probability", "fits_probability")
        return each.column == column
    if (wanted.table, each.table) == ("grid_fit", "terrain_supply_areas"):
        return each.column == "match_probability"
    if each.table == "terrains":
        return wanted.table in _PLACED and each.column in _PLACE
    if each.table == "supply_areas":
        return (wanted.table in _PLACED) == each.column.endswith(_RD)
    return True


def _stored_inputs(output: str) -> set[str]:
    """Return the stored tables that a step reads, itself or through steps that store nothing."""
    from forecast.pipeline import STEPS

    by_output = {step.output: step for step in STEPS}
    found: set[str] = set()
    waiting = list(by_output[output].inputs)
    while waiting:
        name = waiting.pop()
        if name in TABLES and TABLES[name].layer in LAYERS:
            found.add(name)
        elif name == "terrain_sessions":
            found.add("charging_sessions")
        elif name == "charging":
            found.add("session_types")
        elif name in by_output:
            waiting += by_output[name].inputs
    return found


def _area_fields(context: Context) -> Iterator[Field]:
    """Return the published and computed figures of each candidate area, the likeliest first."""
    rows = context.stored.local("terrain_supply_areas").sort(
        "match_probability", "supply_area_id", descending=[True, False]
    )
    for area in rows["supply_area_id"]:
        for column in _columns("supply_areas"):
            yield Field(
                f"{column.name}.{area}",
                column.name,
                column.unit,
                partial(_published, context),
                "supply_areas",
                {"supply_area_id": area},
                has_year=False,
                has_scenario=False,
            )
        for table in _AREA_TABLES:
            yield from _computed_for_area(context, table, area)


def _computed_for_area(context: Context, table: str, area: str) -> Iterator[Field]:
    """Return the columns of a table of supply areas, per strategy."""
    keys = [key for key in TABLES[table].keys if key not in ("run_id", *_WHEN)]
    rows = context.stored.of_area(table, area)
    for part in rows.select(keys).unique(maintain_order=True).rows(named=True):
        others = [str(value) for name, value in part.items() if name != "supply_area_id"]
        for column in _columns(table):
            # The same figure stands in both tables; the first one computes it.
            if table != _AREA_TABLES[0] and column.name in _column_names(_AREA_TABLES[0]):
                continue
            yield Field(
                ".".join([column.name, area, *others]),
                column.name,
                column.unit,
                partial(_area, context),
                table,
                part,
            )


def _column_names(table: str) -> list[str]:
    return [column.name for column in _columns(table)]


def _published(context: Context, wanted: Field, at: At) -> Node:
    row = context.stored.table("supply_areas").filter(**wanted.parts)
    value = row[wanted.column].item()
    return context.leaf(
        wanted,
        at,
        value,
        status="derived" if wanted.column == "status" else "published",
        table="supply_areas",
    )


def _area(context: Context, wanted: Field, at: At) -> Node:
    """Return a figure of a supply area: its step called on what concerns this area alone."""
    area, table = wanted.parts["supply_area_id"], wanted.table
    called = context.cached(f"{table} {area}", lambda: _call_for_area(context, area, table))
    key = _key(wanted, at)
    below = (_AREA_TABLES[0], "supply_areas") if table != _AREA_TABLES[0] else ()
    return context.made(
        wanted,
        at,
        _only(context.stored.of_area(table, area).filter(**key), wanted.column),
        _only(called.value.filter(**key), wanted.column),
        how=table,
        inputs=context.nodes(
            [
                each.name
                for each in context.fields.values()
                if each.table in below
                and each.parts["supply_area_id"] == area
                and each.parts.get("strategy") in (None, wanted.parts["strategy"])
                and not each.column.endswith(_RD)
            ],
            at,
        ),
        keys=called.keys,
        details={"terrains": context.stored.terrains_of(area).len()},
    )


def _call_for_area(context: Context, area: str, output: str) -> Called:
    """Return the output of a step from what concerns one area, steps that store nothing too."""
    from forecast.pipeline import STEPS

    by_output = {step.output: step for step in STEPS}
    stored = context.stored
    given: dict[str, Any] = {}
    before: frozenset[str] = frozenset()
    for name in by_output[output].inputs:
        if name == "terrain_sessions" or (name in TABLES and TABLES[name].layer in LAYERS):
            frame = stored.named(name)
            if "supply_area_id" in frame.columns:
                frame = frame.filter(supply_area_id=area)
            elif "terrain_id" in frame.columns:
                frame = frame.join(stored.terrains_of(area).to_frame(), on="terrain_id", how="semi")
            given[name] = frame
        elif name == _PER_AREA_ONLY:
            nested = _call_for_area(context, area, name)
            given[name], before = nested.value, before | nested.keys
    called = stored.call(by_output[output].function, **given)
    return Called(called.value, called.own, called.before | before)


def _zone_fields(context: Context) -> Iterator[Field]:
    """Return what the table of zones says of the nearest one in force, if any."""
    if _ZONE not in context.stored.local("zone_exposure").columns:
        return
    for column in _columns("ze_zones"):
        name = f"nearest_zone_{column.name}"
        yield Field(
            name, name, column.unit, partial(_zone, context, column.name), has_scenario=False
        )


def _zone(context: Context, column: str, wanted: Field, at: At) -> Node:
    names = context.stored.at("zone_exposure", year=at.year)[_ZONE].unique()
    rows = context.stored.table("ze_zones").filter(pl.col("zone_name").is_in(names.implode()))
    return context.leaf(
        wanted,
        at,
        rows[column].first() if rows.height else None,
        status="published",
        table="ze_zones",
        details={"zone_name": rows["zone_name"].first() if rows.height else None},
    )


def _hub(context: Context, wanted: Field, at: At) -> Node:
    """Return a figure of the hub that serves the terrain."""
    served = context.stored.row("terrain_hubs", **at.key)
    hub = served["hub_terrain_id"]
    column = wanted.column.removeprefix("hub_")
    called = context.stored.derived("hubs")
    key = {"terrain_id": hub, **at.key}
    none = hub is None
    return context.made(
        wanted,
        at,
        None if none else _only(context.stored.table("hubs").filter(**key), column),
        None if none else _only(called.value.filter(**key), column),
        how="hubs",
        inputs=context.nodes(("hub_terrain_id", "hub_distance_km"), at),
        keys=called.keys,
        details={"hub_terrain_id": hub},
    )
