"""Lasting records of what companies answered."""

from __future__ import annotations

from typing import Final

from forecast.schema.columns import YEAR, key, optional
from forecast.schema.table import Column, Table

_ANSWER: Final = key("answer_id", "String", "identifier; later answers sort after earlier ones")

_GROUP: Final = key(
    "vehicle_group", "String", "van, rigid_truck, tractor, or truck for both classes of trucks"
)

SURVEY: Final = (
    Table(
        "survey_answers",
        "record",
        "What a company answered in a survey; of one company the latest answer counts.",
        (
            _ANSWER,
            Column("terrain_id", "String", "", "RIN of the terrain the company is on"),
            Column(
                "company_number", "Int64", "", "of the company on its terrain; it is never reused"
            ),
            Column("is_removed", "Boolean", "", "the company withdrew; its answers are deleted"),
            Column("covers_all", "Boolean", "", "the survey was said to hold every company"),
            optional("connection_size", "String", "", "small (up to 3x80 A) or large"),
            optional("contract_kw", "Float64", "kW", "contracted to take from the grid"),
            optional("feed_in_kw", "Float64", "kW", "contracted to feed into the grid"),
            optional("connection_kw", "Float64", "kW", "that the connection itself carries"),
            optional("requested_kw", "Float64", "kW", "asked of the grid operator, still open"),
            Column("author_name", "String", "", "who imported or removed it"),
            Column("observed_on", "Date", "", "day of the answer"),
            Column("entered_at", "Datetime", "", "when it was imported, UTC"),
        ),
    ),
    Table(
        "survey_fleets",
        "record",
        "The vehicles of a company in its answer; empty is not answered.",
        (
            _ANSWER,
            _GROUP,
            optional("vehicles", "Int64", "vehicles", "all powertrains"),
            optional("electric_vehicles", "Int64", "vehicles", "battery-electric among them, now"),
            optional("charge_points", "Int64", "points", "for them, now"),
            optional("charger_kw", "Float64", "kW", "of a point"),
            optional("distance_km_per_year", "Float64", "km/year", "of a vehicle"),
        ),
    ),
    Table(
        "survey_plans",
        "record",
        "The electric vehicles that a company plans.",
        (
            _ANSWER,
            _GROUP,
            YEAR,
            Column("electric_vehicles", "Int64", "vehicles", "battery-electric at the end of it"),
        ),
    ),
    Table(
        "survey_schedules",
        "record",
        "When vehicles of a company are out.",
        (
            _ANSWER,
            _GROUP,
            key("schedule_number", "Int64", "in the order of the answer"),
            Column("vehicles", "Int64", "vehicles", "that keep it"),
            Column("weekdays", "String", "", "1 (Monday) to 7 (Sunday), such as 12345"),
            Column("departure_hour", "Float64", "hour", "first departure of the day"),
            Column("return_hour", "Float64", "hour", "last return; earlier than it: the next day"),
        ),
    ),
    Table(
        "survey_contacts",
        "record",
        "Who answered: private, in no export, page or map unless asked for by name.",
        (
            _ANSWER,
            Column("company_name", "String", "", "name of the company"),
            optional("contact", "String", "", "person, address or number"),
            optional("ean_code", "String", "", "of the connection, 18 digits"),
        ),
    ),
)
