"""Shared hubs on the map: where they stand, from when, and how large."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from maps.columns import compact_figure, read_frame

if TYPE_CHECKING:
    import duckdb
    import polars as pl

    from forecast.run_info import RunInfo


def hub_rows(
    connection: duckdb.DuckDBPyConnection, run: RunInfo, terrains: pl.DataFrame
) -> dict[str, dict[str, list[Any]]]:
    """Return the hubs per ``year|scenario``, by the position of the terrain they stand on.

    Each is: year it opened, terrains it serves, charge points, grid connection [kW] and mean wait
    in the busiest quarter-hour [minutes]. Few terrains have one, so these are no columns.
    """
    row_of = {terrain_id: row for row, terrain_id in enumerate(terrains["terrain_id"].to_list())}
    frame = read_frame(
        connection,
        "SELECT concat_ws('|', year, scenario) AS choice, terrain_id, opened_year, "
        "served_terrains, charge_points, grid_connection_kw, mean_wait_minutes "
        "FROM hubs WHERE run_id = ? AND is_equipped ORDER BY choice, terrain_id",
        [run.run_id],
    )
    hubs: dict[str, dict[str, list[Any]]] = {}
    for choice, terrain_id, opened, served, points, connection_kw, wait in frame.rows():
        if terrain_id in row_of:
            hubs.setdefault(choice, {})[str(row_of[terrain_id])] = [
                opened,
                served,
                points,
                compact_figure(connection_kw),
                compact_figure(wait),
            ]
    return hubs
