"""How sure the design peak is: the same peak with few and with many electric vehicles.

The band of the vehicles is carried over to the peak: all classes of a terrain at their p10, and all
at their p90. What kilometres, arrivals and chargers add to it is not in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import polars as pl

from forecast.assumptions import Assumptions
from forecast.design_peaks import on_terrain_design_kw
from forecast.own_parameters import Own
from forecast.sessions import Charging
from forecast.vocabulary import ON_TERRAIN_LOCATION_TYPES, VEHICLE_CLASSES
from forecast.year_sites import Found, YearSites, split_terrain_years, work_on

Floats = npt.NDArray[np.float64]

BAND_STRATEGIES = ("unmanaged", "smart")
"""Strategies whose peak carries a band."""
_ENDS = ("p10", "p90")
_Row = tuple[str, int, str]
"""Terrain, year and scenario."""


def estimate_power_bands(
    terrain_sessions: pl.DataFrame,
    electric_vehicles: pl.DataFrame,
    charging: Charging,
    own_sessions: pl.DataFrame,
    own_parameters: Own,
    assumptions: Assumptions,
) -> pl.DataFrame:
    """Return `power_bands` without its run, of depots and hub of each terrain together."""
    factors = _factors(electric_vehicles)
    is_here = pl.col("location_type").is_in(ON_TERRAIN_LOCATION_TYPES)
    years = split_terrain_years(
        terrain_sessions.filter(is_here),
        charging,
        own_sessions.filter(is_here),
        own_parameters,
        assumptions,
        ON_TERRAIN_LOCATION_TYPES,
    )
    columns = ["terrain_id", "year", "scenario", "strategy"]
    found = work_on(years, "terrain_id", lambda batch: _bands(batch, factors))
    return found.select(*columns, pl.exclude(columns)).sort(columns)


def _bands(batch: Sequence[YearSites], factors: Mapping[_Row, Floats]) -> Iterator[Found]:
    """Return the peaks of all vehicles of a terrain at their p10, and at their p90."""
    ends = [_at_ends(each, factors) for each in batch]
    for each, peaks in zip(batch, on_terrain_design_kw(ends, BAND_STRATEGIES), strict=True):
        for strategy in BAND_STRATEGIES:
            few, many = np.split(peaks[strategy], len(_ENDS))
            yield Found(
                each,
                {"strategy": strategy},
                {"design_peak_kw_p10": few, "design_peak_kw_p90": many},
            )


def _at_ends(each: YearSites, factors: Mapping[_Row, Floats]) -> YearSites:
    """Return the sites twice: with the sessions of their p10, and with those of their p90."""
    of_sites = np.stack([factors[terrain, each.year, each.scenario] for terrain in each.sites])
    times = np.concatenate([*of_sites.swapaxes(0, 1)])
    return replace(
        each,
        sites=pl.concat([each.sites] * len(_ENDS)),
        counts={name: np.tile(part, (len(_ENDS), 1)) * times for name, part in each.counts.items()},
    )


def _factors(electric_vehicles: pl.DataFrame) -> dict[_Row, Floats]:
    """Return the ends of the band over p50, (ends, classes) per row; one without vehicles [1]."""
    over = {
        end: (
            pl.when(pl.col("electric_vehicles") > 0)
            .then(pl.col(f"electric_vehicles_{end}") / pl.col("electric_vehicles"))
            .otherwise(1.0)
        )
        for end in _ENDS
    }
    wide = electric_vehicles.with_columns(**over).pivot(
        "vehicle_class",
        index=["terrain_id", "year", "scenario"],
        values=list(_ENDS),
        on_columns=list(VEHICLE_CLASSES),
    )
    figures = wide.select(f"{end}_{name}" for end in _ENDS for name in VEHICLE_CLASSES).to_numpy()
    rows = wide.select("terrain_id", "year", "scenario").rows()
    return dict(zip(rows, figures.reshape(-1, len(_ENDS), len(VEHICLE_CLASSES)), strict=True))
