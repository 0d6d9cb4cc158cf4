"""A forecast of others beside ours: expected figures come from the file by hand, and from scipy."""

from __future__ import annotations

import csv
import json
import math
import shutil
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

import duckdb
import pytest
from click.testing import CliRunner, Result
from scipy.stats import kendalltau, spearmanr

from cli import main
from forecast.rank_correlation import kendall, spearman
from tests.hostile import HOSTILE

FACTORS = (1.0, 3.0, 0.5, 2.0, 1.1, 0.2, 1.0, 6.0, 0.9, 1.4)
"""Theirs over ours in 2030, of the first ten terrains of Lochem."""
OURS = """
SELECT terrain_id, terrain_name, depot_energy_kwh_per_year + shared_hub_energy_kwh_per_year
FROM terrain_figures JOIN terrains USING (terrain_id)
WHERE municipality_code = 'GM0262' AND year = 2030 AND scenario = 'mid'
    AND depot_energy_kwh_per_year > 0 ORDER BY terrain_id
"""


def invoke(database: Path, *words: str | Path) -> Result:
    return CliRunner().invoke(main, ["--db", str(database), *map(str, words)])


def compare(database: Path, *words: str | Path) -> dict[str, Any]:
    result = invoke(database, "compare", "--json", *words)
    assert result.exit_code == 0, result.output
    facts: dict[str, Any] = json.loads(result.stdout)
    return facts


@pytest.fixture(scope="module")
def database(real_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("compare") / "laadvraag.duckdb"
    shutil.copy(real_database, path)
    return path


@pytest.fixture(scope="module")
def ours(database: Path) -> list[tuple[str, str, float]]:
    with duckdb.connect(database, read_only=True) as connection:
        return connection.execute(OURS).fetchall()


@pytest.fixture(scope="module")
def loaded(database: Path, ours: list[tuple[str, str, float]]) -> Path:
    """Load a forecast of ten terrains of Lochem: energy in MWh, an unexplained power, e-trucks."""
    lines = ["RIN;Naam;Laadvraag 2030 [MWh];Laadvraag 2040 [MWh];Vermogen 2030 [kW];E-trucks 2030"]
    for factor, (rin, name, kwh) in zip(FACTORS, ours, strict=False):
        mwh = f"{factor * kwh / 1000:.6f}".replace(".", ",")
        lines.append(f"{rin};{name};{mwh};{mwh};100,0;0")
    lines.append("777777;Nergens;1,0;1,0;1,0;1")
    path = database.parent / "outlook_lochem.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    result = invoke(database, "data", "import", "forecast", path, "--date", "2025-01-23")
    assert result.exit_code == 0, result.output
    assert "`laadvraag compare` sets it beside ours" in result.output
    return database


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        yield opened


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ([1, 2, 3, 4, 5], [2, 1, 4, 3, 5]),
        ([1, 2, 2, 3, 7, 7], [1, 3, 2, 2, 9, 8]),
        ([0.0, 0.0, 1.5, 2.5], [4.0, 4.0, 3.0, 3.0]),
    ],
)
def test_rank_correlations_are_those_of_scipy(
    first: list[float], second: list[float], connection: duckdb.DuckDBPyConnection
) -> None:
    assert spearman(connection, first, second) == pytest.approx(spearmanr(first, second).statistic)
    assert kendall(first, second) == pytest.approx(kendalltau(first, second).statistic)


def test_rank_correlations_by_hand(connection: duckdb.DuckDBPyConnection) -> None:
    """Of 1-5 against 2, 1, 4, 3, 5: two of ten pairs disagree; sum of squared differences is 4."""
    first, second = [1.0, 2.0, 3.0, 4.0, 5.0], [2.0, 1.0, 4.0, 3.0, 5.0]
    assert kendall(first, second) == pytest.approx((8 - 2) / 10)
    assert spearman(connection, first, second) == pytest.approx(1 - 6 * 4 / (5 * 24))
    for alike in ([], [1.0], [2.0, 2.0]):
        assert kendall(alike, alike) is None
        assert spearman(connection, alike, alike) is None


def test_totals_correlations_and_factor_are_those_of_the_file(
    loaded: Path, ours: list[tuple[str, str, float]]
) -> None:
    facts = compare(loaded, "--municipality", "Lochem")
    energy = next(each for each in facts["summaries"] if each["quantity"] == "energy_kwh_per_year")
    mine = [kwh for _, _, kwh in ours[: len(FACTORS)]]
    theirs = [factor * kwh for factor, kwh in zip(FACTORS, mine, strict=True)]
    assert (energy["both"], energy["only_theirs"]) == (10, 0)
    assert energy["ours"] == pytest.approx(sum(mine))
    assert energy["theirs"] == pytest.approx(sum(theirs), rel=1e-6)
    assert energy["ratio"] == pytest.approx(sum(theirs) / sum(mine), rel=1e-6)
    assert energy["spearman"] == pytest.approx(spearmanr(theirs, mine).statistic)
    assert energy["kendall"] == pytest.approx(kendalltau(theirs, mine).statistic)
    middle = math.exp(median(abs(math.log(factor)) for factor in FACTORS))
    assert energy["middle_factor"] == pytest.approx(middle, rel=1e-6)
    assert facts["other_years"] == [2040]
    assert {each["year"] for each in facts["summaries"]} == {2030}


def test_terrains_have_both_figures_our_band_and_where_theirs_lies(
    loaded: Path, ours: list[tuple[str, str, float]]
) -> None:
    facts = compare(loaded, "--municipality", "Lochem")
    rows = {row["terrain_id"]: row for row in facts["terrains"]}
    for factor, (rin, _, kwh) in zip(FACTORS, ours, strict=False):
        row = rows[rin]
        assert row["theirs"] == pytest.approx(factor * kwh, rel=1e-6)
        assert row["ours"] == pytest.approx(kwh)
        assert row["ours_p10"] < row["ours"] < row["ours_p90"]
        assert row["ratio"] == pytest.approx(factor, rel=1e-5)
        inside = row["ours_p10"] <= row["theirs"] <= row["ours_p90"]
        assert (row["position"] == "inside") == inside
    positions = [rows[rin]["position"] for rin, _, _ in ours[: len(FACTORS)]]
    assert (positions[0], positions[5], positions[7]) == ("inside", "below", "above")
    absent = [row for row in rows.values() if row["theirs"] is None]
    assert len(absent) == len(rows) - 10
    assert {row["found_in"] for row in absent} == {"ours"}


def test_our_band_of_a_terrain_is_that_of_its_page(
    loaded: Path, ours: list[tuple[str, str, float]]
) -> None:
    from forecast.query import terrain_report
    from forecast.store import open_published

    rin = ours[0][0]
    with open_published(loaded) as connection:
        report = terrain_report(connection, rin)
    rows = {row["terrain_id"]: row for row in compare(loaded)["terrains"]}
    band = report.on_terrain_energy_band(2030, "mid")
    assert (rows[rin]["ours_p10"], rows[rin]["ours_p90"]) == pytest.approx(band)
    power = compare(loaded, "--quantity", "power_kw", "--municipality", "Lochem")
    row = next(row for row in power["terrains"] if row["terrain_id"] == rin)
    assert row["ours"] == pytest.approx(
        report.on_terrain_power(2030, "mid", "unmanaged").design_peak_kw
    )
    assert (row["ours_p10"], row["ours_p90"]) == pytest.approx(
        report.power_band[2030, "mid", "unmanaged"]
    )


def test_an_unexplained_power_stands_beside_the_one_that_is_asked(loaded: Path) -> None:
    asked = ("--quantity", "power_kw", "--municipality", "Lochem")
    peak = compare(loaded, *asked)
    installed = compare(loaded, *asked, "--power", "installed")
    assert (peak["power"], installed["power"]) == ("unmanaged_peak_kw", "installed_kw")
    by_peak, by_installed = (
        {row["terrain_id"]: row for row in facts["terrains"]} for facts in (peak, installed)
    )
    rin = next(rin for rin, row in by_peak.items() if row["theirs"] is not None)
    with duckdb.connect(loaded, read_only=True) as connection:
        [(points_kw,)] = connection.execute(
            "SELECT sum(installed_kw) FROM charge_points WHERE place_id = ? AND year = 2030 "
            "AND scenario = 'mid' AND location_type IN ('depot', 'shared_hub')",
            [rin],
        ).fetchall()
    assert by_installed[rin]["ours"] == pytest.approx(points_kw)
    assert by_installed[rin]["ours_p10"] is None
    page = invoke(loaded, "compare", "--municipality", "Lochem", "--lang", "en")
    assert "does not say what this power is" in page.output


@pytest.mark.parametrize(
    ("language", "texts"),
    [
        ("nl", ("naast de onze: gemeente Lochem", "hun kolom 'Laadvraag 2030 [MWh]'",
                "van 23 januari 2025", "apart zijn gezet", "Hun jaren 2040 staan niet in de run",
                "boven", "onder", "grootste verhouding eerst (5 van 8)")),
        ("en", ("beside ours: municipality", "their column 'Laadvraag 2030 [MWh]'",
                "of 23 January 2025", "are set apart", "Their years 2040 are not in the run",
                "above", "below", "largest ratio first (5 of 8)")),
    ],
)  # fmt: skip
def test_the_page_tells_it_in_words(language: str, texts: tuple[str, ...], loaded: Path) -> None:
    result = invoke(loaded, "compare", "--municipality", "Lochem", "--top", "5", "--lang", language)
    assert result.exit_code == 0
    for text in texts:
        assert text in result.output, text


def test_the_ratio_ranking_puts_a_small_terrain_of_a_large_ratio_first(
    loaded: Path, ours: list[tuple[str, str, float]]
) -> None:
    page = invoke(loaded, "compare", "--municipality", "Lochem", "--lang", "en").output
    ranking = page.partition("largest ratio first")[2].splitlines()[2:4]
    # Six times as much before a fifth of it: |ln 6| > |ln 0.2|.
    assert f"({ours[7][0]})" in ranking[0]
    assert f"({ours[5][0]})" in ranking[1]


def test_every_figure_comes_out_as_csv(loaded: Path, tmp_path: Path) -> None:
    path = tmp_path / "compared.csv"
    result = invoke(loaded, "compare", "--municipality", "Lochem", "--csv", path)
    assert result.exit_code == 0
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["quantity"] for row in rows} == {
        "energy_kwh_per_year",
        "power_kw",
        "electric_trucks",
    }
    assert {row["unit"] for row in rows} == {"kWh/year", "kW", "vehicles"}
    told = [row for row in rows if row["found_in"] == "both"]
    assert len(told) == 30
    assert told[0]["forecast_edition_id"]
    assert told[0]["said_as"] == "Laadvraag 2030 [MWh]"


def test_only_the_country_shows_terrains_that_the_run_lacks(
    loaded: Path, tmp_path: Path, ours: list[tuple[str, str, float]]
) -> None:
    path = tmp_path / "other.duckdb"
    shutil.copy(loaded, path)
    gone = ours[3][0]
    with duckdb.connect(path) as connection:
        connection.execute("DELETE FROM plan_class WHERE terrain_id = ?", [gone])
        connection.execute("DELETE FROM terrains WHERE terrain_id = ?", [gone])
    nation = compare(path)["summaries"][0]
    assert (nation["both"], nation["only_theirs"]) == (9, 1)
    assert compare(path, "--municipality", "Lochem")["summaries"][0]["only_theirs"] == 0


def test_an_import_changes_neither_run_nor_what_the_next_one_reads(loaded: Path) -> None:
    from forecast.editions import read_in_use, stored_editions

    assert [each.source_name for each in stored_editions(loaded)] == ["forecast"]
    assert read_in_use(loaded) == []
    status = invoke(loaded, "data", "status").output
    assert "(to compare with, the last)" in status
    assert "from the next run on" not in status


def test_another_edition_is_another_forecast(
    loaded: Path, tmp_path: Path, ours: list[tuple[str, str, float]]
) -> None:
    path = tmp_path / "two.duckdb"
    shutil.copy(loaded, path)
    first = compare(path)["edition"]["edition_id"]
    rows = "\n".join(f"{rin};laag;1;2030\n{rin};hoog;2;2030" for rin, _, _ in ours[:6])
    file = tmp_path / "scenarios.csv"
    file.write_text(f"RIN;scenario;e-trucks;jaar\n{rows}", encoding="utf-8")
    assert invoke(path, "data", "import", "forecast", file).exit_code == 0
    refused = invoke(path, "compare")
    assert refused.exit_code == 1
    assert "low" in refused.output
    facts = compare(path, "--their-scenario", "high")
    assert facts["their_scenario"] == "high"
    assert [each["quantity"] for each in facts["summaries"]] == ["electric_trucks"]
    assert facts["summaries"][0]["theirs"] == 12.0
    assert compare(path, "--scenario", "low")["their_scenario"] == "low"
    # The first one is still there, and was not laid over.
    assert compare(path, "--edition", first)["summaries"][0]["both"] == 10
    assert invoke(path, "data", "diff", "forecast").exit_code == 0


def test_a_unit_that_must_be_wrong_is_doubted(
    loaded: Path, tmp_path: Path, ours: list[tuple[str, str, float]]
) -> None:
    path = tmp_path / "slip.duckdb"
    shutil.copy(loaded, path)
    rows = "\n".join(f"{rin};{kwh:.3f}1" for rin, _, kwh in ours[:8])
    file = tmp_path / "slip.csv"
    file.write_text(f"RIN;Laadvraag 2030 [MWh]\n{rows}".replace(".", ","), encoding="utf-8")
    assert invoke(path, "data", "import", "forecast", file).exit_code == 0
    assert "more than a factor 300" in invoke(path, "compare", "--lang", "en").output
    assert "factor 300" not in invoke(loaded, "compare", "--lang", "en").output


def test_what_is_not_there_is_said_in_one_sentence(
    loaded: Path, real_database: Path, tmp_path: Path
) -> None:
    empty = tmp_path / "empty.duckdb"
    shutil.copy(real_database, empty)
    for database, words, sentence in (
        (empty, (), "no forecast of others was imported"),
        (loaded, ("--year", "2041"), "2030"),
        (loaded, ("--quantity", "smart_peak_kw"), "energy_kwh_per_year"),
        (loaded, ("--edition", "zzz"), "outlook_lochem.csv"),
        (loaded, ("--their-scenario", "low"), "none"),
        (loaded, ("--municipality", "Lochen"), "Lochem"),
    ):
        result = invoke(database, "compare", *words)
        assert result.exit_code == 1, words
        assert sentence in result.output, result.output
        assert "Traceback" not in result.output
    assert invoke(loaded, "compare", "--map", "map.pdf").exit_code == 2


def test_a_forecast_of_other_years_only_says_which(
    loaded: Path, tmp_path: Path, ours: list[tuple[str, str, float]]
) -> None:
    path = tmp_path / "later.duckdb"
    shutil.copy(loaded, path)
    file = tmp_path / "later.csv"
    file.write_text(f"RIN;e-trucks 2045\n{ours[0][0]};1", encoding="utf-8")
    assert invoke(path, "data", "import", "forecast", file).exit_code == 0
    result = invoke(path, "compare")
    assert result.exit_code == 1
    assert "later.csv is about 2045 and the last run about 2025, 2030, 2035" in result.output


def test_a_region_that_their_file_does_not_touch_is_compared_all_the_same(loaded: Path) -> None:
    facts = compare(loaded, "--municipality", "Eindhoven")
    assert facts["summaries"][0]["both"] == 0
    assert facts["summaries"][0]["spearman"] is None
    page = invoke(loaded, "compare", "--municipality", "Eindhoven", "--lang", "en")
    assert page.exit_code == 0
    assert "No terrain is in both" in page.output


def test_hostile_names_stay_text_on_the_terminal(loaded: Path, tmp_path: Path) -> None:
    path = tmp_path / "hostile.duckdb"
    shutil.copy(loaded, path)
    with duckdb.connect(path) as connection:
        rows = connection.execute(OURS).fetchall()
        for (rin, *_), name in zip(rows, HOSTILE.values(), strict=False):
            connection.execute(
                "UPDATE terrains SET terrain_name = ? WHERE terrain_id = ?", [name, rin]
            )
    result = invoke(path, "compare", "--municipality", "Lochem")
    assert result.exit_code == 0
    assert "\x1b[" not in result.output
