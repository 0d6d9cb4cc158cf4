"""Terrains of which an adviser knows better how vehicles drive and charge."""

from __future__ import annotations

import polars as pl

from forecast.assumptions import load
from forecast.own_parameters import find_parameters_on_register
from tests.refined import refine


def test_a_terrain_that_left_the_register_has_no_parameters() -> None:
    refinements = refine(("99999", "van_charger_kw=22"), ("190044", "vans=7"))
    register = pl.DataFrame({"terrain_id": ["190044"]})
    assert find_parameters_on_register(refinements, register, pl.DataFrame(), (2025,), load()) == {}
