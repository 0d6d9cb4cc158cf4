"""`laadvraag run` without mathematics and map: `python -m tests.faults.quick_run FIGURES run ...`.

Reading, publishing, late refinements and summary are those of the command; the figures are taken
from another database. So the dangerous part comes within seconds instead of a minute.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import polars as pl

import forecast.run
from cli import main
from forecast.schema import tables_of
from forecast.store import open_published


def figures_of(database: Path) -> dict[str, pl.DataFrame]:
    """Return the result tables of the last run in a database, as the pipeline gives them."""
    with open_published(database) as connection:
        frames = {}
        for table in tables_of("result"):
            frame: pl.DataFrame = connection.sql(f'SELECT * FROM "{table.name}"').pl()  # noqa: S608 - names of the schema
            frames[table.name] = frame.cast(dict(table.polars_schema()))
    return frames


def _with_run(frames: Mapping[str, Any], run_id: str) -> dict[str, pl.DataFrame]:
    return {
        name: frame.with_columns(run_id=pl.lit(run_id)).select(frame.columns)
        for name, frame in frames.items()
    }


if __name__ == "__main__":
    figures = figures_of(Path(sys.argv.pop(1)))
    # No refinement is in these figures: what the log holds is laid over them as a late one.
    figures["applied_refinements"] = figures["applied_refinements"].clear()
    forecast.run.run_forecast = lambda *_: figures
    forecast.run.result_tables = _with_run
    sys.modules["maps.plan_map"] = SimpleNamespace(write_plan_map=lambda _, path, **__: path)  # type: ignore[assignment]
    main()
