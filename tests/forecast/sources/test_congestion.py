"""The forms of the capaciteitskaart, and what its colours, years and texts mean."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from forecast.errors import DataSourceError
from forecast.sources.contract import Known, Reading, Request
from forecast.sources.registry import SOURCES, read_source
from tests.forecast.sources.made import Row, supply_model, write

Read = Callable[..., Reading]


@pytest.fixture
def read(known: Known, tmp_path: Path) -> Read:
    def read_content(content: Any, name: str = "x.json") -> Reading:
        path = content if isinstance(content, Path) else tmp_path / name
        if isinstance(content, str):
            path.write_text(content, encoding="utf-8")
        elif not isinstance(content, Path):
            write(path, content)
        return read_source(SOURCES["supply-areas"], Request(path, known))

    return read_content


def area(**changes: Any) -> Row:
    """Return an area as the map answers for it."""
    row = {
        "id": "Amstelveen",
        "name": "Amstelveen",
        "rnb": "Liander",
        "bboxLeft": 4.83,
        "bboxBottom": 52.24,
        "bboxRight": 4.95,
        "bboxTop": 52.32,
        "existingTransportCapacityWithdrawal": "56 MW",
        "requiredTransportCapacityWithdrawal": "54 MW",
        "queueWithdrawal": "4.9 MW",
        "uniqueRequestsWithdrawal": "23",
        "yearSolvedWithdrawal": "-",
        "tennetYearSolvedWithdrawal": "2036",
        "tennetWithdrawalMax": 3,
        "projects": [
            {
                "name": "Extra capaciteit",
                "gridOperator": "Liander",
                "year": "2032",
                "quarter": "4",
                "projectPhase": "scheduled",
            },
            {"name": "Later", "gridOperator": "TenneT", "year": "2099", "quarter": ""},
        ],
    }
    return row | changes


def test_figures_of_the_information_model(read: Read, known: Known) -> None:
    reading = read(supply_model())
    [row] = reading.tables["supply_areas"].to_dicts()
    assert (row["demand_available_capacity_mw"], row["demand_quoted_capacity_mw"]) == (56, 60)
    assert (row["demand_capacity_in_queue_mw"], row["demand_requests_in_queue"]) == (5, 23)
    # 60 needed of 56: shortage, and a year is given.
    assert (row["status"], row["demand_alleviation"]) == ("shortage", "year")
    assert row["demand_alleviation_year"] == 2032
    assert row["holds_on"] == date(2026, 7, 15)
    [before] = known.tables["supply_areas"].filter(supply_area_id="Amstelveen").to_dicts()
    for name in ("x_min_rd_m", "y_max_rd_m", "tso_status", "tso_alleviation_year"):
        assert row[name] == before[name]
    assert reading.tables["postcode_congestion"].rows() == [
        ("1184TB", "shortage", "room", "Amstelveen", "AMV150")
    ]
    assert reading.tables["supply_area_works"].rows() == [
        ("Amstelveen", 1, "Uitbreiding Amstelveen", None, 2032, 4, None)
    ]


def test_an_unknown_area_is_placed_by_its_postcodes_or_not_at_all(read: Read, known: Known) -> None:
    body = supply_model()
    body["energy_areas"] += [{**copy.deepcopy(body["energy_areas"][0]), "short_code": "OS NIEUW"}]
    reading = read(body)
    new = reading.tables["supply_areas"].filter(supply_area_id="OS NIEUW").to_dicts()[0]
    [point] = known.postcode_points.filter(postcode4="1184").to_dicts()
    assert (new["x_rd_m"], new["y_rd_m"]) == (point["x_rd_m"], point["y_rd_m"])
    assert new["x_max_rd_m"] - new["x_min_rd_m"] == 4000
    body["energy_areas"] = [
        {**copy.deepcopy(body["energy_areas"][0]), "postcode_areas": [], "short_code": f"OS {n}"}
        for n in range(3)
    ]
    with pytest.raises(DataSourceError, match="it can't be placed"):
        read(body)


@pytest.mark.parametrize(
    ("said", "year", "meaning"),
    [("2032", 2032, "year"), ("2099", None, "not_known"), ("-", None, "not_known")],
)
def test_years_of_areas_with_a_shortage(
    said: str, year: int | None, meaning: str, read: Read
) -> None:
    short = {"requiredTransportCapacityWithdrawal": "80 MW", "yearSolvedWithdrawal": said}
    [row] = read([area(**short)]).tables["supply_areas"].to_dicts()
    assert (row["demand_alleviation_year"], row["demand_alleviation"]) == (year, meaning)


@pytest.mark.parametrize("wrap", [list, "by id", "answer"])
def test_answers_of_the_map(wrap: Any, read: Read) -> None:
    bodies = {"by id": {"Amstelveen": area()}, "answer": {"serviceArea": area()}}
    reading = read([area()] if wrap is list else bodies[wrap], "2026-07-30.json")
    [row] = reading.tables["supply_areas"].to_dicts()
    assert row["demand_available_capacity_mw"] == 56
    assert row["demand_capacity_in_queue_mw"] == 4.9
    # 56 covers 54, not 4.9 more.
    assert (row["status"], row["demand_alleviation"]) == ("queue", "not_known")
    assert (row["tso_status"], row["tso_alleviation_year"]) == ("shortage", 2036)
    assert row["holds_on"] == date(2026, 7, 30)
    assert reading.tables["supply_area_works"].rows() == [
        ("Amstelveen", 1, "Extra capaciteit", "Liander", 2032, 4, "scheduled"),
        ("Amstelveen", 2, "Later", "TenneT", None, None, None),
    ]


def test_missing_megawatts_are_not_known_never_zero(read: Read) -> None:
    [row] = (
        read([area(existingTransportCapacityWithdrawal="-", queueWithdrawal=None)])
        .tables["supply_areas"]
        .to_dicts()
    )
    assert row["demand_available_capacity_mw"] is None
    assert row["demand_capacity_in_queue_mw"] is None
    assert row["status"] == "not_known"


def test_areas_whose_direction_is_not_said_are_named(read: Read) -> None:
    reading = read([area(), area(id="OS INVOEDING")])
    assert reading.tables["supply_areas"]["supply_area_id"].to_list() == ["Amstelveen"]
    [note] = reading.notes
    assert "OS INVOEDING" in note.text


def test_an_area_with_odd_values_is_set_apart(read: Read, known: Known) -> None:
    codes = known.tables["supply_areas"]["supply_area_id"].head(60).to_list()
    areas = [area(id=code) for code in codes]
    areas[0]["queueWithdrawal"] = "veel"
    areas[1] |= {"bboxLeft": 52.24, "bboxBottom": 4.83}
    areas[2]["tennetWithdrawalMax"] = 7
    reading = read(areas)
    reasons = [row.reason for row in reading.quarantined]
    assert "'veel' is not a number" in reasons[0]
    assert "longitude before latitude" in reasons[1]
    assert "0 to 3 is expected" in reasons[2]
    assert reading.tables["supply_areas"].height == 57


POSTCODES = "postcode,invoeding,afname\n1012AB,0,3\n1012 ac,1,2\n1013AA,,1\n"


def test_colours_per_postcode(read: Read) -> None:
    reading = read(POSTCODES, "capaciteitskaart_2024-01-11.csv")
    assert reading.tables["postcode_congestion"].rows() == [
        ("1012AB", "shortage", "room", None, None),
        ("1012AC", "study", "limited", None, None),
        ("1013AA", "limited", "not_known", None, None),
    ]
    assert reading.facts.dataset == "postcodes"
    assert reading.facts.reference_date == date(2024, 1, 11)


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("transparant", "room"), ("wit", "room"), ("geel", "limited"), ("Amber", "study"),
        ("oranje", "study"), ("ROOD", "shortage"), ("grey", "not_known"), ("", "not_known"),
        ("-1", "not_known"),
    ],
)  # fmt: skip
def test_words_for_colours(word: str, status: str, read: Read) -> None:
    reading = read(f"PC6;afname\n1012AB;{word}\n", "x.csv")
    assert reading.tables["postcode_congestion"]["demand_status"].to_list() == [status]


def test_odd_postcodes_and_colours_are_set_apart(read: Read) -> None:
    lines = [f"{number}AA,0,1" for number in range(1000, 1200)]
    text = "\n".join(
        [
            "postcode,invoeding,afname",
            *lines,
            "0123AB,0,0",
            "1000AA,0,3",
            "2000AA,0,paars",
            "2000AA",
        ]
    )
    reading = read(text, "x.csv")
    assert reading.tables["postcode_congestion"].height == 200
    assert [(row.row_number, row.reason) for row in reading.quarantined] == [
        (202, "'0123AB' is not a postcode such as 1234AB"),
        (203, "postcode 1000AA occurs before with another colour"),
        (204, "'paars' is not a colour of the map"),
        (205, "it has 1 cells where the header has 3"),
    ]
    assert json.loads(reading.quarantined[2].original)["afname"] == "paars"


def test_the_real_areas_are_those_of_the_embedded_table(
    read: Read, known: Known, sample: Callable[[str], Path]
) -> None:
    found = read(sample("voedingsgebieden_2026-07.csv")).tables["supply_areas"]
    embedded = known.tables["supply_areas"]
    figures = [
        name
        for name in found.columns
        if not name.endswith("_rd_m") and name not in {"outline_wkt", "holds_on"}
    ]
    assert found.select(figures).equals(embedded.select(figures))
    both = found.filter(~pl.col("is_tso")).join(embedded, on="supply_area_id", suffix="_embedded")
    for name in ("x_rd_m", "y_rd_m"):
        # A box in degrees is none in metres: its middle moves, that of a large one more.
        assert ((both[name] - both[f"{name}_embedded"]).abs() < 500).all()
    assert isinstance(both, pl.DataFrame)
