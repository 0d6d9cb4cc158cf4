"""The first refinement is prepared while its form is filled in, and never in the way."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from tests.web.conftest import DE_HURK, MakeClient
from tests.web.process import served
from tests.web.test_security import REFINE

_PATIENCE_S = 60


@pytest.fixture
def prepared(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Note which terrains are prepared."""
    terrains: list[str] = []
    monkeypatch.setattr(
        "forecast.incremental.prepare", lambda _, terrain_id: terrains.append(terrain_id)
    )
    return terrains


def test_the_first_form_that_is_opened_is_prepared_once(
    make_client: MakeClient, prepared: list[str]
) -> None:
    browser = make_client()
    warming = browser.application.extensions["warming"]
    warming.begin()
    assert browser.get(f"/terrain/{DE_HURK}").status_code == 200  # who looks on prepares nothing
    assert browser.get("/terrain/999999999/refine").status_code == 404
    assert browser.get(REFINE).status_code == 200
    assert browser.get("/terrain/170008/refine").status_code == 200
    warming._thread.join(_PATIENCE_S)
    assert prepared == [DE_HURK]


def test_nothing_is_prepared_for_who_can_record_nothing(
    make_client: MakeClient, prepared: list[str]
) -> None:
    browser = make_client(is_read_only=True)
    warming = browser.application.extensions["warming"]
    warming.begin()
    assert browser.get(REFINE).status_code == 200  # the log, without a form
    warming.end()
    assert not warming._thread.is_alive()
    assert prepared == []


def test_a_preparation_that_fails_shows_nowhere(
    make_client: MakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed = threading.Event()

    def fail(*_: object) -> None:
        failed.set()
        raise MemoryError

    monkeypatch.setattr("forecast.incremental.prepare", fail)
    browser = make_client()
    warming = browser.application.extensions["warming"]
    warming.begin()
    assert browser.get(REFINE).status_code == 200
    assert failed.wait(_PATIENCE_S)
    warming.end()  # pytest turns what a thread leaves unhandled into a failure


def test_a_server_stops_while_it_prepares(real_database: Path) -> None:
    with served(real_database) as server:
        assert "DE HURK" in server.fetch(REFINE)
        assert server.stop() == 0
    assert server.told.strip() == "stopped"
