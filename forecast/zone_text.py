"""Sentences on the zones around a terrain, the same on the terminal and on the factsheet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecast.query import is_zone_distance_known
from forecast.vocabulary import VEHICLE_CLASSES

if TYPE_CHECKING:
    from forecast.query import TerrainReport
    from forecast.words import Words
    from forecast.zone_figures import ZoneFigures


def nearest_zone(report: TerrainReport, year: int, words: Words) -> str:
    """Return which zone is nearest, how far its edge, what the edge is, and since when."""
    zone = report.zones.get(year)
    if zone is None or zone.nearest_zone_name is None:
        return words("zones.none", year=year)
    start = zone.nearest_zone_start_date
    return words(
        "zones.nearest",
        year=year,
        place=_place(zone, report.terrain.location_quality, words),
        start=words.date(start) if start else words("common.unknown"),
    )


def zone_effects(report: TerrainReport, year: int, words: Words, text: str) -> list[str]:
    """Return per vehicle class how it stands to zones and how much earlier it is electric.

    ``text`` names the sentence: ``zones.advance`` or ``zones.advance_short``.
    """
    zone = report.zones.get(year)
    if zone is None or zone.nearest_zone_name is None:
        return []
    lines = []
    for name in VEHICLE_CLASSES:
        figures = zone.by_class[name]
        advance = (
            figures.zone_advance_years,
            figures.zone_advance_years_low,
            figures.zone_advance_years_high,
        )
        told = [
            words("common.unknown") if part is None else words.number(part, 1) for part in advance
        ]
        lines.append(
            words(
                text,
                vehicles=words(f"common.vehicle_class.{name}"),
                relation=words(f"zones.relation.{figures.zone_relation}"),
                years=told[0],
                low=told[1],
                high=told[2],
            )
        )
    return lines


def _place(zone: ZoneFigures, location_quality: str, words: Words) -> str:
    distance_km = zone.nearest_zone_distance_km or 0.0
    name = zone.nearest_zone_name
    if not is_zone_distance_known(location_quality, distance_km):
        return words("common.zone_vague", name=name)
    edge = words(f"zones.edge.{zone.nearest_zone_geometry_quality}")
    if distance_km == 0:
        return words("zones.inside", name=name, edge=edge)
    return words("zones.distance", name=name, distance=words.number(distance_km, 1), edge=edge)
