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
from forecast.explain.overlay_columns import RD, WHEN, columns_of, key_of, only
from forecast.explain.stored import LAYERS
from forecast.schema import TABLES

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
_READ_BY: Final = {
    "own_plot_share": ("electric_vehicles.van", "electric_vehicles.rigid_truck",
                       "electric_vehicles.tractor", "plot_factor"),
    "companies": ("net_ha", "issuable_ha"),
    "smart_kw_per_company": ("design_peak_kw.depot.smart", "companies"),
    "connection_share": ("smart_kw_per_company",),
    "own_site_from_year": ("fits_from_year_p50.unmanaged",),
    "is_hub_in_reach": ("hub_terrain_id",),
    "hub_reach_km": (),
}  # fmt: skip
"""What single columns read of all that their step takes."""
_KEYS_OF: Final = {
    "own_plot_share": ("energy.own_site_access.", "energy.yard", "energy.usual_", "points.space"),
    "companies": ("plan.hectares_per_company",),
    "smart_kw_per_company": ("plan.companies_with_vehicles_share",),
    "connection_share": ("plan.spare_connection_kw", "plan.company_size_log_sd"),
    "own_site_from_year": (),
    "is_hub_in_reach": (),
    "hub_reach_km": ("hub.reach_km",),
}
"""Beginnings of the assumptions that such a column reads."""
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
_ZONE: Final = "nearest_zone_name"


def overlay_fields(context: Context) -> Iterator[Field]:
    """Return the columns of every table that lies over the terrain."""
    for name in _STEP_TABLES:
        yield from _table_fields(context, name)
    yield from _zone_fields(context)
    for column in columns_of("hubs"):
        if context.stored.local("terrain_hubs")["hub_terrain_id"].drop_nulls().len():
            yield Field(
                f"hub_{column.name}", f"hub_{column.name}", column.unit, partial(_hub, context)
            )


def _table_fields(context: Context, name: str) -> Iterator[Field]:
    """Return the columns of a table by the keys that its rows have besides terrain and time."""
    table = TABLES[name]
    keys = [key for key in table.keys if key not in ("run_id", "terrain_id", *WHEN)]
    rows = context.stored.local(name)
    if "match_probability" in rows.columns:
        rows = rows.sort("match_probability", descending=True)
    parts = rows.select(keys).unique(maintain_order=True).rows(named=True) if keys else [{}]
    for column in columns_of(name):
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
    key = key_of(wanted, at)
    rows = context.stored.at(wanted.table, **key)
    called = context.stored.derived(wanted.table)
    again = called.value.filter(terrain_id=context.terrain_id, **key)
    return context.made(
        wanted,
        at,
        only(rows, wanted.column),
        only(again, wanted.column),
        how=wanted.table,
        inputs=_concerning(context, wanted, at),
        keys=[key for key in called.keys if key.startswith(_KEYS_OF.get(wanted.column, ("",)))],
        details=_rule(context, wanted, at),
    )


def _rule(context: Context, wanted: Field, at: At) -> dict[str, Any]:
    """Return the rule that gave a plan class, and how each test came out."""
    if wanted.column != "plan_class":
        return {}
    from forecast.plan_class import TESTS, scores_of

    stored = context.stored
    scores = scores_of(stored.local("grid_fit"), stored.local("plan_scores"))
    [row] = scores.filter(terrain_id=context.terrain_id, **at.key).rows(named=True)
    base = stored.scenarios.base
    tests = {
        test: f"{row[test]:.3f} {'>=' if row[test] >= base[key] else '<'} {key}"
        for test, key in TESTS.items()
    }
    return {"rule_code": stored.at("plan_class", **at.key)["rule_code"].item(), **tests}


def _concerning(context: Context, wanted: Field, at: At) -> tuple[Node, ...]:
    """Return the figures of the stored tables that the step reads, as far as they concern this."""
    if wanted.column in _READ_BY:
        return context.nodes(
            [name for name in _READ_BY[wanted.column] if name in context.fields], at
        )
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
        return (wanted.table in _PLACED) == each.column.endswith(RD)
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


def _zone_fields(context: Context) -> Iterator[Field]:
    """Return what the table of zones says of the nearest one in force, if any."""
    if _ZONE not in context.stored.local("zone_exposure").columns:
        return
    for column in columns_of("ze_zones"):
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
        None if none else only(context.stored.table("hubs").filter(**key), column),
        None if none else only(called.value.filter(**key), column),
        how="hubs",
        inputs=context.nodes(("hub_terrain_id", "hub_distance_km"), at),
        keys=called.keys,
        details={"hub_terrain_id": hub},
    )
