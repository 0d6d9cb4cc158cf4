"""Source tables of what is counted and published, and of forecasts by others."""

from __future__ import annotations

from typing import Final

from forecast.schema.columns import EDITION, MUNICIPALITY, TERRAIN, YEAR, key
from forecast.schema.table import Column, Table

IMPORTED_COUNTS: Final = (
    Table(
        "vehicle_counts",
        "source",
        "Vehicles counted per area, class and day; empty where no such table was imported.",
        (
            key("statistic_code", "String", "table it was read from, such as 85236NED or RDW"),
            key("area_level", "String", "postcode4, municipality, province or nation"),
            key("area_code", "String", "four digits, GM code, name of a province, or NL"),
            key("vehicle_class", "String", "van, rigid_truck or tractor"),
            key("powertrain", "String", "all or electric"),
            key("count_date", "Date", "day of the count, or last day of the year counted"),
            Column("vehicles", "Int64", "vehicles", "counted"),
            Column("definition", "String", "", "what is counted: never mixed in one sum"),
            EDITION,
        ),
    ),
    Table(
        "postcode_municipalities",
        "source",
        "The municipality of four-digit postcodes; empty where no such table was imported.",
        (
            key("postcode4", "String", "four digits"),
            MUNICIPALITY,
            Column("share", "Float64", "1", "part of the rows of the postcode that name it"),
            EDITION,
        ),
    ),
    Table(
        "establishment_counts",
        "source",
        "Establishments per municipality and SBI section; empty where no table was imported.",
        (
            key("municipality_code", "String", "GM and four digits (CBS)"),
            key("sbi_section", "String", "letter of SBI 2008, or total"),
            key("count_date", "Date", "1 January of the year counted"),
            Column("establishments", "Int64", "establishments", "counted"),
            EDITION,
        ),
    ),
)

COUNTS: Final = (
    Table(
        "vehicles_registered",
        "source",
        "Vehicles per municipality by address of the registered keeper.",
        (
            key("municipality_code", "String", "GM and four digits (CBS)"),
            Column("vans_registered", "Int64", "vehicles", "vans; embedded ones of 2023"),
            Column("rigid_trucks_registered", "Int64", "vehicles", "rigid trucks, likewise"),
            Column("vehicles_counted_per", "String", "", "municipality, or postcode4 and added up"),
            EDITION,
        ),
    ),
    Table(
        "vans_by_province",
        "source",
        "Vans by province of their main user, in use at any time in 2022.",
        (
            key("province_name", "String", "province"),
            Column("vans_main_user", "Int64", "vehicles", "vans by main user"),
            EDITION,
        ),
    ),
    Table(
        "vans_main_user",
        "source",
        "Vans by main user in the few municipalities where it is known, in use in 2022: a check.",
        (
            key("municipality_code", "String", "GM and four digits (CBS)"),
            Column("vans_main_user", "Int64", "vehicles", "vans by main user"),
            EDITION,
        ),
    ),
    Table(
        "municipal_electric",
        "source",
        "Electric vehicles counted per municipality; empty where no such table was loaded.",
        (
            key("municipality_code", "String", "GM and four digits (CBS)"),
            key("vehicle_group", "String", "van or truck"),
            key("date", "Date", "day of the count"),
            Column("vehicles", "Int64", "vehicles", "all powertrains, by address of the keeper"),
            Column("electric_vehicles", "Int64", "vehicles", "battery-electric among them"),
            Column("definition", "String", "", "what is counted; one for the whole group"),
            EDITION,
        ),
    ),
    Table(
        "fleet_history",
        "source",
        "National fleet and electric series.",
        (
            key("series", "String", "name of the series"),
            key("date", "String", "date or year as published"),
            Column("value", "Float64", "see unit", "value"),
            Column("unit", "String", "", "unit of the value"),
            Column("definition", "String", "", "what is counted; one for the whole series"),
            Column("known_from", "Date", "", "first day on which it can have been known"),
            Column("status", "String", "", "published, secondary or derived"),
            Column("source", "String", "", "publisher"),
            EDITION,
        ),
    ),
    Table(
        "published_figures",
        "source",
        "What others published, to set beside the forecast.",
        (
            key("quantity", "String", "column of the national summary"),
            key("year", "Int64", "year that the publication names"),
            key("kind", "String", "count, forecast or aim"),
            key("publisher", "String", "who published it"),
            Column("holds_on", "Date", "", "day it is read to hold on"),
            Column("value", "Float64", "see unit", "value"),
            Column("unit", "String", "", "unit of the value"),
            Column("published_on", "Date", "", "day of publication"),
            Column("status", "String", "", "published, secondary or derived"),
            Column("source", "String", "", "where it was found"),
            EDITION,
        ),
    ),
)

BESIDE: Final = (
    Table(
        "external_forecasts",
        "beside",
        "What somebody else forecasts per terrain; no run reads it.",
        (
            TERRAIN,
            YEAR,
            key("their_scenario", "String", "low, mid or high; empty: the file names none"),
            key("quantity", "String", "one of `forecast.sources.forecast_quantities`"),
            Column("their_value", "Float64", "see quantity", "in the unit of the quantity"),
            Column("said_as", "String", "", "how the file calls it: its column, with the unit"),
            EDITION,
        ),
    ),
)
