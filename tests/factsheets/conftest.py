"""One real terrain for all tests of its sheet."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest

from factsheets.content import FactsheetContent, make_content
from factsheets.material import Material, read_materials
from factsheets.surroundings import Surroundings
from forecast.query import TerrainReport
from forecast.store import open_published

DE_HURK: Final = "190044"


@pytest.fixture(scope="session")
def material(real_database: Path) -> Material:
    with open_published(real_database) as connection:
        [material] = read_materials(connection, [DE_HURK])
    return material


@pytest.fixture(scope="session")
def sheet(material: Material) -> tuple[TerrainReport, Surroundings]:
    return material.report, material.surroundings


@pytest.fixture(scope="session")
def content(sheet: tuple[TerrainReport, Surroundings]) -> FactsheetContent:
    return make_content(*sheet, "nl")


@pytest.fixture(scope="session")
def six_years(sheet: tuple[TerrainReport, Surroundings]) -> TerrainReport:
    """Return the report over six years; those it lacks have the figures of one it has."""
    like = {2025: 2025, 2026: 2025, 2030: 2030, 2035: 2035, 2040: 2035, 2050: 2035}

    def spread(figures: dict[Any, Any]) -> dict[Any, Any]:
        return {
            (year, *key[1:]): value
            for year, source in like.items()
            for key, value in figures.items()
            if key[0] == source
        }

    report, _ = sheet
    return replace(
        report,
        run=replace(report.run, years=tuple(like)),
        electric_vehicles=spread(report.electric_vehicles),
        electric_vehicles_band=spread(report.electric_vehicles_band),
        energy_kwh_per_year=spread(report.energy_kwh_per_year),
        power=spread(report.power),
        zones={year: report.zones[source] for year, source in like.items()},
        grid_fit=spread(report.grid_fit),
        plan_class=spread(report.plan_class),
    )
