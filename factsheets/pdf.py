"""The factsheet as a tagged PDF of two A4 pages, by typst under the ua-1 standard.

The content enters as JSON, never as markup, so no name can change the page. The typeface comes
from a package, and system fonts are left out: the sheet looks alike everywhere.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import files
from pathlib import Path
from typing import TYPE_CHECKING, Final

import typst

from factsheets.templating import TEMPLATES, render

if TYPE_CHECKING:
    from factsheets.content import FactsheetContent

_FONT_PACKAGE: Final = "font-source-sans-pro"
_STANDARD: Final = "ua-1"


def render_pdf(content: FactsheetContent, made_at: datetime) -> bytes:
    """Return the PDF; the same content and time give the same bytes."""
    body = asdict(content)
    codes = {content.plan_code, *(year.code for year in content.plan_years)}
    body["icons"] = {code: render("icon.svg", code=code) for code in sorted(codes)}
    compiled = _compiler().compile(
        format="pdf",
        sys_inputs={"content": json.dumps(body, ensure_ascii=False)},
        pdf_standards=[_STANDARD],
        timestamp=made_at.replace(microsecond=0, tzinfo=UTC),
    )
    if not isinstance(compiled, bytes):
        raise TypeError("typst returned no document")
    return compiled


@cache
def _compiler() -> typst.Compiler:
    return typst.Compiler(
        str(TEMPLATES / "factsheet.typ"),
        root=str(TEMPLATES),
        font_paths=typst.Fonts(
            include_system_fonts=False,
            include_embedded_fonts=False,
            font_paths=[str(_font_folder())],
        ),
    )


def _font_folder() -> Path:
    for file in files(_FONT_PACKAGE) or []:
        if file.name == "SourceSansPro-Regular.ttf":
            return Path(str(file.locate())).parent
    raise FileNotFoundError(f"the package {_FONT_PACKAGE} holds no SourceSansPro-Regular.ttf")
