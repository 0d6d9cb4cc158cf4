"""The figures of the map as tables, for who can't use a map: one page without a script."""

from __future__ import annotations

from functools import cache
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

import polars as pl

from forecast.run_info import latest_run
from forecast.vocabulary import MID_SCENARIO, ON_TERRAIN
from forecast.words import Words, load
from maps import data, wording
from maps.columns import read_frame
from maps.house_style import root_style
from maps.leaflet import asset, rendered, sealed

if TYPE_CHECKING:
    from collections.abc import Iterator

    import duckdb

    from forecast.run_info import RunInfo
    from forecast.selection import Selection
    from forecast.theme import Theme

Row = dict[str, Any]
_TEN: Final = 10
GROUPS: Final = {
    "vehicles": ("vans", "trucks"),
    "energy": ("energy",),
    "peak": ("unmanaged", "added", "smart", "night_block"),
    "charge_points": ("own_points", "hub_points"),
}
"""Columns of figures below the heads that group them; their words have the same keys."""


_FIGURES: Final = """
WITH chosen AS (SELECT ? AS run_id, ? AS on_terrain),
electric AS (
    SELECT terrain_id, year, scenario,
        sum(electric_vehicles) FILTER (vehicle_class = 'van') AS vans,
        sum(electric_vehicles) FILTER (vehicle_class <> 'van') AS trucks
    FROM electric_vehicles JOIN chosen USING (run_id) GROUP BY ALL
),
charged AS (
    SELECT terrain_id, year, scenario, sum(energy_kwh_per_year) / 1000 AS energy
    FROM energy JOIN chosen USING (run_id)
    WHERE location_type IN ('depot', 'shared_hub') GROUP BY ALL
),
peaks AS (
    SELECT terrain_id, year, scenario,
        max(design_peak_kw) FILTER (strategy = 'unmanaged') AS unmanaged,
        max(design_peak_kw) FILTER (strategy = 'smart') AS smart,
        max(design_peak_kw) FILTER (strategy = 'night_block') AS night_block
    FROM power JOIN chosen ON power.run_id = chosen.run_id AND location_type = on_terrain
    GROUP BY ALL
),
points AS (
    SELECT place_id AS terrain_id, year, scenario,
        sum(charge_points) FILTER (location_type = 'depot') AS own_points,
        sum(charge_points) FILTER (location_type = 'shared_hub') AS hub_points
    FROM charge_points JOIN chosen USING (run_id)
    WHERE location_type IN ('depot', 'shared_hub') GROUP BY ALL
)
SELECT terrain_id, year, scenario, plan_class, vans, trucks, energy, unmanaged, smart,
    night_block, coalesce(own_points, 0) AS own_points, hub_points,
    unmanaged - first_value(unmanaged) OVER (
        PARTITION BY terrain_id, scenario ORDER BY year) AS added
FROM plan_class JOIN chosen USING (run_id)
LEFT JOIN electric USING (terrain_id, year, scenario)
LEFT JOIN charged USING (terrain_id, year, scenario)
LEFT JOIN peaks USING (terrain_id, year, scenario)
LEFT JOIN points USING (terrain_id, year, scenario)
"""


def table_html(
    connection: duckdb.DuckDBPyConnection,
    selection: Selection,
    *,
    map_name: str,
    language: str,
    theme: Theme,
) -> str:
    """Return the page with the tables of a map.

    Parameters
    ----------
    map_name
        File name of the map beside it, to go back to.
    """
    words, run = load(language), latest_run(connection)
    terrains = data.read_terrains(connection, selection).sort(
        "province_name", "municipality_name", "terrain_name", "terrain_id"
    )
    figures = _read_figures(connection, run)
    title = wording.page_title(words, selection)
    html = rendered(
        "table.html",
        words=words,
        language=language,
        theme=theme,
        style=root_style(theme) + asset("table.css"),
        title=words("map.table.title", title=title),
        count=words("map.table.count", shown=words.number(terrains.height)),
        back=quote(map_name),
        groups=[
            (
                words(f"map.table.{group}"),
                [words(f"map.table.{name}", year=min(run.years)) for name in columns],
            )
            for group, columns in GROUPS.items()
        ],
        provinces=_provinces(terrains, figures, words),
        is_folded=len(set(terrains["municipality_name"])) > 1,
        sources=wording.source_lines(connection, run, words, theme, has_background=False),
    )
    return sealed(html)


def _read_figures(connection: duckdb.DuckDBPyConnection, run: RunInfo) -> dict[str, list[Row]]:
    """Return per terrain its figures by year; of some also those of scenarios low and high."""
    frame = read_frame(connection, _FIGURES, [run.run_id, ON_TERRAIN])
    wide = frame.filter(pl.col("scenario") == MID_SCENARIO)
    for scenario in ("low", "high"):
        ends = frame.filter(pl.col("scenario") == scenario).select(
            "terrain_id",
            "year",
            pl.col("vans").alias(f"vans_{scenario}"),
            pl.col("trucks").alias(f"trucks_{scenario}"),
            pl.col("unmanaged").alias(f"unmanaged_{scenario}"),
        )
        wide = wide.join(ends, on=["terrain_id", "year"], how="left", maintain_order="left")
    found: dict[str, list[Row]] = {}
    for row in wide.sort("terrain_id", "year").to_dicts():
        found.setdefault(row["terrain_id"], []).append(row)
    return found


def _provinces(
    terrains: pl.DataFrame, figures: dict[str, list[Row]], words: Words
) -> Iterator[dict[str, Any]]:
    """Yield the provinces with their municipalities, terrains and lines of figures, in words."""
    told = _Told(words)
    for province, inside in groupby(terrains.to_dicts(), lambda row: str(row["province_name"])):
        municipalities = [
            {"name": name, "terrains": [_terrain(row, figures, told) for row in rows]}
            for name, rows in groupby(inside, lambda row: str(row["municipality_name"]))
        ]
        yield {
            "name": province,
            "municipalities": municipalities,
            "count": words.number(sum(len(place["terrains"]) for place in municipalities)),
        }


def _terrain(row: Row, figures: dict[str, list[Row]], told: _Told) -> Row:
    return {
        "name": row["terrain_name"],
        "detail": told.words(
            "map.table.detail",
            id=row["terrain_id"],
            gross=told.words.number(row["gross_ha"] or row["net_ha"], 1),
        ),
        "lines": [told.line(line) for line in figures.get(row["terrain_id"], [])],
    }


class _Told:
    """Figures as text; each text is made once, because figures repeat a hundred thousandfold."""

    def __init__(self, words: Words) -> None:
        self.words = words
        self._significant = cache(words.significant)
        self._whole = cache(words.number)

    def figure(self, value: float | None) -> str:
        if value is None:
            return "\u2013"
        # Charge points of a hub are whole; two digits are shown of all that is expected.
        if value == int(value):
            return self._whole(int(value))
        return self._significant(round(value, 1) if value < _TEN else float(f"{value:.2g}"))

    def ends(self, low: float | None, high: float | None) -> str:
        """Return the range of two scenarios, if it is one; low is at times the higher one."""
        if low is None or high is None:
            return ""
        ends = [self.figure(end) for end in sorted((low, high))]
        return "" if ends[0] == ends[1] else "\u2013".join(ends)

    def line(self, row: Row) -> Row:
        """Return a line: year, class, then per column a figure and its low and high, if any."""
        columns = [
            (self.figure(row[name]), self.ends(row.get(f"{name}_low"), row.get(f"{name}_high")))
            for columns in GROUPS.values()
            for name in columns
        ]
        return {
            "year": row["year"],
            "plan_class": self.words(f"common.plan_class.{row['plan_class']}"),
            "columns": columns,
        }
