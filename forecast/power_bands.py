"""How sure the design peak is: the same peak with few and with many electric vehicles.

The band of the vehicles is carried over to the peak: all classes of a terrain at their p10, and all
at their p90. What kilometres, arrivals and chargers add to it is not in it.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

from forecast.assumptions import Assumptions
from forecast.design_peaks import on_terrain_design_kw
from forecast.own_parameters import Own, without_own
from forecast.power import by_year_and_scenario, count_sites
from forecast.sessions import Charging, LocationCharging
from forecast.vocabulary import ON_TERRAIN_LOCATION_TYPES, VEHICLE_CLASSES

Floats = npt.NDArray[np.float64]

BAND_STRATEGIES = ("unmanaged", "smart")
"""Strategies whose peak carries a band."""
_ENDS = ("p10", "p90")


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
    ordinary = without_own(terrain_sessions, own_parameters)
    frames = [] if ordinary.is_empty() else [_bands(ordinary, factors, charging, assumptions)]
    frames += [
        _bands(
            own_sessions.filter(pl.col("terrain_id") == terrain),
            factors,
            own.charging,
            own.assumptions,
        )
        for terrain, own in own_parameters.items()
    ]
    return pl.concat(frames).sort("terrain_id", "year", "scenario", "strategy")


def _bands(
    sessions: pl.DataFrame, factors: pl.DataFrame, charging: Charging, assumptions: Assumptions
) -> pl.DataFrame:
    on_terrain = sessions.filter(pl.col("location_type").is_in(ON_TERRAIN_LOCATION_TYPES))

    def estimate(year: int, scenario: str, rows: pl.DataFrame) -> list[pl.DataFrame]:
        at = (pl.col("year") == year) & (pl.col("scenario") == scenario)
        places = [charging[year, scenario, name] for name in ON_TERRAIN_LOCATION_TYPES]
        return _bands_of_year(rows, factors.filter(at), places, assumptions["power.design_day_sd"])

    columns = ["terrain_id", "year", "scenario", "strategy"]
    return by_year_and_scenario(on_terrain, estimate).select(*columns, pl.exclude(columns))


def _bands_of_year(
    rows: pl.DataFrame, factors: pl.DataFrame, places: list[LocationCharging], day_sd: float
) -> list[pl.DataFrame]:
    sites, of_places = count_sites(rows, "terrain_id", ON_TERRAIN_LOCATION_TYPES)
    counts = list(of_places.values())
    of_sites = sites.to_frame().join(factors, on="terrain_id", how="left", maintain_order="left")
    ends: dict[tuple[str, str], Floats] = {}
    for end in _ENDS:
        factor = of_sites.select(f"{name}_{end}" for name in VEHICLE_CLASSES).to_numpy()
        found = on_terrain_design_kw(
            places, [count * factor for count in counts], BAND_STRATEGIES, day_sd
        )
        ends |= {(strategy, end): peak for strategy, peak in found.items()}
    return [
        pl.DataFrame(
            {
                "terrain_id": sites,
                "strategy": [strategy] * sites.len(),
                "design_peak_kw_p10": ends[strategy, "p10"],
                "design_peak_kw_p90": ends[strategy, "p90"],
            }
        )
        for strategy in BAND_STRATEGIES
    ]


def _factors(electric_vehicles: pl.DataFrame) -> pl.DataFrame:
    """Return the ends of the band over p50, per terrain, year and scenario: one column each [1]."""
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
    return wide.rename(
        {f"{end}_{name}": f"{name}_{end}" for end in _ENDS for name in VEHICLE_CLASSES}
    )
