"""The page of one terrain on the terminal, and the same as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from commands.bars import CLOCK, bars
from forecast.few_sessions import FewSessions, few_sessions_sentence
from forecast.grid_text import (
    added_sentence,
    change_sentences,
    fit_sentences,
    relief_text,
    tso_text,
)
from forecast.query import transmission_shortage
from forecast.vocabulary import LOCATION_TYPES, POWER_STRATEGIES, STRATEGIES, VEHICLE_CLASSES
from forecast.words import Words, load
from forecast.zone_text import zone_lines
from models.units import KWH_PER_MWH

if TYPE_CHECKING:
    from forecast.query import CandidateArea, TerrainReport

_PER_CENT = 100


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
    facts = report.terrain
    click.secho(f"{facts.terrain_name}, {facts.municipality_name}", bold=True)
    click.echo(
        f"RIN {facts.terrain_id} · {facts.province_name} · NAL {facts.nal_region_name} · "
        + words(
            "terminal.area",
            net=words.number(facts.net_ha, 1),
            gross=words.number(facts.gross_ha, 1),
        )
    )
    click.echo(words(f"common.location_quality.{facts.location_quality}"))
    for code in facts.issue_codes:
        click.echo(f"! {words(f'common.issue.{code}')}")
    click.echo()
    _print_plan_class(report, year, scenario, words)
    _print_vehicles(report, scenario, words)
    _print_energy(report, scenario, words)
    _print_power(report, scenario, words)
    if sentence := few_sessions_sentence(few, words):
        click.echo(f"{sentence}\n")
    _print_curves(curves, year, words)
    _print_points(report, year, scenario, words)
    _print_surroundings(report, year, scenario, words)
    click.echo()
    click.echo(words("terminal.basis", run=report.run.run_id, version=report.run.code_version))


def print_json(
    report: TerrainReport, year: int, scenario: str, curves: Mapping[str, Sequence[float]]
) -> None:
    """Print everything; units end the names."""
    body: dict[str, Any] = {
        "run": asdict(report.run),
        "terrain": asdict(report.terrain),
        "vehicles": report.vehicles,
        "fleet_basis": report.fleet_basis,
        "electric_vehicles": [
            {
                "year": year,
                "scenario": scenario,
                "vehicle_class": name,
                "electric_vehicles": value,
                "electric_vehicles_p10": report.electric_vehicles_band[year, scenario, name][0],
                "electric_vehicles_p90": report.electric_vehicles_band[year, scenario, name][1],
            }
            for (year, scenario, name), value in sorted(report.electric_vehicles.items())
        ],
        "energy": _records(
            report.energy_kwh_per_year, ("year", "scenario", "location_type"), "energy_kwh_per_year"
        ),
        "power": [
            dict(zip(("year", "scenario", "location_type", "strategy"), key, strict=True))
            | asdict(figures)
            for key, figures in sorted(report.power.items())
        ],
        "day_curves": [
            {"year": year, "scenario": scenario, "strategy": strategy, "mean_kw": curve}
            for strategy, curve in curves.items()
        ],
        "power_bands": [
            dict(zip(("year", "scenario", "strategy"), key, strict=True))
            | dict(zip(("design_peak_kw_p10", "design_peak_kw_p90"), band, strict=True))
            for key, band in sorted(report.power_band.items())
        ],
        "charge_points": _records(
            report.charge_points, ("year", "scenario", "power_class_kw"), "charge_points"
        ),
        "hubs": [
            {"year": year, "scenario": scenario} | asdict(hub)
            for (year, scenario), hub in sorted(report.hubs.items())
        ],
        "zones": [{"year": year} | asdict(figures) for year, figures in report.zones.items()],
        "supply_areas": [asdict(area) for area in report.areas],
        "grid_fit": [
            dict(zip(("year", "scenario", "strategy"), key, strict=True)) | asdict(fit)
            for key, fit in sorted(report.grid_fit.items())
        ],
        "plan_class": [
            {"year": year, "scenario": scenario} | asdict(verdict)
            for (year, scenario), verdict in sorted(report.plan_class.items())
        ],
        "fit_years": [
            {"scenario": scenario, "strategy": strategy} | asdict(fit)
            for (scenario, strategy), fit in sorted(report.fit_years.items())
        ],
    }
    click.echo(json.dumps(body, indent=2, ensure_ascii=False, default=str))


def _records(
    values: Mapping[tuple[int, str, Any], float], names: tuple[str, ...], value_name: str
) -> list[dict[str, Any]]:
    return [
        dict(zip(names, key, strict=True)) | {value_name: value}
        for key, value in sorted(values.items())
    ]


def _print_plan_class(report: TerrainReport, year: int, scenario: str, words: Words) -> None:
    verdict = report.plan_class[year, scenario]
    name = words(f"common.scenario.{scenario}")
    click.secho(f"{year}, {name}: {words(f'common.plan_class.{verdict.plan_class}')}", bold=True)
    click.echo(f"  {words(f'common.rule.{verdict.rule_code}')}")
    changes = " ".join(change_sentences(report, year, scenario, words))
    click.echo(f"  {words('terminal.change')} {changes}")
    if area := transmission_shortage(report, year):
        relief = area.tso_alleviation_year
        until = words("common.tso_until", year=relief) if relief else ""
        click.echo(f"  {words('terminal.caution')} {words('common.tso_caution', until=until)}")
    click.echo()


def _print_vehicles(report: TerrainReport, scenario: str, words: Words) -> None:
    _heading(words("terminal.vehicles"), report, words("terminal.today"))
    for name in VEHICLE_CLASSES:
        cells = [
            words.significant(report.electric_vehicles[year, scenario, name])
            for year in report.run.years
        ]
        _line(words(f"common.vehicle_class.{name}"), [words.number(report.vehicles[name]), *cells])
        bands = [
            words.band(*report.electric_vehicles_band[year, scenario, name])
            for year in report.run.years
        ]
        _line(f"  {words('terminal.band')}", ["", *bands], dim=True)
    click.echo()


def _print_energy(report: TerrainReport, scenario: str, words: Words) -> None:
    _heading(words("terminal.energy"), report)
    for name in LOCATION_TYPES:
        cells = [
            words.significant(report.energy_kwh_per_year[year, scenario, name] / KWH_PER_MWH)
            for year in report.run.years
        ]
        _line(words(f"common.location_type.{name}"), ["", *cells])
    click.echo()


def _print_power(report: TerrainReport, scenario: str, words: Words) -> None:
    _heading(words("terminal.power"), report)
    years = report.run.years
    for strategy in POWER_STRATEGIES:
        figures = [report.on_terrain_power(year, scenario, strategy) for year in years]
        label = words(f"common.strategy.{strategy}")
        _line(label, ["", *(words.significant(figure.design_peak_kw) for figure in figures)])
        bands = [report.power_band.get((year, scenario, strategy)) for year in years]
        if any(bands):
            cells = [words.band(*band) if band else "" for band in bands]
            _line(f"  {words('terminal.band')}", ["", *cells], dim=True)
        _line(
            f"  {words('terminal.in_window')}",
            ["", *(words.significant(figure.design_peak_16_21_kw) for figure in figures)],
            dim=True,
        )
        _line(
            f"  {words('terminal.other_hours')}",
            ["", *(words.significant(figure.design_peak_other_hours_kw) for figure in figures)],
            dim=True,
        )
    unmanaged = [report.on_terrain_power(year, scenario, STRATEGIES[0]) for year in years]
    _line(
        words("terminal.simultaneity"),
        [
            "",
            *(words.number(_PER_CENT * (figure.simultaneity_factor or 0)) for figure in unmanaged),
        ],
    )
    click.echo()


def _print_curves(curves: Mapping[str, Sequence[float]], year: int, words: Words) -> None:
    """Draw the mean winter working day per strategy, all to one scale."""
    highest = max(max(curve) for curve in curves.values())
    if highest <= 0:  # nothing charges here
        return
    title = words("terminal.curve", year=year, highest=words.significant(highest))
    click.secho(title, bold=True)
    for strategy, curve in curves.items():
        click.echo(f"  {bars(curve, highest)}  {words(f'common.strategy.{strategy}')}")
    click.secho(f"  {CLOCK}", dim=True)
    click.echo()


def _print_points(report: TerrainReport, year: int, scenario: str, words: Words) -> None:
    """Print charge points at depots, and the shared hub."""
    _heading(words("terminal.points"), report)
    for power in sorted({power for _, _, power in report.charge_points}):
        found = [report.charge_points.get((at, scenario, power), 0.0) for at in report.run.years]
        _line(f"  {power}", ["", *(words.significant(points) for points in found)])
    hub = report.hubs.get((year, scenario))
    if hub is None:
        reach = words.number(report.plan_class[year, scenario].hub_reach_km)
        click.echo(words("terminal.no_hub", year=year, reach=reach))
    else:
        click.echo(
            words(
                "terminal.hub",
                place=hub.hub_terrain_name,
                points=words.number(hub.charge_points),
                power=words.significant(hub.grid_connection_kw),
                year=year,
            )
        )
    click.echo()


def _print_surroundings(report: TerrainReport, year: int, scenario: str, words: Words) -> None:
    nearest, *effects = zone_lines(report, year, words)
    click.echo(nearest)
    for line in effects:
        click.echo(f"  {line}")
    click.echo(words("terminal.contract_room", text=words("common.contract_room")))
    for area in report.areas:
        click.echo(_area_line(area, words))
    if not report.areas:
        click.echo(words("terminal.supply_area_none"))
    for sentence in fit_sentences(report, year, scenario, words):
        click.echo(sentence)
    click.echo(added_sentence(report, year, scenario, words))


def _area_line(area: CandidateArea, words: Words) -> str:
    def megawatts(value: float | None) -> str:
        return words("common.unknown") if value is None else f"{words.number(value, 1)} MW"

    return words(
        "terminal.supply_area",
        name=area.supply_area_id,
        operator=area.grid_operator_name,
        probability=words.number(area.match_probability * _PER_CENT),
        match=words(f"common.area_match.{area.area_match}"),
        status=words(f"common.area_status.{area.status}"),
        available=megawatts(area.demand_available_capacity_mw),
        required=megawatts(area.demand_quoted_capacity_mw),
        queue=megawatts(area.demand_capacity_in_queue_mw),
        relief=relief_text(area.demand_alleviation, area.demand_alleviation_year, words),
        tso=tso_text(area, words),
        date=words.date(area.holds_on) if area.holds_on else words("common.unknown"),
    )


def _heading(title: str, report: TerrainReport, first: str = "") -> None:
    _line(title, [first, *(str(year) for year in report.run.years)], bold=True)


def _line(label: str, cells: list[str], *, bold: bool = False, dim: bool = False) -> None:
    click.secho(f"{label:<46}" + "".join(f"{cell:>14}" for cell in cells), bold=bold, dim=dim)
