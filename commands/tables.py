"""Tables on the terminal: one look for all commands."""

from __future__ import annotations

from collections.abc import Sequence

from rich.table import Table


def plain_table(title: str, texts: Sequence[str], numbers: Sequence[str]) -> Table:
    """Return a table without lines: columns of text left, columns of numbers right."""
    table = Table(
        title=title, title_justify="left", box=None, pad_edge=False, collapse_padding=True
    )
    for heading in texts:
        table.add_column(heading, no_wrap=True)
    for heading in numbers:
        table.add_column(heading, justify="right", no_wrap=True)
    return table
