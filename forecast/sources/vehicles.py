"""Vehicle counts: per municipality by keeper, per province by main user."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import polars as pl

from forecast.sources.files import COUNT, MUNICIPALITY_CODE, TEXT, read_csv

REGISTERED_FILE: Final = Path("vehicles_registered") / "vehicles_registered_2023.csv"
MAIN_USER_FILE: Final = Path("vans_main_user") / "vans_main_user_2022_sample.csv"
PROVINCE_FILE: Final = Path("vans_main_user") / "vans_by_province_2022.csv"


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
    return (
        rows.rename({"gemeente_code": "municipality_code"})
        .with_columns(vehicles_counted_per=pl.lit("municipality"))
        .sort("municipality_code")
    )


def read_vans_by_province(data_folder: Path) -> pl.DataFrame:
    """Return `vans_by_province` without its edition."""
    rows = read_csv(data_folder / PROVINCE_FILE, {"province": TEXT, "vans_2022": COUNT})
    return rows.rename({"province": "province_name", "vans_2022": "vans_main_user"}).sort(
        "province_name"
    )


def read_vans_main_user(data_folder: Path) -> pl.DataFrame:
    """Return `vans_main_user` without its edition."""
    rows = read_csv(
        data_folder / MAIN_USER_FILE,
        {"gemeente_code": MUNICIPALITY_CODE, "vans_main_user_2022": COUNT},
    )
    return rows.select(
        municipality_code="gemeente_code", vans_main_user="vans_main_user_2022"
    ).sort("municipality_code")
