"""What companies write in a cell, and in one sentence why it can't be meant."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from forecast.entry_errors import FieldError
from forecast.sources.untrusted.workbook import Formula
from forecast.survey.answers import Schedule
from forecast.survey.cell import (
    read_amount,
    read_answer_day,
    read_ean,
    read_schedules,
    read_size,
    read_text,
)
from forecast.survey.form import FORM, FormColumn, recognise
from forecast.words import load

COLUMNS = {column.key: column for column in FORM}
EAN = "871687110000000005"


@pytest.mark.parametrize(
    ("value", "key", "number"),
    [
        ("12", "van_vehicles", 12),
        (12.0, "van_vehicles", 12),
        ("1.250.000", "van_vehicles", None),
        ("25.000,0", "van_distance", 25_000),
        ("25.000", "van_distance", 25_000),
        ("1.250", "van_vehicles", 1_250),
        ("12,125", "van_charger_kw", 12.125),
        ("1.250", "contract_kw", None),
        (" 25 000 km ", "van_distance", 25_000),
        ("22,5", "van_charger_kw", 22.5),
        ("250 kW", "contract_kw", 250),
        ("nee", "requested_kw", 0),
        ("nee", "contract_kw", None),
        (2.5, "van_vehicles", None),
        ("2 kW", "van_vehicles", None),
        (True, "van_vehicles", None),
        (datetime(2026, 5, 3), "van_vehicles", None),  # noqa: DTZ001 - as a spreadsheet keeps it
        (time(3), "van_vehicles", None),
        (timedelta(hours=3), "van_vehicles", None),
        (10**400, "van_vehicles", None),
        ("tien", "van_vehicles", None),
        ("#REF!", "van_vehicles", None),
        (Formula("=A1"), "van_vehicles", None),
        ("12-14", "van_vehicles", None),
        (-1, "van_vehicles", None),
        (float("inf"), "van_vehicles", None),
    ],
)
def test_numbers(value: Any, key: str, number: float | None) -> None:
    if number is None:
        with pytest.raises(FieldError):
            read_amount(value, COLUMNS[key], ",")
    else:
        assert read_amount(value, COLUMNS[key], ",") == number


@pytest.mark.parametrize(
    ("value", "key", "sentence"),
    [
        (25, "van_distance", "perhaps 25,000 km is meant"),
        ("0,63", "connection_kw", "perhaps 630 kW is meant"),
        ("0,4 MW", "contract_kw", "write 400 in kW"),
        (Formula("=A1"), "contract_kw", "formula =A1 has no value"),
        ("#DIV/0!", "contract_kw", "formula gives #DIV/0!"),
        ("1.250", "contract_kw", "can be read as 1250 and as 1.250"),
    ],
)
def test_what_was_perhaps_meant(value: Any, key: str, sentence: str) -> None:
    with pytest.raises(FieldError, match=sentence):
        read_amount(value, COLUMNS[key], None)


@pytest.mark.parametrize("value", [EAN, f" {EAN[:4]} {EAN[4:]}", f"{EAN[:9]}-{EAN[9:]}"])
def test_an_ean_code(value: str) -> None:
    assert read_ean(value) == EAN


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        (int(EAN), "lost its last digits"),
        (8.71687e17, "lost its last digits"),
        ("8,71687E+17", "lost its last digits"),
        (EAN[:-1], "has 18 digits"),
        (EAN[:-1] + "6", "check digit is wrong"),
        ("٨" * 18, "has 18 digits"),
    ],
)
def test_no_ean_code(value: Any, sentence: str) -> None:
    with pytest.raises(FieldError, match=sentence):
        read_ean(value)


def test_schedules_as_people_write_them() -> None:
    assert read_schedules("10 ma-vr 6:30-17:00; 2x za 8-12u;3 ma, wo+vr 22.00 - 5.15 uur") == (
        Schedule(10, "12345", 6.5, 17),
        Schedule(2, "6", 8, 12),
        Schedule(3, "135", 22, 5.25),
    )
    assert read_schedules("1 su 0:00-24:00") == (Schedule(1, "7", 0, 0),)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("ma-vr 6-17", "write it as 10 ma-vr"),
        ("10 ma-vr", "write it as 10 ma-vr"),
        ("10 maandag 6-17", "write it as 10 ma-vr"),
        ("10 vr-ma 6-17", "vr comes after ma"),
        ("10 xx 6-17", "days are ma, di"),
        ("10 ma-di-wo 6-17", "days are ma, di"),
        ("10 ma 6-25", "25 is no time"),
        ("10 ma 6:75-17", "6:75 is no time"),
    ],
)
def test_no_schedule(text: str, sentence: str) -> None:
    with pytest.raises(FieldError, match=sentence):
        read_schedules(text)


@pytest.mark.parametrize(
    "value",
    [
        date(2026, 11, 3),
        datetime(2026, 11, 3, 9),  # noqa: DTZ001 - as a spreadsheet keeps it
        "3-11-2026",
        "2026-11-03",
        46329,
        46329.0,
        "46329",
    ],
)
def test_days_as_spreadsheets_keep_them(value: Any) -> None:
    assert read_answer_day(value) == date(2026, 11, 3)


def test_sizes_and_texts() -> None:
    assert (read_size("Grootverbruik"), read_size("kv")) == ("large", "small")
    with pytest.raises(FieldError, match="neither"):
        read_size("middel")
    assert read_text("'=cmd()") == "=cmd()"
    assert read_text(" 'n\tBakker\n") == "'n Bakker"
    assert read_text(12.0) == "12"


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("column", FORM, ids=lambda column: column.key)
def test_every_heading_is_known_again(column: FormColumn, language: str) -> None:
    heading = column.heading(load(language))
    for text in (heading, heading.upper(), f"  {heading.replace(':', ' -')} ", column.key):
        found = recognise(text)
        assert found is not None
        assert found.column == column


def test_a_heading_of_another_year_or_of_nothing() -> None:
    found = recognise("Trekkers: elektrisch eind 2040")
    assert found is not None
    assert (found.column.key, found.column.year) == ("tractor_planned_2040", 2040)
    assert recognise("Trekkers: elektrisch eind 2140") is None
    assert recognise("Opmerkingen") is None
