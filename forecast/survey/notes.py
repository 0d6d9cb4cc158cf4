"""What is worth knowing of a survey beside its figures, told in the language of who reads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from forecast.words import Words


@dataclass(frozen=True)
class Note:
    """One thing to know.

    Attributes
    ----------
    key
        Of its sentence, after ``survey.note.``.
    numbers, texts
        What stands in it; numbers as the language writes them.
    group
        The vehicles it is about.
    companies
        How many it is about.
    """

    key: str
    numbers: Mapping[str, float] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    group: str | None = None
    companies: int | None = None

    def told(self, words: Words) -> str:
        """Return the sentence."""
        fields: dict[str, str] = {name: words.exact(value) for name, value in self.numbers.items()}
        fields |= self.texts
        if self.group is not None:
            fields["group"] = group_text(self.group, words)
        if self.companies is not None:
            fields["companies"] = companies_text(self.companies, words)
        return words(f"survey.note.{self.key}", **fields)


def group_text(group: str, words: Words) -> str:
    """Return the name of a group of vehicles within a sentence."""
    return words(f"survey.group.{group}").lower()


def companies_text(count: int, words: Words) -> str:
    """Return a number of companies in words."""
    return words("survey.companies_one") if count == 1 else words("survey.companies", count=count)
