"""`laadvraag terrain`: its page, its JSON and schema, its languages, and what it leaves alone."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click
import duckdb
import jsonschema
import pytest
from click.testing import CliRunner, Result

from cli import main
from commands import terrain_choice
from commands.options import system_language
from forecast.terrain_schema import terrain_schema

ROOT = Path(__file__).parent.parent.parent
HEAVY = ("polars", "geopandas", "sklearn", "statsmodels", "folium", "rich", "pyproj", "babel")
SAMPLE = ("190044", "4722", "1004", "105003")


def invoke(*words: str | Path, **environment: str) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words], env=environment)


def numbers(value: Any, name: str = "") -> Iterator[str]:
    """Yield the name that each number of a JSON body stands under; of a list, that of the list."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from numbers(inner, key)
    elif isinstance(value, list):
        for inner in value:
            yield from numbers(inner, name)
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        yield name


@pytest.mark.parametrize("terrain_id", SAMPLE)
def test_json_keeps_to_the_published_schema(real_database: Path, terrain_id: str) -> None:
    published = json.loads((ROOT / "docs" / "terrain.schema.json").read_text(encoding="utf-8"))
    assert json.loads(invoke("terrain", "--schema").stdout) == published == terrain_schema()
    jsonschema.Draft202012Validator.check_schema(published)
    body = json.loads(invoke("terrain", terrain_id, "--json", "--db", real_database).stdout)
    jsonschema.Draft202012Validator(published).validate(body)
    assert set(numbers(body)) <= set(body["units"])
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(published).validate(body | {"surplus": 1})


def test_json_holds_bands_and_refinements(real_database: Path, tmp_path: Path) -> None:
    path = tmp_path / "refined.duckdb"
    path.write_bytes(real_database.read_bytes())
    with duckdb.connect(path) as opened:
        columns = [row[0] for row in opened.execute("DESCRIBE refinements").fetchall()]
        given = {
            "refinement_id": "r1",
            "terrain_id": "190044",
            "terrain_name": "DE HURK",
            "field": "tractors",
            "value": 80.0,
            "unit": "vehicles",
            "municipal_rest": "rebalance",
            "observed_on": date(2026, 5, 1),
            "author_name": "A. Adviseur",
            "entered_at": datetime(2026, 5, 1, 12),  # noqa: DTZ001 - as stored
            "reason": "geteld\x1b[31m",
            "source": "visit",
        }
        values = [given.get(column) for column in columns]
        marks = ", ".join("?" * len(columns))
        opened.execute(f"INSERT INTO refinements VALUES ({marks})", values)  # noqa: S608
    body = json.loads(invoke("terrain", "190044", "--json", "--db", path).stdout)
    jsonschema.Draft202012Validator(terrain_schema()).validate(body)
    [refinement] = body["refinements"]
    assert (refinement["field"], refinement["value"]) == ("tractors", 80.0)
    for row in body["key_figures"]:
        for name in ("electric_vehicles", "on_terrain_energy_kwh_per_year"):
            assert row[f"{name}_p10"] < row[name] < row[f"{name}_p90"]
    page = invoke("terrain", "190044", "--db", path).stdout
    assert "Tractor units: 80 vehicles. A. Adviseur, 1 May 2026 (visit): geteld" in page
    assert "Not in the figures yet" in page
    assert "\x1b" not in page


def test_key_figures_are_those_of_the_tables(real_database: Path) -> None:
    body = json.loads(invoke("terrain", "190044", "--json", "--db", real_database).stdout)
    for row in body["key_figures"]:
        same = [
            (part, other)
            for part, key in (("electric_vehicles", "electric_vehicles"), ("energy", "energy"))
            for other in body[part]
            if (other["year"], other["scenario"]) == (row["year"], row["scenario"]) and key
        ]
        vehicles = sum(other["electric_vehicles"] for part, other in same if part != "energy")
        energy = sum(
            other["energy_kwh_per_year"]
            for part, other in same
            if part == "energy" and other["location_type"] in {"depot", "shared_hub"}
        )
        assert row["electric_vehicles"] == pytest.approx(vehicles)
        assert row["on_terrain_energy_kwh_per_year"] == pytest.approx(energy)


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize(("columns", "in_row"), [(60, 2), (80, 3), (110, 4)])
@pytest.mark.parametrize("terrain_id", ["190044", "170341"])
def test_the_page_fits_the_terminal(
    real_database: Path, terrain_id: str, columns: int, in_row: int, language: str
) -> None:
    page = invoke(
        "terrain", terrain_id, "--lang", language, "--db", real_database, COLUMNS=str(columns)
    ).stdout
    assert max(map(len, page.splitlines())) <= columns
    # Three years, each in three scenarios, with a band in every column; where few columns fit
    # beside each other the table comes in two parts.
    rows = [
        line
        for line in page.splitlines()
        if re.match(r"20\d\d (low|mid|high|laag|midden|hoog)", line)
    ]
    parts = 2 if columns == 60 else 1
    assert [row[:4] for row in rows] == [
        year for _ in range(parts) for year in ("2025", "2030", "2035") for _ in range(3)
    ]
    assert all(row.count("(") == in_row for row in rows)
    # Figures of the largest terrain too stand apart.
    assert not re.search(r"\)\d", page)


@pytest.mark.parametrize(("terrain_id", "why"), [("2680", "net area is 0 ha"), ("80", None)])
def test_a_terrain_without_vehicles_says_so_and_why(
    real_database: Path, terrain_id: str, why: str | None
) -> None:
    page = invoke("terrain", terrain_id, "--db", real_database).stdout
    assert ("No vehicles are placed here" in page) == (why is not None)
    assert ("Key figures" in page) == (why is None)
    assert why is None or f"Reason: {why}." in page
    assert "Grid congestion" in page


def test_a_terrain_in_no_supply_area_says_so(real_database: Path, tmp_path: Path) -> None:
    path = tmp_path / "outside.duckdb"
    path.write_bytes(real_database.read_bytes())
    with duckdb.connect(path) as opened:
        opened.execute("DELETE FROM terrain_supply_areas WHERE terrain_id = '190044'")
    page = invoke("terrain", "190044", "--db", path).stdout
    assert "The terrain lies in no known supply area." in page


def test_the_plan_class_of_other_years_is_told(real_database: Path) -> None:
    body = json.loads(invoke("terrain", "190044", "--json", "--db", real_database).stdout)
    classes = {
        row["year"]: row["plan_class"] for row in body["plan_class"] if row["scenario"] == "high"
    }
    told = {"own_site": "own plots", "collective": "shared", "mitigate": "measures first"}
    page = invoke("terrain", "190044", "--scenario", "high", "--db", real_database).stdout
    assert f"In other years: 2025 {told[classes[2025]]}, 2035 {told[classes[2035]]}." in page


def test_the_language_is_that_of_the_system(
    real_database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variables, language in (
        ({"LC_ALL": "nl_NL.UTF-8", "LANG": "en_GB.UTF-8"}, "nl"),
        ({"LC_ALL": "", "LC_MESSAGES": "nl_BE", "LANG": "C"}, "nl"),
        ({"LC_ALL": "C", "LANG": "nl_NL"}, "en"),
        ({"LANG": "nl"}, "nl"),
        ({"LANG": "nlx_XX"}, "en"),
        ({}, "en"),
    ):
        for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
            monkeypatch.delenv(name, raising=False)
            if name in variables:
                monkeypatch.setenv(name, variables[name])
        assert system_language() == language, variables
    assert "Kerncijfers" in invoke("terrain", "190044", "--db", real_database, LANG="nl_NL").stdout
    english = invoke("terrain", "190044", "--lang", "en", "--db", real_database, LANG="nl_NL")
    assert "Key figures" in english.stdout
    failed = invoke("terrain", "zzz", "--db", real_database, LANG="nl_NL.UTF-8")
    assert (failed.exit_code, failed.stderr[:20]) == (1, "Fout: er is geen ter")


def test_all_commands_find_terrains_alike(real_database: Path, tmp_path: Path) -> None:
    for command in (
        ("connection", "de hurck eindhoven", "--kw", "100"),
        ("series", "de hurck eindhoven", "--out", str(tmp_path / "s.csv")),
        ("export", "de hurck eindhoven", "--out", str(tmp_path / "x.csv")),
        ("factsheet", "de hurck eindhoven", "--format", "html", "--out", str(tmp_path)),
        ("terrain", "de hurck eindhoven"),
    ):
        result = invoke(*command, "--db", real_database)
        assert "Taken: DE HURK, Eindhoven (RIN 190044)" in result.stderr, command
        several = invoke(command[0], "de hork", *command[2:], "--db", real_database)
        assert several.exit_code == 1
        assert "RIN 190044" in several.stderr


def test_a_person_may_choose_and_a_program_is_never_asked(
    real_database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with duckdb.connect(real_database, read_only=True) as opened:

        class Terminal:
            def __init__(self, *, is_terminal: bool) -> None:
                self.stdin = self.stdout = self
                self.isatty = lambda: is_terminal

        monkeypatch.setattr(terrain_choice, "sys", Terminal(is_terminal=True))
        monkeypatch.setattr(click, "prompt", lambda *_, **__: 1)
        assert terrain_choice.choose_terrain(opened, "de hork", "en") == "190044"
        monkeypatch.setattr(terrain_choice, "sys", Terminal(is_terminal=False))
        with pytest.raises(click.ClickException):
            terrain_choice.choose_terrain(opened, "de hork", "en")


def test_the_command_loads_nothing_heavy(real_database: Path) -> None:
    code = (
        "import sys, cli\n"
        "try: cli.main(sys.argv[1:])\n"
        "except SystemExit: pass\n"
        f"print('loaded:', [name for name in {HEAVY!r} if name in sys.modules])"
    )
    for query in ("190044", "de hurck eindhoven"):
        shown = subprocess.run(
            [sys.executable, "-c", code, "--db", str(real_database), "terrain", query],
            capture_output=True,
            text=True,
            check=True,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
        ).stdout
        assert shown.splitlines()[-1] == "loaded: []"


def test_no_colour_where_none_is_wanted(real_database: Path) -> None:
    asked = {"args": ["terrain", "190044", "--db", str(real_database)], "color": True}
    assert "\x1b[" in CliRunner().invoke(main, **asked).output
    assert "\x1b[" not in CliRunner().invoke(main, **asked, env={"NO_COLOR": "1"}).output
    assert "\x1b[" not in invoke("terrain", "190044", "--db", real_database).output
