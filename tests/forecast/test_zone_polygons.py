"""The reader of zone outlines: repairs are told, bad files are refused with a sentence."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest
import shapely
from click.testing import CliRunner

from cli import main
from forecast.errors import DataSourceError
from forecast.sources.embedded import DEFAULT_FOLDER, read_sources

SAMPLE = Path(__file__).parents[3] / "shared/samples/ze_zones_ndw_2025-07-07.geojson"
FILE = "ze_zones/ze_zones.geojson"
# Eindhoven, about 0.7 by 1.1 km.
LEFT, BELOW, RIGHT, ABOVE = 5.47, 51.43, 5.48, 51.44

Feature = dict[str, Any]


def box(
    left: float = LEFT, below: float = BELOW, right: float = RIGHT, above: float = ABOVE
) -> Any:
    return [[[left, below], [right, below], [right, above], [left, above], [left, below]]]


def feature(coordinates: Any = None, **properties: Any) -> Feature:
    zone = {
        "id": "NDW_1",
        "version": "3",
        "kind": "zero_emission",
        "name": "ZE Eindhoven",
        "authority": "Eindhoven",
        "status": "active",
        "start": "2025-01-01T00:00:00",
    }
    return {
        "type": "Feature",
        "properties": zone | properties,
        "geometry": {
            "type": "Polygon",
            "coordinates": box() if coordinates is None else coordinates,
        },
    }


@pytest.fixture
def data_folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(DEFAULT_FOLDER, tmp_path / "data"))


@pytest.fixture
def sample_folder(data_folder: Path) -> Path:
    if not SAMPLE.exists():
        pytest.skip(f"the real file {SAMPLE} is not here")
    shutil.copy(SAMPLE, data_folder / FILE)
    return data_folder


def read(folder: Path, *features: Feature) -> tuple[dict[str, Feature], dict[str, dict[str, str]]]:
    """Return zones by name, and what is told by zone and code."""
    body = {"type": "FeatureCollection", "features": list(features)}
    (folder / FILE).write_text(json.dumps(body), encoding="utf-8")
    return tables(folder)


def tables(folder: Path) -> tuple[dict[str, Feature], dict[str, dict[str, str]]]:
    sources = read_sources(folder)
    told: dict[str, dict[str, str]] = {}
    for name, code, detail, _ in sources["zone_issues"].iter_rows():
        told.setdefault(name, {})[code] = detail
    return dict(sources["ze_zones"].rows_by_key("zone_name", named=True, unique=True)), told


def test_the_published_sample(sample_folder: Path) -> None:
    zones, told = tables(sample_folder)
    drawn = [zone for zone in zones.values() if zone["geometry_quality"] == "polygon"]
    # 28 zero-emission zones of 42, one of them a copy of Apeldoorn without a name.
    assert len(drawn) == 27
    assert len(zones) == 27 + 3
    assert str(zones["ZE Apeldoorn"]["start_date"]) == "2030-01-01"
    [copy] = [codes for codes in told.values() if "copy_left_out" in codes]
    assert "ZE Apeldoorn" in copy["copy_left_out"]
    assert "lies in or near Apeldoorn" in copy["wrong_authority"]
    # `end` of 2026 closes rules, not zones.
    assert str(zones["ZE Amsterdam"]["start_date"]) == "2025-01-01"
    # As NDW's own figure: area_km2 of the feed.
    assert zones["ZE Rotterdam"]["area_km2"] == pytest.approx(48.559, abs=0.001)
    assert {name for name, codes in told.items() if "area_differs" in codes} == {
        "ZE Amersfoort 2025",
        "ZE Amersfoort 2027",
    }
    # Spelled otherwise, still found: 's-Gravenhage.
    assert zones["ZE Den Haag"]["municipality_code"] == "GM0518"
    assert not any("authority_unknown" in codes for codes in told.values())
    for zone in drawn:
        outline = shapely.from_wkt(zone["outline_wkt"])
        assert outline.is_valid
        assert outline.area == pytest.approx(zone["area_km2"] * 1e6)
        assert outline.contains(shapely.Point(zone["x_rd_m"], zone["y_rd_m"]))


def test_both_feeds_agree_on_what_they_share_and_take_the_corrections(
    sample_folder: Path,
) -> None:
    zones, told = tables(sample_folder)
    table = {row["zone_name"]: row for row in read_sources()["ze_zones"].iter_rows(named=True)}
    assert zones.keys() == table.keys()
    for name, zone in zones.items():
        for column in ("start_date", "municipality_code"):
            assert zone[column] == table[name][column], name
        if zone["area_km2"] is not None:
            assert zone["area_km2"] == pytest.approx(table[name]["area_km2"], abs=0.0006)
    moved = "ZE zone Alphen aan den Rijn"
    assert zones[moved]["version"] == "version 2, corrected"
    assert table[moved]["version"] == "NDW 2025-07-07, corrected"
    assert "2026-07-01 in the feed, 2027-01-01 by correction" in told[moved]["corrected"]
    assert zones["ZE Zaanstad"]["version"] == "correction"
    assert "no_date" in told["ZE Hoorn"]


def test_the_sample_runs_through_the_forecast(sample_folder: Path, tmp_path: Path) -> None:
    database = tmp_path / "a.duckdb"
    words = ["run", "--data", str(sample_folder), "--db", str(database), "--years", "2030"]
    result = CliRunner().invoke(main, [*words, "--out", str(tmp_path / "out")])
    assert result.exit_code == 0, result.output
    with duckdb.connect(str(database), read_only=True) as connection:
        [(hashes,)] = connection.execute("SELECT data_hashes FROM runs").fetchall()
        # A terrain whose place is known, beside a zone.
        terrain, x, y, name, km = connection.execute(
            "SELECT terrain_id, x_rd_m, y_rd_m, nearest_zone_name, nearest_zone_distance_km "
            "FROM zone_exposure JOIN terrains USING (terrain_id) WHERE location_quality = 'street' "
            "AND year = 2030 AND zone_relation = 'near' ORDER BY ALL LIMIT 1"
        ).fetchall()[0]
        [(wkt,)] = connection.execute(
            "SELECT outline_wkt FROM ze_zones WHERE zone_name = ?", [name]
        ).fetchall()
    assert FILE in json.loads(hashes)
    assert km == pytest.approx(shapely.from_wkt(wkt).distance(shapely.Point(x, y)) / 1000)
    shown = CliRunner().invoke(main, ["terrain", terrain, "--year", "2030", "--db", str(database)])
    assert "its outline" in shown.output
    listed = CliRunner().invoke(main, ["data", "zones", "--db", str(database)])
    assert "30 of them, 27 with an outline" in listed.output
    assert "copy, left out" in listed.output
    assert "Electric sales earlier by zones, in years:" in " ".join(shown.output.split())
    drawn = (tmp_path / "out" / "plankaart.html").read_text(encoding="utf-8")
    assert "Getekend met de eigen omtrek." in drawn


def test_the_table_is_not_needed_beside_outlines(data_folder: Path) -> None:
    (data_folder / "ze_zones" / "ze_zones.csv").unlink()
    zones, _ = read(data_folder, feature())
    assert zones["ZE Eindhoven"]["geometry_quality"] == "polygon"
    (data_folder / FILE).unlink()
    with pytest.raises(DataSourceError, match=r"ze_zones\.csv: the file is missing"):
        read_sources(data_folder)


def test_a_crossing_ring_is_repaired_and_told(data_folder: Path) -> None:
    bow = [[[LEFT, BELOW], [RIGHT, ABOVE], [RIGHT, BELOW], [LEFT, ABOVE], [LEFT, BELOW]]]
    whole, _ = read(data_folder, feature())
    zones, told = read(data_folder, feature(bow))
    # A bow tie is two of the four triangles of its box.
    assert zones["ZE Eindhoven"]["area_km2"] == pytest.approx(
        whole["ZE Eindhoven"]["area_km2"] / 2, rel=1e-3
    )
    assert "Self-intersection" in told["ZE Eindhoven"]["ring_repaired"]


def test_overlapping_parts_of_one_zone_are_joined(data_folder: Path) -> None:
    given = feature()
    shifted = box(LEFT + 0.005, BELOW, RIGHT + 0.005)
    given["geometry"] = {"type": "MultiPolygon", "coordinates": [box(), shifted]}
    whole, _ = read(data_folder, feature())
    zones, told = read(data_folder, given)
    # Two boxes that share half: one and a half of them, no hole where they overlap.
    assert zones["ZE Eindhoven"]["area_km2"] == pytest.approx(
        1.5 * whole["ZE Eindhoven"]["area_km2"], rel=1e-3
    )
    assert "ring_repaired" in told["ZE Eindhoven"]


@pytest.mark.parametrize(
    ("properties", "name", "code", "text"),
    [
        pytest.param({"start": None}, "ZE Eindhoven", "no_date", "no year", id="no date"),
        pytest.param({"name": "onbekend"}, "ZE Eindhoven", "nameless", "onbekend", id="no name"),
        pytest.param({"name": None}, "ZE Eindhoven", "nameless", "''", id="null for a name"),
        pytest.param({"name": "ZE Zone"}, "ZE Eindhoven", "renamed", "ZE Zone", id="bare name"),
        pytest.param(
            {"authority": "Atlantis"}, "ZE Eindhoven", "authority_unknown", "Eindhoven", id="nobody"
        ),
        pytest.param(
            {"authority": "Groningen"}, "ZE Eindhoven", "wrong_authority", "Eindhoven", id="far off"
        ),
        pytest.param(
            {"area_km2": 9.9}, "ZE Eindhoven", "area_differs", "states 9.9 km2", id="other area"
        ),
        pytest.param({"status": "suspended"}, "ZE Eindhoven", "suspended", "2025", id="suspended"),
    ],
)
def test_what_is_odd_is_told(
    data_folder: Path, properties: dict[str, Any], name: str, code: str, text: str
) -> None:
    zones, told = read(data_folder, feature(**properties))
    assert text in told[name][code]
    assert zones[name]["municipality_code"] == "GM0772"
    has_no_date = code in {"no_date", "suspended"}
    assert (zones[name]["start_date"] is None) == has_no_date


def test_rule_sets_of_one_zone_are_one_zone_from_the_first_day(data_folder: Path) -> None:
    later = feature(id="NDW_2", start="2027-01-01")
    zones, told = read(data_folder, later, feature())
    assert str(zones["ZE Eindhoven"]["start_date"]) == "2025-01-01"
    assert "copy_left_out" in told["NDW_2"]


def test_two_zones_of_one_name_both_stay_and_overlap_is_told(data_folder: Path) -> None:
    shifted = box(LEFT + 0.005, BELOW, RIGHT + 0.005)
    zones, told = read(data_folder, feature(), feature(shifted, id="NDW_2"))
    assert zones["ZE Eindhoven (NDW_2)"]["geometry_quality"] == "polygon"
    assert "name_repeated" in told["ZE Eindhoven (NDW_2)"]
    assert "counts once" in told["ZE Eindhoven"]["overlap"]


@pytest.mark.parametrize(
    "authority",
    ["Den Haag", "'s-Gravenhage", "Gemeente Den Haag", "s-GRAVENHAGE"],
)
def test_municipalities_are_found_as_people_spell_them(data_folder: Path, authority: str) -> None:
    there = box(4.30, 52.07, 4.31, 52.08)
    zones, told = read(data_folder, feature(there, authority=authority, name="ZE X"))
    assert zones["ZE X"]["municipality_code"] == "GM0518"
    assert "ZE X" not in told


def break_ring(given: Feature) -> Feature:
    return given | {"geometry": {"type": "Polygon", "coordinates": [[[5.4, 51.4], [5.5, 51.5]]]}}


def without(name: str) -> Callable[[Feature], Feature]:
    def change(given: Feature) -> Feature:
        kept = {key: value for key, value in given["properties"].items() if key != name}
        return given | {"properties": kept}

    return change


@pytest.mark.parametrize(
    ("change", "text"),
    [
        pytest.param(
            lambda _: feature([[[b, a] for a, b in box()[0]]]),
            "longitude and latitude are swapped",
            id="swapped",
        ),
        pytest.param(
            lambda _: feature(box(160_000, 383_000, 161_000, 384_000)),
            "these are metres; degrees (EPSG:4326) are expected",
            id="RD New",
        ),
        pytest.param(
            lambda _: feature(box(2.3, 48.8, 2.4, 48.9)), "outside the Netherlands", id="Paris"
        ),
        pytest.param(
            lambda _: feature(box(float("nan"))), "not a finite number", id="not a number"
        ),
        pytest.param(lambda _: feature([]), "its outline is empty", id="empty outline"),
        pytest.param(break_ring, "a ring is broken", id="two corners"),
        pytest.param(
            lambda given: given | {"geometry": None}, "geometry is missing", id="no place"
        ),
        pytest.param(
            lambda given: given | {"geometry": {"type": "Point", "coordinates": [5.4, 51.4]}},
            "its geometry is Point",
            id="a point",
        ),
        pytest.param(
            lambda _: feature(box(LEFT, BELOW, LEFT, ABOVE)), "holds no area", id="a line"
        ),
        pytest.param(without("start"), "feature 1 lacks start", id="no field of a date"),
        pytest.param(without("authority"), "feature 1 lacks authority", id="no authority"),
        pytest.param(lambda _: {"type": "Feature"}, "feature 1 has no properties", id="bare"),
        pytest.param(
            lambda _: feature(start="binnenkort"), "'binnenkort' is not a date", id="no date"
        ),
        pytest.param(
            lambda _: feature(kind="low_emission"), "none of its 1 features", id="other kind"
        ),
    ],
)
def test_a_bad_zone_is_refused_with_what_is_wrong(
    data_folder: Path, change: Callable[[Feature], Feature], text: str
) -> None:
    with pytest.raises(DataSourceError) as caught:
        read(data_folder, change(feature()))
    assert "ze_zones.geojson" in str(caught.value)
    assert text in str(caught.value)


@pytest.mark.parametrize(
    ("content", "text"),
    [
        pytest.param(b"", "not readable JSON", id="empty"),
        pytest.param(b"zone_name,authority\n", "not readable JSON", id="a CSV"),
        pytest.param(bytes(range(256)), "not readable JSON", id="no text"),
        pytest.param(b"[1, 2]", "no GeoJSON", id="a list"),
        pytest.param(b'{"features": []}', "holds no features", id="no features"),
        pytest.param(
            b'{"features": [1], "crs": {"properties": {"name": "EPSG:28992"}}}',
            "EPSG:28992",
            id="another system of coordinates",
        ),
    ],
)
def test_a_bad_file_is_refused(data_folder: Path, content: bytes, text: str) -> None:
    (data_folder / FILE).write_bytes(content)
    with pytest.raises(DataSourceError, match=r"ze_zones\.geojson") as caught:
        read_sources(data_folder)
    assert text in str(caught.value)


def test_a_zone_corrected_twice_is_refused(data_folder: Path) -> None:
    path = data_folder / "ze_zones" / "ze_zone_corrections.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([*lines, lines[1]]), encoding="utf-8")
    with pytest.raises(DataSourceError, match="Alphen aan den Rijn is corrected more than once"):
        read_sources(data_folder)


def test_every_oddity_that_is_told_has_words(data_folder: Path) -> None:
    from forecast.words import load

    source = Path(__file__).parents[2] / "forecast" / "sources"
    text = "".join((source / f"{name}.py").read_text("utf-8") for name in
                   ("zone_polygons", "zone_sorting", "ze_zones"))  # fmt: skip
    codes = {key.removeprefix("zones.issue.") for key in load("nl").texts if ".issue." in key
             and key.startswith("zones")}  # fmt: skip
    assert all(f'"{code}"' in text for code in codes)
    told = read_sources(data_folder)["zone_issues"]
    assert set(told["issue_code"]) <= codes
    assert told.filter(pl.col("detail") == "").is_empty()
