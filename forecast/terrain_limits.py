"""What is known of a terrain that a value of an adviser must not contradict."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from forecast.entry_errors import FieldError
from forecast.errors import UnknownNameError
from forecast.run_info import latest_run
from forecast.settings import Setting, check_together
from forecast.spoken import Label, Together, say
from forecast.vocabulary import MID_SCENARIO, VEHICLE_CLASSES

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class TerrainLimits:
    """A terrain as the model has it, without any refinement.

    Attributes
    ----------
    reference_year
        Year that the register describes.
    vehicles
        Based here today, per vehicle class.
    growth
        Vehicles of a class at the end of a year over those of today, per (class, year); 2025 to
        2050.
    """

    terrain_id: str
    terrain_name: str
    reference_year: int
    vehicles: Mapping[str, float]
    growth: Mapping[tuple[str, int], float]


def read_limits(connection: duckdb.DuckDBPyConnection, terrain_id: str) -> TerrainLimits:
    """Return what the last run and the register know of a terrain.

    Raises
    ------
    UnknownNameError
        If the register holds no such terrain.
    """
    facts = connection.execute(
        "SELECT terrain_name, reference_year FROM terrains WHERE terrain_id = ?", [terrain_id]
    ).fetchall()
    if not facts:
        raise UnknownNameError("register_rin", terrain_id, [])
    last = latest_run(connection).run_id
    vehicles = connection.execute(
        "SELECT vehicle_class, model_vehicles FROM fleet WHERE run_id = ? AND terrain_id = ?",
        [last, terrain_id],
    ).fetchall()
    growth = connection.execute(
        "SELECT vehicle_class, year, growth_factor FROM national_electric "
        "WHERE run_id = ? AND scenario = ?",
        [last, MID_SCENARIO],
    ).fetchall()
    [(name, year)] = facts
    return TerrainLimits(
        terrain_id,
        name,
        year,
        {name: float(count) for name, count in vehicles},
        {(row[0], row[1]): row[2] for row in growth},
    )


def check_against_terrain(settings: Iterable[Setting], limits: TerrainLimits) -> None:
    """Refuse settings that contradict each other or the terrain, such as more electric than all.

    Raises
    ------
    FieldError
        With both numbers and where each comes from.
    """
    found = check_together(settings)
    totals = vehicles_today(found, limits)
    for setting in found:
        if setting.field.kind != "electric" or setting.year is None:
            continue
        most = most_in_year(totals, limits, setting.field.classes, setting.year)
        if float(setting.value) > most:
            of = setting.field.classes
            is_set = any(totals[name] != limits.vehicles.get(name, 0.0) for name in of)
            raise FieldError(
                "more_electric_than_all",
                name=setting.spoken_name,
                value=float(setting.value),
                most=float(most),
                classes=Together([Label("common.vehicle_class", name) for name in of]),
                year=setting.year,
                known=say(
                    "refusals.field.known_entered" if is_set else "refusals.field.known_model",
                    today=float(round(sum(totals[name] for name in of))),
                ),
            )


def vehicles_today(settings: Iterable[Setting], limits: TerrainLimits) -> dict[str, float]:
    """Return the vehicles of each class with settings laid over the model, in their order."""
    totals = {name: limits.vehicles.get(name, 0.0) for name in VEHICLE_CLASSES}
    for setting in settings:
        if setting.field.kind == "vehicles":
            totals |= _split(float(setting.value), setting.field.classes, limits.vehicles)
    return totals


def most_in_year(
    totals: Mapping[str, float], limits: TerrainLimits, classes: Iterable[str], year: int
) -> int:
    """Return how many vehicles of some classes there can be in a year: those of today, grown."""
    return round(
        sum(totals[name] * max(limits.growth.get((name, year), 1.0), 1.0) for name in classes)
    )


def _split(
    value: float, classes: tuple[str, ...], vehicles: Mapping[str, float]
) -> dict[str, float]:
    """Return a number for several classes over them, as the model has them."""
    together = sum(vehicles.get(name, 0.0) for name in classes)
    return {
        name: value * (vehicles.get(name, 0.0) / together if together else 1 / len(classes))
        for name in classes
    }
