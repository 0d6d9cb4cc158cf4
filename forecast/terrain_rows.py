"""Rows of some terrains from a published run, each table read once for all of them.

Asking for one terrain is the case of a list of one. Only DuckDB is used, as in `forecast.query`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, TypeVar

if TYPE_CHECKING:
    import duckdb

TERRAINS_AT_ONCE: Final = 100
"""Terrains whose rows are held at a time: about 20 MB, and the cost of a query is spread thin."""

Row = tuple[Any, ...]
Item = TypeVar("Item")


def rows_by_terrain(
    connection: duckdb.DuckDBPyConnection,
    sql: str,
    key: Sequence[object],
    terrain_ids: Sequence[str],
) -> dict[str, list[Row]]:
    """Return the rows of a query per terrain, in its order; none for a terrain that it lacks.

    Parameters
    ----------
    sql
        Its first column is the terrain, which the result leaves out of the rows. ``{terrains}``
        stands for the list of those wanted, after the parameters of `key`.
    """
    if not terrain_ids:
        return {}
    # DuckDB takes a list of one as an equality and skips the row groups without that terrain.
    marked = sql.format(terrains=f"({', '.join('?' * len(terrain_ids))})")
    found: dict[str, list[Row]] = {terrain_id: [] for terrain_id in terrain_ids}
    for row in connection.execute(marked, [*key, *terrain_ids]).fetchall():
        found[row[0]].append(row[1:])
    return found


def chunks(items: Sequence[Item], size: int = TERRAINS_AT_ONCE) -> Iterator[list[Item]]:
    """Return things in lists of at most a size.

    >>> list(chunks(["1", "2", "3"], 2))
    [['1', '2'], ['3']]
    """
    rest = iter(items)
    while chunk := list(islice(rest, size)):
        yield chunk
