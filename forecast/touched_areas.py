"""Supply areas of the electricity grid in which some terrains changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from forecast.area_fit import measure_area_fit
from forecast.area_power import estimate_area_power
from forecast.assumptions import Assumptions
from forecast.grid_fit import estimate_grid_fit, find_fit_years
from forecast.held import Held
from forecast.plan_sensitivity import FACTORS, move_transmission
from forecast.replaced import Replaced
from forecast.schema import no_results
from forecast.sessions import charging_by_year
from forecast.vehicle_energy import estimate_vehicle_energy

_OF_OTHERS: Final = ("area_power", "area_fit", "area_fit_by_year")


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


@dataclass(frozen=True)
class AskedAreas:
    """Supply areas in which terrains changed, and what their power and room hang on.

    Attributes
    ----------
    area_ids, terrain_ids
        The areas, and all terrains that lie in them.
    sessions
        Of these terrains.
    candidates
        Their `terrain_supply_areas`, other areas that they may belong to among them.
    others
        What the run holds of these other areas: `area_power`, `area_fit` and `area_fit_by_year`.
    supply_areas, national_electric, years, assumptions
        Of the run.
    """

    area_ids: tuple[str, ...]
    terrain_ids: tuple[str, ...]
    sessions: pl.DataFrame
    candidates: pl.DataFrame
    others: Mapping[str, pl.DataFrame]
    supply_areas: pl.DataFrame
    national_electric: pl.DataFrame
    years: Sequence[int]
    assumptions: Assumptions

    def beside_others(self, table: str, rows: pl.DataFrame) -> pl.DataFrame:
        """Return rows of the areas with those of the others."""
        return pl.concat([rows, self.others[table].select(rows.columns)])


def ask_areas(held: Held, terrain_sessions: pl.DataFrame, touched: pl.DataFrame) -> AskedAreas:
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
    areas = every.join(touched, on="terrain_id", how="semi")["supply_area_id"].unique().sort()
    here = every.filter(pl.col("supply_area_id").is_in(areas.implode()))
    terrains = here.select("terrain_id").unique().sort("terrain_id")
    candidates = every.join(terrains, on="terrain_id", how="semi")
    others = {*candidates["supply_area_id"]} - {*areas}
    return AskedAreas(
        tuple(areas),
        tuple(terrains["terrain_id"]),
        terrain_sessions.join(terrains, on="terrain_id", how="semi"),
        candidates,
        {table: held.where(table, "supply_area_id", sorted(others)) for table in _OF_OTHERS},
        held.table("supply_areas"),
        held.national_electric,
        held.run.years,
        held.assumptions,
    )


def find_areas(asked: AskedAreas) -> Areas:
    """Return what the areas ask, and what of it fits, for them and for the terrains in them."""
    if not asked.area_ids:
        return _nowhere()
    electric, years, assumptions = asked.national_electric, asked.years, asked.assumptions
    vehicle_energy = estimate_vehicle_energy(electric, years, assumptions)
    power = estimate_area_power(
        asked.sessions,
        asked.candidates.filter(pl.col("supply_area_id").is_in(asked.area_ids)),
        electric,
        charging_by_year(vehicle_energy, assumptions),
        years,
        assumptions,
    )
    given = asked.supply_areas, electric, vehicle_energy
    fit = measure_area_fit(power, *given, years, assumptions)
    every = asked.candidates
    return Areas(
        asked.area_ids,
        asked.terrain_ids,
        power,
        fit.by_year,
        fit.for_good,
        estimate_grid_fit(every, asked.beside_others("area_fit", fit.by_year)),
        find_fit_years(every, asked.beside_others("area_fit_by_year", fit.for_good), assumptions),
        move_transmission(
            asked.beside_others("area_power", power), *given, every, years, assumptions
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
