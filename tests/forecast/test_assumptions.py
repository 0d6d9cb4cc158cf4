"""Assumptions: complete, sourced, used, and the only home of numbers."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from forecast.assumptions import DEFAULT_PATH, SCENARIO_FOLDER, load, load_scenarios
from forecast.errors import AssumptionError

ROOT = Path(__file__).parent.parent.parent
MODELS = sorted((ROOT / "models").glob("*.py"))

ENTRY = """
[sources]
s = { title = "t", url = "https://example.org" }
[a.b]
value = 1.0
low = 0.5
high = 2.0
unit = "kW"
year = 2024
source = "s"
status = "assumed"
note = ""
"""


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "assumptions.toml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        pytest.param('unit = "kW"\n', "", "field 'unit' is missing", id="no unit"),
        pytest.param('unit = "kW"', 'unit = ""', "unit '' is not one of", id="empty unit"),
        pytest.param("high = 2.0", "high = 2e9", "must lie from 0.1 to 20000 kW", id="absurd"),
        pytest.param("high = 2.0", "high = inf", "must lie from 0.1 to 20000 kW", id="infinite"),
        pytest.param('note = ""', 'nota = ""', "unknown field 'nota'", id="unknown field"),
        pytest.param('source = "s"', 'source = "x"', "source 'x' is not", id="unknown source"),
        pytest.param('"assumed"', '"guessed"', "status 'guessed'", id="unknown status"),
        pytest.param("low = 0.5", "low = 1.5", "between low and high", id="bounds"),
        pytest.param("high = 2.0", 'high = "2"', "must be numbers", id="text for a number"),
        pytest.param("value = 1.0", "value = nan", "between low and high", id="not a number"),
    ],
)
def test_an_incomplete_assumption_is_refused(
    tmp_path: Path, old: str, new: str, problem: str
) -> None:
    assert load(write(tmp_path, ENTRY))["a.b"] == 1
    with pytest.raises(AssumptionError, match=f"a.b: .*{problem}"):
        load(write(tmp_path, ENTRY.replace(old, new)))


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    twice = ENTRY + ENTRY[ENTRY.index("[a.b]") :].replace("a.b", "a.c")
    with pytest.raises(AssumptionError) as caught:
        load(write(tmp_path, twice.replace('unit = "kW"', 'unit = ""')))
    assert len(caught.value.problems) == 2


def test_scenarios_can_only_move_within_the_bounds(tmp_path: Path) -> None:
    base = write(tmp_path, ENTRY)
    for name in ("low", "mid", "high"):
        (tmp_path / f"{name}.toml").write_text("[overrides]\n", encoding="utf-8")
    low = tmp_path / "low.toml"
    low.write_text('[overrides]\n"a.b" = "low"\n', encoding="utf-8")
    assert load_scenarios(base, tmp_path)["low"]["a.b"] == 0.5
    low.write_text('[overrides]\n"a.b" = 3.0\n', encoding="utf-8")
    with pytest.raises(AssumptionError, match=r"number from 0\.5 to 2\.0"):
        load_scenarios(base, tmp_path)
    low.write_text('[overrides]\n"a.z" = "low"\n', encoding="utf-8")
    with pytest.raises(AssumptionError, match=r"'a\.z', which is not an assumption"):
        load_scenarios(base, tmp_path)


def test_the_hash_follows_the_numbers_and_the_scenarios(tmp_path: Path) -> None:
    changed = DEFAULT_PATH.read_text(encoding="utf-8").replace("0.57", "0.58", 1)
    shipped = load_scenarios().digest
    assert load_scenarios(write(tmp_path, changed)).digest != shipped
    assert load_scenarios(DEFAULT_PATH, SCENARIO_FOLDER).digest == shipped


def test_every_assumption_is_used() -> None:
    code = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "forecast").glob("*.py"))
    used = set(re.findall(r'"([a-z_]+(?:\.[a-z_0-9]+)+)"', code))
    groups = set(re.findall(r'f"([a-z_]+(?:\.[a-z_0-9]+)*[._])\{', code))
    groups |= {f"{group}." for group in re.findall(r'\.of\(\s*"([a-z_.]+)"', code)}
    unused = [
        key
        for key in load()
        if key not in used and not any(key.startswith(group) for group in groups)
    ]
    assert unused == []


def literals(source: str) -> list[str]:
    """Return the numbers in code that are neither 0, 1, a square nor a named constant."""
    tree = ast.parse(source)
    allowed: set[int] = set()
    for node in ast.walk(tree):
        named = (
            isinstance(node, ast.Assign | ast.AnnAssign)
            and node.value is not None
            and all(
                isinstance(target, ast.Name) and target.id.isupper()
                for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
            )
        )
        if named:
            allowed |= {id(child) for child in ast.walk(node)}
        # x ** 2 is the square of a formula, as in a variance.
        if (
            isinstance(node, ast.BinOp)
            and isinstance(node.op, ast.Pow)
            and isinstance(node.right, ast.Constant)
            and node.right.value == 2
        ):
            allowed.add(id(node.right))
    return [
        f"line {node.lineno}: {node.value}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, int | float)
        and not isinstance(node.value, bool)
        and node.value not in (0, 1)
        and id(node) not in allowed
    ]


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.name)
def test_models_hold_no_numbers_of_their_own(path: Path) -> None:
    assert literals(path.read_text(encoding="utf-8")) == []


def test_the_check_for_numbers_notices_one() -> None:
    assert literals("def f(x):\n    return 0.57 * x ** 2 + 1") == ["line 2: 0.57"]
    assert literals("HOURS_PER_DAY = 24\nx = y ** 3") == ["line 2: 3"]
