"""What adds up over terrains, after some changed: of each terrain, of regions, of the nation."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

import polars as pl

from forecast.held import Held
from forecast.national import summarise_nation
from forecast.recompute import Terrains
from forecast.regions import (
    gather_terrain_figures,
    pool_peaks,
    summarise_regions,
)
from forecast.replaced import Replaced
from forecast.touched_classes import Classes
from forecast.touched_pools import Pools

_REGION = ("level", "region_id")


def add_up(
    held: Held,
    found: Terrains,
    electric: pl.DataFrame,
    classes: Classes,
    pools: Pools,
    peaks: pl.DataFrame,
) -> Iterator[Replaced]:
    """Yield the rows of terrains and regions that add up.

    Parameters
    ----------
    held
        The run.
    found, electric
        The terrains and pseudo-terrains that changed.
    classes
        Of terrains that may have another class.
    pools
        Hubs and sites.
    peaks
        Of all regions, from `find_peaks`.
    """
    moved_hubs = pools.moved_points.filter(location_type="shared_hub")["place_id"]
    terrains = sorted({*found.terrains["terrain_id"], *classes.other_class_ids, *moved_hubs})
    is_here = pl.col("terrain_id").is_in(terrains)

    def completed(table: str, rows: pl.DataFrame) -> pl.DataFrame:
        return held.completed(table, rows, "terrain_id", terrains).filter(is_here)

    figures = gather_terrain_figures(
        completed("electric_vehicles", electric),
        completed("energy", found.energy),
        pools.points_of(held, terrains),
        completed("plan_class", classes.verdicts),
    )
    yield Replaced("terrain_figures", figures, "terrain_id", tuple(terrains))
    yield _regions(held, figures, peaks, pools.charge_points)


def find_peaks(held: Held, terrain_sessions: pl.DataFrame, ids: Collection[str]) -> pl.DataFrame:
    """Return the peaks of all regions; see `forecast.regions.pool_peaks`.

    They are pooled again only where sessions changed: classes and hubs don't move them.

    Parameters
    ----------
    terrain_sessions
        Of all terrains of the register.
    ids
        Terrains and pseudo-terrains that changed.
    """
    asked = _regions_of(held, ids)
    peaks = pool_peaks(
        held.region_members.join(asked, on=_REGION, how="semi"),
        terrain_sessions,
        held.charging,
        held.assumptions,
    )
    kept = held.table("regional_summary").join(asked, on=_REGION, how="anti")
    return pl.concat([peaks, kept.select(peaks.columns)])


def _regions_of(held: Held, terrain_ids: Iterable[str]) -> pl.DataFrame:
    is_here = pl.col("terrain_id").is_in(list(terrain_ids))
    return held.region_members.filter(is_here).select(_REGION).unique()


def _regions(
    held: Held, figures: pl.DataFrame, peaks: pl.DataFrame, points: pl.DataFrame
) -> Replaced:
    """Return `regional_summary` of regions with a terrain that moved."""
    moved = figures["terrain_id"].unique()
    others = held.keyed("terrain_figures").without("terrain_id", moved)
    touched = _regions_of(held, moved)
    regional = summarise_regions(
        held.region_members.join(touched, on=_REGION, how="semi"),
        pl.concat([figures, others.select(figures.columns)]),
        peaks,
        points,
    )
    # Two levels may name a region alike: then the rows of both are written.
    names = tuple(sorted(touched["region_id"].unique()))
    kept = (
        held.table("regional_summary")
        .join(touched, on=_REGION, how="anti")
        .select(regional.columns)
    )
    rows = pl.concat([regional, kept.filter(pl.col("region_id").is_in(names))])
    return Replaced("regional_summary", rows, "region_id", names)


def sum_nation(
    held: Held, electric: pl.DataFrame, energy: pl.DataFrame, ids: Collection[str]
) -> pl.DataFrame:
    """Return `national_summary` without its run: that of the run, with what terrains differ.

    Parameters
    ----------
    electric, energy
        Of the terrains and pseudo-terrains that changed.
    ids
        Of these.
    """
    keys = ["year", "scenario"]
    then = summarise_nation(
        held.where("electric_vehicles", "terrain_id", ids), held.where("energy", "terrain_id", ids)
    )
    figures = [name for name in then.columns if name not in keys]
    return (
        held.table("national_summary")
        .join(summarise_nation(electric, energy), on=keys, suffix="_now")
        .join(then, on=keys, suffix="_then")
        .select(
            *keys,
            *(pl.col(name) + (pl.col(f"{name}_now") - pl.col(f"{name}_then")) for name in figures),
        )
        .sort(keys)
    )
