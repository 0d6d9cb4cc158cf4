"""A stated problem on the terminal, in the language of the user."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from forecast.words import Words


class Refusal(click.ClickException):
    """A sentence on stderr, and exit code 1."""

    def __init__(self, sentence: str, words: Words) -> None:
        super().__init__(sentence)
        self._words = words

    def show(self, file: IO[Any] | None = None) -> None:
        """Write the sentence."""
        click.echo(self._words("refusals.failed", sentence=self.message), file=file, err=True)
