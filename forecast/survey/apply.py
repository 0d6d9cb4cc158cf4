"""Lay what a survey says over the terrain, as refinements: recorded anew only where it changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from forecast import refinement_log as log
from forecast.entry_errors import FieldError
from forecast.refinement_entry import Correction, Entry, active, entry_of, undo_of
from forecast.survey.corrections import Coverage, Outcome, survey_outcome
from forecast.survey.notes import Note, companies_text
from forecast.survey.placing import SURVEY
from forecast.survey.records import StoredAnswer, covers_all, read_current
from forecast.survey.terrain_base import read_base
from forecast.terrain_limits import TerrainLimits, check_against_terrain, read_limits
from forecast.words import load

if TYPE_CHECKING:
    import duckdb

MADE_BY: Final = "survey"
"""At the end of the id of a refinement that was computed from answers."""
RECORDED_LANGUAGE: Final = "nl"
"""Of the reasons, which stand on Dutch factsheets."""


@dataclass(frozen=True)
class SurveyedTerrain:
    """A terrain after its survey changed.

    Attributes
    ----------
    terrain_name
        "" where the terrain has left the register.
    companies
        Whose answers count.
    covers_all
        Whether they were said to be all of the terrain.
    added, kept, undone
        Refinements that the survey made now, made before and still makes, and makes no longer.
    notes
        What should be known of them.
    contradiction
        What the survey says now against what an adviser entered; None where nothing does.
    traceable
        Names of the refinements that so few companies told of that they can be traced to one.
    """

    terrain_id: str
    terrain_name: str = ""
    companies: int = 0
    covers_all: bool = False
    coverage: tuple[Coverage, ...] = ()
    added: tuple[Entry, ...] = ()
    kept: tuple[Entry, ...] = ()
    undone: tuple[Entry, ...] = ()
    notes: tuple[Note, ...] = ()
    contradiction: FieldError | None = None
    traceable: tuple[str, ...] = ()

    @property
    def has_changed(self) -> bool:
        """Whether the figures of the terrain may be others now."""
        return bool(self.added or self.undone)

    @property
    def is_vanished(self) -> bool:
        """Whether the terrain has left the register, so that no answer has an effect."""
        return not self.terrain_name


def is_of_survey(entry: Entry) -> bool:
    """Return whether an entry was computed from answers, not entered by an adviser."""
    return entry.undoes is None and entry.refinement_id.endswith(f"-{MADE_BY}")


def apply_survey(
    connection: duckdb.DuckDBPyConnection,
    terrain_id: str,
    author_name: str,
    *,
    must_fit: bool = True,
) -> SurveyedTerrain:
    """Bring the refinements of a terrain in line with the answers of its companies.

    On a connection of `forecast.store.open_records`. Without answers those of the survey are
    undone. A refinement that the survey made before and would make again is left as it is, also
    where an adviser entered another value since.

    Parameters
    ----------
    connection, terrain_id
        Where the answers are.
    author_name
        Who brought the answers in, or took them away.
    must_fit
        Whether an answer that contradicts an adviser is refused, or only told.

    Raises
    ------
    FieldError
        If it must fit, and what the survey says contradicts what an adviser entered otherwise.
    """
    answers = read_current(connection, terrain_id)
    if not log.is_in_register(connection, terrain_id):
        return SurveyedTerrain(terrain_id, companies=len(answers))
    limits = read_limits(connection, terrain_id)
    entries = log.read_entries(connection, [terrain_id])
    others = active(entry for entry in entries if not is_of_survey(entry))
    base = read_base(connection, limits, (entry.setting for entry in others))
    covers, words = covers_all(connection, terrain_id), load(RECORDED_LANGUAGE)
    outcome = survey_outcome(answers, base, words, covers_all=covers)
    kept, stale = _held_against(outcome, entries)
    new = _new_corrections(outcome, kept, answers, author_name)
    times = iter(log.next_times(connection, len(new) + len(stale)))
    reason = words("survey.reason_undo", companies=companies_text(len(answers), words))
    undos = [undo_of(entry, author_name, reason, next(times)) for entry in stale]
    added = [entry_of(terrain_id, limits.terrain_name, each, next(times), MADE_BY) for each in new]
    after = active([*entries, *undos, *added])
    contradiction = _contradiction(after, limits)
    if must_fit and contradiction is not None:
        _refuse_new(contradiction, entries, limits)
    log.append(connection, [*undos, *added])
    return SurveyedTerrain(
        terrain_id,
        limits.terrain_name,
        len(answers),
        covers,
        outcome.coverage,
        tuple(added),
        tuple(kept),
        tuple(stale),
        (*outcome.notes, *_overtaken(others, kept, after)),
        contradiction,
        tuple(each.setting.name for each in outcome.corrections if each.is_traceable),
    )


def _held_against(outcome: Outcome, entries: Sequence[Entry]) -> tuple[list[Entry], list[Entry]]:
    """Return the entries that the survey made and still makes, and those that it does not."""
    undone = {entry.undoes for entry in entries if entry.undoes}
    mine = [each for each in entries if is_of_survey(each) and each.refinement_id not in undone]
    latest = {entry.name: entry for entry in mine}
    wanted = {each.setting.name: float(each.setting.value) for each in outcome.corrections}
    kept = [entry for name, entry in latest.items() if wanted.get(name) == entry.value]
    return kept, [entry for entry in mine if entry not in kept]


def _new_corrections(
    outcome: Outcome,
    kept: Sequence[Entry],
    answers: Sequence[StoredAnswer],
    author_name: str,
) -> list[Correction]:
    names = {entry.name for entry in kept}
    day = max((each.answer.observed_on for each in answers), default=None)
    return [
        Correction(each.setting, author_name.strip(), day, each.reason, SURVEY)
        for each in outcome.corrections
        if day is not None and each.setting.name not in names
    ]


def _contradiction(after: Sequence[Entry], limits: TerrainLimits) -> FieldError | None:
    try:
        check_against_terrain((entry.setting for entry in after), limits)
    except FieldError as error:
        return error
    return None


def _refuse_new(contradiction: FieldError, before: Sequence[Entry], limits: TerrainLimits) -> None:
    """Refuse a contradiction that was not there before."""
    if _contradiction(active(before), limits) is None:
        raise FieldError(
            "of_terrain",
            name=limits.terrain_name,
            rin=limits.terrain_id,
            problem=contradiction,
        )


def _overtaken(
    others: Sequence[Entry], kept: Sequence[Entry], after: Sequence[Entry]
) -> list[Note]:
    """Return what advisers entered that no longer counts, and what of the survey does not."""
    left = {entry.refinement_id for entry in after}
    return [
        Note(
            key,
            {"value": entry.value or 0.0},
            {"name": entry.name, "author": entry.author_name},
        )
        for key, entries in (("overtakes", others), ("overtaken", kept))
        for entry in entries
        if entry.refinement_id not in left
    ]
