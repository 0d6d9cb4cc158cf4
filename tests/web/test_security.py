"""Who is let in, what a page may do, and what nobody gets to see or write."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from forecast.refinement_log import read_entries
from forecast.store import open_published
from tests.web.conftest import DE_HURK, HERE, MakeClient, text_of, token_of

REFINE = f"/terrain/{DE_HURK}/refine"
PAGES = (
    "/",
    "/search?q=industrieterrein",
    f"/terrain/{DE_HURK}",
    f"/terrain/{DE_HURK}/what-if?vans=900",
    REFINE,
    "/nowhere",
)
TYPED = {
    "field": "vans",
    "value": "900",
    "year": "",
    "author": "A. Jansen",
    "observed_on": "2026-11-02",
    "source": "visit",
    "rest": "leave",
    "reason": "geteld",
}


def entries(path: Path) -> int:
    with open_published(path) as connection:
        return len(read_entries(connection))


@pytest.mark.parametrize("address", PAGES)
def test_a_page_runs_nothing_but_files_of_the_server(client: FlaskClient, address: str) -> None:
    answer = client.get(address)
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "style-src 'self';" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    # What the policy would block isn't there in the first place.
    assert not re.search(r"<script(?![^>]* src=)", answer.text)
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=", answer.text)
    assert not re.search(r'(?:src|href|action)="(?:https?:)?//', answer.text)


def test_a_map_runs_its_own_scripts_in_frames_of_the_server(client: FlaskClient) -> None:
    headers = client.get("/map/municipality/GM0193/plankaart.html").headers
    policy = headers["Content-Security-Policy"]
    assert re.search(r"script-src ('sha256-[\w+/=]+' ?)+;", policy)
    assert policy.endswith("frame-ancestors 'self'")
    assert headers["X-Frame-Options"] == "SAMEORIGIN"


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8750", "localhost.evil.example"])
def test_another_name_is_refused(client: FlaskClient, host: str) -> None:
    answer = client.get("/", headers={"Host": host})
    assert answer.status_code == 421
    assert "DE HURK" not in answer.text


@pytest.mark.parametrize("host", ["127.0.0.1:8750", "localhost", "[::1]:8750"])
def test_names_of_this_machine_are_answered(client: FlaskClient, host: str) -> None:
    assert client.get("/nowhere", headers={"Host": host}).status_code == 404


def test_a_shared_server_knows_addresses_and_its_own_name(make_client: MakeClient) -> None:
    shared = make_client(is_shared=True, is_read_only=True, names=frozenset({"zaal"}))
    statuses = [
        shared.get("/nowhere", headers={"Host": host}).status_code
        for host in ("192.168.1.20:8750", "zaal:8750", "evil.example:8750")
    ]
    assert statuses == [404, 404, 421]


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "http://localhost:9999"},
        {"Origin": "null"},
        {"Origin": HERE, "Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_a_write_from_another_site_is_refused(
    make_client: MakeClient, own_database: Path, headers: dict[str, str]
) -> None:
    browser = make_client(own_database)
    token = token_of(browser.get(REFINE).text)
    answer = browser.post(REFINE, data=TYPED | {"page_token": token}, headers=headers)
    assert answer.status_code == 403
    assert entries(own_database) == 0


def test_a_write_without_the_token_of_this_browser_is_refused(
    make_client: MakeClient, own_database: Path
) -> None:
    browser = make_client(own_database)
    token = token_of(browser.get(REFINE).text)
    other = browser.application.test_client()
    for who, sent in ((browser, ""), (browser, "0" * 64), (other, token)):
        answer = who.post(REFINE, data=TYPED | {"page_token": sent}, headers={"Origin": HERE})
        assert answer.status_code == 403
        # Nothing that was typed is lost: after a restart this happens to the honest.
        assert "A. Jansen" in answer.text
        assert "geteld" in answer.text
    assert entries(own_database) == 0


def test_read_only_pages_refuse_to_write_and_offer_no_form(
    make_client: MakeClient, own_database: Path
) -> None:
    token = token_of(make_client(own_database).get(REFINE).text)
    room = make_client(own_database, is_read_only=True)
    page = room.get(REFINE).text
    assert "<form method" not in page
    assert "alleen lezen" in page
    for address in (REFINE, f"{REFINE}/20261125T1/undo"):
        answer = room.post(address, data=TYPED | {"page_token": token}, headers={"Origin": HERE})
        assert answer.status_code == 403
        assert "alleen om te lezen" in text_of(answer.text)
    assert entries(own_database) == 0


def test_too_large_a_body_is_refused(make_client: MakeClient, own_database: Path) -> None:
    browser = make_client(own_database)
    token = token_of(browser.get(REFINE).text)
    typed = TYPED | {"page_token": token, "reason": "x" * 100_000}
    answer = browser.post(REFINE, data=typed, headers={"Origin": HERE})
    assert answer.status_code == 413
    assert "te groot" in text_of(answer.text)
    assert entries(own_database) == 0


@pytest.mark.parametrize(
    "address",
    [
        "/static/../app.py",
        "/static/%2e%2e/app.py",
        "/static/..%2fapp.py",
        "/static/%2fetc%2fpasswd",
        "/looks/fonts/..%2f..%2flooks.py",
        f"/terrain/{DE_HURK}/factsheet.pdf/../../../../etc/passwd",
        "/terrain/..%2f..%2fapp/factsheet.pdf",
        "/map/municipality/..%2f..%2fetc%2fpasswd/plankaart.html",
    ],
)
def test_no_path_leads_out(client: FlaskClient, address: str) -> None:
    answer = client.get(address, follow_redirects=True)
    assert answer.status_code == 404
    assert "make_app" not in answer.text
    assert "root:" not in answer.text


def test_meter_data_of_one_company_stays_with_its_adviser(
    make_client: MakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    from forecast import query
    from forecast.meter.rooms import MeteredRoom

    one = MeteredRoom(
        is_whole_terrain=False,
        connections=1,
        contract_kw=63917.0,
        room_16_21_kw_p05=120.0,
        room_night_kw_p05=80.0,
    )
    monkeypatch.setattr(query, "metered_rooms", lambda _, keys: dict.fromkeys(keys, one))
    for address in (f"/terrain/{DE_HURK}", f"/terrain/{DE_HURK}/terrain.json"):
        assert "63917" not in make_client(is_read_only=True).get(address).text
    assert "63917" in make_client().get(f"/terrain/{DE_HURK}/terrain.json").text
