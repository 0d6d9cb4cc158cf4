"""The terrains of a region in order: what each asks, its plan class and its supply area."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from forecast.words import Words
from models.units import KWH_PER_MWH

if TYPE_CHECKING:
    from forecast.region_parts import RankedTerrain
    from forecast.region_report import RegionReport

MOST_RANKED: Final = 150
"""Terrains in the ranked table: every municipality and most provinces fit, and nobody reads on."""


@dataclass(frozen=True)
class RankedRow:
    """A terrain in the ranked table: rank and names, its class, its figures and its area."""

    names: tuple[str, ...]
    code: str
    label: str
    figures: tuple[str, ...]
    area: str
    link: str


@dataclass(frozen=True)
class Ranking:
    """The ranked table: its headings in the order of `RankedRow`, and its rows."""

    names: tuple[str, ...]
    plan_class: str
    figures: tuple[str, ...]
    area: str
    rows: tuple[RankedRow, ...]


def ranking_note(report: RegionReport, words: Words) -> str:
    """Return what the table shows, and how many terrains it leaves out."""
    left = len(report.terrains) - MOST_RANKED
    key = "regionsheet.ranking.note_cut" if left > 0 else "regionsheet.ranking.note"
    return words(
        key,
        year=report.year,
        first=min(report.run.years),
        shown=words.number(MOST_RANKED),
        count=words.number(len(report.terrains)),
    )


def rank_terrains(report: RegionReport, links: Mapping[str, str], words: Words) -> Ranking:
    """Return the ranked table; ``links`` holds the addresses of sheets of terrains."""
    has_municipality = report.selection.level != "municipality"

    def row(rank: int, terrain: RankedTerrain) -> RankedRow:
        figures = (
            terrain.electric_vehicles,
            terrain.energy_kwh_per_year / KWH_PER_MWH,
            terrain.design_peak_kw,
            terrain.added_peak_kw,
            terrain.smart_peak_kw,
        )
        return RankedRow(
            (
                str(rank),
                terrain.terrain_name,
                *([terrain.municipality_name] if has_municipality else []),
            ),
            terrain.plan_class,
            words(f"common.plan_class_short.{terrain.plan_class}"),
            tuple(words.significant(figure) for figure in figures),
            _area_status(terrain, words),
            links.get(terrain.terrain_id, ""),
        )

    def headings(*names: str) -> tuple[str, ...]:
        return tuple(words(f"regionsheet.ranking.{name}") for name in names)

    return Ranking(
        headings("rank", "terrain", *(["municipality"] if has_municipality else [])),
        words("regionsheet.ranking.class"),
        headings("vehicles", "energy", "peak", "added", "smart"),
        words("regionsheet.ranking.area"),
        tuple(
            row(rank, terrain)
            for rank, terrain in enumerate(report.terrains[:MOST_RANKED], start=1)
        ),
    )


def _area_status(terrain: RankedTerrain, words: Words) -> str:
    if terrain.supply_area_id is None:
        return words("common.unknown")
    relief = f", {terrain.relief_year}" if terrain.relief_year else ""
    status = words(f"regionsheet.status.{terrain.area_status}")
    return f"{terrain.supply_area_id}: {status}{relief}"
