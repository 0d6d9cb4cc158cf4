"""What CI makes of a report on known vulnerabilities."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import pytest

PATH = Path(__file__).parent.parent.parent / ".ci" / "audit.py"
SOUND = {"name": "duckdb", "version": "2.0.1", "vulns": []}
BROKEN = {
    "name": "jinja2",
    "version": "3.1.0",
    "vulns": [{"id": "PYSEC-1", "fix_versions": ["3.1.6"]}, {"id": "PYSEC-2", "fix_versions": []}],
}
UNKNOWN = {"name": "polars", "skip_reason": "Dependency not found on PyPI"}


def verdict(*packages: dict[str, Any]) -> tuple[bool, str]:
    spec = importlib.util.spec_from_file_location("audit", PATH)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found: tuple[bool, str] = module.verdict({"dependencies": list(packages)})
    return found


@pytest.mark.parametrize(
    ("packages", "may_be_used", "told"),
    [
        ((SOUND, UNKNOWN), True, "no known vulnerability in 1 of 2"),
        ((SOUND, BROKEN), False, "jinja2 3.1.0: PYSEC-1 (mended in 3.1.6)"),
        ((BROKEN, UNKNOWN), False, "PYSEC-2 (mended in no version yet)"),
        ((UNKNOWN, UNKNOWN), True, "skipped: none of 2 packages was audited"),
    ],
)
def test_only_a_found_vulnerability_fails(
    packages: tuple[dict[str, Any], ...],
    may_be_used: bool,  # noqa: FBT001 - pytest passes it by name
    told: str,
) -> None:
    found, why = verdict(*packages)
    assert found is may_be_used
    assert told in why
