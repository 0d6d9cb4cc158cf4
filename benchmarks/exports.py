"""How long an export of the country takes and how large it is: `python benchmarks/exports.py`.

Medians of several repetitions, each a whole writing from tables in memory to a file on disk;
reading the tables from the database stands apart. ESDL is that of the municipality with most
terrains.
LAADVRAAG_TEST_DB may name a database with a run; else one is made.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import duckdb

from forecast.assumptions import load
from forecast.export.content import read_content
from forecast.export.energy_system import energy_system
from forecast.export.esdl_area import Case
from forecast.export.formats import FORMATS
from forecast.export.write import tables_of_format, write_export
from forecast.files import write_atomically
from forecast.run import run_and_publish
from forecast.selection import Selection, select_terrains
from forecast.store import open_published
from forecast.vocabulary import DEFAULT_YEARS, MID_SCENARIO, REFERENCE_YEAR
from forecast.words import load as load_words

REPETITIONS = 5
MEGABYTE = 1e6


def seconds(work: Callable[[], object]) -> float:
    """Return the median time of a piece of work [s]."""
    times = []
    for _ in range(REPETITIONS):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return median(times)


def megabytes(path: Path) -> float:
    """Return the size of a file, or of the files of a folder [MB]."""
    files = path.iterdir() if path.is_dir() else [path]
    return sum(file.stat().st_size for file in files) / MEGABYTE


def largest_municipality(connection: duckdb.DuckDBPyConnection) -> Selection:
    """Return the municipality with most terrains."""
    [(code,)] = connection.execute(
        "SELECT municipality_code FROM terrains GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1"
    ).fetchall()
    return select_terrains(connection, "municipality", code)


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        database = Path(os.environ.get("LAADVRAAG_TEST_DB") or folder / "laadvraag.duckdb")
        if not database.exists():
            run_and_publish(database, DEFAULT_YEARS)
        with open_published(database) as connection:
            nation = select_terrains(connection)
            reading = seconds(lambda: read_content(connection, nation))
            print(f"read all tables     {reading:6.1f} s")
            content = read_content(connection, nation)
            for format_name, form in FORMATS.items():
                if format_name == "esdl":
                    continue
                held = tables_of_format(format_name, (), is_one_file=False)
                part = content.only(held) if held else content
                path = folder / f"{format_name}{'' if form.is_per_table else form.suffix}"
                taken = seconds(
                    lambda part=part, form=format_name, path=path: write_export(
                        part, form, path, load_words("nl")
                    )
                )
                print(f"{format_name:<12}        {taken:6.1f} s {megabytes(path):7.1f} MB")
            largest, case = (
                largest_municipality(connection),
                Case(REFERENCE_YEAR, MID_SCENARIO, "unmanaged"),
            )
            path = folder / "largest.esdl"
            taken = seconds(
                lambda: write_atomically(path, energy_system(connection, largest, case, load()))
            )
            print(
                f"esdl                {taken:6.1f} s {megabytes(path):7.1f} MB  "
                f"{largest.region_name}, {len(largest.terrain_ids)} terrains"
            )


if __name__ == "__main__":
    main()
