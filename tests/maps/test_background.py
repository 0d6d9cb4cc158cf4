"""The background: tiles where there is a network, the quiet base where there is none."""

from __future__ import annotations

import struct
import threading
import zlib
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from forecast.selection import select_terrains
from maps.background import Background
from maps.plan_map import plan_map_html
from tests.maps.page import choose, click_terrain, problems

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def _png(size: int = 256) -> bytes:
    """Return a grey square."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + body))
        return struct.pack(">I", len(body)) + kind + body + check

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", size, size, 8, 0, 0, 0, 0))
    body = chunk(b"IDAT", zlib.compress((b"\x00" + b"\xd0" * size) * size))
    return b"\x89PNG\r\n\x1a\n" + head + body + chunk(b"IEND", b"")


@contextmanager
def tile_server(*, is_working: bool) -> Iterator[tuple[Background, list[tuple[str, Any]]]]:
    """Serve tiles, or refuse them, on this machine; collect what is asked for."""
    asked: list[tuple[str, Any]] = []
    picture = _png()

    class Tiles(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append((self.path, self.headers.get("Referer")))
            self.send_response(200 if is_working else 503)
            self.send_header("Content-Type", "image/png")
            self.end_headers()
            self.wfile.write(picture if is_working else b"")

        def log_message(self, *_: Any) -> None:
            """Stay silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Tiles)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        host = f"http://127.0.0.1:{server.server_address[1]}"
        yield Background(f"{host}/grijs/EPSG:3857/{{z}}/{{x}}/{{y}}.png"), asked
    finally:
        server.shutdown()
        server.server_close()


def open_map(browser: Any, database: Path, folder: Path, background: Background) -> None:
    with duckdb.connect(str(database), read_only=True) as connection:
        html = plan_map_html(connection, select_terrains(connection), background=background)
    path = folder / "kaart.html"
    path.write_text(html, encoding="utf-8")
    browser.get(path.as_uri())


def wait_for(browser: Any, script: str) -> None:
    from selenium.webdriver.support.ui import WebDriverWait

    WebDriverWait(browser, 5).until(lambda driver: driver.execute_script("return " + script))


SHOWN = "document.body.classList.contains('has-background')"


def test_tiles_come_in_when_there_is_a_network(
    browser: Any, database: Path, tmp_path: Path
) -> None:
    with tile_server(is_working=True) as (background, asked):
        open_map(browser, database, tmp_path, background)
        wait_for(browser, SHOWN)
        wait_for(
            browser,
            "[...document.querySelectorAll('img.leaflet-tile')].some((tile) => tile.naturalWidth)",
        )
        # Names stand in the background already; terrains stay where they can be clicked.
        assert not browser.find_element("css selector", ".labels").is_displayed()
        assert "LAGE WEIDE" in click_terrain(browser, 0)
        # Nobody learns which page asked.
        assert {referrer for _, referrer in asked} == {None}
        assert all(path.startswith("/grijs/EPSG:3857/") for path, _ in asked)
        choose(browser, "layer", "background")
        assert browser.find_elements("css selector", "img.leaflet-tile") == []
        assert browser.find_element("css selector", ".labels").is_displayed()
        assert problems(browser) == []


def test_the_quiet_base_stays_when_tiles_fail_and_the_page_stops_asking(
    browser: Any, database: Path, tmp_path: Path
) -> None:
    with tile_server(is_working=False) as (background, asked):
        open_map(browser, database, tmp_path, background)
        wait_for(browser, "document.getElementById('legend-background').textContent !== ''")
        note = browser.find_element("id", "legend-background").get_attribute("textContent")
        assert note == "Geen netwerk: de kaart houdt haar rustige ondergrond."
        assert browser.find_element("css selector", ".labels").is_displayed()
        assert "LAGE WEIDE" in click_terrain(browser, 0)
        before = len(asked)
        browser.execute_script("laadvraagMap.map.setZoom(10, { animate: false })")
        wait_for(browser, "laadvraagMap.map.getZoom() === 10")
        assert len(asked) == before
        # Who switches it on again asks again.
        choose(browser, "layer", "background")
        choose(browser, "layer", "background")
        wait_for(browser, "document.getElementById('legend-background').textContent !== ''")
        assert len(asked) > before


def test_an_offline_browser_does_not_ask(browser: Any, database: Path, tmp_path: Path) -> None:
    offline = {"offline": True, "latency": 0, "downloadThroughput": 0, "uploadThroughput": 0}
    browser.execute_cdp_cmd("Network.enable", {})
    browser.execute_cdp_cmd("Network.emulateNetworkConditions", offline)
    try:
        with tile_server(is_working=True) as (background, asked):
            open_map(browser, database, tmp_path, background)
            assert "Geen netwerk" in browser.find_element("id", "legend-background").get_attribute(
                "textContent"
            )
            assert asked == []
    finally:
        browser.execute_cdp_cmd(
            "Network.emulateNetworkConditions",
            offline | {"offline": False, "downloadThroughput": -1, "uploadThroughput": -1},
        )


@pytest.mark.parametrize("url", ["https://tegels.voorbeeld.nl/a/{z}/{x}/{y}.png"])
def test_origin_is_scheme_and_host(url: str) -> None:
    assert Background(url).origin == "https://tegels.voorbeeld.nl"
