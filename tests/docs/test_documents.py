"""Generated pages are current, every table and column is explained, and links lead somewhere."""

from __future__ import annotations

import importlib.util
import json
import re
from pathlib import Path
from types import ModuleType

import pytest
from rich.text import Text

from forecast.assumptions import load
from forecast.backtest import run_backtest
from forecast.reference import (
    assumptions_page,
    backtest_block,
    hindcast_block,
    nomenclature_page,
    replace_block,
)
from forecast.run_reference import plan_class_block
from forecast.schema import TABLES
from forecast.store import open_published

ROOT = Path(__file__).parent.parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


def test_assumptions_page_is_current() -> None:
    page = (ROOT / "docs" / "assumptions.md").read_text(encoding="utf-8")
    assert page == assumptions_page(load()), "run `python docs/generate.py`"


def test_nomenclature_is_current() -> None:
    page = (ROOT / "docs" / "nomenclature.md").read_text(encoding="utf-8")
    assert page == nomenclature_page(), "run `python docs/generate.py`"


def test_the_test_against_history_in_the_method_is_current() -> None:
    report = run_backtest()
    page = (ROOT / "docs" / "method.md").read_text(encoding="utf-8")
    for name, block in (("backtest", backtest_block(report)), ("hindcast", hindcast_block(report))):
        assert replace_block(page, name, block) == page, "run `python docs/generate.py`"


def test_the_plan_classes_in_the_method_are_current(real_database: Path) -> None:
    page = (ROOT / "docs" / "method.md").read_text(encoding="utf-8")
    with open_published(real_database) as connection:
        block = plan_class_block(connection)
    assert replace_block(page, "plan classes", block) == page, "run `python docs/generate.py`"


def test_nomenclature_names_every_column() -> None:
    page = nomenclature_page()
    for table in TABLES.values():
        assert f"### `{table.name}`" in page
        for column in table.columns:
            assert f"`{column.name}`" in page
            assert column.meaning


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_local_links_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
    missing = [
        target
        for target in targets
        if not target.startswith("http") and not (page.parent / target).exists()
    ]
    assert missing == []


def test_the_pictures_of_the_readme_are_current(real_database: Path) -> None:
    """A picture of an old page, or of other figures, would mislead who reads the README."""
    pictures = _pictures_module()
    stamp = json.loads(pictures.STAMP.read_text(encoding="utf-8"))
    told = "run `python docs/pictures.py`"
    assert stamp["drawn_by"] == pictures.drawn_by(), told
    assert stamp["query"] == Text.from_ansi(pictures.terminal_query(real_database)).plain, told
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for name in ("plankaart.png", "factsheet.png", "terminal.png"):
        assert (ROOT / "docs" / "img" / name).is_file()
        assert f"docs/img/{name}" in readme


def _pictures_module() -> ModuleType:
    """Import the script that makes the pictures; ``docs`` is no package."""
    spec = importlib.util.spec_from_file_location("pictures", ROOT / "docs" / "pictures.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


_FILE = re.compile(r"`((?:[\w.-]+/)+[\w.-]+|cli\.py)`(?:: `(\w+)`)?")


def test_contributing_names_files_and_functions_that_exist() -> None:
    """Who follows one number through the layers finds each of them where the page says."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    tables = [line for line in text.splitlines() if line.startswith("|")]
    named = [found for line in tables for found in _FILE.findall(line)]
    walk = [path for path, function in named if function]
    for path, function in named:
        assert (ROOT / path).exists(), path
        if function:
            assert f"def {function}(" in (ROOT / path).read_text(encoding="utf-8"), function
    # Each layer once, in the direction of the data.
    layers = [path.partition("/")[0] for path in walk]
    assert layers[0] == "forecast"
    assert layers[-3:] == ["factsheets", "factsheets", "commands"]
    assert "models" in layers
