"""Everything that is told of two runs, of the country or of the terrains of a region."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from forecast.diff.figures import (
    QUANTITIES,
    RegionChange,
    TerrainChange,
    class_moves,
    rank_correlation,
    region_changes,
    terrain_changes,
)
from forecast.diff.inputs import InputChange, changed_inputs
from forecast.diff.runs import Comparison, comparison
from forecast.selection import Selection, select_terrains
from forecast.vocabulary import NATION

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class Report:
    """Two runs compared.

    Attributes
    ----------
    compared
        The runs, year and scenario.
    selection
        The terrains that are looked at; of the country also those that only one run has.
    inputs
        What went into one run only.
    whole
        The region or country in figures.
    terrains, municipalities
        All of the selection, changed or not.
    moves
        From which plan class to which, with the number of terrains.
    rank_correlations
        Of terrains, by name of `QUANTITIES`; None where there is none.
    """

    compared: Comparison
    selection: Selection
    inputs: tuple[InputChange, ...]
    whole: RegionChange
    terrains: Sequence[TerrainChange]
    municipalities: Sequence[RegionChange]
    moves: Sequence[tuple[str, str, int]]
    rank_correlations: Mapping[str, float | None]

    @property
    def new_terrains(self) -> list[TerrainChange]:
        """Terrains that only the second run has."""
        return [each for each in self.terrains if each.class_before is None]

    @property
    def gone_terrains(self) -> list[TerrainChange]:
        """Terrains that only the first run has."""
        return [each for each in self.terrains if each.class_after is None]


def compare(
    connection: duckdb.DuckDBPyConnection,
    runs: Sequence[str],
    year: int | None,
    scenario: str,
    region: tuple[str, str] | None,
) -> Report:
    """Return two runs compared, the last two unless others are named.

    Raises
    ------
    DatabaseError, UnknownNameError
        As `comparison` and `select_terrains`.
    """
    compared = comparison(connection, runs, year, scenario)
    selection = select_terrains(connection, *(region or ()))
    # A terrain that is gone is in no selection, so that only the whole country shows it.
    wanted = None if selection.level == NATION else selection.terrain_ids
    terrains = terrain_changes(connection, compared, wanted)
    [whole] = [
        each
        for each in region_changes(connection, compared, selection.level)
        if each.region_id == selection.region_id
    ]
    inside = _municipalities(connection, selection)
    return Report(
        compared=compared,
        selection=selection,
        inputs=changed_inputs(connection, compared),
        whole=whole,
        terrains=terrains,
        municipalities=[
            each
            for each in region_changes(connection, compared, "municipality")
            if inside is None or each.region_id in inside
        ],
        moves=class_moves(terrains),
        rank_correlations={
            quantity: rank_correlation(connection, terrains, quantity) for quantity in QUANTITIES
        },
    )


def _municipalities(connection: duckdb.DuckDBPyConnection, selection: Selection) -> set[str] | None:
    """Return the municipalities of a selection by their codes; None for all."""
    if selection.level == NATION:
        return None
    rows = connection.execute(
        "SELECT DISTINCT municipality_code FROM terrains WHERE list_contains($ids, terrain_id)",
        {"ids": list(selection.terrain_ids)},
    ).fetchall()
    return {code for (code,) in rows}
