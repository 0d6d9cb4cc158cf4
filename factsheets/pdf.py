"""Factsheets as tagged PDF on A4, by typst under the ua-1 standard.

The content enters as JSON, never as markup, so no name can change the page. The typeface comes
from a package, and system fonts are left out: the sheet looks alike everywhere.
"""

from __future__ import annotations

import atexit
import json
import re
import shutil
import tempfile
from dataclasses import asdict, fields, is_dataclass
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import typst

from factsheets.templating import TEMPLATES, render
from forecast.errors import DataSourceError, FactsheetError
from forecast.spoken import say
from forecast.visible import visible

if TYPE_CHECKING:
    from factsheets.content import FactsheetContent
    from factsheets.region_content import RegionContent
    from forecast.theme import Logo, Theme

_FONT_PACKAGE: Final = "font-source-sans-pro"
_FAMILY: Final = "Source Sans Pro"
_STANDARD: Final = "ua-1"
_FOREIGN: Final = re.compile(r"[^\u0000-\u024f\u2010-\u2026\u20ac\u2122]")
"""What lies outside Latin script and its punctuation."""


def render_pdf(content: FactsheetContent | RegionContent, made_at: datetime) -> bytes:
    """Return the PDF; the same content and time give the same bytes."""
    body = {
        **{
            part.name: _shown(getattr(content, part.name))
            for part in fields(content)
            if part.name != "theme"
        },
        "theme": _style(content.theme),
        "icons": {code: render("icon.svg", code=code) for code in content.icon_codes},
    }
    compiler = _compiler(f"{content.template}.typ", content.theme)
    text = json.dumps(body, ensure_ascii=False)
    try:
        return _compile(compiler, text, made_at)
    except typst.TypstError:
        # The standard refuses a sign that the typeface does not hold, such as of another script.
        try:
            return _compile(compiler, _FOREIGN.sub("?", text), made_at)
        except typst.TypstError as error:
            raise FactsheetError(content.name, "PDF", str(error)) from None


def _compile(compiler: typst.Compiler, text: str, made_at: datetime) -> bytes:
    compiled = compiler.compile(
        format="pdf",
        sys_inputs={"content": text},
        pdf_standards=[_STANDARD],
        timestamp=made_at.replace(microsecond=0, tzinfo=UTC),
    )
    if not isinstance(compiled, bytes):
        raise TypeError("typst returned no document")
    return compiled


def _shown(value: Any) -> Any:
    """Return content as JSON takes it, every text in it visible."""
    if isinstance(value, str):
        return visible(value)
    if isinstance(value, tuple):
        return [_shown(part) for part in value]
    if is_dataclass(value):
        return {part.name: _shown(getattr(value, part.name)) for part in fields(value)}
    return value


def _style(theme: Theme) -> dict[str, object]:
    logo = None
    if theme.logo is not None:
        logo = {"file": _logo_name(theme.logo), "alt": theme.logo.alt}
    return {
        "colours": asdict(theme.colours),
        "family": theme.font_family or _FAMILY,
        "logo": logo,
    }


def _logo_name(logo: Logo) -> str:
    return "logo.svg" if logo.media_type == "image/svg+xml" else "logo.png"


@cache
def _compiler(template: str, theme: Theme) -> typst.Compiler:
    folder = TEMPLATES if theme.logo is None else _folder_with(theme.logo)
    return typst.Compiler(str(folder / template), root=str(folder), font_paths=_fonts(theme))


def _fonts(theme: Theme) -> typst.Fonts:
    """Return the typefaces of a house style; typst itself would fall back without a word.

    Raises
    ------
    DataSourceError
        If the font files hold no such family.
    """
    folders = [_font_folder(), *sorted({path.parent for path in theme.font_files})]
    fonts = typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[str(path) for path in folders],
    )
    if theme.font_family and theme.font_family not in fonts.families():
        raise DataSourceError(
            theme.font_files[0],
            say(
                "refusals.theme.font_without_family",
                family=theme.font_family,
                families=sorted(fonts.families()),
            ),
        )
    return fonts


@cache
def _folder_with(logo: Logo) -> Path:
    """Return a folder with the templates and a logo: typst reads nothing outside of it.

    Raises
    ------
    DataSourceError
        If the logo can't be drawn.
    """
    folder = Path(tempfile.mkdtemp(prefix="laadvraag-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    for template in TEMPLATES.glob("*.typ"):
        shutil.copy(template, folder)
    (folder / _logo_name(logo)).write_bytes(logo.content)
    trial = folder / "trial.typ"
    trial.write_text(f'#image("{_logo_name(logo)}")', encoding="utf-8")
    try:
        typst.compile(str(trial))
    except typst.TypstError as error:
        raise DataSourceError(
            logo.path, say("refusals.theme.logo_not_drawn", problem=str(error))
        ) from None
    return folder


def _font_folder() -> Path:
    for file in files(_FONT_PACKAGE) or []:
        if file.name == "SourceSansPro-Regular.ttf":
            return Path(str(file.locate())).parent
    raise FileNotFoundError(f"the package {_FONT_PACKAGE} holds no SourceSansPro-Regular.ttf")
