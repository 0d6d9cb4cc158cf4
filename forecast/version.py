"""The version of the program, as runs and imports note it."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version


def code_version() -> str:
    """Return the version of the installed laadvraag."""
    try:
        return version("laadvraag")
    except PackageNotFoundError:
        return "not installed"
