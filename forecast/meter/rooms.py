"""What the page of a terrain tells of the meter data of its companies.

Only DuckDB and plain Python, so that asking for one terrain pays for no other library. No name, EAN
or file is read here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from forecast.contract_room import connection_room_kw
from forecast.terrain_rows import rows_by_terrain

if TYPE_CHECKING:
    import duckdb

    from forecast.words import Words

LEAST_PUBLISHED: Final = 3
"""Companies whose contracts are told together in a document: of fewer one could be known."""


@dataclass(frozen=True)
class MeteredRoom:
    """Room in measured contracts of a terrain.

    Attributes
    ----------
    is_whole_terrain
        Whether the terrain as a whole was measured; then only that counts.
    connections
        That were measured.
    contract_kw
        Contracted by them together [kW].
    room_16_21_kw_p05, room_night_kw_p05
        There from 16:00 to 21:00, and from 21:00 to 6:00, on 95 % of days, summed over them [kW].
        One company has no use of the room of another, unless they have a group contract.
    """

    is_whole_terrain: bool
    connections: int
    contract_kw: float
    room_16_21_kw_p05: float
    room_night_kw_p05: float


def metered_rooms(
    connection: duckdb.DuckDBPyConnection, terrain_ids: Sequence[str]
) -> dict[str, MeteredRoom | None]:
    """Return the room in measured contracts of terrains; None where nothing was measured."""
    measured = rows_by_terrain(
        connection,
        "SELECT terrain_id FROM meter_connections WHERE terrain_id IN {terrains}",
        [],
        terrain_ids,
    )
    if not any(measured.values()):  # as nearly everywhere: no join for nothing
        return dict.fromkeys(terrain_ids)
    rows = rows_by_terrain(
        connection,
        "SELECT terrain_id, kind = 'terrain' AS is_whole, count(*), sum(contract_kw), "
        "sum(greatest(room_16_21_kw_p05, 0)), sum(greatest(room_night_kw_p05, 0)) "
        "FROM meter_connections JOIN meter_rooms USING (connection_id) "
        "WHERE terrain_id IN {terrains} GROUP BY ALL ORDER BY is_whole DESC",
        [],
        terrain_ids,
    )
    return {key: MeteredRoom(*held[0]) if (held := rows[key]) else None for key in terrain_ids}


def metered_state(connection: duckdb.DuckDBPyConnection) -> str:
    """Return a text that changes when meter data comes in or goes; empty without any."""
    [(state,)] = connection.execute(
        "SELECT coalesce(md5(string_agg(connection_id, ',' ORDER BY connection_id)), '') "
        "FROM meter_connections"
    ).fetchall()
    return str(state)


def contract_room_sentence(
    room: MeteredRoom | None,
    known: Mapping[str, float],
    words: Words,
    *,
    is_published: bool = False,
) -> str:
    """Return what is known of the room in contracts: measured, else from an adviser.

    Parameters
    ----------
    known
        Refined values of the terrain by field, such as ``contract_kw``.
    is_published
        Whether it stands in a document for all: then nothing of fewer than three companies is told.
    """
    is_told = room is not None and not (
        is_published and not room.is_whole_terrain and room.connections < LEAST_PUBLISHED
    )
    if room is None or not is_told:
        left = connection_room_kw(known)
        if left is None:
            return words("common.contract_room")
        return words(
            "common.refined_room",
            room=words.number(max(left, 0.0)),
            load=words.number(known.get("other_load_kw", 0.0)),
        )
    key = "terrain" if room.is_whole_terrain else "one" if room.connections == 1 else "several"
    return words(
        f"common.metered_room.{key}",
        connections=room.connections,
        contract=words.number(room.contract_kw),
        night=words.number(room.room_night_kw_p05),
        stress=words.number(room.room_16_21_kw_p05),
    )
