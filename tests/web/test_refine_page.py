"""Refinements through the pages: recorded with who, when and why, refused, undone, at once.

The figures are brought up to date by a small stand-in, which writes the file as the real one does;
`test_browser` goes through with the real one.
"""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from forecast.errors import DatabaseError
from forecast.refinement_entry import Entry, active
from forecast.refinement_log import read_entries
from forecast.store import open_published, open_records
from tests.web.conftest import DE_HURK, HERE, MakeClient, text_of, token_of
from tests.web.test_security import REFINE, TYPED


@pytest.fixture(autouse=True)
def quick_update(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lay vans over the fleet, held as long as a publication is."""

    def update(path: Path) -> None:
        with open_records(path) as connection:
            connection.execute("UPDATE fleet SET vehicles = round(model_vehicles)")
            for entry in active(read_entries(connection)):
                connection.execute(
                    "UPDATE fleet SET vehicles = ?, basis = 'refined' "
                    "WHERE terrain_id = ? AND vehicle_class || 's' = ?",
                    [entry.value, entry.terrain_id, entry.field],
                )
            time.sleep(0.2)

    monkeypatch.setattr("forecast.incremental.bring_up_to_date", update)


def log_of(path: Path) -> tuple[Entry, ...]:
    with open_published(path) as connection:
        return read_entries(connection)


def post(browser: FlaskClient, address: str = REFINE, **typed: object) -> tuple[int, str]:
    """Fill in the form of the page and send it; return status and the page it leads to."""
    token = token_of(browser.get(REFINE).text)
    answer = browser.post(
        address,
        data=TYPED | {"page_token": token} | typed,
        headers={"Origin": HERE, "Sec-Fetch-Site": "same-origin"},
        follow_redirects=True,
    )
    return answer.status_code, answer.text


def test_what_is_recorded_says_who_when_and_why(
    make_client: MakeClient, own_database: Path
) -> None:
    browser = make_client(own_database)
    status, page = post(browser, value="1500")
    assert status == 200
    [entry] = log_of(own_database)
    assert (entry.terrain_id, entry.field, entry.value) == (DE_HURK, "vans", 1500)
    assert (entry.author_name, entry.source, entry.municipal_rest) == (
        "A. Jansen",
        "visit",
        "leave",
    )
    assert f"{entry.observed_on}" == "2026-11-02"
    told = text_of(page)
    assert "Bestelauto's: 1.500 voertuigen" in told
    assert "Dat verandert, in 2030" in told
    assert "Bestelauto's: 1.112 → 1.500" in told
    shown = text_of(browser.get(f"/terrain/{DE_HURK}").text)
    assert "1.112 1.500 verfijnd" in shown
    assert "A. Jansen, waargenomen op 2 november 2026 (bezoek)" in shown


def test_several_are_recorded_together_or_not_at_all(
    make_client: MakeClient, own_database: Path
) -> None:
    browser = make_client(own_database)
    status, page = post(
        browser,
        field=["trucks", "electric_trucks", ""],
        value=["80", "90", ""],
        year=["", "2030", ""],
    )
    assert status == 400
    assert "(electric_trucks_2030): 90 kan niet" in text_of(page)
    assert 'value="90"' in page  # what was typed is still there
    assert log_of(own_database) == ()
    status, _ = post(
        browser,
        field=["trucks", "electric_trucks"],
        value=["80", "30"],
        year=["", "2030"],
    )
    assert status == 200
    assert {entry.name: entry.value for entry in log_of(own_database)} == {
        "trucks": 80,
        "electric_trucks_2030": 30,
    }


def test_a_form_that_lacks_something_is_given_back(
    make_client: MakeClient, own_database: Path
) -> None:
    browser = make_client(own_database)
    for lacking, told in (
        ({"author": " "}, "De naam van de adviseur ontbreekt"),
        ({"reason": ""}, "De reden ontbreekt"),
        ({"observed_on": "gisteren"}, "'gisteren' is geen dag"),
        ({"observed_on": "2031-01-01"}, "01-01-2031 moet nog komen"),
        (
            {"source": "rumour"},
            "geen bron 'rumour'; mogelijk: gesprek, enquête, meting, bezoek",
        ),
        ({"value": ""}, "geen gegeven of geen waarde"),
        ({"field": "", "value": ""}, "Er is geen waarde opgegeven"),
        ({"value": "veel"}, "geef een getal"),
        ({"value": "-3"}, "aannemelijk is 0 tot 20.000"),
        ({"reason": "x" * 1001}, "er passen er 1000"),
        ({"rest": "grow"}, "mogelijk: rebalance, leave"),
    ):
        status, page = post(browser, **lacking)
        assert status == 400, lacking
        assert told in text_of(page)
    assert log_of(own_database) == ()


def test_the_what_if_fills_in_the_form(client: FlaskClient) -> None:
    page = client.get(f"{REFINE}?vans=900&electric_trucks_2030=40").text
    assert '<option value="vans" data-unit="voertuigen" selected>' in page
    assert 'value="900"' in page
    assert 'value="2030"' in page


def test_an_undo_is_an_entry_too_and_the_model_counts_again(
    make_client: MakeClient, own_database: Path
) -> None:
    browser = make_client(own_database)
    post(browser, value="1500")
    [entry] = log_of(own_database)
    undo = f"{REFINE}/{entry.refinement_id}/undo"
    status, page = post(browser, undo, reason="bleek van de buurman")
    assert status == 200
    assert "ongedaan gemaakt: Bestelauto's" in text_of(page)
    assert "Bestelauto's: 1.500 → 1.112" in text_of(page)
    assert len(log_of(own_database)) == 2
    assert active(log_of(own_database)) == ()
    status, page = post(browser, undo)
    assert status == 400
    assert "was al ongedaan gemaakt" in text_of(page)


def test_a_refinement_of_another_terrain_can_not_be_undone_here(
    make_client: MakeClient, own_database: Path
) -> None:
    browser = make_client(own_database)
    post(browser, value="1500")
    [entry] = log_of(own_database)
    elsewhere = f"/terrain/190045/refine/{entry.refinement_id}/undo"
    status, _ = post(browser, elsewhere)
    assert status in {400, 404}
    assert len(log_of(own_database)) == 1


def test_two_advisers_at_once_each_find_their_entry_in_the_log(
    make_client: MakeClient, own_database: Path
) -> None:
    app = make_client(own_database).application
    browsers = [app.test_client() for _ in range(2)]
    statuses: list[int] = []

    def save(browser: FlaskClient, field: str) -> None:
        statuses.append(post(browser, field=field, author=field)[0])

    threads = [
        threading.Thread(target=save, args=pair)
        for pair in zip(browsers, ("vans", "tractors"), strict=True)
    ]
    reader = app.test_client()
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        # Who only looks is answered meanwhile.
        assert reader.get(f"/terrain/{DE_HURK}").status_code == 200
    assert statuses == [200, 200]
    assert {entry.field for entry in log_of(own_database)} == {"vans", "tractors"}


def test_figures_that_can_not_be_brought_up_to_date_are_told(
    make_client: MakeClient, own_database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise DatabaseError("records_not_written", path="x", problem="the disk is full")

    monkeypatch.setattr("forecast.incremental.bring_up_to_date", fail)
    status, page = post(make_client(own_database))
    assert status == 200
    assert "the disk is full" in text_of(page)
    assert "nog niet in deze cijfers" in text_of(page)
    assert len(log_of(own_database)) == 1
