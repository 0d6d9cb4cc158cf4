"""How large an outside file may be; above it, reading would take the memory of a laptop."""

from __future__ import annotations

from typing import Final

_MIB: Final = 1024 * 1024

MOST_BYTES: Final = 400 * _MIB
"""Of a file that is read as a whole; JSON takes about seven times its size in memory."""
MOST_TABLE_BYTES: Final = 8 * 1024 * _MIB
"""Of a CSV, which is read line by line."""
MOST_LIST_BYTES: Final = 2 * 1024 * _MIB
"""Of a list in JSON that is read entry by entry."""
MOST_UNPACKED_BYTES: Final = 2 * 1024 * _MIB
"""Of all files in an archive together."""
MOST_MEMBERS: Final = 1000
"""Files in an archive."""
MOST_RATIO: Final = 250
"""Unpacked over packed size: text of numbers reaches about 30, a bomb thousands."""
MOST_CELL_LETTERS: Final = 2_000_000
"""Of one cell of a CSV; an outline as WKT may be long."""
MOST_FEATURES: Final = 500_000
"""Features of a geographic file; IBIS has 3,744, with plots apart about 27,000."""


def megabytes(size: int) -> str:
    """Return a size for a sentence.

    >>> megabytes(2_147_483_648)
    '2,147 MB'
    """
    return f"{size / 1e6:,.0f} MB"
