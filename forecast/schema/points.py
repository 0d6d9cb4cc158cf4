"""Result tables of hubs, sites along the roads and charge points."""

from __future__ import annotations

from typing import Final

from forecast.schema.columns import RUN, SCENARIO, TERRAIN, YEAR, key, optional
from forecast.schema.table import Column, Table

_SIZES: Final = (
    Column("is_equipped", "Boolean", "", "enough energy comes here for charge points"),
    Column("energy_kwh_per_day", "Float64", "kWh/day", "on a winter working day"),
    Column("sessions_per_day", "Float64", "1/day", "on a working day"),
    Column("charge_points", "Int64", "points", "for the wait allowed; 0 where not equipped"),
    Column("installed_kw", "Float64", "kW", "points times their power"),
    Column(
        "mean_wait_minutes",
        "Float64",
        "minute",
        "in the busiest quarter-hour; overnight: of all vehicles, at most",
    ),
    Column("design_peak_kw", "Float64", "kW", "P95 over days of the daily maximum"),
    Column("grid_connection_kw", "Float64", "kW", "connection that carries it"),
    Column("space_m2", "Float64", "m2", "points with room to manoeuvre, and the transformer"),
)

POINTS: Final = (
    Table(
        "hubs",
        "result",
        "Shared hubs: business parks where enough demand comes together for one, and its size.",
        (
            RUN,
            key("terrain_id", "String", "RIN of the terrain that the hub stands on"),
            YEAR,
            SCENARIO,
            Column("opened_year", "Int64", "", "year of the run from which it carries itself"),
            Column("served_terrains", "Int64", "terrains", "terrains within reach, its own too"),
            *_SIZES,
        ),
    ),
    Table(
        "terrain_hubs",
        "result",
        "The shared hub that serves a terrain.",
        (
            RUN,
            TERRAIN,
            YEAR,
            SCENARIO,
            optional("hub_terrain_id", "String", "", "terrain of the hub; empty: none in reach"),
            optional("hub_distance_km", "Float64", "km", "to it, as the crow flies"),
        ),
    ),
    Table(
        "site_demand",
        "result",
        "What is charged on real sites along the roads, and the charge points that takes.",
        (
            RUN,
            key("site_id", "String", "OpenStreetMap object"),
            YEAR,
            SCENARIO,
            key("location_type", "String", "service_area or truck_parking"),
            Column("energy_kwh_per_year", "Float64", "kWh/year", "of Dutch fleets"),
            Column("foreign_energy_kwh_per_year", "Float64", "kWh/year", "of foreign trucks"),
            *_SIZES,
            Column(
                "afir_pool_factor",
                "Float64",
                "1",
                "installed over what AFIR asks of a pool in 2030: 3,600 kW, parkings 400 kW",
            ),
            Column("ten_t_class", "String", "", "core, comprehensive, none or not_known"),
        ),
    ),
    Table(
        "charge_points",
        "result",
        "Charge points by power: of a terrain's depots, of hubs and of sites along the roads.",
        (
            RUN,
            key("location_type", "String", "depot, shared_hub, service_area or truck_parking"),
            key("place_id", "String", "terrain_id of a depot or hub, site_id of a site"),
            YEAR,
            SCENARIO,
            key("power_class_kw", "Int64", "11, 22, 50, 100, 150, 350 or 1000", "kW"),
            Column("access", "String", "", "private, shared (companies of a park) or public"),
            Column("charge_points", "Float64", "points", "of a depot: expected, may be a part"),
            Column("installed_kw", "Float64", "kW", "points times power class"),
            Column("space_m2", "Float64", "m2", "pitches with room to manoeuvre"),
        ),
    ),
)
