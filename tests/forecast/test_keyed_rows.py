"""Rows asked for by key, of which some take the place of others."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from forecast import keyed_rows
from forecast.held_rows import HeldRows
from forecast.keyed_rows import KeyedRows
from forecast.replaced import Replaced

TERRAINS = st.sampled_from(["1", "10", "2", "a", "off-terrain:GM0014"])
ROWS = st.lists(st.tuples(TERRAINS, st.integers(0, 9)), max_size=12)
SCHEMA = {"terrain_id": pl.String, "kilowatts": pl.Int64}


def frame_of(rows: list[tuple[str, int]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def same(found: pl.DataFrame, expected: pl.DataFrame) -> None:
    assert_frame_equal(found, expected, check_row_order=False)


@given(ROWS, st.lists(st.tuples(st.sets(TERRAINS), ROWS), max_size=4), st.sets(TERRAINS))
def test_rows_are_those_that_filtering_and_appending_give(
    rows: list[tuple[str, int]],
    changes: list[tuple[set[str], list[tuple[str, int]]]],
    asked: set[str],
) -> None:
    expected, keyed = frame_of(rows), KeyedRows(frame_of(rows))
    for keys, comes in changes:
        new = frame_of([row for row in comes if row[0] in keys])
        expected = pl.concat([expected.filter(~pl.col("terrain_id").is_in(list(keys))), new])
        keyed = keyed.replaced("terrain_id", keys, new)
    is_asked = pl.col("terrain_id").is_in(list(asked))
    same(keyed.every(), expected)
    same(keyed.of("terrain_id", asked), expected.filter(is_asked))
    same(keyed.without("terrain_id", asked), expected.filter(~is_asked))


def test_what_was_replaced_stays_for_who_holds_it() -> None:
    before = KeyedRows(frame_of([("1", 1), ("2", 2)]))
    after = before.replaced("terrain_id", ["1"], frame_of([("1", 7)]))
    assert before.of("terrain_id", ["1"]).rows() == [("1", 1)]
    assert after.of("terrain_id", ["1"]).rows() == [("1", 7)]


def test_many_replacements_are_put_together_again() -> None:
    keyed = KeyedRows(frame_of([(str(number), 0) for number in range(5)]))
    for number in range(3 * keyed_rows._MOST_BLOCKS):
        key = str(number % 5)
        keyed = keyed.replaced("terrain_id", [key], frame_of([(key, number)]))
        assert sum(block.height for block in keyed._order.blocks) <= 2 * 5
    last = 3 * keyed_rows._MOST_BLOCKS
    assert sorted(keyed.every()["kilowatts"]) == list(range(last - 5, last))


def test_rows_of_a_key_that_nothing_makes_room_for_are_refused() -> None:
    keyed = KeyedRows(frame_of([("1", 1), ("2", 2)]))
    with pytest.raises(ValueError, match="'2'"):
        keyed.replaced("terrain_id", ["1"], frame_of([("2", 7)]))


def test_rows_can_be_asked_for_by_one_column_after_another() -> None:
    keyed = KeyedRows(frame_of([("2", 1), ("1", 1)]).with_columns(area_id=pl.lit("x")))
    assert keyed.of("terrain_id", ["1"]).height == 1
    assert keyed.of("area_id", ["x"]).height == 2


def test_what_is_made_of_a_table_follows_it() -> None:
    def double(rows: pl.DataFrame) -> pl.DataFrame:
        return rows.with_columns(pl.col("kilowatts") * 2)

    held = HeldRows()
    table = frame_of([("1", 1), ("2", 2)])
    held.table("power", lambda: table)
    assert held.derived("double", "power", lambda: double(table), double).every().height == 2
    one = Replaced("power", frame_of([("1", 5)]), "terrain_id", ("1",))
    after = held.replaced([one])
    rows = after.derived("double", "power", table.clear, double).every()
    assert sorted(rows.rows()) == [("1", 10), ("2", 4)]
    # All rows of a table that go leave nothing of what was made of it.
    gone = after.replaced([Replaced("power", frame_of([("3", 3)]))])
    assert gone.table("power", table.clear).every().rows() == [("3", 3)]
    made = gone.derived("double", "power", lambda: frame_of([("3", 6)]), double)
    assert made.every().rows() == [("3", 6)]


def test_a_table_is_read_once() -> None:
    held = HeldRows()
    read: list[int] = []

    def reading() -> pl.DataFrame:
        read.append(1)
        return frame_of([("1", 1)])

    for _ in range(3):
        held.table("power", reading)
    assert read == [1]
