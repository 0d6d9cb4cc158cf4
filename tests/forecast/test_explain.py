"""Chains compute to what is stored, name what they read, and refuse other assumptions."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from forecast import run
from forecast.assumptions import load_scenarios
from forecast.errors import ExplainError, UnknownNameError
from forecast.explain.explainer import Explainer
from forecast.explain.node import Node
from forecast.store import open_published
from forecast.words import load
from tests.refined import refine

DE_HURK = "190044"
REFINED = {"van": 321, "tractor": 0}


@pytest.fixture(scope="module")
def explainer(real_database: Path) -> Iterator[Explainer]:
    with open_published(real_database) as connection:
        yield Explainer(connection, DE_HURK, load_scenarios())


@pytest.fixture(scope="module")
def refined_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a run of 2025 in which an adviser corrected De Hurk."""
    path = tmp_path_factory.mktemp("refined") / "refined.duckdb"
    rows = refine(
        *((DE_HURK, f"{name}s={value}") for name, value in REFINED.items()),
        (DE_HURK, "van_km_per_year=30000"),
        (DE_HURK, "electric_vans_2025=40"),
        (DE_HURK, "own_site_share=0.9"),
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(run, "active_frame", lambda _: rows)
        run.run_and_publish(path, [2025])
    with duckdb.connect(path) as connection:
        connection.register("incoming", rows.to_arrow())
        connection.execute("INSERT INTO refinements SELECT * FROM incoming")
    return path


@pytest.mark.parametrize("scenario", ["low", "mid", "high"])
def test_every_figure_of_a_terrain_computes_to_itself(explainer: Explainer, scenario: str) -> None:
    for field in explainer.fields:
        node = explainer.explain(field, 2035, scenario)
        assert node.agrees, (field, node.value, node.recomputed)


def test_the_chain_of_electric_vans_multiplies_out(explainer: Explainer) -> None:
    node = explainer.explain("electric_vehicles.van", 2030, "mid")
    by_field = {part.field: part for part in node.walk()}
    fleet = number(by_field["vehicles.van"])
    growth = number(by_field["national_growth_factor.van"])
    odds = sum(number(by_field[f"{term}_log_odds.van"]) for term in ("zone", "municipal", "raking"))
    [ceiling] = by_field["electric_share.van"].assumptions
    nation = number(by_field["national_electric_share.van"])
    odds += math.log(nation / (ceiling.value - nation))
    expected = fleet * growth * ceiling.value / (1 + math.exp(-odds))
    assert number(node) == pytest.approx(expected, rel=1e-9)


def test_the_chain_of_a_peak_reaches_register_counts_and_kilometres(explainer: Explainer) -> None:
    nodes = list(explainer.explain("design_peak_kw.unmanaged", 2030, "mid").walk())
    tables = {node.source.table for node in nodes if node.source}
    assert {"terrains", "vehicles_registered", "fleet_history", "supply_areas"} <= tables
    rows = {row.key: row for node in nodes for row in node.assumptions}
    distance = rows["energy.distance_km_per_year.van"]
    assert distance == replace(
        distance, unit="km/year", value=load_scenarios()["mid"]["energy.distance_km_per_year.van"]
    )
    assert distance.low <= distance.value <= distance.high
    assert distance.source_title
    assert distance.source_url
    assert all(row.status in ("published", "derived", "assumed") for row in rows.values())


def test_a_figure_of_one_class_names_no_assumption_of_another(explainer: Explainer) -> None:
    node = explainer.explain("energy_kwh_per_vehicle_year.tractor", 2030, "mid")
    keys = {row.key for row in node.assumptions}
    assert "energy.consumption_kwh_per_km.tractor" in keys
    assert not [key for key in keys if key.endswith((".van", ".rigid_truck"))]


def test_the_register_row_has_its_edition(explainer: Explainer) -> None:
    node = explainer.explain("net_ha", 2030, "mid")
    assert node.status == "observed"
    assert node.source is not None
    assert node.source.edition_id == explainer.run.edition_id
    assert "IBIS" in node.source.titles[0]


def test_a_chain_for_programs_names_a_repeated_figure_once_in_full(explainer: Explainer) -> None:
    body = explainer.explain("energy_kwh_per_year", 2030, "mid").as_dict()
    text = json.dumps(body, default=str)
    assert text.count('"field": "vehicles.van"') >= 1
    assert text.count("fleet.max_vehicles_per_ha.van") == 1
    first = body["inputs"][0]["inputs"][0]
    assert first["field"] == "energy_kwh_per_year.depot.van"
    assert first["formula"].startswith("electric_vehicles.van")
    factors = [float(part) for part in first["filled"].split("\u00d7")]
    assert math.prod(factors) == pytest.approx(first["value"])


def test_a_refined_number_opens_into_who_and_why(refined_database: Path) -> None:
    with open_published(refined_database) as connection:
        explainer = Explainer(connection, DE_HURK, load_scenarios())
        for field in explainer.fields:
            assert explainer.explain(field, 2025, "mid").agrees, field
        node = explainer.explain("vehicles.van", 2025, "mid")
        doubt = explainer.explain("electric_vehicles_p10.tractor", 2025, "mid")
        known = explainer.explain("electric_vehicles.van", 2025, "mid")
        driven = explainer.explain("energy_kwh_per_vehicle_year.van", 2025, "mid")
    assert known.value == 40
    [distance] = [each for each in driven.assumptions if "distance_km_per_year" in each.key]
    assert (distance.value, distance.status) == (30_000, "refined")
    assert (node.value, node.status) == (REFINED["van"], "refined")
    assert node.details["author_name"] == "A. Adviser"
    assert node.details["reason"] == "counted on the spot"
    assert [part.value for part in doubt.inputs if part.field == "log_sd_below.tractor"] == [0.0]


def test_an_unknown_figure_is_named_with_those_near(explainer: Explainer) -> None:
    with pytest.raises(UnknownNameError) as raised:
        explainer.explain("design_peak_kw.smrt", 2030, "mid")
    assert "design_peak_kw.smart" in raised.value.possible
    with pytest.raises(UnknownNameError) as raised:
        explainer.explain("vehicles", 2030, "mid")
    assert "vehicles.van" in raised.value.possible


def test_other_assumptions_than_those_of_the_run_are_refused(real_database: Path) -> None:
    others = replace(load_scenarios(), digest="0" * 64)
    with (
        open_published(real_database) as connection,
        pytest.raises(ExplainError, match="other assumptions"),
    ):
        Explainer(connection, DE_HURK, others)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_figure_and_way_has_words(explainer: Explainer, language: str) -> None:
    texts = load(language).texts
    nodes = [explainer.explain(field, 2030, "mid") for field in explainer.fields]
    assert {node.how for node in nodes if node.how} <= ways(texts, "how")
    columns = {each.column for each in explainer.fields.values()}
    assert columns <= ways(texts, "meaning")


def ways(texts: dict[str, str], group: str) -> set[str]:
    prefix = f"explain.{group}."
    return {key.removeprefix(prefix) for key in texts if key.startswith(prefix)}


def number(node: Node) -> float:
    return float(str(node.value))
