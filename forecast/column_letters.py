"""How spreadsheets name their columns."""

from __future__ import annotations


def column_letters(number: int) -> str:
    """Return how a spreadsheet names a column, counted from 0.

    >>> column_letters(0), column_letters(25), column_letters(26), column_letters(27)
    ('A', 'Z', 'AA', 'AB')
    """
    letters = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
