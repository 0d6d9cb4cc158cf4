"""Finding terrains as people type them, words in both languages, and the column contract."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import polars as pl
import pytest

from forecast import vocabulary
from forecast.errors import SchemaError
from forecast.plan_class import RULES
from forecast.schema import TABLES, conform
from forecast.search import find_municipality
from forecast.store import open_published
from forecast.words import load

GOOD = pl.DataFrame(
    {
        "run_id": ["r"],
        "terrain_id": ["t"],
        "year": [2030],
        "scenario": ["mid"],
        "plan_class": ["mitigate"],
        "rule_code": ["nothing_fits"],
        "margin": [0.1],
        "margin_score": ["connection"],
        "next_class": ["own_site"],
        "class_with_smart": ["mitigate"],
        "is_hub_in_reach": [False],
        "hub_reach_km": [3.0],
        "own_site_from_year": [2035],
    }
)


def test_municipalities_are_found_by_name_and_code(real_database: Path) -> None:
    with open_published(real_database) as connection:
        assert find_municipality(connection, "zwolle") == "GM0193"
        assert find_municipality(connection, "gm0193") == "GM0193"


def test_both_languages_say_the_same_things() -> None:
    dutch, english = load("nl").texts, load("en").texts
    assert dutch.keys() == english.keys()
    for key, text in dutch.items():
        fields = [sorted(re.findall(r"\{(\w+)", words)) for words in (text, english[key])]
        assert fields[0] == fields[1], key


def test_every_code_has_words() -> None:
    words = load("nl")
    for topic, codes in {
        "zones.relation": vocabulary.ZONE_RELATIONS,
        "zones.edge": vocabulary.ZONE_GEOMETRIES,
        "zones.geometry": vocabulary.ZONE_GEOMETRIES,
    }.items():
        for code in codes:
            assert words(f"{topic}.{code}")
    for topic, codes in {
        "vehicle_class": vocabulary.VEHICLE_CLASSES,
        "location_type": (*vocabulary.LOCATION_TYPES, vocabulary.ON_TERRAIN),
        "scenario": vocabulary.SCENARIOS,
        "strategy": vocabulary.STRATEGIES,
        "plan_class": vocabulary.PLAN_CLASSES,
        "plan_class_short": vocabulary.PLAN_CLASSES,
        "rule": RULES,
        "area_status": ("room", "queue", "shortage", "not_known"),
    }.items():
        for code in codes:
            assert words(f"common.{topic}.{code}")


@pytest.mark.parametrize(
    ("value", "dutch", "english"),
    [
        pytest.param(1234.5, "1.200", "1,200", id="thousands"),
        pytest.param(3.26, "3,3", "3.3", id="below ten"),
        pytest.param(0.0, "0", "0", id="nothing"),
        pytest.param(87.6, "88", "88", id="two digits"),
        pytest.param(9.99, "10,0", "10.0", id="just below ten"),
    ],
)
def test_figures_carry_two_digits_in_the_language(value: float, dutch: str, english: str) -> None:
    assert load("nl").significant(value) == dutch
    assert load("en").significant(value) == english


@pytest.mark.parametrize(
    ("frame", "problem"),
    [
        pytest.param(GOOD.drop("rule_code"), "rule_code is missing", id="missing"),
        pytest.param(GOOD.with_columns(x=1), "x is not in the schema", id="surplus"),
        pytest.param(GOOD.with_columns(year=2030.0), "year is Float64", id="type"),
        pytest.param(
            GOOD.with_columns(plan_class=pl.lit(None, dtype=pl.String)), "1 empty", id="null"
        ),
        pytest.param(pl.concat([GOOD, GOOD]), "2 rows share a key", id="repeated key"),
    ],
)
def test_a_frame_of_another_shape_is_refused(frame: pl.DataFrame, problem: str) -> None:
    assert conform(GOOD, "plan_class").columns[0] == "run_id"
    with pytest.raises(SchemaError, match=problem):
        conform(frame, "plan_class")


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.name)
def test_duckdb_makes_every_table_as_stated(table: object) -> None:
    stated = TABLES[table.name]  # type: ignore[attr-defined]
    assert stated.keys
    with duckdb.connect() as connection:
        connection.execute(stated.duckdb_ddl())
        found = connection.execute(f'DESCRIBE "{stated.name}"').fetchall()
    assert [row[0] for row in found] == [column.name for column in stated.columns]
    assert [row[2] == "YES" for row in found] == [column.is_nullable for column in stated.columns]
