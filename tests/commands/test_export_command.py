"""`laadvraag export`, as it is typed."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner, Result

from cli import main

ROOT = Path(__file__).resolve().parents[2]
HURK = "190044"
FORMATS = ("gpkg", "geojson", "parquet", "csv", "csv-excel", "xlsx", "ods", "esdl")


def invoke(database: Path, *words: str | Path) -> Result:
    given = ["export", *map(str, words), "--db", str(database)]
    return CliRunner().invoke(main, given, prog_name="laadvraag")


def test_all_formats_of_a_municipality_at_once(real_database: Path, tmp_path: Path) -> None:
    words = [word for name in FORMATS for word in ("--format", name)]
    result = invoke(real_database, "--municipality", "Zwolle", *words, "--out", tmp_path)
    assert result.exit_code == 0, result.output
    paths = [Path(line) for line in result.stdout.splitlines()]
    assert {path.name for path in paths} == {
        f"laadvraag-municipality-zwolle{end}"
        for end in (
            ".gpkg",
            "-terrains.geojson",
            "-parquet",
            "-csv",
            "-csv-excel",
            ".xlsx",
            ".ods",
            ".esdl",
        )
    }
    assert set(tmp_path.iterdir()) == set(paths)
    assert (tmp_path / "laadvraag-municipality-zwolle-csv" / "datapackage.json").is_file()
    assert len(list((tmp_path / "laadvraag-municipality-zwolle-parquet").iterdir())) == 19


def test_the_format_follows_from_the_ending(real_database: Path, tmp_path: Path) -> None:
    for name in ("hurk.gpkg", "hurk.geojson", "hurk.parquet", "hurk.csv", "hurk.xlsx", "hurk.ods"):
        result = invoke(real_database, HURK, "--out", tmp_path / name)
        assert result.exit_code == 0, result.output
        assert result.stdout.strip() == str(tmp_path / name)
    assert pl.read_csv(tmp_path / "hurk.csv")["terrain_id"].to_list() == [int(HURK)]
    assert pl.read_parquet(tmp_path / "hurk.parquet")["terrain_id"].to_list() == [HURK]
    result = invoke(
        real_database,
        HURK,
        "--tables",
        "power",
        "--format",
        "csv-excel",
        "--out",
        tmp_path / "p.csv",
    )
    assert result.exit_code == 0, result.output
    assert ";" in (tmp_path / "p.csv").read_text(encoding="utf-8-sig").splitlines()[0]


def test_hostile_names_make_plain_file_names(hostile_database: Path, tmp_path: Path) -> None:
    words = ("--municipality", "GM0193", "--format", "xlsx", "--out", tmp_path / "x")
    result = invoke(hostile_database, *words)
    assert result.exit_code == 0, result.output
    assert [path.name for path in (tmp_path / "x").iterdir()] == [
        "laadvraag-municipality-b-zw-olle.xlsx"
    ]
    assert [path.name for path in tmp_path.iterdir()] == ["x"]


def test_a_region_without_business_parks_is_told(real_database: Path, tmp_path: Path) -> None:
    words = ("--municipality", "Rozendaal", "--format", "gpkg", "--format", "xlsx")
    result = invoke(real_database, *words, "--format", "esdl", "--out", tmp_path)
    assert result.exit_code == 0, result.output
    assert "Rozendaal has no business parks" in result.stderr
    assert len(list(tmp_path.iterdir())) == 3


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        pytest.param(("--format", "shp"), 2, "'shp' is not one of", id="format"),
        pytest.param(("--municipality", "Atlantis"), 1, "no municipality", id="region"),
        pytest.param(("Atlantis",), 1, "no terrain", id="terrain"),
        pytest.param((HURK, "--province", "Utrecht"), 2, "not both", id="both"),
        pytest.param(("--tables", "power,nothing"), 1, "no table to export", id="table"),
        pytest.param(("--format", "esdl"), 1, "one terrain or one municip", id="esdl of all"),
        pytest.param(
            (HURK, "--format", "esdl", "--year", "2031"), 1, "2025; 2030; 2035", id="year"
        ),
        pytest.param(
            (HURK, "--format", "geojson", "--tables", "energy"), 1, "no places", id="no layer"
        ),
        pytest.param((HURK, "--format", "gpkg", "--out", "x.csv"), 2, "ends in .csv", id="ending"),
        pytest.param(
            (HURK, "--out", "x.csv", "--tables", "hubs,energy"), 2, "one file", id="one file"
        ),
        pytest.param(
            (HURK, "--format", "csv", "--format", "gpkg", "--out", "x.csv"),
            2,
            "name a folder",
            id="formats",
        ),
    ],
)
def test_what_can_not_be_exported_is_a_sentence(
    real_database: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    words: tuple[str, ...],
    code: int,
    said: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    result = invoke(real_database, *words)
    assert result.exit_code == code
    assert said in " ".join(result.output.split())
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("format_name", ["gpkg", "csv", "xlsx"])
def test_a_full_disk_is_a_sentence_and_leaves_the_old_file(
    real_database: Path, tmp_path: Path, format_name: str
) -> None:
    """A limit on the size of files stands for the full disk: the same errors come of it."""
    path = tmp_path / f"zwolle.{format_name}"
    path.write_text("old")
    words = ["--municipality", "Zwolle", "--format", format_name, "--out", str(path)]

    def limit() -> None:
        import signal

        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (8_000, 8_000))

    done = subprocess.run(
        [sys.executable, str(ROOT / "cli.py"), "export", *words, "--db", str(real_database)],
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=limit,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        cwd=tmp_path,
    )
    assert done.returncode == 1, done.stderr
    assert f"can't write {path}" in done.stderr
    assert "Traceback" not in done.stderr
    assert [(each.name, each.read_text()) for each in tmp_path.iterdir()] == [(path.name, "old")]
