"""Meter data of companies in the database: bring it in, read it, take it out.

EAN, company name and file names are private: they are in the table `meter_connections` only, which
no export, map or factsheet reads.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from forecast.entry_errors import MeterDataError
from forecast.erasing import rewrite
from forecast.errors import UnknownNameError
from forecast.meter.year import MeasuredYear, measured_year
from forecast.schema import TABLES, conform
from forecast.sources.meter.series import MeterSeries
from forecast.spoken import Code
from forecast.store import insert_records, open_records
from models.contract_room import (
    contract_room_kw,
    is_night,
    is_stress_hour,
    night_of,
    reliable_room_kw,
)

if TYPE_CHECKING:
    import duckdb

KINDS: Final = ("company", "terrain")
"""Whose connection it is: of one company, or of all of the terrain."""
_ID_LETTERS: Final = 8
_COLUMNS: Final = ", ".join(f'"{column.name}"' for column in TABLES["meter_connections"].columns)
_TABLES: Final = ("meter_connections", "meter_readings", "meter_rooms")


@dataclass(frozen=True)
class MeterConnection:
    """A connection of which meter data is held; see the table `meter_connections`."""

    connection_id: str
    terrain_id: str
    kind: str
    company_name: str | None
    ean_codes: str | None
    contract_kw: float
    connection_kva: float | None
    first_quarter_at: datetime
    last_quarter_at: datetime
    quarters: int
    missing_quarters: int
    author_name: str
    entered_at: datetime
    source_files: str
    source_hash: str

    def without_names(self) -> MeterConnection:
        """Return the same without what is private."""
        return replace(self, company_name=None, ean_codes=None, source_files="")


def describe_connection(
    series: MeterSeries,
    paths: Sequence[Path],
    *,
    terrain_id: str,
    kind: str,
    company_name: str | None,
    contract_kw: float,
    connection_kva: float | None,
    author_name: str,
) -> MeterConnection:
    """Return the record of a connection; its key is that of the content of its files.

    Raises
    ------
    MeterDataError
        If contracted or physical power is no number above zero.
    """
    if not (np.isfinite(contract_kw) and contract_kw > 0):
        raise MeterDataError("contract_not_above_zero", value=float(contract_kw))
    if connection_kva is not None and not (np.isfinite(connection_kva) and connection_kva > 0):
        raise MeterDataError("connection_not_above_zero", value=float(connection_kva))
    digests = sorted(sha256(path.read_bytes()).hexdigest() for path in paths)
    source_hash = sha256("\n".join(digests).encode()).hexdigest()
    key = sha256(f"{source_hash}\n{series.ean or ''}".encode()).hexdigest()
    return MeterConnection(
        connection_id=key[:_ID_LETTERS],
        terrain_id=terrain_id,
        kind=kind,
        company_name=company_name,
        ean_codes=series.ean,
        contract_kw=float(contract_kw),
        connection_kva=None if connection_kva is None else float(connection_kva),
        first_quarter_at=series.starts_utc[0].item(),
        last_quarter_at=series.starts_utc[-1].item(),
        quarters=int(series.starts_utc.size),
        missing_quarters=series.missing,
        author_name=author_name,
        entered_at=datetime.now(UTC).replace(tzinfo=None),
        source_files=", ".join(path.name for path in paths),
        source_hash=source_hash,
    )


def add_connection(database: Path, connection: MeterConnection, series: MeterSeries) -> bool:
    """Write a connection with its quarter-hours; return False if it was there already.

    Raises
    ------
    MeterDataError
        If the same data is held for another terrain or contract, or quarter-hours of the same EAN
        are.
    DatabaseError
        If the database can't be written; it is as it was.
    """
    held_id = pl.lit(connection.connection_id).alias("connection_id")
    year = measured_year(series.starts_utc, series.offtake_kw, series.feed_in_kw)
    frames = {
        "meter_connections": pl.DataFrame([asdict(connection)], infer_schema_length=None),
        "meter_readings": pl.DataFrame(
            {
                "interval_start_utc": series.starts_utc,
                "offtake_kw": series.offtake_kw,
                "feed_in_kw": series.feed_in_kw,
            }
        ).with_columns(held_id),
        "meter_rooms": pl.DataFrame([_room(connection, year)]).with_columns(held_id),
    }
    schemas = {name: TABLES[name].polars_schema() for name in frames}
    conformed = {
        name: conform(frame.cast(dict(schemas[name])), name)  # type: ignore[arg-type]
        for name, frame in frames.items()
    }
    with open_records(database) as opened:
        if _is_held(opened, connection):
            return False
        for name, frame in conformed.items():
            insert_records(opened, name, frame)
    return True


def remove_connection(database: Path, connection_id: str) -> MeterConnection:
    """Take a connection and all of its quarter-hours out of the file; return what it was.

    Raises
    ------
    UnknownNameError
        If there is none of that name.
    DatabaseError
        If the database can't be written; it is as it was.
    """
    with open_records(database) as opened:
        connection = find_connection(opened, connection_id)
        for table in _TABLES:
            opened.execute(
                f"DELETE FROM {table} WHERE connection_id = ?",  # noqa: S608 - names of the schema
                [connection_id],
            )
    rewrite(database)
    return connection


def read_connections(
    opened: duckdb.DuckDBPyConnection, terrain_id: str | None = None
) -> list[MeterConnection]:
    """Return the connections of a terrain, or all, in the order they came in."""
    rows = opened.execute(
        f"SELECT {_COLUMNS} FROM meter_connections WHERE ? IS NULL OR terrain_id = ? "  # noqa: S608 - names of the schema
        "ORDER BY terrain_id, entered_at, connection_id",
        [terrain_id, terrain_id],
    ).fetchall()
    return [MeterConnection(*row) for row in rows]


def read_rooms(opened: duckdb.DuckDBPyConnection) -> dict[str, dict[str, float]]:
    """Return the rows of `meter_rooms` by connection."""
    cursor = opened.execute("FROM meter_rooms")
    names = [column[0] for column in cursor.description]
    rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return {row.pop("connection_id"): row for row in rows}


def find_connection(opened: duckdb.DuckDBPyConnection, connection_id: str) -> MeterConnection:
    """Return the connection of a name.

    Raises
    ------
    UnknownNameError
        If there is none; with those there are.
    """
    held = {one.connection_id: one for one in read_connections(opened)}
    if connection_id not in held:
        raise UnknownNameError("meter_connection", connection_id, list(held))
    return held[connection_id]


def read_year(opened: duckdb.DuckDBPyConnection, connection_id: str) -> MeasuredYear:
    """Return the last year that was measured of a connection."""
    columns = opened.execute(
        "SELECT interval_start_utc, offtake_kw, feed_in_kw FROM meter_readings "
        "WHERE connection_id = ? ORDER BY interval_start_utc",
        [connection_id],
    ).fetchnumpy()
    return measured_year(
        np.asarray(columns["interval_start_utc"], dtype="datetime64[us]"),
        np.asarray(columns["offtake_kw"], dtype=np.float64),
        np.asarray(columns["feed_in_kw"], dtype=np.float64),
    )


def _room(connection: MeterConnection, year: MeasuredYear) -> dict[str, float | int]:
    """Return the row of `meter_rooms`, in which feed-in counts as no room."""
    room = contract_room_kw(year.offtake_kw, connection.contract_kw)
    everywhere = np.ones(room.size, dtype=np.bool_)
    return {
        "days": int(np.unique(year.day[np.isfinite(room)]).size),
        "highest_kw": float(np.nanmax(year.offtake_kw)),
        "room_kw_p05": reliable_room_kw(room, year.day, everywhere),
        "room_16_21_kw_p05": reliable_room_kw(room, year.day, is_stress_hour(year.quarter)),
        "room_night_kw_p05": reliable_room_kw(
            room, night_of(year.day, year.quarter), is_night(year.quarter)
        ),
    }


def _is_held(opened: duckdb.DuckDBPyConnection, new: MeterConnection) -> bool:
    """Return whether the same data is held for the same terrain and contract."""
    for old in read_connections(opened):
        if old.connection_id == new.connection_id:
            if (old.terrain_id, old.contract_kw, old.kind) != (
                new.terrain_id,
                new.contract_kw,
                new.kind,
            ):
                raise MeterDataError(
                    "held_already",
                    id=old.connection_id,
                    terrain=old.terrain_id,
                    kind=Code("meter.kind", old.kind),
                    contract_kw=float(old.contract_kw),
                )
            return True
        eans = {ean for ean in (old.ean_codes or "").split(",") if ean}
        if (
            eans.intersection((new.ean_codes or "").split(","))
            and old.first_quarter_at <= new.last_quarter_at
            and new.first_quarter_at <= old.last_quarter_at
        ):
            raise MeterDataError("overlaps", id=old.connection_id, terrain=old.terrain_id)
    return False
