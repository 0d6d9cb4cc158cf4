"""What to do first in a region: rules on the plan classes and figures of its terrains."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from factsheets.lines import NamedText

if TYPE_CHECKING:
    from forecast.region_parts import RankedTerrain
    from forecast.region_report import RegionReport
    from forecast.words import Words

_MOST_NAMED: Final = 3
"""Names in a sentence; the ranked table has them all."""


def first_steps(report: RegionReport, words: Words) -> tuple[NamedText, ...]:
    """Return the steps that the region has terrains for, each with the largest of them.

    The grid first, where it is full; then shared charging, where that is what fits, at a hub or
    without one in reach; then the terrains whose companies can charge on their own plots but in the
    last year no longer; then what is not known; last the terrains without vehicles, which are in no
    step before.
    """
    if not report.terrains:
        return (_step("empty", report, [], words),)
    return tuple(_steps(report, words)) or (_step("nothing", report, [], words),)


def _steps(report: RegionReport, words: Words) -> Iterator[NamedText]:
    asking = [terrain for terrain in report.terrains if terrain.electric_vehicles > 0]

    def of(*classes: str) -> list[RankedTerrain]:
        return [terrain for terrain in asking if terrain.plan_class in classes]

    shared = of("collective")
    groups = {
        "mitigate": of("mitigate"),
        "collective": [terrain for terrain in shared if terrain.is_hub_in_reach],
        "apart": [terrain for terrain in shared if not terrain.is_hub_in_reach],
        "soon": [
            terrain
            for terrain in of("own_site")
            if terrain.last_class in {"collective", "mitigate"}
        ],
    }
    for name, terrains in groups.items():
        if terrains:
            yield _step(name, report, terrains, words)
    if unknown := of("not_known"):
        areas = dict.fromkeys(
            f"{terrain.supply_area_id} ({terrain.grid_operator_name})"
            for terrain in unknown
            if terrain.supply_area_id
        )
        yield _step("ask", report, unknown, words, areas=_cut(list(areas), words))
    if empty := [terrain for terrain in report.terrains if terrain.electric_vehicles <= 0]:
        yield _step("no_vehicles", report, empty, words)


def _step(
    name: str,
    report: RegionReport,
    terrains: Sequence[RankedTerrain],
    words: Words,
    **fields: object,
) -> NamedText:
    return NamedText(
        words(f"regionsheet.first.{name}_name"),
        words(
            f"regionsheet.first.{name}",
            count=words.number(len(terrains)),
            total=words.number(len(report.terrains)),
            year=report.year,
            last=max(report.run.years),
            names=_names(terrains, report, words),
            **fields,
        ),
    )


def _names(terrains: Sequence[RankedTerrain], report: RegionReport, words: Words) -> str:
    is_one_municipality = report.selection.level == "municipality"
    return _cut(
        [
            terrain.terrain_name
            if is_one_municipality
            else f"{terrain.terrain_name} ({terrain.municipality_name})"
            for terrain in terrains
        ],
        words,
    )


def _cut(names: Sequence[str], words: Words) -> str:
    listed = ", ".join(names[:_MOST_NAMED])
    left = len(names) - _MOST_NAMED
    return words("regionsheet.first.more", listed=listed, count=left) if left > 0 else listed
