"""What changed in figures: per terrain, per region, and from which plan class to which.

Only DuckDB is used and plain values come back, so that comparing pays for no other library.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from forecast.rank_correlation import spearman
from forecast.vocabulary import (
    OFF_TERRAIN_PREFIX,
    ON_TERRAIN,
    ON_TERRAIN_LOCATION_TYPES,
    PLAN_CLASSES,
)

if TYPE_CHECKING:
    import duckdb

    from forecast.diff.runs import Comparison

QUANTITIES: Final = {
    "energy_kwh_per_year": "kWh/year",
    "unmanaged_design_peak_kw": "kW",
    "smart_design_peak_kw": "kW",
    "electric_vehicles": "vehicles",
}
"""What is compared, with its unit: energy at depots and hubs, their peaks, and vehicles."""
_DECIMALS: Final = 9
"""Sums of floats taken in another order differ below it; the same runs give the same page."""
LEAST_PART: Final = 1e-6
"""Part of a figure below which a difference is that of computing with floats."""


@dataclass(frozen=True)
class Change:
    """A figure in two runs; None where the place is in one of them only."""

    before: float | None
    after: float | None

    @property
    def difference(self) -> float:
        """After minus before; a place that is not there has nothing."""
        return (self.after or 0.0) - (self.before or 0.0)

    @property
    def share(self) -> float | None:
        """The difference as part of before [1]; None where that is nothing."""
        return self.difference / self.before if self.before else None

    @property
    def is_one(self) -> bool:
        """Whether the figure changed by more than computing with floats does."""
        largest = max(abs(self.before or 0.0), abs(self.after or 0.0), 1.0)
        return abs(self.difference) > LEAST_PART * largest


@dataclass(frozen=True)
class TerrainChange:
    """A terrain in two runs.

    Attributes
    ----------
    terrain_id, terrain_name, municipality_name
        Names are those of the last run; empty of a terrain that it has not.
    figures
        By name of `QUANTITIES`.
    class_before, class_after
        Plan class; None where the terrain is in one run only.
    """

    terrain_id: str
    terrain_name: str
    municipality_name: str
    figures: Mapping[str, Change]
    class_before: str | None
    class_after: str | None

    @property
    def is_moved(self) -> bool:
        """Whether it is in both runs with another plan class."""
        return (
            None not in {self.class_before, self.class_after}
            and self.class_before != self.class_after
        )

    @property
    def is_changed(self) -> bool:
        """Whether a figure or its plan class differs."""
        return self.class_before != self.class_after or any(
            change.is_one for change in self.figures.values()
        )


@dataclass(frozen=True)
class RegionChange:
    """A region in two runs, with its figures by name of `QUANTITIES` and terrains per class."""

    region_id: str
    region_name: str
    figures: Mapping[str, Change]
    terrains: Mapping[str, Change]


_TERRAINS: Final = f"""
WITH classes AS (
    SELECT terrain_id, plan_class FROM plan_class
    WHERE run_id = $run AND year = $year AND scenario = $scenario
), charged AS (
    SELECT terrain_id, round(sum(energy_kwh_per_year), {_DECIMALS}) AS energy FROM energy
    WHERE run_id = $run AND year = $year AND scenario = $scenario
        AND location_type IN {ON_TERRAIN_LOCATION_TYPES} GROUP BY ALL
), peaks AS (
    SELECT terrain_id, max(design_peak_kw) FILTER (strategy = 'unmanaged') AS unmanaged,
        max(design_peak_kw) FILTER (strategy = 'smart') AS smart FROM power
    WHERE run_id = $run AND year = $year AND scenario = $scenario
        AND location_type = '{ON_TERRAIN}' GROUP BY ALL
), counted AS (
    SELECT terrain_id, round(sum(electric_vehicles), {_DECIMALS}) AS vehicles FROM electric_vehicles
    WHERE run_id = $run AND year = $year AND scenario = $scenario
        AND NOT starts_with(terrain_id, '{OFF_TERRAIN_PREFIX}') GROUP BY ALL
)
SELECT terrain_id, plan_class, coalesce(energy, 0), coalesce(unmanaged, 0), coalesce(smart, 0),
    coalesce(vehicles, 0)
FROM classes LEFT JOIN charged USING (terrain_id) LEFT JOIN peaks USING (terrain_id)
    LEFT JOIN counted USING (terrain_id)
"""  # noqa: S608 - words of closed lists
_REGIONS: Final = """
SELECT region_id, region_name,
    depot_energy_kwh_per_year + shared_hub_energy_kwh_per_year, unmanaged_design_peak_kw,
    smart_design_peak_kw, electric_vans + electric_trucks,
    own_site_terrains, collective_terrains, mitigate_terrains, not_known_terrains
FROM regional_summary
WHERE run_id = $run AND year = $year AND scenario = $scenario AND level = $level
"""


def terrain_changes(
    connection: duckdb.DuckDBPyConnection,
    compared: Comparison,
    terrain_ids: Collection[str] | None = None,
) -> list[TerrainChange]:
    """Return every terrain of either run by its identifier, of a selection unless None."""
    before, after = (
        {row[0]: row[1:] for row in _rows(connection, _TERRAINS, compared, run_id)}
        for run_id in (compared.before.run_id, compared.after.run_id)
    )
    names = {
        terrain_id: (name, municipality)
        for terrain_id, name, municipality in connection.execute(
            "SELECT terrain_id, terrain_name, municipality_name FROM terrains "
            "JOIN municipalities USING (municipality_code)"
        ).fetchall()
    }
    asked = None if terrain_ids is None else set(terrain_ids)
    return [
        TerrainChange(
            terrain_id,
            *names.get(terrain_id, ("", "")),
            _changes(before.get(terrain_id, ())[1:], after.get(terrain_id, ())[1:]),
            next(iter(before.get(terrain_id, ())), None),
            next(iter(after.get(terrain_id, ())), None),
        )
        for terrain_id in sorted(before.keys() | after.keys())
        if asked is None or terrain_id in asked
    ]


def region_changes(
    connection: duckdb.DuckDBPyConnection, compared: Comparison, level: str
) -> list[RegionChange]:
    """Return every region of a level by name, or the nation alone."""
    before, after = (
        {row[0]: row[1:] for row in _rows(connection, _REGIONS, compared, run_id, level=level)}
        for run_id in (compared.before.run_id, compared.after.run_id)
    )
    width = len(QUANTITIES)
    found = []
    for region_id in before.keys() | after.keys():
        old, new = before.get(region_id, ()), after.get(region_id, ())
        counts = dict(zip(PLAN_CLASSES, _pairs(old[1 + width :], new[1 + width :]), strict=True))
        name = (new or old)[0]
        figures = _changes(old[1 : 1 + width], new[1 : 1 + width])
        found.append(RegionChange(region_id, name, figures, counts))
    return sorted(found, key=lambda region: (region.region_name, region.region_id))


def ranked(changes: Sequence[TerrainChange] | Sequence[RegionChange], quantity: str) -> list[Any]:
    """Return those whose figure changed, the largest difference first, up or down."""
    return sorted(
        (each for each in changes if each.figures[quantity].is_one),
        key=lambda each: -abs(each.figures[quantity].difference),
    )


def class_moves(changes: Sequence[TerrainChange]) -> list[tuple[str, str, int]]:
    """Return from which plan class to which terrains moved, and how many; most first."""
    moves = Counter(
        (str(each.class_before), str(each.class_after)) for each in changes if each.is_moved
    )
    return [(old, new, count) for (old, new), count in moves.most_common()]


def rank_correlation(
    connection: duckdb.DuckDBPyConnection, changes: Sequence[TerrainChange], quantity: str
) -> float | None:
    """Return how alike the order of terrains is in both runs; see `forecast.rank_correlation`."""
    pairs = [
        (change.before, change.after)
        for change in (each.figures[quantity] for each in changes)
        if change.before is not None and change.after is not None
    ]
    return spearman(connection, [old for old, _ in pairs], [new for _, new in pairs])


def _rows(
    connection: duckdb.DuckDBPyConnection,
    query: str,
    compared: Comparison,
    run_id: str,
    **more: str,
) -> list[tuple[Any, ...]]:
    values = {"run": run_id, "year": compared.year, "scenario": compared.scenario, **more}
    rows: list[tuple[Any, ...]] = connection.execute(query, values).fetchall()
    return rows


def _changes(before: Sequence[float], after: Sequence[float]) -> dict[str, Change]:
    return dict(zip(QUANTITIES, _pairs(before, after, len(QUANTITIES)), strict=True))


def _pairs(
    before: Sequence[float], after: Sequence[float], width: int = len(PLAN_CLASSES)
) -> list[Change]:
    """Return figures side by side; an empty side is a place that is not there."""
    nothing = [None] * width
    return [Change(old, new) for old, new in zip(before or nothing, after or nothing, strict=True)]
