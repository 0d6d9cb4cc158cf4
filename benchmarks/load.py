"""A store with a hundred times the terrains: `python benchmarks/load.py DATABASE --times 100`.

A synthetic country: of each terrain 99 more, in municipalities of their own, with all their figures
of the last run, written a copy of the country at a time by the functions of the store. Beside each
other, in turns: the same commands on the database as it is and on the large one, each in a process
of its own as a user gives them; p50, p95 and the ratio of the medians. A municipality has as many
terrains as before, so what takes longer is the looking up. 100 times takes 7 GB and some minutes.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import polars as pl

from forecast.schema import TABLES, Table, tables_of
from forecast.store import insert, open_published, publish, writing

ROOT = Path(__file__).parent.parent
_PLACED = "charge_points"
"""The table whose `place_id` is a terrain, or a site along a road."""
_COPIED = frozenset({_PLACED, "municipalities", "vehicles_registered", "regional_summary"})
"""Tables without a column of terrains that a terrain is looked up in."""


def copies_of(database: Path, number: int) -> Iterator[tuple[str, pl.DataFrame]]:
    """Return the tables of a copy of the country, its terrains under other names."""
    with open_published(database) as connection:
        for table in (*tables_of("source"), *tables_of("result")):
            if not _is_copied(table):
                continue
            frame: pl.DataFrame = connection.sql(f'SELECT * FROM "{table.name}"').pl()  # noqa: S608 - names of the schema
            yield table.name, _renamed(frame.cast(dict(table.polars_schema())), table.name, number)


def _is_copied(table: Table) -> bool:
    names = {column.name for column in table.columns}
    return "terrain_id" in names or table.name in _COPIED


def _renamed(frame: pl.DataFrame, table_name: str, number: int) -> pl.DataFrame:
    def key(name: str) -> pl.Expr:
        return pl.format(f"{number:03}{{}}", pl.col(name).str.zfill(6)).alias(name)

    def municipality(name: str) -> pl.Expr:
        return pl.format(f"{{}}-{number:03}", pl.col(name)).alias(name)

    if table_name == "regional_summary":
        frame = frame.filter(pl.col("level") == "municipality")
        return frame.with_columns(municipality("region_id"), municipality("region_name"))
    if table_name == _PLACED:
        return frame.filter(pl.col("place_id").str.contains(r"^\d+$")).with_columns(key("place_id"))
    ids = [name for name in frame.columns if name.endswith("terrain_id")]
    codes = [name for name in frame.columns if name in {"municipality_code", "municipality_name"}]
    changed = frame.with_columns(*map(key, ids), *map(municipality, codes))
    return changed.sort("terrain_id", maintain_order=True) if ids else changed


def make_large(database: Path, large: Path, times: int) -> None:
    """Write the run of a database, and copies of its terrains, to another one."""
    with open_published(database) as connection:
        frames = {
            table.name: connection.sql(f'SELECT * FROM "{table.name}"').pl()  # noqa: S608 - names of the schema
            for table in (*tables_of("source"), *tables_of("result"), TABLES["runs"])
        }
    publish(large, frames, frames.pop("runs"))
    for number in range(1, times):
        with writing(large, "a copy") as connection:
            for name, frame in copies_of(database, number):
                insert(connection, name, frame)
        if sys.stderr.isatty():
            print(f"\r{number + 1} of {times}", end="", file=sys.stderr)


def commands(folder: Path) -> dict[str, list[str | Path]]:
    """Return what is measured, by name."""
    zwolle = ("--municipality", "GM0193")
    return {
        "terrain, by RIN": ["terrain", "190044"],
        "terrain, by name": ["terrain", "de hurk eindhoven"],
        "terrain, misspelled": ["terrain", "de hurck eindhoven"],
        "terrain, by place": ["terrain", "51.43, 5.44"],
        "factsheet": ["factsheet", "190044", "--format", "html", "--out", folder],
        "map of a municipality": ["map", *zwolle, "--out", folder / "map.html"],
        "export of a municipality": ["export", *zwolle, "--format", "gpkg", "--out", folder],
        "regions": ["regions", "--level", "province"],
    }


def main() -> None:
    """Make the large store, measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("database", type=Path, help="A file of `laadvraag run`.")
    parser.add_argument("--times", type=int, default=100)
    parser.add_argument("--turns", type=int, default=7)
    parser.add_argument("--large", type=Path, help="Where the large one is kept; made if missing.")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        large = asked.large or folder / "large.duckdb"
        if not large.exists():
            start = time.monotonic()
            make_large(asked.database, large, asked.times)
            print(f"written in {time.monotonic() - start:.0f} s")
        databases = {"1": asked.database, str(asked.times): large}
        for path in databases.values():
            with open_published(path) as connection:
                [(count,)] = connection.execute("SELECT count(*) FROM terrains").fetchall()
            print(f"{count:>9,} terrains: {path.stat().st_size / 1e6:,.0f} MB")
        _measure(databases, folder / "out", asked.turns)


def _measure(databases: dict[str, Path], folder: Path, turns: int) -> None:
    columns = "".join(f"{'p50 x' + name:>11}{'p95 x' + name:>11}" for name in databases)
    print(f"{'command, seconds':<26}{columns}{'ratio':>8}")
    for name, words in commands(folder).items():
        took: dict[str, list[float]] = {times: [] for times in databases}
        for turn in range(turns + 1):
            for times, database in databases.items():
                seconds = _seconds(words, database)
                if turn:  # the first fills the caches of the disk
                    took[times].append(seconds)
        one, many = (np.percentile(each, [50, 95]) for each in took.values())
        figures = "".join(f"{value:>11.2f}" for value in (*one, *many))
        print(f"{name:<26}{figures}{many[0] / one[0]:>8.1f}", flush=True)


def _seconds(words: list[str | Path], database: Path) -> float:
    start = time.monotonic()
    subprocess.run(
        [sys.executable, "cli.py", *words, "--db", database],
        cwd=ROOT,
        check=False,  # several terrains lie around a place
        capture_output=True,
    )
    return time.monotonic() - start


if __name__ == "__main__":
    main()
