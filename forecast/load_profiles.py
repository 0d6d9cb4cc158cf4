"""Load through the day of one session, as planners read it: by kind of day and season."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from typing import Final

import numpy as np
import polars as pl

from forecast.assumptions import Assumptions
from forecast.calendar import DAY_TYPES, day_type_factor
from forecast.sessions import LocationCharging
from forecast.vocabulary import POWER_STRATEGIES, VEHICLE_CLASSES
from models.profiles import mean_kw

SEASONS: Final = ("winter_design", "year_average")
_LABELS: Final = (
    "vehicle_class",
    "location_type",
    "year",
    "scenario",
    "strategy",
    "season",
    "day_type",
)


def tabulate_load_profiles(
    charging: Mapping[tuple[int, str, str], LocationCharging], assumptions: Assumptions
) -> pl.DataFrame:
    """Return `load_profiles` without its run.

    A curve times the sessions of a working day is the mean load of a fleet, summed over classes. On
    a Saturday or Sunday fewer of them charge; on the average day of a year each takes less than on
    the cold one. Under a common limit there is no curve of one session: see
    `models.limited.limited_curve_kw`.
    """
    winter = assumptions.of("energy.winter_factor", VEHICLE_CLASSES)
    rows, curves_kw = [], []
    for (year, scenario, location_type), place in sorted(charging.items()):
        by_season = {
            "winter_design": place,
            "year_average": place.with_energy_factor([1 / factor for factor in winter]),
        }
        for strategy, season in product(POWER_STRATEGIES, SEASONS):
            if place.is_limited(strategy) or (
                place.is_unmanaged(strategy) and strategy != POWER_STRATEGIES[0]
            ):
                continue
            for vehicle_class, kind in zip(
                VEHICLE_CLASSES, by_season[season].kinds[strategy], strict=True
            ):
                curve_kw = mean_kw(kind.pattern)
                for day_type in DAY_TYPES:
                    rows.append(
                        (vehicle_class, location_type, year, scenario, strategy, season, day_type)
                    )
                    factor = day_type_factor(day_type, vehicle_class, assumptions)
                    curves_kw.append(curve_kw * factor)
    curves = pl.Series("mean_kw", np.stack(curves_kw)).arr.to_list()
    return pl.DataFrame(rows, schema=_LABELS, orient="row").with_columns(curves)
