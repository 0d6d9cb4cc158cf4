"""Paging of every kind of service, and what it does with pages that are not what they should be."""

from __future__ import annotations

import gzip
import json
import zipfile
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from forecast.errors import FetchError
from forecast.fetch.cache import Cache
from forecast.fetch.endpoints import Endpoint
from forecast.fetch.fetch import Fetched, fetch
from forecast.fetch.services.areas import known_areas
from forecast.fetch.web import Web
from tests.fetch import publishers
from tests.fetch.publishers import Cbs, Socrata, Wfs, as_json, endpoint, feature, observation
from tests.fetch.server import Answer, Asked, Script, Server, in_turn

Serve = Callable[[Script], Server]
Bring = Callable[[Endpoint], Fetched]
DAY = date(2026, 11, 25)


@pytest.fixture
def bring(web: Web, tmp_path: Path) -> Bring:
    """Return a fetch into a cache of the test."""
    return lambda asked: fetch(asked, Cache(tmp_path), web, today=DAY)


def body_of(fetched: Fetched) -> Any:
    return json.loads(fetched.cached.path.read_bytes())


def test_wfs_pages_become_one_collection(serve: Serve, bring: Bring) -> None:
    features = [feature(number) for number in range(7)]
    server = serve(Wfs(features))
    fetched = bring(endpoint("ibis", server.url, page_rows=3))
    joined = body_of(fetched)
    assert joined["type"] == "FeatureCollection"
    assert joined["features"] == features  # coordinates and names to the letter
    assert joined["crs"]["properties"]["name"] == "urn:ogc:def:crs:EPSG::28992"
    assert "numberReturned" not in joined  # of one page, false for all
    assert [asked.query.get("startIndex") for asked in server.asked] == [None, "0", "3", "6"]
    assert server.asked[1].query["typeNames"] == "WarmteAtlas:IBISbedrijventerreinen"
    assert server.asked[1].query["sortBy"] == "RIN_NUMMER"
    assert (fetched.cached.note.rows, fetched.cached.note.expected_rows) == (7, 7)


def test_a_joined_collection_is_read_by_gdal(serve: Serve, bring: Bring) -> None:
    geopandas = pytest.importorskip("geopandas")
    server = serve(Wfs([feature(number) for number in range(5)]))
    frame = geopandas.read_file(bring(endpoint("ibis", server.url, page_rows=2)).cached.path)
    assert frame.crs.to_epsg() == 28992
    assert frame.geometry.area.tolist() == [10_000.0] * 5
    assert frame["PLAN_NAAM"][3] == "Súd 3 <script>"


def test_wfs_of_a_server_with_smaller_pages(serve: Serve, bring: Bring) -> None:
    """1,000 were asked for, the server gives two at a time."""
    server = serve(Wfs([feature(number) for number in range(5)], most=2))
    assert len(body_of(bring(endpoint("ibis", server.url)))["features"]) == 5
    assert [asked.query.get("startIndex") for asked in server.asked[1:]] == ["0", "2", "4"]


@pytest.mark.parametrize("count", [1, 3, 6])
def test_wfs_that_does_not_count(serve: Serve, bring: Bring, count: int) -> None:
    server = serve(Wfs([feature(number) for number in range(count)], matched="unknown"))
    fetched = bring(endpoint("ibis", server.url, page_rows=3))
    assert len(body_of(fetched)["features"]) == count
    assert fetched.cached.note.expected_rows is None


def test_wfs_with_a_wrong_count_is_asked_once_more_and_refused(
    serve: Serve, bring: Bring, tmp_path: Path
) -> None:
    server = serve(Wfs([feature(number) for number in range(5)], matched="6"))
    with pytest.raises(FetchError, match="5 features came in where the server has 6, also when"):
        bring(endpoint("ibis", server.url, page_rows=2))
    assert sum("resultType" in asked.query for asked in server.asked) == 2
    assert not list(tmp_path.rglob("ibis.geojson"))


def test_wfs_that_changes_meanwhile_is_asked_anew(serve: Serve, bring: Bring) -> None:
    """The first time a feature is gone between two pages; the second time all is quiet."""
    layer = Wfs([feature(number) for number in range(5)])
    pages = 0

    def script(asked: Asked) -> Answer:
        nonlocal pages
        answer = layer(asked)
        pages += "startIndex" in asked.query
        if pages == 1:
            layer.features = layer.features[1:]
        return answer

    fetched = bring(endpoint("ibis", serve(script).url, page_rows=2))
    assert [each["id"] for each in body_of(fetched)["features"]] == [
        f"IBIS.{n}" for n in (1, 2, 3, 4)
    ]


def test_wfs_pages_that_overlap_are_refused(serve: Serve, bring: Bring) -> None:
    """A server without a stable order: the sum is right, but a feature is there twice."""
    features = [feature(number) for number in (0, 1, 1, 2)]
    with pytest.raises(FetchError, match=r"feature IBIS\.1 came in twice: pages overlap"):
        bring(endpoint("ibis", serve(Wfs(features)).url, page_rows=2))


def test_wfs_pages_in_two_reference_systems_are_refused(serve: Serve, bring: Bring) -> None:
    layer = Wfs([feature(number) for number in range(4)])

    def script(asked: Asked) -> Answer:
        layer.crs = f"EPSG:{4326 if asked.query.get('startIndex') == '2' else 28992}"
        return layer(asked)

    with pytest.raises(FetchError, match="pages differ in their reference system"):
        bring(endpoint("ibis", serve(script).url, page_rows=2))


def test_an_empty_layer_is_no_result(serve: Serve, bring: Bring) -> None:
    with pytest.raises(FetchError, match="has no features"):
        bring(endpoint("ibis", serve(Wfs([])).url))


REPORT = (
    b'<?xml version="1.0"?><ows:ExceptionReport xmlns:ows="http://www.opengis.net/ows/1.1">'
    b"<ows:Exception><ows:ExceptionText>Feature type unknown</ows:ExceptionText>"
    b"</ows:Exception></ows:ExceptionReport>"
)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        pytest.param(publishers.HTML, r"sent a web page \('Onderhoud'\)", id="web page"),
        pytest.param(Answer(REPORT), "the service says: Feature type unknown", id="report"),
        pytest.param(Answer(b""), "the answer is empty", id="empty"),
        pytest.param(Answer(b'{"type": "FeatureColl'), "JSON is expected", id="cut"),
        pytest.param(as_json([]), "JSON, but not an object", id="a list"),
        pytest.param(as_json({"features": []}), "FeatureCollection is expected", id="other JSON"),
        pytest.param(
            as_json({"type": "FeatureCollection", "features": [1]}), "expected", id="rows"
        ),
    ],
)
def test_an_answer_with_status_200_that_is_none(
    serve: Serve, bring: Bring, tmp_path: Path, answer: Answer, said: str
) -> None:
    layer = Wfs([feature(0)])
    is_broken = True

    def script(asked: Asked) -> Answer:
        return answer if is_broken and "startIndex" in asked.query else layer(asked)

    server = serve(script)
    with pytest.raises(FetchError, match=said):
        bring(endpoint("ibis", server.url))
    assert not list(tmp_path.rglob("ibis.geojson"))
    is_broken = False  # nothing of it is reused
    assert len(body_of(bring(endpoint("ibis", server.url)))["features"]) == 1


def test_no_number_of_features_says_what_came(serve: Serve, bring: Bring) -> None:
    with pytest.raises(FetchError, match=r"a number of features is expected, but .* web page"):
        bring(endpoint("ibis", serve(in_turn(publishers.HTML)).url))


def cbs(serve: Serve, table: Cbs) -> tuple[str, Server]:
    server = serve(table)
    table.root = f"{server.url}/odata/v1/CBS/85236NED"
    return table.root, server


def members_of(fetched: Fetched) -> dict[str, Any]:
    with zipfile.ZipFile(fetched.cached.path) as archive:
        assert archive.testzip() is None
        return {name: json.loads(archive.read(name)) for name in archive.namelist()}


def test_a_table_of_cbs_comes_with_its_metadata(serve: Serve, bring: Bring) -> None:
    rows = [observation(number) for number in range(5)]
    url, _ = cbs(serve, Cbs(rows))
    fetched = bring(endpoint("vehicles-85236ned", url))
    members = members_of(fetched)
    assert list(members) == [
        "Properties.json", "Dimensions.json", "MeasureCodes.json", "RegioSCodes.json",
        "PeriodenCodes.json", "RegioSGroups.json", "Observations-1.json", "Observations-2.json",
        "Observations-3.json",
    ]  # fmt: skip
    assert [row for n in (1, 2, 3) for row in members[f"Observations-{n}.json"]["value"]] == rows
    assert members["RegioSCodes.json"]["value"] == [{"Identifier": "GM0193", "Title": "Zwolle"}]
    assert (fetched.cached.note.rows, fetched.cached.note.expected_rows) == (5, 5)


@pytest.mark.parametrize("counts", [True, False])
def test_only_the_last_year_of_a_large_table(serve: Serve, bring: Bring, *, counts: bool) -> None:
    rows = [
        observation(n, year)
        for n, year in enumerate(("2023JJ00", "2024JJ00", "2024JJ00", "2024JJ00"))
    ]
    url, _ = cbs(serve, Cbs(rows, counts=counts))
    fetched = bring(endpoint("vehicles-85236ned", url, periods="last"))
    members = members_of(fetched)
    shown = [row for name in members if "Obs" in name for row in members[name]["value"]]
    assert shown == rows[1:]
    assert fetched.cached.note.expected_rows == (3 if counts else None)


def test_a_next_page_on_another_server_is_not_followed(serve: Serve, bring: Bring) -> None:
    elsewhere = serve(in_turn(as_json({"value": []})))
    url, _ = cbs(serve, Cbs([observation(n) for n in range(5)], elsewhere=elsewhere.url))
    with pytest.raises(FetchError, match=r"next page is on another server .*not followed"):
        bring(endpoint("vehicles-85236ned", url))
    assert elsewhere.asked == []


def test_a_table_with_a_wrong_count_is_refused(serve: Serve, bring: Bring) -> None:
    url, _ = cbs(serve, Cbs([observation(n) for n in range(5)], stated=7))
    with pytest.raises(FetchError, match="5 observations came in where the server has 7"):
        bring(endpoint("vehicles-85236ned", url))


def test_next_pages_in_a_circle_are_left(serve: Serve, bring: Bring) -> None:
    table = Cbs([observation(n) for n in range(5)])

    def script(asked: Asked) -> Answer:
        if "$skip" in asked.query:
            link = f"{table.root}/Observations?$skip=2"
            return as_json({"value": [observation(9)], "@odata.nextLink": link})
        return table(asked)

    server = serve(script)
    table.root = f"{server.url}/odata/v1/CBS/85236NED"
    with pytest.raises(FetchError, match="pages of Observations go round in a circle"):
        bring(endpoint("vehicles-85236ned", table.root))


PLATES = [{"kenteken": f"V{n:03}XX", "europese_voertuigcategorie": "N1"} for n in range(7)]
GROUPS = [
    {"europese_voertuigcategorie": kind, "inrichting": body, "aantal": str(count)}
    for kind, body, count in (("N1", "gesloten opbouw", 900), ("N3", "opleggertrekker", 80))
]


def test_the_register_is_counted_by_the_server(serve: Serve, bring: Bring) -> None:
    server = serve(Socrata({"m9d7-ebf2": GROUPS}))
    fetched = bring(endpoint("vehicles-rdw", f"{server.url}/resource"))
    assert body_of(fetched) == GROUPS
    assert len(server.asked) == 2  # a count, and one page
    assert server.asked[1].query["$group"] == server.asked[1].query["$order"]


def test_groups_that_do_not_add_up_are_refused(serve: Serve, bring: Bring) -> None:
    server = serve(Socrata({"m9d7-ebf2": GROUPS}, counts={"m9d7-ebf2": 981}))
    with pytest.raises(FetchError, match="980 vehicles in groups came in where the server has 981"):
        bring(endpoint("vehicles-rdw", f"{server.url}/resource"))


def parts(page_rows: int) -> list[dict[str, Any]]:
    known = endpoint("vehicles-rdw-fuels", "https://x").options["parts"]
    return [part | {"page_rows": page_rows} for part in known]


def test_plates_and_fuels_come_page_by_page_into_one_zip(serve: Serve, bring: Bring) -> None:
    fuels = [{"kenteken": "V001XX", "brandstof_omschrijving": "Elektriciteit"}]
    server = serve(Socrata({"m9d7-ebf2": PLATES, "8ys7-d773": fuels}, most=3))
    asked = endpoint("vehicles-rdw-fuels", f"{server.url}/resource", parts=parts(1000))
    fetched = bring(asked)
    assert members_of(fetched) == {"vehicles.json": PLATES, "fuels.json": fuels}
    offsets = [each.query["$offset"] for each in server.asked if "$offset" in each.query]
    assert offsets == ["0", "3", "6", "0"]
    assert fetched.cached.note.expected_rows == 8


def test_rows_that_come_twice_are_refused(serve: Serve, bring: Bring) -> None:
    rows = [*PLATES[:3], PLATES[2], *PLATES[3:]]
    server = serve(Socrata({"m9d7-ebf2": rows, "8ys7-d773": []}))
    asked = endpoint("vehicles-rdw-fuels", f"{server.url}/resource", parts=parts(2))
    with pytest.raises(FetchError, match="row V002XX came in twice"):
        bring(asked)


def test_an_error_of_socrata_is_told(serve: Serve, bring: Bring) -> None:
    answer = as_json({"error": True, "message": "No such column: aantalx"})
    with pytest.raises(FetchError, match="not a list as expected; it says: No such column"):
        bring(endpoint("vehicles-rdw", serve(in_turn(answer)).url))


def test_overpass_gives_objects_without_the_count(serve: Serve, bring: Bring) -> None:
    fetched = bring(endpoint("truck-sites", serve(publishers.overpass).url))
    body = body_of(fetched)
    assert [each["id"] for each in body["elements"]] == [1, 2]
    assert body["osm3s"]["timestamp_osm_base"] == "2026-11-25T11:00:00Z"


def test_overpass_that_gave_up_half_way_is_refused(serve: Serve, bring: Bring) -> None:
    script = partial(publishers.overpass, remark="runtime error: Query timed out")
    with pytest.raises(FetchError, match="Overpass gave up: runtime error: Query timed out"):
        bring(endpoint("truck-sites", serve(script).url))


def test_overpass_with_fewer_objects_than_counted_is_refused(serve: Serve, bring: Bring) -> None:
    script = partial(publishers.overpass, counted=5)
    with pytest.raises(FetchError, match="2 objects came in where the server has 5"):
        bring(endpoint("truck-sites", serve(script).url))


def area_script(unknown: set[str], *, wrong: str = "") -> Script:
    def script(asked: Asked) -> Answer:
        area = json.loads(asked.body)["id"]
        if area in unknown:
            return as_json({"serviceArea": None})
        named = wrong or area
        return as_json({"serviceArea": {"id": named, "queueWithdrawal": "9.2 MW"}})

    return script


def test_every_known_area_is_asked_with_a_pause(serve: Serve, web: Web, tmp_path: Path) -> None:
    areas = known_areas()
    assert len(areas) == 211
    waits: list[float] = []
    object.__setattr__(web.patience, "sleep", waits.append)
    server = serve(area_script({areas[3]}))
    fetched = fetch(endpoint("supply-areas", server.url), Cache(tmp_path), web, today=DAY)
    body = body_of(fetched)
    assert [each["serviceArea"]["id"] for each in body] == [*areas[:3], *areas[4:]]
    assert waits == [0.5] * 210
    assert fetched.cached.note.remarks == (f"the map knows 1 areas no longer: {areas[3]}",)


def test_a_map_that_knows_few_areas_is_refused(serve: Serve, bring: Bring) -> None:
    server = serve(area_script(set(known_areas()[:30])))
    with pytest.raises(FetchError, match="knows 30 of 211 areas no longer"):
        bring(endpoint("supply-areas", server.url))


def test_an_answer_for_another_area_is_refused(serve: Serve, bring: Bring) -> None:
    server = serve(area_script(set(), wrong="Elsewhere"))
    with pytest.raises(FetchError, match="is of Elsewhere"):
        bring(endpoint("supply-areas", server.url))


def test_a_packed_file_stays_as_it_is(serve: Serve, bring: Bring) -> None:
    packed = gzip.compress(b"<cz:zones/>" * 1000)
    server = serve(in_turn(Answer(packed, headers={"Content-Type": "application/gzip"})))
    assert bring(endpoint("ze-zones", server.url)).cached.path.read_bytes() == packed
    assert server.asked[0].headers["Accept-Encoding"] == "identity"


def test_a_csv_whose_end_is_not_known_says_so(serve: Serve, bring: Bring) -> None:
    """Without Content-Length and chunks a cut can't be told from the end."""
    content = b"postcode;afname;opwek\n1234AB;3;0\n"
    server = serve(in_turn(Answer(content), Answer(content, has_length=False)))
    sure, unsure = (
        bring(endpoint("congestion-postcodes", f"{server.url}/{turn}")) for turn in "ab"
    )
    assert sure.cached.note.sha256 == unsure.cached.note.sha256
    assert sure.cached.note.remarks == ()
    assert "did not say how long" in unsure.cached.note.remarks[0]


def test_a_web_page_is_no_csv(serve: Serve, bring: Bring) -> None:
    with pytest.raises(FetchError, match=r"a CSV is expected, but .* web page"):
        bring(endpoint("congestion-postcodes", serve(in_turn(publishers.HTML)).url))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param(publishers.HTML.body, "gzip.* is expected, but .* web page", id="web page"),
        pytest.param(gzip.compress(b"zones" * 999)[:-5], "broken", id="cut"),
        pytest.param(gzip.compress(bytes(3_000_000)), "unpacks to more than 1 MB", id="bomb"),
        pytest.param(gzip.compress(b"a")[:10] + b"nonsense", "broken", id="broken"),
    ],
)
def test_a_packed_file_that_is_none(
    serve: Serve, bring: Bring, tmp_path: Path, content: bytes, said: str
) -> None:
    server = serve(in_turn(Answer(content, has_length=False)))
    asked = endpoint("ze-zones", server.url, most_unpacked_mb=1)
    with pytest.raises(FetchError, match=said):
        bring(asked)
    assert not list(tmp_path.rglob("emissiezones*"))


def test_a_zip_is_the_same_for_the_same_pages(serve: Serve, web: Web, tmp_path: Path) -> None:
    url, _ = cbs(serve, Cbs([observation(n) for n in range(5)]))
    asked = endpoint("vehicles-85236ned", url)
    checksums = {
        fetch(asked, Cache(tmp_path / name), web, today=DAY).cached.note.sha256 for name in "ab"
    }
    assert len(checksums) == 1
