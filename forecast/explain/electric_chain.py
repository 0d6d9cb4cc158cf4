"""Chains of the electric vehicles of a terrain."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from forecast.explain.context import TIMES, At, Context, Field, unit_of
from forecast.explain.node import Node
from forecast.explain.stored import Called
from forecast.fields import find_field
from forecast.recompute import MODEL_COLUMNS
from forecast.refine import refine_electric
from forecast.vocabulary import ALL_TRUCKS, TRUCK_CLASSES, VEHICLE_CLASSES, group_of

_ENDS = {"electric_vehicles_p10": "log_sd_below", "electric_vehicles_p90": "log_sd_above"}


def electric_fields(context: Context) -> Iterator[Field]:
    """Return the electric vehicles, and every term that they follow from."""
    for name in VEHICLE_CLASSES:
        for column, build in (
            ("electric_vehicles", _electric),
            ("electric_vehicles_p10", _end),
            ("electric_vehicles_p90", _end),
            ("electric_share", _share),
            ("model_electric_share", _model_share),
            ("zone_log_odds", _zone_term),
            ("municipal_log_odds", _municipal_term),
            ("raking_log_odds", _term),
        ):
            yield _field(context, column, name, build, "electric_vehicles")
        yield _field(context, "vehicles_in_year", name, _vehicles, "electric_vehicles", "vehicles")
        for column in _ENDS.values():
            yield Field(
                f"{column}.{name}",
                column,
                "1",
                partial(_log_sd, context),
                parts={"vehicle_class": name},
                has_year=False,
                has_scenario=False,
            )
    for label, names in (("electric_vehicles", VEHICLE_CLASSES), (ALL_TRUCKS, TRUCK_CLASSES)):
        full = label if label == "electric_vehicles" else f"electric_vehicles.{label}"
        parts = {"vehicle_class": label} if label == ALL_TRUCKS else {}
        build = partial(_sum, context, names)
        yield Field(full, "electric_vehicles", "vehicles", build, parts=parts)
    for column in _ENDS:
        yield Field(column, column, "vehicles", partial(_sum, context, VEHICLE_CLASSES))


def _field(
    context: Context, column: str, vehicle_class: str, build: Any, table: str, stored_as: str = ""
) -> Field:
    return Field(
        f"{column}.{vehicle_class}",
        column,
        unit_of(table, stored_as or column),
        partial(build, context),
        table=table,
        parts={"vehicle_class": vehicle_class},
    )


def _row(context: Context, wanted: Field, at: At) -> dict[str, Any]:
    return context.stored.row("electric_vehicles", **at.key, **wanted.parts)


def _sum(context: Context, names: Sequence[str], wanted: Field, at: At) -> Node:
    parts = context.nodes([f"{wanted.column}.{name}" for name in names], at)
    total = sum(_row(context, context.fields[part.field], at)[wanted.column] for part in parts)
    return context.made(
        wanted,
        at,
        total,
        sum(_number(part.recomputed) for part in parts),
        formula=" + ".join(f"{{{part.field}}}" for part in parts),
        inputs=parts,
    )


def _is_model(context: Context, wanted: Field, at: At) -> bool:
    """Return whether the model alone says what part of the vehicles of a class is electric."""
    row = context.stored.row(
        "electric_vehicles", **at.key, vehicle_class=wanted.parts["vehicle_class"]
    )
    return bool(row["electric_share"] == row["model_electric_share"])


def _refined(context: Context, wanted: Field, at: At, inputs: Sequence[str]) -> Node:
    """Return a figure of a terrain where electric vehicles are known, here or nearby."""
    name, column = wanted.parts["vehicle_class"], wanted.column
    code = context.stored.row("terrains")["municipality_code"]

    def again() -> Called:
        fleet = context.stored.table("fleet").filter(municipality_code=code)
        here = fleet.select("terrain_id").unique()
        electric = context.stored.table("electric_vehicles")
        return context.stored.call(
            refine_electric,
            model_electric=electric.join(here, on="terrain_id", how="semi").select(MODEL_COLUMNS),
            fleet=fleet,
        )

    called = context.cached("refined", again)
    here = called.value.filter(terrain_id=context.terrain_id, vehicle_class=name, **at.key)
    row = here.row(0, named=True)
    entries = [
        entry["refinement_id"]
        for entry in context.stored.applied().filter(terrain_id=context.terrain_id).to_dicts()
        if find_field(entry["field"]).kind == "electric"
        and name in find_field(entry["field"]).classes
    ]
    return context.made(
        wanted,
        at,
        _row(context, wanted, at)[column],
        row[column],
        how="refined_electric" if entries else "refined_nearby",
        inputs=context.nodes(inputs, at),
        status="refined",
        details={"refinements": ", ".join(entries)} if entries else {},
    )


def _electric(context: Context, wanted: Field, at: At) -> Node:
    name = wanted.parts["vehicle_class"]
    vehicles, share = inputs = context.nodes(
        (f"vehicles_in_year.{name}", f"electric_share.{name}"), at
    )
    return context.made(
        wanted,
        at,
        _row(context, wanted, at)["electric_vehicles"],
        _number(vehicles.recomputed) * _number(share.recomputed),
        formula=f"{{vehicles_in_year.{name}}}{TIMES}{{electric_share.{name}}}",
        inputs=inputs,
    )


def _vehicles(context: Context, wanted: Field, at: At) -> Node:
    name = wanted.parts["vehicle_class"]
    if not _is_model(context, wanted, at):
        return _refined(
            context,
            replace(wanted, column="vehicles"),
            at,
            (f"vehicles.{name}", f"national_growth_factor.{name}"),
        )
    now, growth = inputs = context.nodes((f"vehicles.{name}", f"national_growth_factor.{name}"), at)
    return context.made(
        wanted,
        at,
        _row(context, wanted, at)["vehicles"],
        _number(now.value) * _number(growth.value),
        formula=f"{{vehicles.{name}}}{TIMES}{{national_growth_factor.{name}}}",
        inputs=inputs,
    )


def _share(context: Context, wanted: Field, at: At) -> Node:
    name = wanted.parts["vehicle_class"]
    if not _is_model(context, wanted, at):
        return _refined(context, wanted, at, (f"model_electric_share.{name}",))
    return replace(
        _model_share(context, wanted, at), value=_row(context, wanted, at)["electric_share"]
    )


def _model_share(context: Context, wanted: Field, at: At) -> Node:
    from models.allocation import shift_share

    name = wanted.parts["vehicle_class"]
    nation, *terms = inputs = context.nodes(
        (
            f"national_electric_share.{name}",
            f"zone_log_odds.{name}",
            f"municipal_log_odds.{name}",
            f"raking_log_odds.{name}",
        ),
        at,
    )
    scenario = context.scenarios[at.scenario]
    ceiling = f"adoption.ceiling.{group_of(name)}"
    again = shift_share(
        _number(nation.value),
        sum(_number(term.value) for term in terms),
        ceiling=scenario[ceiling],
    )
    shifts = " + ".join(f"{{{term.field}}}" for term in terms)
    return context.made(
        wanted,
        at,
        _row(context, wanted, at)["model_electric_share"],
        float(again),
        formula=f"L expit(logit({{{nation.field}}} / L) + {shifts}), L = {{={ceiling}}}",
        inputs=inputs,
        keys=[ceiling],
        of=scenario,
    )


def _end(context: Context, wanted: Field, at: At) -> Node:
    from forecast.adoption import band_factor

    name, end = wanted.parts["vehicle_class"], wanted.column
    if not _is_model(context, wanted, at):
        return _refined(context, wanted, at, (f"electric_vehicles.{name}",))
    middle, outer, inner, doubt = inputs = context.nodes(
        (
            f"electric_vehicles.{name}",
            f"national_{end}.{name}",
            f"national_electric_vehicles.{name}",
            f"{_ENDS[end]}.{name}",
        ),
        at,
    )
    ratio = _number(outer.value) / _number(inner.value)
    is_low = ratio < 1
    factor = float(band_factor(1 / ratio if is_low else ratio, _number(doubt.value)))
    sign = "-" if is_low else ""
    return context.made(
        wanted,
        at,
        _row(context, wanted, at)[end],
        _number(middle.recomputed) * factor ** (-1 if is_low else 1),
        formula=f"{{{middle.field}}}{TIMES}exp({sign}z hypot(ln({{{outer.field}}} / "
        f"{{{inner.field}}}) / z, {{{doubt.field}}})), z = 1.2816",
        inputs=inputs,
    )


def _log_sd(context: Context, wanted: Field, at: At) -> Node:
    name = wanted.parts["vehicle_class"]
    basis = context.stored.row("fleet", vehicle_class=name)["basis"]
    if basis != "modelled":
        return context.made(wanted, at, 0.0, 0.0, how="counted", status="refined")
    called = context.stored.derived("class_weights")
    row = called.value.filter(terrain_id=context.terrain_id, vehicle_class=name)
    value = row[wanted.column].item()
    keys = {"fleet.terrain_log_sd"} & called.keys
    return context.made(wanted, at, value, value, how="log_sd", keys=keys)


def _term(context: Context, wanted: Field, at: At) -> Node:
    return context.leaf(
        wanted, at, _row(context, wanted, at)[wanted.column], status="modelled", how=wanted.column
    )


def _zone_term(context: Context, wanted: Field, at: At) -> Node:
    name = wanted.parts["vehicle_class"]
    exposure = [
        each.name
        for each in context.fields.values()
        if each.column == "zone_exposure_factor" and each.parts.get("vehicle_class", name) == name
    ]
    return context.leaf(
        wanted,
        at,
        _row(context, wanted, at)["zone_log_odds"],
        status="modelled",
        how="zone_log_odds",
        inputs=context.nodes(exposure, at),
        keys=[key for key in context.scenarios.base if "ze_zone" in key.split(".")],
    )


def _municipal_term(context: Context, wanted: Field, at: At) -> Node:
    name = wanted.parts["vehicle_class"]
    code = context.stored.row("terrains")["municipality_code"]
    rows = context.stored.table("municipal_shift").filter(
        municipality_code=code, vehicle_class=name, year=at.year
    )
    row = rows.row(0, named=True)
    keys = [key for key in context.scenarios.base if key.startswith("sector.")]
    return context.made(
        wanted,
        at,
        _row(context, wanted, at)["municipal_log_odds"],
        row["log_odds_shift"],
        how=f"municipal_log_odds_{row['shift_basis']}",
        keys=keys if row["shift_basis"] == "sectors" else (),
        details={
            "municipality_code": code,
            "shift_basis": row["shift_basis"],
            "counted_until": row["counted_until"],
        },
    )


def _number(value: Any) -> float:
    return float(value)
