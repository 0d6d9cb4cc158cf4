"""What readers look up in, and where the real files are."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from forecast.sources.contract import Known
from forecast.sources.embedded import SourceData
from forecast.sources.registry import known_from


@pytest.fixture(scope="session")
def known(sources: SourceData) -> Known:
    return known_from(sources)


@pytest.fixture(scope="session")
def sample() -> Callable[[str], Path]:
    """Return a function from the name of a real file to its path; skips where it is not."""
    beside = Path(__file__).parents[4] / "shared" / "samples"
    folder = Path(os.environ.get("LAADVRAAG_SAMPLES") or beside)

    def find(name: str) -> Path:
        if not (folder / name).exists():
            pytest.skip(f"the real file {folder / name} is not here (LAADVRAAG_SAMPLES)")
        return folder / name

    return find
