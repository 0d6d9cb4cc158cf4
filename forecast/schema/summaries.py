"""Result tables of terrains, regions and the country in one row each."""

from __future__ import annotations

from typing import Final

from forecast.schema.columns import RUN, SCENARIO, TERRAIN, YEAR, key, optional
from forecast.schema.table import Column, Table
from forecast.vocabulary import PLAN_CLASSES

SUMMARIES: Final = (
    Table(
        "terrain_figures",
        "result",
        "Figures of a terrain that add up over terrains.",
        (
            RUN,
            TERRAIN,
            YEAR,
            SCENARIO,
            Column("terrains", "Float64", "terrains", "one"),
            *(
                Column(f"{name}_terrains", "Float64", "terrains", f"one if its class is {name}")
                for name in PLAN_CLASSES
            ),
            Column("vehicles", "Float64", "vehicles", "all powertrains"),
            Column("electric_vans", "Float64", "vehicles", "battery-electric"),
            Column("electric_trucks", "Float64", "vehicles", "the same, both classes of trucks"),
            Column("depot_energy_kwh_per_year", "Float64", "kWh/year", "at depots"),
            Column("shared_hub_energy_kwh_per_year", "Float64", "kWh/year", "at shared hubs"),
            Column("private_charge_points", "Float64", "points", "at depots"),
            Column("shared_charge_points", "Float64", "points", "at the hub that stands here"),
        ),
    ),
    Table(
        "national_summary",
        "result",
        "The country in one row per year and scenario: vehicles on business parks and off them.",
        (
            RUN,
            YEAR,
            SCENARIO,
            Column("electric_vans", "Float64", "vehicles", "battery-electric vans"),
            Column("electric_trucks", "Float64", "vehicles", "battery-electric rigids, tractors"),
            Column("energy_kwh_per_year", "Float64", "kWh/year", "energy of all of them"),
        ),
    ),
    Table(
        "regional_summary",
        "result",
        "Terrains added up to regions and the nation; peaks are those of pooled sessions.",
        (
            RUN,
            key("level", "String", "municipality, province, nal_region, supply_area or nation"),
            key(
                "region_id",
                "String",
                "code of a municipality, name of a province or NAL region, supply_area_id (none: "
                "in no area), or NL",
            ),
            Column("region_name", "String", "", "name"),
            YEAR,
            SCENARIO,
            Column(
                "terrains",
                "Float64",
                "terrains",
                "in a supply area, here and below: expected, each terrain by the probability that "
                "it lies there",
            ),
            Column("own_site_terrains", "Float64", "terrains", "of that plan class"),
            Column("collective_terrains", "Float64", "terrains", "of that plan class"),
            Column("mitigate_terrains", "Float64", "terrains", "of that plan class"),
            Column("not_known_terrains", "Float64", "terrains", "of that plan class"),
            Column("vehicles", "Float64", "vehicles", "based on terrains, all powertrains"),
            Column("electric_vans", "Float64", "vehicles", "battery-electric among them"),
            Column("electric_trucks", "Float64", "vehicles", "battery-electric rigids, tractors"),
            Column("depot_energy_kwh_per_year", "Float64", "kWh/year", "charged at their depots"),
            Column(
                "shared_hub_energy_kwh_per_year",
                "Float64",
                "kWh/year",
                "charged at hubs, counted where the vehicles are based",
            ),
            Column("private_charge_points", "Float64", "points", "at depots, expected"),
            Column("shared_charge_points", "Float64", "points", "at hubs that stand here"),
            optional(
                "public_charge_points",
                "Float64",
                "points",
                "along the roads; only of the nation, sites are points without a municipality",
            ),
            *(
                Column(
                    f"{strategy}_design_peak_kw",
                    "Float64",
                    "kW",
                    "P95 of the daily maximum of depots and hubs pooled" + steered,
                )
                for strategy, steered in (
                    ("unmanaged", ""),
                    ("smart", ", all terrains steered as one"),
                    ("night_block", ", all terrains steered as one"),
                )
            ),
        ),
    ),
)
