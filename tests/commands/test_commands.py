"""The commands as their users type them: figures, files, sentences and exit codes."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner, Result

from cli import main
from forecast import attaching
from forecast.assumptions import load

ROOT = Path(__file__).parent.parent.parent
COMMANDS = (
    "run",
    "map",
    "factsheet",
    "terrain",
    "regions",
    "connection",
    "series",
    "assumptions",
    "data status",
    "data vehicles",
    "data zones",
    "data import",
    "data check",
    "data diff",
    "data quarantine",
    "refine add",
    "refine list",
    "refine show",
    "refine undo",
    "refine import",
    "refine export",
    "survey import",
    "survey list",
    "meter import",
    "meter show",
    "serve",
    "diff",
)


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


def test_the_test_against_history_has_help_and_an_example() -> None:
    result = invoke("backtest", "--help")
    assert "Example: laadvraag backtest" in result.output
    assert "needs no database" in " ".join(result.output.split()).lower()


@pytest.mark.parametrize("command", [*COMMANDS, "backtest"])
def test_every_command_stands_in_the_readme(command: str) -> None:
    assert f"laadvraag {command}" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_run_publishes_and_ends_with_the_path_of_the_map(tmp_path: Path) -> None:
    result = invoke("run", "--db", tmp_path / "a.duckdb", "--out", tmp_path / "out")
    assert result.exit_code == 0, result.output
    path = Path(result.stdout.strip().splitlines()[-1])
    assert path == tmp_path / "out" / "plankaart.html"
    assert path.stat().st_size > 100_000
    assert "3,646 terrains in the register, all kept" in result.stderr
    lines = result.stdout.splitlines()
    for year in (2025, 2030, 2035, 2050):
        for scenario in ("low", "mid", "high"):
            # vans and trucks, each with its band: 227 (193-250)
            [line] = [line for line in lines if re.match(rf"{year}\s+{scenario}.*\(", line)]
            for low, middle, high in re.findall(r"([\d.,]+)-()([\d.,]+)", line):
                assert float(low.replace(",", "")) < float(high.replace(",", "")), middle
            assert len(re.findall(r"\([\d.,]+-[\d.,]+\)", line)) == 2
    # Published figures stand beside mid, with the distance to them.
    for text in (
        r"TLN and evofenedex 2021, forecast\s+267 \(mid [-+]\d+%\)\s+16.0 \(mid",
        r"ElaadNL 2022, forecast\s+225 \(mid [-+]\d%\)\s+24.0 \(mid",
        r"ING 2025, forecast\s+24.7 \(mid",
        r"RVO 2025, count\s+42.0 \(mid [-+]\d+%\)\s+1.49 \(mid",
        r"ElaadNL 2022, forecast\s+1,100 \(mid [-+]\d+%\)\s+113 \(mid",
    ):
        assert re.search(text, result.stdout), text
    assert "990,605 vans" in result.stdout
    # Terrains per plan class: parks, the three classes and not known, by NAL region and together.
    assert "Business parks by plan class, 31 December 2030, scenario mid" in result.stdout
    for region in ("G4", "Noord", "Noordwest", "Oost", "Zuid", "Zuidwest", "The Netherlands"):
        [line] = re.findall(rf"^{region}((?: +[\d,]+){{5}})$", result.stdout, re.MULTILINE)
        parks, *classes = (int(cell.replace(",", "")) for cell in line.split())
        assert parks == sum(classes)
    assert "No terrain has an observed count" in result.stdout


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
    result = invoke("terrain", "de hork", "--db", real_database)
    assert_stated(result, 1, "there is no terrain 'de hork'", "DE HURK, Eindhoven")


def test_a_name_of_several_terrains_lists_them(real_database: Path) -> None:
    result = invoke("terrain", "industrieterrein", "--db", real_database)
    assert_stated(result, 1, "fits", "RIN")


@pytest.mark.parametrize(
    ("words", "texts"),
    [
        pytest.param(("terrain", "190044", "--year", "2031"), ("2031", "2030"), id="year"),
        pytest.param(("map", "--municipality", "Zwole"), ("Zwole", "Zwolle"), id="municipality"),
        pytest.param(("assumptions", "enrgy"), ("enrgy", "energy"), id="assumption"),
        pytest.param(("factsheet", "de hork"), ("de hork", "DE HURK"), id="factsheet"),
    ],
)
def test_unknown_names_say_what_is_possible(
    real_database: Path, words: tuple[str, ...], texts: tuple[str, ...]
) -> None:
    assert_stated(invoke("--db", real_database, *words), 1, *texts)


def test_a_scenario_that_is_none_is_wrong_usage(real_database: Path) -> None:
    result = invoke("terrain", "190044", "--scenario", "middle", "--db", real_database)
    assert_stated(result, 2, "middle", "mid")


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


def test_ctrl_c_amid_a_query_is_no_fault_of_the_program(
    real_database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Of its own: one that is read already is not attached again.
    database = tmp_path / "laadvraag.duckdb"
    shutil.copy(real_database, database)

    def interrupted(*_: object) -> None:
        raise RuntimeError("Query interrupted")  # as DuckDB says it

    monkeypatch.setattr(attaching, "_attach", interrupted)
    result = CliRunner().invoke(main, ["terrain", "190044", "--db", str(database)])
    assert result.exit_code == 1
    assert result.output.strip() == "Aborted!"


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
    path.write_text("[fleet.area_exponent]\nvalue = 1\nlow = 2\n", encoding="utf-8")
    result = invoke("run", "--assumptions", path, "--db", tmp_path / "a.duckdb", "--out", tmp_path)
    assert_stated(result, 1, "fleet.area_exponent", "'unit' is missing", "'high' is missing")
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


def test_data_vehicles_tells_what_was_moved(real_database: Path) -> None:
    page = invoke("data", "vehicles", "--db", real_database)
    assert page.exit_code == 0, page.output
    assert re.search(r"Almere\s+Vans\s+31,940", page.output)
    for place in ("Alkmaar", "Almelo", "Alphen aan den Rijn", "Altena"):
        assert re.search(rf"{place}\s+[\d,]+\s+[\d,]+\s+[-+][\d.]+%", page.output), place
    assert "of the variance of the weights" in page.output
    one = invoke("data", "vehicles", "--municipality", "almere", "--db", real_database)
    assert "Houten" not in one.output
    wrong = invoke("data", "vehicles", "--municipality", "Almeree", "--db", real_database)
    assert_stated(wrong, 1, "Almeree", "Almere")
    body = json.loads(invoke("data", "vehicles", "--json", "--db", real_database).stdout)
    assert len(body["municipalities"]) == 342 * 3
    for row in body["municipalities"]:
        if row["moved"] is not None:
            assert row["used"] == pytest.approx(row["raw"] + row["moved"])
    # Main users of Alkmaar on the scale of the stock: 6,049 x 990,605 / 1,065,091.
    [alkmaar] = [
        row
        for row in body["municipalities"]
        if row["municipality_name"] == "Alkmaar" and row["vehicle_class"] == "van"
    ]
    assert alkmaar["main_users"] == pytest.approx(6_049 * 990_605 / 1_065_091)
    assert alkmaar["used_error"] == pytest.approx(alkmaar["used"] / alkmaar["main_users"] - 1)


def test_backtest_gives_table_chart_and_json(tmp_path: Path) -> None:
    chart = tmp_path / "new" / "backtest.svg"
    page = invoke("backtest", "--out", chart)
    assert page.exit_code == 0, page.output
    assert page.stdout.splitlines()[-1] == str(chart)
    assert "of 8" in page.stdout
    assert "Too short to test" in page.stdout
    assert "ElaadNL 2022" in page.stdout
    root = ET.parse(chart).getroot()  # noqa: S314 - written a moment ago
    texts = [node.text for node in root.iter("{http://www.w3.org/2000/svg}text")]
    assert "vans" in texts
    assert "trucks" in texts
    circles = list(root.iter("{http://www.w3.org/2000/svg}circle"))
    assert len(circles) == 11 + 6 + 1  # counts of vans and trucks, and the key
    body = json.loads(invoke("backtest", "--json").stdout)
    assert {row["model"] for row in body["scores"]} == {
        "laadvraag", "last_share", "log_growth", "pooled_logistic",
    }  # fmt: skip
    for row in body["scores"]:
        if row["n"]:
            assert row["wape"] >= abs(row["bias"]) - 1e-12
        assert row["is_too_short"] == (row["n"] < 3)
    dutch = invoke("backtest", "--lang", "nl", "--out", tmp_path / "nl.svg")
    assert "Wat anderen tot en met 2022 publiceerden" in dutch.stdout


def test_backtest_refuses_what_it_can_not_read_or_write(tmp_path: Path) -> None:
    assert_stated(invoke("backtest", "--data", tmp_path / "none"), 1, "does not exist")
    in_the_way = tmp_path / "file"
    in_the_way.write_text("mine", encoding="utf-8")
    result = invoke("backtest", "--out", in_the_way / "a.svg")
    assert_stated(result, 1, "can't write")


@pytest.mark.parametrize(
    ("change", "texts"),
    [
        pytest.param(
            lambda lines: [
                line
                for line in lines
                if "2018-01-01,vans_electric," not in line
                and "2017-01-01,vans_electric," not in line
            ],
            ("vans_electric has a gap of 4.7 years before 2019-09-30",),
            id="gap",
        ),
        pytest.param(
            lambda lines: [*lines, lines[-1]],
            ("two values on one day",),
            id="repeated",
        ),
        pytest.param(
            lambda lines: [
                line.replace("2023-01-01,vans_electric,13622", "2023-01-01,vans_electric,9000")
                for line in lines
            ],
            ("vans_electric falls to 9000 on 2023-01-01",),
            id="falling",
        ),
        pytest.param(
            lambda lines: [
                line.replace("2025-07-01,vans_electric,42000", "2025-07-01,vans_electric,42000000")
                for line in lines
            ],
            ("42000000 on 2025-07-01, more than the fleet",),
            id="share above one",
        ),
        pytest.param(
            lambda lines: [
                line.replace("1494,vehicles,register_n2_n3", "1494,vehicles,in_use_by_firms")
                for line in lines
            ],
            ("trucks_electric mixes definitions", "2025-07-01"),
            id="mixed definitions",
        ),
        pytest.param(
            lambda lines: [line for line in lines if ",trucks_electric," not in line],
            ("series trucks_electric is missing",),
            id="missing",
        ),
    ],
)
def test_a_history_that_can_not_be_read_as_one_course_is_named(
    tmp_path: Path, change: Callable[[list[str]], list[str]], texts: tuple[str, ...]
) -> None:
    data = Path(shutil.copytree(ROOT / "data", tmp_path / "data"))
    path = data / "fleet_history" / "fleet_history.csv"
    path.write_text("\n".join(change(path.read_text("utf-8").splitlines())), encoding="utf-8")
    result = invoke("run", "--data", data, "--db", tmp_path / "a.duckdb", "--out", tmp_path / "out")
    assert_stated(result, 1, *texts)
    assert not (tmp_path / "a.duckdb").exists()


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


def test_data_zones_lists_dates_oddities_and_rules(real_database: Path) -> None:
    shown = invoke("data", "zones", "--db", real_database)
    assert shown.exit_code == 0, shown.output
    assert "30 of them, 0 with an outline" in shown.stdout
    lines = shown.stdout.splitlines()
    moved = next(n for n, line in enumerate(lines) if line.startswith("ZE zone Alphen"))
    assert re.search(r"2027-01-01\s+11.80  circle", lines[moved])
    assert "NDW 2025-07-07, corrected" in lines[moved + 1]
    assert re.search(r"ZE Hoorn\s+not decided", shown.stdout)
    assert "Vans, Euro 5, first registered before 1 January 2025: may enter until" in shown.stdout
    assert "Bestelauto's" in invoke("data", "zones", "--lang", "nl", "--db", real_database).stdout
    body = json.loads(invoke("data", "zones", "--json", "--db", real_database).stdout)
    assert len(body["zones"]) == 30
    assert len(body["access_rules"]) == 13
    assert {"zone_name", "issue_code", "detail"} == set(body["issues"][0])


def test_data_zones_answers_for_one_vehicle(real_database: Path) -> None:
    van = ("data", "zones", "--vehicle", "van", "--registered", "2023-05-01", "--db", real_database)
    assert "Yes, on 31 December 2028" in invoke(*van, "--on", "2028-12-31").stdout
    after = json.loads(invoke(*van, "--on", "2029-01-01", "--json").stdout)
    assert after["is_admitted"] is False
    assert after["rule"]["rule_code"] == "van_euro_6"
    assert_stated(invoke(*van), 2, "belong together")


def test_a_terrain_says_how_much_earlier_zones_make_it_electric(real_database: Path) -> None:
    body = json.loads(invoke("terrain", "190044", "--json", "--db", real_database).stdout)
    [zone] = [row for row in body["zones"] if row["year"] == 2030]
    assert zone["nearest_zone_geometry_quality"] == "circle"
    page = invoke("terrain", "190044", "--year", "2030", "--db", real_database).stdout
    told = " ".join(page.split())
    assert "Electric sales earlier by zones" in told
    for name, figures in zone["by_class"].items():
        low, middle, high = (figures[f"zone_advance_years{end}"] for end in ("_low", "", "_high"))
        assert 0 < low < middle < high, name
        assert f"{middle:.1f} ({low:.1f} to {high:.1f})" in told
