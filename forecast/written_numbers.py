"""Numbers as people write them, in Dutch and in English."""

from __future__ import annotations

import math
import re
from typing import Final

from forecast.entry_errors import FieldError
from forecast.spoken import Spoken

_SPACES: Final = re.compile(r"[\s\u00a0\u2009\u202f]")
_COULD_BE_TWO: Final = re.compile(r"[+-]?[1-9]\d{0,2}[.,]\d{3}", re.ASCII)
_PLAIN_NUMBER: Final = re.compile(r"[+-]?\d+([.,]\d+)?(e[+-]?\d+)?", re.ASCII | re.IGNORECASE)
_DUTCH_NUMBER: Final = re.compile(r"[+-]?\d{1,3}(\.\d{3})+(,\d+)?", re.ASCII)
_ENGLISH_NUMBER: Final = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?", re.ASCII)


def read_number(value: str | float, name: str | Spoken, decimal_mark: str | None = None) -> float:
    """Return a number written the Dutch or the English way.

    >>> read_number("1.250,5", "x"), read_number("0.5", "x"), read_number("1 250 000", "x")
    (1250.5, 0.5, 1250000.0)
    >>> read_number("12,125", "x", ",")
    12.125

    Parameters
    ----------
    value
        A number, or the text of one; thousands may be marked if all of them are.
    name
        Of what it is, for the sentence.
    decimal_mark
        The mark that the file is known to use before decimals; None where nobody knows.

    Raises
    ------
    FieldError
        If it is none, or could be two: "1.250" is a thousand in Dutch and little more than one in
        English.
    """
    text = _SPACES.sub("", str(value))
    if isinstance(value, str) and _COULD_BE_TWO.fullmatch(text):
        if text[-4] != decimal_mark:
            raise FieldError(
                "two_numbers",
                name=name,
                value=value,
                before=text[:-4],
                after=text[-3:],
            )
        text = text.replace(",", ".")
    elif isinstance(value, str):
        if _PLAIN_NUMBER.fullmatch(text):
            text = text.replace(",", ".")
        elif _DUTCH_NUMBER.fullmatch(text):
            text = text.replace(".", "").replace(",", ".")
        elif _ENGLISH_NUMBER.fullmatch(text):
            text = text.replace(",", "")
        else:
            raise FieldError("no_number", name=name, value=value)
    number = float(text)
    if not math.isfinite(number):
        raise FieldError("no_number", name=name, value=value)
    return number


def two_readings(value: str | float) -> tuple[float, ...]:
    """Return both numbers that a text can mean; nothing for one that can't be two.

    >>> two_readings("25.000"), two_readings("25000")
    ((25000.0, 25.0), ())
    """
    text = _SPACES.sub("", str(value))
    if not isinstance(value, str) or not _COULD_BE_TWO.fullmatch(text):
        return ()
    return float(re.sub("[.,]", "", text)), float(text.replace(",", "."))


def write_number(value: float) -> str:
    """Return a number that `read_number` reads back exactly, in Dutch and English alike.

    >>> write_number(80.0), write_number(12.125), write_number(0.5)
    ('80', '12,1250', '0,5')
    """
    text = str(int(value)) if value == int(value) else repr(value)
    return (text + "0" if _COULD_BE_TWO.fullmatch(text) else text).replace(".", ",")
