"""The outcome of a what-if with a chart of its day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup

from factsheets.compare_chart import draw_comparison
from forecast.vocabulary import STRATEGIES

if TYPE_CHECKING:
    from forecast.theme import Colours
    from forecast.what_if import WhatIf
    from forecast.words import Words


@dataclass(frozen=True)
class DayChart:
    """A chart of the day in both cases; empty where nothing charges."""

    title: str
    alt: str
    svg: Markup | None


def draw_day(result: WhatIf, words: Words, colours: Colours) -> DayChart:
    """Return the mean winter working day, as expected now and what if."""
    strategy = result.strategy if result.strategy in STRATEGIES else STRATEGIES[0]
    curves = result.base.day_curve_kw[strategy], result.changed.day_curve_kw[strategy]
    names = words("what_if.base"), words("what_if.changed")
    in_words = words(f"common.strategy.{strategy}")
    has_load = max(max(curve) for curve in curves) > 0
    return DayChart(
        words("web.what_if.chart", year=result.year, strategy=in_words),
        words(
            "web.what_if.chart_alt",
            strategy=in_words,
            base=words.significant(max(curves[0])),
            changed=words.significant(max(curves[1])),
        ),
        Markup(  # noqa: S704 - own drawing, its texts escaped
            draw_comparison(*curves, names, words, colours, result.changed.room_kw)
        )
        if has_load
        else None,
    )
