"""The embedded data and a forecast over it, computed once."""

from __future__ import annotations

from typing import Any

import pytest

from forecast.assumptions import ScenarioSet, load_scenarios
from forecast.pipeline import run_forecast
from forecast.refine import no_refinements
from forecast.sources.embedded import SourceData, read_sources
from forecast.vocabulary import DEFAULT_YEARS


@pytest.fixture(scope="session")
def sources() -> SourceData:
    return read_sources()


@pytest.fixture(scope="session")
def scenarios() -> ScenarioSet:
    return load_scenarios()


@pytest.fixture(scope="session")
def state(sources: SourceData, scenarios: ScenarioSet) -> dict[str, Any]:
    """Return every output of the pipeline; don't change it."""
    return run_forecast(sources, scenarios, no_refinements(), DEFAULT_YEARS)
