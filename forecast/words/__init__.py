"""Words and numbers for people: the catalogue in Dutch and English.

Texts stand in one TOML file per topic and language; code names them by ``topic.key``. Numbers and
dates follow the language's conventions (decimal comma and thousands point in Dutch). Rounded
numbers and dates are written without Babel, whose loading is a tenth of the time of a query; a test
holds them to it.
"""

from __future__ import annotations

import math
import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

from forecast.errors import UnknownNameError

LANGUAGES: Final = ("nl", "en")
_LOCALES: Final = {"nl": "nl_NL", "en": "en_GB"}
_DUTCH_MARKS: Final = str.maketrans(",.", ".,")
_FOLDER: Final = Path(__file__).parent


@dataclass(frozen=True)
class Words:
    """The catalogue of one language, of which topics are read when they are asked for."""

    language: str

    @property
    def texts(self) -> dict[str, str]:
        """Every text, by ``topic.key``."""
        return _all_texts(self.language)

    def __call__(self, key: str, /, **fields: object) -> str:
        """Return the text of ``topic.key`` with its fields filled in.

        Raises
        ------
        KeyError, FileNotFoundError
            If the catalogue lacks the key: a fault of the program, caught by the tests.
        """
        text = _topic(self.language, key.partition(".")[0])[key]
        return text.format(**fields) if fields else text

    def number(self, value: float, decimals: int = 0) -> str:
        """Return a number as the language writes it.

        >>> load("nl").number(1234.5, 1)
        '1.234,5'
        """
        # A minus zero, which would print as "-0", becomes zero.
        written = f"{round(value, decimals) + 0.0:,.{decimals}f}"
        return written.translate(_DUTCH_MARKS) if self.language == "nl" else written

    def given(self, value: float) -> str:
        """Return a number with the digits it was given with, ten at most.

        >>> load("nl").given(12500.5), load("nl").given(80.0)
        ('12.500,5', '80')
        """
        written = f"{value + 0.0:,.10g}"
        return written.translate(_DUTCH_MARKS) if self.language == "nl" else written

    def day(self, value: date) -> str:
        """Return a day in figures, such as ``25-11-2026``; for who reads English as ISO has it."""
        return f"{value:%d-%m-%Y}" if self.language == "nl" else f"{value:%Y-%m-%d}"

    def exact(self, value: float, *, is_grouped: bool = True) -> str:
        """Return a figure with four digits at least, for following a computation.

        Years are not grouped in thousands.

        >>> load("nl").exact(1234.56), load("nl").exact(0.01234), load("nl").exact(2.5)
        ('1.235', '0,01234', '2,5')
        """
        places = 3 - math.floor(math.log10(abs(value))) if value else 0
        pattern = ("#,##0." if is_grouped else "0.") + "#" * max(places, 0)
        return _decimal(value, pattern, _LOCALES[self.language])

    def significant(self, value: float) -> str:
        """Return a figure with no more digits than a forecast can carry: about two.

        >>> load("nl").significant(1234.5), load("nl").significant(3.26)
        ('1.200', '3,3')
        """
        if value == 0:
            return "0"
        if abs(value) < 10:  # noqa: PLR2004 - one decimal below ten
            return self.number(value, 1)
        digits = len(str(int(abs(value)))) - 2
        return self.number(round(value, -digits))

    def band(self, low: float, high: float) -> str:
        """Return the ends of a band, with an en dash between them.

        >>> load("nl").band(3.26, 12)
        '3,3\u201312'
        """
        return f"{self.significant(low)}\u2013{self.significant(high)}"

    def date(self, value: date) -> str:
        """Return a date in words, such as ``1 januari 2025``."""
        return f"{value.day} {self(f'common.month.m{value.month}')} {value.year}"


@lru_cache(maxsize=8192)
def _decimal(value: float, pattern: str, locale: str) -> str:
    """Return a formatted number, in which a minus zero is zero."""
    from babel.numbers import format_decimal

    return str(format_decimal(value + 0.0, format=pattern, locale=locale))


@cache
def load(language: str) -> Words:
    """Return the catalogue of a language.

    Raises
    ------
    UnknownNameError
        If the language is neither ``nl`` nor ``en``.
    """
    if language not in LANGUAGES:
        raise UnknownNameError("language", language, LANGUAGES)
    return Words(language)


@cache
def _all_texts(language: str) -> dict[str, str]:
    texts: dict[str, str] = {}
    for path in sorted((_FOLDER / language).glob("*.toml")):
        texts |= _topic(language, path.stem)
    return texts


@cache
def _topic(language: str, topic: str) -> dict[str, str]:
    texts: dict[str, str] = {}
    content = (_FOLDER / language / f"{topic}.toml").read_text(encoding="utf-8")
    for key, value in tomllib.loads(content).items():
        if isinstance(value, dict):
            texts |= {f"{topic}.{key}.{leaf}": text for leaf, text in value.items()}
        else:
            texts[f"{topic}.{key}"] = value
    return texts
