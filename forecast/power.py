"""Power that charging asks on a winter working day, per terrain or per pool of terrains."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields
from itertools import product

import numpy as np
import numpy.typing as npt
import polars as pl
from threadpoolctl import threadpool_limits

from forecast.assumptions import Assumptions
from forecast.own_parameters import Own, without_own
from forecast.sessions import Charging, LocationCharging
from forecast.steered import joint_limits_kw, limits_kw
from forecast.vocabulary import (
    ON_TERRAIN,
    ON_TERRAIN_LOCATION_TYPES,
    POWER_STRATEGIES,
    VEHICLE_CLASSES,
)
from models.mix import mix
from models.peak import daily_peaks, installed_kw

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Figures:
    """Peaks of a number of sites, each shape (sites,) [kW]; the names are columns of `power`."""

    design_peak_kw: Floats
    typical_peak_kw: Floats
    design_peak_16_21_kw: Floats
    design_peak_other_hours_kw: Floats

    def steered_below(self, unsteered: Figures) -> Figures:
        """Return the peaks under a limit: no higher than those of charging on arrival.

        Steering only puts off, so what is put off may lie outside 16:00-21:00: there the limit is
        the only bound.
        """
        return Figures(
            np.minimum(self.design_peak_kw, unsteered.design_peak_kw),
            np.minimum(self.typical_peak_kw, unsteered.typical_peak_kw),
            np.minimum(self.design_peak_16_21_kw, unsteered.design_peak_16_21_kw),
            np.minimum(self.design_peak_other_hours_kw, unsteered.design_peak_kw),
        )


def estimate_power(
    sessions: pl.DataFrame,
    charging: Charging,
    assumptions: Assumptions,
    key: str = "terrain_id",
    strategies: Sequence[str] = POWER_STRATEGIES,
) -> pl.DataFrame:
    """Return `power` without its run, for sites named by the column ``key``.

    Parameters
    ----------
    sessions
        Per working day; see `forecast.sessions.count_sessions`.
    charging
        How they charge.
    assumptions
        For the margin of steered charging.
    key
        Names the sites: terrains, or pools of terrains whose sessions were added up.
    strategies
        Which ones to compute, unmanaged first.
    """

    def estimate(year: int, scenario: str, rows: pl.DataFrame) -> Iterator[pl.DataFrame]:
        places = {
            location_type: charging[year, scenario, location_type]
            for location_type in rows["location_type"].unique().sort()
        }
        return _estimate_year(rows, places, key, strategies, assumptions["power.design_day_sd"])

    columns = [key, "year", "scenario", "location_type", "strategy"]
    frame = by_year_and_scenario(sessions, estimate)
    return frame.select(*columns, pl.exclude(columns)).sort(columns)


def by_year_and_scenario(
    sessions: pl.DataFrame, estimate: Callable[[int, str, pl.DataFrame], Iterable[pl.DataFrame]]
) -> pl.DataFrame:
    """Return the frames that a function makes of the sessions of each year and scenario, as one.

    Arrays are worked on outside the interpreter's lock, so that years run side by side.
    """
    groups = sorted(
        sessions.group_by("year", "scenario"), key=lambda item: (item[0][0], str(item[0][1]))
    )

    def work(group: tuple[tuple[object, ...], pl.DataFrame]) -> pl.DataFrame:
        (year, scenario), rows = group
        return pl.concat(estimate(int(str(year)), str(scenario), rows)).with_columns(
            year=pl.lit(year, dtype=pl.Int64), scenario=pl.lit(scenario)
        )

    # Each year has a core for itself: linear algebra that takes all of them would only wait.
    with threadpool_limits(1, "blas"), ThreadPoolExecutor(os.cpu_count()) as pool:
        return pl.concat(pool.map(work, groups))


def _estimate_year(
    rows: pl.DataFrame,
    places: Mapping[str, LocationCharging],
    key: str,
    strategies: Sequence[str],
    day_sd: float,
) -> Iterator[pl.DataFrame]:
    """Return the power of one year and scenario, one frame per location type and strategy."""
    sites, counts = count_sites(rows, key, list(places))
    for location_type, strategy, figures in _all_figures(counts, places, strategies, day_sd):
        located = (
            [name for name in ON_TERRAIN_LOCATION_TYPES if name in counts]
            if location_type == ON_TERRAIN
            else [location_type]
        )
        shares = _shares(
            [counts[name] for name in located],
            [places[name] for name in located],
            strategy,
            figures,
        )
        # Made at once: adding a column to a small frame takes longer than what is in it.
        yield pl.DataFrame(
            {
                key: sites,
                "location_type": [location_type] * sites.len(),
                "strategy": [strategy] * sites.len(),
                **{field.name: getattr(figures, field.name) for field in fields(figures)},
                **shares,
            }
        )


def estimate_terrain_power(
    terrain_sessions: pl.DataFrame,
    charging: Charging,
    own_sessions: pl.DataFrame,
    own_parameters: Own,
    assumptions: Assumptions,
) -> pl.DataFrame:
    """Return `power` without its run, for every terrain."""
    ordinary = without_own(terrain_sessions, own_parameters)
    frames = [] if ordinary.is_empty() else [estimate_power(ordinary, charging, assumptions)]
    frames += [
        estimate_power(
            own_sessions.filter(pl.col("terrain_id") == terrain), own.charging, own.assumptions
        )
        for terrain, own in own_parameters.items()
    ]
    return pl.concat(frames).sort("terrain_id", "year", "scenario", "location_type", "strategy")


def _all_figures(
    counts: Mapping[str, Floats],
    charging: Mapping[str, LocationCharging],
    strategies: Sequence[str],
    day_sd: float,
) -> Iterator[tuple[str, str, Figures]]:
    by_key: dict[tuple[str, str], Figures] = {}
    for location_type, strategy in product(counts, strategies):
        place, count = charging[location_type], counts[location_type]
        unmanaged = by_key.get((location_type, strategies[0]))
        if place.is_unmanaged(strategy) and unmanaged is not None:
            figures = unmanaged
        else:
            figures = (
                under_limit(*limits_kw(place, count, strategy, day_sd), strategy)
                if place.is_limited(strategy)
                else _left_to_themselves([place], [count], strategy)
            )
        if strategy == "smart" and unmanaged is not None:
            figures = figures.steered_below(unmanaged)
        by_key[location_type, strategy] = figures
        yield location_type, strategy, figures
    for strategy, figures in _on_terrain(counts, charging, strategies, by_key, day_sd):
        yield ON_TERRAIN, strategy, figures


def _on_terrain(
    counts: Mapping[str, Floats],
    charging: Mapping[str, LocationCharging],
    strategies: Sequence[str],
    by_key: Mapping[tuple[str, str], Figures],
    day_sd: float,
) -> Iterator[tuple[str, Figures]]:
    """Return the peaks of depots and hub together, per strategy."""
    present = [name for name in ON_TERRAIN_LOCATION_TYPES if name in counts]
    places, numbers = [charging[name] for name in present], [counts[name] for name in present]
    together = _left_to_themselves(places, numbers, strategies[0])
    for strategy in strategies:
        if strategy == strategies[0]:
            yield strategy, together
        elif not any(place.is_limited(strategy) for place in places):
            yield strategy, _left_to_themselves(places, numbers, strategy)
        elif len(present) == 1:
            yield strategy, by_key[present[0], strategy]
        else:
            depot, hub = (by_key[name, strategy] for name in present)
            design, typical = joint_limits_kw(
                places,
                numbers,
                strategy,
                depot_kw=(depot.design_peak_kw, depot.typical_peak_kw),
                hub_kw=(hub.design_peak_kw, hub.typical_peak_kw),
                day_sd=day_sd,
            )
            figures = under_limit(design, typical, strategy)
            yield (
                strategy,
                figures if strategy == "night_block" else figures.steered_below(together),
            )


def _left_to_themselves(
    places: Sequence[LocationCharging], counts: Sequence[Floats], strategy: str
) -> Figures:
    """Return the peaks where vehicles are not steered together, of places on one connection."""
    peaks = daily_peaks(
        np.concatenate(counts, axis=1),
        [kind for place in places for kind in place.kinds[strategy]],
        day_effect_sd=places[0].day_effect_sd,
    )
    # Users who are kept out come at another hour; root finding would leave a last digit.
    is_closed = strategy == "night_block" and not any(
        place.is_unmanaged(strategy) for place in places
    )
    within = np.zeros_like(peaks.design_kw) if is_closed else peaks.design_within_kw
    return Figures(peaks.design_kw, peaks.typical_kw, within, peaks.design_outside_kw)


def count_sites(
    rows: pl.DataFrame, key: str, location_types: Sequence[str]
) -> tuple[pl.Series, dict[str, Floats]]:
    """Return the sites in order, and their sessions per location type, (sites, classes) [1/day].

    A site without sessions at a location type has zeros there.
    """
    sites = rows.select(key).unique().sort(key)
    placed = rows.join(sites.with_row_index("site"), on=key)
    site = placed["site"].to_numpy()
    found = placed.select(VEHICLE_CLASSES).fill_null(0).to_numpy()
    held = placed["location_type"].to_numpy()
    counts = {}
    for name in location_types:
        counts[name] = np.zeros((sites.height, len(VEHICLE_CLASSES)))
        counts[name][site[held == name]] = found[held == name]
    return sites[key], counts


def under_limit(design_kw: Floats, typical_kw: Floats, strategy: str) -> Figures:
    """Return the peaks of sites that keep a limit: it binds at all hours that are not closed."""
    within = np.zeros_like(design_kw) if strategy == "night_block" else design_kw
    return Figures(design_kw, typical_kw, within, design_kw)


def _shares(
    counts: Sequence[Floats],
    places: Sequence[LocationCharging],
    strategy: str,
    figures: Figures,
) -> dict[str, pl.Series]:
    """Return the part of the energy that is served, and the simultaneity (empty: no sessions)."""
    wanted = sum(
        (mix(count, place.energy_kwh) for count, place in zip(counts, places, strict=True)),
        np.zeros(len(counts[0])),
    )
    served = sum(
        (
            mix(count, place.energy_kwh * place.served_share[strategy])
            for count, place in zip(counts, places, strict=True)
        ),
        np.zeros(len(counts[0])),
    )
    chargers = sum(
        (
            installed_kw(count, place.kinds[POWER_STRATEGIES[0]])
            for count, place in zip(counts, places, strict=True)
        ),
        np.zeros(len(counts[0])),
    )
    share = np.divide(served, wanted, out=np.ones_like(wanted), where=wanted > 0)
    simultaneity = np.divide(
        figures.design_peak_kw, chargers, out=np.full_like(wanted, np.nan), where=chargers > 0
    )
    return {
        "served_share": pl.Series(np.minimum(share, 1)),
        "simultaneity_factor": pl.Series(simultaneity, nan_to_null=True),
    }
