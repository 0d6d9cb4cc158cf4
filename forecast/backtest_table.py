"""The test against history in words: the rows that the terminal and docs/method.md share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from forecast.baselines import BASELINES
from forecast.vocabulary import VEHICLE_GROUPS

if TYPE_CHECKING:
    from forecast.backtest import BacktestReport, HorizonScore
    from forecast.words import Words

_VERDICT_HORIZON: Final = 2
_PER_CENT: Final = 100
_NONE: Final = "-"
_TOO_SHORT: Final = " *"


def score_headings(words: Words) -> list[str]:
    """Return the headings of `score_rows`."""
    return [
        "",
        words("backtest.horizon"),
        words("backtest.model"),
        "n",
        "WAPE",
        words("backtest.bias"),
        words("backtest.pinball"),
        words("backtest.covered50"),
        words("backtest.covered90"),
    ]


def score_rows(report: BacktestReport, words: Words) -> list[list[str]]:
    """Return one row per group, horizon and model; an asterisk marks what is too short to test."""
    return [_score_row(score, words) for score in report.scores]


def hindcast_headings(words: Words) -> list[str]:
    """Return the headings of `hindcast_rows`."""
    keys = ("published", "kind", "group", "year", "stated", "expected", "counted", "error")
    return [words(f"backtest.{key}") for key in keys]


def hindcast_rows(report: BacktestReport, words: Words) -> list[list[str]]:
    """Return one row per published figure: what it stated, what it meant for now, what came."""
    return [
        [
            f"{found.publisher} {found.published_year}",
            words(f"backtest.kinds.{found.kind}"),
            words(f"backtest.groups.{found.group}"),
            str(found.stated_year),
            words.number(found.stated),
            words.number(round(found.expected, -2)),
            words.number(found.counted),
            f"{found.error:+.0%}",
        ]
        for found in report.hindcasts
    ]


def verdicts(report: BacktestReport, words: Words) -> list[str]:
    """Say per group whether the model beats the baselines two years ahead."""
    lines = []
    for group in VEHICLE_GROUPS:
        own = report.score_of("laadvraag", group, _VERDICT_HORIZON)
        name = words(f"backtest.groups.{group}")
        if own.score is None or own.is_too_short:
            n = own.score.n if own.score else 0
            lines.append(words("backtest.untested", group=name, n=n))
            continue
        others = {
            baseline: found.score.wape
            for baseline in BASELINES
            if (found := report.score_of(baseline, group, _VERDICT_HORIZON)).score is not None
        }
        best = min(others, key=lambda each: others[each])
        lines.append(
            words(
                "backtest.beats" if own.score.wape < others[best] else "backtest.loses",
                group=name,
                own=_per_cent(own.score.wape, words),
                name=words(f"backtest.models.{best}"),
                other=_per_cent(others[best], words),
                n=own.score.n,
            )
        )
    return lines


def _score_row(found: HorizonScore, words: Words) -> list[str]:
    score = found.score
    heads = [
        words(f"backtest.groups.{found.group}"),
        str(found.horizon),
        words(f"backtest.models.{found.model}"),
    ]
    if score is None:
        return [*heads, "0" + _TOO_SHORT, *([_NONE] * 5)]
    bands = [words("backtest.of", k=k, n=score.n) for k in reversed(score.covered)]
    return [
        *heads,
        str(score.n) + (_TOO_SHORT if found.is_too_short else ""),
        _per_cent(score.wape, words),
        f"{'+' if score.bias > 0 else ''}{_per_cent(score.bias, words)}",
        _per_cent(score.pinball, words),
        *(bands or [_NONE] * 2),
    ]


def _per_cent(part: float, words: Words) -> str:
    return words.number(part * _PER_CENT, 1)
