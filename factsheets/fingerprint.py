"""What a sheet was made from, in one short text: if it is the same, so is the file."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from factsheets.lines import Link
    from forecast.theme import Theme

_ROOT: Final = Path(__file__).parent.parent
_FOLDERS: Final = ("factsheets", "forecast", "models")
_KINDS: Final = (".py", ".toml", ".typ", ".html", ".css", ".svg", ".js")
_LIBRARIES: Final = ("babel", "font-source-sans-pro", "jinja2", "typst", "xlsxwriter")


def fingerprint(
    run_id: str,
    language: str,
    format_name: str,
    theme: Theme,
    nav: tuple[Link, ...] = (),
) -> str:
    """Return a digest of the run, the settings and the program.

    Rather too strict than too lax: a changed line of the program makes every sheet anew.
    """
    digest = sha256()
    links = repr(nav) if format_name == "html" else ""
    for part in (run_id, language, format_name, repr(theme), links, _program()):
        digest.update(part.encode() + b"\0")
    for file in theme.font_files:
        digest.update(sha256(file.read_bytes()).digest())
    return digest.hexdigest()


@cache
def _program() -> str:
    """Return a digest of the code, words and templates, and of the libraries that draw."""
    digest = sha256()
    for name in _LIBRARIES:
        digest.update(f"{name} {version(name)}\n".encode())
    for folder in _FOLDERS:
        for file in sorted((_ROOT / folder).rglob("*")):
            if file.suffix in _KINDS:
                digest.update(file.relative_to(_ROOT).as_posix().encode() + b"\0")
                digest.update(file.read_bytes())
    return digest.hexdigest()
