"""Options that commands share which add to the records of the database."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, Final, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])

AUTHOR_VARIABLE: Final = "LAADVRAAG_AUTHOR"
_DAY_FORMATS: Final = ("%Y-%m-%d", "%d-%m-%Y")


def author_option(command: Command) -> Command:
    """Add --author: who says so; from the environment only where it is set."""
    return click.option(
        "--author",
        envvar=AUTHOR_VARIABLE,
        required=True,
        help=f"Who says so.  [default: {AUTHOR_VARIABLE}, if set]",
    )(command)


def reason_option(command: Command) -> Command:
    """Add --reason: why it should be believed."""
    return click.option("--reason", required=True, help="Why, in a sentence.")(command)


def day_option(command: Command) -> Command:
    """Add --date: the day it was observed, today unless given."""
    return click.option(
        "--date",
        "observed_on",
        type=click.DateTime(_DAY_FORMATS),
        callback=_day,
        help="Day of the observation, 2026-11-25 or 25-11-2026.  [default: today]",
    )(command)


def no_run_option(command: Command) -> Command:
    """Add --no-run: record only, and leave the figures as they are."""
    return click.option(
        "--no-run",
        "is_later",
        is_flag=True,
        help="Record only; the figures are brought up to date by the next run.",
    )(command)


def _day(_: click.Context, __: click.Parameter, value: datetime | None) -> date:
    return (value or datetime.now().astimezone()).date()
