"""Design peaks on business parks alone: of pools of terrains, and of the ends of a band."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import numpy.typing as npt
import polars as pl

from forecast.assumptions import Assumptions
from forecast.sessions import LocationCharging
from forecast.steered import joint_limits_kw, limits_kw
from forecast.vocabulary import ON_TERRAIN_LOCATION_TYPES, STRATEGIES
from forecast.year_sites import Found, YearSites, fleets_of, split_years, work_on
from models.peak import design_peaks_kw

Floats = npt.NDArray[np.float64]

_DEPOT, _HUB = ON_TERRAIN_LOCATION_TYPES


def on_terrain_design_kw(
    batch: Sequence[YearSites], strategies: Sequence[str]
) -> list[dict[str, Floats]]:
    """Return the design peak of depots and hub together per strategy, each shape (sites,) [kW].

    The figure of `estimate_power` without what else it computes, for pools and bands. One entry per
    entry of the batch.
    """
    steered = [strategy for strategy in strategies if strategy != "unmanaged"]
    asked = [
        (ON_TERRAIN_LOCATION_TYPES, "unmanaged"),
        ([_DEPOT], "unmanaged"),
        *(([_HUB], strategy) for strategy in steered),
    ]
    free = iter(
        design_peaks_kw([fleets_of(each, *question) for each in batch for question in asked])
    )
    return [
        _steered_design_kw(each, next(free), next(free), {name: next(free) for name in steered})
        for each in batch
    ]


def _steered_design_kw(
    each: YearSites, unmanaged: Floats, alone: Floats, visits: Mapping[str, Floats]
) -> dict[str, Floats]:
    """Return the peaks under every strategy.

    Parameters
    ----------
    each
        The sites.
    unmanaged, alone
        Peak of all, and of the depots, when nobody is steered, shape (sites,) each [kW].
    visits
        Peak of the hub per controlled strategy, shape (sites,) each [kW].
    """
    peaks = {"unmanaged": unmanaged}
    for strategy, of_hub in visits.items():
        limit, typical = limits_kw(each.places[_DEPOT], each.counts[_DEPOT], strategy, each.day_sd)
        peaks[strategy], _ = joint_limits_kw(
            [each.places[name] for name in ON_TERRAIN_LOCATION_TYPES],
            [each.counts[name] for name in ON_TERRAIN_LOCATION_TYPES],
            strategy,
            depot_kw=(np.minimum(limit, alone) if strategy == "smart" else limit, typical),
            hub_kw=(of_hub, of_hub),
            day_sd=each.day_sd,
        )
    if "smart" in peaks:
        peaks["smart"] = np.minimum(peaks["smart"], unmanaged)
    return peaks


def estimate_design_peaks(
    sessions: pl.DataFrame,
    charging: Mapping[tuple[int, str, str], LocationCharging],
    assumptions: Assumptions,
    key: str,
) -> pl.DataFrame:
    """Return the design peak on business parks of pools of terrains named by the column ``key``.

    Returns
    -------
    key, year, scenario, strategy (unmanaged, smart, night_block), design_peak_kw [kW].
    """

    def estimate(batch: Sequence[YearSites]) -> Iterator[Found]:
        for each, peaks in zip(batch, on_terrain_design_kw(batch, STRATEGIES), strict=True):
            for strategy, peak in peaks.items():
                yield Found(each, {"strategy": strategy}, {"design_peak_kw": peak})

    columns = [key, "year", "scenario", "strategy"]
    day_sd = assumptions["power.design_day_sd"]
    years = split_years(sessions, charging, key, day_sd, ON_TERRAIN_LOCATION_TYPES)
    return work_on(years, key, estimate).select(*columns, "design_peak_kw").sort(columns)
