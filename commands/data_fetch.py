"""`laadvraag data fetch`: bring real sources from their publishers to files on this machine."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import click

from commands.options import cache_option, print_as_json, terminal_language_option
from forecast.errors import FetchError

if TYPE_CHECKING:
    from pathlib import Path

    from forecast.fetch.cache import Cache
    from forecast.fetch.endpoints import Endpoint
    from forecast.fetch.fetch import Fetched
    from forecast.words import Words


@click.command(
    "fetch", epilog="Example: laadvraag data fetch ibis ze-zones; `data sources` lists them all"
)
@click.argument("names", nargs=-1, metavar="SOURCE...")
@click.option("--all", "is_all", is_flag=True, help="All sources but those on request.")
@click.option("--offline", "is_offline", is_flag=True, help="No network: only what was fetched.")
@click.option("--refresh", "is_refresh", is_flag=True, help="Fetch anew what was fetched today.")
@click.option("--url", help="Another address of the one source, of the same kind of service.")
@cache_option
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@terminal_language_option
def fetch_command(
    names: tuple[str, ...],
    folder: Path,
    url: str | None,
    language: str,
    *,
    is_all: bool,
    is_offline: bool,
    is_refresh: bool,
    as_json: bool,
) -> None:
    """Fetch real sources, politely, whole and checked; `data import` then loads them.

    What was fetched today is not asked for again. A fetch that was cut or stopped is taken up where
    it was by the same command.
    """
    from commands.fetch_page import fetched_facts, print_fetched
    from forecast.fetch.cache import Cache
    from forecast.words import load

    asked = _asked(names, url, is_all=is_all)
    if is_offline and is_refresh:
        raise click.UsageError("--offline forbids what --refresh asks")
    words, cache = load(language), Cache(folder)
    done: list[Fetched] = []
    failed: list[FetchError] = []
    for endpoint in asked:
        try:
            done.append(
                _fetch(endpoint, cache, words, is_offline=is_offline, is_refresh=is_refresh)
            )
        except FetchError as error:
            failed.append(error)
            if len(asked) > 1:  # the others may well be there
                click.echo(words("refusals.failed", sentence=error.sentence(words)), err=True)
        else:
            if not as_json:
                print_fetched(done[-1], words, date.today())  # noqa: DTZ011 - day of the user
    if as_json:
        print_as_json([fetched_facts(each) for each in done])
    if len(failed) == len(asked) == 1:
        raise failed[0]
    if failed:
        click.get_current_context().exit(1)


def _asked(names: tuple[str, ...], url: str | None, *, is_all: bool) -> tuple[Endpoint, ...]:
    from forecast.fetch.endpoints import chosen, source_names

    if bool(names) == is_all:
        possible = ", ".join(source_names())
        raise click.UsageError(f"give one or more sources, or --all. Sources: {possible}")
    asked = chosen(names, is_all=is_all)
    if url is None:
        return asked
    if len(asked) > 1:
        found = ", ".join(each.name for each in asked)
        raise click.UsageError(f"--url is the address of one source, not of {found}")
    return (asked[0].at(url),)


def _fetch(
    endpoint: Endpoint, cache: Cache, words: Words, *, is_offline: bool, is_refresh: bool
) -> Fetched:
    """Fetch one endpoint, with a bar where somebody sees it."""
    from forecast.fetch.fetch import fetch, from_cache

    if is_offline:
        return from_cache(endpoint, cache)

    from commands.fetch_page import tell_step
    from commands.progress import TransferBar
    from forecast.fetch.web import Web

    today = date.today()  # noqa: DTZ011 - folders carry the day of the user
    try:
        with Web() as web, TransferBar(endpoint.name) as bar:
            return fetch(
                endpoint,
                cache,
                web,
                today=today,
                is_refresh=is_refresh,
                on_step=lambda step: bar.show(*tell_step(step, words)),
            )
    except KeyboardInterrupt:
        click.echo(words("fetch.stopped"), err=True)
        raise click.Abort from None
    except FetchError:
        if older := cache.newest(endpoint):
            click.echo(words("fetch.older", day=words.date(older.day)), err=True)
        raise
