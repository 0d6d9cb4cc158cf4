"""From the answers of companies to refinements of their terrain: the rule of docs/surveys.md."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from forecast.survey.counts import electric_corrections, empty_notes, vehicle_corrections
from forecast.survey.habits import charger_corrections, distance_corrections, hour_corrections
from forecast.survey.notes import Note
from forecast.survey.records import StoredAnswer
from forecast.survey.terrain_base import TerrainBase
from forecast.survey.working import Reasoned, Working
from forecast.words import Words


@dataclass(frozen=True)
class Coverage:
    """How many vehicles of a group the survey knows, of those of the terrain."""

    group: str
    surveyed: int
    base: float


@dataclass(frozen=True)
class Outcome:
    """What a survey says of a terrain.

    Attributes
    ----------
    corrections
        Values to record, each with its reason.
    notes
        What was answered and can't be used, and why.
    """

    corrections: tuple[Reasoned, ...]
    coverage: tuple[Coverage, ...]
    notes: tuple[Note, ...]


def survey_outcome(
    answers: Sequence[StoredAnswer], base: TerrainBase, words: Words, *, covers_all: bool
) -> Outcome:
    """Return what the answers of the companies of one terrain say of it.

    Parameters
    ----------
    answers
        The latest of each company.
    base
        The terrain without them.
    words
        Language of the reasons.
    covers_all
        Whether these are all companies of the terrain.
    """
    working = Working(answers, base, words, covers_all)
    working.notes += empty_notes(working)
    corrections = (
        *vehicle_corrections(working),
        *electric_corrections(working),
        *distance_corrections(working),
        *charger_corrections(working),
        *hour_corrections(working),
    )
    coverage = tuple(
        Coverage(group, found.vehicles, working.base_of(group))
        for group, found in working.sums.items()
    )
    return Outcome(corrections, coverage, tuple(working.notes))
