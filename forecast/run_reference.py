"""Tables of docs/method.md that show what a run over the embedded data gives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecast.reference import table_lines
from forecast.run_info import latest_run
from forecast.vocabulary import PLAN_CLASSES, REFERENCE_YEAR

if TYPE_CHECKING:
    import duckdb

_MID = "mid"


def plan_class_block(connection: duckdb.DuckDBPyConnection) -> str:
    """Return the terrains per plan class in mid, and how many hang on one number in 2030."""
    run = latest_run(connection)
    counts = connection.execute(
        "SELECT year, plan_class, count(*) FROM plan_class WHERE run_id = ? AND scenario = ? "
        "GROUP BY ALL",
        [run.run_id, _MID],
    ).fetchall()
    by_key = {(year, name): count for year, name, count in counts}
    classes = [
        [str(year), *(f"{by_key.get((year, name), 0):,}" for name in PLAN_CLASSES)]
        for year in run.years
    ]
    moved = connection.execute(
        "SELECT threshold_key, any_value(changed_share) FILTER (threshold_factor < 1), "
        "any_value(changed_share) FILTER (threshold_factor > 1) FROM plan_class_sensitivity "
        "WHERE run_id = ? AND scenario = ? AND year = ? GROUP BY threshold_key "
        "ORDER BY threshold_key",
        [run.run_id, _MID, REFERENCE_YEAR],
    ).fetchall()
    sensitivity = [[f"`{key}`", f"{less:.0%}", f"{more:.0%}"] for key, less, more in moved]
    return "\n".join(
        [
            *table_lines(["mid", *PLAN_CLASSES], classes, texts=1),
            "",
            f"Terrains that change class in {REFERENCE_YEAR} when one number moves by a fifth:",
            "",
            *table_lines(["number", "down", "up"], sensitivity, texts=1),
        ]
    )
