"""The load of one terrain over a whole year, quarter by quarter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import polars as pl

from forecast.assumptions import Assumptions
from forecast.calendar import charging_chance, days_of, season_factor
from forecast.sessions import ALLOWED, LocationCharging, pattern_of
from forecast.vocabulary import ON_TERRAIN_LOCATION_TYPES, VEHICLE_CLASSES
from models.limited import limited_year_kw
from models.profiles import unrolled_mean_kw
from models.sessions import ChargingPattern
from models.units import QUARTERS_PER_DAY, QUARTERS_PER_HOUR
from models.year_simulation import simulate_year

Floats = npt.NDArray[np.float64]

LOCAL_TIME = ZoneInfo("Europe/Amsterdam")
_MINUTES_PER_QUARTER = 15


@dataclass(frozen=True)
class TerrainCharging:
    """How one terrain charges in one year and scenario.

    Attributes
    ----------
    sessions
        Per working day and vehicle class, per location type, shape (classes,) each [1/day].
    charging
        How they charge on a winter working day, per location type.
    peaks_kw
        Design peak of depots and hub together, within 16:00-21:00 and outside, per strategy [kW].
        Under a controlled strategy the first is the limit that the terrain keeps.
    """

    sessions: Mapping[str, Floats]
    charging: Mapping[str, LocationCharging]
    peaks_kw: Mapping[str, tuple[float, float, float]]


def year_series(
    terrain: TerrainCharging,
    year: int,
    strategy: str,
    assumptions: Assumptions,
    *,
    seed: int | None = None,
) -> pl.DataFrame:
    """Return the load of a terrain in every quarter-hour of a local calendar year.

    Parameters
    ----------
    terrain
        Its sessions and how they charge.
    year
        Whose weekdays, holidays and clock changes count.
    strategy
        One of the strategies of `power`.
    assumptions
        For weekdays and seasons.
    seed
        None for the mean over all years that could be; a number for one of them, drawn vehicle by
        vehicle, the same for the same number.

    Returns
    -------
    interval_start_utc, interval_start_local, depot_kw, shared_hub_kw, on_terrain_kw [kW]: 35,040
    rows, or 35,136 in a leap year. The mean holds exactly the energy of the year; a drawn year
    holds more or less.
    """
    return year_series_and_unserved(terrain, year, strategy, assumptions, seed=seed)[0]


def year_series_and_unserved(
    terrain: TerrainCharging,
    year: int,
    strategy: str,
    assumptions: Assumptions,
    *,
    seed: int | None = None,
) -> tuple[pl.DataFrame, float]:
    """Return `year_series`, and the energy that steered depots have no room for [kWh]."""
    starts = _interval_starts(year)
    local = starts["interval_start_local"]
    day = (local.dt.ordinal_day() - 1).to_numpy().astype(np.int64)
    quarter = (
        local.dt.hour().cast(pl.Int64) * QUARTERS_PER_HOUR
        + local.dt.minute().cast(pl.Int64) // _MINUTES_PER_QUARTER
    ).to_numpy()
    loads = {}
    for location_type in ON_TERRAIN_LOCATION_TYPES:
        place, counts = terrain.charging[location_type], terrain.sessions[location_type]
        wanted = (
            _mean_load(place, counts, year, strategy, assumptions)
            if seed is None
            else _drawn_load(place, counts, year, strategy, assumptions, seed)
        )
        load = wanted.reshape(-1, QUARTERS_PER_DAY)[day, quarter]
        # The hour that a clock change takes or gives must not change the energy.
        loads[location_type] = load * (wanted.sum() / load.sum() if load.sum() > 0 else 1.0)
    unserved_kwh = 0.0
    if strategy in ALLOWED:
        allowed = ALLOWED[strategy][quarter]
        room = np.maximum(terrain.peaks_kw[strategy][0] - loads["shared_hub"], 0)
        held, lacking = limited_year_kw(loads["depot"].tolist(), room.tolist(), allowed.tolist())
        loads["depot"] = np.array(held)
        unserved_kwh = lacking / QUARTERS_PER_HOUR
    columns = {f"{name}_kw": pl.Series(load) for name, load in loads.items()}
    return starts.with_columns(**columns).with_columns(
        on_terrain_kw=pl.sum_horizontal(list(columns))
    ), unserved_kwh


def _mean_load(
    place: LocationCharging, counts: Floats, year: int, strategy: str, assumptions: Assumptions
) -> Floats:
    """Return the expected load on a local clock without changes, shape (days x 96,) [kW]."""
    chance = charging_chance(year, assumptions)
    months = np.array([day.month - 1 for day in days_of(year)])
    factors = energy_factors(chance, months, assumptions)
    load = np.zeros((chance.shape[1] + 1, QUARTERS_PER_DAY))
    for column, count in enumerate(counts):
        for month in np.unique(months):
            days = np.flatnonzero(months == month)
            pattern = day_pattern(place, column, strategy, factors[column, days[0]], assumptions)
            first, then = unrolled_mean_kw(pattern).reshape(2, QUARTERS_PER_DAY)
            weight = count * chance[column, days][:, np.newaxis]
            load[days] += weight * first
            load[days + 1] += weight * then
    # What goes on after the last midnight belongs to a year like this one: to its first day.
    load[0] += load[-1]
    return load[:-1].ravel()


def _drawn_load(
    place: LocationCharging,
    counts: Floats,
    year: int,
    strategy: str,
    assumptions: Assumptions,
    seed: int,
) -> Floats:
    chance = charging_chance(year, assumptions)
    months = np.array([day.month - 1 for day in days_of(year)])
    vehicles = np.ceil(counts).astype(np.int64)
    present = np.divide(counts, vehicles, out=np.zeros_like(counts), where=vehicles > 0)
    return simulate_year(
        vehicles.tolist(),
        [day_pattern(place, column, strategy, 1.0, assumptions) for column in range(counts.size)],
        chance * present[:, np.newaxis],
        energy_factors(chance, months, assumptions),
        day_effect_sd=place.day_effect_sd,
        rng=np.random.default_rng([seed, ON_TERRAIN_LOCATION_TYPES.index(place.location_type)]),
    )


def energy_factors(
    chance: Floats, months: npt.NDArray[np.int64], assumptions: Assumptions
) -> Floats:
    """Return the energy of a session on each day over that of an average day, (classes, days).

    Scaled so that the days of the year together ask the energy of the year: what sessions took
    on the stated number of working days.
    """
    season = season_factor(assumptions)[:, months]
    days = assumptions["energy.working_days_per_year"]
    return np.asarray(season * days / (chance * season).sum(axis=1, keepdims=True))


def day_pattern(
    place: LocationCharging, column: int, strategy: str, factor: float, assumptions: Assumptions
) -> ChargingPattern:
    """Return how a class charges on a day that asks ``factor`` times the average of the year."""
    winter = assumptions[f"energy.winter_factor.{VEHICLE_CLASSES[column]}"]
    name = strategy if not place.is_limited(strategy) else "unmanaged"
    pattern = pattern_of(place.location_type, place.sessions[column], name)
    return pattern.on_a_day(factor / winter)


def _interval_starts(year: int) -> pl.DataFrame:
    """Return the quarter-hours of a local year: UTC, and the local clock."""
    begin, end = (
        datetime.combine(date(when, 1, 1), datetime.min.time(), LOCAL_TIME).astimezone(
            ZoneInfo("UTC")
        )
        for when in (year, year + 1)
    )
    starts = pl.datetime_range(
        begin, end, "15m", closed="left", time_zone="UTC", eager=True
    ).dt.cast_time_unit("us")
    return pl.DataFrame({"interval_start_utc": starts}).with_columns(
        interval_start_local=pl.col("interval_start_utc").dt.convert_time_zone(LOCAL_TIME.key)
    )


def summarise_series(series: pl.DataFrame) -> tuple[float, float, datetime]:
    """Return the energy of a series [kWh], its highest quarter-hour [kW] and when that begins."""
    power = series["on_terrain_kw"]
    highest = power.arg_max() or 0
    return (
        float(power.sum()) / QUARTERS_PER_HOUR,
        float(power[highest]),
        series["interval_start_local"][highest],
    )
