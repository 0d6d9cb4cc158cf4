"""Refusals of what people enter: fields, refinements, surveys, meter data and schedules."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from forecast.errors import SpokenError
from forecast.spoken import Sentence, tell

if TYPE_CHECKING:
    from forecast.words import Words

_SHOWN_PROBLEMS = 100


class MeterDataError(SpokenError):
    """What was asked with meter data can't be: it contradicts what is held, or itself."""

    table = "refusals.meter"


class ScheduleError(SpokenError):
    """What was asked of a depot can't be: a charger, consumption or fleet of nothing."""

    table = "refusals.depot"


class FieldError(SpokenError):
    """A value that an adviser gave is impossible, implausible or contradicts another."""

    table = "refusals.field"


class RefinementError(SpokenError):
    """A refinement can't be recorded, found or undone as asked."""

    table = "refusals.refinement"


class SurveyError(SpokenError):
    """A survey can't be imported, shown or removed as asked."""

    table = "survey_refusals.survey"


class RowsError(SpokenError):
    """Rows of a file that people made can't be imported; each with its problem, all at once.

    Parameters
    ----------
    path
        The file.
    problems
        One sentence per problem, which names the row.
    """

    table = "refusals.rows"

    def __init__(self, path: Path, problems: Sequence[Sentence]) -> None:
        key = "one" if len(problems) == 1 else "several"
        super().__init__(key, path=path, **({} if key == "one" else {"count": len(problems)}))
        self.path = path
        self.problems = tuple(problems)

    def sentence(self, words: Words) -> str:
        """Return how many there are, and each on a line of its own."""
        lines = [super().sentence(words)]
        lines += [tell(problem, words) for problem in self.problems[:_SHOWN_PROBLEMS]]
        if (more := len(self.problems) - _SHOWN_PROBLEMS) > 0:
            lines.append(words("refusals.and_more", count=more))
        return "\n  ".join(lines)
