"""Two runs as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from commands.options import print_as_json
from forecast.diff.figures import QUANTITIES, Change, RegionChange, TerrainChange

if TYPE_CHECKING:
    from forecast.diff.report import Report


def print_json(report: Report) -> None:
    """Print everything that changed, with figures in the units of the tables."""
    compared = report.compared
    print_as_json(
        {
            "before": asdict(compared.before),
            "after": asdict(compared.after),
            "year": compared.year,
            "scenario": compared.scenario,
            "level": report.selection.level,
            "region_id": report.selection.region_id,
            "inputs": [asdict(each) for each in report.inputs],
            "units": QUANTITIES,
            "whole": _region_facts(report.whole),
            "plan_class_moves": [
                {"before": old, "after": new, "terrains": count} for old, new, count in report.moves
            ],
            "rank_correlations": report.rank_correlations,
            "terrains": [_terrain_facts(each) for each in report.terrains if each.is_changed],
            "municipalities": [
                _region_facts(each)
                for each in report.municipalities
                if any(change.is_one for change in each.figures.values())
            ],
        }
    )


def _terrain_facts(change: TerrainChange) -> dict[str, Any]:
    return {
        "terrain_id": change.terrain_id,
        "terrain_name": change.terrain_name,
        "municipality_name": change.municipality_name,
        "figures": _figure_facts(change.figures),
        "plan_class_before": change.class_before,
        "plan_class_after": change.class_after,
    }


def _region_facts(change: RegionChange) -> dict[str, Any]:
    return {
        "region_id": change.region_id,
        "region_name": change.region_name,
        "figures": _figure_facts(change.figures),
        "terrains": _figure_facts(change.terrains),
    }


def _figure_facts(figures: Mapping[str, Change]) -> dict[str, Any]:
    return {
        name: {**asdict(change), "difference": change.difference}
        for name, change in figures.items()
    }
