"""Source tables of the grid, of sites along the roads, and of outlines."""

from __future__ import annotations

from typing import Final

from forecast.schema.columns import AREA, EDITION, TERRAIN, X, Y, key, optional
from forecast.schema.table import Column, Table

SUPPLY: Final = (
    Table(
        "supply_areas",
        "source",
        "Demand-side supply areas (voedingsgebieden) of the regional grid operators and TenneT.",
        (
            AREA,
            Column("grid_operator_name", "String", "", "grid operator; TenneT rows overlay others"),
            Column("is_tso", "Boolean", "", "area of the transmission operator: never summed"),
            optional("demand_available_capacity_mw", "Float64", "MW", "transport capacity present"),
            optional("demand_quoted_capacity_mw", "Float64", "MW", "transport capacity needed"),
            optional("demand_capacity_in_queue_mw", "Float64", "MW", "requests waiting"),
            optional("demand_requests_in_queue", "Int64", "requests", "how many wait"),
            optional("demand_alleviation_year", "Int64", "", "year solved; empty: none given"),
            Column("demand_alleviation", "String", "", "year, nothing_to_solve or not_known"),
            optional("tso_alleviation_year", "Int64", "", "year solved at the transmission grid"),
            Column("tso_alleviation", "String", "", "year, nothing_to_solve or not_known"),
            optional("tso_status_code", "Int64", "", "0 to 3, probably white, yellow, orange, red"),
            Column(
                "tso_status",
                "String",
                "",
                "the code read: room, limited, study, shortage or "
                "not_known; another grid than that of the area: never joined to `status`",
            ),
            Column(
                "status",
                "String",
                "",
                "room, queue (room until the queue is served), shortage or not_known",
            ),
            X,
            Y,
            Column("x_min_rd_m", "Float64", "m", "bounding box"),
            Column("y_min_rd_m", "Float64", "m", "bounding box"),
            Column("x_max_rd_m", "Float64", "m", "bounding box"),
            Column("y_max_rd_m", "Float64", "m", "bounding box"),
            optional("outline_wkt", "String", "", "outline in RD New; empty: none was loaded"),
            optional("holds_on", "Date", "", "day of the capaciteitskaart; empty: not known"),
            EDITION,
        ),
    ),
    Table(
        "truck_sites",
        "source",
        "Service areas, rest areas and truck parkings.",
        (
            key("site_id", "String", "OpenStreetMap object"),
            Column("site_kind", "String", "", "service_area, rest_area or truck_parking"),
            Column("location_type", "String", "", "service_area or truck_parking"),
            Column("site_name", "String", "", "name, may be empty"),
            Column("road_name", "String", "", "road, may be empty"),
            X,
            Y,
            optional("area_m2", "Float64", "m2", "area; empty: not known"),
            optional("truck_places", "Float64", "places", "pitches for trucks; empty: not known"),
            Column("merged_objects", "Int64", "objects", "objects within 300 m that it is made of"),
            EDITION,
        ),
    ),
    Table(
        "charging_sites",
        "source",
        "Charging sites that exist, with their power; empty where no such file was imported.",
        (
            key("site_id", "String", "identifier of the publisher"),
            Column("site_name", "String", "", "name, may be empty"),
            Column("operator_name", "String", "", "operator, may be empty"),
            X,
            Y,
            optional("charge_points", "Int64", "points", "EVSEs; empty: not known"),
            optional("max_power_kw", "Float64", "kW", "of its strongest connector"),
            optional("is_for_trucks", "Boolean", "", "as published; empty: not said"),
            EDITION,
        ),
    ),
    Table(
        "terrain_outlines",
        "source",
        "Outlines of terrains; empty where no register with polygons was imported.",
        (
            TERRAIN,
            Column("outline_wkt", "String", "", "outline in RD New, EPSG:28992, as WKT"),
            Column("parts", "Int64", "polygons", "polygons of the file it was joined from"),
            Column("measured_ha", "Float64", "ha", "area of the outline"),
            EDITION,
        ),
    ),
    Table(
        "region_outlines",
        "source",
        "Outlines of municipalities and provinces; empty where none were imported.",
        (
            key("level", "String", "municipality or province"),
            key("region_id", "String", "code of a municipality, name of a province"),
            Column("region_name", "String", "", "name"),
            Column("outline_wkt", "String", "", "outline in RD New, EPSG:28992, as WKT"),
            EDITION,
        ),
    ),
)

SUPPLY_DETAILS: Final = (
    Table(
        "postcode_congestion",
        "source",
        "Congestion per postcode; empty where no such file was imported.",
        (
            key("postcode6", "String", "four digits and two letters, no space"),
            Column("demand_status", "String", "", "room, limited, study, shortage or not_known"),
            Column("generation_status", "String", "", "the same, for feeding in"),
            optional("supply_area_id", "String", "", "its supply area; empty: not said"),
            optional("substation_id", "String", "", "TenneT station that feeds it"),
            EDITION,
        ),
    ),
    Table(
        "supply_area_works",
        "source",
        "Works planned on the grid of a supply area; empty where no such file was imported.",
        (
            AREA,
            key("work_number", "Int64", "place in the list of the area"),
            Column("work_name", "String", "", "name of the work"),
            optional("grid_operator_name", "String", "", "who does it; empty: not said"),
            optional("planned_year", "Int64", "", "year it should be done; empty: not said"),
            optional("planned_quarter", "Int64", "", "quarter of that year; empty: not said"),
            optional("phase", "String", "", "how far it is, as published"),
            EDITION,
        ),
    ),
)
