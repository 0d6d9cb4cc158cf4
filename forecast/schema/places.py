"""Source tables of places: register, municipalities, postcodes and zones."""

from __future__ import annotations

from typing import Final

from forecast.schema.columns import EDITION, MUNICIPALITY, TERRAIN, X, Y, key, optional
from forecast.schema.table import Column, Table

PLACES: Final = (
    Table(
        "terrains",
        "source",
        "The register of business parks, every row of it.",
        (
            TERRAIN,
            Column("terrain_name", "String", "", "name as in the register"),
            MUNICIPALITY,
            Column("reference_year", "Int64", "", "year the register describes"),
            Column("gross_ha", "Float64", "ha", "gross area"),
            Column("net_ha", "Float64", "ha", "net area"),
            Column("issuable_ha", "Float64", "ha", "net area not yet issued"),
            optional("ibis_type_code", "String", "", "type code of the register, undocumented"),
            X,
            Y,
            Column("location_quality", "String", "", "polygon, street, kern or gemeente"),
            Column("matched_place_name", "String", "", "what the approximate point was matched to"),
            EDITION,
        ),
    ),
    Table(
        "register_issues",
        "source",
        "What is odd in a row of the register; the row is kept.",
        (
            TERRAIN,
            key("issue_code", "String", "kind of oddity"),
            Column("consequence", "String", "", "what the forecast does with the row"),
            EDITION,
        ),
    ),
    Table(
        "municipalities",
        "source",
        "Municipalities with their region and structure.",
        (
            key("municipality_code", "String", "GM and four digits (CBS)"),
            Column("municipality_name", "String", "", "name"),
            Column("province_name", "String", "", "province"),
            Column("nal_region_name", "String", "", "NAL region"),
            X,
            Y,
            Column("area_ha", "Float64", "ha", "area"),
            Column("inhabitants", "Int64", "inhabitants", "inhabitants, 2024"),
            Column("establishments", "Int64", "establishments", "business establishments, 2026"),
            optional("share_agriculture", "Float64", "1", "of establishments, SBI A, 2021"),
            optional("share_industry_construction", "Float64", "1", "SBI B-F, energy included"),
            optional("share_trade_horeca", "Float64", "1", "SBI G and I"),
            optional("share_transport_ict", "Float64", "1", "SBI H and J, told apart nowhere"),
            EDITION,
        ),
    ),
    Table(
        "municipality_successors",
        "source",
        "Municipalities that ended since 2020, with the one that their ground is part of since.",
        (
            key("ended_code", "String", "GM and four digits (CBS) of what ended"),
            key("postcode4", "String", "what of it; empty text: all of it"),
            Column("ended_name", "String", "", "its name"),
            MUNICIPALITY,
            Column("since", "Date", "", "first day of the new division"),
            EDITION,
        ),
    ),
    Table(
        "places",
        "source",
        "Inhabited places: labels and the schematic outline of the maps.",
        (
            key("place_name", "String", "name"),
            key("municipality_code", "String", "GM and four digits (CBS)"),
            Column("inhabitants", "Int64", "inhabitants", "inhabitants"),
            X,
            Y,
            EDITION,
        ),
    ),
    Table(
        "postcode_points",
        "source",
        "A point in most four-digit postcodes, to find terrains around one.",
        (
            key("postcode4", "String", "four digits"),
            MUNICIPALITY,
            X,
            Y,
            Column(
                "addresses", "Int64", "addresses", "public charging addresses it is the median of"
            ),
            EDITION,
        ),
    ),
    Table(
        "ze_zones",
        "source",
        "Zero-emission zones, corrections applied.",
        (
            key("zone_name", "String", "name"),
            MUNICIPALITY,
            optional("start_date", "Date", "", "first day in force; empty: not decided"),
            optional("area_km2", "Float64", "km2", "area; empty: not known"),
            optional("x_rd_m", "Float64", "m", "easting of its point, EPSG:28992"),
            optional("y_rd_m", "Float64", "m", "northing of its point, EPSG:28992"),
            optional("equivalent_radius_m", "Float64", "m", "radius of a circle of equal area"),
            Column("status", "String", "", "as the feed has it, or what a correction says"),
            Column("version", "String", "", "publication or version of the row; says if corrected"),
            Column("geometry_quality", "String", "", "polygon, circle, or municipality: its point"),
            optional("outline_wkt", "String", "", "outline in RD New, EPSG:28992, as WKT"),
            EDITION,
        ),
    ),
    Table(
        "zone_issues",
        "source",
        "What was odd in the zones as they were read, and what became of it.",
        (
            key("zone_name", "String", "name, or the feed's id of a zone that was left out"),
            key("issue_code", "String", "kind of oddity"),
            Column("detail", "String", "", "what was found and done"),
            EDITION,
        ),
    ),
    Table(
        "ze_access_rules",
        "source",
        "Which vehicles may enter a zero-emission zone in force, and until when.",
        (
            key("rule_code", "String", "short name of the rule"),
            Column("priority", "Int64", "", "order of reading: the first rule that fits decides"),
            Column("vehicle_class", "String", "", "van, rigid_truck, tractor or any"),
            Column("emission_class", "String", "", "Euro classes parted by a bar, zero, or any"),
            optional("registered_from", "Date", "", "first registration on or after; empty: any"),
            optional("registered_before", "Date", "", "first registration before; empty: any"),
            optional("access_until", "Date", "", "first day without access; empty: no such day"),
            Column("is_admitted", "Boolean", "", "may enter until that day; false: never"),
            optional("condition", "String", "", "exemption where access takes one"),
            Column("status", "String", "", "how firm the rule is"),
            Column("source", "String", "", "where it was read"),
            EDITION,
        ),
    ),
)
