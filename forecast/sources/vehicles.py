"""Vehicle counts: per municipality by keeper, per province by main user, and national series."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import polars as pl

from forecast.sources.files import COUNT, MUNICIPALITY_CODE, TEXT, Field, read_csv

REGISTERED_FILE: Final = Path("vehicles_registered") / "vehicles_registered_2023.csv"
PROVINCE_FILE: Final = Path("vans_main_user") / "vans_by_province_2022.csv"
HISTORY_FILE: Final = Path("fleet_history") / "fleet_history.csv"


def read_vehicles_registered(data_folder: Path) -> pl.DataFrame:
    """Return `vehicles_registered` without its edition."""
    rows = read_csv(
        data_folder / REGISTERED_FILE,
        {
            "gemeente_code": MUNICIPALITY_CODE,
            "vans_registered": COUNT,
            "rigid_trucks_registered": COUNT,
        },
    )
    return rows.rename({"gemeente_code": "municipality_code"}).sort("municipality_code")


def read_vans_by_province(data_folder: Path) -> pl.DataFrame:
    """Return `vans_by_province` without its edition."""
    rows = read_csv(data_folder / PROVINCE_FILE, {"province": TEXT, "vans_2022": COUNT})
    return rows.rename({"province": "province_name", "vans_2022": "vans_main_user"}).sort(
        "province_name"
    )


def read_fleet_history(data_folder: Path) -> pl.DataFrame:
    """Return `fleet_history` without its edition."""
    columns = ("series", "date", "value", "unit", "status", "source")
    rows = read_csv(
        data_folder / HISTORY_FILE,
        {name: Field(pl.Float64) if name == "value" else TEXT for name in columns},
    )
    return rows.select(columns).sort("series", "date")
