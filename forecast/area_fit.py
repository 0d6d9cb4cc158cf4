"""Does the added power of a supply area fit its room? With a probability per year.

The figures are indicative and end at the supply area: cables and transformers below it are not
known. All strategies, scenarios and years of an area meet the same draws of its room, so that a
difference between them is one of demand.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy.special import ndtri

from forecast.area_room import Room, demand_spread, draw_room, priors_of, published_figures
from forecast.assumptions import Assumptions
from forecast.schema import no_results
from forecast.vocabulary import (
    SCENARIOS,
    STRATEGIES,
)
from forecast.years import ALL_YEARS
from models import headroom
from models.bands import QUANTILES
from models.units import HALF

Floats = npt.NDArray[np.float64]

DRAWS: Final = 2000
"""Another seed then moves a probability by at most about 0.03."""
SEED: Final = 20260730
"""Any number, the same for ever: day of the embedded capacity map."""
_BLOCK: Final = 25
"""Areas worked on at a time: what bounds the memory."""
_HEADROOM: Final = ("headroom_kw_p10", "headroom_kw_p50", "headroom_kw_p90")
_ORDER: Final = ("supply_area_id", "year", "scenario", "strategy")


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
    spread = demand_spread(national_electric, vehicle_energy)
    by_year, for_good = [no_results("area_fit")], [no_results("area_fit_by_year")]
    for block in _blocks(area_power, supply_areas):
        for case in _cases(block, spread, ALL_YEARS, assumptions):
            by_year.append(case.chances(years))
            for_good.append(case.for_good())
    return AreaFit(
        pl.concat(by_year).sort(_ORDER),
        pl.concat(for_good).sort(_ORDER),
    )


def measure_chances(
    area_power: pl.DataFrame,
    supply_areas: pl.DataFrame,
    national_electric: pl.DataFrame,
    vehicle_energy: pl.DataFrame,
    years: Sequence[int],
    assumptions: Assumptions,
    scenarios: Sequence[str] = SCENARIOS,
) -> pl.DataFrame:
    """Return `area_fit` without its run, and without asking after other years: see above."""
    spread = demand_spread(national_electric, vehicle_energy)
    return pl.concat(
        [
            no_results("area_fit"),
            *(
                case.chances(years)
                for block in _blocks(area_power, supply_areas)
                for case in _cases(block, spread, years, assumptions, scenarios)
            ),
        ]
    ).sort(_ORDER)


def area_fit_of(fit_of_areas: AreaFit) -> pl.DataFrame:
    """Return `area_fit` without its run."""
    return fit_of_areas.by_year


def area_fit_by_year_of(fit_of_areas: AreaFit) -> pl.DataFrame:
    """Return `area_fit_by_year` without its run."""
    return fit_of_areas.for_good


@dataclass(frozen=True)
class _Block:
    """Some areas: their published rows, and what they ask per scenario and strategy."""

    areas: pl.DataFrame
    wide: pl.DataFrame


@dataclass(frozen=True)
class _Case:
    """One scenario and strategy of a block, over a span of years."""

    ids: pl.DataFrame
    span: Sequence[int]
    is_known: npt.NDArray[np.bool_]
    added_kw: Floats
    demand_kw: Floats
    room: Room

    def chances(self, years: Sequence[int]) -> pl.DataFrame:
        """Return the rows of `area_fit` of some years of the span."""
        frames = []
        for year in years:
            at = self.span.index(year)
            demand, passes = self.demand_kw[:, at], self.room.passes[:, at]
            after = (demand <= self.room.after_queue[:, at]) & passes
            unrelieved = (demand <= self.room.without_relief[:, at]) & passes
            quantiles = np.quantile(self.room.after_queue[:, at], QUANTILES, axis=1)
            columns = {
                **dict(zip(_HEADROOM, quantiles, strict=True)),
                "fits_probability": ((demand <= self.room.before_queue[:, at]) & passes).mean(1),
                "fits_after_queue_probability": after.mean(axis=1),
                "relief_probability": (after & ~unrelieved).mean(axis=1),
            }
            frames.append(
                self.ids.with_columns(
                    year=pl.lit(year, dtype=pl.Int64),
                    added_design_peak_kw=pl.Series(self.added_kw[:, at], dtype=pl.Float64),
                    **{
                        name: pl.Series(np.where(self.is_known, values, np.nan), nan_to_null=True)
                        for name, values in columns.items()
                    },
                )
            )
        return pl.concat(frames).select(no_results("area_fit").columns)

    def for_good(self) -> pl.DataFrame:
        """Return the rows of `area_fit_by_year`, after the queue."""
        fits = (self.demand_kw <= self.room.after_queue) & self.room.passes
        share = headroom.fits_for_good(fits).mean(axis=2)[self.is_known]
        return pl.concat(
            self.ids.filter(self.is_known).with_columns(
                year=pl.lit(year, dtype=pl.Int64),
                fits_for_good_probability=pl.Series(share[:, column]),
            )
            for column, year in enumerate(self.span)
        ).select(no_results("area_fit_by_year").columns)


def _blocks(area_power: pl.DataFrame, supply_areas: pl.DataFrame) -> Iterator[_Block]:
    areas = (
        area_power.select("supply_area_id")
        .unique()
        .join(supply_areas, on="supply_area_id")
        .sort("supply_area_id")
    )
    for rows in areas.iter_slices(_BLOCK):
        power = area_power.join(rows.select("supply_area_id"), on="supply_area_id", how="semi")
        wide = power.pivot("year", index=["supply_area_id", "scenario", "strategy"])
        yield _Block(rows, wide.sort("supply_area_id"))


def _cases(
    block: _Block,
    spread: Mapping[str, tuple[Floats, Floats]],
    span: Sequence[int],
    assumptions: Assumptions,
    scenarios: Sequence[str] = SCENARIOS,
) -> Iterator[_Case]:
    """Return every scenario and strategy; all meet the same draws."""
    figures, priors = published_figures(block.areas), priors_of(assumptions)
    names = block.areas["supply_area_id"]
    draws = headroom.draw([[SEED, *name.encode()] for name in names], DRAWS)
    deviation = ndtri(np.random.default_rng(SEED).permutation((np.arange(DRAWS) + HALF) / DRAWS))
    columns = [ALL_YEARS.index(year) for year in span]
    for strategy in STRATEGIES:
        room = draw_room(figures, span, draws, priors, strategy, assumptions)
        for scenario in scenarios:
            rows = block.wide.filter(
                (pl.col("scenario") == scenario) & (pl.col("strategy") == strategy)
            )
            added = rows.select(str(year) for year in span).to_numpy()
            below, above = (side[columns, np.newaxis] for side in spread[scenario])
            factor = np.exp(np.where(deviation < 0, below, above) * deviation)
            yield _Case(
                names.to_frame().with_columns(scenario=pl.lit(scenario), strategy=pl.lit(strategy)),
                span,
                ~np.isnan(figures.available_kw - figures.quoted_kw),
                added,
                added[:, :, np.newaxis] * factor,
                room,
            )
