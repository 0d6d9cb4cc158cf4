"""The commands as their users type them: figures, files, sentences and exit codes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cli import main
from forecast.assumptions import load

ROOT = Path(__file__).parent.parent.parent
COMMANDS = ("run", "map", "factsheet", "terrain", "assumptions", "data status")


def invoke(*words: str | Path) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words], prog_name="laadvraag")


def assert_stated(result: Result, code: int, *texts: str) -> None:
    """See that a command failed with one sentence that holds the texts, and no traceback."""
    assert result.exit_code == code, result.output
    assert "Traceback" not in result.output
    for text in texts:
        assert text in result.output


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_an_example_and_db(command: str) -> None:
    result = invoke(*command.split(), "--help")
    assert result.exit_code == 0
    assert f"Example: laadvraag {command}" in result.output
    assert "--db" in result.output


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_stands_in_the_readme(command: str) -> None:
    assert f"laadvraag {command}" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_run_publishes_and_ends_with_the_path_of_the_map(tmp_path: Path) -> None:
    result = invoke("run", "--db", tmp_path / "a.duckdb", "--out", tmp_path / "out")
    assert result.exit_code == 0, result.output
    path = Path(result.stdout.strip().splitlines()[-1])
    assert path == tmp_path / "out" / "plankaart.html"
    assert path.stat().st_size > 100_000
    assert "3,646 terrains in the register, all kept" in result.stderr
    # The summary holds the anchors themselves: 225,000 vans and 24,000 trucks in 2030, mid.
    [line] = [line.split() for line in result.stdout.splitlines() if line.startswith("2030  mid")]
    assert line[2:4] == ["225,000", "24,000"]
    assert "none published" in result.stdout


def test_db_works_before_and_after_the_command(real_database: Path) -> None:
    before = invoke("--db", real_database, "terrain", "190044")
    after = invoke("terrain", "190044", "--db", real_database)
    assert before.exit_code == after.exit_code == 0
    assert before.output == after.output
    nested = invoke("--db", real_database, "data", "status")
    assert nested.exit_code == 0


def test_db_comes_from_the_environment(
    real_database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LAADVRAAG_DB", str(real_database))
    assert invoke("terrain", "190044").exit_code == 0


def test_terrain_json_holds_energy_that_adds_up(real_database: Path) -> None:
    result = invoke("terrain", "190044", "--json", "--db", real_database)
    body = json.loads(result.stdout)
    assert body["terrain"]["municipality_name"] == "Eindhoven"
    assert {row["location_type"] for row in body["energy"]} == {
        "depot",
        "shared_hub",
        "service_area",
        "truck_parking",
        "elsewhere",
    }
    assert len(body["energy"]) == 3 * 3 * 5
    probability = sum(area["match_probability"] for area in body["supply_areas"])
    assert probability == pytest.approx(1.0)


def test_a_misspelt_terrain_gets_the_nearest_names(real_database: Path) -> None:
    result = invoke("terrain", "de hork eindhoven", "--db", real_database)
    assert_stated(result, 1, "there is no terrain 'de hork eindhoven'", "DE HURK, Eindhoven")


def test_a_name_of_several_terrains_lists_them(real_database: Path) -> None:
    result = invoke("terrain", "industrieterrein", "--db", real_database)
    assert_stated(result, 1, "fits", "RIN")


@pytest.mark.parametrize(
    ("words", "texts"),
    [
        pytest.param(("terrain", "190044", "--year", "2031"), ("2031", "2030"), id="year"),
        pytest.param(
            ("terrain", "190044", "--scenario", "middle"), ("middle", "mid"), id="scenario"
        ),
        pytest.param(("map", "--municipality", "Zwole"), ("Zwole", "Zwolle"), id="municipality"),
        pytest.param(("assumptions", "enrgy"), ("enrgy", "energy"), id="assumption"),
        pytest.param(("factsheet", "de hork"), ("de hork", "DE HURK"), id="factsheet"),
    ],
)
def test_unknown_names_say_what_is_possible(
    real_database: Path, words: tuple[str, ...], texts: tuple[str, ...]
) -> None:
    assert_stated(invoke("--db", real_database, *words), 1, *texts)


def test_years_outside_the_forecast_are_refused(tmp_path: Path) -> None:
    result = invoke("run", "--years", "2024,2030", "--db", tmp_path / "a.duckdb", "--out", tmp_path)
    assert_stated(result, 1, "2024", "2025 to 2050")
    assert not (tmp_path / "a.duckdb").exists()


def test_years_that_are_no_years_are_wrong_usage(tmp_path: Path) -> None:
    result = invoke("run", "--years", "soon", "--db", tmp_path / "a.duckdb")
    assert_stated(result, 2, "'soon' is not a list of years")


@pytest.mark.parametrize("command", ["terrain x", "factsheet x", "map", "data status"])
def test_a_missing_database_says_how_to_make_it(tmp_path: Path, command: str) -> None:
    missing = tmp_path / "none.duckdb"
    result = invoke(*command.split(), "--db", missing)
    assert_stated(result, 1, f"there is no database {missing}", "laadvraag run")
    assert not missing.exists()


def test_a_corrupt_database_is_left_alone(tmp_path: Path) -> None:
    corrupt = tmp_path / "corrupt.duckdb"
    corrupt.write_bytes(b"not a database" * 1000)
    for words in (("terrain", "190044"), ("run", "--out", str(tmp_path / "out"))):
        result = invoke(*words, "--db", corrupt)
        assert_stated(result, 1, "is not a DuckDB database", "move it away")
    assert corrupt.read_bytes() == b"not a database" * 1000


def test_a_corrupt_register_keeps_the_previous_run(real_database: Path, tmp_path: Path) -> None:
    database = tmp_path / "copy.duckdb"
    database.write_bytes(real_database.read_bytes())
    data = tmp_path / "data"
    for source in (ROOT / "data").rglob("*.csv"):
        target = data / source.relative_to(ROOT / "data")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(source.read_bytes())
    register = data / "bedrijventerreinen" / "terreinen.csv"
    lines = register.read_text(encoding="utf-8").splitlines()
    cells = lines[1].split(",")
    cells[5] = "veel"
    lines[1] = ",".join(cells)
    register.write_text("\n".join(lines), encoding="utf-8")
    before = invoke("terrain", "190044", "--db", database).output
    result = invoke("run", "--data", data, "--db", database, "--out", tmp_path / "out")
    assert_stated(result, 1, "terreinen.csv", "line 2", "'veel'", "net_ha")
    register.unlink()
    result = invoke("run", "--data", data, "--db", database, "--out", tmp_path / "out")
    assert_stated(result, 1, "terreinen.csv", "missing")
    assert invoke("terrain", "190044", "--db", database).output == before


def test_broken_assumptions_are_told_at_once(tmp_path: Path) -> None:
    path = tmp_path / "assumptions.toml"
    path.write_text("[fleet.stock.van]\nvalue = 1\nlow = 2\n", encoding="utf-8")
    result = invoke("run", "--assumptions", path, "--db", tmp_path / "a.duckdb", "--out", tmp_path)
    assert_stated(result, 1, "fleet.stock.van", "'unit' is missing", "'high' is missing")
    path.write_text("[fleet", encoding="utf-8")
    assert_stated(invoke("assumptions", "--assumptions", path), 1, "not valid TOML")
    assert not (tmp_path / "a.duckdb").exists()


def test_an_unwritable_output_is_told_before_the_work(tmp_path: Path) -> None:
    in_the_way = tmp_path / "output"
    in_the_way.write_text("mine", encoding="utf-8")
    result = invoke("run", "--db", tmp_path / "a.duckdb", "--out", in_the_way)
    assert_stated(result, 1, f"can't write {in_the_way}")
    assert not (tmp_path / "a.duckdb").exists()


def test_assumptions_follow_the_scenario() -> None:
    key = "adoption.electric_stock_2030.van"
    bounds = load().by_key[key]
    for scenario, value in (("low", bounds.low), ("mid", bounds.value), ("high", bounds.high)):
        body = json.loads(invoke("assumptions", key, "--scenario", scenario, "--json").stdout)
        assert body[key]["value"] == value
        assert body[key]["source"]["url"].startswith("https://")


def test_data_status_counts_the_register(real_database: Path) -> None:
    body = json.loads(invoke("data", "status", "--json", "--db", real_database).stdout)
    assert body["terrains"] == body["tables"]["terrains"] == 3646
    assert body["register_issues"]["zero_net_area"] == 14
    assert {package["licence"] for package in body["packages"]} >= {"CC0-1.0", "CC-BY-4.0"}


def test_asking_for_a_terrain_imports_nothing_heavy(real_database: Path) -> None:
    code = (
        "import sys; from cli import main\n"
        "try: main(sys.argv[1:])\n"
        "except SystemExit: pass\n"
        "heavy = {'polars', 'geopandas', 'sklearn', 'statsmodels', 'folium', 'pandas', 'numpy'}\n"
        "print('HEAVY', sorted(heavy & sys.modules.keys()))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "terrain", "190044", "--db", str(real_database)],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    assert done.stdout.splitlines()[-1] == "HEAVY []"
