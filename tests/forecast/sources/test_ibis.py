"""The register of business parks, with every trap of its files."""

from __future__ import annotations

import csv
import json
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import geopandas as gpd
import polars as pl
import pytest
import shapely

from forecast.errors import DataSourceError
from forecast.sources.contract import Known, Reading, Request
from forecast.sources.registry import SOURCES, read_source
from tests.forecast.sources.made import (
    SIDE_M,
    X,
    Y,
    collection,
    feature,
    ibis,
    ibis_row,
    municipalities,
    polygon,
    square,
    write,
)

Read = Callable[..., Reading]


@pytest.fixture
def read(known: Known) -> Read:
    def read_file(path: Path, day: date | None = None, among: Known = known) -> Reading:
        return read_source(SOURCES["ibis"], Request(path, among, day))

    return read_file


def only(reading: Reading) -> dict[str, Any]:
    [row] = reading.tables["terrains"].to_dicts()
    return row


def told(reading: Reading) -> dict[str, str]:
    return {note.code: note.text for note in reading.notes}


def test_a_terrain_gets_its_outline_and_a_point_in_it(tmp_path: Path, read: Read) -> None:
    reading = read(ibis(tmp_path))
    row = only(reading)
    assert row["terrain_name"] == "Hessenpoort"
    assert row["municipality_code"] == "GM0193"
    assert (row["gross_ha"], row["net_ha"], row["issuable_ha"]) == (4.0, 3.0, 0.5)
    assert (row["reference_year"], row["ibis_type_code"]) == (2024, "B1")
    assert row["location_quality"] == "polygon"
    [outline] = reading.tables["terrain_outlines"].to_dicts()
    shape = shapely.from_wkt(outline["outline_wkt"])
    assert shape.contains(shapely.Point(row["x_rd_m"], row["y_rd_m"]))
    assert shape.bounds == (X, Y, X + SIDE_M, Y + SIDE_M)
    assert (outline["parts"], outline["measured_ha"]) == (1, pytest.approx(4.0))
    assert reading.facts.reference_date == date(2024, 12, 31)
    assert (reading.facts.stated_crs, reading.facts.found_crs) == ("EPSG:28992", "EPSG:28992")


@pytest.mark.parametrize("code", ["GM0000", "GM9999", "", None, "GM1"])
def test_the_polygon_says_where_a_terrain_without_municipality_lies(
    code: str | None, tmp_path: Path, read: Read, known: Known
) -> None:
    path = ibis(tmp_path, feature(ibis_row("999999", GEM_CODES=code), polygon(square())))
    reading = read(path)
    assert only(reading)["municipality_code"] == "GM0193", told(reading)
    assert "nearest place" in told(reading)["municipality_found"]
    # With outlines these decide: Deventer is drawn around the square here.
    drawn = read_source(SOURCES["municipalities"], Request(municipalities(tmp_path), known))
    outlines = drawn.tables["region_outlines"].with_columns(
        region_id=pl.col("region_id").replace({"GM0193": "GM0150", "GM0150": "GM0193"})
    )
    tables = {
        **known.tables,
        "region_outlines": outlines.with_columns(edition_id=pl.lit("x")),
    }
    reading = read(path, among=Known(tables, known.postcode_points))
    assert only(reading)["municipality_code"] == "GM0150"
    assert "its outline holds it" in told(reading)["municipality_found"]


def test_all_3744_terrains_are_held(tmp_path: Path, read: Read) -> None:
    # As the layer of 2026-10-10: 88 rows GM0000, 10 of municipalities that are no more, two years.
    rows = []
    for number in range(3744):
        code = "GM0000" if number < 88 else "GM0164" if number < 98 else "GM0193"
        year = 2022 if number < 409 else 2024
        corner = square(X + number % 60 * 210 - 6e3, Y + number // 60 * 210 - 6e3)
        row = ibis_row(f"9{number:05}", GEM_CODES="GM9999" if code == "GM0164" else code, JAAR=year)
        rows.append(feature(row, polygon(corner)))
    reading = read(ibis(tmp_path, *rows))
    terrains = reading.tables["terrains"]
    assert terrains.height == reading.tables["terrain_outlines"].height == reading.used == 3744
    assert sum(note.code == "municipality_found" for note in reading.notes) == 98
    assert dict(terrains["reference_year"].value_counts().iter_rows()) == {2022: 409, 2024: 3335}
    assert "2022 (409), 2024 (3335)" in told(reading)["reference_years"]
    assert terrains["municipality_code"].is_in(list(known_codes(terrains))).all()


def known_codes(terrains: pl.DataFrame) -> set[str]:
    return {code for code in terrains["municipality_code"] if code not in {"GM0000", "GM9999"}}


def test_an_older_row_of_the_same_rin_is_set_apart(tmp_path: Path, read: Read) -> None:
    rows = [feature(ibis_row(str(n)), polygon(square(X + n * 300))) for n in range(30)]
    rows.append(feature(ibis_row("3", JAAR=2022, HA_NETTO=1.0), polygon(square())))
    reading = read(ibis(tmp_path, *rows))
    assert reading.tables["terrains"].height == 30
    assert reading.tables["terrains"].filter(terrain_id="3")["net_ha"].item() == 3.0
    [old] = reading.quarantined
    assert (old.row_number, old.reason) == (
        31,
        "it is RIN 3 of 2022; the file has it of 2024 too",
    )


@pytest.mark.parametrize(
    ("gross", "expected", "text"),
    [
        pytest.param((8.0, 8.0), 8.0, "stated once", id="total repeated"),
        pytest.param((4.0, 4.0), 8.0, "added", id="of each part"),
        pytest.param((8.0, None), 8.0, "stated once", id="in one part only"),
    ],
)
def test_polygons_of_one_rin_become_one_terrain(
    gross: tuple[float | None, ...], expected: float, text: str, tmp_path: Path, read: Read
) -> None:
    parts = [
        feature(ibis_row("7", HA_BRUTO=area, HA_NETTO=area), polygon(square(X + n * 500)))
        for n, area in enumerate(gross)
    ]
    reading = read(ibis(tmp_path, *parts))
    assert only(reading)["gross_ha"] == only(reading)["net_ha"] == expected
    assert text in told(reading)["parts_joined"]
    [outline] = reading.tables["terrain_outlines"].to_dicts()
    # Two squares of 4 ha each.
    assert (outline["parts"], outline["measured_ha"]) == (2, pytest.approx(8.0))
    assert reading.used == 2


def test_the_layout_of_overijssel_in_square_metres_as_text(tmp_path: Path, read: Read) -> None:
    row = {
        "RINNUMMER": "130088", "BEDRIJVENT": "Vletgaarsmaten 2B", "KERN": "Rijssen",
        "OPPBRUTO": "40000", "OPPNETTO": "30.500,5", "JAAR": "v1900",
    }  # fmt: skip
    path = ibis(tmp_path, feature(row, polygon(square(232_000, 481_000))), name="ov_2017.geojson")
    reading = read(path)
    assert only(reading)["gross_ha"] == 4.0
    assert only(reading)["net_ha"] == pytest.approx(3.05005)
    # Not the year in JAAR, which is when the terrain was begun.
    assert only(reading)["reference_year"] == 2017
    assert only(reading)["municipality_code"] == "GM1742"
    nameless = path.rename(tmp_path / "overijssel.geojson")
    with pytest.raises(DataSourceError, match="say so with --date"):
        read(nameless)
    assert only(read(nameless, date(2018, 5, 1)))["reference_year"] == 2018


def test_the_layout_of_gelderland(tmp_path: Path, read: Read) -> None:
    row = {
        "RIN_NUMMER": 9999, "KERN_NAAM": "Duiven", "PLAN_NAAM": "Centerpoort", "START_JAAR": 1985,
        "HA_BRUTO": 4, "HA_NETTO": 3,
    }  # fmt: skip
    path = ibis(tmp_path, feature(row, polygon(square(199_000, 441_000))))
    reading = read(path, date(2023, 1, 1))
    assert only(reading)["terrain_id"] == "9999"
    assert only(reading)["reference_year"] == 2023
    assert only(reading)["municipality_code"] == "GM0226"
    assert told(reading)["issuable_not_stated"]


@pytest.mark.parametrize(
    ("gross", "net", "unit"), [(4.0, 3.0, "ha"), (40_000, 30_000, "m2")], ids=["ha", "m2"]
)
def test_areas_are_checked_against_outlines(
    gross: float, net: float, unit: str, tmp_path: Path, read: Read
) -> None:
    path = ibis(tmp_path, feature(ibis_row(HA_BRUTO=gross, HA_NETTO=net), polygon(square())))
    reading = read(path)
    assert (only(reading)["gross_ha"], only(reading)["net_ha"]) == (4.0, 3.0)
    assert ("area_unit" in told(reading)) is (unit == "m2")


def test_plots_of_terrains_that_state_the_whole_are_no_other_unit(
    tmp_path: Path, read: Read
) -> None:
    # Seven plots of 4 ha in each terrain, all of which state its 28 ha.
    rows = [
        feature(
            ibis_row(f"n{number // 7}", HA_BRUTO=28.0, HA_NETTO=21.0),
            polygon(square(X + number % 10 * 210, Y + number // 10 * 210)),
        )
        for number in range(70)
    ]
    terrains = read(ibis(tmp_path, *rows)).tables["terrains"]
    assert terrains["gross_ha"].to_list() == [28.0] * 10


def test_areas_in_no_unit_are_refused(tmp_path: Path, read: Read) -> None:
    # Ares: a hundredth of a hectare.
    path = ibis(tmp_path, feature(ibis_row(HA_BRUTO=400, HA_NETTO=300), polygon(square())))
    with pytest.raises(DataSourceError, match="100 times what the outlines measure in hectares"):
        read(path)


def test_degrees_over_which_the_file_says_rd(tmp_path: Path, read: Read) -> None:
    for flip in (False, True):
        corners = [(6.13, 52.54), (6.14, 52.54), (6.14, 52.545), (6.13, 52.545), (6.13, 52.54)]
        ring = [(y, x) if flip else (x, y) for x, y in corners]
        # 0.01 by 0.005 degrees: 678 m by 556 m at this latitude, 37.7 ha.
        row = ibis_row(HA_BRUTO=37.7, HA_NETTO=30)
        reading = read(ibis(tmp_path, feature(row, polygon(ring))))
        assert reading.facts.found_crs == "EPSG:4326"
        assert "states EPSG:28992" in told(reading)["coordinates"]
        assert only(reading)["municipality_code"] == "GM0193"
        area = reading.tables["terrain_outlines"]["measured_ha"].item()
        assert area == pytest.approx(37.7, rel=0.01)


def test_names_keep_their_letters(tmp_path: Path, read: Read, known: Known) -> None:
    before = known.tables["terrains"].filter(pl.col("terrain_name").str.contains("é|ë|â|ú"))
    rin, name = before.select("terrain_id", "terrain_name").row(0)
    lost = "".join("\ufffd" if not sign.isascii() else sign for sign in name)
    misread = "Súdwest".encode().decode("cp1252")
    rows = [
        feature(ibis_row(rin, PLAN_NAAM=lost), polygon(square())),
        feature(ibis_row("1", PLAN_NAAM=misread), polygon(square())),
        feature(ibis_row("2", PLAN_NAAM="<script>=cmd()\u202e"), polygon(square())),
        feature(ibis_row("999", PLAN_NAAM="Caf\ufffd"), polygon(square())),
    ]
    reading = read(ibis(tmp_path, *rows))
    names = dict(reading.tables["terrains"].select("terrain_id", "terrain_name").iter_rows())
    assert names == {rin: name, "1": "Súdwest", "2": "<script>=cmd()", "999": "Caf\ufffd"}
    assert {"name_mended", "name_broken"} <= told(reading).keys()


def test_net_above_gross_and_areas_that_are_missing(tmp_path: Path, read: Read) -> None:
    rows = [feature(ibis_row(str(n)), polygon(square(X + n * 300))) for n in range(40)]
    rows[0]["properties"] |= {"HA_NETTO": 5.0}
    rows[1]["properties"] |= {"HA_BRUTO": None}
    rows[2]["properties"] |= {"HA_NETTO": None}
    rows[3]["properties"] |= {"HA_NETTO": 0}
    reading = read(ibis(tmp_path, *rows))
    rows_read = {row["terrain_id"]: row for row in reading.tables["terrains"].to_dicts()}
    assert (rows_read["0"]["net_ha"], rows_read["0"]["gross_ha"]) == (5.0, 4.0)
    assert rows_read["1"]["gross_ha"] == pytest.approx(4.0)
    assert rows_read["3"]["net_ha"] == 0
    assert [(row.row_number, row.reason) for row in reading.quarantined] == [
        (3, "its net area is not stated")
    ]
    assert {"net_above_gross", "gross_measured"} <= told(reading).keys()


def frame(**changes: Any) -> gpd.GeoDataFrame:
    rows = [ibis_row("190044", PLAN_NAAM="Café Zwólle", **changes)]
    return gpd.GeoDataFrame(rows, geometry=[shapely.Polygon(square())], crs="EPSG:28992")


def test_a_geopackage_with_lower_case_names_and_other_layers(tmp_path: Path, read: Read) -> None:
    path = tmp_path / "register.gpkg"
    frame().rename(columns=str.lower).to_file(path, layer="ibis", engine="pyogrio")
    other = gpd.GeoDataFrame({"naam": ["x"]}, geometry=[shapely.Point(X, Y)], crs="EPSG:28992")
    other.to_file(path, layer="punten", engine="pyogrio")
    reading = read(path)
    assert only(reading)["terrain_name"] == "Café Zwólle"
    assert reading.facts.format_name == "GeoPackage"
    path.write_bytes(path.read_bytes()[:9000])
    with pytest.raises(DataSourceError, match=r"broken|can't be opened|holds no"):
        read(path)


def shapefile(folder: Path, encoding: str, *left_out: str) -> Path:
    files = folder / "parts"
    files.mkdir()
    frame().to_file(files / "ibis.shp", engine="pyogrio", encoding=encoding)
    packed = folder / "ibis.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for path in sorted(files.iterdir()):
            if path.suffix not in left_out:
                archive.write(path, f"ibis 2024/{path.name}")
    return packed


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
@pytest.mark.parametrize("left_out", [(), (".prj",), (".prj", ".cpg")], ids=["whole", "prj", "cpg"])
def test_a_zipped_shapefile_with_or_without_its_system(
    encoding: str, left_out: tuple[str, ...], tmp_path: Path, read: Read
) -> None:
    reading = read(shapefile(tmp_path, encoding, *left_out))
    row = only(reading)
    assert reading.facts.format_name == "Shapefile"
    assert reading.facts.found_crs == "EPSG:28992"
    assert (reading.facts.stated_crs is None) is (".prj" in left_out)
    assert ("coordinates" in told(reading)) is (".prj" in left_out)
    assert row["gross_ha"] == 4.0
    if ".cpg" not in left_out or encoding == "cp1252":
        assert row["terrain_name"] == "Café Zwólle"


def test_a_shapefile_without_its_table_is_refused(tmp_path: Path, read: Read) -> None:
    with pytest.raises(DataSourceError, match=r"\.dbf is missing beside it"):
        read(shapefile(tmp_path, "utf-8", ".dbf"))


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252"])
def test_a_table_without_polygons_keeps_the_places_of_before(
    encoding: str, tmp_path: Path, read: Read, known: Known
) -> None:
    held = known.tables["terrains"].head(40).to_dicts()
    path = tmp_path / "register.csv"
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(["RIN_NUMMER", "JAAR", "PLAN_NAAM", "GEM_CODES", "HA_BRUTO", "HA_NETTO"])
        for row in held:
            code = row["municipality_code"]
            writer.writerow([row["terrain_id"], 2025, "Náám", code, "12,5", "1.010,25"])
        writer.writerow(["nieuw", 2025, "Nieuw", "GM0193", "12,5", "10"])
    reading = read(path)
    found = reading.tables["terrains"].sort("terrain_id")
    assert found["terrain_name"].unique().to_list() == ["Náám"]
    assert found["gross_ha"].unique().to_list() == [12.5]
    assert found["net_ha"].unique().to_list() == [1010.25]
    where = ["terrain_id", "x_rd_m", "y_rd_m", "location_quality"]
    before = known.tables["terrains"].head(40).sort("terrain_id")
    assert found.select(where).equals(before.select(where))
    assert reading.tables["terrain_outlines"].is_empty()
    [lost] = reading.quarantined
    assert (lost.row_number, lost.reason) == (
        42,
        "it has no polygon, and its RIN is not known from before",
    )
    assert reading.facts.encoding in {"utf-8-sig", "cp1252"}


def test_the_real_file_of_2017(read: Read, sample: Callable[[str], Path]) -> None:
    path = sample("ibis_rijssen_holten_2017.geojson")
    raw = json.loads(path.read_text("utf-8"))["features"]
    stated = {row["properties"]["RINNUMMER"]: float(row["properties"]["OPPBRUTO"]) for row in raw}
    reading = read(path)
    terrains = reading.tables["terrains"]
    assert dict(terrains.select("terrain_id", pl.col("gross_ha") * 1e4).iter_rows()) == (
        pytest.approx(stated)
    )
    assert set(terrains["municipality_code"]) == {"GM1742"}
    both = terrains.join(reading.tables["terrain_outlines"], on="terrain_id")
    # Stated areas are measured ones: the largest difference is 0.7 %.
    assert ((both["measured_ha"] / both["gross_ha"] - 1).abs() < 0.01).all()


def test_a_layer_of_others_is_refused(tmp_path: Path, read: Read) -> None:
    path = write(tmp_path / "x.geojson", collection([feature({"naam": "x"}, None)]))
    with pytest.raises(DataSourceError, match=r"the file has naam; one of these is expected"):
        read(path)
