"""Sentences on the zones around a terrain, for the terminal and the factsheet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from forecast.terrain_report import is_zone_distance_known
from forecast.vocabulary import VEHICLE_CLASSES

if TYPE_CHECKING:
    from forecast.terrain_report import TerrainReport
    from forecast.words import Words
    from forecast.zone_figures import ZoneClassFigures, ZoneFigures

ALL_INSIDE: Final = 0.995
"""Part of a terrain from which it is told to lie inside a zone: 99 % is still told."""
LEAST_TOLD: Final = 0.005
"""Part below which only a border is shared."""


def zone_sentence(report: TerrainReport, year: int, words: Words) -> str:
    """Return the nearest zone, and per class its relation to zones and the advance in years."""
    zone = report.zones.get(year)
    if zone is None or zone.nearest_zone_name is None:
        return words("zones.none", year=year)
    advances = (
        words("zones.sheet_advance", **_advance(name, zone.by_class[name], words))
        for name in VEHICLE_CLASSES
    )
    return words(
        "zones.sheet",
        year=year,
        place=_place(zone, report.terrain.location_quality, words),
        start=_start(zone, words),
        relations=_relations(zone, words),
        advances=", ".join(advances),
    )


def _relations(zone: ZoneFigures, words: Words) -> str:
    """Return the relation, once where it is the same for every class."""
    told = {
        name: words(f"zones.relation.{zone.by_class[name].zone_relation}")
        for name in VEHICLE_CLASSES
    }
    if len(set(told.values())) == 1:
        return told[VEHICLE_CLASSES[0]].capitalize()
    return "; ".join(
        words(
            "zones.sheet_relation",
            vehicles=words(f"common.vehicle_class.{name}"),
            relation=relation,
        )
        for name, relation in told.items()
    )


def _advance(name: str, figures: ZoneClassFigures, words: Words) -> dict[str, str]:
    years = {
        "years": figures.zone_advance_years,
        "low": figures.zone_advance_years_low,
        "high": figures.zone_advance_years_high,
    }
    told = {
        key: words("common.unknown") if value is None else words.number(value, 1)
        for key, value in years.items()
    }
    return {"vehicles": words(f"common.vehicle_class.{name}"), **told}


def _start(zone: ZoneFigures, words: Words) -> str:
    start = zone.nearest_zone_start_date
    return words.date(start) if start else words("common.unknown")


def _place(zone: ZoneFigures, location_quality: str, words: Words) -> str:
    distance_km = zone.nearest_zone_distance_km or 0.0
    name = zone.nearest_zone_name
    if not is_zone_distance_known(location_quality, distance_km):
        return words("common.zone_vague", name=name)
    edge = words(f"zones.edge.{zone.nearest_zone_geometry_quality}")
    share = 1.0 if zone.nearest_zone_share is None else zone.nearest_zone_share
    if distance_km == 0:
        key = "inside" if share >= ALL_INSIDE else "partly" if share >= LEAST_TOLD else "touching"
        return words(f"zones.{key}", name=name, share=words.number(100 * share), edge=edge)
    return words("zones.distance", name=name, distance=words.number(distance_km, 1), edge=edge)
