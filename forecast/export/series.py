"""The series of a terrain as a file: CSV with its description beside it, or Parquet."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from forecast.export.content import provenance_of
from forecast.export.delimited import PLAIN, data_package, delimited
from forecast.export.notices import read_notices
from forecast.export.parquet import parquet
from forecast.export.table import ExportTable
from forecast.files import write_together
from forecast.schema import Column

if TYPE_CHECKING:
    import polars as pl

    from forecast.run_info import RunInfo
    from forecast.selection import Selection

SERIES_COLUMNS: Final = (
    Column("interval_start_utc", "Datetime", "", "begin of the quarter-hour, UTC", is_key=True),
    Column("interval_start_local", "Datetime", "", "the same on the clock of Amsterdam"),
    Column("depot_kw", "Float64", "kW", "mean power of the 15 minutes on the depots"),
    Column(
        "shared_hub_kw",
        "Float64",
        "kW",
        "the same of visits of the vehicles of this terrain to a shared hub, wherever it stands",
    ),
    Column("on_terrain_kw", "Float64", "kW", "both together"),
)
_MEANING: Final = "What the vehicles of a terrain load in every quarter-hour of a year."
_DECIMALS: Final = 3
"""Of a number in CSV: watts, where the unit is kW."""


def write_series(frame: pl.DataFrame, path: Path, selection: Selection, run: RunInfo) -> Path:
    """Write the series of a terrain by the ending of the path; return the path.

    A CSV gets ``NAME.datapackage.json`` beside it.

    Raises
    ------
    OutputError
        If it can't be written; what stood there before still does.
    """
    table = ExportTable("series", _MEANING, SERIES_COLUMNS, frame)
    provenance, notices = provenance_of(selection, run), read_notices(run, [table.name])
    with write_together(path.parent, path) as folder:
        if path.suffix.lower() == ".parquet":
            (folder / path.name).write_bytes(parquet(table, provenance, notices))
        else:
            text = delimited(frame, PLAIN, decimals=_DECIMALS)
            package = data_package(
                f"{_MEANING} {selection.region_name}",
                {path.name: table},
                PLAIN,
                provenance,
                notices,
            )
            (folder / path.name).write_bytes(text)
            (folder / f"{path.stem}.datapackage.json").write_bytes(package)
    return path
