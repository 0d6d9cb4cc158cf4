"""The lines on what lies over a terrain: zone, own contract, supply area, added power.

Three separate lines on the grid, never one: what a company has contracted, what its area has, and
what charging adds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from forecast.grid_text import added_sentence, area_figures, fit_sentences
from forecast.meter.rooms import contract_room_sentence
from forecast.terrain_report import transmission_shortage
from forecast.zone_text import zone_sentence

if TYPE_CHECKING:
    from forecast.report_rows import CandidateArea
    from forecast.terrain_report import TerrainReport
    from forecast.words import Words

_PERCENT = 100
_SHOWN_OTHERS = 3


@dataclass(frozen=True)
class Link:
    """A page beside this one: what it is called, and its address."""

    name: str
    href: str


@dataclass(frozen=True)
class NamedText:
    """A short name and what there is to say."""

    name: str
    text: str


def overlay_lines(
    report: TerrainReport, year: int, scenario: str, words: Words
) -> tuple[NamedText, ...]:
    """Return the lines on zones and charge points, then three on the grid."""
    fit = (
        *fit_sentences(report, year, scenario, words),
        added_sentence(report, year, scenario, words),
    )
    return (
        NamedText(words("factsheet.lines.zone"), zone_sentence(report, year, words)),
        NamedText(
            words("factsheet.lines.points", year=year), _points(report, year, scenario, words)
        ),
        NamedText(
            words("factsheet.lines.contract"),
            contract_room_sentence(
                report.metered_room, report.refined_values, words, is_published=True
            ),
        ),
        NamedText(words("factsheet.lines.supply_area"), _supply_area(report, words)),
        NamedText(words("factsheet.lines.fit"), " ".join(fit)),
    )


def _points(report: TerrainReport, year: int, scenario: str, words: Words) -> str:
    """Return the charge points on own plots per power class, and those of the shared hub."""
    counts = {
        power: count
        for (held, name, power), count in sorted(report.charge_points.items())
        if (held, name) == (year, scenario) and count > 0
    }
    listed = ", ".join(
        words("factsheet.lines.points_class", count=words.significant(count), power=power)
        for power, count in counts.items()
    )
    own = words(
        "factsheet.lines.points_own",
        scenario=words(f"common.scenario.{scenario}"),
        listed=listed or words("factsheet.lines.points_none"),
    )
    hub = report.hubs.get((year, scenario))
    if hub is None:
        return f"{own} {words('factsheet.lines.points_no_hub')}"
    shared = words(
        "factsheet.lines.points_hub",
        name=hub.hub_terrain_name,
        distance=words.number(hub.hub_distance_km, 1),
        points=words.number(hub.charge_points),
        power=words.significant(hub.grid_connection_kw),
    )
    return f"{own} {shared}"


def transmission_caution(report: TerrainReport, year: int, words: Words) -> tuple[NamedText, ...]:
    """Return what to mind of the transmission grid beside the plan class, if anything."""
    area = transmission_shortage(report, year)
    if area is None:
        return ()
    relief = area.tso_alleviation_year
    until = words("common.tso_until", year=relief) if relief else ""
    return (NamedText(words("factsheet.caution"), words("common.tso_caution", until=until)),)


def _supply_area(report: TerrainReport, words: Words) -> str:
    if not report.areas:
        return words("factsheet.lines.supply_area_none")
    first, *others = report.areas
    text = _area(first, words)
    if not others:
        return f"{text} {words(f'common.area_match.{first.area_match}').capitalize()}."
    listed = ", ".join(
        f"{area.supply_area_id} ({words.number(area.match_probability * _PERCENT)} %, "
        f"{words(f'common.area_status.{area.status}')})"
        for area in others[:_SHOWN_OTHERS]
    )
    return f"{text} {_probability(first, words).capitalize()}. " + words(
        "factsheet.lines.supply_area_others", others=listed
    )


def _probability(area: CandidateArea, words: Words) -> str:
    return words(
        "factsheet.lines.supply_area_probability",
        probability=words.number(area.match_probability * _PERCENT),
        match=words(f"common.area_match.{area.area_match}"),
    )


def _area(area: CandidateArea, words: Words) -> str:
    return words(
        "factsheet.lines.supply_area_text",
        **area_figures(area, words, decimals=0),
        date=words.date(area.holds_on) if area.holds_on else words("common.unknown"),
    )
