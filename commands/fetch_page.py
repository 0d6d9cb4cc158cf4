"""Fetched files on the terminal and as JSON."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING, Any, Final

import click

if TYPE_CHECKING:
    from forecast.fetch.endpoints import Endpoint
    from forecast.fetch.fetch import Fetched
    from forecast.fetch.plan import Step
    from forecast.words import Words

_BYTES_PER_KB: Final = 1000.0
_BYTES_PER_MB: Final = 1_000_000.0
_LABEL_WIDTH: Final = 15


def print_fetched(fetched: Fetched, words: Words, today: date) -> None:
    """Print where a file lies, what it is, and the command that loads it."""
    endpoint, cached = fetched.endpoint, fetched.cached
    note = cached.note
    click.echo(click.style(f"{endpoint.name}: {_title(endpoint, words)}", bold=True))
    _line("file", str(cached.path), words)
    _line("size", _size(note.bytes, words) + _rows(fetched, words), words)
    _line("checksum", f"sha256 {note.sha256}", words)
    _line("age", _age(fetched, words, today), words)
    _line("from", note.url, words)
    _line("licence", f"{note.licence}; {words('fetch.name', citation=note.citation)}", words)
    for remark in note.remarks:
        _line("remark", remark, words)
    if not endpoint.verified:
        _line("remark", words("fetch.unverified"), words)
    _line("next", next_command(fetched), words)
    click.echo()


def next_command(fetched: Fetched) -> str:
    """Return the command that loads a fetched file."""
    day = f" --date {fetched.cached.day}" if fetched.endpoint.is_dated_by_fetch else ""
    path = shlex.quote(str(fetched.cached.path))
    return f"laadvraag data import {fetched.endpoint.source} {path}{day}"


def fetched_facts(fetched: Fetched) -> dict[str, Any]:
    """Return a fetched file for programs."""
    return {
        **asdict(fetched.cached.note),
        "path": str(fetched.cached.path),
        "day": fetched.cached.day.isoformat(),
        "is_new": fetched.is_new,
        "is_verified_address": fetched.endpoint.verified,
        "next_command": next_command(fetched),
    }


def print_list(endpoints: Sequence[Endpoint], words: Words) -> None:
    """Print what there is to fetch, and from where."""
    for endpoint in endpoints:
        mark = f" ({words('fetch.on_request')})" if endpoint.is_on_request else ""
        click.echo(click.style(f"{endpoint.name}{mark}", bold=True))
        click.echo(f"  {_title(endpoint, words)}")
        click.echo(f"  {endpoint.publisher}; {endpoint.licence}")
        click.echo(f"  {endpoint.url}")
        if not endpoint.verified:
            click.echo(f"  {words('fetch.unverified')}")


def list_facts(endpoints: Sequence[Endpoint], words: Words) -> list[dict[str, Any]]:
    """Return the same for programs."""
    return [{"title": _title(each, words), **asdict(each)} for each in endpoints]


def tell_step(step: Step, words: Words) -> tuple[int, int | None, str]:
    """Return how far a fetch is: done, all of it if known, and that in words."""
    if step.of_rows:
        told = words(
            "fetch.rows_of", rows=words.number(step.rows), of_rows=words.number(step.of_rows)
        )
        return step.rows, step.of_rows, told
    if step.rows:
        return step.rows, None, words("fetch.rows", rows=words.number(step.rows))
    return step.bytes, step.of_bytes, _size(step.bytes, words)


def _title(endpoint: Endpoint, words: Words) -> str:
    return words(f"fetch.title.{endpoint.name}")


def _line(label: str, text: str, words: Words) -> None:
    click.echo(f"  {words(f'fetch.label.{label}'):<{_LABEL_WIDTH}}{text}")


def _size(size: int, words: Words) -> str:
    if size < _BYTES_PER_MB:
        return f"{words.number(size / _BYTES_PER_KB, 1)} kB"
    return f"{words.number(size / _BYTES_PER_MB, 1)} MB"


def _rows(fetched: Fetched, words: Words) -> str:
    note = fetched.cached.note
    if note.rows is None:
        return ""
    key = "counted" if note.expected_rows is not None else "uncounted"
    return f", {words(f'fetch.{key}', rows=words.number(note.rows))}"


def _age(fetched: Fetched, words: Words, today: date) -> str:
    days = fetched.cached.age_days(today)
    key = (
        "new" if fetched.is_new else "today" if days <= 0 else "yesterday" if days == 1 else "days"
    )
    day = words.date(fetched.cached.day)
    return words(f"fetch.age.{key}", day=day, days=words.number(days))
