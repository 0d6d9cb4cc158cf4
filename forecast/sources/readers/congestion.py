"""What the forms of the capaciteitskaart share: colours, years, postcodes and rows of tables."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

import polars as pl

from forecast.sources.readers.sieve import RowError, count_of, number_of, text_of
from forecast.sources.supply_areas import TSO_NAME, TSO_STATUS, with_status

NOT_KNOWN: Final = "not_known"
_COLOURS: Final = {
    **dict.fromkeys(("transparant", "transparent", "white", "wit", "green", "groen", "0"), "room"),
    **dict.fromkeys(("yellow", "geel", "1"), "limited"),
    **dict.fromkeys(("amber", "orange", "oranje", "2"), "study"),
    **dict.fromkeys(("red", "rood", "3"), "shortage"),
    **dict.fromkeys(("", "grey", "gray", "grijs", "-", "-1"), NOT_KNOWN),
}
"""What a colour says, in the words of `tso_status`; capaciteitskaart, legend and model."""
_POSTCODE: Final = re.compile(r"[1-9][0-9]{3}[A-Z]{2}")
_YEAR: Final = re.compile(r"20[0-9]{2}")
_NO_YEAR, _UNKNOWN_YEAR = "-", "2099"
_MOST_MW: Final = 100_000.0
_LAST_STATUS: Final = len(TSO_STATUS) - 1

AREA_TYPES: Final = {
    "supply_area_id": pl.String,
    "grid_operator_name": pl.String,
    "is_tso": pl.Boolean,
    "demand_available_capacity_mw": pl.Float64,
    "demand_quoted_capacity_mw": pl.Float64,
    "demand_capacity_in_queue_mw": pl.Float64,
    "demand_requests_in_queue": pl.Int64,
    "demand_alleviation_year": pl.Int64,
    "tso_alleviation_year": pl.Int64,
    "tso_status_code": pl.Int64,
    "said": pl.String,
    "tso_said": pl.String,
    "x_rd_m": pl.Float64,
    "y_rd_m": pl.Float64,
    "x_min_rd_m": pl.Float64,
    "y_min_rd_m": pl.Float64,
    "x_max_rd_m": pl.Float64,
    "y_max_rd_m": pl.Float64,
    "outline_wkt": pl.String,
    "holds_on": pl.Date,
}
POSTCODE_TYPES: Final = {
    "postcode6": pl.String,
    "demand_status": pl.String,
    "generation_status": pl.String,
    "supply_area_id": pl.String,
    "substation_id": pl.String,
}
WORK_TYPES: Final = {
    "supply_area_id": pl.String,
    "work_number": pl.Int64,
    "work_name": pl.String,
    "grid_operator_name": pl.String,
    "planned_year": pl.Int64,
    "planned_quarter": pl.Int64,
    "phase": pl.String,
}


def status_of(value: Any) -> str:
    """Return what a colour or its number says.

    Raises
    ------
    RowError
        If it is no colour of the map.
    """
    text = text_of(value).casefold()
    if text not in _COLOURS:
        raise RowError(f"'{text[:40]}' is not a colour of the map")
    return _COLOURS[text]


def postcode_of(value: Any) -> str:
    """Return a postcode of four digits and two letters, without a space.

    Raises
    ------
    RowError
        If it is none.
    """
    text = text_of(value).replace(" ", "").upper()
    if not _POSTCODE.fullmatch(text):
        raise RowError(f"'{text[:40]}' is not a postcode such as 1234AB")
    return text


def megawatts_of(value: Any, what: str) -> float | None:
    """Return a number of MW, with or without its unit; None where none is given.

    >>> megawatts_of("68 MW", "x"), megawatts_of("9,2 MW", "x"), megawatts_of("-", "x")
    (68.0, 9.2, None)
    """
    decimal = "," if isinstance(value, str) and "," in value else "."
    return number_of(value, f"{what} [MW]", _MOST_MW, decimal=decimal, unit="MW")


def requests_of(value: Any) -> int | None:
    """Return how many requests wait."""
    return count_of(value, "number of requests")


def year_text(value: Any) -> str:
    """Return the year as the map has it: four digits, 2099 for not known, - for none.

    Raises
    ------
    RowError
        If it is something else.
    """
    text = text_of(value) or _NO_YEAR
    if text != _NO_YEAR and not _YEAR.fullmatch(text):
        raise RowError(f"its year '{text[:40]}' is no year")
    return text


def year_number(text: str) -> int | None:
    """Return the year of a text of `year_text`; None where it is not known or not given."""
    return None if text in {_NO_YEAR, _UNKNOWN_YEAR} else int(text)


def status_code(value: Any) -> int | None:
    """Return the status of the transmission grid, 0 to 3."""
    code = count_of(value, "status of the transmission grid")
    if code is not None and code > _LAST_STATUS:
        raise RowError(f"its status of the transmission grid is {code}; 0 to 3 is expected")
    return code


def is_tso(operator: str) -> bool:
    """Return whether an operator is that of the transmission grid."""
    return TSO_NAME.casefold() in operator.casefold()


def areas_frame(rows: Sequence[Mapping[str, Any]]) -> pl.DataFrame:
    """Return `supply_areas`, without edition, of rows with the columns of `AREA_TYPES`."""
    frame = pl.DataFrame(rows, schema=AREA_TYPES)
    return with_status(frame).sort("supply_area_id")
