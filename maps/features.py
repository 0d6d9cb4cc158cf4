"""What is drawn around the terrains: land, supply areas, zones, sites along the road and places."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import polars as pl
import shapely

from forecast.region_shapes import read_region_shapes
from maps import base
from maps.columns import compact_figure, read_frame
from models.units import KWH_PER_MWH

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    import duckdb
    from numpy.typing import NDArray

    from forecast.run_info import RunInfo
    from forecast.selection import Selection
    from forecast.words import Words

_REGION_MARGIN_M: Final = 2_500.0
# Finer is not seen at the closest zoom in which whole areas matter.
_OUTLINE_DETAIL_M: Final = 60.0
_BORDER_DETAIL_M: Final = 20.0
# Southern Flevoland is land without a listed place: points that stand in for one, EPSG:28992.
_EMPTY_POLDER_M: Final = ((152e3, 491e3), (160e3, 492e3), (166e3, 493e3))
# Where the name of a water is written: latitude and longitude.
_WATERS: Final = {
    "north_sea": (52.72, 4.02),
    "wadden_sea": (53.1, 5.13),
    "ijsselmeer": (52.93, 5.27),
}


def rd_points(frame: pl.DataFrame) -> NDArray[np.float64]:
    """Return the points of a frame with ``x_rd_m`` and ``y_rd_m`` [m]."""
    return frame.select("x_rd_m", "y_rd_m").cast(pl.Float64).to_numpy()


def read_land(connection: duckdb.DuckDBPyConnection) -> Any:
    """Return the land, EPSG:28992: of the outlines of provinces, else a schematic outline."""
    provinces = _province_outlines(connection)
    if provinces:
        return shapely.union_all(list(provinces.values()))
    inhabited = read_frame(
        connection,
        "SELECT x_rd_m, y_rd_m FROM places UNION SELECT x_rd_m, y_rd_m FROM municipalities "
        "ORDER BY ALL",
    )
    # Polders with few places still have terrains and service areas: nothing may lie in the sea.
    built = read_frame(
        connection,
        "SELECT x_rd_m, y_rd_m FROM terrains UNION SELECT x_rd_m, y_rd_m FROM truck_sites "
        "ORDER BY ALL",
    )
    reached = np.vstack([rd_points(inhabited), np.array(_EMPTY_POLDER_M)])
    return base.land_silhouette(reached, rd_points(built))


def _province_outlines(connection: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    """Return the outlines of all provinces by name; none where that of any is not known."""
    rows = connection.execute(
        "SELECT DISTINCT province_name, outline_wkt FROM municipalities "
        "LEFT JOIN region_outlines ON level = 'province' AND region_id = province_name "
        "ORDER BY province_name"
    ).fetchall()
    if any(wkt is None for _, wkt in rows):
        return {}
    # All at once, so that neighbours keep one border.
    coarse = shapely.coverage_simplify(shapely.from_wkt([wkt for _, wkt in rows]), base.SIMPLIFY_M)
    return dict(zip([name for name, _ in rows], coarse, strict=True))


def _region_border(connection: duckdb.DuckDBPyConnection, selection: Selection) -> Any:
    """Return the border of the region that a map is about; empty where it is not known."""
    parts = read_region_shapes(connection, selection, ()).region
    if selection.is_national or not parts:
        return shapely.LineString()
    whole = shapely.union_all(shapely.from_wkt(parts))
    return shapely.boundary(shapely.simplify(whole, _BORDER_DETAIL_M))


def base_layer(
    connection: duckdb.DuckDBPyConnection,
    selection: Selection,
    land: Any,
    words: Words,
    selected: Sequence[str],
) -> dict[str, Any]:
    """Return land, province borders and the names of provinces, municipalities, places, waters.

    Parameters
    ----------
    selected
        Names of the municipalities that the map is about; the others are only written on it.
    """
    places = read_frame(
        connection,
        "SELECT place_name, p.inhabitants, province_name, p.x_rd_m, p.y_rd_m FROM places p "
        "JOIN municipalities USING (municipality_code) ORDER BY p.inhabitants DESC, place_name",
    )
    provinces, borders = _provinces(connection, places, land)
    shown_land, shown_borders, region = base.to_display(
        [land, borders, _region_border(connection, selection)]
    )
    middles = base.display_points(base.label_points(list(provinces.values()))).round(3)
    return {
        "land": base.rings(shown_land),
        "provinces": base.paths(shown_borders),
        "region": base.paths(region),
        "provinceNames": [
            {"name": name, "lat": lat, "lon": lon}
            for name, (lat, lon) in zip(provinces, middles.tolist(), strict=True)
        ],
        "places": {
            "name": places["place_name"].to_list(),
            "inhabitants": places["inhabitants"].to_list(),
            **_lat_lon(places),
        },
        "municipalities": _municipality_names(connection, selected),
        "waters": [
            {"name": words(f"map.water.{name}"), "lat": lat, "lon": lon}
            for name, (lat, lon) in _WATERS.items()
        ],
    }


def _provinces(
    connection: duckdb.DuckDBPyConnection, places: pl.DataFrame, land: Any
) -> tuple[dict[str, Any], Any]:
    """Return the provinces and the borders between them, drawn around places if need be."""
    provinces = _province_outlines(connection)
    if provinces:
        return provinces, base.inner_borders(list(provinces.values()), land)
    provinces = base.regions(rd_points(places), places["province_name"].to_list(), land)
    return provinces, base.shared_borders(list(provinces.values()), land)


def _municipality_names(
    connection: duckdb.DuckDBPyConnection, selected: Sequence[str]
) -> dict[str, Any]:
    """Return the names of all municipalities, the largest first, and which are selected."""
    municipalities = read_frame(
        connection,
        "SELECT municipality_name, inhabitants, x_rd_m, y_rd_m FROM municipalities "
        "ORDER BY inhabitants DESC, municipality_name",
    )
    names = municipalities["municipality_name"].to_list()
    return {
        "name": names,
        **_lat_lon(municipalities),
        "selected": [row for row, name in enumerate(names) if name in selected],
    }


def _lat_lon(frame: pl.DataFrame) -> dict[str, list[float]]:
    lat_lon = base.display_points(rd_points(frame)).round(4)
    return {"lat": lat_lon[:, 0].tolist(), "lon": lat_lon[:, 1].tolist()}


def supply_areas(connection: duckdb.DuckDBPyConnection, land: Any) -> list[dict[str, Any]]:
    """Return the supply areas; those of regional operators with outline or schematic cell.

    Areas of the transmission operator overlay the regional ones and get no cell.
    """
    areas = read_frame(connection, "SELECT * FROM supply_areas ORDER BY is_tso, supply_area_id")
    regional = areas.filter(~pl.col("is_tso"))
    cells = base.voronoi_cells(rd_points(regional), land)
    outlines = regional["outline_wkt"].to_list()
    drawn = [
        cell if wkt is None else shapely.simplify(shapely.from_wkt(wkt), _OUTLINE_DETAIL_M)
        for cell, wkt in zip(cells, outlines, strict=True)
    ]
    shapes = [base.rings(shapely.simplify(area, 0.001)) for area in base.to_display(drawn)]
    shapes += [[] for _ in range(areas.height - regional.height)]
    return [
        {
            "id": row["supply_area_id"],
            "operator": row["grid_operator_name"],
            "status": row["status"],
            "available": compact_figure(row["demand_available_capacity_mw"]),
            "required": compact_figure(row["demand_quoted_capacity_mw"]),
            "queue": compact_figure(row["demand_capacity_in_queue_mw"]),
            "relief": row["demand_alleviation_year"],
            "isOutline": row["outline_wkt"] is not None,
            "rings": shape,
        }
        for row, shape in zip(areas.to_dicts(), shapes, strict=True)
    ]


def zones(connection: duckdb.DuckDBPyConnection, words: Words) -> list[dict[str, Any]]:
    """Return the zero-emission zones, with their outline where it was loaded.

    One without a point is named but not drawn; one without an outline is a circle of equal area.
    """
    frame = read_frame(connection, "SELECT * FROM ze_zones ORDER BY zone_name")
    located = frame.filter(pl.col("x_rd_m").is_not_null() & pl.col("y_rd_m").is_not_null())
    lat_lon = dict(
        zip(
            located["zone_name"].to_list(),
            base.display_points(rd_points(located)).round(4).tolist(),
            strict=True,
        )
    )

    outlined = frame.filter(pl.col("outline_wkt").is_not_null())
    shown = base.to_display(shapely.from_wkt(outlined["outline_wkt"].to_list()))
    rings = dict(zip(outlined["zone_name"].to_list(), map(base.rings, shown), strict=True))

    def start_text(start: date | None) -> str:
        if start is None:
            return words("map.zone.start_unknown")
        return words("map.zone.start", date=words.date(start))

    return [
        {
            "name": row["zone_name"],
            "start": None if row["start_date"] is None else row["start_date"].isoformat(),
            "startText": start_text(row["start_date"]),
            "area": row["area_km2"],
            "radius": round(row["equivalent_radius_m"] or 0),
            "at": lat_lon.get(row["zone_name"]),
            "rings": rings.get(row["zone_name"], []),
            "edge": words(f"map.zone.edge_{row['geometry_quality']}"),
        }
        for row in frame.to_dicts()
    ]


def truck_sites(connection: duckdb.DuckDBPyConnection, run: RunInfo) -> dict[str, Any]:
    """Return the sites along the road with their energy per year and scenario [MWh/year]."""
    frame = read_frame(connection, "SELECT * FROM truck_sites ORDER BY site_id")
    lat_lon = base.display_points(rd_points(frame)).round(4)
    row_of = {site: row for row, site in enumerate(frame["site_id"].to_list())}
    energy: dict[str, list[Any]] = {}
    for site, year, scenario, energy_kwh in connection.execute(
        "SELECT site_id, year, scenario, sum(energy_kwh_per_year) FROM site_demand "
        "WHERE run_id = ? GROUP BY ALL ORDER BY year, scenario, site_id",
        [run.run_id],
    ).fetchall():
        column = energy.setdefault(f"{year}|{scenario}", [None] * frame.height)
        if site in row_of:
            column[row_of[site]] = compact_figure(energy_kwh / KWH_PER_MWH)
    return {
        "kind": frame["site_kind"].to_list(),
        "type": frame["location_type"].to_list(),
        "name": frame["site_name"].to_list(),
        "road": frame["road_name"].to_list(),
        "lat": lat_lon[:, 0].tolist(),
        "lon": lat_lon[:, 1].tolist(),
        "energy": energy,
    }


def view_bounds(
    land: Any, terrains: pl.DataFrame, municipalities: pl.DataFrame | None
) -> list[list[float]]:
    """Return the south-west and north-east corner of the first view [degrees].

    Parameters
    ----------
    land
        Schematic land, EPSG:28992.
    terrains
        The terrains of the map.
    municipalities
        Those that the map is about; None: the whole land.
    """
    if municipalities is None:
        around = land
    else:
        # Their points join in, so that a municipality without a terrain still has a view.
        points = [*rd_points(terrains).tolist(), *rd_points(municipalities).tolist()]
        around = shapely.buffer(shapely.MultiPoint(points).envelope, _REGION_MARGIN_M)
    west, south, east, north = base.to_display([around])[0].bounds
    return [[round(south, 4), round(west, 4)], [round(north, 4), round(east, 4)]]
