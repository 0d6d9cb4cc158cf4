"""Whether a correction could be believed: who, when, why and from what."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Final

from forecast.entry_errors import FieldError, RefinementError
from forecast.fields import find_field
from forecast.refinement_entry import Correction, Entry, today
from forecast.refinement_sources import RESTS, SOURCES
from forecast.settings import check_unit, check_value
from forecast.spoken import FieldName, codes
from forecast.terrain_limits import TerrainLimits

_CLOCKS_DIFFER: Final = timedelta(days=1)
"""By which the clock of another machine, or its zone, may be ahead of ours."""


def check_correction(correction: Correction) -> None:
    """Refuse a correction that can't be recorded.

    Raises
    ------
    FieldError
        If the field is a choice, not a fact.
    RefinementError
        As `check_provenance`, or where the rest of a municipal total is unheard of.
    """
    if not correction.setting.field.is_recorded:
        raise FieldError("a_choice", name=correction.setting.spoken_name)
    check_provenance(
        correction.author_name, correction.observed_on, correction.reason, correction.source
    )
    if correction.municipal_rest not in RESTS:
        raise RefinementError("no_such_rest", rest=correction.municipal_rest, possible=RESTS)


def check_provenance(author_name: str, observed_on: date, reason: str, source: str) -> None:
    """Refuse a correction that doesn't say who, when, why and from what.

    Raises
    ------
    RefinementError
        With what lacks, or a day that is still to come.
    """
    check_said(author_name, reason)
    if source not in SOURCES:
        possible = codes("fields.source", SOURCES)
        raise RefinementError("no_such_source", source=source, possible=possible)
    if observed_on > today():
        raise RefinementError("to_come", day=observed_on)


def check_age(observed_on: date, limits: TerrainLimits) -> None:
    """Refuse what was observed before the year that the register describes.

    Raises
    ------
    RefinementError
        With that year.
    """
    if observed_on.year < limits.reference_year:
        raise RefinementError("before_register", day=observed_on, year=limits.reference_year)


def check_entry(entry: Entry) -> Entry:
    """Return an entry of a file if it could have been entered here.

    Raises
    ------
    FieldError, RefinementError
        With what is wrong with it.
    """
    field = find_field(entry.field)
    if field.name != entry.field or not field.is_recorded:
        raise FieldError("not_recorded", name=entry.field)
    check_provenance(entry.author_name, entry.observed_on, entry.reason, entry.source)
    if entry.municipal_rest not in RESTS:
        raise RefinementError("rest_in_file", rest=entry.municipal_rest, possible=RESTS)
    if entry.entered_at > utc_now() + _CLOCKS_DIFFER:
        raise RefinementError("entered_to_come", time=entry.entered_at)
    check_unit(field, entry.unit)
    if entry.undoes is None:
        if entry.value is None:
            raise RefinementError("no_value", name=FieldName(field.name))
        check_value(field, entry.value, entry.year)
    return entry


def check_said(author_name: str, reason: str) -> None:
    """Refuse what has no author or no reason.

    Raises
    ------
    RefinementError
        With which of them lacks.
    """
    if not author_name.strip():
        raise RefinementError("author_missing")
    if not reason.strip():
        raise RefinementError("reason_missing")


def utc_now() -> datetime:
    """Return the time in UTC, without a zone as DuckDB's TIMESTAMP keeps it."""
    return datetime.now(UTC).replace(tzinfo=None)
