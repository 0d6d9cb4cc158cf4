"""Result tables of energy, sessions and power."""

from __future__ import annotations

from typing import Final

from forecast.schema.columns import (
    CLASS,
    HOLDER,
    LOCATION,
    RUN,
    SCENARIO,
    STRATEGY,
    TERRAIN,
    YEAR,
    key,
    optional,
)
from forecast.schema.table import Column, Table

_SESSION_TYPE: Final = (
    CLASS,
    key("location_type", "String", "depot, shared_hub, service_area or truck_parking"),
    YEAR,
    SCENARIO,
    Column("energy_kwh_per_session", "Float64", "kWh", "mean energy from the grid"),
    Column("energy_cv", "Float64", "1", "its coefficient of variation"),
    Column("charger_power_kw", "Float64", "kW", "most that charger and vehicle allow"),
    Column("dwell_hours", "Float64", "hour", "time plugged in"),
    Column("arrival_hour", "Float64", "hour", "mean clock time of arrival"),
    Column("arrival_sd_hours", "Float64", "hour", "its standard deviation"),
    Column("day_effect_sd", "Float64", "1", "of the energy, shared by all on a day"),
)

_LOAD_PROFILE: Final = (
    CLASS,
    key("location_type", "String", "depot, shared_hub, service_area or truck_parking"),
    YEAR,
    SCENARIO,
    key("strategy", "String", "unmanaged or delayed; shared hubs: smart and night_block"),
    key("season", "String", "winter_design or year_average"),
    key("day_type", "String", "working_day, saturday or sunday (and public holidays)"),
    Column("mean_kw", "Floats", "kW", "96 quarter-hours from midnight on"),
)

CHARGING: Final = (
    Table(
        "energy",
        "result",
        "Energy from the grid of the vehicles based on a terrain, by where they charge.",
        (
            RUN,
            HOLDER,
            CLASS,
            YEAR,
            SCENARIO,
            LOCATION,
            Column("energy_kwh_per_year", "Float64", "kWh/year", "energy from the grid"),
        ),
    ),
    Table(
        "charging_sessions",
        "result",
        "Charging sessions on a working day.",
        (
            RUN,
            TERRAIN,
            YEAR,
            SCENARIO,
            key("location_type", "String", "depot, shared_hub, service_area or truck_parking"),
            Column("van_sessions_per_day", "Float64", "1/day", "expected, may be a part"),
            Column("rigid_truck_sessions_per_day", "Float64", "1/day", "the same"),
            Column("tractor_sessions_per_day", "Float64", "1/day", "the same"),
        ),
    ),
    Table(
        "session_types",
        "result",
        "How a session charges on a winter working day.",
        (RUN, *_SESSION_TYPE),
    ),
    Table(
        "load_profiles",
        "result",
        "Mean load of a session through the day, of vehicles that are not steered together.",
        (RUN, *_LOAD_PROFILE),
    ),
    Table(
        "own_session_types",
        "result",
        "`session_types` of terrains where an adviser knows better how vehicles drive or charge.",
        (RUN, TERRAIN, *_SESSION_TYPE),
    ),
    Table(
        "own_load_profiles",
        "result",
        "`load_profiles` of terrains where an adviser knows better how vehicles drive or charge.",
        (RUN, TERRAIN, *_LOAD_PROFILE),
    ),
    Table(
        "power",
        "result",
        "Power asked on a winter working day; peaks of location types do not add.",
        (
            RUN,
            TERRAIN,
            YEAR,
            SCENARIO,
            key(
                "location_type",
                "String",
                "depot, shared_hub, service_area, truck_parking, or on_terrain: depot and hub",
            ),
            STRATEGY,
            Column("design_peak_kw", "Float64", "kW", "P95 over days of the daily maximum"),
            Column("typical_peak_kw", "Float64", "kW", "P50 over days of the daily maximum"),
            Column("design_peak_16_21_kw", "Float64", "kW", "P95 of the maximum in 16:00-21:00"),
            Column("design_peak_other_hours_kw", "Float64", "kW", "the same outside those hours"),
            Column("served_share", "Float64", "1", "energy that stays and chargers allow, of all"),
            optional(
                "simultaneity_factor",
                "Float64",
                "1",
                "design peak over one charger per session (gelijktijdigheid); empty: no session",
            ),
        ),
    ),
    Table(
        "power_bands",
        "result",
        "Band of the design peak of depots and hub together, from that of the electric vehicles.",
        (
            RUN,
            TERRAIN,
            YEAR,
            SCENARIO,
            key("strategy", "String", "unmanaged or smart"),
            Column("design_peak_kw_p10", "Float64", "kW", "all classes at p10 of their vehicles"),
            Column("design_peak_kw_p90", "Float64", "kW", "all classes at p90 of their vehicles"),
        ),
    ),
    Table(
        "model_figures",
        "result",
        "What the model says of refined terrains: the same figures without any refinement of them.",
        (
            RUN,
            TERRAIN,
            YEAR,
            SCENARIO,
            Column("on_terrain_energy_kwh_per_year", "Float64", "kWh/year", "at depots and hubs"),
            Column("unmanaged_design_peak_kw", "Float64", "kW", "of depots and hub together"),
            Column("smart_design_peak_kw", "Float64", "kW", "the same, charging smart"),
            Column("night_block_design_peak_kw", "Float64", "kW", "the same, closed 16:00-21:00"),
        ),
    ),
    Table(
        "applied_refinements",
        "result",
        "Refinements that are in the figures of a run.",
        (RUN, key("refinement_id", "String", "entry of the log")),
    ),
)
