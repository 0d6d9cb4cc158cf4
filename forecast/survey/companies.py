"""Which company answers: one that answered before, by its EAN code or name, or a new one."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from forecast.entry_errors import SurveyError
from forecast.survey.answers import CompanyAnswer
from forecast.survey.parse import fold_company
from forecast.survey.records import StoredAnswer
from forecast.words import LANGUAGES, load

_LIKE: Final = 0.85
"""Of two names, from which they may be of one company; 1 is the same."""
_MOST_COMPARED: Final = 400
"""Companies of a terrain whose names are compared with each other."""
_NUMBERED: Final = tuple(
    re.compile(re.escape(load(language)("survey.company_of", id="@")).replace("@", r"(\S+)-(\d+)"))
    for language in LANGUAGES
)
"""What stands in a file for the name of a company, where names stayed in the database."""


@dataclass(frozen=True)
class Known:
    """A company of a terrain.

    Attributes
    ----------
    number
        Its own; it is never given to another.
    before
        What it answered before; None for a new company.
    like
        The id of another company with almost the same name; None where there is none.
    """

    number: int
    before: StoredAnswer | None = None
    like: str | None = None


class Companies:
    """The companies of a terrain while a file is imported.

    Parameters
    ----------
    terrain_id
        The terrain.
    current
        What they answered before.
    last_number
        The highest number that was ever given on it.
    """

    def __init__(self, terrain_id: str, current: Sequence[StoredAnswer], last_number: int) -> None:
        self.terrain_id = terrain_id
        self._by_number = {each.company_number: each for each in current}
        self._by_name = {fold_company(each.answer.company_name): each for each in current}
        self._by_ean = {each.answer.ean_code: each for each in current if each.answer.ean_code}
        self._last_number = last_number
        self._taken: set[int] = set()

    def find(self, answer: CompanyAnswer) -> Known:
        """Return the company of an answer.

        Raises
        ------
        SurveyError
            If its name is that of one company and its EAN code that of another, or it is a company
            that answered in the file already, or its name is a number.
        """
        named = self._by_name.get(fold_company(answer.company_name))
        connected = self._by_ean.get(answer.ean_code) if answer.ean_code else None
        if named and connected and named != connected:
            raise SurveyError(
                "two_companies", named=named.company_id, connected=connected.company_id
            )
        before = connected or named
        known = Known(before.company_number, before) if before else self._new(answer)
        if known.number in self._taken:
            raise SurveyError("company_twice", id=f"{self.terrain_id}-{known.number}")
        self._taken.add(known.number)
        return known

    def absent(self) -> list[StoredAnswer]:
        """Return the companies that answered before and have not been found."""
        return [each for number, each in self._by_number.items() if number not in self._taken]

    def _new(self, answer: CompanyAnswer) -> Known:
        number = self._number_in(answer.company_name)
        if number is not None and number in self._by_number:
            raise SurveyError("number_for_name", name=answer.company_name)
        if number is None or number in self._taken:
            number = self._last_number + 1
        self._last_number = max(self._last_number, number)
        return Known(number, like=self._like(answer.company_name))

    def _number_in(self, name: str) -> int | None:
        """Return the number of a company of this terrain that stands for its name."""
        found = next((match for form in _NUMBERED if (match := form.fullmatch(name))), None)
        return int(found[2]) if found and found[1] == self.terrain_id else None

    def _like(self, name: str) -> str | None:
        if len(self._by_name) > _MOST_COMPARED:
            return None
        close = difflib.get_close_matches(fold_company(name), self._by_name, n=1, cutoff=_LIKE)
        return self._by_name[close[0]].company_id if close else None
