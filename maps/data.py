"""The terrains of a page: what the register says, their supply areas and the nearest zones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import polars as pl

from forecast.footprints import read_footprints
from forecast.selection import MUNICIPALITY_COLUMNS
from forecast.terrain_report import is_zone_distance_known
from forecast.vocabulary import SCENARIOS
from forecast.zone_text import ALL_INSIDE
from maps.columns import compact_figure, indexed, read_frame
from maps.outlines import outline_columns

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import duckdb

    from forecast.run_info import RunInfo
    from forecast.selection import Selection
    from forecast.words import Words

_LIKELIEST_AREAS: Final = 4


def read_terrains(connection: duckdb.DuckDBPyConnection, selection: Selection) -> pl.DataFrame:
    """Return the terrains to draw with their municipality and province, the largest first.

    Large terrains are drawn first, so that small ones stay visible and clickable on top.
    """
    frame = read_frame(
        connection,
        "SELECT t.*, m.municipality_name, m.province_name FROM terrains t JOIN municipalities m "
        "USING (municipality_code) ORDER BY greatest(gross_ha, net_ha) DESC, terrain_id",
    )
    return frame.filter(pl.col("terrain_id").is_in(selection.terrain_ids))


def read_municipalities(
    connection: duckdb.DuckDBPyConnection, selection: Selection
) -> pl.DataFrame:
    """Return name and point of the municipalities that a map is about."""
    column = MUNICIPALITY_COLUMNS.get(selection.level)
    where = "" if column is None else f"WHERE {column} = ?"
    return read_frame(
        connection,
        "SELECT municipality_name, x_rd_m, y_rd_m FROM municipalities "  # noqa: S608 - a closed list
        f"{where} ORDER BY municipality_name",
        [] if column is None else [selection.region_id],
    )


def ordered_scenarios(run: RunInfo) -> list[str]:
    """Return the scenarios of the run from low to high."""
    return sorted(run.scenarios, key=SCENARIOS.index)


def main_scenario(run: RunInfo) -> str:
    """Return the scenario that a map opens with: the middle one."""
    scenarios = ordered_scenarios(run)
    return scenarios[len(scenarios) // 2]


def register_columns(
    connection: duckdb.DuckDBPyConnection,
    terrains: pl.DataFrame,
    lat_lon: Iterable[Sequence[float]],
    words: Words,
) -> dict[str, Any]:
    """Return what the register says: one list per field, repeated texts as index and names."""
    issues = read_frame(
        connection,
        "SELECT terrain_id, list(issue_code ORDER BY issue_code) AS codes "
        "FROM register_issues GROUP BY terrain_id",
    )
    codes = terrains.select("terrain_id").join(
        issues, on="terrain_id", how="left", maintain_order="left"
    )
    ids = terrains["terrain_id"].to_list()
    footprints = read_footprints(connection, ids)
    places = [(round(lat, 4), round(lon, 4)) for lat, lon in lat_lon]
    return {
        "id": ids,
        "name": terrains["terrain_name"].to_list(),
        "municipality": indexed(terrains["municipality_name"]),
        "gross": terrains["gross_ha"].round(1).to_list(),
        "net": terrains["net_ha"].round(1).to_list(),
        "radius": [round(footprints[key].footprint_radius_m) for key in ids],
        "lat": [lat for lat, _ in places],
        "lon": [lon for _, lon in places],
        "quality": indexed(terrains["location_quality"]),
        "matched": indexed(terrains["matched_place_name"]),
        "issues": {str(row): found for row, found in enumerate(codes["codes"].to_list()) if found},
        **outline_columns(ids, footprints, places, words),
    }


def grid_columns(
    connection: duckdb.DuckDBPyConnection,
    run: RunInfo,
    terrains: pl.DataFrame,
    *,
    area_ids: Sequence[str],
    zone_names: Sequence[str],
) -> dict[str, Any]:
    """Return for each terrain its candidate areas and, per year, the nearest zone in force.

    Parameters
    ----------
    connection, run, terrains
        The run and the terrains to draw.
    area_ids, zone_names
        The areas and zones of the page; a terrain refers to them by position.
    """
    ids = terrains["terrain_id"].to_list()
    row_of = {terrain_id: row for row, terrain_id in enumerate(ids)}
    candidates, matches = _candidates(connection, run, row_of, area_ids)
    return {
        "candidates": candidates,
        "areaMatch": indexed(pl.Series(matches)),
        "nearestZone": _nearest_zones(connection, run, row_of, zone_names),
    }


def _candidates(
    connection: duckdb.DuckDBPyConnection,
    run: RunInfo,
    row_of: dict[str, int],
    area_ids: Sequence[str],
) -> tuple[list[list[list[int]]], list[str]]:
    """Return the likeliest areas of each terrain with their probability [%], and how they match."""
    area_of = {area: position for position, area in enumerate(area_ids)}
    candidates: list[list[list[int]]] = [[] for _ in row_of]
    matches = ["none"] * len(row_of)
    for terrain_id, area, probability, match in connection.execute(
        "SELECT terrain_id, supply_area_id, match_probability, area_match "
        "FROM terrain_supply_areas "
        "WHERE run_id = ? ORDER BY match_probability DESC, supply_area_id",
        [run.run_id],
    ).fetchall():
        row = row_of.get(terrain_id)
        if row is None:
            continue
        matches[row] = match
        if area in area_of and len(candidates[row]) < _LIKELIEST_AREAS:
            candidates[row].append([area_of[area], round(100 * probability)])
    return candidates, matches


def _nearest_zones(
    connection: duckdb.DuckDBPyConnection,
    run: RunInfo,
    row_of: dict[str, int],
    zone_names: Sequence[str],
) -> dict[str, list[Any]]:
    """Return per year the nearest zone of each terrain, its distance [km] and share [%]."""
    zone_of = {zone: position for position, zone in enumerate(zone_names)}
    nearest: dict[str, list[Any]] = {str(year): [0] * len(row_of) for year in run.years}
    for terrain_id, year, zone, distance_km, share, quality in connection.execute(
        "SELECT DISTINCT terrain_id, year, nearest_zone_name, nearest_zone_distance_km, "
        "nearest_zone_share, location_quality FROM zone_exposure JOIN terrains USING (terrain_id) "
        "WHERE run_id = ?",
        [run.run_id],
    ).fetchall():
        row = row_of.get(terrain_id)
        if row is not None and zone in zone_of and distance_km is not None:
            # Null where the point is too coarse to tell a distance.
            is_known = is_zone_distance_known(quality, distance_km)
            told = compact_figure(distance_km) if is_known else None
            nearest[str(year)][row] = [zone_of[zone], told]
            if share is not None and distance_km == 0 and share < ALL_INSIDE:
                nearest[str(year)][row].append(round(100 * share))
    return nearest
