"""The terrain that a user means: which was taken, or the choice between several."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from commands.options import system_language
from commands.refusal import Refusal

if TYPE_CHECKING:
    import duckdb


def choose_terrain(
    connection: duckdb.DuckDBPyConnection, query: str, language: str | None = None
) -> str:
    """Return the RIN of the terrain that a query means.

    Told in the language of the system, where the command has no other on the terminal.

    Which terrain was taken is told on stderr where it was not literally asked for. Where several
    may be meant a person at a terminal is asked for a number; a program never is.

    Raises
    ------
    click.ClickException
        If no single terrain is meant; with a numbered list of those that may be.
    """
    from forecast.search import search_terrain
    from forecast.search_result import TerrainSearchError
    from forecast.words import load

    words = load(language or system_language())
    try:
        match = search_terrain(connection, query)
    except TerrainSearchError as error:
        sentence = error.sentence(words)
        if not error.shown or not (sys.stdin.isatty() and sys.stdout.isatty()):
            raise Refusal(sentence, words) from error
        click.echo(sentence, err=True)
        number = click.prompt(
            words("search.prompt"), type=click.IntRange(1, len(error.shown)), err=True
        )
        return error.shown[number - 1].terrain_id
    if note := match.note(words):
        click.echo(note, err=True)
    return match.hit.terrain_id
