"""Figures of a run as compact columns for the page: one value per terrain, in one order.

The page holds every year, scenario and strategy so that a reader can choose without a server.
Columns are keyed by their choices, such as ``"2030|mid|smart"``, and numbers are rounded to what
the page can show: a terrain costs under half a kilobyte.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from forecast.query import is_zone_distance_known
from forecast.vocabulary import (
    ON_TERRAIN,
    ON_TERRAIN_LOCATION_TYPES,
    PLAN_CLASSES,
    SCENARIOS,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import duckdb

    from forecast.query import RunInfo

_M2_PER_HA: Final = 1e4
_KWH_PER_MWH: Final = 1e3
# Shares of the terrains below each limit of the power scale: finer where power is large.
_LIMIT_QUANTILES: Final = (0.20, 0.45, 0.70, 0.88, 0.97)
_ROUND_STEPS: Final = (1.0, 2.0, 5.0, 10.0)
_LIKELIEST_AREAS: Final = 4

Columns = dict[str, list[Any]]


def equivalent_radius_m(area_ha: float) -> float:
    """Return the radius of a circle of this area: sqrt(area / pi) [m].

    >>> round(equivalent_radius_m(math.pi), 6)
    100.0
    """
    return math.sqrt(max(area_ha, 0.0) * _M2_PER_HA / math.pi)


def compact_figure(value: float | None) -> int | float | None:
    """Return a figure with one decimal below ten and none above: the most that is shown.

    >>> compact_figure(1234.56), compact_figure(3.14), compact_figure(2.0), compact_figure(None)
    (1235, 3.1, 2, None)
    """
    if value is None or not math.isfinite(value):
        return None
    rounded = round(value, 1) if abs(value) < 10 else round(value)  # noqa: PLR2004
    return int(rounded) if rounded == int(rounded) else rounded


def round_limit(value: float) -> int:
    """Return the nearest of 1, 2, 5, 10, 20, 50, 100 and so on, nearest by ratio; at least 1.

    >>> [round_limit(value) for value in (0.2, 14.0, 33.0, 80.0, 1200.0)]
    [1, 10, 50, 100, 1000]
    """
    if value <= 1:
        return 1
    power = 10.0 ** math.floor(math.log10(value))
    step = min(_ROUND_STEPS, key=lambda step: abs(math.log(value / (step * power))))
    return round(step * power)


def class_limits(peaks_kw: Sequence[float]) -> list[int]:
    """Return rising round limits between the classes of the power scale [kW]."""
    positive = pl.Series(peaks_kw, dtype=pl.Float64).filter(pl.Series(peaks_kw) > 0)
    if positive.is_empty():
        return [1, 10, 100]
    limits = (positive.quantile(share, "nearest") for share in _LIMIT_QUANTILES)
    return sorted({round_limit(limit) for limit in limits if limit is not None})


def read_frame(
    connection: duckdb.DuckDBPyConnection, sql: str, parameters: Sequence[object] = ()
) -> pl.DataFrame:
    """Return the rows of a query."""
    # Not execute(): only a relation gives a polars frame in every supported release of DuckDB. And
    # a cursor of its own: one connection refuses a relation while a fetchone() is not exhausted.
    with connection.cursor() as cursor:
        frame: pl.DataFrame = cursor.sql(sql, params=list(parameters)).pl()
    return frame


def read_terrains(
    connection: duckdb.DuckDBPyConnection, municipality_code: str | None
) -> pl.DataFrame:
    """Return the terrains to draw with their municipality, the largest first.

    Large terrains are drawn first, so that small ones stay visible and clickable on top.
    """
    frame = read_frame(
        connection,
        "SELECT t.*, m.municipality_name FROM terrains t JOIN municipalities m "
        "USING (municipality_code) ORDER BY greatest(gross_ha, net_ha) DESC, terrain_id",
    )
    return (
        frame
        if municipality_code is None
        else frame.filter(pl.col("municipality_code") == municipality_code)
    )


def ordered_scenarios(run: RunInfo) -> list[str]:
    """Return the scenarios of the run from low to high."""
    return sorted(run.scenarios, key=SCENARIOS.index)


def main_scenario(run: RunInfo) -> str:
    """Return the scenario that a map opens with: the middle one."""
    scenarios = ordered_scenarios(run)
    return scenarios[len(scenarios) // 2]


def read_class_limits(connection: duckdb.DuckDBPyConnection, run: RunInfo) -> list[int]:
    """Return the limits of the power scale, the same for every map of a run [kW]."""
    rows = connection.execute(
        "SELECT design_peak_kw FROM power WHERE run_id = ? AND location_type = ? "
        "AND strategy = 'unmanaged' AND year = ? AND scenario = ?",
        [run.run_id, ON_TERRAIN, max(run.years), main_scenario(run)],
    ).fetchall()
    return class_limits([peak for (peak,) in rows])


def register_columns(
    connection: duckdb.DuckDBPyConnection,
    terrains: pl.DataFrame,
    lat_lon: Iterable[Sequence[float]],
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
    # The gross area is what a terrain takes up; a few rows state only the net area.
    area_ha = [gross or net for gross, net in terrains.select("gross_ha", "net_ha").rows()]
    places = [(round(lat, 4), round(lon, 4)) for lat, lon in lat_lon]
    return {
        "id": terrains["terrain_id"].to_list(),
        "name": terrains["terrain_name"].to_list(),
        "municipality": _indexed(terrains["municipality_name"]),
        "gross": terrains["gross_ha"].round(1).to_list(),
        "net": terrains["net_ha"].round(1).to_list(),
        "radius": [round(equivalent_radius_m(area)) for area in area_ha],
        "lat": [lat for lat, _ in places],
        "lon": [lon for _, lon in places],
        "quality": _indexed(terrains["location_quality"]),
        "matched": _indexed(terrains["matched_place_name"]),
        "issues": {str(row): found for row, found in enumerate(codes["codes"].to_list()) if found},
    }


def figure_columns(
    connection: duckdb.DuckDBPyConnection, run: RunInfo, terrains: pl.DataFrame
) -> dict[str, Any]:
    """Return the results of the run in the order of the terrains."""
    ids = terrains.select("terrain_id")

    def read(sql: str, *parameters: object) -> pl.DataFrame:
        return read_frame(connection, sql, [run.run_id, *parameters])

    electric = read(
        "SELECT terrain_id, year, scenario, vehicle_class, electric_vehicles "
        "FROM electric_vehicles WHERE run_id = ?"
    )
    energy = read(
        "SELECT terrain_id, year, scenario, sum(energy_kwh_per_year) AS energy_kwh FROM energy "
        "WHERE run_id = ? AND list_contains(?, location_type) GROUP BY ALL",
        list(ON_TERRAIN_LOCATION_TYPES),
    ).with_columns(energy_mwh=pl.col("energy_kwh") / _KWH_PER_MWH)
    peak = read(
        "SELECT terrain_id, year, scenario, strategy, design_peak_kw, "
        "design_peak_16_21_kw AS within, design_peak_other_hours_kw AS outside FROM power "
        "WHERE run_id = ? AND location_type = ? AND strategy <> 'delayed'",
        ON_TERRAIN,
    )
    is_within = pl.col("strategy") != "night_block"  # which has none by definition
    choice = ("year", "scenario", "strategy")
    fleet = read("SELECT terrain_id, vehicle_class, vehicles, basis FROM fleet WHERE run_id = ?")
    classes = read(
        "SELECT terrain_id, year, scenario, plan_class, rule_code FROM plan_class WHERE run_id = ?"
    )
    rules = sorted(classes["rule_code"].unique().to_list())
    return {
        "fleet": _by_choice(fleet, ids, ("vehicle_class",), "vehicles"),
        "refined": _rows_of(ids, fleet.filter(pl.col("basis") == "refined")),
        "electric": _by_choice(
            electric, ids, ("year", "scenario", "vehicle_class"), "electric_vehicles"
        ),
        "energy": _by_choice(energy, ids, ("year", "scenario"), "energy_mwh"),
        "peak": _by_choice(peak, ids, choice, "design_peak_kw"),
        "within": _by_choice(peak.filter(is_within), ids, choice, "within"),
        "outside": _by_choice(peak, ids, choice, "outside"),
        "rules": rules,
        "planClass": _digits(classes, ids, "plan_class", PLAN_CLASSES, missing="not_known"),
        "rule": _digits(classes, ids, "rule_code", rules, missing=None),
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
    area_of = {area: position for position, area in enumerate(area_ids)}
    zone_of = {zone: position for position, zone in enumerate(zone_names)}
    candidates: list[list[list[int]]] = [[] for _ in ids]
    matches = ["none"] * len(ids)
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
    nearest: dict[str, list[Any]] = {str(year): [0] * len(ids) for year in run.years}
    for terrain_id, year, zone, distance_km, quality in connection.execute(
        "SELECT DISTINCT terrain_id, year, nearest_zone_name, nearest_zone_distance_km, "
        "location_quality FROM zone_exposure JOIN terrains USING (terrain_id) WHERE run_id = ?",
        [run.run_id],
    ).fetchall():
        row = row_of.get(terrain_id)
        if row is not None and zone in zone_of and distance_km is not None:
            # Null where the point is too coarse to tell a distance.
            is_known = is_zone_distance_known(quality, distance_km)
            told = compact_figure(distance_km) if is_known else None
            nearest[str(year)][row] = [zone_of[zone], told]
    return {
        "candidates": candidates,
        "areaMatch": _indexed(pl.Series(matches)),
        "nearestZone": nearest,
    }


def _by_choice(
    frame: pl.DataFrame, ids: pl.DataFrame, axes: tuple[str, ...], value: str
) -> Columns:
    """Return one list per combination of choices, empty (None) where a terrain has no row."""
    keyed = frame.select(
        "terrain_id", pl.concat_str(axes, separator="|").alias("choice"), pl.col(value)
    )
    columns: Columns = {}
    for (choice,), part in keyed.group_by("choice", maintain_order=True):
        found = ids.join(part, on="terrain_id", how="left", maintain_order="left")
        columns[str(choice)] = [compact_figure(figure) for figure in found[value].to_list()]
    return dict(sorted(columns.items()))


def _digits(
    frame: pl.DataFrame,
    ids: pl.DataFrame,
    column: str,
    names: Sequence[str],
    *,
    missing: str | None,
) -> dict[str, str]:
    """Return per year and scenario a text with one character a terrain: the place in `names`."""
    place = {name: str(position) for position, name in enumerate(names)}
    gap = "-" if missing is None else place[missing]
    texts = {}
    for (year, scenario), part in frame.group_by("year", "scenario", maintain_order=True):
        found = ids.join(part, on="terrain_id", how="left", maintain_order="left")[column]
        texts[f"{year}|{scenario}"] = "".join(place.get(name, gap) for name in found.to_list())
    return dict(sorted(texts.items()))


def _rows_of(ids: pl.DataFrame, frame: pl.DataFrame) -> list[int]:
    refined = set(frame["terrain_id"].to_list())
    return [row for row, (terrain_id,) in enumerate(ids.rows()) if terrain_id in refined]


def _indexed(texts: pl.Series) -> dict[str, list[Any]]:
    names = texts.unique(maintain_order=True).to_list()
    position = {name: place for place, name in enumerate(names)}
    return {"names": names, "index": [position[text] for text in texts.to_list()]}
