"""Chains of the supply areas that a terrain may belong to: what is published, what follows.

The step that made a table is called once more on what concerns one area alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any, Final

from forecast.explain.context import At, Context, Field
from forecast.explain.node import Node
from forecast.explain.overlay_columns import RD, WHEN, columns_of, key_of, only
from forecast.explain.stored import LAYERS, Called
from forecast.schema import TABLES

_AREA_TABLES: Final = ("area_power", "area_fit")
"""Tables with rows per supply area, each made by the step of its name."""
_PER_AREA_ONLY: Final = "fit_of_areas"
"""A step that stores nothing itself, and works on each supply area apart."""


def area_fields(context: Context) -> Iterator[Field]:
    """Return the published and computed figures of each candidate area, the likeliest first."""
    rows = context.stored.local("terrain_supply_areas").sort(
        "match_probability", "supply_area_id", descending=[True, False]
    )
    for area in rows["supply_area_id"]:
        for column in columns_of("supply_areas"):
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
    keys = [key for key in TABLES[table].keys if key not in ("run_id", *WHEN)]
    rows = context.stored.of_area(table, area)
    for part in rows.select(keys).unique(maintain_order=True).rows(named=True):
        others = [str(value) for name, value in part.items() if name != "supply_area_id"]
        for column in columns_of(table):
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
    return [column.name for column in columns_of(table)]


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
    key = key_of(wanted, at)
    below = (_AREA_TABLES[0], "supply_areas") if table != _AREA_TABLES[0] else ()
    return context.made(
        wanted,
        at,
        only(context.stored.of_area(table, area).filter(**key), wanted.column),
        only(called.value.filter(**key), wanted.column),
        how=table,
        inputs=context.nodes(
            [
                each.name
                for each in context.fields.values()
                if each.table in below
                and each.parts["supply_area_id"] == area
                and each.parts.get("strategy") in (None, wanted.parts["strategy"])
                and not each.column.endswith(RD)
            ],
            at,
        ),
        keys=called.keys,
        of=context.stored.scenarios.base,
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
