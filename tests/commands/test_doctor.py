"""`laadvraag doctor` tells what is amiss, what to do about it, and changes nothing."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from click.testing import CliRunner, Result

from cli import main
from commands.doctor_page import shown
from forecast.doctor.finding import Finding
from forecast.schema import SCHEMA_VERSION
from forecast.words import load

DE_HURK = "190044"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder that the user works in."""
    monkeypatch.chdir(tmp_path)
    for name in ("LAADVRAAG_DB", "LAADVRAAG_CACHE"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.fixture
def database(folder: Path, real_database: Path) -> Path:
    """Return a database with a run, which may be changed."""
    return Path(shutil.copy(real_database, folder / "laadvraag.duckdb"))


def invoke(*words: str) -> Result:
    return CliRunner().invoke(main, list(words), prog_name="laadvraag")


def examine(*words: str, code: int = 0) -> dict[str, Any]:
    """Return the findings by topic and code, having seen that each has a sentence in Dutch too."""
    result = invoke("doctor", "--json", "--lang", "en", *words)
    assert result.exit_code == code, result.output
    told = json.loads(result.stdout)
    assert told["is_well"] is (code == 0)
    for each in told["findings"]:
        finding = Finding(each["topic"], each["code"], each["level"], each["facts"])
        assert shown(finding, load("nl"))
    return {f"{each['topic']}.{each['code']}": each for each in told["findings"]}


@contextmanager
def held(path: Path, *, is_read_only: bool) -> Iterator[int]:
    """Have another process keep a database open; yield its number."""
    program = (
        "import duckdb, sys\n"
        f"opened = duckdb.connect(sys.argv[1], read_only={is_read_only})\n"
        "opened.execute('SELECT 1')\n"
        "print('open', flush=True)\n"
        "sys.stdin.read()\n"
    )
    command = [sys.executable, "-c", program, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        assert process.stdout.readline() == b"open\n"
        yield process.pid
        process.stdin.close()


def test_a_sound_place_of_work(database: Path) -> None:
    before = database.read_bytes()
    found = examine()
    run = found["database.run"]["facts"]
    with duckdb.connect(database, read_only=True) as opened:
        [(run_id,)] = opened.execute("SELECT run_id FROM runs").fetchall()
    assert (run["run_id"], run["years"]) == (run_id, [2025, 2030, 2035])
    assert found["database.layout"]["facts"]["layout"] == SCHEMA_VERSION
    assert found["database.refinements"]["facts"]["count"] == 0
    assert found["places.room"]["facts"]["free_mb"] > 0
    # Nothing is made or changed.
    assert [path.name for path in database.parent.iterdir()] == [database.name]
    assert database.read_bytes() == before


def test_it_tells_versions_as_a_report_needs_them(folder: Path) -> None:
    found = json.loads(invoke("doctor", "--json").stdout)["findings"]
    versions = {
        each["facts"]["name"]: each["facts"]["version"]
        for each in found
        if each["code"] == "library"
    }
    assert versions["duckdb"] == duckdb.__version__
    assert {"polars", "typst"} <= versions.keys()
    [python] = [each["facts"] for each in found if each["code"] == "python"]
    assert python["version"] == ".".join(map(str, sys.version_info[:3]))
    assert list(folder.iterdir()) == []


def test_no_database_is_no_problem_and_none_is_made(folder: Path) -> None:
    found = examine("--db", "new/laadvraag.duckdb")
    assert "laadvraag run" in found["database.absent"]["text"]
    assert found["places.can_be_made"]["level"] == "well"
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    "content", [b"no database at all", b"", b"\0" * 20_000], ids=["text", "empty", "zeros"]
)
def test_a_file_that_is_no_database(folder: Path, content: bytes) -> None:
    path = folder / "laadvraag.duckdb"
    path.write_bytes(content)
    found = examine(code=1)
    assert found["database.unusable"]["level"] == "problem"
    assert path.read_bytes() == content


def test_a_database_that_was_cut_off_or_overwritten(database: Path) -> None:
    whole = database.read_bytes()
    database.write_bytes(whole[: len(whole) // 3])
    cut = examine(code=1)
    assert {"database.broken", "database.unusable"} & cut.keys()
    # The head says that it is a database, and what it leads to is nonsense.
    database.write_bytes(whole[:12_288] + b"\x55" * (len(whole) - 12_288))
    overwritten = examine(code=1)
    assert {"database.broken", "database.unusable"} & overwritten.keys()


def test_another_database_and_a_folder_in_its_place(folder: Path) -> None:
    duckdb.connect(folder / "other.duckdb").close()
    found = examine("--db", "other.duckdb", code=1)
    assert "not one of laadvraag" in found["database.unusable"]["text"]
    found = examine("--db", str(folder), code=1)
    assert "is a folder" in found["database.unusable"]["text"]


def test_an_older_layout_says_how_to_save_what_people_entered(database: Path) -> None:
    added = invoke(
        "refine", "add", DE_HURK, "trucks=80", "--author", "A. Jansen", "--source", "visit",
        "--reason", "counted", "--no-run",
    )  # fmt: skip
    assert added.exit_code == 0, added.output
    with duckdb.connect(database) as opened:
        opened.execute("UPDATE meta SET schema_version = ?", [SCHEMA_VERSION - 1])
    found = examine(code=1)
    older = found["database.older_with_log"]
    assert older["facts"]["refinements"] == 1
    assert "laadvraag refine export" in older["text"]
    assert "database.run" not in found


def test_a_newer_layout_asks_for_a_newer_laadvraag(database: Path) -> None:
    with duckdb.connect(database) as opened:
        opened.execute("UPDATE meta SET schema_version = ?", [SCHEMA_VERSION + 1])
    assert "update laadvraag" in examine(code=1)["database.unusable"]["text"]


def test_refinements_that_are_not_in_the_figures(database: Path) -> None:
    for trucks in ("80", "90"):  # the second overtakes the first
        added = invoke(
            "refine", "add", DE_HURK, f"trucks={trucks}", "--author", "A. Jansen",
            "--source", "visit", "--reason", "counted", "--no-run", "--db", str(database),
        )  # fmt: skip
        assert added.exit_code == 0, added.output
    pending = examine()["database.pending"]
    assert pending["level"] == "mind"
    assert (pending["facts"]["count"], pending["facts"]["not_in_run"]) == (1, 1)


def test_it_names_who_is_writing(database: Path) -> None:
    with held(database, is_read_only=False) as pid:
        found = examine(code=1)
        assert str(pid) in found["database.in_use"]["facts"]["holder"]
    assert "database.run" in examine()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells who reads a file")
def test_it_names_who_reads_and_so_keeps_runs_from_being_published(database: Path) -> None:
    with held(database, is_read_only=True) as pid:
        found = examine()
        assert found["database.held"]["level"] == "mind"
        assert str(pid) in found["database.held"]["facts"]["holder"]
        assert "database.run" in found
    assert "database.held" not in examine()


def test_an_imported_edition_that_grew_old(database: Path) -> None:
    day = date.today() - timedelta(days=400)  # noqa: DTZ011 - a day in a made-up file
    parking = {
        "type": "Feature",
        "properties": {"id": "way/1", "amenity": "parking", "hgv": "yes", "name": "De Made"},
        "geometry": {"type": "Point", "coordinates": [5.4, 51.4]},
    }
    body = {"type": "FeatureCollection", "last_updated": str(day), "features": [parking]}
    file = database.with_name("sites.geojson")
    file.write_text(json.dumps(body), encoding="utf-8")
    imported = invoke("data", "import", "truck-sites", str(file), "--db", str(database))
    assert imported.exit_code == 0, imported.output
    found = examine()
    old = found["sources.edition_old"]
    assert (old["facts"]["day"], old["facts"]["age_days"]) == (str(day), 400)
    assert "laadvraag data fetch truck-sites" in old["text"]
    assert len(found["sources.not_in_run"]["facts"]["editions"]) == 1
    sources = [each["facts"].get("source") for each in found.values()]
    assert sources.count("truck-sites") == 1, "the embedded sites are not in use any more"


def test_what_lacks_among_libraries(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    del folder
    needed = ["no-such-library>=2", "duckdb>=99", "only-elsewhere; sys_platform == 'amiga'"]
    monkeypatch.setattr("importlib.metadata.requires", lambda _: needed)
    found = examine(code=1)
    assert found["installed.missing"]["facts"]["name"] == "no-such-library"
    assert found["installed.other_version"]["facts"]["name"] == "duckdb"


def test_places_that_can_not_be_written(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "output").write_text("a file", encoding="utf-8")
    found = examine(code=1)
    assert str(folder / "output") in found["places.no_folder"]["text"]

    def refuse(**_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("tempfile.TemporaryFile", refuse)
    found = examine("--out", ".", code=1)
    assert "Permission denied" in found["places.not_writable"]["text"]


def test_a_full_disk(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    del folder
    almost_full = shutil._ntuple_diskusage(10**12, 10**12 - 3 * 10**8, 3 * 10**8)  # type: ignore[attr-defined]
    monkeypatch.setattr("shutil.disk_usage", lambda _: almost_full)
    found = examine(code=1)
    assert found["places.full"]["facts"]["free_mb"] == 300


@pytest.mark.parametrize(
    ("minutes", "told"), [(119, "119 minutes"), (120, "2 hours"), (2879, "47 hours"), (2880, "2 d")]
)
def test_the_age_of_the_run_in_words(database: Path, minutes: int, told: str) -> None:
    with duckdb.connect(database) as opened:
        opened.execute(
            "UPDATE runs SET ended_at = (now() AT TIME ZONE 'UTC') - to_minutes(?)", [minutes]
        )
    page = invoke("doctor", "--lang", "en")
    assert f", {told}" in " ".join(page.output.split())
