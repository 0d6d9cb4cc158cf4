"""Local corrections by advisers: a layer over the model, applied before the fleet is spread."""

from __future__ import annotations

from typing import Final

import polars as pl

from forecast.schema import TABLES
from forecast.vocabulary import VEHICLE_CLASSES

FIELDS: Final = VEHICLE_CLASSES
"""Fields that a refinement may set: the number of vehicles of a class based on the terrain."""


def no_refinements() -> pl.DataFrame:
    """Return `refinements` without rows."""
    return pl.DataFrame(schema=TABLES["refinements"].polars_schema())


def pinned_vehicles(refinements: pl.DataFrame) -> pl.DataFrame:
    """Return the vehicles that refinements fix: terrain_id, vehicle_class, vehicles.

    The latest entry of a terrain and field wins.
    """
    return (
        refinements.filter(pl.col("field").is_in(FIELDS))
        .sort("entered_at", "refinement_id")
        .unique(["terrain_id", "field"], keep="last", maintain_order=True)
        .select(
            "terrain_id", vehicle_class="field", vehicles=pl.col("value").round().cast(pl.Int64)
        )
    )
