"""What others published on electric vans and trucks: counts, forecasts and aims."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import polars as pl

from forecast.sources.files import TEXT, YEAR, Field, read_csv

FILE: Final = Path("published_figures") / "published_figures.csv"
KINDS: Final = ("count", "forecast", "aim")
SHARES: Final = (
    "on_terrain_energy_share",
    "own_site_share",
    "truck_own_site_share",
    "truck_service_area_session_share",
)
"""Where is charged: not of one year, so they stand beside any."""
QUANTITIES: Final = ("electric_vans", "electric_trucks", "energy_kwh_per_year", *SHARES)


def read_published_figures(data_folder: Path) -> pl.DataFrame:
    """Return `published_figures` without its edition."""
    rows = read_csv(
        data_folder / FILE,
        {
            "quantity": Field(pattern="|".join(QUANTITIES)),
            "year": YEAR,
            "holds_on": Field(pl.Date),
            "value": Field(pl.Float64, low=0, high=1e12),
            "unit": TEXT,
            "kind": Field(pattern="|".join(KINDS)),
            "publisher": TEXT,
            "published_on": Field(pl.Date),
            "status": TEXT,
            "source": TEXT,
        },
    )
    return rows.sort("year", "quantity", "published_on", "kind")
