"""`laadvraag data sources`: what real sources there are to fetch."""

from __future__ import annotations

import click

from commands.options import print_as_json, terminal_language_option


@click.command("sources", epilog="Example: laadvraag data sources")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@terminal_language_option
def sources_command(language: str, *, as_json: bool) -> None:
    """Say what `data fetch` can bring, whose it is and under which licence."""
    from commands.fetch_page import list_facts, print_list
    from forecast.fetch.endpoints import endpoints
    from forecast.words import load

    every, words = tuple(endpoints().values()), load(language)
    if as_json:
        print_as_json(list_facts(every, words))
    else:
        print_list(every, words)
