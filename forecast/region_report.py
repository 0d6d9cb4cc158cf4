"""Everything about one region from a published run: a municipality, province, NAL region, nation.

Totals are those of `regional_summary`; peaks are pooled, not added. Terrains are ranked by what
they add to the grid. Only DuckDB is used and plain Python values come back.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from forecast.day_curve import pooled_day_curves
from forecast.region_bands import Band, Key, read_bands, read_peak_band
from forecast.region_figures import RegionFigures, regional_figures
from forecast.region_parts import (
    RankedTerrain,
    RegionArea,
    RegionZone,
    read_areas,
    read_parents,
    read_places,
    read_terrains,
    read_zones,
)
from forecast.region_shapes import RegionShapes, read_region_shapes
from forecast.run_info import RunInfo, check_year_of_run, latest_run
from forecast.selection import Selection
from forecast.vocabulary import MID_SCENARIO, STRATEGIES

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class RegionReport:
    """Everything that a page about a region shows.

    Attributes
    ----------
    parents
        Names of the province and the NAL region that a municipality lies in.
    year
        Of the key figures.
    net_ha, gross_ha
        Of all its terrains.
    figures
        Per (year, scenario).
    vehicles_band
        p10 and p90 of the electric vehicles, all classes, per (year, scenario).
    energy_band
        The same of the energy on the terrains, over its p50 [1].
    peak_band
        p10 and p90 of the unmanaged peak in the year of the key figures, scenario mid, over its
        p50 [1].
    terrains
        Largest added peak first.
    curves_kw
        Load through a winter working day per strategy, of all terrains steered as one [kW].
    places
        Name, easting and northing of inhabited places, largest first.
    shapes
        Outlines, as far as they are known.
    """

    run: RunInfo
    selection: Selection
    parents: tuple[str, ...]
    year: int
    net_ha: float
    gross_ha: float
    figures: dict[Key, RegionFigures]
    vehicles_band: dict[Key, Band]
    energy_band: dict[Key, Band]
    peak_band: Band
    terrains: tuple[RankedTerrain, ...]
    zones: tuple[RegionZone, ...]
    areas: tuple[RegionArea, ...]
    curves_kw: dict[str, list[float]]
    places: tuple[tuple[str, float, float], ...]
    shapes: RegionShapes

    def electric_vehicles(self, year: int, scenario: str) -> float:
        """Return the electric vans and trucks, p50."""
        figures = self.figures[year, scenario]
        return figures.electric_vans + figures.electric_trucks

    def energy_kwh_per_year(self, year: int, scenario: str) -> float:
        """Return what is charged on the terrains, at depots and hubs [kWh/year]."""
        figures = self.figures[year, scenario]
        return figures.depot_energy_kwh_per_year + figures.shared_hub_energy_kwh_per_year


def region_report(connection: duckdb.DuckDBPyConnection, selection: Selection) -> RegionReport:
    """Return everything about a region from the last run; see `forecast.selection`."""
    run = latest_run(connection)
    year = check_year_of_run(run, None)
    vehicles_band, energy_band = read_bands(connection, run, selection)
    [(net_ha, gross_ha)] = connection.execute(
        "SELECT coalesce(sum(net_ha), 0), coalesce(sum(gross_ha), 0) FROM terrains "
        "WHERE terrain_id IN (SELECT unnest(?))",
        [list(selection.terrain_ids)],
    ).fetchall()
    figures = {
        (row.year, row.scenario): row
        for row in regional_figures(connection, selection.level, region_id=selection.region_id)
    }
    at_year = figures[year, MID_SCENARIO]
    zones = read_zones(connection, selection)
    return RegionReport(
        run=run,
        selection=selection,
        parents=read_parents(connection, selection),
        year=year,
        net_ha=net_ha,
        gross_ha=gross_ha,
        figures=figures,
        vehicles_band=vehicles_band,
        energy_band=energy_band,
        peak_band=read_peak_band(connection, run, year, selection, energy_band[year, MID_SCENARIO]),
        terrains=read_terrains(connection, run, year, selection),
        zones=zones,
        areas=read_areas(connection, run, year, selection),
        curves_kw=pooled_day_curves(
            connection,
            selection.terrain_ids,
            {name: at_year.design_peak_kw(name) for name in STRATEGIES},
            year,
            MID_SCENARIO,
        ),
        places=read_places(connection, selection),
        shapes=read_region_shapes(connection, selection, [zone.zone_name for zone in zones]),
    )
