"""Room of supply areas in draws, from what is published and believed of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from forecast.assumptions import Assumptions
from forecast.vocabulary import FIRST_YEAR
from forecast.years import year_end
from models import headroom
from models.headroom import AreaFigures, HeadroomPriors
from models.units import KW_PER_MW, P90_SDS

Floats = npt.NDArray[np.float64]

_TSO_SHORT: Final = ("study", "shortage")


@dataclass(frozen=True)
class Room:
    """Draws of the room of the areas, each shape (areas, years, draws) [kW]."""

    before_queue: Floats
    after_queue: Floats
    without_relief: Floats

    def at(self, columns: Sequence[int]) -> Room:
        """Return that of some of the years."""
        return Room(
            self.before_queue[:, columns],
            self.after_queue[:, columns],
            self.without_relief[:, columns],
        )


def load_factor(strategy: str, assumptions: Assumptions) -> float:
    """Return the load of the grid in the hours of a strategy over that in its busiest ones [1]."""
    return assumptions["grid.off_peak_load_factor"] if strategy == "night_block" else 1.0


def draw_room(
    figures: AreaFigures,
    span: Sequence[int],
    draws: headroom.HeadroomDraws,
    priors: HeadroomPriors,
    load: float,
) -> Room:
    """Return the room of areas at the ends of some years, under a load factor of the grid [1]."""

    def room(*, counts_queue: bool, counts_relief: bool) -> Floats:
        return headroom.headroom_kw(
            figures, _ends(span), draws, priors, load_factor=load,
            counts_queue=counts_queue, counts_relief=counts_relief,
        )  # fmt: skip

    return Room(
        room(counts_queue=False, counts_relief=True),
        room(counts_queue=True, counts_relief=True),
        room(counts_queue=True, counts_relief=False),
    )


def draw_passes(
    figures: AreaFigures,
    span: Sequence[int],
    draws: headroom.HeadroomDraws,
    priors: HeadroomPriors,
    strategy: str,
    assumptions: Assumptions,
) -> npt.NDArray[np.bool_]:
    """Return whether the transmission grid lets a draw through, (areas, years, draws)."""
    chance = assumptions[f"grid.tso_pass_probability.{strategy}"]
    return headroom.passes_transmission(
        figures, _ends(span), draws, priors, pass_probability=chance
    )


def _ends(span: Sequence[int]) -> Floats:
    return np.array([float(year_end(year)) for year in span])


def published_figures(areas: pl.DataFrame) -> AreaFigures:
    """Return the published figures of areas, rows of `supply_areas`."""

    def kilowatts(column: str) -> Floats:
        return areas[column].cast(pl.Float64).fill_null(np.nan).to_numpy() * KW_PER_MW

    tso_relief = (
        pl.when(pl.col("tso_status").is_in(_TSO_SHORT))
        .then(pl.col("tso_alleviation_year").cast(pl.Float64).fill_null(np.inf))
        .otherwise(-np.inf)
    )
    return AreaFigures(
        kilowatts("demand_available_capacity_mw"),
        kilowatts("demand_quoted_capacity_mw"),
        # A queue of which nothing is said counts as none; the status says so.
        np.nan_to_num(kilowatts("demand_capacity_in_queue_mw")),
        areas["demand_alleviation_year"].cast(pl.Float64).fill_null(np.inf).to_numpy(),
        areas.select(tso_relief).to_series().to_numpy(),
    )


def priors_of(assumptions: Assumptions) -> HeadroomPriors:
    """Return what is believed of them."""
    queue = assumptions.row("grid.queue_served_share")
    gain = assumptions.row("grid.relief_gain_share")
    slip = assumptions.row("grid.alleviation_slip_years")
    return HeadroomPriors(
        figure_sd=assumptions["grid.figure_sd"],
        queue_served=(queue.low, queue.high),
        relief_gain=(gain.low, gain.high),
        slip_median_years=slip.value,
        slip_p90_years=slip.high,
    )


def demand_factors(
    national_electric: pl.DataFrame, vehicle_energy: pl.DataFrame, deviation: Floats
) -> dict[str, Floats]:
    """Return what draws lay on the demand of every year, per scenario, shape (years, draws) [1].

    The band of the electric vehicles of the country, each class weighing by their number and by the
    energy of one in the first year, which every run holds.

    Parameters
    ----------
    national_electric, vehicle_energy
        The country per class, year and scenario.
    deviation
        Standard normal numbers, shape (draws,).
    """
    each = vehicle_energy.filter(pl.col("year") == FIRST_YEAR).drop("year")
    p50 = pl.col("electric_vehicles")
    weight = p50 * pl.col("energy_kwh_per_vehicle_year")
    ratio = {
        end: (weight * pl.col(f"electric_vehicles_{end}") / p50).sum() / weight.sum()
        for end in ("p10", "p90")
    }
    bands = (
        national_electric.join(each, on=["scenario", "vehicle_class"])
        .group_by("scenario", "year")
        .agg(below=-ratio["p10"].log() / P90_SDS, above=ratio["p90"].log() / P90_SDS)
        .sort("scenario", "year")
    )
    by_scenario = bands.partition_by("scenario", as_dict=True)
    return {
        str(scenario): np.exp(
            np.where(
                deviation < 0,
                rows["below"].to_numpy()[:, np.newaxis],
                rows["above"].to_numpy()[:, np.newaxis],
            )
            * deviation
        )
        for (scenario,), rows in by_scenario.items()
    }
