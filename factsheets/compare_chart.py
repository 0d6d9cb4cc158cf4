"""The load through a day in two cases: as it is expected, and as it would be."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from factsheets.axis import axis_for
from factsheets.bar_charts import PLOT_BOTTOM, PLOT_TOP
from factsheets.day_chart import day_frame, stepped_path
from factsheets.templating import render

if TYPE_CHECKING:
    from forecast.theme import Colours
    from forecast.words import Words

_UNIT: Final = "kW"


def draw_comparison(
    base_kw: Sequence[float],
    changed_kw: Sequence[float],
    names: tuple[str, str],
    words: Words,
    colours: Colours,
    room_kw: float | None = None,
) -> str:
    """Return the chart as SVG.

    Parameters
    ----------
    base_kw, changed_kw
        96 quarter-hours each [kW].
    names
        Of the two lines.
    room_kw
        Room for charging on the connection, drawn where it lies within the chart [kW].
    """
    largest = max(*base_kw, *changed_kw)
    axis = axis_for(largest, PLOT_BOTTOM, PLOT_TOP)
    has_room = room_kw is not None and 0 < room_kw <= axis.largest
    return render(
        "compare.svg",
        **day_frame(axis, largest, words),
        colours=colours,
        unit=_UNIT,
        base=stepped_path(base_kw, axis),
        changed=stepped_path(changed_kw, axis),
        names=names,
        room=axis.at(room_kw) if has_room and room_kw is not None else None,
        room_name=words("web.what_if.room_line"),
    )
