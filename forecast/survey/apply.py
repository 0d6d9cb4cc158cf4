"""Lay what a survey says over the terrain, as refinements: recorded anew only where it changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from forecast import refinement_log as log
from forecast.survey.corrections import Coverage, companies_text, survey_outcome
from forecast.survey.records import covers_all, read_current
from forecast.survey.terrain_base import read_base
from forecast.terrain_limits import check_against_terrain, read_limits
from forecast.words import load

if TYPE_CHECKING:
    import duckdb

SOURCE: Final = "survey"
RECORDED_LANGUAGE: Final = "nl"
"""Of the reasons, which stand on Dutch factsheets."""
_MARKS: Final = tuple(
    load(language)("survey.reason_part").partition("{")[0] for language in ("nl", "en")
)
"""How the reason of a refinement begins that a survey made."""


@dataclass(frozen=True)
class SurveyedTerrain:
    """A terrain after its survey changed.

    Attributes
    ----------
    companies
        That answered, of how many that are expected there.
    covers_all
        Whether they were said to be all of them.
    added, kept, undone
        Refinements that the survey made now, made before and still makes, and makes no longer.
    """

    terrain_id: str
    terrain_name: str
    companies: int
    expected_companies: float | None
    covers_all: bool
    coverage: tuple[Coverage, ...]
    added: tuple[log.Entry, ...]
    kept: tuple[log.Entry, ...]
    undone: tuple[log.Entry, ...]
    notes: tuple[str, ...]

    @property
    def has_changed(self) -> bool:
        """Whether the figures of the terrain may be others now."""
        return bool(self.added or self.undone)


def is_of_survey(entry: log.Entry) -> bool:
    """Return whether a survey made an entry, and not an adviser who names one as the source."""
    return entry.source == SOURCE and entry.undoes is None and entry.reason.startswith(_MARKS)


def apply_survey(
    connection: duckdb.DuckDBPyConnection, terrain_id: str, author_name: str
) -> SurveyedTerrain:
    """Bring the refinements of a terrain in line with the answers of its companies.

    On a connection of `forecast.store.open_records`. Without answers those of the survey are
    undone.

    Raises
    ------
    FieldError
        If what the survey says contradicts what an adviser entered otherwise.
    """
    words = load(RECORDED_LANGUAGE)
    answers = read_current(connection, terrain_id)
    covers = covers_all(connection, terrain_id)
    limits = read_limits(connection, terrain_id)
    entries = log.read_entries(connection, [terrain_id])
    others = log.active([entry for entry in entries if not is_of_survey(entry)])
    base = read_base(connection, limits, (entry.setting for entry in others))
    outcome = survey_outcome(answers, base, words, covers_all=covers)
    counting = {entry.name: entry for entry in log.active(entries)}
    undone_ids = {entry.undoes for entry in entries if entry.undoes}
    mine = [each for each in entries if is_of_survey(each) and each.refinement_id not in undone_ids]
    wanted = {setting.name: setting for setting, _ in outcome.corrections}
    kept = [
        entry
        for entry in mine
        if counting.get(entry.name) == entry
        and entry.name in wanted
        and entry.value == float(wanted[entry.name].value)
    ]
    new = [(s, why) for s, why in outcome.corrections if s.name not in {e.name for e in kept}]
    stale = [entry for entry in mine if entry not in kept]
    times = iter(log.next_times(connection, len(new) + len(stale)))
    reason = words("survey.reason_undo", companies=companies_text(len(answers), words))
    undos = [log.undo_of(entry, author_name, reason, next(times)) for entry in stale]
    day = max((each.answer.observed_on for each in answers), default=None)
    added = [
        log.entry_of(
            terrain_id,
            limits.terrain_name,
            log.Correction(setting, author_name, day, why, SOURCE),
            next(times),
        )
        for setting, why in new
        if day is not None
    ]
    after = log.active([*entries, *undos, *added])
    check_against_terrain((entry.setting for entry in after), limits)
    log.append(connection, [*undos, *added])
    return SurveyedTerrain(
        terrain_id,
        limits.terrain_name,
        len(answers),
        base.companies,
        covers,
        outcome.coverage,
        tuple(added),
        tuple(kept),
        tuple(stale),
        (*outcome.notes, *_overtaken(others, after)),
    )


def _overtaken(others: Sequence[log.Entry], after: Sequence[log.Entry]) -> list[str]:
    """Return what advisers entered otherwise that no longer counts."""
    words = load(RECORDED_LANGUAGE)
    left = {entry.refinement_id for entry in after}
    return [
        words(
            "survey.note.overtakes",
            name=entry.name,
            value=words.exact(entry.value or 0.0),
            author=entry.author_name,
        )
        for entry in others
        if entry.refinement_id not in left
    ]
