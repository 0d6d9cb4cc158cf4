"""Text of others on one line: names in data must not steer a terminal."""

from __future__ import annotations


def printable(text: str) -> str:
    r"""Return a text with a space for every character that can't be seen.

    >>> printable("De\tHurk\x1b[31m")
    'De Hurk [31m'
    """
    return "".join(letter if letter.isprintable() else " " for letter in text)
