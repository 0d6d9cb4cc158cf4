"""Pages for what goes wrong: the sentence of the error, and never a traceback."""

from __future__ import annotations

import logging
import re
import tempfile
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Final

from flask import Flask, jsonify, render_template, request
from werkzeug.exceptions import HTTPException

from forecast.errors import DatabaseError, LaadvraagError, OutputError, ServeError, UnknownNameError
from forecast.search_result import TerrainSearchError
from web import current
from web.database import GoneError

if TYPE_CHECKING:
    from flask import Response

    Answer = tuple[Response | str, int]

LOG: Final = Path(tempfile.gettempdir()) / "laadvraag-fault.log"
_GONE: Final = 499
"""Nobody reads it; a log does."""
_STATUS: Final[tuple[tuple[type[LaadvraagError], int], ...]] = (
    (GoneError, _GONE),
    (ServeError, HTTPStatus.SERVICE_UNAVAILABLE),
    (DatabaseError, HTTPStatus.SERVICE_UNAVAILABLE),
    (OutputError, HTTPStatus.SERVICE_UNAVAILABLE),
    (TerrainSearchError, HTTPStatus.NOT_FOUND),
    (UnknownNameError, HTTPStatus.NOT_FOUND),
    (LaadvraagError, HTTPStatus.BAD_REQUEST),
)
_WORD: Final = re.compile(r"[a-z]+('s)?(?=[\s,;:]|$)")
"""Unlike a path or the name of a field."""
_TOLD: Final = {400, 403, 404, 405, 413, 421}
"""Statuses with a text of their own in the catalogue."""


def register(app: Flask) -> None:
    """Let the application answer errors with these pages."""
    app.register_error_handler(LaadvraagError, _stated)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _fault)


def status_of(error: LaadvraagError) -> int:
    """Return the HTTP status of a stated problem: whose fault it is."""
    return next(status for kind, status in _STATUS if isinstance(error, kind))


def sentence_of(error: LaadvraagError) -> tuple[str, str]:
    """Return the sentence of an error, beginning with a capital if with a word, and its language.

    Of a search only the sentence: the page of results has the list.
    """
    words = current.words()
    sentence = error.sentence(words)
    if isinstance(error, TerrainSearchError):
        sentence = sentence.splitlines()[0]
    if _WORD.match(sentence):
        sentence = sentence[:1].upper() + sentence[1:]
    return sentence, words.language if error.is_spoken else "en"


def _stated(error: LaadvraagError) -> Answer:
    sentence, language = sentence_of(error)
    return _answer(status_of(error), sentence, language)


def _http(error: HTTPException) -> Answer:
    words = current.words()
    status = error.code or HTTPStatus.INTERNAL_SERVER_ERROR
    key = str(status) if status in _TOLD else "other"
    if error.description in {"read_only", "origin"}:
        key = str(error.description)
    return _answer(status, words(f"web.error.{key}"), words.language)


def _fault(error: Exception) -> Answer:
    """Write the traceback where a maintainer finds it; the reader gets a sentence."""
    handler = logging.FileHandler(LOG, mode="w", encoding="utf-8")
    try:
        log = logging.getLogger("laadvraag.web")
        log.addHandler(handler)
        log.error("%s %s", request.method, request.path, exc_info=error)
        log.removeHandler(handler)
    finally:
        handler.close()
    words = current.words()
    sentence = words("refusals.fault", kind=type(error).__name__, path=LOG)
    return _answer(HTTPStatus.INTERNAL_SERVER_ERROR, sentence, words.language)


def _answer(status: int, sentence: str, language: str) -> Answer:
    if request.path.endswith(".json"):
        return jsonify({"error": sentence, "language": language}), status
    title = current.words()("web.error.title_missing" if status == 404 else "web.error.title")  # noqa: PLR2004 - HTTP
    page = render_template(
        "error.html", title=title, sentence=sentence, sentence_language=language, status=status
    )
    return page, status
