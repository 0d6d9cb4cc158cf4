"""Style sheets and typefaces, in the house style of who serves the pages."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from flask import Blueprint, Response, abort, send_file

from factsheets.templating import TEMPLATES, render
from web import current

pages: Final = Blueprint("looks", __name__, url_prefix="/looks")
_OWN_FONTS: Final = {"regular": "SourceSansPro-Regular", "semibold": "SourceSansPro-Semibold"}
_WEIGHTS: Final = {"regular": 400, "semibold": 600}


@pages.get("/theme.css")
def theme() -> Response:
    """Return colours and typeface of the house style as variables."""
    return _css(f"{_font_faces()}{render('theme.css', theme=current.options().theme)}")


@pages.get("/factsheet.css")
def factsheet() -> Response:
    """Return the style of the factsheets, which the page of a terrain shares."""
    return _css((TEMPLATES / "factsheet.css").read_text(encoding="utf-8"))


@pages.get("/fonts/<name>")
def font(name: str) -> Response:
    """Return a file of the typeface."""
    path = _fonts().get(name)
    if path is None or not path.is_file():
        abort(404)
    return send_file(path)


def _fonts() -> dict[str, Path]:
    """Return the font files by the name in their address; a theme's own have a number."""
    theme = current.options().theme
    if theme.font_family:
        return {str(number): path for number, path in enumerate(theme.font_files)}
    import font_source_sans_pro

    folder = Path(font_source_sans_pro.__file__).parent / "files"
    return {name: folder / f"{stem}.otf" for name, stem in _OWN_FONTS.items()}


def _font_faces() -> str:
    family = current.options().theme.font_family
    if family:  # which file has which weight is not known: the first is that of text
        return f'@font-face{{font-family:"{family}";src:url(/looks/fonts/0)}}\n'
    return "".join(
        f'@font-face{{font-family:"Source Sans Pro";font-weight:{_WEIGHTS[name]};'
        f"font-display:swap;src:url(/looks/fonts/{name})}}\n"
        for name in _OWN_FONTS
    )


def _css(text: str) -> Response:
    return Response(text, mimetype="text/css", headers={"Cache-Control": "no-cache"})
