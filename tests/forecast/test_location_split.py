"""Where charging lands: all of it, once, and small plots send it to hubs."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from forecast.assumptions import load
from forecast.charging import estimate_own_site_access
from forecast.location_split import location_split
from forecast.store import open_published


def test_parts_add_up_to_the_whole_and_to_the_summary(real_database: Path) -> None:
    with open_published(real_database) as connection:
        split = location_split(connection, 2030, "mid")
        [(total, on_terrain)] = connection.execute(
            "SELECT energy_kwh_per_year, "
            "depot_energy_kwh_per_year + shared_hub_energy_kwh_per_year "
            "FROM national_summary JOIN regional_summary USING (run_id, year, scenario) "
            "WHERE level = 'nation' AND year = 2030 AND scenario = 'mid'"
        ).fetchall()
    assert sum(split.energy_kwh_per_year.values()) == pytest.approx(total)
    parks = split.share("depot", "shared_hub", on_terrain=(True,))
    assert parks == pytest.approx(on_terrain / total)
    rest = split.share("service_area", "truck_parking", "elsewhere", on_terrain=(True,))
    assert parks + rest + split.share(on_terrain=(False,)) == pytest.approx(1)
    assert split.share() == split.share(trucks=(True,)) == pytest.approx(1)
    assert split.share("shared_hub", on_terrain=(False,)) == 0
    # Foreign trucks stand beside the Dutch fleet, not in it.
    assert split.foreign_energy_kwh_per_year > 0
    assert 0 < split.truck_session_share("service_area") < 0.15


def test_a_full_terrain_gives_its_vehicles_less_access_than_a_spacious_one() -> None:
    terrains = pl.DataFrame(
        {
            "terrain_id": ["empty", "full", "roomy"],
            "net_ha": [1.0, 1.0, 50.0],
            "issuable_ha": [0.0, 0.0, 0.0],
        }
    )
    fleet = pl.DataFrame(
        {
            "terrain_id": ["empty", "full", "roomy"],
            "vehicle_class": ["tractor"] * 3,
            "vehicles": [0, 60, 60],
        }
    )
    matches = pl.DataFrame(
        {
            "terrain_id": ["empty", "full", "roomy"],
            "supply_area_id": ["A"] * 3,
            "match_probability": [1.0] * 3,
        }
    )
    areas = pl.DataFrame({"supply_area_id": ["A"], "status": ["shortage"]})
    found = estimate_own_site_access(terrains, fleet, matches, areas, {}, load())
    by_id = {row["terrain_id"]: row for row in found.rows(named=True)}
    # 60 tractors need 60 x 167 m2; the yard of a hectare is 3,000 m2: a ratio of 0.30.
    assert by_id["full"]["plot_factor"] == pytest.approx(0.114 / 0.931, abs=0.01)
    assert by_id["roomy"]["plot_factor"] > 1
    assert by_id["empty"]["plot_factor"] == pytest.approx(1 / 0.931, abs=1e-3)
    assert by_id["full"]["access_factor"] == pytest.approx(0.8 * by_id["full"]["plot_factor"])
