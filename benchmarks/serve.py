"""Many readers and one who records: `python benchmarks/serve.py DATABASE --seconds 30`.

A real `laadvraag serve` over a copy of the database. Readers ask one page after the other without
a pause, as nobody does: 50 of them are hundreds of people. One more records a refinement, waits for
its outcome, and records the next. Told are the errors, which must be none, refinements that were
acknowledged and lost, which must be none as well, and per kind of page how many were answered and
how soon: p50, p95 and the slowest.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import numpy as np

from forecast.refinement_log import read_entries
from forecast.store import open_published

ROOT = Path(__file__).parent.parent
_PATIENCE_SECONDS = 600.0
_TERRAINS = ("190044", "170008", "3214", "190063", "190004")
PAGES = {
    "home": ("/",),
    "search": ("/search?q=de+hurk+eindhoven", "/search?q=hurk", "/search?q=de+hurck"),
    "terrain": tuple(f"/terrain/{key}" for key in _TERRAINS),
    "refinements": tuple(f"/terrain/{key}/refine" for key in _TERRAINS),
    "terrain as JSON": tuple(f"/terrain/{key}/terrain.json" for key in _TERRAINS),
    "map of a municipality": ("/map/municipality/GM0193/plankaart.html",),
}
"""What readers ask for, by kind; each kind as often."""


@dataclass
class Seen:
    """What a crowd saw.

    Attributes
    ----------
    seconds
        Of each answer, by kind.
    errors
        Answers that were none, in words.
    acknowledged
        Authors of refinements that were acknowledged.
    """

    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    errors: list[str] = field(default_factory=list)
    acknowledged: list[str] = field(default_factory=list)


async def crowd(address: str, readers: int, seconds: float, seed: int = 7) -> Seen:
    """Let readers read and one writer record for a while; return what they saw."""
    seen = Seen()
    end = time.monotonic() + seconds
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(
        base_url=address, timeout=_PATIENCE_SECONDS, limits=limits, follow_redirects=True
    ) as client:
        chances = [random.Random(seed + number) for number in range(readers)]  # noqa: S311 - pages
        await asyncio.gather(
            _write(address, seen, end), *(_read(client, seen, end, chance) for chance in chances)
        )
    return seen


async def _read(client: httpx.AsyncClient, seen: Seen, end: float, chance: random.Random) -> None:
    while time.monotonic() < end:
        kind = chance.choice(list(PAGES))
        await _ask(seen, kind, client.get(chance.choice(PAGES[kind])))


async def _write(address: str, seen: Seen, end: float) -> None:
    """Record one refinement after the other by the form, as one browser."""
    page = f"/terrain/{_TERRAINS[0]}/refine"
    async with httpx.AsyncClient(base_url=address, timeout=_PATIENCE_SECONDS) as browser:
        number = 0
        while time.monotonic() < end or not number:
            number += 1
            form = await _ask(seen, "form", browser.get(page))
            token = re.search(r'name="page_token" value="([0-9a-f]+)"', form.text if form else "")
            author = f"writer {number}"
            typed = {
                "page_token": token[1] if token else "",
                "field": "vans", "value": str(100 + number), "year": "", "author": author,
                "observed_on": "2026-01-05", "source": "visit", "rest": "rebalance",
                "reason": "counted",
            }  # fmt: skip
            answer = await _ask(seen, "refinement", browser.post(page, data=typed))
            if answer is not None and answer.status_code == httpx.codes.SEE_OTHER:
                seen.acknowledged.append(author)


async def _ask(
    seen: Seen, kind: str, asking: asyncio.Future[httpx.Response]
) -> httpx.Response | None:
    start = time.monotonic()
    try:
        answer = await asking
    except httpx.HTTPError as error:
        seen.errors.append(f"{kind}: {type(error).__name__} {error}")
        return None
    seen.seconds[kind].append(time.monotonic() - start)
    if answer.is_error:
        told = re.sub(r"<[^>]+>|\s+", " ", answer.text)
        seen.errors.append(f"{kind}: {answer.status_code} {' '.join(told.split())[-300:]}")
        return None
    return answer


def lost(database: Path, seen: Seen) -> list[str]:
    """Return who was told that a refinement is recorded, and it isn't."""
    with open_published(database) as connection:
        held = {entry.author_name for entry in read_entries(connection)}
    return [author for author in seen.acknowledged if author not in held]


def main() -> None:
    """Measure and print; ends with 1 where there was an error or a loss."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("database", type=Path, help="A file of `laadvraag run`; it is copied.")
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--readers", type=int, default=50)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "laadvraag.duckdb"
        shutil.copy(asked.database, database)
        server = subprocess.Popen(
            [sys.executable, "cli.py", "serve", "--db", database, "--port", "0", "--no-background"],
            cwd=ROOT, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        try:
            address = server.stdout.readline().split()[0] if server.stdout else ""
            seen = asyncio.run(crowd(address, asked.readers, asked.seconds))
        finally:
            server.send_signal(signal.SIGINT)
            server.wait()
        gone = lost(database, seen)
    _print(seen, gone, asked.readers, asked.seconds)
    sys.exit(bool(seen.errors or gone))


def _print(seen: Seen, gone: list[str], readers: int, seconds: float) -> None:
    print(f"{readers} readers and one writer for {seconds:.0f} s")
    print(f"{'kind':<22} {'answers':>7} {'p50 s':>7} {'p95 s':>7} {'most s':>7}")
    for kind, took in seen.seconds.items():
        p50, p95, most = np.percentile(took, [50, 95, 100])
        print(f"{kind:<22} {len(took):>7} {p50:>7.2f} {p95:>7.2f} {most:>7.2f}")
    print(f"errors: {len(seen.errors)}", *sorted(set(seen.errors))[:5], sep="\n  ")
    print(f"refinements acknowledged: {len(seen.acknowledged)}, lost: {len(gone)}")


if __name__ == "__main__":
    main()
