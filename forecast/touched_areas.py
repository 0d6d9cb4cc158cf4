"""Supply areas of the electricity grid in which some terrains changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from forecast.area_fit import measure_area_fit
from forecast.area_power import estimate_area_power
from forecast.grid_fit import estimate_grid_fit, find_fit_years
from forecast.held import Held
from forecast.plan_sensitivity import FACTORS, move_transmission
from forecast.replaced import Replaced
from forecast.schema import no_results


@dataclass(frozen=True)
class Areas:
    """Supply areas of touched terrains, and all terrains that lie in them.

    Attributes
    ----------
    power, fit, fit_by_year
        Of the areas, see the tables of these names.
    grid_fit, fit_years
        Of the terrains, over all their candidate areas.
    cases
        `grid_fit` with the chance to pass the transmission grid times each factor.
    """

    area_ids: tuple[str, ...]
    terrain_ids: tuple[str, ...]
    power: pl.DataFrame
    fit: pl.DataFrame
    fit_by_year: pl.DataFrame
    grid_fit: pl.DataFrame
    fit_years: pl.DataFrame
    cases: dict[float, pl.DataFrame]

    def replaced(self) -> Iterator[Replaced]:
        """Yield the rows of the areas and of their terrains."""
        yield Replaced("area_power", self.power, "supply_area_id", self.area_ids)
        yield Replaced("area_fit", self.fit, "supply_area_id", self.area_ids)
        yield Replaced("area_fit_by_year", self.fit_by_year, "supply_area_id", self.area_ids)
        yield Replaced("grid_fit", self.grid_fit, "terrain_id", self.terrain_ids)
        yield Replaced("fit_years", self.fit_years, "terrain_id", self.terrain_ids)


def find_areas(held: Held, terrain_sessions: pl.DataFrame, touched: pl.DataFrame) -> Areas:
    """Return the areas in which touched terrains lie.

    Parameters
    ----------
    held
        The run.
    terrain_sessions
        Of all terrains of the register.
    touched
        Rows of the register.
    """
    every = held.table("terrain_supply_areas")
    areas = sorted(every.join(touched, on="terrain_id", how="semi")["supply_area_id"].unique())
    if not areas:
        return _nowhere()
    members = every.filter(pl.col("supply_area_id").is_in(areas))
    terrains = members.select("terrain_id").unique().sort("terrain_id")
    power = estimate_area_power(
        terrain_sessions.join(terrains, on="terrain_id", how="semi"),
        members,
        held.national_electric,
        held.charging,
        held.run.years,
        held.assumptions,
    )
    return _fitted(held, tuple(areas), terrains, power)


def _fitted(
    held: Held, areas: tuple[str, ...], terrains: pl.DataFrame, power: pl.DataFrame
) -> Areas:
    """Return what of the power of some areas fits, for them and for the terrains in them."""
    candidates = held.table("terrain_supply_areas").join(terrains, on="terrain_id", how="semi")
    around = sorted(candidates["supply_area_id"].unique())
    assumptions = held.assumptions
    given = (
        held.table("supply_areas"),
        held.national_electric,
        held.vehicle_energy,
        held.run.years,
    )
    fit = measure_area_fit(power, *given, assumptions)

    def beside(table: str, rows: pl.DataFrame) -> pl.DataFrame:
        return held.completed(table, rows, "supply_area_id", around)

    return Areas(
        areas,
        tuple(terrains["terrain_id"]),
        power,
        fit.by_year,
        fit.for_good,
        estimate_grid_fit(candidates, beside("area_fit", fit.by_year)),
        find_fit_years(candidates, beside("area_fit_by_year", fit.for_good), assumptions),
        move_transmission(
            beside("area_power", power),
            held.table("supply_areas"),
            held.national_electric,
            held.vehicle_energy,
            candidates,
            held.run.years,
            assumptions,
        ),
    )


def _nowhere() -> Areas:
    """Return no areas: those of terrains of which none is known."""
    none = no_results("grid_fit")
    return Areas(
        area_ids=(),
        terrain_ids=(),
        power=no_results("area_power"),
        fit=no_results("area_fit"),
        fit_by_year=no_results("area_fit_by_year"),
        grid_fit=none,
        fit_years=no_results("fit_years"),
        cases=dict.fromkeys(FACTORS, none),
    )
