"""Numbers as advisers write them, and what can't be set together."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecast.entry_errors import FieldError
from forecast.fields import FIELDS
from forecast.settings import check_together, find_dated_field, parse_setting
from forecast.words import load
from forecast.written_numbers import read_number, write_number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("80", 80), ("0,5", 0.5), ("0.250", 0.25), ("1.250,5", 1250.5), ("1,250.5", 1250.5),
        ("1.250.000", 1_250_000), ("1,250,000", 1_250_000), ("12 000", 12_000),
        ("12\u202f000", 12_000), ("-5", -5), ("1e3", 1000), ("12.1250", 12.125),
    ],
)  # fmt: skip
def test_numbers_in_dutch_and_in_english(text: str, number: float) -> None:
    assert read_number(text, "x") == number


@pytest.mark.parametrize(
    "text", ["1.250", "1,250", "12.500", "1_000", "٣", "nan", "inf", "", "1.25.3", "8O", "1e999"]
)
def test_a_number_that_could_be_another_is_refused(text: str) -> None:
    with pytest.raises(FieldError, match="x"):
        read_number(text, "x")


def test_a_known_decimal_mark_settles_it() -> None:
    assert read_number("12,125", "x", ",") == 12.125
    with pytest.raises(FieldError, match=r"12125 and as 12\.125"):
        read_number("12.125", "x", ",")


@given(st.floats(-1e15, 1e15, allow_nan=False))
def test_what_is_written_is_read_back(value: float) -> None:
    assert read_number(write_number(value), "x") == value
    assert read_number(write_number(value), "x", ",") == value


@pytest.mark.parametrize(
    ("texts", "sentence"),
    [
        (("trucks=80", "tractors=90"), "tractors \\(90\\) can't be more than trucks \\(80\\)"),
        (
            ("electric_trucks_2030=5", "electric_tractors_2030=4", "electric_rigid_trucks_2030=2"),
            "electric_tractors_2030 \\(4\\) and electric_rigid_trucks_2030 \\(2\\)",
        ),
        (("trucks=80", "trucks=81"), "given twice"),
        (("contract_kw=700", "connection_kva=630"), "more than the connection"),
    ],
)
def test_contradictions_are_refused(texts: tuple[str, ...], sentence: str) -> None:
    with pytest.raises(FieldError, match=sentence):
        check_together(map(parse_setting, texts))


def test_parts_of_another_year_contradict_nothing() -> None:
    texts = ("trucks=80", "tractors=20", "electric_trucks_2030=5", "electric_tractors_2035=9")
    assert len(check_together(map(parse_setting, texts))) == len(texts)


def test_a_year_in_a_name() -> None:
    field, year = find_dated_field("Electric-Trucks_2035")
    assert (field.name, year) == ("electric_trucks", 2035)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_field_has_words(language: str) -> None:
    words = load(language)
    for field in FIELDS.values():
        assert words(f"fields.label.{field.name}")
        if field.is_recorded:
            assert words(f"fields.unit.{field.unit}")


def test_only_a_field_of_its_kind_overtakes_another() -> None:
    wider = {
        "trucks": {"rigid_trucks", "tractors"},
        "electric_trucks": {"electric_rigid_trucks", "electric_tractors"},
        "depot_charger_kw": {"van_charger_kw", "truck_charger_kw"},
    }
    for name, field in FIELDS.items():
        overtaken = {other for other in FIELDS if field.overtakes(FIELDS[other])}
        assert overtaken == {name} | wider.get(name, set())
