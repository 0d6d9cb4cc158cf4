"""The commands that are harmed."""

from __future__ import annotations

import gzip
import json
import random
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.faults.bench import Bench, BrokenPromiseError
from tests.faults.job import Job
from tests.faults.processes import QUICK_RUN, Outcome, Started
from tests.fetch.server import Server, file_script
from tests.forecast.sources.made import feature, ibis, ibis_row, polygon, square

DE_HURK = "190044"
_TRUCKS = 40
_ROWS = 300


class Run(Job):
    """The main job, whole."""

    name = "run"

    def words(self, bench: Bench) -> list[str | Path]:
        return ["run", "--out", bench.output]

    def acknowledge(self, bench: Bench, outcome: Outcome) -> None:
        if outcome.code == 0:
            bench.note_last_run()


class QuickRun(Run):
    """The main job without mathematics and map: its publication comes soon."""

    name = "run, publication"

    def program(self, bench: Bench) -> tuple[str, ...]:
        return (*QUICK_RUN, str(bench.figures))


class FirstRun(QuickRun):
    """The first run, which makes the database."""

    name = "first run"
    has_database = False

    def prepare(self, bench: Bench) -> None:
        bench.database.unlink(missing_ok=True)
        bench.run_id = None


class Map(Job):
    """The plan map and its tables."""

    name = "map"

    def words(self, bench: Bench) -> list[str | Path]:
        return ["map", "--municipality", "Zwolle", "--out", bench.output / "kaart.html"]

    def acknowledge(self, bench: Bench, outcome: Outcome) -> None:
        if outcome.code == 0 and not (bench.output / "kaart.html").exists():
            raise BrokenPromiseError("it says that it is done and there is no map")


class RefineAdd(Job):
    """A refinement of two values, and the figures that follow from it."""

    name = "refine add"
    extra: tuple[str, ...] = ()

    def words(self, bench: Bench) -> list[str | Path]:
        number = bench.next_number()
        author = f"adviser {number}"
        bench.tried[author] = 2
        who = ("--author", author, "--source", "visit", "--reason", "counted")
        values = (f"vans={100 + number}", f"trucks={_TRUCKS + number}")
        return ["refine", "add", DE_HURK, *values, *who, *self.extra]

    def acknowledge(self, bench: Bench, outcome: Outcome) -> None:
        for author in set(re.findall(r"adviser \d+", outcome.out)):
            bench.refinements[author] = 2
        if outcome.code == 0 and not self.extra:
            bench.check_current()


class RefineLater(RefineAdd):
    """A refinement of two values without its figures: the log alone."""

    name = "refine add --no-run"
    extra = ("--no-run",)


class DataImport(Job):
    """An import of terrains of one municipality, other ones each time."""

    name = "data import"

    def words(self, bench: Bench) -> list[str | Path]:
        number = bench.next_number()
        rows = [
            feature(
                ibis_row(
                    str(700_000 + row), PLAN_NAAM=f"Terrein {row}", HA_NETTO=1.0 + number / 1e3
                ),
                polygon(square(205_000.0 + 300 * (row % 20), 505_000.0 + 300 * (row // 20))),
            )
            for row in range(_ROWS)
        ]
        return ["data", "import", "ibis", ibis(bench.beside, *rows), "--json"]

    def acknowledge(self, bench: Bench, outcome: Outcome) -> None:
        if outcome.code == 0:
            bench.editions.add(json.loads(outcome.out)["edition"]["edition_id"])


class FirstImport(DataImport):
    """An import that makes the database."""

    name = "first data import"
    has_database = False

    def prepare(self, bench: Bench) -> None:
        bench.database.unlink(missing_ok=True)
        bench.editions.clear()


class FactsheetAll(Job):
    """All factsheets, of a country of few terrains."""

    name = "factsheet --all"
    is_of_all_terrains = True

    def words(self, bench: Bench) -> list[str | Path]:
        return ["factsheet", "--all", "--format", "html,pdf,xlsx", "--out", bench.output]

    def acknowledge(self, bench: Bench, outcome: Outcome) -> None:
        if outcome.code == 0 and not list(bench.output.glob("*.pdf")):
            raise BrokenPromiseError("it says that it is done and there are no factsheets")

    def prepare(self, bench: Bench) -> None:
        for path in list(bench.documents()):
            path.unlink()


class DataFetch(Job):
    """A file of a publisher whose connection may be cut."""

    name = "data fetch"
    content = gzip.compress(random.Random(1).randbytes(500_000))  # noqa: S311 - no secret
    is_without_database = True

    url = ""

    def words(self, bench: Bench) -> list[str | Path]:
        cache = bench.folder / "downloads"
        return ["data", "fetch", "ze-zones", "--refresh", "--url", self.url, "--cache", cache]

    def acknowledge(self, bench: Bench, outcome: Outcome) -> None:
        if outcome.code == 0:
            self._require_whole(bench, at_least=1)

    def check(self, bench: Bench) -> None:
        self._require_whole(bench, at_least=0)

    def again(self, bench: Bench) -> None:
        with Server(file_script(self.content)).serving() as server:
            self.url = server.url
            super().again(bench)

    def _require_whole(self, bench: Bench, at_least: int) -> None:
        """Check files that have their note, and so count: they are what the server gave."""
        notes = list((bench.folder / "downloads").rglob("*.note.json"))
        if len(notes) < at_least:
            raise BrokenPromiseError("it says that it is done and there is no file")
        for note in notes:
            file = note.with_name(note.name.removesuffix(".note.json"))
            if file.is_file() and file.read_bytes() != self.content:
                raise BrokenPromiseError(f"{file.name} is not what the server gave")


class Serve(Job):
    """The pages, with somebody who records refinements one after the other."""

    name = "serve"

    def __init__(self) -> None:
        self.faults: list[str] = []

    def words(self, bench: Bench) -> list[str | Path]:
        del bench
        return ["serve", "--port", "0", "--no-background"]

    @contextmanager
    def helped(self, bench: Bench, started: Started) -> Iterator[None]:
        writer = threading.Thread(target=self._use, args=(bench, started), daemon=True)
        writer.start()
        yield
        writer.join()

    def _use(self, bench: Bench, started: Started) -> None:
        """Record one refinement, look at it, and stop the server."""
        started.wait_until(lambda: started.out.startswith("http://"), 60)
        if not started.is_running:
            return
        try:
            with httpx.Client(base_url=started.out.split()[0], timeout=120) as browser:
                for answer in (record(browser, bench), browser.get(f"/terrain/{DE_HURK}")):
                    if answer.status_code == httpx.codes.INTERNAL_SERVER_ERROR:
                        self.faults.append(answer.text)
        except httpx.HTTPError:
            return  # the server was harmed: nothing was promised
        finally:
            started.stop()

    def acknowledge(self, bench: Bench, outcome: Outcome) -> None:
        """Do nothing: the writer notes what it was told."""

    def check(self, bench: Bench) -> None:
        del bench
        if self.faults:
            raise BrokenPromiseError(f"no sentence for a person: {self.faults.pop()}")

    def again(self, bench: Bench) -> None:
        before = len(bench.refinements)
        super().again(bench)
        if len(bench.refinements) == before:
            raise BrokenPromiseError("the next server recorded nothing")
        bench.check_current()


def record(browser: httpx.Client, bench: Bench) -> httpx.Response:
    """Record a refinement by the form of the pages, and note it once it is acknowledged."""
    page = browser.get(f"/terrain/{DE_HURK}/refine").text
    found = re.search(r'name="page_token" value="([0-9a-f]+)"', page)
    author = f"reader {bench.next_number()}"
    bench.tried[author] = 1
    form = {
        "page_token": found[1] if found else "",
        "field": "vans", "value": str(100 + bench.number), "year": "", "author": author,
        "observed_on": "2026-01-05", "source": "visit", "rest": "rebalance", "reason": "counted",
    }  # fmt: skip
    answer = browser.post(f"/terrain/{DE_HURK}/refine", data=form)
    if answer.status_code == httpx.codes.SEE_OTHER:
        bench.refinements[author] = 1
    return answer
