"""The shape of the code: files and functions that are read at once, or a reason why not."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
PLACES = ("cli.py", "commands", "factsheets", "forecast", "maps", "models", "web")
MOST_LINES_OF_A_FILE = 300
MOST_LINES_OF_A_FUNCTION = 40
"""Without its docstring."""

PARAMETERS = "One parameter per option of the command; the body is short."
EXCEPTIONS = {
    "commands/factsheet.py:factsheet": PARAMETERS,
    "commands/meter.py:import_": PARAMETERS,
    "commands/meter.py:show": PARAMETERS,
    "commands/serve.py:serve": PARAMETERS,
    "factsheets/content.py:make_content": "Names each part of the sheet once, in its order.",
    "factsheets/region_content.py:make_region_content": "Names each part of the sheet once.",
}


def test_nothing_is_longer_than_can_be_read_at_once() -> None:
    too_long = {name for path in _files() for name in _too_long(path)}
    assert sorted(too_long - EXCEPTIONS.keys()) == [], "cut them along their ideas"
    assert sorted(EXCEPTIONS.keys() - too_long) == [], "these need no exception any more"


def _files() -> list[Path]:
    found = [path for place in PLACES for path in (ROOT / place).rglob("*.py")]
    return [*found, *(ROOT / place for place in PLACES if place.endswith(".py"))]


def _too_long(path: Path) -> Iterator[str]:
    name, text = path.relative_to(ROOT).as_posix(), path.read_text("utf-8")
    if len(text.splitlines()) > MOST_LINES_OF_A_FILE:
        yield name
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            docstring = ast.get_docstring(node, clean=False) or ""
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines - len(docstring.splitlines()) > MOST_LINES_OF_A_FUNCTION:
                yield f"{name}:{node.name}"
