"""What changed on a terrain between two states of the database, as lines for people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from forecast.vocabulary import STRATEGIES, VEHICLE_CLASSES
from models.units import KWH_PER_MWH

if TYPE_CHECKING:
    from forecast.terrain_report import TerrainReport
    from forecast.words import Words


def changed_lines(
    before: TerrainReport, after: TerrainReport, year: int, scenario: str, words: Words
) -> tuple[str, ...]:
    """Return one line per main figure that reads otherwise than it did; none where all do."""
    old, new = (dict(_figures(report, year, scenario, words)) for report in (before, after))
    return tuple(
        words("refine.change_row", label=label, before=old[label], after=value)
        for label, value in new.items()
        if old[label] != value
    )


def _figures(
    report: TerrainReport, year: int, scenario: str, words: Words
) -> Iterator[tuple[str, str]]:
    """Yield label and value as they are printed: rounding hides what can't be told apart."""
    for name in VEHICLE_CLASSES:
        yield words(f"common.vehicle_class.{name}"), words.number(report.vehicles[name])
    for name in VEHICLE_CLASSES:
        label = words("refine.electric", vehicle_class=words(f"common.vehicle_class.{name}"))
        yield label, words.significant(report.electric_vehicles[year, scenario, name])
    energy = report.on_terrain_energy_kwh_per_year(year, scenario) / KWH_PER_MWH
    yield words("refine.energy"), words.significant(energy)
    for strategy in STRATEGIES:
        label = words("refine.peak", strategy=words(f"common.strategy.{strategy}"))
        peak = report.on_terrain_power(year, scenario, strategy).design_peak_kw
        yield label, words.significant(peak)
    plan_class = report.plan_class[year, scenario].plan_class
    yield words("refine.plan_class"), words(f"common.plan_class.{plan_class}")
