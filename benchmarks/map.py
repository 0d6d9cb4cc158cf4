"""How large the plan maps are and how soon they answer: `python benchmarks/map.py DATABASE`.

Of the country, a province and a municipality: bytes of the map and of its tables, seconds to write
both, and the time from the start of loading to the first frame after the program of the page, the
median of several openings in Chromium. Goals for the country: below 12 MB and 3 s on two cores.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

from forecast.selection import select_terrains
from forecast.store import open_published
from maps.plan_map import table_path, write_plan_map

REPETITIONS = 5
REGIONS = ((), ("province", "Noord-Brabant"), ("municipality", "Eindhoven"))
READY = (
    "const [mark] = performance.getEntriesByName('laadvraag-ready');"
    "return mark ? mark.startTime : null"
)


def chromium(folder: Path) -> Any:
    """Start a Chromium of 1366 by 900 without a network."""
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium") or ""
    for argument in (
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        "--no-first-run",
        "--host-resolver-rules=MAP * ~NOTFOUND",
        "--window-size=1366,900",
        f"--user-data-dir={folder / 'profile'}",
    ):
        options.add_argument(argument)
    service = webdriver.ChromeService(shutil.which("chromedriver"))
    return webdriver.Chrome(options=options, service=service)


def seconds_to_ready(browser: Any, page: Path) -> float:
    """Return the median time until a page answers [s]."""
    times = []
    for _ in range(REPETITIONS):
        browser.get("about:blank")
        browser.get(page.as_uri())
        while (ready := browser.execute_script(READY)) is None:
            time.sleep(0.02)
        times.append(ready / 1000)
    return median(times)


def main() -> None:
    """Measure and print."""
    if len(sys.argv) != 2:  # noqa: PLR2004 - the program and one argument
        sys.exit("usage: python benchmarks/map.py DATABASE, a file of `laadvraag run`")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        browser = chromium(folder)
        print("region               map MB  tables MB  written s  ready s")
        with open_published(Path(sys.argv[1])) as connection:
            for region in REGIONS:
                selection = select_terrains(connection, *region)
                page = folder / "plankaart.html"
                start = time.perf_counter()
                write_plan_map(connection, page, selection)
                written = time.perf_counter() - start
                sizes = [file.stat().st_size / 1e6 for file in (page, table_path(page))]
                print(
                    f"{selection.region_name:<20} {sizes[0]:6.2f}  {sizes[1]:9.2f}  {written:9.2f}"
                    f"  {seconds_to_ready(browser, page):7.2f}"
                )
        browser.quit()


if __name__ == "__main__":
    main()
