"""One real terrain for all tests of its sheet."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest

from factsheets.content import FactsheetContent, make_content
from factsheets.material import Material, read_material
from forecast.store import open_published

DE_HURK: Final = "190044"


@pytest.fixture(scope="session")
def sheet(real_database: Path) -> Material:
    with open_published(real_database) as connection:
        [material] = read_material(connection, [DE_HURK])
    return material


@pytest.fixture(scope="session")
def content(sheet: Material) -> FactsheetContent:
    return make_content(sheet, "nl")


@pytest.fixture(scope="session")
def six_years(sheet: Material) -> Material:
    """Return the material over six years; those it lacks have the figures of one it has."""
    like = {2025: 2025, 2026: 2025, 2030: 2030, 2035: 2035, 2040: 2035, 2050: 2035}

    def spread(figures: dict[Any, Any]) -> dict[Any, Any]:
        return {
            (year, *key[1:]): value
            for year, source in like.items()
            for key, value in figures.items()
            if key[0] == source
        }

    report = sheet.report
    by_year = {
        name: spread(getattr(report, name))
        for name in (
            "electric_vehicles",
            "electric_vehicles_band",
            "energy_kwh_per_year",
            "on_terrain_energy_by_class",
            "power",
            "power_band",
            "charge_points",
            "hubs",
            "grid_fit",
            "plan_class",
        )
    }
    longer = replace(
        report,
        run=replace(report.run, years=tuple(like)),
        zones={year: report.zones[source] for year, source in like.items()},
        **by_year,
    )
    return replace(sheet, report=longer)
