"""The pages over a real database: one to read, and copies to write in."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from web.app import make_app
from web.options import ServeOptions

DE_HURK = "190044"
HERE = "http://localhost"

MakeClient = Callable[..., FlaskClient]


def text_of(page: str) -> str:
    """Return what a reader sees of a page, on one line."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def token_of(page: str) -> str:
    """Return the token in the form of a page."""
    found = re.search(r'name="page_token" value="([0-9a-f]+)"', page)
    assert found
    return found[1]


@pytest.fixture(scope="session")
def make_client(real_database: Path) -> MakeClient:
    def make(database: Path = real_database, **options: object) -> FlaskClient:
        app = make_app(ServeOptions(database=database, background=None, **options))  # type: ignore[arg-type]
        return app.test_client()

    return make


@pytest.fixture(scope="session")
def reading(make_client: MakeClient) -> Flask:
    return make_client().application


@pytest.fixture
def client(reading: Flask) -> FlaskClient:
    """Return a browser without cookies of before, at pages that nothing is written in."""
    return reading.test_client()


@pytest.fixture
def own_database(real_database: Path, tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "own.duckdb"
    shutil.copy(real_database, path)
    yield path
    path.unlink()
