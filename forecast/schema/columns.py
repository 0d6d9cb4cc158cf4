"""Columns that tables share."""

from __future__ import annotations

from typing import Final

from forecast.schema.table import Column, Dtype


def key(name: str, dtype: Dtype, meaning: str, unit: str = "") -> Column:
    """Return a column that is part of the key."""
    return Column(name, dtype, unit, meaning, is_key=True)


def optional(name: str, dtype: Dtype, unit: str, meaning: str) -> Column:
    """Return a column that may be empty."""
    return Column(name, dtype, unit, meaning, is_nullable=True)


EDITION: Final = Column("edition_id", "String", "", "edition of the source data, a content hash")
IMPORT: Final = key("edition_id", "String", "imported edition, a hash")
RUN: Final = key("run_id", "String", "run that computed the row")
TERRAIN: Final = key("terrain_id", "String", "RIN of the terrain in the IBIS register")
HOLDER: Final = key(
    "terrain_id",
    "String",
    "RIN of the terrain, or off-terrain:GMxxxx for the vehicles of a municipality without one",
)
CLASS: Final = key("vehicle_class", "String", "van, rigid_truck or tractor")
YEAR: Final = key("year", "Int64", "calendar year; figures hold on 31 December of it")
SCENARIO: Final = key("scenario", "String", "low, mid or high")
LOCATION: Final = key(
    "location_type", "String", "depot, shared_hub, service_area, truck_parking or elsewhere"
)
STRATEGY: Final = key("strategy", "String", "unmanaged, smart or night_block; power: delayed")
AREA: Final = key("supply_area_id", "String", "supply area (voedingsgebied)")
CONNECTION: Final = key("connection_id", "String", "identifier, made from file and connection")
X: Final = Column("x_rd_m", "Float64", "m", "easting in RD New, EPSG:28992")
Y: Final = Column("y_rd_m", "Float64", "m", "northing in RD New, EPSG:28992")
MUNICIPALITY: Final = Column("municipality_code", "String", "", "GM and four digits (CBS)")
