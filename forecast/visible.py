"""Text that shows as what it is: without marks that turn or hide what stands around it."""

from __future__ import annotations

from typing import Final

_TURNS: Final = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"
"""Marks that set the direction of the text after them; a page has its own."""
_CONTROLS: Final = (*range(0x20), *range(0x7F, 0xA0))
_KEPT: Final = "\n\t"
_TABLE: Final = {
    **dict.fromkeys(map(ord, _TURNS)),
    **{code: " " for code in _CONTROLS if chr(code) not in _KEPT},
}


def visible(text: str) -> str:
    r"""Return a text without direction marks, its control characters as spaces.

    >>> visible("De\x01Hurk \u202eabc")
    'De Hurk abc'
    """
    return text.translate(_TABLE)
