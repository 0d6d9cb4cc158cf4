"""GeoPackage, GeoJSON and GeoParquet, read back with independent readers."""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from forecast.export.content import Content
from forecast.export.geojson import geojson
from forecast.export.geopackage import write_geopackage
from forecast.export.parquet import parquet

needs_ogrinfo = pytest.mark.skipif(not shutil.which("ogrinfo"), reason="ogrinfo is not installed")
LAYERS = {"terrains", "hubs", "truck_sites", "site_demand", "supply_areas", "ze_zones"}


def ogrinfo(*words: str | Path) -> str:
    done = subprocess.run(["ogrinfo", *words], check=True, capture_output=True, text=True)
    assert done.stderr == ""
    return done.stdout


@pytest.fixture(scope="session")
def package(zwolle: Content, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_geopackage(zwolle, tmp_path_factory.mktemp("gpkg") / "zwolle.gpkg")


@needs_ogrinfo
def test_ogrinfo_lists_layers_rows_and_reference_system(package: Path, zwolle: Content) -> None:
    found = ogrinfo("-so", "-al", package)
    for table in zwolle.tables:
        part = found.split(f"Layer name: {table.name}\n")[1].split("Layer name: ")[0]
        assert f"Feature Count: {table.frame.height}" in part
        assert f"DESCRIPTION={table.full_meaning}" in part
        assert ('ID["EPSG",28992]' in part) == (table.name in LAYERS)
    assert "© OpenStreetMap contributors" in found
    assert "Bron: CBS, Kadaster" in found


@needs_ogrinfo
def test_every_column_has_meaning_and_unit_in_the_package(package: Path, zwolle: Content) -> None:
    sql = "SELECT table_name, column_name, name, description FROM gpkg_data_columns"
    found = ogrinfo("-q", package, "-sql", sql)
    assert "design_peak_kw [kW]" in found
    assert "P95 over days of the daily maximum [kW]" in found
    with closing(sqlite3.connect(package)) as connection:
        rows = connection.execute(sql).fetchall()
        assert len(rows) == sum(len(table.columns) for table in zwolle.tables)
        extensions = connection.execute(
            "SELECT table_name, extension_name FROM gpkg_extensions WHERE table_name LIKE 'gpkg%'"
        ).fetchall()
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    assert ("gpkg_data_columns", "gpkg_schema") in extensions
    assert ("gpkg_metadata", "gpkg_metadata") in extensions


def test_shapes_are_valid_and_where_the_register_says(package: Path, zwolle: Content) -> None:
    for layer in LAYERS:
        read = gpd.read_file(package, layer=layer)
        assert read.crs.to_epsg() == 28992
        assert read.geometry.is_valid.all()
    terrains = gpd.read_file(package, layer="terrains")
    stated = zwolle.tables[0].frame
    # Without an outline: a circle around the point.
    assert set(terrains["footprint_quality"]) == {"circle"}
    assert terrains.geometry.centroid.x.to_list() == pytest.approx(stated["x_rd_m"].to_list())
    assert terrains["terrain_name"].to_list() == stated["terrain_name"].to_list()


def test_zones_are_circles_of_their_area_or_have_no_shape(country: Content) -> None:
    zones = next(table for table in country.tables if table.name == "ze_zones")
    assert zones.places is not None
    for row, shape in zip(zones.frame.to_dicts(), zones.places.shapes, strict=True):
        if row["geometry_quality"] == "circle":
            # area of a circle, pi r^2; of 64 straight lines a thousandth less
            expected = 3.14159265 * row["equivalent_radius_m"] ** 2
            assert shape.area == pytest.approx(expected, rel=2e-3)
        else:
            assert row["geometry_quality"] == "municipality"
            assert shape is None


def test_the_same_content_gives_the_same_package(zwolle: Content, tmp_path: Path) -> None:
    first, second = (
        hashlib.sha256(write_geopackage(zwolle, tmp_path / name / "a.gpkg").read_bytes())
        for name in ("one", "two")
    )
    assert first.hexdigest() == second.hexdigest()


def test_geojson_is_that_of_rfc_7946(country: Content) -> None:
    for name in ("terrains", "supply_areas", "ze_zones"):
        table = next(table for table in country.tables if table.name == name)
        text = geojson(table, country).decode("utf-8")
        assert "NaN" not in text
        body = json.loads(text)
        assert body["type"] == "FeatureCollection"
        assert "crs" not in body
        assert len(body["features"]) == table.frame.height
        assert body["laadvraag"]["notices"]
        for feature in body["features"]:
            assert set(feature) == {"type", "geometry", "properties"}
            if feature["geometry"] is None:
                if name == "terrains":  # three of which the register states no area
                    assert feature["properties"]["footprint_ha"] == 0
                else:
                    assert feature["properties"]["geometry_quality"] == "municipality"
                continue
            shape = shapely.geometry.shape(feature["geometry"])
            west, south, east, north = shape.bounds
            assert 3.2 < west <= east < 7.3  # the Netherlands lie within
            assert 50.7 < south <= north < 53.7
            for polygon in shapely.get_parts(shape):
                if polygon.geom_type == "Polygon":
                    assert polygon.exterior.is_ccw
        assert body["laadvraag"]["columns"].keys() == set(table.frame.columns)


def test_geojson_degrees_are_those_of_a_published_transformation(country: Content) -> None:
    # Kadaster: the tower of Amersfoort, (155000, 463000) in RD New, is the origin of the grid, at
    # 52°09'22.178" N 5°23'15.500" E on Bessel 1841 and about 100 m off on WGS 84 (52.1551729 N,
    # 5.3872072 E).
    import numpy as np

    from forecast.export.geojson import to_degrees

    [point] = to_degrees(np.array([shapely.Point(155_000, 463_000)], dtype=object))
    assert (point.x, point.y) == pytest.approx((5.3872072, 52.1551729), abs=1e-5)
    assert country.tables


def test_geoparquet_carries_units_and_licences(zwolle: Content, tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    table = zwolle.tables[0]
    path = tmp_path / "terrains.parquet"
    path.write_bytes(parquet(table, zwolle.provenance, zwolle.notices))
    read = gpd.read_parquet(path)
    assert read.crs.to_epsg() == 28992
    assert read.geometry.centroid.y.to_list() == pytest.approx(table.frame["y_rd_m"].to_list())
    schema = pq.read_schema(path)
    assert schema.field("gross_ha").metadata[b"unit"] == b"ha"
    assert schema.field("gross_ha").metadata[b"description"] == b"gross area"
    about = json.loads(schema.metadata[b"laadvraag"])
    assert about["run_id"] == zwolle.run.run_id
    assert any("GeoNames" in notice for notice in about["notices"])
