"""A theme as the style sheet of a page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from forecast.theme import Theme

_FALLBACK: Final = (
    '"Source Sans 3","Source Sans Pro","Segoe UI",system-ui,-apple-system,Roboto,'
    '"Helvetica Neue","Liberation Sans",Arial,sans-serif'
)


def root_style(theme: Theme) -> str:
    """Return the colours and typeface of a theme as CSS variables.

    A font is named, not embedded: a reader without it gets the next of the list.
    """
    colours = theme.colours
    family = f'"{theme.font_family}",' if theme.font_family else ""
    return (
        f":root{{--accent:{colours.accent};--ink:{colours.ink};--quiet:{colours.quiet};"
        f"--paper:{colours.paper};--shade:{colours.shade};--line:{colours.line};"
        f"--font:{family}{_FALLBACK}}}\n"
    )
