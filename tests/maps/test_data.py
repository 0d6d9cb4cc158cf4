"""The columns of the page: arithmetic, rounding and order."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import duckdb
import geopandas as gpd
import pytest
import shapely

from forecast.footprints import circle_radius_m
from forecast.run_info import latest_run
from forecast.selection import Selection, select_terrains
from forecast.words import load
from maps import columns, data, features, figures, hubs, limits

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("area_ha", "radius_m"),
    [
        pytest.param(78.54, 500.0, id="pi * 500 m squared is 78.54 ha"),
        pytest.param(0.0, 0.0, id="no area, no circle"),
        pytest.param(-1.0, 0.0, id="a negative area of a register is no area"),
    ],
)
def test_circle_has_the_area_of_the_terrain(area_ha: float, radius_m: float) -> None:
    assert circle_radius_m(area_ha) == pytest.approx(radius_m, abs=0.01)


@pytest.mark.parametrize(
    ("value", "shown"),
    [(1234.56, 1235), (9.94, 9.9), (9.96, 10), (0.04, 0), (float("nan"), None), (None, None)],
)
def test_figures_keep_what_can_be_shown(value: float | None, shown: float | None) -> None:
    assert columns.compact_figure(value) == shown


def test_limits_of_the_power_scale_are_round_and_rise() -> None:
    # Quantiles 20, 45, 70, 88 and 97% of 1..1000 kW: 201, 450, 700, 880 and 970 kW.
    assert limits.class_limits([float(kw) for kw in range(1, 1001)]) == [200, 500, 1000]


def test_limits_exist_without_any_power() -> None:
    assert limits.class_limits([0.0, 0.0]) == [1, 10, 100]


def test_terrains_stand_from_large_to_small(connection: duckdb.DuckDBPyConnection) -> None:
    terrains = data.read_terrains(connection, select_terrains(connection))
    # Gross area, or net where the register says gross 0: 250, 78.54, 12 and 3.5 ha.
    assert terrains["terrain_id"].to_list() == ["105004", "105001", "105002", "105003"]


def test_net_area_draws_a_terrain_without_gross_area(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    terrains = data.read_terrains(connection, select_terrains(connection))
    found = data.register_columns(connection, terrains, [(52.0, 5.0)] * 4, load("en"))
    # sqrt(3.5 ha * 1e4 / pi) = 105.6 m
    assert found["radius"][3] == 106
    assert found["issues"] == {"3": ["zero_gross_area"]}


def test_figures_follow_the_order_of_the_terrains(connection: duckdb.DuckDBPyConnection) -> None:
    terrains = data.read_terrains(connection, select_terrains(connection))
    found = figures.figure_columns(connection, latest_run(connection), terrains)
    # 100 kW * terrain number (4, 1, 2, 3) * growth (2030: 6) * scenario (low: 0.5) * smart 0.25
    assert found["peak"]["2030|low|smart"] == [300, 75, 150, 225]
    # Three classes, depot and hub, 100 MWh each * growth 11 * high 2 * terrain 1; not elsewhere.
    assert found["energy"]["2035|high"][1] == 3 * 2 * 100 * 11 * 2
    assert found["planClass"]["2025|mid"] == "3012"
    assert [found["rules"][int(digit)] for digit in found["rule"]["2025|mid"]] == [
        "area_not_known",
        "unmanaged_fits_after_queue",
        "smart_fits_before_queue",
        "nothing_fits",
    ]


def test_a_terrain_without_a_result_is_not_known(connection: duckdb.DuckDBPyConnection) -> None:
    terrains = data.read_terrains(connection, select_terrains(connection, "municipality", "GM0344"))
    stranger = terrains.with_columns(terrain_id=terrains["terrain_id"] + "x")
    found = figures.figure_columns(connection, latest_run(connection), stranger)
    assert found["peak"]["2030|mid|smart"] == [None]
    assert found["planClass"]["2030|mid"] == "3"
    assert found["rule"]["2030|mid"] == "-"


def test_candidate_areas_stand_by_probability(connection: duckdb.DuckDBPyConnection) -> None:
    terrains = data.read_terrains(connection, select_terrains(connection, "municipality", "GM0344"))
    found = data.grid_columns(
        connection,
        latest_run(connection),
        terrains,
        area_ids=["Vierverlaten", "Hunze"],
        zone_names=["ZE Groningen"],
    )
    assert found["candidates"] == [[[1, 70], [0, 30]]]
    assert found["areaMatch"] == {"names": ["box"], "index": [0]}
    assert found["nearestZone"]["2030"] == [[0, 3.3]]


def test_zones_carry_their_outline_where_it_was_loaded(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    circle, outlined, pointless = features.zones(connection, load("en"))
    assert circle["rings"] == pointless["rings"] == []
    assert circle["edge"] == "Drawn as a circle of equal area."
    # The square of 2 km around the Dam: about 0.018 degrees high, 0.029 wide.
    [ring] = outlined["rings"]
    heights, widths = ([corner[axis] for corner in ring] for axis in (0, 1))
    assert max(heights) - min(heights) == pytest.approx(0.018, abs=0.001)
    assert max(widths) - min(widths) == pytest.approx(0.029, abs=0.001)
    assert outlined["edge"] == "Drawn by its outline."


def test_every_measure_has_round_limits_of_its_own(connection: duckdb.DuckDBPyConnection) -> None:
    found = limits.read_limits(connection, latest_run(connection), "mid")
    # Terrains 1 to 4 in 2035: 11, 22, 33 and 44 electric vans, twice as many trucks, and 4 charge
    # points to a van. Quantiles of four fall on the second, third and fourth.
    assert found["vehicles|van"] == [20, 50]
    assert found["vehicles|truck"] == [50, 100]
    assert found["points"] == [100, 200]


def test_typical_peak_bands_and_charge_points_have_columns(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    terrains = data.read_terrains(connection, select_terrains(connection))
    found = figures.figure_columns(connection, latest_run(connection), terrains)
    # Terrain 1 stands second: growth 6 in 2030.
    assert found["typical"]["2030|mid|unmanaged"][1] == 60 * 6
    assert found["peakP10"]["2030|mid|smart"][1] == 50 * 6
    assert found["peakP90"]["2030|mid|smart"][1] == 200 * 6
    assert found["electricP10"]["2030|mid|van"][1] == 3
    assert found["electricP90"]["2030|mid|van"][1] == 12
    assert found["points"]["2030|mid"][1] == 4 * 6


def test_hubs_stand_by_the_position_of_their_terrain(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    terrains = data.read_terrains(connection, select_terrains(connection))
    found = hubs.hub_rows(connection, latest_run(connection), terrains)
    assert "2025|mid" not in found
    assert found["2030|mid"] == {"1": [2030, 3, 6, 840, 4.4]}


def test_supply_areas_are_drawn_by_their_outline_where_it_was_loaded(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    areas = {
        area["id"]: area
        for area in features.supply_areas(connection, features.read_land(connection))
    }
    assert not areas["Hunze"]["isOutline"]
    assert areas["Vierverlaten"]["isOutline"]
    [ring] = areas["Vierverlaten"]["rings"]
    assert len(ring) == 5


def test_imported_outlines_of_regions_draw_land_and_borders(database: Path, tmp_path: Path) -> None:
    path = tmp_path / "outlines.duckdb"
    shutil.copy(database, path)
    names = ("Groningen", "Noord-Holland", "Utrecht")
    strips = [shapely.box(1e5, 4e5 + n * 2e4, 1.4e5, 4.2e5 + n * 2e4) for n in range(3)]
    own = shapely.box(1.1e5, 4.45e5, 1.2e5, 4.55e5)
    rows = [("province", name, strip) for name, strip in zip(names, strips, strict=True)]
    with duckdb.connect(str(path)) as connection:
        for level, key, shape in (*rows, ("municipality", "GM0344", own)):
            connection.execute(
                "INSERT INTO region_outlines VALUES (?, ?, ?, ?, 'edition0123456789')",
                [level, key, key, shapely.to_wkt(shape, rounding_precision=1)],
            )
        land = features.read_land(connection)
        utrecht = Selection("municipality", "GM0344", "Utrecht", ("105004",))
        found = features.base_layer(connection, utrecht, land, load("nl"), ["Utrecht"])
        nation = features.base_layer(connection, select_terrains(connection), land, load("nl"), [])
    assert land.equals(shapely.box(1e5, 4e5, 1.4e5, 4.6e5))
    # Two borders of 40 km between three strips; the border of the municipality is 40 km round.
    assert length_km(found["provinces"]) == pytest.approx(80, rel=0.001)
    assert length_km(found["region"]) == pytest.approx(40, rel=0.001)
    assert nation["region"] == []


def length_km(paths: list[list[list[float]]]) -> float:
    """Return the length of lines of latitude and longitude."""
    lines = [shapely.LineString([(lon, lat) for lat, lon in path]) for path in paths]
    return float(gpd.GeoSeries(lines, crs="EPSG:4326").to_crs("EPSG:28992").length.sum() / 1e3)
