"""All tables of laadvraag, in the order of the data's way."""

from __future__ import annotations

from typing import Final

from forecast.schema.charging import CHARGING
from forecast.schema.columns import EDITION, IMPORT
from forecast.schema.counts import BESIDE, COUNTS, IMPORTED_COUNTS
from forecast.schema.grid_fit import GRID_FIT
from forecast.schema.places import PLACES
from forecast.schema.points import POINTS
from forecast.schema.records import EDITIONS, RECORDS
from forecast.schema.summaries import SUMMARIES
from forecast.schema.supply import SUPPLY, SUPPLY_DETAILS
from forecast.schema.survey import SURVEY
from forecast.schema.table import Layer, Table
from forecast.schema.vehicles import VEHICLES

SCHEMA_VERSION: Final = 7
"""Layout of the database file; a file of another layout is refused with what to do."""

IMPORTED_PREFIX: Final = "imported_"
_IMPORTABLE: Final = (
    "terrains",
    "terrain_outlines",
    "region_outlines",
    "vehicle_counts",
    "postcode_municipalities",
    "establishment_counts",
    "ze_zones",
    "zone_issues",
    "supply_areas",
    "postcode_congestion",
    "supply_area_works",
    "truck_sites",
    "charging_sites",
    "external_forecasts",
)


def _kept(table: Table) -> Table:
    """Return the table that keeps every imported edition of a source table."""
    columns = (IMPORT, *(column for column in table.columns if column != EDITION))
    meaning = f"Rows of `{table.name}` of every imported edition; append-only."
    return Table(IMPORTED_PREFIX + table.name, "import", meaning, columns)


_IMPORTS: Final = tuple(
    _kept(table)
    for table in (*PLACES, *SUPPLY, *IMPORTED_COUNTS, *SUPPLY_DETAILS, *COUNTS, *BESIDE)
    if table.name in _IMPORTABLE
)

TABLES: Final[dict[str, Table]] = {
    table.name: table
    for table in (
        *PLACES,
        *SUPPLY,
        *IMPORTED_COUNTS,
        *SUPPLY_DETAILS,
        *COUNTS,
        *BESIDE,
        *VEHICLES,
        *CHARGING,
        *GRID_FIT,
        *POINTS,
        *SUMMARIES,
        *RECORDS,
        *SURVEY,
        *EDITIONS,
        *_IMPORTS,
    )
}


def tables_of(layer: Layer) -> tuple[Table, ...]:
    """Return the tables of a layer, in the order of the data's way."""
    return tuple(table for table in TABLES.values() if table.layer == layer)


def stored_tables() -> tuple[Table, ...]:
    """Return the tables that a database file holds."""
    return tuple(table for table in TABLES.values() if table.layer != "beside")
