"""House style: logo, colours and typeface of who publishes a document, from a theme file.

Only what dresses a page is in it. Colours that carry meaning (plan classes, zones, supply areas)
stay the same in every house style, because their marks and patterns are chosen for them.
"""

from __future__ import annotations

import base64
import re
import tomllib
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Final

from forecast.errors import DataSourceError
from forecast.spoken import say

_HEX: Final = re.compile(r"#[0-9a-fA-F]{6}")
_LEAST_CONTRAST: Final = 4.5
"""Of text against its ground, WCAG 2.1 success criterion 1.4.3 [1]."""
_LOGO_TYPES: Final = {".svg": "image/svg+xml", ".png": "image/png"}
_FONT_TYPES: Final = (".ttf", ".otf")
_FAMILY: Final = re.compile(r"[\w -]+")
_MOST_LOGO_BYTES: Final = 300_000
"""A logo stands in every document."""


@dataclass(frozen=True)
class Colours:
    """Colours of text and grounds, as ``#rrggbb``.

    Attributes
    ----------
    accent
        Of headings, bars and rules.
    ink, quiet
        Of text and of text that steps back.
    paper, shade
        Of the page and of boxes on it.
    line
        Of thin lines.
    """

    accent: str = "#0d5c75"
    ink: str = "#1d2b33"
    quiet: str = "#52616a"
    paper: str = "#fffdf8"
    shade: str = "#f3efe5"
    line: str = "#dcd8cc"


@dataclass(frozen=True)
class Logo:
    """A picture in the head of a document, where it came from and what it says in words."""

    path: Path
    content: bytes
    media_type: str
    alt: str

    @property
    def data_uri(self) -> str:
        """The picture inside a page; a browser runs no script of a picture."""
        return f"data:{self.media_type};base64,{base64.b64encode(self.content).decode()}"


@dataclass(frozen=True)
class Theme:
    """A house style; without a file the own style of laadvraag.

    Attributes
    ----------
    publisher
        Who publishes, written in the foot of a document.
    font_family
        A family; None: the embedded Source Sans Pro.
    font_files
        Where a PDF finds that family.
    """

    publisher: str = ""
    colours: Colours = field(default_factory=Colours)
    logo: Logo | None = None
    font_family: str | None = None
    font_files: tuple[Path, ...] = ()


def load_theme(path: Path | None) -> Theme:
    """Return the house style of a TOML file; paths in it are relative to it.

    Raises
    ------
    DataSourceError
        If the file or what it names is missing, has an unknown key, or gives text too little
        contrast to publish (below 4.5 to 1).
    """
    if path is None:
        return Theme()
    content = _read(path)
    _check_keys(path, content, {"publisher", "colours", "logo", "fonts"}, "the theme")
    colours = _colours(path, _table(path, content, "colours"))
    logo = _logo(path, _table(path, content, "logo"))
    family, files = _fonts(path, _table(path, content, "fonts"))
    return Theme(_text(path, content, "publisher") or "", colours, logo, family, files)


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, from 1 to 21 (WCAG 2.1).

    >>> round(contrast("#000000", "#ffffff"), 6)
    21.0
    """
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    channels = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    red, green, blue = (
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4  # noqa: PLR2004 - sRGB
        for value in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise DataSourceError(
            path, say("refusals.theme.not_readable", problem=error.strerror)
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DataSourceError(path, say("refusals.theme.no_toml", problem=str(error))) from None


def _check_keys(path: Path, table: dict[str, Any], known: set[str], where: str) -> None:
    unknown = sorted(set(table) - known)
    if unknown:
        raise DataSourceError(
            path,
            say("refusals.theme.unknown_keys", where=where, unknown=unknown, known=sorted(known)),
        )


def _table(path: Path, content: dict[str, Any], name: str) -> dict[str, Any]:
    value = content.get(name, {})
    if not isinstance(value, dict):
        raise DataSourceError(path, say("refusals.theme.no_table", name=name))
    return value


def _text(path: Path, table: dict[str, Any], key: str) -> str | None:
    value = table.get(key)
    if value is not None and not isinstance(value, str):
        raise DataSourceError(path, say("refusals.theme.no_text", key=key, value=repr(value)))
    return value


def _colours(path: Path, table: dict[str, Any]) -> Colours:
    _check_keys(path, table, {part.name for part in fields(Colours)}, "[colours]")
    for name, value in table.items():
        if not isinstance(value, str) or not _HEX.fullmatch(value):
            raise DataSourceError(
                path, say("refusals.theme.no_colour", name=name, value=repr(value))
            )
    colours = Colours(**table)
    for text in ("ink", "quiet", "accent"):
        for ground in ("paper", "shade"):
            ratio = contrast(getattr(colours, text), getattr(colours, ground))
            if ratio < _LEAST_CONTRAST:
                raise DataSourceError(
                    path,
                    say(
                        "refusals.theme.low_contrast",
                        text=text,
                        ground=ground,
                        ratio=round(ratio, 1),
                        least=_LEAST_CONTRAST,
                    ),
                )
    return colours


def _logo(path: Path, table: dict[str, Any]) -> Logo | None:
    _check_keys(path, table, {"file", "alt"}, "[logo]")
    name, alt = _text(path, table, "file"), _text(path, table, "alt")
    if name is None:
        return None
    if not alt:
        raise DataSourceError(path, say("refusals.theme.no_alt"))
    file = _beside(path, name)
    if file.suffix.lower() not in _LOGO_TYPES:
        raise DataSourceError(file, say("refusals.theme.logo_ending"))
    content = file.read_bytes()
    if len(content) > _MOST_LOGO_BYTES:
        raise DataSourceError(
            file,
            say(
                "refusals.theme.logo_too_large",
                most=_MOST_LOGO_BYTES // 1000,
                size=len(content) // 1000,
            ),
        )
    return Logo(file, content, _LOGO_TYPES[file.suffix.lower()], alt)


def _fonts(path: Path, table: dict[str, Any]) -> tuple[str | None, tuple[Path, ...]]:
    _check_keys(path, table, {"family", "files"}, "[fonts]")
    family, names = _text(path, table, "family"), table.get("files", [])
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise DataSourceError(path, say("refusals.theme.no_list"))
    if family is None:
        return None, ()
    # It enters a style sheet: letters, digits, spaces and hyphens name every family in use.
    if not _FAMILY.fullmatch(family):
        raise DataSourceError(path, say("refusals.theme.no_family", family=repr(family)))
    if not names:
        raise DataSourceError(path, say("refusals.theme.no_files"))
    files = tuple(_beside(path, name) for name in names)
    for file in files:
        if file.suffix.lower() not in _FONT_TYPES:
            raise DataSourceError(file, say("refusals.theme.font_ending"))
    return family, files


def _beside(path: Path, name: str) -> Path:
    file = path.parent / name
    if not file.is_file():
        raise DataSourceError(path, say("refusals.theme.not_there", name=name, path=file))
    return file
