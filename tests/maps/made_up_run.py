"""A small run with hand-made terrains and made-up results that can be worked out by hand."""

from __future__ import annotations

from datetime import date
from itertools import product
from typing import Any

from forecast.schema import TABLES
from forecast.vocabulary import DEFAULT_YEARS, NAMED_SECTORS, SCENARIOS, STRATEGIES, VEHICLE_CLASSES

HOSTILE = (
    "</script><script>document.title='owned'</script><img src=x onerror=alert(1)> "
    '"De \'Kop" & {{ 7*7 }} =cmd() \u202epoter'
)
_SQUARE = "POLYGON ((120000 486000, 122000 486000, 122000 488000, 120000 488000, 120000 486000))"
_SCENARIO_SIZE = {"low": 0.5, "mid": 1.0, "high": 2.0}
_STRATEGY_SIZE = {"unmanaged": 1.0, "smart": 0.25, "night_block": 1.5}

Row = dict[str, Any]


def made_up_sources() -> dict[str, list[Row]]:
    ground = {"edition_id": "edition0123456789"}
    municipalities = [
        ("GM0014", "Groningen", "Groningen", 234222.0, 581118.0),
        ("GM0363", "Amsterdam", "Noord-Holland", 121120.0, 487467.0),
        ("GM0344", "Utrecht", "Utrecht", 136000.0, 456000.0),
    ]
    terrains = [
        ("105001", "DE LANGE ZIJDE", "GM0014", 78.54, 60.0, 236060.0, 583960.0, "kern"),
        ("105002", HOSTILE, "GM0014", 12.0, 10.0, 231000.0, 579000.0, "gemeente"),
        ("105003", "SÚDWÉST-KADE", "GM0363", 0.0, 3.5, 118000.0, 490000.0, "street"),
        ("105004", "LAGE WEIDE", "GM0344", 250.0, 200.0, 132500.0, 458500.0, "kern"),
    ]
    return {
        "municipalities": [
            {
                "municipality_code": code,
                "municipality_name": name,
                "province_name": province,
                "nal_region_name": "Noord",
                "x_rd_m": x,
                "y_rd_m": y,
                "area_ha": 1e4,
                "inhabitants": 100_000,
                "establishments": 1_000,
                **{f"share_{sector}": 0.2 for sector in NAMED_SECTORS},
                **ground,
            }
            for code, name, province, x, y in municipalities
        ],
        "places": [
            {
                "place_name": name,
                "municipality_code": code,
                "inhabitants": 200_000,
                "x_rd_m": x,
                "y_rd_m": y,
                **ground,
            }
            for code, name, _, x, y in municipalities
        ],
        "terrains": [
            {
                "terrain_id": rin,
                "terrain_name": name,
                "municipality_code": code,
                "reference_year": 2024,
                "gross_ha": gross,
                "net_ha": net,
                "issuable_ha": 0.0,
                "ibis_type_code": None,
                "x_rd_m": x,
                "y_rd_m": y,
                "location_quality": quality,
                "matched_place_name": "Groningen",
                **ground,
            }
            for rin, name, code, gross, net, x, y, quality in terrains
        ],
        "register_issues": [
            {"terrain_id": "105003", "issue_code": "zero_gross_area", "consequence": "", **ground}
        ],
        "ze_zones": [
            {
                "zone_name": f"ZE {name}",
                "municipality_code": code,
                "start_date": start,
                "area_km2": 1.5,
                "x_rd_m": x,
                "y_rd_m": y,
                "equivalent_radius_m": 691.0,
                "status": "in the feed",
                "version": "NDW 2025-07-07",
                "geometry_quality": "circle" if wkt is None else "polygon",
                "outline_wkt": wkt,
                **ground,
            }
            for name, code, start, x, y, wkt in (
                ("Groningen", "GM0014", date(2025, 4, 1), 233500.0, 582000.0, None),
                ("Later", "GM0363", date(2030, 1, 1), 121000.0, 487000.0, _SQUARE),
                ("Zonder punt", "GM0344", None, None, None, None),
            )
        ],
        "supply_areas": [
            {
                "supply_area_id": name,
                "grid_operator_name": operator,
                "is_tso": operator == "TenneT",
                "demand_available_capacity_mw": 50.0,
                "demand_quoted_capacity_mw": None,
                "demand_capacity_in_queue_mw": 4.5,
                "demand_requests_in_queue": 3,
                "demand_alleviation_year": 2033,
                "demand_alleviation": "year",
                "tso_alleviation_year": None,
                "tso_alleviation": "not_known",
                "tso_status_code": 3,
                "tso_status": "shortage",
                "status": status,
                "x_rd_m": x,
                "y_rd_m": y,
                "x_min_rd_m": x - 1,
                "y_min_rd_m": y - 1,
                "x_max_rd_m": x + 1,
                "y_max_rd_m": y + 1,
                "outline_wkt": _SQUARE if name == "Vierverlaten" else None,
                "holds_on": None,
                **ground,
            }
            for name, operator, status, x, y in (
                ("Hunze", "Enexis", "shortage", 236000.0, 584000.0),
                ("Vierverlaten", "Enexis", "queue", 228000.0, 580000.0),
                ("Noord", "TenneT", "room", 230000.0, 580000.0),
            )
        ],
        "truck_sites": [
            {
                "site_id": "osm_1",
                "site_kind": "service_area",
                "location_type": "service_area",
                "site_name": "",
                "road_name": "A7",
                "x_rd_m": 240000.0,
                "y_rd_m": 580000.0,
                "area_m2": None,
                "truck_places": None,
                "merged_objects": 1,
                **ground,
            },
            {
                "site_id": "osm_2",
                "site_kind": "rest_area",
                "location_type": "truck_parking",
                "site_name": "De Haar",
                "road_name": "",
                "x_rd_m": 130000.0,
                "y_rd_m": 470000.0,
                "area_m2": None,
                "truck_places": None,
                "merged_objects": 1,
                **ground,
            },
        ],
    }


def made_up_results(terrain_ids: list[str]) -> dict[str, list[Row]]:
    """Return figures that follow from the terrain's place, year, scenario and strategy.

    The unmanaged design peak of terrain n (1, 2, ...) is ``n * 100 kW * growth * scenario``, where
    growth is 1 in 2025, 6 in 2030 and 11 in 2035.
    """
    rows: dict[str, list[Row]] = {
        name: []
        for name in ("zone_exposure", "terrain_supply_areas", "fleet", "electric_vehicles",
                     "energy", "power", "power_bands", "plan_class", "site_demand", "hubs",
                     "charge_points", "charging_sessions", "load_profiles")
    }  # fmt: skip
    classes = ("own_site", "collective", "mitigate", "not_known")
    rules = ("unmanaged_fits_after_queue", "smart_fits_before_queue", "nothing_fits",
             "area_not_known")  # fmt: skip
    for size, terrain_id in enumerate(terrain_ids, start=1):
        key = {"run_id": "run0123456789", "terrain_id": terrain_id}
        for place, vehicle_class in enumerate(VEHICLE_CLASSES):
            rows["fleet"].append(key | {"municipality_code": "GM0014", "basis": "modelled",
                "vehicle_class": vehicle_class, "vehicles": 1234 * size // 10**place,
                "model_vehicles": 1234 * size // 10**place})  # fmt: skip
        rows["terrain_supply_areas"] += [
            key | {"supply_area_id": area, "match_probability": share, "area_match": "box"}
            for area, share in (("Hunze", 0.7), ("Vierverlaten", 0.3))
        ]
        for year in DEFAULT_YEARS:
            rows["zone_exposure"] += [
                key | {"vehicle_class": name, "year": year, "zone_exposure_factor": 0.5,
                       "zone_relation": "near", "zone_advance_years": 0.4,
                       "zone_advance_years_low": 0.2, "zone_advance_years_high": 1.5,
                       "nearest_zone_name": "ZE Groningen", "nearest_zone_distance_km": 3.26,
                       "nearest_zone_share": None}
                for name in VEHICLE_CLASSES
            ]  # fmt: skip
        for year, scenario in product(DEFAULT_YEARS, SCENARIOS):
            chosen = key | {"year": year, "scenario": scenario}
            growth = (year - 2024) * _SCENARIO_SIZE[scenario]
            shift = (size - 1 + DEFAULT_YEARS.index(year)) % 4
            rows["plan_class"].append(
                chosen
                | {
                    "plan_class": classes[shift],
                    "rule_code": rules[shift],
                    "margin": None,
                    "margin_score": None,
                    "next_class": None,
                    "class_with_smart": classes[shift],
                    "is_hub_in_reach": False,
                    "hub_reach_km": 3.0,
                    "own_site_from_year": None,
                }
            )
            for vehicle_class in VEHICLE_CLASSES:
                rows["electric_vehicles"].append(chosen | {"vehicle_class": vehicle_class,
                    "vehicles": 100.0 * size,
                    "zone_log_odds": 0.1, "municipal_log_odds": 0.0, "raking_log_odds": -0.1,
                    **{f"{of}{name}": value for of in ("", "model_") for name, value in (
                        ("electric_share", 0.01 * growth), ("electric_vehicles", growth * size),
                        ("electric_vehicles_p10", growth * size / 2),
                        ("electric_vehicles_p90", growth * size * 2))}})  # fmt: skip
                rows["energy"] += [
                    chosen | {"vehicle_class": vehicle_class, "location_type": location_type,
                              "energy_kwh_per_year": 1e5 * growth * size}
                    for location_type in ("depot", "shared_hub", "elsewhere")
                ]  # fmt: skip
            rows["power"] += [
                chosen | {"location_type": "on_terrain", "strategy": strategy,
                          "design_peak_kw": 100.0 * size * growth * _STRATEGY_SIZE[strategy],
                          "typical_peak_kw": 60.0 * size * growth * _STRATEGY_SIZE[strategy],
                          "design_peak_16_21_kw": 90.0 * size * growth,
                          "design_peak_other_hours_kw": 50.0 * size * growth, "served_share": 1.0,
                          "simultaneity_factor": 0.5}
                for strategy in STRATEGIES
            ]  # fmt: skip
            rows["power_bands"] += [
                chosen | {"strategy": strategy, "design_peak_kw_p10": 50.0 * size * growth,
                          "design_peak_kw_p90": 200.0 * size * growth}
                for strategy in ("unmanaged", "smart")
            ]  # fmt: skip
            rows["charging_sessions"] += [
                chosen | {"location_type": location_type, "van_sessions_per_day": count * size,
                          "rigid_truck_sessions_per_day": 0.0, "tractor_sessions_per_day": 0.0}
                for location_type, count in (("depot", 2.0), ("shared_hub", 1.0))
            ]  # fmt: skip
            rows["charge_points"].append(
                {"run_id": "run0123456789", "location_type": "depot", "place_id": terrain_id,
                 "year": year, "scenario": scenario, "power_class_kw": 22, "access": "private",
                 "charge_points": 4.0 * size * growth, "installed_kw": 1.0, "space_m2": 1.0}
            )  # fmt: skip
    # One hub, on the first terrain, from 2030 on.
    rows["hubs"] = [
        {"run_id": "run0123456789", "terrain_id": terrain_ids[0], "year": year,
         "scenario": scenario, "opened_year": 2030, "served_terrains": 3, "is_equipped": True,
         "energy_kwh_per_day": 1e3, "sessions_per_day": 20.0, "charge_points": 6,
         "installed_kw": 2100.0, "mean_wait_minutes": 4.4, "design_peak_kw": 800.0,
         "grid_connection_kw": 840.0, "space_m2": 500.0}
        for year, scenario in product((2030, 2035), SCENARIOS)
    ]  # fmt: skip
    # A van charges 10 kW for an hour, at noon and in the evening.
    places = [("depot", "unmanaged"), *(("shared_hub", strategy) for strategy in STRATEGIES)]
    rows["load_profiles"] = [
        {"run_id": "run0123456789", "vehicle_class": "van", "location_type": location_type,
         "year": year, "scenario": scenario, "strategy": strategy, "season": "winter_design",
         "day_type": "working_day",
         "mean_kw": [10.0 if 48 <= quarter < 52 or 68 <= quarter < 72 else 0.0
                     for quarter in range(96)]}
        for (location_type, strategy), year, scenario in product(places, DEFAULT_YEARS, SCENARIOS)
    ]  # fmt: skip
    rows["regional_summary"] = [
        {column.name: 0.0 for column in TABLES["regional_summary"].columns}
        | {"run_id": "run0123456789", "level": level, "region_id": region, "region_name": name,
           "year": 2030, "scenario": "mid"}
        for level, region, name in (
            ("nation", "NL", "Nederland"), ("municipality", "GM0014", "Groningen"),
            ("municipality", "GM0363", "Amsterdam"), ("municipality", "GM0344", "Utrecht"),
            ("province", "Utrecht", "Utrecht"), ("nal_region", "Noord", "Noord"),
        )
    ]  # fmt: skip
    rows["site_demand"] = [
        {"run_id": "run0123456789", "site_id": "osm_1", "year": year, "scenario": scenario,
         "location_type": "service_area", "energy_kwh_per_year": 2.5e6,
         "foreign_energy_kwh_per_year": 0.0, "is_equipped": True, "energy_kwh_per_day": 1e4,
         "sessions_per_day": 50.0, "charge_points": 8, "installed_kw": 2800.0,
         "mean_wait_minutes": 3.0, "design_peak_kw": 1900.0, "grid_connection_kw": 1900.0,
         "space_m2": 1436.0, "afir_pool_factor": 0.78, "ten_t_class": "not_known"}
        for year, scenario in product(DEFAULT_YEARS, SCENARIOS)
    ]  # fmt: skip
    return rows
