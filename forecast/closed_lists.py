"""The closed lists that people type a word of: what each takes, in code, in Dutch and in English.

A page or form shows the words of its language, so these are understood wherever a code is. They are
those of the catalogue; nothing is written twice.
"""

from __future__ import annotations

import unicodedata
from typing import Final, NamedTuple

from forecast.refinement_sources import SOURCES
from forecast.vocabulary import POWER_STRATEGIES, SCENARIOS, VEHICLE_CLASSES
from forecast.words import LANGUAGES, load

_DASHES: Final = dict.fromkeys(map(ord, "_-\u2013"), " ")


class ClosedList(NamedTuple):
    """Codes, and where in the catalogue their words stand; those of the first topic are shown."""

    codes: tuple[str, ...]
    topics: tuple[str, ...]

    def find(self, text: str) -> str | None:
        """Return the code that a text is or means; case, accents and dashes don't matter.

        >>> SCENARIO.find("hoog"), STRATEGY.find("Slim laden"), SOURCE.find("gok")
        ('high', 'smart', None)
        """
        if text in self.codes:
            return text
        return self._meanings().get(_plain(text))

    def shown(self, language: str) -> tuple[str, ...]:
        """Return the words of a language, as help names them."""
        words = load(language)
        return tuple(words(f"{self.topics[0]}.{code}").lower() for code in self.codes)

    def _meanings(self) -> dict[str, str]:
        found = {_plain(code): code for code in self.codes}
        for words in map(load, LANGUAGES):
            for topic in self.topics:
                found |= {_plain(words(f"{topic}.{code}")): code for code in self.codes}
        return found


SCENARIO: Final = ClosedList(SCENARIOS, ("common.scenario",))
STRATEGY: Final = ClosedList(POWER_STRATEGIES, ("common.strategy_short", "common.strategy"))
SOURCE: Final = ClosedList(SOURCES, ("fields.source",))
VEHICLE_CLASS: Final = ClosedList(VEHICLE_CLASSES, ("common.vehicle_class",))


def _plain(text: str) -> str:
    """Return a text without case, accents and dashes, with single spaces."""
    bare = unicodedata.normalize("NFKD", text.casefold().translate(_DASHES))
    return " ".join("".join(c for c in bare if not unicodedata.combining(c)).split())
