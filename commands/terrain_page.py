"""The page of one terrain on the terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

import click

from commands.bars import CLOCK, NARROW_CLOCK, bars
from commands.terrain_grid import print_congestion
from commands.terrain_key_figures import print_key_figures
from commands.terrain_layout import Layout, layout_for
from commands.terrain_quality import print_quality
from forecast.few_sessions import FewSessions, few_sessions_sentence
from forecast.grid_text import change_sentences
from forecast.terrain_report import transmission_shortage
from forecast.vocabulary import LOCATION_TYPES, POWER_STRATEGIES, STRATEGIES, VEHICLE_CLASSES
from forecast.words import Words, load
from forecast.zone_text import zone_sentence
from models.units import KWH_PER_MWH

if TYPE_CHECKING:
    from forecast.terrain_report import TerrainReport

_PER_CENT: Final = 100
_NARROW: Final = 70
"""Below this width a day curve and its name don't fit on a line with two bars per hour."""
_WHY_EMPTY: Final = ("zero_net_area", "nothing_issued", "issuable_above_net")
"""Oddities of the register for which no vehicles are placed on a terrain."""
_COLOURS: Final = {"own_site": "green", "collective": "yellow", "mitigate": "red"}
"""Beside the name of the class, never instead of it."""


def print_page(
    report: TerrainReport,
    year: int,
    scenario: str,
    curves: Mapping[str, Sequence[float]],
    few: FewSessions,
    language: str,
) -> None:
    """Print the main figures, one year and scenario in detail, and the reasons."""
    words = load(language)
    layout = layout_for(report.run.years, year)
    _print_head(report, layout, words)
    _print_plan_class(report, year, scenario, layout, words)
    if any(report.vehicles.values()):
        print_key_figures(report, year, scenario, layout, words)
        _print_vehicles(report, scenario, layout, words)
        _print_energy(report, scenario, layout, words)
        _print_power(report, scenario, layout, words)
        if sentence := few_sessions_sentence(few, words):
            layout.item(sentence)
        _print_curves(curves, year, layout, words)
        _print_points(report, year, scenario, layout, words)
    else:
        _print_empty(report, layout, words)
    _print_zones(report, year, layout, words)
    print_congestion(report, year, scenario, layout, words)
    print_quality(report, year, scenario, layout, words)


def _print_head(report: TerrainReport, layout: Layout, words: Words) -> None:
    facts = report.terrain
    layout.text(f"{facts.terrain_name}, {facts.municipality_name}", bold=True)
    area = words(
        "terminal.area", net=words.number(facts.net_ha, 1), gross=words.number(facts.gross_ha, 1)
    )
    layout.text(
        f"RIN {facts.terrain_id} · {facts.province_name} · NAL {facts.nal_region_name} · {area}"
    )
    click.echo()


def _print_plan_class(
    report: TerrainReport, year: int, scenario: str, layout: Layout, words: Words
) -> None:
    verdict = report.plan_class[year, scenario]
    layout.text(
        words(
            "terminal.plan_class",
            year=year,
            scenario=words(f"common.scenario.{scenario}"),
            plan_class=words(f"common.plan_class.{verdict.plan_class}"),
        ),
        bold=True,
        colour=_COLOURS.get(verdict.plan_class),
    )
    layout.item(words(f"common.rule.{verdict.rule_code}"))
    changes = " ".join(change_sentences(report, year, scenario, words))
    layout.item(f"{words('terminal.change')} {changes}")
    others = [at for at in layout.key_years if at != year]
    if others:
        classes = (
            f"{at} {words(f'common.plan_class_short.{report.plan_class[at, scenario].plan_class}')}"
            for at in others
        )
        layout.item(words("terminal.other_classes", classes=", ".join(classes)))
    if area := transmission_shortage(report, year):
        relief = area.tso_alleviation_year
        until = words("common.tso_until", year=relief) if relief else ""
        layout.item(f"{words('terminal.caution')} {words('common.tso_caution', until=until)}")


def _print_empty(report: TerrainReport, layout: Layout, words: Words) -> None:
    """Say that there is nothing here to charge, and why, in the place of tables full of zeros."""
    reasons = [code for code in report.terrain.issue_codes if code in _WHY_EMPTY]
    why = words(f"common.issue.{reasons[0]}") if reasons else words("terminal.empty_why")
    click.echo()
    layout.text(words("terminal.empty"), bold=True)
    layout.item(words("terminal.empty_note", why=why))


def _print_vehicles(report: TerrainReport, scenario: str, layout: Layout, words: Words) -> None:
    layout.heading(words("terminal.vehicles", scenario=words(f"common.scenario.{scenario}")))
    for name in VEHICLE_CLASSES:
        cells = [
            f"{words.significant(report.electric_vehicles[year, scenario, name])} "
            f"({words.band(*report.electric_vehicles_band[year, scenario, name])})"
            for year in layout.years
        ]
        now = words("terminal.now", vehicles=words.number(report.vehicles[name]))
        layout.row(f"{words(f'common.vehicle_class.{name}')}, {now}", cells)


def _print_energy(report: TerrainReport, scenario: str, layout: Layout, words: Words) -> None:
    layout.heading(words("terminal.energy"))
    for name in LOCATION_TYPES:
        cells = [
            words.significant(report.energy_kwh_per_year[year, scenario, name] / KWH_PER_MWH)
            for year in layout.years
        ]
        layout.row(words(f"common.location_type.{name}"), cells)


def _print_power(report: TerrainReport, scenario: str, layout: Layout, words: Words) -> None:
    layout.heading(words("terminal.power"))
    for strategy in POWER_STRATEGIES:
        figures = [report.on_terrain_power(year, scenario, strategy) for year in layout.years]
        layout.row(
            words(f"common.strategy_short.{strategy}"),
            [words.significant(figure.design_peak_kw) for figure in figures],
        )
        if strategy == "smart":  # that of unmanaged charging is a key figure
            bands = [report.power_band[year, scenario, strategy] for year in layout.years]
            layout.row(
                f"  {words('terminal.band')}", [words.band(*band) for band in bands], dim=True
            )
        if strategy != STRATEGIES[0]:
            continue
        for key, peaks in (
            ("in_window", [figure.design_peak_16_21_kw for figure in figures]),
            ("other_hours", [figure.design_peak_other_hours_kw for figure in figures]),
        ):
            label = f"  {words(f'terminal.{key}')}"
            layout.row(label, [words.significant(peak) for peak in peaks], dim=True)
    unmanaged = [report.on_terrain_power(year, scenario, STRATEGIES[0]) for year in layout.years]
    layout.row(
        words("terminal.simultaneity"),
        [words.number(_PER_CENT * (figure.simultaneity_factor or 0)) for figure in unmanaged],
    )


def _print_curves(
    curves: Mapping[str, Sequence[float]], year: int, layout: Layout, words: Words
) -> None:
    """Draw the mean winter working day per strategy, all to one scale."""
    highest = max(max(curve) for curve in curves.values())
    if highest <= 0:  # nothing charges here
        return
    click.echo()
    title = words("terminal.curve", year=year, highest=words.significant(highest))
    layout.text(title, bold=True)
    is_narrow = layout.width < _NARROW
    for strategy, curve in curves.items():
        click.secho(f"  {bars(curve, highest, 1 if is_narrow else 2)}", fg="cyan", nl=False)
        click.echo(f"  {words(f'common.strategy_short.{strategy}')}")
    click.secho(f"  {NARROW_CLOCK if is_narrow else CLOCK}", dim=True)


def _print_points(
    report: TerrainReport, year: int, scenario: str, layout: Layout, words: Words
) -> None:
    """Print charge points at depots, and the shared hub."""
    click.echo()
    layout.text(words("terminal.points", year=year), bold=True)
    powers = sorted(
        power for at, name, power in report.charge_points if (at, name) == (year, scenario)
    )
    each = [
        words(
            "terminal.points_of",
            points=words.significant(report.charge_points[year, scenario, power]),
            power=words.number(power),
        )
        for power in powers
    ]
    layout.text(words("terminal.depot_points", points=", ".join(each) or "0"))
    hub = report.hubs.get((year, scenario))
    if hub is None:
        reach = words.number(report.plan_class[year, scenario].hub_reach_km)
        layout.text(words("terminal.no_hub", reach=reach))
    else:
        layout.text(
            words(
                "terminal.hub",
                place=hub.hub_terrain_name,
                points=words.number(hub.charge_points),
                power=words.significant(hub.grid_connection_kw),
                year=year,
            )
        )


def _print_zones(report: TerrainReport, year: int, layout: Layout, words: Words) -> None:
    click.echo()
    layout.text(words("terminal.zones"), bold=True)
    layout.text(zone_sentence(report, year, words))
