"""How long the main job and its outputs take: `python benchmarks/main_job.py`.

Medians of several repetitions; the start of the terrain page stands beside the bare start of Python
with duckdb and click, as a ratio.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from factsheets.factsheet import write_factsheet
from factsheets.material import read_material
from forecast.assumptions import load_scenarios
from forecast.pipeline import run_forecast
from forecast.refine import no_refinements
from forecast.run import run_and_publish
from forecast.sources.embedded import read_sources
from forecast.store import open_published
from forecast.vocabulary import DEFAULT_YEARS
from maps.plan_map import write_plan_map

ROOT = Path(__file__).parent.parent
REPETITIONS = 5
DE_HURK = "190044"


def seconds(work: Callable[[], object]) -> float:
    """Return the median time of a piece of work [s]."""
    times = []
    for _ in range(REPETITIONS):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return median(times)


def python(code: str, *arguments: str) -> None:
    """Run code in a new Python."""
    subprocess.run(
        [sys.executable, "-c", code, *arguments], check=True, capture_output=True, cwd=ROOT
    )


def main() -> None:
    """Measure and print."""
    sources, scenarios = read_sources(), load_scenarios()
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "laadvraag.duckdb"
        whole = seconds(lambda: run_and_publish(database, DEFAULT_YEARS))
        print(f"read, compute, publish      {whole:6.2f} s")
        compute = seconds(lambda: run_forecast(sources, scenarios, no_refinements(), DEFAULT_YEARS))
        print(f"  of which compute          {compute:6.2f} s")
        with open_published(database) as connection:
            drawing = seconds(lambda: write_plan_map(connection, Path(folder) / "map.html"))
            print(f"national plan map           {drawing:6.2f} s")
            [material] = read_material(connection, [DE_HURK])
        for name in ("html", "pdf"):
            sheet = seconds(
                lambda name=name: write_factsheet(material, Path(folder), formats=[name])
            )
            print(f"factsheet as {name:<4}           {1000 * sheet:6.0f} ms")
        bare = seconds(lambda: python("import duckdb, click"))
        page = seconds(
            lambda: python(
                "import sys; from cli import main; main(sys.argv[1:])",
                "terrain",
                DE_HURK,
                "--db",
                str(database),
            )
        )
        print(f"bare python, duckdb, click  {bare:6.2f} s")
        print(f"terrain page, cold start    {page:6.2f} s  {page / bare:.1f} x bare")


if __name__ == "__main__":
    main()
