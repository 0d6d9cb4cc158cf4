"""The closed lists of the trade: the same words in code, columns, commands and documents."""

from __future__ import annotations

from typing import Final

VEHICLE_CLASSES: Final = ("van", "rigid_truck", "tractor")
TRUCK_CLASSES: Final = ("rigid_truck", "tractor")
ALL_TRUCKS: Final = "truck"
"""Both classes of trucks together, in national tables."""
VEHICLE_GROUPS: Final = {"van": ("van",), ALL_TRUCKS: TRUCK_CLASSES}
"""Groups in which electric vehicles are counted, with their classes."""

NAMED_SECTORS: Final = ("agriculture", "industry_construction", "trade_horeca", "transport_ict")
SECTORS: Final = (*NAMED_SECTORS, "services")
"""SBI groups of establishments: A, B-F, G+I, H+J, and all the others."""

ON_TERRAIN_LOCATION_TYPES: Final = ("depot", "shared_hub")
SITE_LOCATION_TYPES: Final = ("service_area", "truck_parking")
CHARGING_LOCATION_TYPES: Final = (*ON_TERRAIN_LOCATION_TYPES, *SITE_LOCATION_TYPES)
LOCATION_TYPES: Final = (*CHARGING_LOCATION_TYPES, "elsewhere")
# Depot and hub of a terrain together: their peaks do not add, so the pair has its own figure.
ON_TERRAIN: Final = "on_terrain"

SCENARIOS: Final = ("low", "mid", "high")
MID_SCENARIO: Final = "mid"
STRATEGIES: Final = ("unmanaged", "smart", "night_block")
POWER_STRATEGIES: Final = (*STRATEGIES, "delayed")
"""With everybody waiting for 21:00: a warning, not a plan."""
POWER_CLASSES_KW: Final = (11, 22, 50, 100, 150, 350, 1000)
ACCESS: Final = {
    "depot": "private",
    "shared_hub": "shared",
    "service_area": "public",
    "truck_parking": "public",
}
"""Who may use the charge points of a location type."""
ZONE_RELATIONS: Final = ("inside", "near", "serving", "none")
"""Of the fleet of a terrain to the zero-emission zones in force."""
COUNTED_PER: Final = ("municipality", "postcode4")
"""Areas that the registered vehicles of a municipality were counted in: itself, or postcodes that
were added up."""
ZONE_GEOMETRIES: Final = ("polygon", "circle", "municipality")
"""What is known of where a zone lies: its outline, a circle of equal area, or a point."""
PLAN_CLASSES: Final = ("own_site", "collective", "mitigate", "not_known")

DEFAULT_YEARS: Final = (2025, 2030, 2035)
FIRST_YEAR: Final = 2025
LAST_YEAR: Final = 2050
REFERENCE_YEAR: Final = 2030
"""Year that pages show first when the run holds it."""

REGION_LEVELS: Final = ("nal_region", "province", "municipality", "supply_area")
"""Levels that terrains are added up to, besides the nation."""
SELECTION_LEVELS: Final = ("municipality", "province", "nal_region")
"""Levels whose terrains are certain; those of a supply area are only probable."""
LEVEL_NAMES: Final = {
    "nal_region": "NAL region",
    "province": "province",
    "municipality": "municipality",
    "supply_area": "supply area",
}
"""Names of the levels in sentences."""
NATION: Final = "nation"
NATION_ID: Final = "NL"
NO_AREA_ID: Final = "none"
"""Key of what lies in no supply area."""

RD_NEW: Final = "EPSG:28992"
"""The Dutch grid in metres, for distance and area."""

OFF_TERRAIN_PREFIX: Final = "off-terrain:"
"""Key of the pseudo-terrain that holds a municipality's vehicles without a business park."""


def group_of(vehicle_class: str) -> str:
    """Return the group in which electric vehicles of a class are counted.

    >>> group_of("tractor")
    'truck'
    """
    return next(group for group, classes in VEHICLE_GROUPS.items() if vehicle_class in classes)


def off_terrain_id(municipality_code: str) -> str:
    """Return the key of the pseudo-terrain of a municipality.

    >>> off_terrain_id("GM0014")
    'off-terrain:GM0014'
    """
    return OFF_TERRAIN_PREFIX + municipality_code
