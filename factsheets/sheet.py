"""What the sheets of a terrain and of a region have in common."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from forecast.theme import Theme

if TYPE_CHECKING:
    from factsheets.key_figures import KeyFigure
    from factsheets.lines import Link, NamedText
    from factsheets.pictures import Picture
    from factsheets.tables import Table

OWN_STYLE: Final = Theme()
"""The house style of laadvraag itself."""


@dataclass(frozen=True, kw_only=True)
class SheetContent:
    """The parts of a sheet in words that every sheet has, in the order of the page.

    Attributes
    ----------
    theme
        House style of who publishes.
    nav
        Pages that stand beside it, linked from its head on a screen.
    page
        The line at its foot, with ``%p`` for the page and ``%n`` for their number.
    """

    theme: Theme
    nav: tuple[Link, ...]
    language: str
    kind: str
    name: str
    place_line: str
    facts: tuple[NamedText, ...]
    plan_title: str
    key_title: str
    key_figures: tuple[KeyFigure, ...]
    pictures: tuple[Picture, ...]
    tables_title: str
    tables: tuple[Table, ...]
    basis_title: str
    notes: tuple[str, ...]
    run_line: str
    page: str
