"""Which programs and libraries are there, without importing any of them."""

from __future__ import annotations

import platform
import shutil
import sys
from collections.abc import Iterator
from functools import partial
from importlib import metadata
from pathlib import Path
from typing import Final

from packaging.requirements import Requirement

from forecast.doctor.finding import Finding

_found = partial(Finding, "installed")

_PROGRAM: Final = "laadvraag"
_TOLD: Final = ("duckdb", "polars", "typst")
"""Libraries whose version a report of a fault should tell; the others only where one is amiss."""
_FONT_PACKAGE: Final = "font-source-sans-pro"
_FONT_SUFFIXES: Final = frozenset({".otf", ".ttf"})
_BROWSERS: Final = ("chromium", "google-chrome", "chromium-browser")


def look_at_installed() -> Iterator[Finding]:
    """Yield versions, libraries that lack or are too old, the typeface, and a browser."""
    yield _found(
        "python",
        "well",
        {
            "version": platform.python_version(),
            "system": platform.platform(terse=True),
            "path": sys.executable,
        },
    )
    yield from _libraries()
    yield _typeface()
    browser = next(filter(None, map(shutil.which, _BROWSERS)), None)
    yield _found("browser", "well", {"path": browser}) if browser else _found("no_browser", "well")


def _libraries() -> Iterator[Finding]:
    try:
        needed = [Requirement(text) for text in metadata.requires(_PROGRAM) or ()]
        yield _found("program", "well", {"version": metadata.version(_PROGRAM)})
    except metadata.PackageNotFoundError:
        yield _found("not_installed", "mind")
        needed = [Requirement(name) for name in _TOLD]
    for library in needed:
        if library.marker is not None and not library.marker.evaluate({"extra": ""}):
            continue
        facts = {"name": library.name, "needed": str(library.specifier)}
        try:
            version = metadata.version(library.name)
        except metadata.PackageNotFoundError:
            yield _found("missing", "problem", facts)
            continue
        facts["version"] = version
        if not library.specifier.contains(version, prereleases=True):
            yield _found("other_version", "problem", facts)
        elif library.name in _TOLD:
            yield _found("library", "well", facts)


def _typeface() -> Finding:
    """Return whether the typeface of PDF factsheets is there; without it none can be drawn."""
    try:
        files = metadata.files(_FONT_PACKAGE) or []
    except metadata.PackageNotFoundError:
        files = []
    fonts = [file for file in files if file.suffix.lower() in _FONT_SUFFIXES]
    is_there = bool(fonts) and all(Path(str(file.locate())).is_file() for file in fonts)
    facts = {"name": _FONT_PACKAGE, "files": len(fonts)}
    return _found("fonts", "well", facts) if is_there else _found("no_fonts", "problem", facts)
