"""Connections and series of a terrain, as an adviser types them."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import polars as pl
import pytest
from click.testing import CliRunner, Result

from cli import main

HURK = "190044"


def invoke(*words: str | Path) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words], prog_name="laadvraag")


def test_a_connection_shows_every_strategy(real_database: Path) -> None:
    result = invoke("connection", HURK, "--kw", "1500", "--lang", "en", "--db", real_database)
    assert result.exit_code == 0, result.output
    for text in ("unmanaged", "smart charging", "all wait for 21:00", "battery kWh", "1,500 kW"):
        assert text in result.output
    body = json.loads(
        invoke("connection", HURK, "--kw", "1500", "--json", "--db", real_database).stdout
    )
    by_strategy = {row["strategy"]: row for row in body["strategies"]}
    assert by_strategy["smart"]["served_share"] >= by_strategy["unmanaged"]["served_share"]
    assert by_strategy["night_block"]["design_peak_16_21_kw"] == 0
    assert by_strategy["unmanaged"]["unserved_kwh"] > by_strategy["smart"]["unserved_kwh"] >= 0


def test_an_expected_share_of_a_charger_is_called_so(real_database: Path) -> None:
    with duckdb.connect(real_database, read_only=True) as connection:
        count = "van_sessions_per_day + rigid_truck_sessions_per_day + tractor_sessions_per_day"
        [(terrain_id, vans)] = connection.execute(
            f"SELECT terrain_id, sum(van_sessions_per_day) FROM charging_sessions "  # noqa: S608
            "WHERE year = 2025 AND scenario = 'mid' AND location_type IN ('depot', 'shared_hub') "
            f"GROUP BY terrain_id HAVING sum({count}) BETWEEN 0.1 AND 0.9 ORDER BY 1 LIMIT 1"
        ).fetchall()
    assert 0 < vans < 1
    page = invoke("terrain", terrain_id, "--lang", "en", "--db", real_database).output
    assert "Fewer than one charging session a day is expected here (2025" in page
    assert "on most days nobody charges" in " ".join(page.split())
    assert "vans 11 kW" in page
    words = ("connection", terrain_id, "--kw", "50", "--year", "2025", "--db", real_database)
    assert "op de meeste dagen laadt er niemand" in invoke(*words, "--lang", "nl").output
    plenty = invoke("terrain", HURK, "--lang", "en", "--db", real_database).output
    assert "Fewer than one" not in plenty


def test_a_connection_of_nothing_is_one_sentence(real_database: Path) -> None:
    result = invoke("connection", HURK, "--kw", "0", "--db", real_database)
    assert result.exit_code == 1
    assert "must be above zero" in result.output


def test_the_page_of_a_terrain_shows_power_points_and_a_day(real_database: Path) -> None:
    page = invoke("terrain", HURK, "--lang", "en", "--db", real_database).output
    for text in (
        "outside those hours",
        "all wait for 21:00",
        "simultaneity",
        "Mean winter working day in 2030",
        "█",
        "Charge points in 2030",
        "Shared hub",
    ):
        assert text in page
    body = json.loads(invoke("terrain", HURK, "--json", "--db", real_database).stdout)
    assert {len(curve["mean_kw"]) for curve in body["day_curves"]} == {96}
    band = next(
        row
        for row in body["power_bands"]
        if (row["year"], row["scenario"], row["strategy"]) == (2030, "mid", "unmanaged")
    )
    assert band["design_peak_kw_p10"] < band["design_peak_kw_p90"]
    assert {row["power_class_kw"] for row in body["charge_points"]} == {11, 50, 100}


def test_series_as_csv_and_parquet(real_database: Path, tmp_path: Path) -> None:
    path = tmp_path / "new" / "hurk.csv"
    result = invoke("series", HURK, "--out", path, "--db", real_database)
    assert result.exit_code == 0, result.output
    assert result.stdout.strip() == str(path)
    lines = path.read_text(encoding="utf-8").splitlines()
    assert len(lines) == 35_041
    assert lines[1].startswith("2029-12-31T23:00:00+00:00,2030-01-01T00:00:00+01:00,")
    parquet = tmp_path / "hurk.parquet"
    invoke("series", HURK, "--strategy", "smart", "--out", parquet, "--db", real_database)
    frame = pl.read_parquet(parquet)
    assert frame.height == 35_040
    assert frame["on_terrain_kw"].min() >= 0


def test_series_of_the_terrain_holds_the_energy_of_its_page(
    real_database: Path, tmp_path: Path
) -> None:
    path = tmp_path / "hurk.parquet"
    invoke("series", HURK, "--out", path, "--db", real_database)
    page = json.loads(invoke("terrain", HURK, "--json", "--db", real_database).stdout)
    depot = next(
        row["energy_kwh_per_year"]
        for row in page["energy"]
        if (row["year"], row["scenario"], row["location_type"]) == (2030, "mid", "depot")
    )
    assert pl.read_parquet(path)["depot_kw"].sum() / 4 == pytest.approx(depot, rel=1e-6)


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        pytest.param(("--out", "hurk.xlsx"), 2, ".csv or .parquet", id="format"),
        pytest.param(("--year", "2031"), 1, "2025; 2030; 2035", id="year not in the run"),
        pytest.param(("--drawn", "-1"), 2, "--drawn", id="no number"),
    ],
)
def test_what_a_series_can_not_be(
    real_database: Path, words: tuple[str, ...], code: int, said: str
) -> None:
    result = invoke("series", HURK, *words, "--db", real_database)
    assert result.exit_code == code
    assert said in result.output
    assert "Traceback" not in result.output


def test_a_terrain_without_vehicles_has_a_flat_series(real_database: Path, tmp_path: Path) -> None:
    import duckdb

    with duckdb.connect(str(real_database), read_only=True) as connection:
        empty = connection.execute(
            "SELECT terrain_id FROM fleet GROUP BY terrain_id HAVING sum(vehicles) = 0 "
            "AND terrain_id NOT LIKE 'off%' ORDER BY 1 LIMIT 1"
        ).fetchall()[0][0]
    path = tmp_path / "empty.parquet"
    result = invoke("series", empty, "--out", path, "--db", real_database)
    assert result.exit_code == 0, result.output
    assert pl.read_parquet(path)["on_terrain_kw"].max() == 0
    page = invoke("terrain", empty, "--db", real_database)
    assert page.exit_code == 0, page.output
