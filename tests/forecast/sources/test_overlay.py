"""Editions in the database: kept for good, laid over the embedded data, and gone back to."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import duckdb
import polars as pl
import pytest
import shapely

from forecast.edition_diff import last_changes
from forecast.editions import (
    Edition,
    in_use,
    read_all,
    read_apart,
    read_in_use,
    stored_editions,
)
from forecast.errors import DatabaseError, DataSourceError, UnknownNameError
from forecast.explain.sources import Sources
from forecast.importing import Outcome, check_file, import_file
from forecast.schema import IMPORTED_PREFIX, TABLES
from forecast.sources.counted_vehicles import tell_of_counts
from forecast.sources.embedded import SourceData, read_sources
from forecast.sources.overlay import lay_over
from forecast.sources.registry import SOURCES
from forecast.store import holds_run
from tests.forecast.sources.made import (
    MADE,
    RIGID_TRUCKS,
    TRACTORS,
    VANS,
    X,
    Y,
    cbs_counts,
    cbs_establishments,
    cbs_vehicles,
    codes,
    collection,
    datex,
    feature,
    ibis,
    ibis_row,
    polygon,
    postcodes,
    square,
    write,
)

Import = Callable[..., Outcome]


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "laadvraag.duckdb"


@pytest.fixture
def load(database: Path) -> Import:
    def load_file(source: str, path: Path, day: date | None = None) -> Outcome:
        return import_file(database, source, path, day)

    return load_file


def laid(database: Path, sources: SourceData, as_of: date | None = None) -> SourceData:
    return lay_over(sources, read_in_use(database, as_of))


def test_every_table_of_a_source_is_kept_by_edition() -> None:
    importable = {name for source in SOURCES.values() for name in source.tables}
    kept = {name.removeprefix(IMPORTED_PREFIX) for name in TABLES if name.startswith("imported_")}
    assert importable == kept
    for name in kept:
        source, copy = TABLES[name], TABLES[IMPORTED_PREFIX + name]
        assert copy.keys == ("edition_id", *source.keys)
        assert {column.name for column in copy.columns} == {c.name for c in source.columns}


@pytest.mark.parametrize("name", SOURCES)
def test_an_edition_comes_back_as_it_was_read(
    name: str, tmp_path: Path, database: Path, load: Import
) -> None:
    path = MADE[name](tmp_path)
    outcome = load(name, path)
    [found] = read_all(database)
    assert found.edition == outcome.edition
    for table, frame in outcome.reading.tables.items():
        if frame.height:
            columns = frame.columns
            back = found.tables[table].select(columns).sort(columns)
            assert back.equals(frame.sort(columns)), table
    assert outcome.edition.rows_read == outcome.reading.facts.rows
    assert outcome.edition.file_bytes == path.stat().st_size
    assert not holds_run(database)


def test_the_same_file_is_kept_once_and_checking_keeps_nothing(
    tmp_path: Path, database: Path, load: Import
) -> None:
    path = ibis(tmp_path)
    assert check_file(database, "ibis", path).is_new
    assert not database.exists()
    assert load("ibis", path).is_new
    again = load("ibis", path.rename(tmp_path / "renamed.geojson"))
    assert not again.is_new
    assert again.edition.file_name == "ibis.geojson"
    assert len(stored_editions(database)) == 1
    # Going back to an earlier file makes it the last again.
    load("ibis", ibis(tmp_path, feature(ibis_row("2"), polygon(square())), name="b.geojson"))
    back = load("ibis", tmp_path / "renamed.geojson")
    assert back.is_new
    assert back.edition.content_id == again.edition.content_id
    assert len({each.edition_id for each in stored_editions(database)}) == 3


def test_a_refused_file_leaves_the_database_as_it_was(
    tmp_path: Path, database: Path, load: Import
) -> None:
    load("ibis", ibis(tmp_path))
    before = database.read_bytes()
    (tmp_path / "bad.json").write_text("{}")
    with pytest.raises(DataSourceError):
        load("ibis", tmp_path / "bad.json")
    assert database.read_bytes() == before
    with duckdb.connect(tmp_path / "other.duckdb") as other:
        other.execute("CREATE TABLE x (y INT)")
    with pytest.raises(DatabaseError, match="not one of laadvraag"):
        import_file(tmp_path / "other.duckdb", "ibis", ibis(tmp_path))


def test_a_register_of_a_region_is_laid_over_row_by_row(
    tmp_path: Path, database: Path, load: Import, sources: SourceData
) -> None:
    held = sources["terrains"].row(0, named=True)
    rows = [
        feature(ibis_row("neu1"), polygon(square())),
        feature(
            ibis_row(held["terrain_id"], JAAR=2030, PLAN_NAAM="Nieuwe naam"), polygon(square())
        ),
    ]
    outcome = load("ibis", ibis(tmp_path, *rows))
    assert not outcome.edition.is_whole
    found = laid(database, sources)
    assert found["terrains"].height == sources["terrains"].height + 1
    named = dict(found["terrains"].select("terrain_id", "terrain_name").iter_rows())
    assert (named["neu1"], named[held["terrain_id"]]) == ("Hessenpoort", "Nieuwe naam")
    editions = dict(found["terrains"].select("terrain_id", "edition_id").iter_rows())
    assert editions["neu1"] == outcome.edition.edition_id
    assert sum(each != sources.edition_id for each in editions.values()) == 2
    assert found["terrain_outlines"].height == 2
    assert found.edition_id != sources.edition_id
    assert found.data_hashes["ibis:ibis.geojson"] == outcome.edition.file_sha256
    # The other terrains are still of the embedded register.
    assert "bedrijventerreinen/terreinen.csv" in found.data_hashes


def test_an_older_register_gives_its_outlines_only(
    tmp_path: Path, database: Path, load: Import, sources: SourceData
) -> None:
    held = sources["terrains"].filter(reference_year=2024).row(0, named=True)
    row = ibis_row(held["terrain_id"], JAAR=2017, PLAN_NAAM="Oude naam", HA_NETTO=1)
    ring = square(side=(held["gross_ha"] * 1e4) ** 0.5)
    load("ibis", ibis(tmp_path, feature(row | {"HA_BRUTO": held["gross_ha"]}, polygon(ring))))
    [now] = laid(database, sources)["terrains"].filter(terrain_id=held["terrain_id"]).to_dicts()
    same = ("terrain_name", "reference_year", "gross_ha", "net_ha", "municipality_code")
    assert {name: now[name] for name in same} == {name: held[name] for name in same}
    assert now["location_quality"] == "polygon"
    assert shapely.Polygon(ring).contains(shapely.Point(now["x_rd_m"], now["y_rd_m"]))


@pytest.mark.parametrize(("part", "is_used"), [(0.8, True), (0.1, False)])
def test_an_outline_of_a_terrain_that_grew_since_is_not_used(
    tmp_path: Path, database: Path, load: Import, sources: SourceData, *, part: float, is_used: bool
) -> None:
    held = (
        sources["terrains"]
        .filter(
            (pl.col("reference_year") == 2024)
            & (pl.col("gross_ha") > 20)
            & (pl.col("location_quality") == "street")
        )
        .row(0, named=True)
    )
    area_ha = part * held["gross_ha"]
    row = ibis_row(held["terrain_id"], JAAR=2017, HA_BRUTO=area_ha, HA_NETTO=1)
    ring = square(side=(area_ha * 1e4) ** 0.5)
    outcome = load("ibis", ibis(tmp_path, feature(row, polygon(ring))))
    found = laid(database, sources)
    [now] = found["terrains"].filter(terrain_id=held["terrain_id"]).to_dicts()
    told = [note.text for note in outcome.reading.notes if note.code == "outgrown"]
    assert found["terrain_outlines"].height == is_used
    assert (now["location_quality"] == "polygon") == is_used
    assert bool(told) != is_used
    if told:
        later = f"a later register says {held['gross_ha']:.1f} ha"
        assert f"has {area_ha:.1f} ha and {later}" in told[0]


def test_a_terrain_that_a_later_register_no_longer_has_is_not_counted_twice(
    database: Path, load: Import, sources: SourceData, sample: Callable[[str], Path]
) -> None:
    outcome = load("ibis", sample("ibis_rijssen_holten_2017.geojson"))
    held = set(sources["terrains"]["terrain_id"])
    read = set(outcome.reading.tables["terrains"]["terrain_id"])
    ended = {note.row_key for note in outcome.reading.notes if note.code == "ended"}
    assert ended == read - held
    assert len(ended) == 12
    found = laid(database, sources)
    assert set(found["terrains"]["terrain_id"]) == held
    polygons = found["terrains"].filter(location_quality="polygon")
    assert set(polygons["terrain_id"]) == set(found["terrain_outlines"]["terrain_id"])
    # Of RIN 691 the part of before it grew from 26 to 231 ha.
    assert set(polygons["terrain_id"]) == (read & held) - {"691"}
    # Their areas are those of the later register.
    same = ["terrain_id", "gross_ha", "net_ha", "reference_year"]
    before = sources["terrains"].join(polygons, on="terrain_id", how="semi")
    assert polygons.select(same).equals(before.select(same))


def test_a_whole_register_takes_the_place_of_the_embedded_one(
    tmp_path: Path, database: Path, load: Import, sources: SourceData
) -> None:
    rows = [
        feature(
            ibis_row(f"n{number}", HA_NETTO=0 if number == 0 else 3.0),
            polygon(square(X + number % 60 * 210 - 6e3, Y + number // 60 * 210 - 6e3)),
        )
        for number in range(3744)
    ]
    outcome = load("ibis", ibis(tmp_path, *rows))
    assert outcome.edition.is_whole
    found = laid(database, sources)
    assert found["terrains"].height == found["terrain_outlines"].height == 3744
    assert set(found["terrains"]["location_quality"]) == {"polygon"}
    assert found["register_issues"].filter(issue_code="zero_net_area")["terrain_id"].to_list() == [
        "n0"
    ]
    # A part of it later is laid over it, not over the embedded register.
    load("ibis", ibis(tmp_path, feature(ibis_row("later"), polygon(square())), name="l.geojson"))
    assert laid(database, sources)["terrains"].height == 3745


def test_a_feed_of_zones_gets_the_corrections(
    tmp_path: Path, database: Path, load: Import, sources: SourceData
) -> None:
    embedded = sources["ze_zones"].filter(pl.col("version") != "correction")
    parts = []
    for number, name in enumerate(embedded["zone_name"]):
        shift = 0.02 * number
        ring = [
            (5.0 + shift, 52.0),
            (5.01 + shift, 52.0),
            (5.01 + shift, 52.01),
            (5.0 + shift, 52.0),
        ]
        text = datex(ring=ring).replace("ZE Eindhoven", name).replace("NDW11_1", f"NDW{number}")
        start = text.index("<cz:urbanVehicle")
        end = text.index("</cz:controlledZoneTable>")
        parts.append(text[start:end])
    text = datex()
    start, end = text.index("<cz:urbanVehicle"), text.index("</cz:controlledZoneTable>")
    path = tmp_path / "feed.xml"
    path.write_text(text[:start] + "".join(parts) + text[end:], encoding="utf-8")
    assert load("ze-zones", path).edition.is_whole
    found = laid(database, sources)["ze_zones"]
    corrected = sources["ze_zones"].filter(pl.col("version").str.contains("correct"))
    dates = dict(found.select("zone_name", "start_date").iter_rows())
    assert corrected.height == 4
    for name, day in corrected.select("zone_name", "start_date").iter_rows():
        assert dates[name] == day
    others = set(found["zone_name"]) - set(corrected["zone_name"])
    assert {dates[name] for name in others} == {date(2025, 3, 1)}
    assert found["edition_id"].n_unique() == 1


def of_all(sources: SourceData, measures: dict[str, int]) -> dict[str, object]:
    """Return table 85236NED with the same numbers in every municipality."""
    return cbs_counts(dict.fromkeys(sources["municipalities"]["municipality_code"], measures))


def test_counts_of_every_municipality_replace_those_of_before(
    tmp_path: Path, database: Path, load: Import, sources: SourceData
) -> None:
    load("vehicles", write(tmp_path / "some.json", cbs_vehicles()))
    found = laid(database, sources)
    assert found["vehicles_registered"].equals(sources["vehicles_registered"])
    counts = {VANS: 1000, RIGID_TRUCKS: 60, TRACTORS: 80}
    outcome = load("vehicles", write(tmp_path / "all.json", of_all(sources, counts)))
    found = laid(database, sources)
    registered = found["vehicles_registered"]
    assert registered.height == 342
    assert registered["vans_registered"].unique().to_list() == [1000]
    assert registered["rigid_trucks_registered"].unique().to_list() == [60]
    assert registered["edition_id"].unique().to_list() == [outcome.edition.edition_id]
    # The newer table of the same statistic takes the place of the older one, whole.
    assert found["vehicle_counts"].height == 342 * 3
    assert registered["vehicles_counted_per"].unique().to_list() == ["municipality"]
    assert found.data_hashes.keys() >= {"vehicles:all.json"}


def per_postcode(folder: Path, sources: SourceData, year: int) -> Path:
    """Return table 85236NED with ten vans and a truck in two postcodes of each municipality."""
    counts = {
        f"PC{1000 + number}": {VANS: 10, RIGID_TRUCKS: 1}
        for number in range(2 * sources["municipalities"].height)
    }
    # In no table of postcodes, and empty.
    return write(folder / f"pc4_{year}.json", cbs_counts({**counts, "PC9999": {}}, year))


def two_postcodes_each(folder: Path, sources: SourceData) -> Path:
    rows = [
        f"{1000 + 2 * n + second},{code}"
        for n, code in enumerate(sources["municipalities"]["municipality_code"])
        for second in (0, 1)
    ]
    return postcodes(folder, *rows)


def test_counts_per_postcode_are_added_up_once_the_postcodes_are_known(
    tmp_path: Path, database: Path, load: Import, sources: SourceData
) -> None:
    outcome = load("vehicles", per_postcode(tmp_path, sources, 2024))
    kept = laid(database, sources)["vehicles_registered"]
    assert kept.equals(sources["vehicles_registered"])
    load("postcodes", two_postcodes_each(tmp_path, sources))
    registered = laid(database, sources)["vehicles_registered"]
    assert registered["municipality_code"].equals(
        sources["municipalities"]["municipality_code"].sort()
    )
    assert registered.drop("municipality_code").unique().rows() == [
        (20, 2, "postcode4", outcome.edition.edition_id)
    ]


def test_of_municipalities_and_postcodes_the_later_day_counts(
    tmp_path: Path, database: Path, load: Import, sources: SourceData
) -> None:
    def now() -> tuple[object, ...]:
        registered = laid(database, sources)["vehicles_registered"]
        [row] = registered.select("vans_registered", "vehicles_counted_per").unique().rows()
        return tuple(row)

    load("postcodes", two_postcodes_each(tmp_path, sources))
    load("vehicles", write(tmp_path / "all.json", of_all(sources, {VANS: 50, RIGID_TRUCKS: 6})))
    assert now() == (50, "municipality")
    load("vehicles", per_postcode(tmp_path, sources, 2022))
    assert now() == (50, "municipality")
    # Of the same day the municipalities, which nothing is left out of.
    load("vehicles", per_postcode(tmp_path, sources, 2023))
    assert now() == (50, "municipality")
    load("vehicles", per_postcode(tmp_path, sources, 2024))
    assert now() == (20, "postcode4")


Observations = list[dict[str, object]]


def without_a_municipality(rows: Observations) -> Observations:
    return [row for row in rows if row["RegioS"] not in {"PC1000", "PC1001"}]


def without_most_second_postcodes(rows: Observations) -> Observations:
    """Leave 642 of 684 postcodes, some in every municipality: 93.9 %."""
    gone = {f"PC{1001 + 2 * n}" for n in range(42)}
    return [row for row in rows if row["RegioS"] not in gone]


def with_many_in_new_postcodes(rows: Observations) -> Observations:
    """Put 80 vans where no municipality is known, beside 7,524 vehicles: 1.05 %."""
    new = {**rows[0], "RegioS": "PC9999", "Value": 80}
    return [*rows, new]


def without_trucks(rows: Observations) -> Observations:
    return [row for row in rows if row["Measure"] != RIGID_TRUCKS]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        pytest.param(without_a_municipality, "341 of 342 municipalities have", id="a hole"),
        pytest.param(without_most_second_postcodes, "642 of 684 known postcodes", id="a region"),
        pytest.param(with_many_in_new_postcodes, "1.1% of the vehicles is in", id="new postcodes"),
        pytest.param(without_trucks, "vans or rigid trucks, and both", id="one class"),
    ],
)
def test_counts_of_a_part_replace_nothing_and_say_why(
    change: Callable[[Observations], Observations],
    why: str,
    tmp_path: Path,
    database: Path,
    load: Import,
    sources: SourceData,
) -> None:
    load("postcodes", two_postcodes_each(tmp_path, sources))
    path = per_postcode(tmp_path, sources, 2024)
    body = json.loads(path.read_text("utf-8"))
    body["Observations"] = change(body["Observations"])
    load("vehicles", write(path, body))
    found = laid(database, sources)
    assert found["vehicles_registered"].equals(sources["vehicles_registered"])
    told = tell_of_counts(found.tables)
    assert told[0].startswith("Vehicles per municipality: the embedded numbers")
    assert told[1].startswith("Counts of 2024-01-01 per postcode are not used: ")
    assert why in told[1]


def test_a_municipality_without_a_row_of_trucks_has_none(
    tmp_path: Path, database: Path, load: Import, sources: SourceData
) -> None:
    load("postcodes", two_postcodes_each(tmp_path, sources))
    path = per_postcode(tmp_path, sources, 2024)
    body = json.loads(path.read_text("utf-8"))
    body["Observations"] = [
        row
        for row in body["Observations"]
        if row["Measure"] != RIGID_TRUCKS or row["RegioS"] not in {"PC1000", "PC1001"}
    ]
    load("vehicles", write(path, body))
    found = laid(database, sources)
    registered = found["vehicles_registered"].sort("municipality_code")
    assert registered["rigid_trucks_registered"].to_list() == [0, *[2] * 341]
    assert tell_of_counts(found.tables) == [
        "Vehicles per municipality: counts of 2024-01-01 per postcode, added up."
    ]


def test_a_smaller_table_of_postcodes_takes_none_away(
    tmp_path: Path, database: Path, load: Import, sources: SourceData
) -> None:
    load("postcodes", two_postcodes_each(tmp_path, sources))
    path = two_postcodes_each(tmp_path, sources)
    lines = path.read_text("utf-8").splitlines()
    path.write_text("\n".join([*lines[:650], "1000,GM0363"]), "utf-8")
    assert not load("postcodes", path).edition.is_whole
    assert laid(database, sources)["postcode_municipalities"].height == 684


def test_establishments_replace_numbers_and_shares_where_all_are_known(
    tmp_path: Path, database: Path, load: Import, sources: SourceData
) -> None:
    body = cbs_establishments()
    names = sources["municipalities"]["municipality_code"].to_list()
    letters = "ABCDEFGHIJKLMNOPQRSTU"
    branches = {f"S{letter}": f"{letter} Sectie" for letter in letters}
    body |= {
        "BedrijfstakkenBranchesSBI2008Codes": codes(T001081="A-U Alle activiteiten", **branches),
        "RegioSCodes": codes(**{code: code for code in names}),
        "Observations": [
            {
                "Measure": "M1",
                "Value": 210 if branch == "T001081" else 10,
                "BedrijfstakkenBranchesSBI2008": branch,
                "RegioS": code,
                "Perioden": "2026JJ00",
            }
            for code in names
            for branch in ("T001081", *branches)
        ],
    }
    load("establishments", write(tmp_path / "81575NED.json", body))
    municipal = laid(database, sources)["municipalities"]
    assert municipal["establishments"].unique().to_list() == [210]
    # Ten in each of 21 sections: A is one of them, B to F five, G and I two, H and J two.
    for column, sections in (
        ("share_agriculture", 1),
        ("share_industry_construction", 5),
        ("share_trade_horeca", 2),
        ("share_transport_ict", 2),
    ):
        assert municipal[column].unique().to_list() == [pytest.approx(sections * 10 / 210)]
    assert municipal["inhabitants"].equals(sources["municipalities"]["inhabitants"])


def test_outlines_of_both_levels_stay_beside_each_other(
    tmp_path: Path, database: Path, load: Import, sources: SourceData
) -> None:
    load("municipalities", MADE["municipalities"](tmp_path))
    load("provinces", MADE["provinces"](tmp_path))
    outlines = laid(database, sources)["region_outlines"]
    assert sorted(outlines["region_id"].to_list()) == ["GM0150", "GM0193", "Overijssel"]
    # Outlines that were imported place what is imported next.
    row = feature(ibis_row("999999", GEM_CODES="GM0000"), polygon(square()))
    reading = load("ibis", ibis(tmp_path, row)).reading
    assert "its outline holds it" in reading.notes[0].text


def test_figures_of_one_operator_leave_those_of_others(
    tmp_path: Path, database: Path, load: Import, sources: SourceData
) -> None:
    load("supply-areas", MADE["supply-areas"](tmp_path))
    found = laid(database, sources)
    assert found["supply_areas"].height == sources["supply_areas"].height
    changed = found["supply_areas"].filter(pl.col("edition_id") != sources.edition_id)
    assert changed["supply_area_id"].to_list() == ["Amstelveen"]
    assert found["postcode_congestion"].height == 1
    body = json.loads((tmp_path / "liander.json").read_text("utf-8"))
    body["energy_areas"][0]["works"] *= 2
    load("supply-areas", write(tmp_path / "1.json", body))
    assert laid(database, sources)["supply_area_works"].height == 2
    body["energy_areas"][0]["works"] = body["energy_areas"][0]["works"][:1]
    load("supply-areas", write(tmp_path / "2.json", body))
    assert laid(database, sources)["supply_area_works"].height == 1


def edition(number: int, *, dataset: str = "a", is_whole: bool = True) -> Edition:
    start = datetime.fromisoformat("2026-01-01T12:00")
    return Edition(
        edition_id=str(number), content_id="", source_name="s", dataset_name=dataset, file_name="f",
        file_sha256="", file_bytes=1, format_name="", encoding="", reference_date=None,
        stated_crs=None, found_crs=None, licence="", is_whole=is_whole,
        imported_at=start + timedelta(days=number), code_version="", rows_read=1, rows_used=1,
        rows_passed_over=0, rows_quarantined=0,
    )  # fmt: skip


def test_which_editions_are_in_use() -> None:
    editions = [
        edition(0), edition(1, is_whole=False), edition(2, dataset="b"), edition(3),
        edition(4, is_whole=False), edition(5, dataset="b", is_whole=False),
    ]  # fmt: skip

    def used(as_of: date | None = None) -> list[str]:
        return [each.edition_id for each in in_use(editions, as_of)]

    assert used() == ["2", "3", "4", "5"]
    assert used(date(2026, 1, 3)) == ["0", "1", "2"]
    assert used(date(2026, 1, 1)) == ["0"]
    assert used(date(2025, 12, 31)) == []
    assert in_use([replace(editions[1])]) == [editions[1]]


def test_what_was_set_apart_is_found_by_edition(
    tmp_path: Path, database: Path, load: Import
) -> None:
    rows = [feature(ibis_row(str(n)), polygon(square(X + n * 300))) for n in range(30)]
    rows[4]["properties"]["HA_BRUTO"] = "=cmd()"
    outcome = load("ibis", ibis(tmp_path, *rows))
    found, apart, notes = read_apart(database, outcome.edition.edition_id)
    assert found == outcome.edition
    [(number, reason, original)] = apart
    assert (number, "'=cmd()' is not a number" in reason) == (5, True)
    assert json.loads(original)["properties"] == rows[4]["properties"]
    assert len(notes) == len(outcome.reading.notes)
    with pytest.raises(UnknownNameError, match=outcome.edition.edition_id):
        read_apart(database, "nope")


def test_what_the_last_edition_changed(
    tmp_path: Path, database: Path, load: Import, sources: SourceData
) -> None:
    held = sources["terrains"].filter(reference_year=2024).row(0, named=True)
    row = ibis_row(
        held["terrain_id"],
        PLAN_NAAM="Andere naam",
        HA_BRUTO=held["gross_ha"],
        HA_NETTO=held["net_ha"] + 1,
    )
    side = (held["gross_ha"] * 1e4) ** 0.5
    rows = [
        feature(row, polygon(square(side=side))),
        feature(ibis_row("neu1"), polygon(square(X - 2_000))),
    ]
    load("municipalities", MADE["municipalities"](tmp_path))
    outcome = load("ibis", ibis(tmp_path, *rows))
    found, changes = last_changes(database, "ibis")
    assert found == outcome.edition
    by_table = {each.table: each for each in changes}
    terrains = by_table["terrains"]
    assert (terrains.new, terrains.gone) == ([("neu1",)], [])
    assert (terrains.rows_before, terrains.rows_after) == (3646, 3647)
    [named] = terrains.changed["terrain_name"]
    assert (named.key, named.before, named.after) == (
        (held["terrain_id"],), held["terrain_name"], "Andere naam",
    )  # fmt: skip
    [area] = terrains.changed["net_ha"]
    assert area.after - area.before == pytest.approx(1)
    assert "gross_ha" not in terrains.changed
    assert len(by_table["terrain_outlines"].new) == 2
    # What only comes from another edition has not changed.
    assert not by_table.keys() & {"region_outlines", "municipalities", "supply_areas"}
    with pytest.raises(UnknownNameError, match="ibis; municipalities"):
        last_changes(database, "vehicles")


def test_an_explanation_names_imported_files(
    tmp_path: Path, database: Path, load: Import, sources: SourceData
) -> None:
    load("ibis", ibis(tmp_path, feature(ibis_row("neu1"), polygon(square()))))
    found = laid(database, sources)

    def file_of(table: str, data: SourceData) -> str:
        run = SimpleNamespace(data_hashes=data.data_hashes, edition_id=data.edition_id)
        return Sources(run).row(table).file  # type: ignore[arg-type]

    assert file_of("terrains", found) == "ibis.geojson, over bedrijventerreinen/terreinen.csv"
    assert file_of("municipalities", found) == "municipalities/gemeenten.csv"
    assert file_of("terrains", sources) == "bedrijventerreinen/terreinen.csv"


def test_without_imports_nothing_changes(database: Path, sources: SourceData) -> None:
    assert laid(database, sources) is sources
    assert read_sources().edition_id == sources.edition_id
    assert collection([])["features"] == []
