"""Curves of a day: per session by season and kind of day, and of a whole terrain."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from forecast.day_curve import day_curves
from forecast.store import open_published

HURK = "190044"


def curve(profiles: pl.DataFrame, **key: object) -> pl.Series:
    rows = profiles.filter(*(pl.col(name) == value for name, value in key.items()))
    assert rows.height == 1
    return rows["mean_kw"][0]


def test_profiles_hold_the_energy_of_a_session(state: dict[str, Any]) -> None:
    profiles = state["load_profiles"]
    van = {"vehicle_class": "van", "location_type": "depot", "year": 2030, "scenario": "mid"}
    [winter_kwh] = state["session_types"].filter(
        *(pl.col(name) == value for name, value in van.items())
    )["energy_kwh_per_session"]
    free = van | {"strategy": "unmanaged"}
    winter = curve(profiles, **free, season="winter_design", day_type="working_day")
    mild = curve(profiles, **free, season="year_average", day_type="working_day")
    assert winter.len() == 96
    assert winter.sum() / 4 == pytest.approx(winter_kwh, rel=1e-3)
    # A cold day asks 1.14 times the average one, a Saturday an eighth of a working day.
    assert winter.sum() / mild.sum() == pytest.approx(1.14, rel=1e-3)
    saturday = curve(profiles, **free, season="winter_design", day_type="saturday")
    assert saturday.sum() / winter.sum() == pytest.approx(0.12)


def test_profiles_stand_only_for_vehicles_left_to_themselves(state: dict[str, Any]) -> None:
    found = state["load_profiles"].select("location_type", "strategy").unique()
    assert set(found.rows()) == {
        ("depot", "unmanaged"),
        ("depot", "delayed"),
        ("truck_parking", "unmanaged"),
        ("truck_parking", "delayed"),
        ("service_area", "unmanaged"),
        ("shared_hub", "unmanaged"),
        ("shared_hub", "smart"),
        ("shared_hub", "night_block"),
    }
    assert state["load_profiles"]["mean_kw"].list.len().unique().to_list() == [96]


def test_curves_of_a_terrain_hold_the_same_energy_under_every_strategy(
    real_database: Path,
) -> None:
    with open_published(real_database) as connection:
        curves = day_curves(connection, HURK, 2030, "mid")
        [(limit,)] = connection.execute(
            "SELECT design_peak_kw FROM power WHERE terrain_id = ? AND year = 2030 AND "
            "scenario = 'mid' AND location_type = 'on_terrain' AND strategy = 'smart'",
            [HURK],
        ).fetchall()
    energy = {strategy: sum(curve) / 4 for strategy, curve in curves.items()}
    assert energy["smart"] == pytest.approx(energy["unmanaged"], rel=0.01)
    assert energy["night_block"] == pytest.approx(energy["unmanaged"], rel=0.01)
    assert max(curves["smart"]) <= limit * (1 + 1e-9)
    assert max(curves["night_block"][64:84]) == pytest.approx(0, abs=1e-9)
    assert max(curves["smart"]) < max(curves["unmanaged"])
