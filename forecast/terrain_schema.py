"""JSON Schema of what `terrain --json` prints, made from the classes and columns behind it."""

from __future__ import annotations

import types
from dataclasses import is_dataclass
from datetime import date, datetime
from typing import Any, Final, Union, get_args, get_origin, get_type_hints

from forecast import report_rows, run_info, terrain_report, zone_figures
from forecast.few_sessions import FewSessions
from forecast.fields import FIELDS
from forecast.footprints import FOOTPRINTS
from forecast.meter.rooms import MeteredRoom
from forecast.refinement_sources import RESTS
from forecast.schema import TABLES
from forecast.terrain_record import FORMAT, UNITS
from forecast.vocabulary import (
    COUNTED_PER,
    LOCATION_TYPES,
    ON_TERRAIN,
    PLAN_CLASSES,
    POWER_CLASSES_KW,
    POWER_STRATEGIES,
    SCENARIOS,
    VEHICLE_CLASSES,
    ZONE_GEOMETRIES,
    ZONE_RELATIONS,
)

Schema = dict[str, Any]

_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_QUARTERS: Final = 96
_CODES: Final[dict[str, tuple[Any, ...]]] = {
    "scenario": SCENARIOS,
    "strategy": POWER_STRATEGIES,
    "location_type": (*LOCATION_TYPES, ON_TERRAIN),
    "vehicle_class": VEHICLE_CLASSES,
    "field": tuple(FIELDS),
    "municipal_rest": RESTS,
    "plan_class": PLAN_CLASSES,
    "class_with_smart": PLAN_CLASSES,
    "power_class_kw": POWER_CLASSES_KW,
    "zone_relation": ZONE_RELATIONS,
    "nearest_zone_geometry_quality": ZONE_GEOMETRIES,
    "footprint_quality": FOOTPRINTS,
    "vehicles_counted_per": COUNTED_PER,
}
"""Closed lists, by the name of what they are allowed in."""
_BASES: Final = ("modelled", "refined")
_PLAIN: Final[dict[object, Schema]] = {
    str: {"type": "string"},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": "number"},
    type(None): {"type": "null"},
    datetime: {"type": "string", "description": "UTC, as 2026-01-31 12:00:00"},
    date: {"type": "string", "format": "date"},
}
_MEANINGS: Final = {
    column.name: column.meaning for table in TABLES.values() for column in table.columns
}
_SAID: Final = {
    "format": "name and version of this layout",
    "units": "unit of every number, by its name",
    "run": "the run that the figures come from",
    "terrain": "what the register says, and the ground: an outline, else a schematic circle",
    "quality": "what is known of the place and of the figures",
    "metered_room": "in contracts of companies that gave meter data, added; null where none did",
    "refinements": "corrections by advisers, newest last",
    "without_refinements": "what the model says; figures: of terrains that are refined themselves",
    "vehicles": "based here today, per vehicle class",
    "fleet_basis": "whether that number is modelled or refined",
    "key_figures": "all vehicles, and the energy charged at depots and hub, with their bands",
    "electric_vehicles": "per vehicle class, with their bands",
    "energy": "of the vehicles based here, by where they charge",
    "power": "peaks per location type and strategy; on_terrain is depots and hub together",
    "power_bands": "bands of the design peak of depots and hub together",
    "day_curves": "mean winter working day of depots and hub together",
    "few_sessions": "years with less than one session a day, where peaks are a share of a charger",
    "charge_points": "expected at the depots",
    "hubs": "the shared hub that serves the terrain, in the years that have one",
    "zones": "zero-emission zones around the terrain",
    "supply_areas": "areas that the terrain may lie in, likeliest first",
    "grid_fit": "probabilities that the added power fits",
    "plan_class": "plan class, the rule that gave it and what would change it",
    "fit_years": "year from which the added power fits for good; empty: not before 2050",
}


def terrain_schema() -> Schema:
    """Return the schema (draft 2020-12); it allows no names beside those it describes."""
    parts = _about() | _charging() | _surroundings()
    return {
        "$schema": _DIALECT,
        "title": "laadvraag terrain --json",
        "description": "Everything that laadvraag tells of one business park.",
        **_object({name: part | {"description": _SAID[name]} for name, part in parts.items()}),
    }


def _about() -> dict[str, Schema]:
    """Return the parts on run, terrain, and what advisers and the model say of its fleet."""
    by_class = _object({name: _value(name, int) for name in VEHICLE_CLASSES})
    basis = _object({name: {"enum": list(_BASES)} for name in VEHICLE_CLASSES})
    without_refinements = {
        "vehicles": by_class,
        "electric_vehicles": _rows(
            _keyed({}, "year", "scenario", "vehicle_class", "electric_vehicles")
        ),
        "figures": _rows(_keyed(_of_class(report_rows.ModelPeaks), "year", "scenario")),
    }
    return {
        "format": {"const": FORMAT},
        "units": _object({name: {"const": unit} for name, unit in UNITS.items()}),
        "run": _of_class(run_info.RunInfo),
        "terrain": _of_class(terrain_report.TerrainFacts),
        "quality": _quality(basis),
        "metered_room": {"anyOf": [_of_class(MeteredRoom), {"type": "null"}]},
        "refinements": _rows(_of_class(terrain_report.Refinement)),
        "without_refinements": _object(without_refinements),
        "vehicles": by_class,
        "fleet_basis": basis,
    }


def _quality(basis: Schema) -> Schema:
    return _object(
        {
            "location_quality": _value("location_quality", str),
            "footprint_quality": _value("footprint_quality", str),
            "issue_codes": {"type": "array", "items": {"type": "string"}},
            "register": {"const": "observed"},
            "vehicles": basis,
            "municipal_counts": {
                "description": "imported counts behind the totals; null: the embedded ones",
                "anyOf": [_of_class(run_info.ImportedFile), {"type": "null"}],
            },
            "all_other_figures": {"const": "modelled"},
            "band": {"type": "string"},
        }
    )


def _charging() -> dict[str, Schema]:
    """Return the parts on vehicles, energy and power."""
    vehicles = _banded("electric_vehicles")
    energy = _banded("on_terrain_energy_kwh_per_year")
    power = _of_class(report_rows.PowerFigures)
    curve = {
        "type": "array",
        "items": {"type": "number"},
        "minItems": _QUARTERS,
        "maxItems": _QUARTERS,
        "description": _described("mean_kw"),
    }
    return {
        "key_figures": _rows(_keyed({}, "year", "scenario", *vehicles, *energy)),
        "electric_vehicles": _rows(_keyed({}, "year", "scenario", "vehicle_class", *vehicles)),
        "energy": _rows(_keyed({}, "year", "scenario", "location_type", "energy_kwh_per_year")),
        "power": _rows(_keyed(power, "year", "scenario", "location_type", "strategy")),
        "power_bands": _rows(
            _keyed({}, "year", "scenario", "strategy", *_banded("design_peak_kw")[1:])
        ),
        "day_curves": _rows(_keyed(_object({"mean_kw": curve}), "year", "scenario", "strategy")),
        "few_sessions": _keyed(_of_class(FewSessions), "scenario"),
    }


def _surroundings() -> dict[str, Schema]:
    """Return the parts on points, hubs, zones and grid."""
    points = _object({"charge_points": _value("charge_points", float)})
    return {
        "charge_points": _rows(_keyed(points, "year", "scenario", "power_class_kw")),
        "hubs": _rows(_keyed(_of_class(report_rows.HubFigures), "year", "scenario")),
        "zones": _rows(_keyed(_of_class(zone_figures.ZoneFigures), "year")),
        "supply_areas": _rows(_of_class(report_rows.CandidateArea)),
        "grid_fit": _rows(_keyed(_of_class(report_rows.GridFit), "year", "scenario", "strategy")),
        "plan_class": _rows(_keyed(_of_class(report_rows.PlanVerdict), "year", "scenario")),
        "fit_years": _rows(_keyed(_of_class(report_rows.FitYears), "scenario", "strategy")),
    }


def _object(properties: dict[str, Schema]) -> Schema:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _rows(item: Schema) -> Schema:
    return {"type": "array", "items": item}


def _keyed(item: Schema, *names: str) -> Schema:
    """Return an object with names added in front whose types follow from their names."""
    texts = ("scenario", "strategy", "location_type", "vehicle_class")
    whole = ("year", "power_class_kw")
    added = {
        name: _value(name, str if name in texts else int if name in whole else float)
        for name in names
    }
    return _object(added | item.get("properties", {}))


def _banded(name: str) -> tuple[str, str, str]:
    return name, f"{name}_p10", f"{name}_p90"


def _of_class(kind: Any) -> Schema:
    """Return the schema of a dataclass or named tuple as an object of JSON."""
    return _object({name: _value(name, hint) for name, hint in get_type_hints(kind).items()})


def _value(name: str, hint: Any) -> Schema:
    found = _typed(name, hint)
    if name in _CODES and found.get("type") == "string":
        found = {"enum": list(_CODES[name])}
    elif name in _CODES and "anyOf" in found:
        found = {"enum": [*_CODES[name], None]}
    if said := _described(name):
        found = {"description": said} | found
    return found


def _typed(name: str, hint: Any) -> Schema:
    if is_dataclass(hint):
        return _of_class(hint)
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return {"anyOf": [_typed(name, argument) for argument in arguments]}
    if origin is tuple:
        return {"type": "array", "items": _typed(name, arguments[0])}
    if origin is dict and (is_dataclass(arguments[1]) or arguments[1] is float):
        # By vehicle class, of which some may be absent.
        inner = _typed(name, arguments[1])
        properties = dict.fromkeys(VEHICLE_CLASSES, inner)
        return {"type": "object", "properties": properties, "additionalProperties": False}
    if origin is dict:
        return {"type": "object", "additionalProperties": _typed(name, arguments[1])}
    return dict(_PLAIN[hint])


def _described(name: str) -> str:
    meaning, unit = _MEANINGS.get(name, ""), UNITS.get(name, "")
    return f"{meaning} [{unit}]".strip() if unit else meaning
