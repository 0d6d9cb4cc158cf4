"""Jinja2 templates of the factsheets: always escaped, never lenient."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from forecast.visible import visible

TEMPLATES: Final = Path(__file__).parent / "templates"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.finalize = lambda value: visible(value) if type(value) is str else value
    environment.filters["px"] = lambda value: f"{value:.1f}".rstrip("0").rstrip(".")
    return environment


def render(template: str, **values: object) -> str:
    """Return a rendered template; a name it lacks is an error."""
    return _environment().get_template(template).render(**values)
