"""Power that charging asks on a winter working day, per terrain or per pool of terrains."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from itertools import product

import numpy as np
import numpy.typing as npt
import polars as pl

from forecast.assumptions import Assumptions
from forecast.own_parameters import Own
from forecast.sessions import Charging
from forecast.steered import joint_limits_kw, limits_kw
from forecast.vocabulary import ON_TERRAIN, ON_TERRAIN_LOCATION_TYPES, POWER_STRATEGIES
from forecast.year_sites import (
    Found,
    YearSites,
    fleets_of,
    split_terrain_years,
    split_years,
    work_on,
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
    day_sd = assumptions["power.design_day_sd"]
    return _power_of(split_years(sessions, charging, key, day_sd), key, strategies)


def estimate_terrain_power(
    terrain_sessions: pl.DataFrame,
    charging: Charging,
    own_sessions: pl.DataFrame,
    own_parameters: Own,
    assumptions: Assumptions,
) -> pl.DataFrame:
    """Return `power` without its run, for every terrain."""
    years = split_terrain_years(
        terrain_sessions, charging, own_sessions, own_parameters, assumptions
    )
    return _power_of(years, "terrain_id", POWER_STRATEGIES)


def _power_of(years: Iterable[YearSites], key: str, strategies: Sequence[str]) -> pl.DataFrame:
    columns = [key, "year", "scenario", "location_type", "strategy"]
    found = work_on(years, key, lambda batch: _estimate(batch, strategies))
    return (
        found.with_columns(pl.col("simultaneity_factor").fill_nan(None))
        .select(*columns, pl.exclude(columns))
        .sort(columns)
    )


def _estimate(batch: Sequence[YearSites], strategies: Sequence[str]) -> Iterator[Found]:
    """Return the power of sites, per location type and strategy."""
    for each, free in zip(batch, _left_to_themselves(batch, strategies), strict=True):
        wanted = {name: _wanted(each, _located(each, name)) for name in (*each.counts, ON_TERRAIN)}
        for location_type, strategy, figures in _all_figures(each, strategies, free):
            served_kwh = _served_kwh(each, _located(each, location_type), strategy)
            yield Found(
                each,
                {"location_type": location_type, "strategy": strategy},
                {field.name: getattr(figures, field.name) for field in fields(figures)}
                | _shares(*wanted[location_type], served_kwh, figures.design_peak_kw),
            )


def _located(each: YearSites, location_type: str) -> list[str]:
    """Return the location types that a row of power is about."""
    if location_type != ON_TERRAIN:
        return [location_type]
    return [name for name in ON_TERRAIN_LOCATION_TYPES if name in each.counts]


def _asked_free(each: YearSites, strategies: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield the location types and strategies under which nobody is steered together with others.

    What a strategy does not change is asked once, under the first one.
    """
    first, *others = strategies
    for location_type, place in each.places.items():
        yield location_type, first
        for strategy in others:
            if not (place.is_unmanaged(strategy) or place.is_limited(strategy)):
                yield location_type, strategy
    present = [each.places[name] for name in _located(each, ON_TERRAIN)]
    for strategy in strategies:
        if present and not any(place.is_limited(strategy) for place in present):
            yield ON_TERRAIN, strategy


def _left_to_themselves(
    batch: Sequence[YearSites], strategies: Sequence[str]
) -> list[dict[tuple[str, str], Figures]]:
    """Return the peaks where vehicles are not steered together, of places on one connection."""
    asked = [
        (number, location_type, strategy)
        for number, each in enumerate(batch)
        for location_type, strategy in _asked_free(each, strategies)
    ]
    fleets = [
        fleets_of(batch[number], _located(batch[number], location_type), strategy)
        for number, location_type, strategy in asked
    ]
    found: list[dict[tuple[str, str], Figures]] = [{} for _ in batch]
    for (number, location_type, strategy), peaks in zip(asked, daily_peaks(fleets), strict=True):
        places = [batch[number].places[name] for name in _located(batch[number], location_type)]
        # Users who are kept out come at another hour; root finding would leave a last digit.
        is_closed = strategy == "night_block" and not any(
            place.is_unmanaged(strategy) for place in places
        )
        within = np.zeros_like(peaks.design_kw) if is_closed else peaks.design_within_kw
        found[number][location_type, strategy] = Figures(
            peaks.design_kw, peaks.typical_kw, within, peaks.design_outside_kw
        )
    return found


def _all_figures(
    each: YearSites,
    strategies: Sequence[str],
    free: Mapping[tuple[str, str], Figures],
) -> Iterator[tuple[str, str, Figures]]:
    """Return the peaks per location type and strategy, given those of vehicles left to themselves.

    Under `forecast.sessions.ALLOWED` the vehicles of depots and truck parkings share a limit.
    """
    by_key: dict[tuple[str, str], Figures] = {}
    for location_type, strategy in product(each.counts, strategies):
        place, unmanaged = each.places[location_type], free[location_type, strategies[0]]
        if place.is_limited(strategy):
            limits = limits_kw(place, each.counts[location_type], strategy, each.day_sd)
            figures = under_limit(*limits, strategy)
        else:
            figures = free.get((location_type, strategy), unmanaged)
        if strategy == "smart" and strategy != strategies[0]:
            figures = figures.steered_below(unmanaged)
        by_key[location_type, strategy] = figures
        yield location_type, strategy, figures
    for strategy, figures in _on_terrain(each, strategies, free, by_key):
        yield ON_TERRAIN, strategy, figures


def _on_terrain(
    each: YearSites,
    strategies: Sequence[str],
    free: Mapping[tuple[str, str], Figures],
    by_key: Mapping[tuple[str, str], Figures],
) -> Iterator[tuple[str, Figures]]:
    """Return the peaks of depots and hub together, per strategy."""
    present = _located(each, ON_TERRAIN)
    for strategy in strategies:
        if (ON_TERRAIN, strategy) in free:
            yield strategy, free[ON_TERRAIN, strategy]
        elif len(present) == 1:
            yield strategy, by_key[present[0], strategy]
        else:
            depot, hub = (by_key[name, strategy] for name in present)
            design, typical = joint_limits_kw(
                [each.places[name] for name in present],
                [each.counts[name] for name in present],
                strategy,
                depot_kw=(depot.design_peak_kw, depot.typical_peak_kw),
                hub_kw=(hub.design_peak_kw, hub.typical_peak_kw),
                day_sd=each.day_sd,
            )
            figures = under_limit(design, typical, strategy)
            together = free[ON_TERRAIN, strategies[0]]
            yield (
                strategy,
                figures if strategy == "night_block" else figures.steered_below(together),
            )


def under_limit(design_kw: Floats, typical_kw: Floats, strategy: str) -> Figures:
    """Return the peaks of sites that keep a limit: it binds at all hours that are not closed."""
    within = np.zeros_like(design_kw) if strategy == "night_block" else design_kw
    return Figures(design_kw, typical_kw, within, design_kw)


def _served_kwh(each: YearSites, located: Sequence[str], strategy: str) -> Floats:
    """Return the energy of a day that a strategy serves, shape (sites,) [kWh/day]."""
    places = ((each.counts[name], each.places[name]) for name in located)
    parts = (
        mix(counts, place.energy_kwh * place.served_share[strategy]) for counts, place in places
    )
    return sum(parts, np.zeros(each.sites.len()))


def _wanted(each: YearSites, located: Sequence[str]) -> tuple[Floats, Floats]:
    """Return what no strategy changes: energy that is asked [kWh/day], one charger each [kW]."""
    nothing = np.zeros(each.sites.len())
    places = [(each.counts[name], each.places[name]) for name in located]
    return (
        sum((mix(counts, place.energy_kwh) for counts, place in places), nothing),
        sum(
            (installed_kw(counts, place.kinds[POWER_STRATEGIES[0]]) for counts, place in places),
            nothing,
        ),
    )


def _shares(
    wanted_kwh: Floats, chargers_kw: Floats, served_kwh: Floats, design_peak_kw: Floats
) -> dict[str, Floats]:
    """Return the part of the energy that is served, and the simultaneity (NaN: no sessions)."""
    share = np.divide(served_kwh, wanted_kwh, out=np.ones_like(wanted_kwh), where=wanted_kwh > 0)
    simultaneity = np.divide(
        design_peak_kw, chargers_kw, out=np.full_like(wanted_kwh, np.nan), where=chargers_kw > 0
    )
    return {"served_share": np.minimum(share, 1), "simultaneity_factor": simultaneity}
