"""One contract over all sources: what every reader gives, and what every reader refuses."""

from __future__ import annotations

import copy
import gzip
import json
import os
import random
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from forecast.errors import DataSourceError, UnknownNameError
from forecast.schema import TABLES, conform
from forecast.sources.contract import BESIDE_SOURCES, SOURCE_NAMES, Known, Reading, Request
from forecast.sources.registry import SOURCES, read_source, source_named
from tests.forecast.sources.made import MADE

Damage = Callable[[Path], Path]


def read(name: str, path: Path, known: Known) -> Reading:
    return read_source(SOURCES[name], Request(path, known))


def refusal(name: str, path: Path, known: Known) -> str:
    with pytest.raises(DataSourceError) as caught:
        read(name, path, known)
    sentence = str(caught.value)
    assert sentence.startswith(f"{path}: ")
    assert len(sentence.splitlines()) == 1, sentence
    return sentence.removeprefix(f"{path}: ")


def same(one: Reading, other: Reading) -> bool:
    return one.tables.keys() == other.tables.keys() and all(
        frame.equals(other.tables[name]) for name, frame in one.tables.items()
    )


def test_the_sources_are_those_that_are_named() -> None:
    assert tuple(SOURCES) == SOURCE_NAMES == tuple(MADE)
    with pytest.raises(UnknownNameError, match="ze-zones"):
        source_named("zones")


@pytest.mark.parametrize("name", SOURCE_NAMES)
def test_a_good_file_fills_tables_of_the_schema_and_loses_no_row(
    name: str, tmp_path: Path, known: Known
) -> None:
    source = SOURCES[name]
    reading = read(name, MADE[name](tmp_path), known)
    assert set(reading.tables) <= set(source.tables) <= TABLES.keys()
    for table, frame in reading.tables.items():
        assert TABLES[table].layer == ("beside" if name in BESIDE_SOURCES else "source")
        assert not frame.is_empty() or table == "zone_issues"
        conform(frame, table, add={"edition_id": "x"})
    assert not reading.quarantined
    assert reading.used > 0
    assert reading.facts.dataset
    assert reading.facts.format_name
    assert source.licence
    assert source.publisher
    # A forecast of others stands on a register of another year, whose terrains may have gone.
    assert 0 < source.most_bad_share <= (0.2 if name in BESIDE_SOURCES else 0.1)


@pytest.mark.parametrize("name", SOURCE_NAMES)
def test_packed_marked_and_plain_files_read_the_same(
    name: str, tmp_path: Path, known: Known
) -> None:
    path = MADE[name](tmp_path)
    plain = read(name, path, known)
    assert same(plain, read(name, path, known)), "reading twice differs"
    content = path.read_bytes()
    zipped = tmp_path / f"{path.name}.zip"
    with zipfile.ZipFile(zipped, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("__MACOSX/._x", b"rubbish")
        archive.writestr(f"a folder/{path.name}", content)
    gzipped = tmp_path / f"{path.name}.gz"
    gzipped.write_bytes(gzip.compress(content))
    marked = tmp_path / f"marked_{path.name}"
    marked.write_bytes(b"\xef\xbb\xbf" + content)
    for other in (zipped, gzipped, marked):
        assert same(plain, read(name, other, known)), other.name


def cut(path: Path) -> Path:
    content = path.read_bytes()
    path.write_bytes(content[: len(content) * 2 // 3])
    return path


def empty(path: Path) -> Path:
    path.write_bytes(b"")
    return path


def web_page(path: Path) -> Path:
    path.write_text("<!DOCTYPE html><html><body>503 Service Unavailable</body></html>")
    return path


def huge(path: Path) -> Path:
    os.truncate(path, 2**31 + 1)  # sparse: takes no disk
    return path


def nested(path: Path) -> Path:
    path.write_text("[" * 100_000)
    return path


def noise(path: Path) -> Path:
    path.write_bytes(bytes(range(256)) * 40)
    return path


def cut_gzip(path: Path) -> Path:
    packed = path.with_name(f"{path.name}.gz")
    packed.write_bytes(gzip.compress(path.read_bytes())[:-20])
    return packed


def entities(path: Path) -> Path:
    lines = "".join(
        f'<!ENTITY e{n} "{"".join(f"&e{n - 1};" for _ in range(10))}">' for n in range(1, 9)
    )
    path.write_text(f'<!DOCTYPE x [<!ENTITY e0 "ha">{lines}]><x>&e8;</x>')
    return path


def other_json(path: Path) -> Path:
    path.write_text(json.dumps({"error": {"code": 429, "message": "Too many requests"}}))
    return path


@pytest.mark.parametrize("name", SOURCE_NAMES)
@pytest.mark.parametrize(
    ("damage", "texts"),
    [
        pytest.param(cut, ("breaks off", "can't be used"), id="cut off"),
        pytest.param(empty, ("empty",), id="empty"),
        pytest.param(web_page, ("web page",), id="web page"),
        pytest.param(huge, ("2,147 MB", "at most", "zero bytes"), id="2 GB"),
        pytest.param(
            nested,
            ("nested too deep", "breaks off", "can't be read", "is expected"),
            id="nested",
        ),
        pytest.param(noise, (), id="noise"),
        pytest.param(cut_gzip, ("cut off",), id="cut gzip"),
        pytest.param(entities, ("entities", "is expected", "no JSON"), id="entities"),
        pytest.param(other_json, (), id="another JSON"),
        pytest.param(lambda path: path.with_name("none"), ("can't be opened",), id="missing"),
        pytest.param(lambda path: path.parent, ("folder",), id="folder"),
    ],
)
def test_a_bad_file_is_refused_in_one_sentence(
    name: str, damage: Damage, texts: tuple[str, ...], tmp_path: Path, known: Known
) -> None:
    sentence = refusal(name, damage(MADE[name](tmp_path)), known)
    assert not texts or any(text in sentence for text in texts), sentence


@pytest.mark.parametrize("name", SOURCE_NAMES)
@pytest.mark.parametrize("other", SOURCE_NAMES)
def test_the_file_of_another_source_is_refused(
    name: str, other: str, tmp_path: Path, known: Known
) -> None:
    if name != other:
        refusal(name, MADE[other](tmp_path), known)


REAL = [
    # name, file, rows of the file, rows of the first table
    ("ibis", "ibis_rijssen_holten_2017.geojson", 22, 20),
    ("municipalities", "gemeenten_2025.geojson", 342, 342),
    ("provinces", "provincies_2025.geojson", 12, 12),
    ("postcodes", "pc4_gemeente_2020.csv", 4068, 4068),
    ("ze-zones", "ze_zones_ndw_2025-07-07.geojson", 42, 27),
    ("supply-areas", "voedingsgebieden_2026-07.csv", 301, 211),
    ("supply-areas", "netuitbreidingen_2026-07.csv", 5101, 5100),
    ("truck-sites", "truck_parking_facilities_nl_2025-10-30.geojson", 820, 665),
    ("charging-sites", "vracht_laadlocaties_350kw_plus_2026-06.geojson", 175, 175),
]


@pytest.mark.parametrize(("name", "file", "rows", "height"), REAL, ids=[row[1] for row in REAL])
def test_real_files_are_read_whole(
    name: str, file: str, rows: int, height: int, sample: Callable[[str], Path], known: Known
) -> None:
    reading = read(name, sample(file), known)
    assert reading.facts.rows == rows
    assert next(iter(reading.tables.values())).height == height
    assert len(reading.quarantined) <= 1
    assert reading.used + reading.facts.passed_over + len(reading.quarantined) == rows
    assert reading.facts.reference_date is not None


def test_more_bad_rows_than_a_source_allows_refuse_the_file(tmp_path: Path, known: Known) -> None:
    path = MADE["municipalities"](tmp_path)
    body = json.loads(path.read_text("utf-8"))
    body["features"][1]["properties"]["statcode"] = "BU01930000"
    path.write_text(json.dumps(body), encoding="utf-8")
    sentence = refusal("municipalities", path, known)
    assert "1 of 2 rows can't be used, more than the 2%" in sentence
    assert "row 2: its code 'BU01930000'" in sentence


ODD = [None, True, -1, 1e308, "", "\ud800", [], {}, [[]], "2099", "GM0000", 10**30, "\x00", "1.2,3"]


def mutated(body: Any, rng: random.Random) -> Any:
    """Return a document in which a few values are gone or odd."""
    for _ in range(rng.randint(1, 3)):
        places = list(inner(body))
        if places:
            parent, key = rng.choice(places)
            if rng.random() < 0.3:
                del parent[key]
            else:
                parent[key] = copy.deepcopy(rng.choice(ODD))
    return body


def inner(node: Any) -> Iterator[tuple[Any, Any]]:
    """Yield container and key of everything in a document."""
    keys = list(node) if isinstance(node, dict) else range(len(node))
    for key in keys:
        yield node, key
        if isinstance(node[key], dict | list):
            yield from inner(node[key])


@pytest.mark.parametrize("name", SOURCE_NAMES)
def test_a_file_with_odd_values_is_read_or_refused_in_one_sentence(
    name: str, tmp_path: Path, known: Known
) -> None:
    rng = random.Random(name)  # noqa: S311 - no secret
    content = MADE[name](tmp_path).read_text("utf-8")
    outcomes: set[type] = set()
    for _ in range(60):
        if not content.startswith("{"):
            at = rng.randrange(len(content))
            text = content[:at] + rng.choice(["<", "", " x ", "\u00e9"]) + content[at + 9 :]
        else:
            text = json.dumps(mutated(json.loads(content), rng))
        path = tmp_path / "odd.json"
        path.write_text(text, encoding="utf-8")
        outcome = read_or_refuse(name, path, known)
        outcomes.add(type(outcome))
        if isinstance(outcome, str):
            assert len(outcome.splitlines()) == 1
        else:
            assert outcome.used >= 0
            for row in outcome.quarantined:
                json.loads(row.original)
                row.original.encode()
    assert str in outcomes


def read_or_refuse(name: str, path: Path, known: Known) -> Reading | str:
    try:
        return read(name, path, known)
    except DataSourceError as error:
        return str(error)


def test_what_is_set_apart_keeps_its_text(tmp_path: Path, known: Known) -> None:
    path = MADE["ibis"](tmp_path)
    body = json.loads(path.read_text("utf-8"))
    good = body["features"][0]
    rows = [{**good, "properties": good["properties"] | {"RIN_NUMMER": str(n)}} for n in range(30)]
    rows[7]["properties"] |= {"HA_BRUTO": "véél", "PLAN_NAAM": '<script>"é'}
    path.write_text(json.dumps(body | {"features": rows}), encoding="utf-8")
    reading = read("ibis", path, known)
    [row] = reading.quarantined
    assert row.row_number == 8
    assert row.reason == "its gross area 'véél' is not a number"
    original = json.loads(row.original)
    assert original["properties"] == rows[7]["properties"]
    assert original["geometry"]["type"] == "Polygon"
    assert reading.tables["terrains"].height == 29
    assert isinstance(reading.tables["terrains"], pl.DataFrame)


def test_the_page_on_sources_names_every_source_and_format() -> None:
    page = (Path(__file__).parents[3] / "docs" / "sources.md").read_text(encoding="utf-8")
    for source in SOURCES.values():
        assert f"`{source.name}`" in page
        for format_name in source.formats:
            assert format_name.split(" (")[0].removeprefix("CSV of ") in page, format_name
