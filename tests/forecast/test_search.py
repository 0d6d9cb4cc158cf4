"""Finding terrains as people type them: names with typing errors, RINs and coordinates."""

from __future__ import annotations

import math
import random
import string
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from pyproj import Transformer

from forecast.coordinates import read_place, to_rd
from forecast.search import find_terrain, search_terrain
from forecast.search_result import SHOWN, TerrainSearchError
from forecast.store import open_published
from forecast.words import load

DE_HURK = "190044"
LEAST_SHARE = 0.95


@pytest.fixture(scope="module")
def opened(real_database: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_published(real_database) as connection:
        yield connection


@pytest.mark.parametrize(
    "query",
    [
        pytest.param("190044", id="RIN"),
        pytest.param(" 190044 ", id="RIN with spaces"),
        pytest.param("rin 190044", id="RIN with its name"),
        pytest.param("DE HURK, Eindhoven (RIN 190044)", id="as lists write it"),
        pytest.param("de hurk", id="lower case"),
        pytest.param("De  Húrk", id="accents and spaces"),
        pytest.param("hurk eindhoven", id="words of name and municipality"),
        pytest.param("eindhoven, de hurk", id="swapped"),
        pytest.param("DEHURK", id="no space"),
        pytest.param("de-hurk te Eindhoven", id="hyphen and preposition"),
        pytest.param("bedrijventerrein De Hurk", id="kind of terrain added"),
    ],
)
def test_what_was_asked_for_is_found(opened: duckdb.DuckDBPyConnection, query: str) -> None:
    match = search_terrain(opened, query)
    assert match.hit.terrain_id == DE_HURK
    assert match.note(load("nl")) is None


@pytest.mark.parametrize(
    ("query", "name"),
    [
        pytest.param("de hurck eindhoven", "DE HURK", id="letter added"),
        pytest.param("eindhoven hurck", "DE HURK", id="word by word"),
        pytest.param("bergwijde", "BERGWEIDE", id="letters swapped and replaced"),
        pytest.param("hesenpoort zwolle", "HESSENPOORT", id="beside names that hold it"),
        pytest.param("lageweide utrect", "Lage Weide", id="space and letter lost"),
    ],
)
def test_a_name_clearly_nearest_is_taken_and_told(
    opened: duckdb.DuckDBPyConnection, query: str, name: str
) -> None:
    match = search_terrain(opened, query)
    assert match.hit.terrain_name == name
    assert name in str(match.note(load("nl")))


@pytest.mark.parametrize("query", ["xyz", "qwrtzpl", "zxqvbn eindhoven", "!?", "bakkerij jansen"])
def test_what_is_near_nothing_gives_nothing(opened: duckdb.DuckDBPyConnection, query: str) -> None:
    with pytest.raises(TerrainSearchError) as raised:
        find_terrain(opened, query)
    assert raised.value.hits == ()


def test_names_that_are_equally_near_are_listed(opened: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(TerrainSearchError) as raised:
        find_terrain(opened, "de hork")
    names = {hit.terrain_name for hit in raised.value.shown}
    assert names >= {"DE HURK", "DE HOEK", "DE VORK"}
    lines = str(raised.value).splitlines()
    assert [line.split()[0] for line in lines[1:4]] == ["1", "2", "3"]
    assert "RIN 190044" in str(raised.value)
    assert "212.0 ha" in str(raised.value)


def test_a_number_in_a_name_is_no_typing_error(opened: duckdb.DuckDBPyConnection) -> None:
    for query in ("de run 9000", "de run 400 veldhoven"):
        with pytest.raises(TerrainSearchError) as raised:
            find_terrain(opened, query)
        assert raised.value.reason == "near"


def test_a_long_list_is_cut_and_says_so(opened: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(TerrainSearchError) as raised:
        find_terrain(opened, "eindhoven")
    assert len(raised.value.hits) > SHOWN
    lines = str(raised.value).splitlines()
    assert len(lines) == 1 + SHOWN + 1
    assert f"and {len(raised.value.hits) - SHOWN} more" in lines[-1]


def slipped(name: str, draw: random.Random) -> str:
    """Return a name with one letter dropped, doubled, swapped with the next or replaced."""
    at = draw.randrange(len(name))
    kind = draw.choice(("drop", "double", "swap", "replace"))
    if kind == "drop":
        return name[:at] + name[at + 1 :]
    if kind == "double":
        return name[:at] + name[at] + name[at:]
    if kind == "swap":
        at = min(at, len(name) - 2)
        return name[:at] + name[at + 1] + name[at] + name[at + 2 :]
    return name[:at] + draw.choice(string.ascii_lowercase) + name[at + 1 :]


@pytest.mark.parametrize("with_town", [False, True], ids=["name", "name and municipality"])
def test_one_slip_in_any_name_still_leads_to_it(
    opened: duckdb.DuckDBPyConnection, *, with_town: bool
) -> None:
    """Of a sample of the register; none may lead to another terrain without a list."""
    draw = random.Random(20261125)  # noqa: S311
    rows = opened.execute(
        "SELECT terrain_id, terrain_name, municipality_name FROM terrains "
        "JOIN municipalities USING (municipality_code) ORDER BY terrain_id"
    ).fetchall()
    sample = draw.sample(rows, 150)
    found = wrong = 0
    for terrain_id, name, town in sample:
        query = slipped(name.strip().lower(), draw) + (f" {town}" if with_town else "")
        try:
            taken = [search_terrain(opened, query).hit]
            wrong += taken[0].terrain_id != terrain_id
        except TerrainSearchError as error:
            taken = list(error.shown)
        found += terrain_id in {hit.terrain_id for hit in taken}
    assert found >= LEAST_SHARE * len(sample)
    assert wrong <= 0.01 * len(sample)


def test_random_letters_find_nothing(opened: duckdb.DuckDBPyConnection) -> None:
    draw = random.Random(1)  # noqa: S311
    for letters in range(6, 16):
        for _ in range(5):
            query = "".join(draw.choices(string.ascii_lowercase, k=letters))
            with pytest.raises(TerrainSearchError) as raised:
                find_terrain(opened, query)
            assert raised.value.hits == (), query


def test_degrees_become_metres_as_in_the_official_transformation() -> None:
    exact = Transformer.from_crs("EPSG:4326", "EPSG:28992", always_xy=True)
    for latitude in (50.76, 51.4, 52.0, 52.6, 53.2, 53.5):
        for longitude in (3.4, 4.3, 5.1, 5.9, 6.6, 7.2):
            place = to_rd(latitude, longitude)
            x_m, y_m = exact.transform(longitude, latitude)
            # Off the country itself, where no terrain lies, the formula is a little worse.
            assert math.hypot(place.x_rd_m - x_m, place.y_rd_m - y_m) < 1.5, (latitude, longitude)


@pytest.mark.parametrize(
    "query",
    [
        "51.43, 5.44",
        "51.43 5.44",
        "51,43 5,44",
        "51,43; 5,44",
        "51,43, 5,44",
        "N51.43 E5.44",
        "51.43 N, 5.44 E",
        "5.44E 51.43N",
        "51,43° NB 5,44° OL",
        "lat 51.43 lon 5.44",
        "(51.43, 5.44)",
    ],
)
def test_degrees_are_read_as_people_write_them(query: str) -> None:
    assert read_place(query) == to_rd(51.43, 5.44)


@pytest.mark.parametrize(
    "query",
    ["158000 381000", "158000,381000", "158.000 381.000", "x=158000 y=381000", "RD 158000; 381000"],
)
def test_metres_are_read_as_people_write_them(query: str) -> None:
    place = read_place(query)
    assert place is not None
    assert (place.x_rd_m, place.y_rd_m) == (158_000, 381_000)


@pytest.mark.parametrize("query", ["de hurk", "noord", "51.43", "190044", "a2 5", "1 2 3"])
def test_a_name_is_no_place(query: str) -> None:
    assert read_place(query) is None


@pytest.mark.parametrize(
    ("query", "text"),
    [
        pytest.param("5.44, 51.43", "51.43, 5.44 is. Give the latitude", id="degrees swapped"),
        pytest.param("381000 158000", "158000, 381000 is. Give x", id="metres swapped"),
        pytest.param("48.85 2.35", "not in the Netherlands", id="Paris"),
        pytest.param("54.5 4.0", "not in the Netherlands", id="at sea"),
        pytest.param("5612 AB", "where postcode 5612 lies is not known", id="postcode"),
        pytest.param("5612", "nearest to it: 5591, 5595, 5616", id="four digits"),
        pytest.param("1234 AB", "where postcode 1234 lies is not known", id="slip in the data"),
        pytest.param("x" * 10_000, "xxx…' has 10000 characters", id="very long"),
        pytest.param("'; DROP TABLE terrains; --", "no terrain ''; DROP TABLE", id="SQL"),
        pytest.param("\U0001f69a", "name a terrain", id="a picture only"),
        pytest.param("\u202egnilloh", "no terrain ' gnilloh'", id="right to left"),
        pytest.param("zzqq\udce9\udcff", "no terrain 'zzqq??'", id="bytes that are no text"),
        pytest.param("zz\x1b[31mqq", "no terrain 'zz [31mqq'", id="control characters"),
        pytest.param("1e999", "not in the Netherlands", id="no number"),
        pytest.param("1e999 1e999", "no terrain '1e999 1e999'", id="no numbers"),
        pytest.param("999999999", "no terrain with RIN 999999999", id="RIN"),
        pytest.param("  ", "name a terrain", id="nothing"),
        pytest.param("53.4 3.3", "within 10 km", id="far off"),
    ],
)
def test_what_cannot_be_answered_says_why(
    opened: duckdb.DuckDBPyConnection, query: str, text: str
) -> None:
    with pytest.raises(TerrainSearchError) as raised:
        find_terrain(opened, query)
    assert text in str(raised.value)
    assert raised.value.told(load("nl")) != str(raised.value)


@pytest.mark.parametrize(
    "query", ["6221", "6221 AX", "6221ax", "nl-6221 AX", "postcode 6221", " 6221  ax "]
)
def test_around_a_postcode_stand_the_terrains_by_distance(
    opened: duckdb.DuckDBPyConnection, query: str
) -> None:
    with pytest.raises(TerrainSearchError) as raised:
        find_terrain(opened, query)
    assert raised.value.reason == "around_postcode"
    [(x, y, addresses)] = opened.execute(
        "SELECT x_rd_m, y_rd_m, addresses FROM postcode_points WHERE postcode4 = '6221'"
    ).fetchall()
    told = str(raised.value)
    assert "postcode 6221 (Maastricht); these within 10 km of the middle" in told
    assert f"({addresses})" in told
    near = dict(
        opened.execute(
            "SELECT terrain_id, sqrt(pow(x_rd_m - ?, 2) + pow(y_rd_m - ?, 2)) / 1000 AS km "
            "FROM terrains WHERE km <= 10",
            [x, y],
        ).fetchall()
    )
    hits = raised.value.hits
    assert {hit.terrain_id: hit.distance_km for hit in hits} == pytest.approx(near)
    # Those that may lie anywhere in another municipality come after all others.
    is_vague = [
        hit.location_quality == "gemeente" and hit.municipality_name != "Maastricht" for hit in hits
    ]
    assert is_vague == sorted(is_vague)
    for part in (False, True):
        distances = [
            hit.distance_km or 0.0
            for hit, vague in zip(hits, is_vague, strict=True)
            if vague is part
        ]
        assert distances == sorted(distances)
    assert len(told.splitlines()) == 1 + SHOWN + 1
    # A distance to a place that is not known is told in round numbers.
    for hit, line in zip(raised.value.shown, told.splitlines()[1:], strict=False):
        assert ("ca. " in line) == (hit.location_quality == "gemeente")


def test_the_only_terrain_near_a_postcode_or_point_is_taken_and_told(
    opened: duckdb.DuckDBPyConnection,
) -> None:
    for query, around in (("8899 AA", "postcode 8899 (Vlieland)"), ("53.30, 5.05", "53.30, 5.05")):
        match = search_terrain(opened, query)
        assert (match.hit.municipality_name, match.how) == ("Vlieland", "only")
        assert f"the only terrain within 10 km of {around}" in str(match.note(load("en")))


def test_four_digits_are_a_rin_or_a_name_before_they_are_a_postcode(
    opened: duckdb.DuckDBPyConnection,
) -> None:
    rins = {
        rin
        for (rin,) in opened.execute(
            "SELECT terrain_id FROM terrains WHERE regexp_full_match(terrain_id, '[1-9][0-9]{3}')"
        ).fetchall()
    }
    postcodes = {
        code for (code,) in opened.execute("SELECT postcode4 FROM postcode_points").fetchall()
    }
    assert len(rins & postcodes) > 100
    for rin in [*sorted(rins & postcodes)[::40], *sorted(rins - postcodes)[::80]]:
        match = search_terrain(opened, rin)
        assert match.hit.terrain_id == rin
        note = match.note(load("en"))
        assert (note is not None) == (rin in postcodes)
        assert note is None or f"If you mean postcode {rin}, give its letters" in note
        assert search_terrain(opened, f"RIN {rin}").note(load("en")) is None
    assert search_terrain(opened, "4000").hit.terrain_name == "DE RUN 4000"
    with pytest.raises(TerrainSearchError) as raised:
        find_terrain(opened, "2000")
    assert {hit.terrain_name for hit in raised.value.hits} >= {"DE RUN 2000", "Watergoor 2000"}


def test_a_point_in_one_circle_is_that_terrain(opened: duckdb.DuckDBPyConnection) -> None:
    """Against every circle, of terrains whose place is known better than by municipality."""
    rows = opened.execute(
        "SELECT terrain_id, x_rd_m, y_rd_m, gross_ha FROM terrains "
        "WHERE location_quality <> 'gemeente' ORDER BY terrain_id"
    ).fetchall()
    checked = 0
    for terrain_id, x, y, gross_ha in rows[::60]:
        x_m, y_m = round(x + math.sqrt(gross_ha * 10_000 / math.pi) * 0.9), round(y)
        holding = {
            other
            for other, other_x, other_y, area in rows
            if math.hypot(other_x - x_m, other_y - y_m) <= math.sqrt(area * 10_000 / math.pi)
        }
        query = f"{x_m} {y_m}"
        if len(holding) == 1:
            match = search_terrain(opened, query)
            assert {match.hit.terrain_id} == holding
            assert match.how == "inside"
            checked += match.hit.terrain_id == terrain_id
        else:
            with pytest.raises(TerrainSearchError) as raised:
                search_terrain(opened, query)
            distances = [hit.distance_km or 0.0 for hit in raised.value.hits]
            assert distances == sorted(distances)
            assert distances[-1] <= 10
    assert checked > 3


def test_hostile_names_are_listed_on_one_line_each(hostile_database: Path) -> None:
    with (
        open_published(hostile_database) as connection,
        pytest.raises(TerrainSearchError) as raised,
    ):
        find_terrain(connection, "zw olle")
    told = str(raised.value)
    assert len(told.splitlines()) == 1 + min(len(raised.value.hits), SHOWN) + (
        len(raised.value.hits) > SHOWN
    )
    assert "\u202e" not in told
