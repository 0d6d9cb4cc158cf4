"""The application: routes, templates and errors put together."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from flask import Flask, g, request
from jinja2 import ChoiceLoader, FileSystemLoader, PrefixLoader, StrictUndefined

from factsheets.templating import TEMPLATES
from forecast.visible import visible
from forecast.words import LANGUAGES, load
from web import downloads, faults, home, looks, plan_maps, refine, security, terrain, what_if
from web.changes import Changes
from web.database import Database

if TYPE_CHECKING:
    from flask import Response

    from web.options import ServeOptions

_HERE: Final = Path(__file__).parent
_LANGUAGE_COOKIE: Final = "laadvraag-language"


def make_app(options: ServeOptions) -> Flask:
    """Return the pages of a database as a WSGI application."""
    app = Flask("web", root_path=str(_HERE))
    app.config["MAX_CONTENT_LENGTH"] = security.MOST_BODY_BYTES
    app.config["MAX_FORM_MEMORY_SIZE"] = security.MOST_BODY_BYTES
    app.extensions |= {
        "options": options,
        "database": Database(options.database),
        "changes": Changes(),
        "drawn_maps": plan_maps.DrawnMaps(),
    }
    _prepare_templates(app, options)
    app.before_request(lambda: _choose_language(options.language))
    security.guard(app, options)
    app.after_request(_keep_language)
    faults.register(app)
    for part in (home, terrain, what_if, refine, downloads, plan_maps, looks):
        app.register_blueprint(part.pages)
    return app


def _prepare_templates(app: Flask, options: ServeOptions) -> None:
    """Share the templates of the factsheets; always escaped, never lenient."""
    app.jinja_env.loader = ChoiceLoader(
        [
            FileSystemLoader(_HERE / "templates"),
            PrefixLoader({"factsheets": FileSystemLoader(TEMPLATES)}),
        ]
    )
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.finalize = lambda value: visible(value) if type(value) is str else value
    app.jinja_env.globals |= {
        "options": options,
        "theme": options.theme,
        "languages": LANGUAGES,
        "in_language": _in_language,
    }
    app.context_processor(_words_of_request)


def _choose_language(default: str) -> None:
    asked = request.args.get("lang", "")
    kept = request.cookies.get(_LANGUAGE_COOKIE, "")
    language = next((each for each in (asked, kept) if each in LANGUAGES), default)
    g.words = load(language)


def _keep_language(response: Response) -> Response:
    """Remember a language that was chosen, in the browser."""
    if request.args.get("lang") in LANGUAGES:
        response.set_cookie(
            _LANGUAGE_COOKIE, g.words.language, samesite="Strict", httponly=True, max_age=31_536_000
        )
    return response


def _words_of_request() -> dict[str, Any]:
    return {"words": g.words, "language": g.words.language}


def _in_language(language: str) -> str:
    """Return the address of this page in a language."""
    asked = {key: value for key, value in request.args.items(multi=True) if key != "lang"}
    # A page that answers a form has no address of its own; its form has.
    path = request.path.removesuffix("/undo")
    return f"{path}?{urlencode({**asked, 'lang': language})}"
