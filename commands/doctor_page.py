"""What `laadvraag doctor` found, on the terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Final

import click

from commands.terrain_layout import layout_for
from forecast.doctor.finding import TOPICS
from forecast.plain_text import printable

if TYPE_CHECKING:
    from forecast.doctor.finding import Finding
    from forecast.words import Words

_COLOURS: Final = {"well": "green", "mind": "yellow", "problem": "red"}
_MINUTES_PER_HOUR: Final = 60
_HOURS_PER_DAY: Final = 24
_FIRST_OLD: Final = 2
"""Ages below two hours are told in minutes, below two days in hours."""


def print_findings(findings: Sequence[Finding], words: Words) -> None:
    """Print every finding with a word for how it is, and last what it comes to."""
    for topic in TOPICS:
        click.echo(click.style(words(f"doctor.topic.{topic}"), bold=True))
        for finding in findings:
            if finding.topic == topic:
                _print(finding, words)
        click.echo()
    problems = sum(finding.level == "problem" for finding in findings)
    minds = sum(finding.level == "mind" for finding in findings)
    verdict = "well" if not problems else "one" if problems == 1 else "several"
    click.echo(words(f"doctor.verdict.{verdict}", problems=problems, minds=minds))


def shown(finding: Finding, words: Words) -> str:
    """Return the sentence of a finding."""
    fields = {name: _written(name, value, words) for name, value in finding.facts.items()}
    if "age_minutes" in finding.facts:
        fields["age"] = _age(finding.facts["age_minutes"], words)
    return words(f"doctor.{finding.topic}.{finding.code}", **fields)


def _print(finding: Finding, words: Words) -> None:
    mark = words(f"doctor.level.{finding.level}")
    width = max(len(words(f"doctor.level.{level}")) for level in _COLOURS)
    indent = " " * (width + 4)
    lines = textwrap.wrap(
        printable(shown(finding, words)),
        layout_for((), 0).width - len(indent),
        break_long_words=False,  # a path or command is copied whole
        break_on_hyphens=False,
    )
    click.echo("  " + click.style(f"{mark:<{width}}", fg=_COLOURS[finding.level]), nl=False)
    click.echo("  " + f"\n{indent}".join(lines))


def _written(name: str, value: Any, words: Words) -> str:
    """Return a fact as the language writes it; its name says what it is."""
    if name == "purpose":
        return words(f"doctor.purpose.{value}")
    if name == "day":
        return words.date(date.fromisoformat(value))
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, int | float):
        return words.number(value)
    return str(value)


def _age(minutes: int, words: Words) -> str:
    hours = minutes // _MINUTES_PER_HOUR
    if hours < _FIRST_OLD:
        return words("doctor.age.minutes", count=words.number(minutes))
    if hours < _FIRST_OLD * _HOURS_PER_DAY:
        return words("doctor.age.hours", count=words.number(hours))
    return words("doctor.age.days", count=words.number(hours // _HOURS_PER_DAY))
