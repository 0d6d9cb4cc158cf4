"""Numbers in the cells of a forecast: which sign stands before decimals, and cells without any."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

from forecast.sources.readers.forecast_columns import ColumnError
from forecast.sources.readers.sieve import number_of

_NOTHING: Final = frozenset(
    {"", "-", "\u2013", "n.v.t.", "nvt", "n.b.", "nb", "onbekend", "na", "n/a", "nan", "null"}
)
_GAP: Final = re.compile(r"(?<=\d)[ \u00a0\u202f](?=\d{3})")
_COMMA_DECIMALS: Final = re.compile(r"[+-]?(?:[\d.]*\d,(?:\d{1,2}|\d{4,})|0,\d+|[\d.]*\.\d{3},\d+)")
_POINT_DECIMALS: Final = re.compile(r"[+-]?(?:[\d,]*\d\.(?:\d{1,2}|\d{4,})|0\.\d+|\d{4,}\.\d+)")
_GROUPED: Final = re.compile(r"[+-]?[1-9]\d{0,2}([.,])\d{3}(?:\1\d{3})*")


def decimal_of(texts: Sequence[str], separator: str) -> tuple[str, str]:
    """Return the sign before decimals in a file, and a sentence where that was not plain.

    >>> decimal_of(["1.200", "12,5"], ";"), decimal_of(["1200.5"], ",")
    ((',', ''), ('.', ''))

    Raises
    ------
    ColumnError
        If all its numbers with a sign are like 1.200, which may be 1200 or 1.2.
    """
    plain = [_GAP.sub("", text) for text in texts]
    if any(_COMMA_DECIMALS.fullmatch(text) for text in plain):
        return ",", ""
    if any(_POINT_DECIMALS.fullmatch(text) for text in plain):
        return ".", ""
    grouped = next((found for text in plain if (found := _GROUPED.fullmatch(text))), None)
    if grouped is None:
        return ".", ""
    if (grouped[1], separator) not in {(".", ";"), (",", ",")}:
        raise ColumnError(
            f"its numbers such as {grouped[0]} may be thousands or decimals; write them without "
            "a sign between thousands"
        )
    told = f"numbers such as {grouped[0]} are read as thousands"
    return ("," if grouped[1] == "." else "."), told


def value_of(cell: Any, what: str, most: float, decimal: str) -> float | None:
    """Return the number in a cell; None where it says none.

    Raises
    ------
    RowError
        As `forecast.sources.readers.sieve.number_of`.
    """
    if isinstance(cell, str):
        text = _GAP.sub("", cell.strip())
        if text.casefold() in _NOTHING:
            return None
        return number_of(text, what, most, decimal=decimal)
    return number_of(cell, what, most)
