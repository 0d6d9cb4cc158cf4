"""Refinements of a terrain: the form, the log, and taking one back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Final

from flask import Blueprint, current_app, redirect, render_template, request, url_for

from forecast.entry_errors import FieldError, RefinementError
from forecast.errors import LaadvraagError
from forecast.fields import FIELDS
from forecast.query import terrain_report
from forecast.refinement_entry import Correction, find_entry
from forecast.refinement_log import add, read_entries, undo
from forecast.refinement_sources import RESTS, SOURCES
from forecast.refinement_text import value_text
from forecast.run_info import check_year_of_run
from forecast.settings import check_together, check_value, find_dated_field
from forecast.spoken import FieldName
from forecast.vocabulary import FIRST_YEAR, LAST_YEAR, MID_SCENARIO
from forecast.written_numbers import read_number
from web import current
from web.asked import known_terrain
from web.faults import sentence_of, status_of
from web.refined import read_told, side_by_side, what_of
from web.saving import save
from web.security import TOKEN_FIELD, is_token_right

if TYPE_CHECKING:
    from pathlib import Path

    from werkzeug.wrappers import Response

    from forecast.refinement_entry import Entry

pages: Final = Blueprint("refine", __name__, url_prefix="/terrain/<terrain_id>/refine")
_ROWS: Final = 3
_MOST_ROWS: Final = 20
_LONGEST: Final = {"author": 100, "reason": 1000}


@dataclass(frozen=True)
class Row:
    """A line of the form: field, value and year as they were typed."""

    field: str = ""
    value: str = ""
    year: str = ""


@dataclass(frozen=True)
class Form:
    """What was typed; given back with the sentence where it is refused."""

    rows: tuple[Row, ...] = ()
    author: str = ""
    observed_on: str = field(default_factory=lambda: f"{datetime.now().astimezone():%Y-%m-%d}")
    source: str = SOURCES[0]
    rest: str = RESTS[0]
    reason: str = ""

    @property
    def padded(self) -> tuple[Row, ...]:
        """The lines to show: those that were filled in, and room for more."""
        filled = tuple(row for row in self.rows if row.value or row.field)
        return filled + (Row(),) * max(_ROWS - len(filled), 1)


@pages.get("")
def show(terrain_id: str) -> str:
    """Show the form, filled in with what was tried, and the log."""
    rows = []
    for name, value in request.args.items(multi=True):
        if name in {"lang", "saved"}:
            continue
        found, year = find_dated_field(name)
        rows.append(Row(found.name, value[:40], str(year or "")))
    return _page(terrain_id, Form(tuple(rows[:_MOST_ROWS])))


@pages.post("")
def record(terrain_id: str) -> Response | tuple[str, int]:
    """Record what was typed, and show what it changed."""
    form = _typed()
    if not is_token_right(current_app, request.form.get(TOKEN_FIELD, "")):
        words = current.words()
        return _page(terrain_id, form, (words("web.error.token"), words.language)), 403
    try:
        corrections = _corrections(form)
        words = current.words()

        def write(path: Path) -> str:
            return "; ".join(_in_words(each) for each in add(path, terrain_id, corrections))

        _known(terrain_id)
        change = save(current.database(), terrain_id, write, words)
    except LaadvraagError as error:
        return _page(terrain_id, form, sentence_of(error)), status_of(error)
    return _saved(terrain_id, change_key=current.changes().keep(change))


@pages.get("/<refinement_id>/undo")
def undo_address(terrain_id: str, refinement_id: str) -> Response:
    """Lead who reloads the page of an undo back to the log."""
    del refinement_id
    return redirect(url_for("refine.show", terrain_id=terrain_id))


@pages.post("/<refinement_id>/undo")
def take_back(terrain_id: str, refinement_id: str) -> Response | tuple[str, int]:
    """Take a refinement of this terrain back."""
    words = current.words()
    if not is_token_right(current_app, request.form.get(TOKEN_FIELD, "")):
        return _page(terrain_id, Form(), (words("web.error.token"), words.language)), 403
    author, reason = _text("author"), _text("reason")
    try:
        _known(terrain_id)
        with current.database().reading() as connection:
            find_entry(read_entries(connection, [terrain_id]), refinement_id)

        def write(path: Path) -> str:
            return _in_words(undo(path, refinement_id, author, reason))

        change = save(current.database(), terrain_id, write, words)
    except LaadvraagError as error:
        return _page(terrain_id, Form(), sentence_of(error)), status_of(error)
    return _saved(terrain_id, change_key=current.changes().keep(change))


def _saved(terrain_id: str, change_key: str) -> Response:
    """Lead to the page of the outcome: reloading it records nothing twice."""
    return redirect(url_for("refine.show", terrain_id=terrain_id, saved=change_key), 303)


def _page(terrain_id: str, form: Form, problem: tuple[str, str] | None = None) -> str:
    words = current.words()
    with current.database().reading() as connection:
        known_terrain(connection, terrain_id)
        report = terrain_report(connection, terrain_id)
        told = read_told(connection, terrain_id, words)
    year = check_year_of_run(report.run, None)
    return render_template(
        "refine.html",
        tab="refine",
        terrain=report.terrain,
        run=report.run,
        is_late=report.is_late,
        year=year,
        years=(FIRST_YEAR, LAST_YEAR),
        form=form,
        fields=[each for each in FIELDS.values() if each.is_recorded],
        sources=SOURCES,
        rests=RESTS,
        longest=_LONGEST,
        today=f"{datetime.now().astimezone():%Y-%m-%d}",
        told=told,
        side_by_side=side_by_side(report, year, MID_SCENARIO, words),
        change=current.changes().find(request.args.get("saved", ""), terrain_id),
        problem=problem,
    )


def _known(terrain_id: str) -> None:
    with current.database().reading() as connection:
        known_terrain(connection, terrain_id)


def _typed() -> Form:
    lists = [request.form.getlist(name)[:_MOST_ROWS] for name in ("field", "value", "year")]
    rows = tuple(Row(*(text.strip()[:40] for text in row)) for row in zip(*lists, strict=False))
    return Form(
        rows,
        _text("author"),
        _text("observed_on"),
        _text("source"),
        _text("rest") or RESTS[0],
        _text("reason"),
    )


def _text(name: str) -> str:
    return request.form.get(name, "").strip()


def _corrections(form: Form) -> Sequence[Correction]:
    """Return what was typed as corrections.

    Raises
    ------
    FieldError, RefinementError
        With what is wrong; the log checks the rest.
    """
    if (length := len(form.author)) > (most := _LONGEST["author"]):
        raise RefinementError("author_too_long", length=length, most=most)
    if (length := len(form.reason)) > (most := _LONGEST["reason"]):
        raise RefinementError("reason_too_long", length=length, most=most)
    settings = []
    for row in form.rows:
        if not row.field and not row.value:
            continue
        if not row.field or not row.value:
            raise FieldError("line_half")
        found, _ = find_dated_field(row.field)
        year = _year(row.year) if found.has_year else None
        value = read_number(row.value, FieldName(found.name), ".")
        settings.append(check_value(found, value, year))
    if not settings:
        raise FieldError("no_line")
    check_together(settings)
    day = _day(form.observed_on)
    return [
        Correction(setting, form.author, day, form.reason, form.source, form.rest)
        for setting in settings
    ]


def _year(text: str) -> int | None:
    if text and not (text.isascii() and text.isdecimal()):
        raise FieldError("year_no_year", text=text)
    return int(text) if text else None


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise RefinementError("no_day", text=text) from None


def _in_words(entry: Entry) -> str:
    words = current.words()
    what = what_of(entry, words)
    if entry.undoes:
        return words("refine.undo_line", what=what)
    return words("refine.line", what=what, value=value_text(entry.value, entry.unit, words))
