"""Remembering formatted numbers changes none of them."""

from __future__ import annotations

from datetime import date

import pytest
from babel.dates import format_date
from babel.numbers import format_decimal
from hypothesis import given
from hypothesis import strategies as st

from forecast.words import load

LOCALES = {"nl": "nl_NL", "en": "en_GB"}
# Few values, so that they recur: equal ones of other types share a place in a cache.
VALUES = st.sampled_from([0, -0.0, False, 1, 1.0, True, 1234, 1234.0, -0.04, 1e7]) | st.floats(
    -1e9, 1e9
)


@given(VALUES, st.integers(0, 3), st.sampled_from(["nl", "en"]))
def test_a_number_reads_as_babel_writes_it(value: float, decimals: int, language: str) -> None:
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    rounded = round(value, decimals) + 0.0
    expected = format_decimal(rounded, format=pattern, locale=LOCALES[language])
    assert load(language).number(value, decimals) == expected


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_date_reads_as_babel_writes_it(language: str) -> None:
    day = date(2027, 3, 1)
    expected = format_date(day, format="d MMMM y", locale=LOCALES[language])
    assert [load(language).date(day), load(language).date(day)] == [expected, expected]


def test_languages_do_not_share_what_is_remembered() -> None:
    assert (load("nl").number(1234.5, 1), load("en").number(1234.5, 1)) == ("1.234,5", "1,234.5")
    assert load("nl").exact(2030, is_grouped=False) == "2030"
    assert load("nl").exact(2030) == "2.030"
