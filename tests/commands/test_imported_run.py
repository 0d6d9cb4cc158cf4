"""A register with outlines and counts, from the import to every output."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb
import geopandas as gpd
import pandas as pd
import polars as pl
import pytest
import shapely
from click.testing import CliRunner

from cli import main
from forecast.sources.embedded import read_sources
from forecast.store import open_published
from tests.forecast.sources.made import (
    RIGID_TRUCKS,
    VANS,
    cbs_counts,
    feature,
    ibis,
    ibis_row,
    polygon,
    write,
)

OUTLINED, SCHEMATIC = "130082", "23202101"
"""Vrolijkheid and Hessenpoort IV in Zwolle."""
ZONE_X, ZONE_Y, ZONE_RADIUS_M = 202_981.0, 503_013.0, 438.0
"""Of the embedded zero-emission zone of Zwolle."""
LENGTH_M, HEIGHT_M = 1_600.0, 250.0
RING = [
    (ZONE_X, ZONE_Y - HEIGHT_M / 2),
    (ZONE_X + LENGTH_M, ZONE_Y - HEIGHT_M / 2),
    (ZONE_X + LENGTH_M, ZONE_Y + HEIGHT_M / 2),
    (ZONE_X, ZONE_Y + HEIGHT_M / 2),
    (ZONE_X, ZONE_Y - HEIGHT_M / 2),
]
"""Of 40 ha, from the middle of the zone to the east."""
ZWOLLE, DEVENTER = "GM0193", "GM0150"
COUNTED_UP = 1.1

Run = Callable[..., str]


def counts(folder: Path) -> Path:
    """Return table 85236NED with the embedded numbers, but a tenth more in Zwolle."""
    measures = {VANS: "vans_registered", RIGID_TRUCKS: "rigid_trucks_registered"}
    counted = {
        row["municipality_code"]: {
            measure: round(row[column] * (COUNTED_UP if row["municipality_code"] == ZWOLLE else 1))
            for measure, column in measures.items()
        }
        for row in read_sources()["vehicles_registered"].rows(named=True)
    }
    return write(folder / "85236NED.json", cbs_counts(counted))


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("imported")
    path = folder / "laadvraag.duckdb"
    row = ibis_row(
        OUTLINED, PLAN_NAAM="Vrolijkheid", JAAR=2026, HA_BRUTO=40.0, HA_NETTO=36.0, HA_TOTTUIT=0.0
    )
    register = ibis(folder, feature(row, polygon(RING)), name="ibis_zwolle.geojson")
    command(path)("data", "import", "ibis", register)
    command(path)("data", "import", "vehicles", counts(folder))
    command(path)("run", "--years", "2025,2030", "--out", folder)
    return path


@pytest.fixture(scope="module")
def laadvraag(database: Path) -> Run:
    return command(database)


def command(database: Path) -> Run:
    def run(*arguments: object) -> str:
        result = CliRunner().invoke(main, ["--db", str(database), *map(str, arguments)])
        assert result.exit_code == 0, result.output
        return result.output

    return run


def record(laadvraag: Run, terrain_id: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(laadvraag("terrain", terrain_id, "--json"))
    return found


def test_the_record_has_outline_area_and_quality(laadvraag: Run) -> None:
    found = record(laadvraag, OUTLINED)
    ground = found["terrain"]["footprint"]
    assert (found["terrain"]["gross_ha"], found["terrain"]["net_ha"]) == (40.0, 36.0)
    assert ground["footprint_quality"] == found["quality"]["footprint_quality"] == "outline"
    assert ground["footprint_ha"] == pytest.approx(40)
    assert shapely.from_wkt(ground["outline_wkt"]).equals(shapely.Polygon(RING))
    assert (ground["outline_source_name"], ground["outline_holds_on"]) == ("ibis", "2026-12-31")
    other = record(laadvraag, SCHEMATIC)["terrain"]
    assert other["footprint"]["footprint_quality"] == "circle"
    assert other["footprint"]["footprint_ha"] == other["gross_ha"] == 30.0
    assert other["footprint"]["outline_wkt"] is None
    files = [(each["source_name"], each["file_name"]) for each in found["run"]["imported"]]
    assert files == [("ibis", "ibis_zwolle.geojson"), ("vehicles", "85236NED.json")]
    assert found["quality"]["municipal_counts"]["dataset_name"] == "85236NED"


def test_the_zone_takes_the_part_of_the_outline_that_lies_in_it(laadvraag: Run) -> None:
    [zone] = [each for each in record(laadvraag, OUTLINED)["zones"] if each["year"] == 2030]
    inside = shapely.Point(ZONE_X, ZONE_Y).buffer(ZONE_RADIUS_M, quad_segs=400)
    share = shapely.Polygon(RING).intersection(inside).area / (LENGTH_M * HEIGHT_M)
    assert zone["nearest_zone_share"] == pytest.approx(share, abs=0.002)
    assert zone["nearest_zone_distance_km"] == 0
    # 27 % of it: not called inside. By its point alone it was 2 km off or in it.
    assert {each["zone_relation"] for each in zone["by_class"].values()} == {"near"}
    assert "27 % of the terrain" in laadvraag("terrain", OUTLINED, "--lang", "en")


def test_the_totals_are_those_of_the_counts(
    database: Path, published: duckdb.DuckDBPyConnection
) -> None:
    query = (
        "SELECT municipality_code, vehicle_class, vehicles, registered_vehicles, is_outlier "
        "FROM municipal_fleet WHERE run_id = (SELECT max_by(run_id, ended_at) FROM runs) "
        "AND municipality_code IN ('GM0193', 'GM0150') AND vehicle_class <> 'tractor'"
    )
    before = published.sql(query).pl()
    with open_published(database) as connection:
        now = connection.sql(query).pl()
        [(vans,)] = connection.execute(
            "SELECT sum(vehicles) FROM municipal_fleet WHERE vehicle_class = 'van'"
        ).fetchall()
        [(placed,)] = connection.execute(
            "SELECT sum(vehicles) FROM fleet WHERE vehicle_class = 'van'"
        ).fetchall()
    assert vans == pytest.approx(placed, abs=1)
    assert not now["is_outlier"].any()
    both = now.join(before, on=["municipality_code", "vehicle_class"], suffix="_before")
    registered = dict(
        both.filter(municipality_code=ZWOLLE)
        .select(
            "vehicle_class", pl.col("registered_vehicles") / pl.col("registered_vehicles_before")
        )
        .iter_rows()
    )
    assert registered == pytest.approx(dict.fromkeys(registered, COUNTED_UP), rel=0.005)
    # Scaling to the stock and to provinces is the same for both, so it falls out of their ratio.
    for name in ("van", "rigid_truck"):
        rows = both.filter(vehicle_class=name).rows_by_key(
            "municipality_code", named=True, unique=True
        )
        ratios = [
            rows[ZWOLLE][column] / rows[DEVENTER][column]
            for column in ("vehicles", "vehicles_before")
        ]
        assert ratios[0] / ratios[1] == pytest.approx(COUNTED_UP, rel=0.005)


def test_the_factsheet_says_what_it_is_made_of(laadvraag: Run, tmp_path: Path) -> None:
    for terrain_id in (OUTLINED, SCHEMATIC):
        laadvraag("factsheet", terrain_id, "--lang", "en", "--format", "html", "--out", tmp_path)
    [sheet] = [path.read_text("utf-8") for path in tmp_path.glob(f"{OUTLINED}*.html")]
    [other] = [path.read_text("utf-8") for path in tmp_path.glob(f"{SCHEMATIC}*.html")]
    assert "outline from IBIS, edition of 31 December 2026" in sheet
    assert "40.0 ha gross" in sheet
    assert "counts per municipality of CBS" in sheet
    # 60 m to a unit of the small map: a block of 26.7 by 4.2 units.
    [path] = re.findall(r'<path d="(M[^"]*Z)" fill-rule="evenodd"[^>]*fill-opacity="\.85"', sheet)
    corners = [tuple(map(float, pair.split())) for pair in re.split("[ML]", path.strip("MZ"))]
    drawn = shapely.Polygon(corners).bounds
    assert (drawn[2] - drawn[0], drawn[3] - drawn[1]) == pytest.approx((26.67, 4.17), abs=0.2)
    assert "schematic circle; placed by street name" in other
    assert "outline from" not in other.split("Sources:")[0].replace("Circles", "")
    for text in (sheet, other):
        assert "IBIS, edition of 31 December 2026 (CC0-1.0)" in text
        assert "Energy Transition Model" not in text  # its counts are not used


def test_the_map_draws_the_outline_and_names_its_source(laadvraag: Run, tmp_path: Path) -> None:
    path = tmp_path / "kaart.html"
    laadvraag("map", "--municipality", "Zwolle", "--lang", "en", "--out", path)
    page = path.read_text("utf-8")
    data = json.loads(re.findall(r'id="plan-data">(.*?)</script>', page, flags=re.DOTALL)[0])
    terrains = data["terrains"]
    [(row, (source, steps))] = terrains["outlines"].items()
    assert terrains["id"][int(row)] == OUTLINED
    assert terrains["outlineSources"][source] == "outline from IBIS, edition of 31 December 2026"
    lat, lon, corners = terrains["lat"][int(row)] * 1e5, terrains["lon"][int(row)] * 1e5, []
    for north, east in zip(steps[::2], steps[1::2], strict=True):
        lat, lon = lat + north, lon + east
        corners.append((lon / 1e5, lat / 1e5))
    [drawn] = gpd.GeoSeries([shapely.Polygon(corners)], crs="EPSG:4326").to_crs("EPSG:28992")
    # A step is a metre, and simplifying may move a side by five.
    assert drawn.hausdorff_distance(shapely.Polygon(RING)) < 6
    assert "The outline of 1 of" in page
    assert "IBIS, edition of 31 December 2026 (CC0-1.0)" in page


def test_a_click_meets_the_outline_and_not_its_circle(
    laadvraag: Run, tmp_path: Path, browser: Any
) -> None:
    path = tmp_path / "kaart.html"
    laadvraag("map", "--municipality", "Zwolle", "--no-background", "--out", path)
    # From the middle 750 m to the east, and 200 m to the north; the circle has 357 m.
    middle = ZONE_X + LENGTH_M / 2
    places = shapely.points([[middle + 750, ZONE_Y], [middle, ZONE_Y + 200]])
    seen = gpd.GeoSeries(places, crs="EPSG:28992").to_crs("EPSG:4326")
    browser.get(path.as_uri())
    found = browser.execute_script(
        """
        const { map, circles } = laadvraagMap;
        const layer = circles[JSON.parse(document.getElementById('plan-data').textContent)
          .terrains.id.indexOf(arguments[0])];
        map.setView(layer.getLatLng(), 14, { animate: false });
        return arguments[1].map((at) => layer._containsPoint(map.latLngToLayerPoint(at)));
        """,
        OUTLINED,
        [[point.y, point.x] for point in seen],
    )
    assert found == [True, False]


def test_exports_have_the_exact_outline_and_the_licences(laadvraag: Run, tmp_path: Path) -> None:
    path = tmp_path / "zwolle.gpkg"
    laadvraag("export", "--municipality", "Zwolle", "--out", path)
    terrains = gpd.read_file(path, layer="terrains").set_index("terrain_id")
    ground, other = terrains.loc[OUTLINED], terrains.loc[SCHEMATIC]
    assert ground.geometry.equals(shapely.MultiPolygon([shapely.Polygon(RING)]))
    assert (ground.footprint_quality, ground.outline_source_name) == ("outline", "ibis")
    assert (ground.gross_ha, ground.footprint_ha) == pytest.approx((40, 40))
    assert ground.nearest_zone_share_2030 == pytest.approx(0.27, abs=0.002)
    assert other.footprint_quality == "circle"
    assert pd.isna(other.outline_source_name)
    # A circle in straight lines lacks a part in six hundred of its 30 ha.
    assert other.geometry.area / 1e4 == pytest.approx(30, rel=0.002)
    with closing(sqlite3.connect(path)) as package:
        said = str(package.execute("SELECT metadata FROM gpkg_metadata").fetchall())
    assert "file ibis_zwolle.geojson, 2026-12-31" in said
    assert "file 85236NED.json" in said
    assert "Quintel" not in said


def test_a_place_in_the_outline_finds_the_terrain(laadvraag: Run) -> None:
    # Its far end, 1.5 km from where it was.
    told = laadvraag("terrain", f"{ZONE_X + 1_500:.0f}, {ZONE_Y + 100:.0f}", "--lang", "en")
    assert "Vrolijkheid" in told
