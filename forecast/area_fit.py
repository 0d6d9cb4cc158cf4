"""Does the added power of a supply area fit its room? With a probability per year.

The figures are indicative and end at the supply area: cables and transformers below it are not
known. All strategies, scenarios and years of an area meet the same draws of its room, so that a
difference between them is one of demand.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy.special import ndtri

from forecast.assumptions import Assumptions
from forecast.vocabulary import (
    SCENARIOS,
    STRATEGIES,
)
from forecast.years import ALL_YEARS, year_end
from models import headroom
from models.bands import QUANTILES
from models.headroom import AreaFigures, HeadroomPriors
from models.units import HALF, KW_PER_MW, P90_SDS

Floats = npt.NDArray[np.float64]

DRAWS: Final = 500
SEED: Final = 20260730
"""Any number, the same for ever: day of the embedded capacity map."""
_TSO_SHORT: Final = ("study", "shortage")


@dataclass(frozen=True)
class AreaFit:
    """How the added power of the areas fits.

    Attributes
    ----------
    by_year
        `area_fit` without its run.
    for_good
        `area_fit_by_year` without its run.
    """

    by_year: pl.DataFrame
    for_good: pl.DataFrame


def measure_area_fit(
    area_power: pl.DataFrame,
    supply_areas: pl.DataFrame,
    national_electric: pl.DataFrame,
    vehicle_energy: pl.DataFrame,
    years: Sequence[int],
    assumptions: Assumptions,
) -> AreaFit:
    """Return how the added power of each area fits, by draws of its room and of its demand.

    Notes
    -----
    The room of the hours outside 16:00-21:00, where the night block charges, is larger by the part
    that the grid is emptier then. Demand varies as the electric vehicles of the country do: what
    differs between terrains evens out over an area. An area whose megawatts are not known has no
    probability.
    """
    areas = (
        area_power.select("supply_area_id")
        .unique()
        .join(supply_areas, on="supply_area_id")
        .sort("supply_area_id")
    )
    wide = area_power.pivot("year", index=["supply_area_id", "scenario", "strategy"]).sort(
        "supply_area_id"
    )
    figures, priors = _figures(areas), _priors(assumptions)
    draws = headroom.draw([[SEED, *name.encode()] for name in areas["supply_area_id"]], DRAWS)
    deviation = ndtri(np.random.default_rng(SEED).permutation((np.arange(DRAWS) + HALF) / DRAWS))
    spread = _demand_spread(national_electric, vehicle_energy)
    is_known = ~np.isnan(figures.available_kw - figures.quoted_kw)
    by_year, for_good = [], []
    for strategy in STRATEGIES:
        room = _Room.of(figures, draws, priors, strategy, assumptions)
        for scenario in SCENARIOS:
            rows = wide.filter((pl.col("scenario") == scenario) & (pl.col("strategy") == strategy))
            added = rows.select(str(year) for year in ALL_YEARS).to_numpy()
            below, above = spread[scenario]
            factor = np.exp(
                np.where(deviation < 0, below[:, np.newaxis], above[:, np.newaxis]) * deviation
            )
            demand = added[:, :, np.newaxis] * factor
            key = {"scenario": pl.lit(scenario), "strategy": pl.lit(strategy)}
            ids = areas.select("supply_area_id").with_columns(**key)
            fits = room.fits(demand)
            good = headroom.fits_for_good(fits).mean(axis=2)
            for_good.append(_per_year(ids.filter(is_known), good[is_known], ALL_YEARS))
            by_year.append(_per_area(ids, added, room, fits, demand, is_known, years))
    order = ["supply_area_id", "year", "scenario", "strategy"]
    return AreaFit(
        pl.concat(by_year).select(*order, pl.exclude(order)).sort(order),
        pl.concat(for_good).select(*order, "fits_for_good_probability").sort(order),
    )


def area_fit_of(fit_of_areas: AreaFit) -> pl.DataFrame:
    """Return `area_fit` without its run."""
    return fit_of_areas.by_year


def area_fit_by_year_of(fit_of_areas: AreaFit) -> pl.DataFrame:
    """Return `area_fit_by_year` without its run."""
    return fit_of_areas.for_good


@dataclass(frozen=True)
class _Room:
    """Draws of the room of the areas, each shape (areas, years, draws) [kW], and what passes."""

    before_queue: Floats
    after_queue: Floats
    without_relief: Floats
    passes: npt.NDArray[np.bool_]

    @classmethod
    def of(
        cls,
        figures: AreaFigures,
        draws: headroom.HeadroomDraws,
        priors: HeadroomPriors,
        strategy: str,
        assumptions: Assumptions,
    ) -> _Room:
        ends = np.array([float(year_end(year)) for year in ALL_YEARS])
        is_night = strategy == "night_block"
        load = assumptions["grid.off_peak_load_factor"] if is_night else 1.0

        def room(*, counts_queue: bool, counts_relief: bool) -> Floats:
            return headroom.headroom_kw(
                figures, ends, draws, priors, load_factor=load,
                counts_queue=counts_queue, counts_relief=counts_relief,
            )  # fmt: skip

        return cls(
            room(counts_queue=False, counts_relief=True),
            room(counts_queue=True, counts_relief=True),
            room(counts_queue=True, counts_relief=False),
            headroom.passes_transmission(
                figures,
                ends,
                draws,
                priors,
                pass_probability=assumptions[f"grid.tso_pass_probability.{strategy}"],
            ),
        )

    def fits(self, demand_kw: Floats) -> npt.NDArray[np.bool_]:
        """Return whether demand fits after the queue."""
        return np.asarray((demand_kw <= self.after_queue) & self.passes)


def _per_area(
    ids: pl.DataFrame,
    added: Floats,
    room: _Room,
    fits: npt.NDArray[np.bool_],
    demand: Floats,
    is_known: npt.NDArray[np.bool_],
    years: Sequence[int],
) -> pl.DataFrame:
    before = (demand <= room.before_queue) & room.passes
    unrelieved = (demand <= room.without_relief) & room.passes
    frames = []
    for year in years:
        at = ALL_YEARS.index(year)
        quantiles = np.quantile(room.after_queue[:, at, :], QUANTILES, axis=1)
        columns = {
            **dict(
                zip(
                    ("headroom_kw_p10", "headroom_kw_p50", "headroom_kw_p90"),
                    quantiles,
                    strict=True,
                )
            ),
            "fits_probability": before[:, at].mean(axis=1),
            "fits_after_queue_probability": fits[:, at].mean(axis=1),
            "relief_probability": (fits & ~unrelieved)[:, at].mean(axis=1),
        }
        frames.append(
            ids.with_columns(
                year=pl.lit(year, dtype=pl.Int64),
                added_design_peak_kw=pl.Series(added[:, at]),
                **{
                    name: pl.Series(np.where(is_known, values, np.nan), nan_to_null=True)
                    for name, values in columns.items()
                },
            )
        )
    return pl.concat(frames)


def _per_year(ids: pl.DataFrame, share: Floats, years: Sequence[int]) -> pl.DataFrame:
    return pl.concat(
        ids.with_columns(
            year=pl.lit(year, dtype=pl.Int64),
            fits_for_good_probability=pl.Series(share[:, column]),
        )
        for column, year in enumerate(years)
    )


def _figures(areas: pl.DataFrame) -> AreaFigures:
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


def _priors(assumptions: Assumptions) -> HeadroomPriors:
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


def _demand_spread(
    national_electric: pl.DataFrame, vehicle_energy: pl.DataFrame
) -> dict[str, tuple[Floats, Floats]]:
    """Return the log deviation of demand per scenario, below and above p50, shape (years,) [1].

    The band of the electric vehicles of the country, weighing each class by its energy in the last
    year of the run.
    """
    last = vehicle_energy.filter(pl.col("year") == pl.col("year").max()).drop("year")
    p50 = pl.col("electric_vehicles")
    weight = p50 * pl.col("energy_kwh_per_vehicle_year")
    ratio = {
        end: (weight * pl.col(f"electric_vehicles_{end}") / p50).sum() / weight.sum()
        for end in ("p10", "p90")
    }
    bands = (
        national_electric.join(last, on=["scenario", "vehicle_class"])
        .group_by("scenario", "year")
        .agg(below=-ratio["p10"].log() / P90_SDS, above=ratio["p90"].log() / P90_SDS)
        .sort("scenario", "year")
    )
    by_scenario = bands.partition_by("scenario", as_dict=True)
    return {
        str(scenario): (rows["below"].to_numpy(), rows["above"].to_numpy())
        for (scenario,), rows in by_scenario.items()
    }
