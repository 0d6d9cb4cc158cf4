"""What to do first in a region: rules on the plan classes and figures of its terrains."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from factsheets.lines import NamedText
from forecast.vocabulary import MID_SCENARIO

if TYPE_CHECKING:
    from forecast.region_report import RankedTerrain, RegionReport
    from forecast.words import Words

_MOST_NAMED: Final = 4
"""Names in a sentence; the ranked table has them all."""


def first_steps(report: RegionReport, words: Words) -> tuple[NamedText, ...]:
    """Return the steps that the region has terrains for, each with the largest of them.

    The grid first, where it is full; then shared charging, where that is what fits; then the
    terrains whose companies can charge on their own plots now but not in the last year; then what
    is not known.
    """
    return tuple(_steps(report, words)) or (
        NamedText(words("regionsheet.first.nothing_name"), words("regionsheet.first.nothing")),
    )


def _steps(report: RegionReport, words: Words) -> Iterator[NamedText]:
    asking = [terrain for terrain in report.terrains if terrain.added_peak_kw > 0]
    groups = {
        "mitigate": [terrain for terrain in asking if terrain.plan_class == "mitigate"],
        "collective": [
            terrain
            for terrain in asking
            if terrain.plan_class == "collective" and terrain.is_hub_in_reach
        ],
        "soon": [
            terrain
            for terrain in asking
            if terrain.plan_class == "own_site" and terrain.last_class in {"collective", "mitigate"}
        ],
    }
    for name, terrains in groups.items():
        if terrains:
            yield NamedText(
                words(f"regionsheet.first.{name}_name"),
                words(
                    f"regionsheet.first.{name}",
                    count=words.number(len(terrains)),
                    last=max(report.run.years),
                    names=_names(terrains, report, words),
                ),
            )
    unknown = sorted(
        {
            terrain.supply_area_id
            for terrain in report.terrains
            if terrain.plan_class == "not_known" and terrain.supply_area_id
        }
    )
    count = report.figures[report.year, MID_SCENARIO].of_class("not_known")
    if unknown and count:
        yield NamedText(
            words("regionsheet.first.ask_name"),
            words(
                "regionsheet.first.ask",
                count=words.number(count),
                areas=_cut(unknown, words),
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
