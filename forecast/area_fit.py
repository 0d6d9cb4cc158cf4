"""Does the added power of a supply area fit its room? With a probability per year.

The figures are indicative and end at the supply area: cables and transformers below it are not
known. All strategies, scenarios and years of an area meet the same draws of its room, so that a
difference between them is one of demand.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy.special import ndtri

from forecast.area_room import (
    Room,
    demand_factors,
    draw_passes,
    draw_room,
    load_factor,
    priors_of,
    published_figures,
)
from forecast.assumptions import Assumptions
from forecast.schema import no_results
from forecast.years import ALL_YEARS
from models import headroom
from models.headroom import AreaFigures, HeadroomPriors
from models.units import BAND_QUANTILES, HALF

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

DRAWS: Final = 2000
"""Another seed then moves a probability by at most about 0.03."""
SEED: Final = 20260730
"""Any number, the same for ever: day of the embedded capacity map."""
_BLOCK: Final = 25
"""Areas worked on at a time: what bounds the memory."""
_HEADROOM: Final = ("headroom_kw_p10", "headroom_kw_p50", "headroom_kw_p90")
_CHANCES: Final = ("fits_probability", "fits_after_queue_probability", "relief_probability")
_LASTING: Final = "fits_for_good_probability"
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
    factors = demand_factors(national_electric, vehicle_energy, _deviation())
    at = [ALL_YEARS.index(year) for year in years]
    by_year, for_good = [no_results("area_fit")], [no_results("area_fit_by_year")]
    for block in _blocks(area_power, supply_areas, ALL_YEARS):
        found = list(_fits(block, at, factors, assumptions))
        known = {name: [case[name] for case in found] for name in (*_HEADROOM, *_CHANCES)}
        added = pl.Series(block.added_kw[:, :, at].ravel(), dtype=pl.Float64)
        by_year.append(block.rows(years, known).with_columns(added_design_peak_kw=added))
        for_good.append(block.rows(ALL_YEARS, {_LASTING: [case[_LASTING] for case in found]}))
    return AreaFit(
        pl.concat(frame.select(by_year[0].columns) for frame in by_year).sort(_ORDER),
        pl.concat(frame.select(for_good[0].columns) for frame in for_good)
        .drop_nulls(_LASTING)
        .sort(_ORDER),
    )


def _fits(
    block: _Block,
    at: Sequence[int],
    factors: Mapping[str, Floats],
    assumptions: Assumptions,
) -> Iterator[dict[str, Floats]]:
    """Yield room and chances in some years, and chances for good in all, (areas, years) each."""
    for strategy in block.strategies:
        room, passes = block.room(strategy, assumptions), block.passes(strategy, assumptions)
        headroom_kw = np.quantile(room.after_queue[:, at], BAND_QUANTILES, axis=-1)
        for demand in block.demands(strategy, factors):
            fits = demand.fits(room, passes)
            yield {
                **dict(zip(_HEADROOM, headroom_kw, strict=True)),
                **demand.at(at).chances(room.at(at), passes[:, at]),
                _LASTING: headroom.fits_for_good(fits).mean(axis=-1),
            }


def measure_chances(
    area_power: pl.DataFrame,
    supply_areas: pl.DataFrame,
    national_electric: pl.DataFrame,
    vehicle_energy: pl.DataFrame,
    years: Sequence[int],
    *sets: Assumptions,
) -> list[pl.DataFrame]:
    """Return the probabilities of `area_fit` alone, without asking after other years: see above.

    One frame per set of assumptions. These differ in the chance to pass the transmission grid at
    most: all draws are shared.
    """
    factors = demand_factors(national_electric, vehicle_energy, _deviation())
    keys = [*_ORDER, *_CHANCES]
    found = [[no_results("area_fit").select(keys)] for _ in sets]
    for block in _blocks(area_power, supply_areas, years):
        cases: list[list[dict[str, Floats]]] = [[] for _ in sets]
        for strategy in block.strategies:
            room = block.room(strategy, sets[0])
            passes = [block.passes(strategy, assumptions) for assumptions in sets]
            for demand in block.demands(strategy, factors):
                for of_set, passing in zip(cases, passes, strict=True):
                    of_set.append(demand.chances(room, passing))
        for frames, of_set in zip(found, cases, strict=True):
            chances = {name: [case[name] for case in of_set] for name in _CHANCES}
            frames.append(block.rows(years, chances).select(keys))
    return [pl.concat(frames).sort(_ORDER) for frames in found]


def area_fit_of(fit_of_areas: AreaFit) -> pl.DataFrame:
    """Return `area_fit` without its run."""
    return fit_of_areas.by_year


def area_fit_by_year_of(fit_of_areas: AreaFit) -> pl.DataFrame:
    """Return `area_fit_by_year` without its run."""
    return fit_of_areas.for_good


@dataclass(frozen=True)
class _Demand:
    """Draws of the added power of areas, shape (areas, years, draws) [kW]."""

    kilowatts: Floats

    def at(self, columns: Sequence[int]) -> _Demand:
        """Return that of some of the years."""
        return _Demand(self.kilowatts[:, columns])

    def fits(self, room: Room, passes: Bools) -> Bools:
        """Return whether it fits after the queue, where the transmission grid lets it pass."""
        return np.asarray((self.kilowatts <= room.after_queue) & passes)

    def chances(self, room: Room, passes: Bools) -> dict[str, Floats]:
        """Return `_CHANCES`, shape (areas, years) each [1]."""
        after = self.fits(room, passes)
        before = (self.kilowatts <= room.before_queue) & passes
        by_relief = after & (self.kilowatts > room.without_relief)
        return {
            name: fits.mean(axis=-1)
            for name, fits in zip(_CHANCES, (before, after, by_relief), strict=True)
        }


@dataclass(frozen=True)
class _Block:
    """Some areas and what they ask in some years.

    Attributes
    ----------
    areas
        Their published rows.
    years
        Of the demand.
    cases
        Scenario and strategy, those of a strategy behind each other.
    added_kw
        Shape (cases, areas, years) [kW].
    rooms
        By what is believed of them and the load factor of the grid [1].
    """

    areas: pl.DataFrame
    years: Sequence[int]
    cases: Sequence[tuple[str, str]]
    added_kw: Floats
    rooms: dict[tuple[HeadroomPriors, float], Room] = field(default_factory=dict)

    @property
    def strategies(self) -> tuple[str, ...]:
        """In the order of the cases."""
        return tuple(dict.fromkeys(strategy for _, strategy in self.cases))

    @cached_property
    def figures(self) -> AreaFigures:
        """What is published of the areas."""
        return published_figures(self.areas)

    @cached_property
    def draws(self) -> headroom.HeadroomDraws:
        """Of their room; all cases meet the same ones."""
        names = self.areas["supply_area_id"]
        return headroom.draw([[SEED, *name.encode()] for name in names], DRAWS)

    def room(self, strategy: str, assumptions: Assumptions) -> Room:
        """Return the room for a strategy in all years; those of one load share it."""
        given = priors_of(assumptions), load_factor(strategy, assumptions)
        if given not in self.rooms:
            self.rooms[given] = draw_room(self.figures, self.years, self.draws, *given)
        return self.rooms[given]

    def passes(self, strategy: str, assumptions: Assumptions) -> Bools:
        """Return whether the transmission grid lets a strategy pass, (areas, years, draws)."""
        priors = priors_of(assumptions)
        return draw_passes(self.figures, self.years, self.draws, priors, strategy, assumptions)

    def demands(self, strategy: str, factors: Mapping[str, Floats]) -> Iterator[_Demand]:
        """Yield the demand in the cases of a strategy."""
        columns = [ALL_YEARS.index(year) for year in self.years]
        for (scenario, name), added in zip(self.cases, self.added_kw, strict=True):
            if name == strategy:
                yield _Demand(added[:, :, np.newaxis] * factors[scenario][columns])

    def rows(self, years: Sequence[int], figures: Mapping[str, Sequence[Floats]]) -> pl.DataFrame:
        """Return figures per case, (areas, years) each, as rows; null where nothing is known."""
        names, cases = self.areas["supply_area_id"], pl.Series(range(len(self.cases)))
        is_known = ~np.isnan(self.figures.available_kw - self.figures.quoted_kw)
        keys = (
            pl.DataFrame({"case": cases})
            .join(names.to_frame(), how="cross", maintain_order="left_right")
            .join(pl.DataFrame({"year": years}), how="cross", maintain_order="left_right")
        )
        scenarios, strategies = zip(*self.cases, strict=True)
        return keys.select(
            "supply_area_id",
            pl.col("year").cast(pl.Int64),
            scenario=pl.Series(scenarios).gather(keys["case"]),
            strategy=pl.Series(strategies).gather(keys["case"]),
            **{
                name: pl.Series(
                    np.where(is_known[:, np.newaxis], np.stack(values), np.nan).ravel(),
                    nan_to_null=True,
                )
                for name, values in figures.items()
            },
        )


@cache
def _deviation() -> Floats:
    """Return evenly spread standard normal numbers, the same ones for all demand."""
    even = (np.arange(DRAWS) + HALF) / DRAWS
    return np.asarray(ndtri(np.random.default_rng(SEED).permutation(even)))


def _blocks(
    area_power: pl.DataFrame, supply_areas: pl.DataFrame, years: Sequence[int]
) -> Iterator[_Block]:
    areas = (
        area_power.select("supply_area_id")
        .unique()
        .join(supply_areas, on="supply_area_id")
        .sort("supply_area_id")
    )
    case = ["strategy", "scenario"]
    wide = (
        area_power.filter(pl.col("year").is_in(list(years)))
        .pivot("year", index=["supply_area_id", *case], values="added_design_peak_kw")
        .sort(*case, "supply_area_id")
    )
    cases = [
        (scenario, strategy) for strategy, scenario in wide.select(case).unique().sort(case).rows()
    ]
    for rows in areas.iter_slices(_BLOCK):
        here = wide.join(
            rows.select("supply_area_id"), "supply_area_id", "semi", maintain_order="left"
        )
        added = here.select(str(year) for year in years).to_numpy()
        yield _Block(rows, years, cases, added.reshape(len(cases), rows.height, len(years)))
