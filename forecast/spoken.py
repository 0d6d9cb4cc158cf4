"""Sentences whose language is chosen when they are read: a key of the catalogue and its values.

A refusal or a note is made deep inside, where nobody knows who will read it. So it is kept as a key
of `forecast.words` with what fills it in; the catalogue is only opened when the sentence is asked
for. Values are written by what they are: a ``float`` as the language writes numbers, an ``int`` (a
year, the number of a row) as it stands, a day as the language writes days.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from forecast.words import Words


class Spoken:
    """What has a form in each language."""

    def told(self, words: Words) -> str:
        """Return it in the language of a catalogue."""
        raise NotImplementedError


class _Value(Spoken):
    """A value that is told; by hand, for data classes take a tenth of the start of a query."""

    def __str__(self) -> str:
        """Return it in English, as it stands in a log."""
        return in_english(self)

    def __repr__(self) -> str:
        """Return what it is made of."""
        return f"{type(self).__name__}({vars(self)})"

    def __eq__(self, other: object) -> bool:
        """Return whether another says the same."""
        return type(self) is type(other) and vars(self) == vars(other)

    def __hash__(self) -> int:
        """Return the same for those that say the same."""
        return hash(repr(self))


class Sentence(_Value):
    """A sentence, or a part of one: its key ``topic.table.key`` and what fills it in."""

    def __init__(self, key: str, fields: dict[str, object]) -> None:
        self.key = key
        self.fields = fields

    def told(self, words: Words) -> str:
        """Return it in the language of a catalogue."""
        return words(self.key, **{name: tell(each, words) for name, each in self.fields.items()})


def say(key: str, /, **fields: object) -> Sentence:
    """Return the sentence of a key.

    >>> str(say("refusals.and_more", count=3))
    'and 3 more'
    """
    return Sentence(key, fields)


def located(where: Spoken, problem: Spoken) -> Sentence:
    """Return a problem with the place where it stands before it.

    >>> str(located(say("refusals.row", number=5), say("refusals.and_more", count=3)))
    'row 5: and 3 more'
    """
    return say("refusals.row_problem", where=where, problem=problem)


class Label(_Value):
    """A label of the catalogue as it stands inside a sentence, in every language.

    >>> str(Label("common.vehicle_class", "tractor"))
    'tractor units'
    """

    def __init__(self, topic: str, code: str) -> None:
        self.topic = topic
        self.code = code

    def told(self, words: Words) -> str:
        """Return the label."""
        return inside(words(f"{self.topic}.{self.code}"))


class Code(Label):
    """A word of a closed list: itself in English, else the word that ``topic`` has for it.

    >>> from forecast.words import load
    >>> Code("fields.source", "visit").told(load("nl")), str(Code("fields.source", "visit"))
    ('bezoek', 'visit')
    """

    def told(self, words: Words) -> str:
        """Return the code, or in another language its word as it stands inside a sentence."""
        return self.code if words.language == "en" else super().told(words)


def codes(topic: str, names: Iterable[str]) -> tuple[Code, ...]:
    """Return the words of a closed list."""
    return tuple(Code(topic, name) for name in names)


class FieldName(_Value):
    """A field of a terrain: its name in English, else its label with the name to type behind it.

    >>> from forecast.words import load
    >>> FieldName("trucks").told(load("nl"))
    "vrachtauto's samen (trucks)"
    """

    def __init__(self, name: str, year: int | None = None) -> None:
        self.name = name
        self.year = year

    def told(self, words: Words) -> str:
        """Return the name, or in another language label, year and name."""
        if words.language == "en":
            return str(self)
        label = inside(words(f"fields.label.{self.name}"))
        if self.year:
            label = words("fields.dated", field=label, year=self.year)
        return f"{label} ({self})"

    def __str__(self) -> str:
        """Return the name as it is typed, with its year."""
        return f"{self.name}_{self.year}" if self.year else self.name


class Together(_Value):
    """Things that are named in one breath: ``a and b``."""

    def __init__(self, parts: Sequence[object]) -> None:
        self.parts = parts

    def told(self, words: Words) -> str:
        """Return them with the word of the language between them."""
        return words("refusals.and").join(tell(each, words) for each in self.parts)


class InTurn(_Value):
    """Sentences one after the other, parted by semicolons."""

    def __init__(self, parts: Sequence[Spoken]) -> None:
        self.parts = parts

    def told(self, words: Words) -> str:
        """Return them in the language of a catalogue."""
        return "; ".join(each.told(words) for each in self.parts)


def tell(value: object, words: Words) -> str:
    """Return a value as it stands in a sentence; several are parted by commas."""
    if isinstance(value, Spoken):
        return value.told(words)
    if isinstance(value, float):
        return words.given(value)
    if isinstance(value, date):
        day = words.day(value)
        return f"{day} {value:%H:%M:%S}" if isinstance(value, datetime) else day
    if isinstance(value, list | tuple):
        return ", ".join(tell(each, words) for each in value)
    return str(value)


def in_english(value: object) -> str:
    """Return a value as it stands in an English sentence."""
    from forecast.words import load

    return tell(value, load("en"))


def inside(text: str) -> str:
    """Return a label as it stands inside a sentence; abbreviations keep their capitals.

    >>> inside("Bakwagens"), inside("NAL-regio")
    ('bakwagens', 'NAL-regio')
    """
    return text[:1].lower() + text[1:] if text[1:2].islower() else text
