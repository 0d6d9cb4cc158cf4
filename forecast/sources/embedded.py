"""All source tables of a data folder, with the hashes that name their edition."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import polars as pl

from forecast.errors import DataSourceError
from forecast.schema import conform, tables_of
from forecast.sources import (
    fleet_history,
    ibis,
    municipal_electric,
    municipalities,
    postcodes,
    published_figures,
    supply_area_outlines,
    supply_areas,
    truck_sites,
    vehicles,
    ze_access,
    ze_zones,
    zone_polygons,
)
from forecast.sources.files import require_same

DEFAULT_FOLDER: Final = Path(__file__).parent.parent.parent / "data"
_FILES: Final = (
    ibis.FILE,
    municipalities.FILE,
    municipalities.SUCCESSORS_FILE,
    municipalities.PLACES_FILE,
    postcodes.FILE,
    ze_zones.CORRECTIONS_FILE,
    ze_access.FILE,
    supply_areas.FILE,
    truck_sites.FILE,
    vehicles.REGISTERED_FILE,
    vehicles.PROVINCE_FILE,
    vehicles.MAIN_USER_FILE,
    fleet_history.FILE,
    published_figures.FILE,
)
# Either of the two files with zones may be missing: outlines replace the table.
_OPTIONAL_FILES: Final = (
    municipal_electric.FILE,
    supply_area_outlines.FILE,
    ze_zones.FILE,
    zone_polygons.FILE,
)
_EDITION_DIGITS: Final = 12


@dataclass(frozen=True)
class SourceData:
    """The source tables, by name, and the files they were read from.

    Attributes
    ----------
    tables
        Frames of the layer ``source`` of `forecast.schema`.
    edition_id
        Hash over all files: the same data, the same edition.
    data_hashes
        File, relative to the data folder, to its sha256.
    """

    tables: Mapping[str, pl.DataFrame]
    edition_id: str
    data_hashes: Mapping[str, str]

    def __getitem__(self, table: str) -> pl.DataFrame:
        """Return a table."""
        return self.tables[table]


def read_sources(data_folder: Path = DEFAULT_FOLDER) -> SourceData:
    """Read and check every source table.

    Raises
    ------
    DataSourceError
        If the folder or a file is missing or corrupt.
    """
    if not data_folder.is_dir():
        raise DataSourceError(data_folder, "the folder with the source data does not exist")
    frames = _read_frames(data_folder)
    hashes = _data_hashes(data_folder)
    edition = hashlib.sha256("".join(hashes.values()).encode()).hexdigest()[:_EDITION_DIGITS]
    # What only imports fill has no rows yet.
    none = {
        table.name: pl.DataFrame(schema=table.polars_schema())
        for table in tables_of("source")
        if table.name not in frames
    }
    tables = {
        name: conform(frame, name, add={"edition_id": edition})
        for name, frame in (frames | none).items()
    }
    return SourceData(tables, edition, hashes)


def _data_hashes(data_folder: Path) -> dict[str, str]:
    """Return the hash of every file, of those that may lack where they are there."""
    return {
        path.as_posix(): hashlib.sha256((data_folder / path).read_bytes()).hexdigest()
        for path in (*_FILES, *_OPTIONAL_FILES)
        if path in _FILES or (data_folder / path).exists()
    }


def _read_frames(data_folder: Path) -> dict[str, pl.DataFrame]:
    """Return the tables that come embedded, checked beside each other."""
    municipal = municipalities.read_municipalities(data_folder)
    terrains = ibis.read_terrains(data_folder)
    ibis.check_municipalities(terrains, municipal["municipality_code"], data_folder)
    electric = municipal_electric.read_municipal_electric(data_folder)
    municipal_electric.check_known(electric, municipal["municipality_code"], data_folder)
    places = municipalities.read_places(data_folder)
    zones, zone_issues = ze_zones.read_ze_zones(data_folder, municipal, places)
    return {
        "terrains": terrains,
        "register_issues": ibis.find_register_issues(terrains),
        "municipalities": municipal,
        "municipality_successors": municipalities.read_successors(data_folder),
        "places": places,
        "postcode_points": postcodes.read_postcode_points(data_folder),
        "ze_zones": zones,
        "zone_issues": zone_issues,
        "ze_access_rules": ze_access.read_access_rules(data_folder),
        "supply_areas": supply_areas.read_supply_areas(data_folder),
        "truck_sites": truck_sites.read_truck_sites(data_folder),
        **_read_vehicles(data_folder, municipal),
        "vans_main_user": vehicles.read_vans_main_user(data_folder),
        "municipal_electric": electric,
        "fleet_history": fleet_history.read_fleet_history(data_folder),
        "published_figures": published_figures.read_published_figures(data_folder),
    }


def _read_vehicles(data_folder: Path, municipal: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Return the registered vehicles of every municipality, and the vans of every province."""
    registered = vehicles.read_vehicles_registered(data_folder)
    require_same(
        data_folder / vehicles.REGISTERED_FILE,
        "municipalities",
        registered["municipality_code"],
        municipal["municipality_code"],
    )
    provinces = vehicles.read_vans_by_province(data_folder)
    require_same(
        data_folder / vehicles.PROVINCE_FILE,
        "provinces",
        provinces["province_name"],
        municipal["province_name"],
    )
    return {"vehicles_registered": registered, "vans_by_province": provinces}
