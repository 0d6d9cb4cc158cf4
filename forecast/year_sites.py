"""Sites of a year and scenario as arrays, worked on many together, and what is found as one frame.

A full run asks about thousands of sites: each year has a batch, and a core, of its own. A few sites
cost least all years together.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl
from threadpoolctl import threadpool_limits

from forecast.assumptions import Assumptions
from forecast.own_parameters import Own, without_own
from forecast.sessions import Charging, LocationCharging
from forecast.vocabulary import VEHICLE_CLASSES
from models.peak import Fleets

Floats = npt.NDArray[np.float64]

_NOWHERE: Final = -1
_BATCH_SITES: Final = 1000
"""Sites, counted in every year and scenario, that are worked on together; bounds the memory."""


@dataclass(frozen=True)
class YearSites:
    """Sites in one year and scenario, and the charging there.

    Attributes
    ----------
    year, scenario
        Of all of them.
    sites
        What they are called, in order.
    counts
        Sessions per working day, per location type, shape (sites, classes) [1/day].
    places
        How the sessions charge, per location type.
    day_sd
        Margin of steered charging for busier days, in standard deviations [1].
    """

    year: int
    scenario: str
    sites: pl.Series
    counts: Mapping[str, Floats]
    places: Mapping[str, LocationCharging]
    day_sd: float


@dataclass(frozen=True)
class Found:
    """Figures of the sites of a year and scenario, which become rows.

    Attributes
    ----------
    of
        The sites.
    labels
        Values that all rows share, by column.
    figures
        By column, shape (sites,) each.
    """

    of: YearSites
    labels: Mapping[str, str]
    figures: Mapping[str, Floats]


def split_years(
    sessions: pl.DataFrame,
    charging: Charging,
    key: str,
    day_sd: float,
    location_types: Sequence[str] | None = None,
) -> Iterator[YearSites]:
    """Yield the sites of each year and scenario, in order.

    Parameters
    ----------
    sessions
        Per working day; see `forecast.sessions.count_sessions`.
    charging
        How they charge.
    key
        Column that names the sites.
    day_sd
        See `YearSites`.
    location_types
        Those to count, in their order; without it all that are there. A site without sessions at a
        location type has zeros there.
    """
    ordered = sessions.sort("year", "scenario", key)
    found = ordered.select(pl.col(VEHICLE_CLASSES).fill_null(0)).to_numpy()
    is_of = {
        name: (ordered["location_type"] == name).to_numpy()
        for name in location_types or ordered["location_type"].unique().sort()
    }
    # Rows of a site stand together, sites of a year too: all are told apart at once.
    runs = ordered.select(
        site=pl.struct("year", "scenario", key).rle_id(),
        when=pl.struct("year", "scenario").rle_id(),
    )
    site, when = runs["site"].to_numpy(), runs["when"].to_numpy()
    sites = ordered[key].gather(np.unique(site, return_index=True)[1])
    firsts = np.unique(when, return_index=True)[1]
    ends = np.append(firsts, len(when))[1:]
    labels = ordered.select("year", "scenario")[firsts].rows()
    for (year, scenario), first, end in zip(labels, firsts, ends, strict=True):
        here = slice(first, end)
        names = [name for name, is_here in is_of.items() if location_types or is_here[here].any()]
        of_sites = site[here] - site[first]
        counts = {}
        for name in names:
            is_here = is_of[name][here]
            counts[name] = np.zeros((of_sites[-1] + 1, len(VEHICLE_CLASSES)))
            counts[name][of_sites[is_here]] = found[here][is_here]
        yield YearSites(
            year,
            scenario,
            sites.slice(site[first], of_sites[-1] + 1),
            counts,
            {name: charging[year, scenario, name] for name in names},
            day_sd,
        )


def split_terrain_years(
    terrain_sessions: pl.DataFrame,
    charging: Charging,
    own_sessions: pl.DataFrame,
    own_parameters: Own,
    assumptions: Assumptions,
    location_types: Sequence[str] | None = None,
) -> Iterator[YearSites]:
    """Yield the terrains of each year and scenario; those with their own parameters one by one."""
    margin = "power.design_day_sd"
    ordinary = without_own(terrain_sessions, own_parameters)
    yield from split_years(ordinary, charging, "terrain_id", assumptions[margin], location_types)
    for terrain, own in own_parameters.items():
        here = own_sessions.filter(pl.col("terrain_id") == terrain)
        day_sd = own.assumptions[margin]
        yield from split_years(here, own.charging, "terrain_id", day_sd, location_types)


def spread_over(
    sites: pl.DataFrame, rows: pl.DataFrame, columns: Sequence[str]
) -> dict[tuple[int, str], Floats]:
    """Return columns of rows by year and scenario, as arrays over sites, (sites, columns).

    Sites of which there is no row have zeros; rows of other sites are left out.
    """
    # The rows of a site mostly stand together: then few names have to be looked up.
    runs = rows["terrain_id"].rle().struct.unnest()
    places = runs.join(
        sites.select(value="terrain_id", site=pl.int_range(pl.len())),
        on="value",
        how="left",
        maintain_order="left",
    )["site"]
    site = np.repeat(places.fill_null(_NOWHERE).to_numpy(), runs["len"].to_numpy())
    whens = rows.select("year", "scenario").unique().sort("year", "scenario").rows()
    when = np.zeros(rows.height, dtype=np.int64)
    years, scenarios = rows["year"].to_numpy(), rows["scenario"]
    is_in = {name: (scenarios == name).to_numpy() for name in {name for _, name in whens}}
    for number, (year, scenario) in enumerate(whens):
        when[(years == year) & is_in[scenario]] = number
    spread = np.zeros((len(whens), sites.height, len(columns)))
    is_here = site != _NOWHERE
    values = rows.select(pl.col(columns).fill_null(0)).to_numpy()
    spread[when[is_here], site[is_here]] = values[is_here]
    return {(year, scenario): spread[number] for number, (year, scenario) in enumerate(whens)}


def fleets_of(each: YearSites, located: Sequence[str], strategy: str) -> Fleets:
    """Return the fleets of some location types together, each vehicle left to itself."""
    places = [each.places[name] for name in located]
    return Fleets(
        np.concatenate([each.counts[name] for name in located], axis=1),
        [kind for place in places for kind in place.kinds[strategy]],
        places[0].day_effect_sd,
    )


def work_on(
    years: Iterable[YearSites],
    key: str,
    estimate: Callable[[Sequence[YearSites]], Iterable[Found]],
) -> pl.DataFrame:
    """Return what a function finds of batches of years, as rows under their keys.

    Arrays are worked on outside the interpreter's lock, so that batches run side by side.
    """

    def work(batch: Sequence[YearSites]) -> pl.DataFrame:
        return _rows(list(estimate(batch)), key)

    batches = list(_batches(years))
    if len(batches) == 1:
        return work(batches[0])
    # Each batch has a core for itself: linear algebra that takes all of them would only wait.
    with threadpool_limits(1, "blas"), ThreadPoolExecutor(os.cpu_count()) as pool:
        return pl.concat(pool.map(work, batches))


def _batches(years: Iterable[YearSites]) -> Iterator[list[YearSites]]:
    batch: list[YearSites] = []
    size = 0
    for each in years:
        if batch and size + each.sites.len() > _BATCH_SITES:
            yield batch
            batch, size = [], 0
        batch.append(each)
        size += each.sites.len()
    if batch:
        yield batch


def _rows(found: Sequence[Found], key: str) -> pl.DataFrame:
    """Return all that was found as one frame; many small ones would cost more than they hold."""
    heights = [each.of.sites.len() for each in found]
    labels = pl.DataFrame(
        [{"year": each.of.year, "scenario": each.of.scenario, **each.labels} for each in found],
        schema_overrides={"year": pl.Int64},
    )
    repeated = labels[np.repeat(np.arange(len(found)), heights)]
    return repeated.select(
        pl.concat([each.of.sites for each in found]).alias(key),
        pl.all(),
        *(
            pl.Series(name, np.concatenate([each.figures[name] for each in found]))
            for name in found[0].figures
        ),
    )
