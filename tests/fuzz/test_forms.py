"""Any what-if and any form gets an answer: figures, or a page that says what is wrong."""

from __future__ import annotations

import math
import shutil
from pathlib import Path
from typing import Any

import duckdb
import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from forecast.entry_errors import FieldError
from forecast.fields import FIELDS
from forecast.settings import Setting, check_together, parse_setting
from forecast.what_if import what_if
from tests.fuzz.damage import ODD
from tests.fuzz.effort import TALLY, allowed, inputs
from tests.web.conftest import DE_HURK, HERE, token_of
from web.app import make_app
from web.options import ServeOptions

NAMES = st.sampled_from([*FIELDS, "electric_trucks_2030", "electric_vans_2035", "year", "x"])
VALUES = st.one_of(
    st.sampled_from(ODD),
    st.integers(-1, 25_000).map(str),
    st.floats(0, 1000).map(lambda number: f"{number:.2f}"),
    st.sampled_from(("smart", "12,5", "1.250", "1.250,5", "0", "1", "24", "1e3")),
    st.text(max_size=8),
)
QUERIES = st.dictionaries(
    st.sampled_from(("year", "scenario", "lang", "region", "q", "saved", "found", "strategy"))
    | NAMES,
    VALUES | st.sampled_from(("2030", "mid", "nl", "municipality:GM0193", "De Hurk")),
    max_size=4,
)
PAGES = st.sampled_from(
    (
        "/", "/search", f"/terrain/{DE_HURK}", f"/terrain/{DE_HURK}/what-if",
        f"/terrain/{DE_HURK}/what-if.json", f"/terrain/{DE_HURK}/refine",
        f"/terrain/{DE_HURK}/terrain.json", f"/terrain/{DE_HURK}/refine/x/undo",
        "/terrain/x", "/terrain/%00", "/terrain/%ff/what-if", "/fonts/..%2fx",
        "/map/municipality/%f0%9f/plankaart.html", "/map/x/y/plankaart-tabel.html",
    )
)  # fmt: skip


def plausible(field_name: str) -> st.SearchStrategy[str]:
    """Return settings of a field in its range, its ends among them."""
    field = FIELDS[field_name]
    if field.kind == "strategy":
        return st.sampled_from(("strategy=unmanaged", "strategy=smart", "strategy=night_block"))
    ends = st.sampled_from((field.low, field.high))
    inside = st.floats(field.low, field.high, allow_nan=False)
    year = st.sampled_from(("_2025", "_2030", "_2035")) if field.has_year else st.just("")
    number = st.one_of(ends, inside).map(lambda value: round(value) if field.is_whole else value)
    return st.builds("{}{}={}".format, st.just(field_name), year, number)


SETTINGS = st.lists(st.sampled_from(sorted(FIELDS)).flatmap(plausible), min_size=1, max_size=4)


@inputs(300)
@given(name=NAMES | st.text(max_size=10), value=VALUES)
def test_any_setting_is_taken_or_refused(name: str, value: str) -> None:
    with allowed("setting"):
        setting = parse_setting(f"{name}={value}")
        assert isinstance(setting.value, str) or math.isfinite(setting.value)


def numbers_of(figures: Any) -> list[float]:
    """Return every number within a value, however deep."""
    if isinstance(figures, dict):
        return [number for value in figures.values() for number in numbers_of(value)]
    if isinstance(figures, list | tuple):
        return [number for value in figures for number in numbers_of(value)]
    if hasattr(figures, "__dataclass_fields__"):
        return numbers_of(vars(figures))
    return [figures] if isinstance(figures, float) else []


@inputs(4)
@given(texts=SETTINGS, year=st.sampled_from((2025, 2030, 2035)))
def test_plausible_settings_give_figures(
    published: duckdb.DuckDBPyConnection, texts: list[str], year: int
) -> None:
    settings: tuple[Setting, ...] = ()
    try:
        settings = check_together(map(parse_setting, texts))
    except FieldError:
        return
    with allowed("what-if"):
        result = what_if(published, DE_HURK, settings, year, "mid")
        for number in numbers_of([result.base, result.changed]):
            assert math.isfinite(number)
            assert number >= 0


@pytest.fixture(scope="module")
def browser(real_database: Path) -> FlaskClient:
    """Return a browser whose pages hide no fault behind a sentence."""
    app = make_app(ServeOptions(database=real_database, background=None))
    app.error_handler_spec[None][None].pop(Exception)
    app.config["PROPAGATE_EXCEPTIONS"] = True
    return app.test_client()


@inputs(40)
@given(page=PAGES, query=QUERIES)
def test_any_address_gets_a_page(browser: FlaskClient, page: str, query: dict[str, str]) -> None:
    answer = browser.get(page, query_string=query)
    assert answer.status_code < 500
    TALLY[f"address: {answer.status_code}"] += 1


def mostly(right: str) -> st.SearchStrategy[str]:
    """Return what is right three times out of four: one fault at a time is seen best."""
    return st.one_of(st.just(right), st.just(right), st.just(right), VALUES)


FORMS = st.fixed_dictionaries(
    {
        "field": st.lists(st.sampled_from(("vans", "electric_vans")) | NAMES, max_size=2),
        "value": st.lists(st.sampled_from(("80", "12")) | VALUES, min_size=1, max_size=2),
        "year": st.lists(mostly("2030"), min_size=2, max_size=3),
        "author": mostly("A. Jansen") | st.just("x" * 500),
        "observed_on": mostly("2026-11-02"),
        "source": mostly("visit"),
        "rest": mostly("leave"),
        "reason": mostly("geteld"),
    }
)


@inputs(20)
@given(form=FORMS)
def test_any_form_is_recorded_whole_or_given_back(
    own_browser: tuple[FlaskClient, Path], form: dict[str, Any]
) -> None:
    client, database = own_browser
    before = log_of(database)
    address = f"/terrain/{DE_HURK}/refine"
    token = token_of(client.get(address).text)
    answer = client.post(address, data=form | {"page_token": token}, headers={"Origin": HERE})
    TALLY[f"form: {answer.status_code}"] += 1
    assert answer.status_code < 500
    after = log_of(database)
    assert after[: len(before)] == before
    assert (len(after) > len(before)) == (answer.status_code == 303)


@pytest.fixture(scope="module")
def own_browser(
    real_database: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[FlaskClient, Path]:
    """Return a browser of pages that may be written in, and their database."""
    path = tmp_path_factory.mktemp("forms") / "own.duckdb"
    shutil.copy(real_database, path)
    app = make_app(ServeOptions(database=path, background=None))
    app.error_handler_spec[None][None].pop(Exception)
    app.config["PROPAGATE_EXCEPTIONS"] = True
    return app.test_client(), path


@pytest.fixture(autouse=True)
def no_long_update(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("forecast.incremental.bring_up_to_date", lambda _: None)


def log_of(path: Path) -> list[Any]:
    with duckdb.connect(path, read_only=True) as connection:
        return connection.execute("SELECT * FROM refinements ORDER BY entered_at").fetchall()
