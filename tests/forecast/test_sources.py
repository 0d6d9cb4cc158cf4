"""Readers refuse what they don't understand in one sentence, and lose no row."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from forecast.errors import DataSourceError
from forecast.sources.embedded import DEFAULT_FOLDER, SourceData, read_sources

REGISTER = "bedrijventerreinen/terreinen.csv"
POSTCODES = "postcodes/pc4_points.csv"


@pytest.fixture
def data_folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(DEFAULT_FOLDER, tmp_path / "data"))


def edit(path: Path, change: Callable[[list[str]], list[str]]) -> None:
    path.write_text("\n".join(change(path.read_text("utf-8").splitlines())), encoding="utf-8")


def set_cell(line: str, index: int, value: str) -> str:
    cells = line.split(",")
    cells[index] = value
    return ",".join(cells)


def test_every_row_of_the_register_is_kept_and_odd_ones_are_told(sources: SourceData) -> None:
    raw = pl.read_csv(DEFAULT_FOLDER / REGISTER, infer_schema=False)
    assert sources["terrains"].height == raw.height == 3646
    counts = dict(sources["register_issues"].group_by("issue_code").len().iter_rows())
    net = raw["net_ha"].cast(pl.Float64)
    assert counts["zero_net_area"] == (net == 0).sum() == 14
    assert counts["issuable_above_net"] == (raw["issuable_ha"].cast(pl.Float64) > net).sum() == 5
    assert counts["net_above_gross"] == (net > raw["gross_ha"].cast(pl.Float64)).sum() == 4
    unknown = raw["ibis_type"].is_null() | raw["ibis_type"].is_in(["X", "ONBEKEND"])
    assert counts["unknown_type"] == unknown.sum()


def test_the_same_data_is_the_same_edition(sources: SourceData, data_folder: Path) -> None:
    assert read_sources(data_folder).edition_id == sources.edition_id
    edit(data_folder / REGISTER, lambda lines: [*lines[:-1]])
    assert read_sources(data_folder).edition_id != sources.edition_id


@pytest.mark.parametrize(
    ("file", "change", "texts"),
    [
        pytest.param(
            REGISTER,
            lambda lines: [lines[0], set_cell(lines[1], 5, "veel"), *lines[2:]],
            ("net_ha", "line 2", "'veel'"),
            id="letters for a number",
        ),
        pytest.param(
            REGISTER,
            lambda lines: [lines[0].replace("net_ha", "netto"), *lines[1:]],
            ("column net_ha is missing", "netto"),
            id="renamed column",
        ),
        pytest.param(
            REGISTER, lambda lines: [*lines, lines[1]], ("RIN 105003", "more than once"), id="twice"
        ),
        pytest.param(
            POSTCODES,
            lambda lines: [*lines, lines[1]],
            ("postcode 1026", "more than once"),
            id="postcode twice",
        ),
        pytest.param(
            POSTCODES,
            lambda lines: [lines[0], set_cell(lines[1], 0, "0126"), *lines[2:]],
            ("postcode4", "line 2", "'0126'"),
            id="no postcode",
        ),
        pytest.param(
            REGISTER,
            lambda lines: [lines[0], set_cell(lines[1], 2, "GM0000"), *lines[2:]],
            ("GM0000", "105003"),
            id="unknown municipality",
        ),
        pytest.param(
            REGISTER,
            lambda lines: [lines[0], set_cell(lines[1], 5, "nan"), *lines[2:]],
            ("net_ha should be a finite number", "line 2"),
            id="not a number",
        ),
        pytest.param(
            REGISTER,
            lambda lines: [*lines[:3], set_cell(lines[3], 4, "-4"), *lines[4:]],
            ("gross_ha should lie from 0", "line 4 has '-4'"),
            id="negative area",
        ),
        pytest.param(
            REGISTER,
            lambda lines: [lines[0], set_cell(lines[1], 9, "52.1"), *lines[2:]],
            ("y_rd should lie from 250,000", "'52.1'"),
            id="degrees for metres",
        ),
        pytest.param(
            "vans_main_user/vans_by_province_2022.csv",
            lambda lines: [*lines[:-1], "Atlantis,5,x"],
            ("1 provinces are missing (such as Limburg)", "not known (such as Atlantis)"),
            id="another province",
        ),
        pytest.param(
            "vehicles_registered/vehicles_registered_2023.csv",
            lambda lines: lines[:-2],
            ("2 municipalities are missing",),
            id="half a table",
        ),
        pytest.param(
            "supply_areas/supply_areas.csv",
            lambda lines: [lines[0], set_cell(lines[1], 8, "soon"), *lines[2:]],
            ("demand_alleviation_year should look like", "'soon'"),
            id="no year",
        ),
        pytest.param(REGISTER, lambda lines: lines[:1], ("no rows",), id="only a header"),
        pytest.param(REGISTER, lambda _: [], ("not a readable CSV",), id="empty"),
        pytest.param(
            REGISTER,
            lambda lines: [lines[0], set_cell(lines[1], 0, ""), *lines[2:]],
            ("rin", "empty"),
            id="no RIN",
        ),
        pytest.param(
            "ze_zones/ze_zone_corrections.csv",
            lambda lines: [lines[0], set_cell(lines[1], 1, "Atlantis"), *lines[2:]],
            ("no municipality Atlantis",),
            id="correction of nowhere",
        ),
        pytest.param(
            "ze_zones/ze_zones.csv",
            lambda lines: [lines[0], set_cell(lines[1], 3, "binnenkort"), *lines[2:]],
            ("start_date", "'binnenkort'"),
            id="no date",
        ),
    ],
)
def test_a_bad_file_is_refused_with_what_is_wrong(
    data_folder: Path, file: str, change: Callable[[list[str]], list[str]], texts: tuple[str, ...]
) -> None:
    edit(data_folder / file, change)
    with pytest.raises(DataSourceError) as caught:
        read_sources(data_folder)
    assert Path(file).name in str(caught.value)
    for text in texts:
        assert text in str(caught.value)


def test_bytes_that_are_no_text_are_refused(data_folder: Path) -> None:
    (data_folder / REGISTER).write_bytes(bytes(range(256)) * 50)
    with pytest.raises(DataSourceError, match=r"terreinen\.csv"):
        read_sources(data_folder)


def test_a_missing_folder_and_a_missing_file_are_named(tmp_path: Path, data_folder: Path) -> None:
    with pytest.raises(DataSourceError, match="does not exist"):
        read_sources(tmp_path / "nowhere")
    (data_folder / "places" / "places.csv").unlink()
    with pytest.raises(DataSourceError, match=r"places\.csv: the file is missing"):
        read_sources(data_folder)


def test_points_of_postcodes_are_kept_but_for_slips(sources: SourceData) -> None:
    """Against the points as they are: an address typed with the postcode of another region."""
    raw = pl.read_csv(DEFAULT_FOLDER / POSTCODES, schema_overrides={"postcode4": pl.String})
    kept = sources["postcode_points"]
    rows = {row["postcode4"]: row for row in raw.iter_rows(named=True)}
    for row in kept.iter_rows(named=True):
        there = rows[row["postcode4"]]
        assert (row["x_rd_m"], row["y_rd_m"]) == (there["x_rd"], there["y_rd"])
        assert (row["addresses"], row["municipality_code"]) == (
            there["n_addresses"],
            there["gemeente_code"],
        )
    slips = rows.keys() - set(kept["postcode4"])
    assert len(slips) == 22
    assert all(rows[postcode]["n_addresses"] <= 3 for postcode in slips)
    # 1234 is no place in the Hoeksche Waard, nor 6251 (Eckelrade) one in Vught.
    assert {"1234", "6251"} <= slips
    # Far from the middle of their region, and right: Texel, Zierikzee, Eemshaven, Vlieland.
    assert {"1795", "4301", "9979", "8899"} <= set(kept["postcode4"])


def test_years_of_relief_keep_what_is_not_known(sources: SourceData) -> None:
    raw = pl.read_csv(DEFAULT_FOLDER / "supply_areas/supply_areas.csv", infer_schema=False)
    areas = sources["supply_areas"]
    assert areas["demand_alleviation_year"].max() < 2099  # type: ignore[operator]
    said = raw.select("supply_area_id", said="demand_alleviation_year").join(
        areas, on="supply_area_id"
    )
    told = said.group_by("said", "status", "demand_alleviation").len()
    # "2099" is not known; "-" is nothing to solve where there is room, else not known.
    assert set(told.filter(pl.col("said") == "2099")["demand_alleviation"]) == {"not_known"}
    dashes = told.filter(pl.col("said") == "-").select("status", "demand_alleviation").rows()
    assert set(dashes) <= {
        ("room", "nothing_to_solve"),
        ("queue", "not_known"),
        ("shortage", "not_known"),
        ("not_known", "not_known"),
    }
    assert (
        areas.filter(pl.col("demand_alleviation") == "year")["demand_alleviation_year"].null_count()
        == 0
    )
    # Another grid with its own code: 3 is short whether the regional one has room or not.
    short = areas.filter(pl.col("tso_status_code") == 3)
    assert set(short["tso_status"]) == {"shortage"}
    assert {"room", "shortage"} <= set(short["status"])
    missing = raw["demand_available_mw"].is_null() | raw["demand_required_mw"].is_null()
    assert (areas["status"] == "not_known").sum() == missing.sum()


def test_corrections_lie_over_the_feed(sources: SourceData) -> None:
    zones = {row["zone_name"]: row for row in sources["ze_zones"].iter_rows(named=True)}
    assert len(zones) == 27 + 3  # three corrections add a zone that the feed lacks
    assert str(zones["ZE zone Alphen aan den Rijn"]["start_date"]) == "2027-01-01"
    assert zones["ZE Zaanstad"]["geometry_quality"] == "municipality"
    assert zones["ZE Hoorn"]["start_date"] is None
