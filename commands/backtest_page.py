"""The test against history on the terminal, and the same as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict
from itertools import pairwise
from typing import TYPE_CHECKING

import click
from rich.console import Console

from commands.tables import plain_table
from forecast.backtest_table import (
    hindcast_headings,
    hindcast_rows,
    score_headings,
    score_rows,
    verdicts,
)

if TYPE_CHECKING:
    from forecast.backtest import BacktestReport
    from forecast.words import Words

_TEXT_COLUMNS = 3
_BLOCK = slice(0, 2)


def print_page(report: BacktestReport, words: Words) -> None:
    """Print scores, verdict and hindcast."""
    console = Console(soft_wrap=True)
    rows = score_rows(report, words)
    table = plain_table(words("backtest.scores"), *_split(score_headings(words)))
    table.add_row(*rows[0])
    for before, row in pairwise(rows):
        is_new = before[_BLOCK] != row[_BLOCK]
        if is_new:
            table.add_section()
        heads = row[_BLOCK] if is_new else ["", ""]
        table.add_row(*heads, *row[_BLOCK.stop :], style=None if is_new else "dim")
    console.print(table)
    console.print(words("backtest.too_short"), style="dim", highlight=False)
    for line in verdicts(report, words):
        console.print(line, highlight=False)
    console.print()
    title = words("backtest.hindcast", date=words.date(report.last_count_on))
    table = plain_table(title, *_split(hindcast_headings(words)))
    for row in hindcast_rows(report, words):
        table.add_row(*row)
    console.print(table)
    console.print(words("backtest.why"), style="dim", highlight=False)


def print_json(report: BacktestReport) -> None:
    """Print everything; dates are years with their fraction, shares are parts of one."""
    body = {
        "forecasts": [asdict(each) | {"horizon_years": each.horizon} for each in report.forecasts],
        "quantile_levels": list(report.levels),
        "scores": [
            {
                "model": each.model,
                "group": each.group,
                "horizon_years": each.horizon,
                "is_too_short": each.is_too_short,
                "n": each.score.n if each.score else 0,
                "wape": each.score.wape if each.score else None,
                "bias": each.score.bias if each.score else None,
                "pinball": each.score.pinball if each.score else None,
                "covered_90": each.score.covered[0] if each.score and each.score.covered else None,
                "covered_50": each.score.covered[1] if each.score and each.score.covered else None,
            }
            for each in report.scores
        ],
        "hindcasts": [asdict(each) | {"error": each.error} for each in report.hindcasts],
    }
    click.echo(json.dumps(body, indent=2, ensure_ascii=False))


def _split(headings: list[str]) -> tuple[list[str], list[str]]:
    """Return the headings of texts and those of numbers."""
    return headings[:_TEXT_COLUMNS], headings[_TEXT_COLUMNS:]
