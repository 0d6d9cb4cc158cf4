"""Round limits between the classes of a measure, the same on every map of a run."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import polars as pl

from forecast.vocabulary import (
    ON_TERRAIN,
    ON_TERRAIN_LOCATION_TYPES,
    VEHICLE_CLASSES,
    VEHICLE_GROUPS,
)
from maps.columns import read_frame

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb

    from forecast.run_info import RunInfo

# Shares of the terrains below each limit: finer where a measure is large.
_LIMIT_QUANTILES: Final = (0.20, 0.45, 0.70, 0.88, 0.97)
_ROUND_STEPS: Final = (1.0, 2.0, 5.0, 10.0)


def round_limit(value: float) -> int:
    """Return the nearest of 1, 2, 5, 10, 20, 50, 100 and so on, nearest by ratio; at least 1.

    >>> [round_limit(value) for value in (0.2, 14.0, 33.0, 80.0, 1200.0)]
    [1, 10, 50, 100, 1000]
    """
    if value <= 1:
        return 1
    power = 10.0 ** math.floor(math.log10(value))
    step = min(_ROUND_STEPS, key=lambda step: abs(math.log(value / (step * power))))
    return round(step * power)


def class_limits(values: Sequence[float]) -> list[int]:
    """Return rising round limits between the classes of a measure."""
    positive = pl.Series(values, dtype=pl.Float64).filter(pl.Series(values, dtype=pl.Float64) > 0)
    if positive.is_empty():
        return [1, 10, 100]
    limits = (positive.quantile(share, "nearest") for share in _LIMIT_QUANTILES)
    return sorted({round_limit(limit) for limit in limits if limit is not None})


def read_limits(
    connection: duckdb.DuckDBPyConnection, run: RunInfo, scenario: str
) -> dict[str, list[int]]:
    """Return the limits per measure: those of the last year of the run, all terrains.

    Added power has the limits of power, so that the two maps can be laid side by side.
    """
    key = [run.run_id, max(run.years), scenario]

    def limits(sql: str, *parameters: object) -> list[int]:
        frame = read_frame(connection, sql, [*key, *parameters])
        return class_limits(frame["value"].to_list())

    vehicles = (
        "SELECT sum(electric_vehicles) AS value FROM electric_vehicles WHERE run_id = ? "
        "AND year = ? AND scenario = ? AND list_contains(?, vehicle_class) GROUP BY terrain_id"
    )
    return {
        "peak": limits(
            "SELECT design_peak_kw AS value FROM power WHERE run_id = ? AND year = ? "
            "AND scenario = ? AND location_type = ? AND strategy = 'unmanaged'",
            ON_TERRAIN,
        ),
        "energy": limits(
            "SELECT sum(energy_kwh_per_year) / 1000 AS value FROM energy WHERE run_id = ? "
            "AND year = ? AND scenario = ? AND list_contains(?, location_type) GROUP BY terrain_id",
            list(ON_TERRAIN_LOCATION_TYPES),
        ),
        "vehicles|all": limits(vehicles, list(VEHICLE_CLASSES)),
        **{
            f"vehicles|{group}": limits(vehicles, list(classes))
            for group, classes in VEHICLE_GROUPS.items()
        },
        "points": limits(
            "SELECT sum(charge_points) AS value FROM charge_points WHERE run_id = ? "
            "AND year = ? AND scenario = ? AND list_contains(?, location_type) GROUP BY place_id",
            list(ON_TERRAIN_LOCATION_TYPES),
        ),
    }
