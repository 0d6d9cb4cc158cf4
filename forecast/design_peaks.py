"""Design peaks on business parks alone: of pools of terrains, and of the ends of a band."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import numpy.typing as npt
import polars as pl

from forecast.assumptions import Assumptions
from forecast.power import by_year_and_scenario, count_sites
from forecast.sessions import LocationCharging
from forecast.steered import joint_limits_kw, limits_kw
from forecast.vocabulary import ON_TERRAIN_LOCATION_TYPES, STRATEGIES
from models.peak import design_peaks_kw

Floats = npt.NDArray[np.float64]


def on_terrain_design_kw(
    places: Sequence[LocationCharging],
    counts: Sequence[Floats],
    strategies: Sequence[str],
    day_sd: float,
) -> dict[str, Floats]:
    """Return the design peak of depots and hub together per strategy, each shape (sites,) [kW].

    The figure of `estimate_power` without what else it computes, for pools and bands.
    """
    (depot, hub), (at_depot, at_hub) = places, counts

    def free(located: Sequence[LocationCharging], of: Sequence[Floats], strategy: str) -> Floats:
        return design_peaks_kw(
            np.concatenate(of, axis=1),
            [kind for place in located for kind in place.kinds[strategy]],
            day_effect_sd=depot.day_effect_sd,
        )

    unmanaged = free(places, counts, "unmanaged")
    peaks = {"unmanaged": unmanaged}
    alone = free([depot], [at_depot], "unmanaged")
    for strategy in strategies:
        if strategy == "unmanaged":
            continue
        limit, typical = limits_kw(depot, at_depot, strategy, day_sd)
        visits = free([hub], [at_hub], strategy)
        peaks[strategy], _ = joint_limits_kw(
            places,
            counts,
            strategy,
            depot_kw=(np.minimum(limit, alone) if strategy == "smart" else limit, typical),
            hub_kw=(visits, visits),
            day_sd=day_sd,
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

    def estimate(year: int, scenario: str, rows: pl.DataFrame) -> Iterator[pl.DataFrame]:
        places = [charging[year, scenario, name] for name in ON_TERRAIN_LOCATION_TYPES]
        sites, counts = count_sites(rows, key, ON_TERRAIN_LOCATION_TYPES)
        day_sd = assumptions["power.design_day_sd"]
        found = on_terrain_design_kw(places, list(counts.values()), STRATEGIES, day_sd)
        for strategy, peak in found.items():
            yield pl.DataFrame(
                {key: sites, "strategy": [strategy] * sites.len(), "design_peak_kw": peak}
            )

    columns = [key, "year", "scenario", "strategy"]
    frame = by_year_and_scenario(sessions, estimate)
    return frame.select(*columns, "design_peak_kw").sort(columns)
