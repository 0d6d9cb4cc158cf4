"""Sessions of pools of terrains: regions and supply areas."""

from __future__ import annotations

from typing import Final

import polars as pl
from scipy import sparse

from forecast.vocabulary import ON_TERRAIN_LOCATION_TYPES, VEHICLE_CLASSES
from forecast.year_sites import spread_over

_ORDER: Final = ("year", "scenario", "location_type")


def pool_sessions(terrain_sessions: pl.DataFrame, members: pl.DataFrame, key: str) -> pl.DataFrame:
    """Return the sessions on business parks of pools of terrains.

    ``sessions of a pool = sum over terrains of share x sessions``, terrains in their order, so that
    a pool has the same digits whatever other pools are asked about.

    Parameters
    ----------
    terrain_sessions
        Per working day; see `forecast.sessions.count_sessions`.
    members
        Which part of each terrain belongs to each pool: the column ``key``, terrain_id, share [1].
        A pool has a name, and each terrain of it once; a pool of nothing has no terrain_id, and no
        row comes of it.
    key
        Names the pools.

    Returns
    -------
    key, year, scenario, location_type, and one column per vehicle class [1/day].
    """
    placed = members.drop_nulls("terrain_id").sort(key, "terrain_id")
    pools, pool = _numbered(placed[key])
    terrains, terrain = _numbered(placed["terrain_id"])
    shares = sparse.coo_array(
        (placed["share"].to_numpy(), (pool.to_numpy(), terrain.to_numpy())),
        shape=(pools.len(), terrains.len()),
    ).tocsr()
    frames = [terrain_sessions.clear().select(placed[key].clear(), *_ORDER, *VEHICLE_CLASSES)]
    for name in ON_TERRAIN_LOCATION_TYPES:
        here = terrain_sessions.filter(pl.col("location_type") == name)
        for (year, scenario), counts in spread_over(
            terrains.to_frame(), here, VEHICLE_CLASSES
        ).items():
            when = {"year": year, "scenario": scenario, "location_type": name}
            frames.append(
                pl.DataFrame(shares @ counts, schema=list(VEHICLE_CLASSES)).select(
                    pools,
                    *(pl.lit(value, frames[0].schema[at]).alias(at) for at, value in when.items()),
                    *VEHICLE_CLASSES,
                )
            )
    return pl.concat(frames).sort(key, *_ORDER)


def _numbered(names: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Return the different names in their order, and which of them each one is."""
    every = names.unique().sort()
    numbers = names.to_frame().join(
        every.to_frame().with_row_index("number"), on=names.name, maintain_order="left"
    )
    return every, numbers["number"]
