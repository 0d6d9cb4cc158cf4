"""Options that commands share."""

from __future__ import annotations

import atexit
import gc
import json
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
from click.core import ParameterSource

from forecast.closed_lists import SCENARIO, ClosedList
from forecast.vocabulary import LEVEL_NAMES, MID_SCENARIO, SELECTION_LEVELS
from forecast.words import LANGUAGES

if TYPE_CHECKING:
    import polars as pl

Command = TypeVar("Command", bound=Callable[..., Any])

_DATABASE_KEY = "laadvraag.database"
_LANGUAGE_KEY = "laadvraag.language"


def _remember(ctx: click.Context, _: click.Parameter, value: Path | None) -> Path:
    """Keep the path given last, so that --db works before and after the command."""
    if value is not None:
        ctx.meta[_DATABASE_KEY] = value
    default = Path(os.environ.get("LAADVRAAG_DB") or "laadvraag.duckdb")
    chosen: Path = ctx.meta.get(_DATABASE_KEY, default)
    return chosen


def database_option(command: Command) -> Command:
    """Add --db; the value is LAADVRAAG_DB, else laadvraag.duckdb in this folder."""
    return click.option(
        "--db",
        "database",
        type=click.Path(path_type=Path, dir_okay=True),
        callback=_remember,
        help="Database file.  [default: LAADVRAAG_DB, else laadvraag.duckdb]",
    )(command)


def _remember_language(ctx: click.Context, parameter: click.Parameter, value: str) -> str:
    """Keep the language if it was asked for: refusals are told in it, whatever they are about."""
    if ctx.get_parameter_source(parameter.name or "") is ParameterSource.COMMANDLINE:
        ctx.meta[_LANGUAGE_KEY] = value
    return value


def spoken_language(ctx: click.Context) -> str:
    """Return the language of refusals: that of --lang where it is given, else of the system."""
    asked: str = ctx.meta.get(_LANGUAGE_KEY) or system_language()
    return asked


def language_option(command: Command) -> Command:
    """Add --lang: Dutch documents unless asked otherwise."""
    return click.option(
        "--lang",
        "language",
        type=click.Choice(LANGUAGES),
        default="nl",
        show_default=True,
        is_eager=True,
        callback=_remember_language,
        help="Language of the document.",
    )(command)


def terminal_language_option(command: Command) -> Command:
    """Add --lang: on the terminal the language of the system unless asked otherwise."""
    return click.option(
        "--lang",
        "language",
        type=click.Choice(LANGUAGES),
        default=system_language,
        is_eager=True,
        callback=_remember_language,
        help="Language on the terminal.  [default: Dutch where the system is, else English]",
    )(command)


def system_language() -> str:
    """Return the language that the system asks for, as POSIX reads its locale.

    The first that is set of LC_ALL, LC_MESSAGES and LANG decides: Dutch for ``nl``, ``nl_NL.UTF-8``
    or ``nl_BE``; English for all others.
    """
    asked = next(filter(None, map(os.environ.get, ("LC_ALL", "LC_MESSAGES", "LANG"))), "")
    return "nl" if re.match(r"nl(?![a-z])", asked.casefold()) else "en"


class WordChoice(click.Choice[str]):
    """One of a closed list: its code, or its word in Dutch or English."""

    def __init__(self, closed: ClosedList) -> None:
        super().__init__(closed.codes)
        self.closed = closed

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the code of a word."""
        return super().convert(self.closed.find(str(value)) or value, param, ctx)

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        """Return the codes and the Dutch words, for the help."""
        del param, ctx
        return f"[{'|'.join(self.choices)} or {'|'.join(self.closed.shown('nl'))}]"


def scenario_option(**given: Any) -> Callable[[Command], Command]:
    """Add --scenario; the middle one unless the command has another default."""
    attributes: dict[str, Any] = {"default": MID_SCENARIO, "show_default": True} | given
    return click.option("--scenario", type=WordChoice(SCENARIO), **attributes)


def source_options(command: Command) -> Command:
    """Add --data and --assumptions: what is computed from; None means the embedded ones."""
    with_assumptions = click.option(
        "--assumptions",
        "assumptions_path",
        type=click.Path(path_type=Path),
        help="Assumptions file.  [default: the embedded one]",
    )(command)
    return click.option(
        "--data",
        "data_folder",
        type=click.Path(path_type=Path),
        help="Folder with the source tables.  [default: the embedded data]",
    )(with_assumptions)


def theme_option(command: Command) -> Command:
    """Add --theme: the house style of the publisher; None means that of laadvraag."""
    return click.option(
        "--theme",
        "theme_path",
        type=click.Path(path_type=Path),
        help="Theme file (TOML) with logo, colours and fonts.  [default: laadvraag's own]",
    )(command)


def output_option(default: str) -> Callable[[Command], Command]:
    """Add --out with a default folder or file."""
    return click.option(
        "--out",
        "output",
        type=click.Path(path_type=Path),
        default=Path(default),
        show_default=True,
        help="Where to write.",
    )


def cache_option(command: Command) -> Command:
    """Add --cache: where fetched files lie."""
    return click.option(
        "--cache",
        "folder",
        type=click.Path(path_type=Path, file_okay=False),
        envvar="LAADVRAAG_CACHE",
        default=Path("downloads"),
        show_default=True,
        show_envvar=True,
        help="Where fetched files lie, in a folder per source and day.",
    )(command)


def region_options(command: Command) -> Command:
    """Add --municipality, --province and --nal-region; see `chosen_region`."""
    for level in reversed(SELECTION_LEVELS):
        command = click.option(
            f"--{level.replace('_', '-')}",
            level,
            metavar="NAME",
            help=f"Only the terrains of this {LEVEL_NAMES[level]}, by name"
            + (" or code." if level == "municipality" else "."),
        )(command)
    return command


def chosen_region(**asked: str | None) -> tuple[str, str] | None:
    """Return level and name of the one region that was asked for, or None without one.

    Raises
    ------
    click.UsageError
        If several were.
    """
    given = [(level, name) for level, name in asked.items() if name is not None]
    if len(given) > 1:
        options = " or ".join(f"--{level.replace('_', '-')}" for level, _ in given)
        raise click.UsageError(f"give one of {options}, not several")
    return given[0] if given else None


@contextmanager
def without_garbage_collection() -> Iterator[None]:
    """Do without the search for cycles: importing makes many objects that all stay.

    Nor are they searched when Python ends, which would take as long as finding a terrain.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    atexit.register(gc.freeze)
    try:
        yield
    finally:
        # Makes all objects old, so that the next search for young ones does not start with these.
        gc.freeze()
        gc.unfreeze()
        if was_enabled:
            gc.enable()


def print_as_json(body: Any) -> None:
    """Print plain values for programs; dates as ISO texts."""
    click.echo(json.dumps(body, indent=2, ensure_ascii=False, default=str))


def write_table(table: pl.DataFrame, path: Path) -> None:
    """Write a table as CSV, and print where it stands beside what a page or program reads."""
    from forecast.export.delimited import PLAIN, delimited
    from forecast.files import write_atomically

    click.echo(str(write_atomically(path, delimited(table, PLAIN))), err=True)


def parse_years(_: click.Context, __: click.Parameter, value: str) -> tuple[int, ...]:
    """Read years separated by commas."""
    try:
        return tuple(int(part) for part in value.split(",") if part.strip())
    except ValueError:
        message = f"'{value}' is not a list of years such as 2025,2030,2035"
        raise click.BadParameter(message) from None
