"""One row per terrain: what the register says, and the main figures per year and scenario.

So that a planner can sort and map at once. A figure of a year is named
``{figure}_{year}_{scenario}``, such as ``smart_design_peak_kw_2030_mid``; the figure is a column
of `forecast.schema`, with the strategy before it as in `regional_summary`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from forecast.export.places import multipolygons, read_outlines
from forecast.export.table import ExportTable, Places
from forecast.export.terrain_facts import read_facts
from forecast.export.terrain_figures import FIGURES, read_figures
from forecast.footprints import shapes_of
from forecast.run_info import RunInfo
from forecast.vocabulary import MID_SCENARIO

if TYPE_CHECKING:
    import duckdb

    from forecast.selection import Selection

_MEANING: Final = (
    "One row per business park: the register, and figures of 31 December of each year. Peaks of "
    "terrains do not add up; see regional_summary for those of an area."
)


def terrains_table(
    connection: duckdb.DuckDBPyConnection, selection: Selection, run: RunInfo
) -> ExportTable:
    """Return the wide table of the chosen terrains, in the order of the selection."""
    facts, columns = read_facts(connection, selection, run)
    frame = facts
    figures = read_figures(connection, selection, run)
    scenarios = sorted(run.scenarios, key=lambda name: (name != MID_SCENARIO, name == "high"))
    for scenario in scenarios:
        for year in run.years:
            of_both = (pl.col("year") == year) & (pl.col("scenario") == scenario)
            chosen = [
                figure
                for figure in FIGURES
                if scenario == MID_SCENARIO or not figure.is_of_mid_only
            ]
            named = [figure.column_of(year, scenario) for figure in chosen]
            values = figures.filter(of_both).select(
                "terrain_id",
                *(
                    pl.col(figure.name).alias(column.name)
                    for figure, column in zip(chosen, named, strict=True)
                ),
            )
            frame = frame.join(values, on="terrain_id", how="left", maintain_order="left")
            columns += named
    return ExportTable(
        "terrains",
        _MEANING,
        columns,
        frame,
        Places(
            "MultiPolygon",
            multipolygons(shapes_of(frame, read_outlines(connection, selection))[0]),
            "Drawn by the outline where one was imported, else as a schematic circle of the gross "
            "area around an approximate point; see footprint_quality and location_quality.",
        ),
    )
