"""Vehicle-days of a company's own depot, as a CSV file that its planner can make."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import polars as pl

from forecast.errors import DataSourceError
from forecast.sources.files import TEXT, Field, read_csv
from forecast.spoken import say
from models.depot_schedule import VehicleDays
from models.units import HOURS_PER_DAY

_HOUR: Final = Field(pl.Float64, low=0, high=HOURS_PER_DAY)
_FIELDS: Final = {
    "first_departure_hour": _HOUR,
    "last_return_hour": _HOUR,
    "off_shift_hours": Field(pl.Float64, low=0, high=HOURS_PER_DAY, is_optional=True),
    "distance_km": Field(pl.Float64, low=0, high=2_500),
}
_FLEET: Final = "fleet"


def read_vehicle_days(path: Path) -> Mapping[str, VehicleDays]:
    """Return the vehicle-days of each fleet; one fleet named "" without a column `fleet`.

    Columns first_departure_hour, last_return_hour [hour of the day, 17.5 is half past five],
    off_shift_hours [hour; empty: from the return to the departure], distance_km [km]. Separated by
    commas, or as a Dutch spreadsheet saves them: by semicolons, with a comma or a point in numbers.

    Raises
    ------
    DataSourceError
        If the file is missing, lacks columns, or holds a value out of bounds: names the lines; or
        if all vehicles drive nothing.
    """
    if not path.is_file():
        raise DataSourceError(path, say("meter_refusals.schedule.missing"))
    header = _header(path)
    separator = ";" if ";" in header else ","
    rows = read_csv(path, _FIELDS, separator)
    names = pl.Series([""] * rows.height)
    if _FLEET in (name.strip('" ') for name in header.split(separator)):
        names = read_csv(path, {_FLEET: TEXT}, separator)[_FLEET]
    until_departure = (pl.col("first_departure_hour") - pl.col("last_return_hour")) % HOURS_PER_DAY
    rows = rows.with_columns(
        fleet=names, off_shift_hours=pl.col("off_shift_hours").fill_null(until_departure)
    )
    fleets = {}
    for (name,), days in rows.group_by(_FLEET, maintain_order=True):
        if days["distance_km"].sum() == 0:
            raise DataSourceError(
                path, say("meter_refusals.schedule.no_kilometre", fleet=str(name))
            )
        fleets[str(name)] = VehicleDays(
            days["last_return_hour"].to_numpy(),
            days["off_shift_hours"].to_numpy(),
            days["distance_km"].to_numpy(),
        )
    return fleets


def _header(path: Path) -> str:
    with path.open(encoding="utf-8-sig", errors="replace") as file:
        return file.readline().strip()
