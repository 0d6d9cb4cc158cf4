"""What is in an export, and which licences go with it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from forecast.errors import UnknownNameError
from forecast.export.content import EXPORT_TABLES, Content, read_content
from forecast.export.notices import read_notices
from forecast.run_info import latest_run
from forecast.schema import TABLES
from forecast.selection import select_terrains

ROOT = Path(__file__).resolve().parents[3]


def test_columns_are_those_of_the_schema(zwolle: Content) -> None:
    assert tuple(table.name for table in zwolle.tables) == EXPORT_TABLES
    for table in zwolle.tables:
        assert [column.name for column in table.columns] == table.frame.columns
        assert all(column.meaning for column in table.columns)
        assert len({column.name for column in table.columns}) == len(table.columns)
        dtypes = {"String": "String", "Int64": "Int64", "Float64": "Float64"}
        for column in table.columns:
            found = str(table.frame[column.name].dtype)
            assert found == dtypes.get(column.dtype, found), column.name
        if table.name != "terrains":
            stated = {column.name for column in TABLES[table.name].columns}
            stated -= {"run_id", "edition_id", "outline_wkt"}
            assert stated <= set(table.frame.columns)


def test_only_the_chosen_terrains_go_along(
    zwolle: Content, published: duckdb.DuckDBPyConnection
) -> None:
    tables = {table.name: table.frame for table in zwolle.tables}
    chosen = set(zwolle.selection.terrain_ids)
    assert set(tables["terrains"]["terrain_id"]) == chosen
    assert set(tables["energy"]["terrain_id"]) == chosen
    # 3 classes x 3 years x 3 scenarios x 5 places to charge
    assert tables["energy"].height == len(chosen) * 3 * 3 * 3 * 5
    assert tables["truck_sites"].height < 665
    assert set(tables["site_demand"]["site_id"]) <= set(tables["truck_sites"]["site_id"])
    areas = set(tables["terrain_supply_areas"]["supply_area_id"])
    assert areas == set(tables["supply_areas"]["supply_area_id"])
    [(rows,)] = published.execute("SELECT count(*) FROM terrains").fetchall()
    assert rows > len(chosen)


def test_the_wide_table_repeats_the_long_ones(hurk: Content) -> None:
    tables = {table.name: table.frame for table in hurk.tables}
    [wide] = tables["terrains"].to_dicts()
    for year in hurk.run.years:
        for scenario in hurk.run.scenarios:
            when = {"year": year, "scenario": scenario}
            power = {
                (row["location_type"], row["strategy"]): row["design_peak_kw"]
                for row in tables["power"].to_dicts()
                if {key: row[key] for key in when} == when
            }
            key = f"{year}_{scenario}"
            for strategy in ("unmanaged", "smart", "night_block"):
                peak = power["on_terrain", strategy]
                assert wide[f"{strategy}_design_peak_kw_{key}"] == peak
            depot_kwh = sum(
                row["energy_kwh_per_year"]
                for row in tables["energy"].to_dicts()
                if {key: row[key] for key in when} == when and row["location_type"] == "depot"
            )
            assert wide[f"depot_energy_kwh_per_year_{key}"] == pytest.approx(depot_kwh)
            trucks = sum(
                row["electric_vehicles"]
                for row in tables["electric_vehicles"].to_dicts()
                if {key: row[key] for key in when} == when and row["vehicle_class"] != "van"
            )
            assert wide[f"electric_trucks_{key}"] == pytest.approx(trucks)


def test_a_region_without_terrains_has_headings_only(
    published: duckdb.DuckDBPyConnection,
) -> None:
    content = read_content(published, select_terrains(published, "municipality", "Rozendaal"))
    rows = {table.name: table.frame.height for table in content.tables}
    assert rows.pop("regional_summary") > 0  # its zeros
    assert set(rows.values()) == {0}


def test_a_table_that_is_not_exported_is_told(published: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(UnknownNameError, match="hubs"):
        read_content(published, select_terrains(published), ["refinements"])


def test_the_licences_of_the_sources_go_along(published: duckdb.DuckDBPyConnection) -> None:
    run = latest_run(published)
    with_sites = "\n".join(notice.text for notice in read_notices(run, ["site_demand"]))
    without = "\n".join(notice.text for notice in read_notices(run, ["terrains"]))
    for text in ("GeoNames", "Bron: CBS, Kadaster", "creativecommons.org/licenses/by/4.0", "MIT"):
        assert text in without
    assert "Open Database License" not in without
    assert "© OpenStreetMap contributors" in with_sites
    assert "opendatacommons.org/licenses/odbl" in with_sites
    assert "Share-alike" in with_sites


def test_attributions_are_those_of_the_page_on_licences(
    published: duckdb.DuckDBPyConnection,
) -> None:
    run = latest_run(published)
    page = (ROOT / "DATA-LICENSES.md").read_text(encoding="utf-8")
    for notice in read_notices(run, ["truck_sites"]):
        assert notice.topic in page
    for asked in ("© OpenStreetMap contributors", "Bron: CBS, Kadaster", "Bron: CBS"):
        assert asked in page
        assert any(notice.attribution == asked for notice in read_notices(run, ["truck_sites"]))


def test_the_order_of_rows_changes_no_digit(
    country: Content, published: duckdb.DuckDBPyConnection
) -> None:
    turned = replace(country.selection, terrain_ids=country.selection.terrain_ids[::-1])
    [again] = read_content(published, turned, ["terrains"]).tables
    assert again.frame.equals(country.tables[0].frame)
