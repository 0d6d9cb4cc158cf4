"""Room in a contract, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from models.contract_room import (
    contract_room_kw,
    is_night,
    is_stress_hour,
    night_of,
    reliable_room_kw,
    room_by_quarter_kw,
)

DAYS = 20
DAY = np.repeat(np.arange(DAYS), 96)
QUARTER = np.tile(np.arange(96), DAYS)
ALWAYS = np.ones(DAY.size, dtype=np.bool_)


def test_a_constant_load_leaves_the_same_everywhere() -> None:
    room = contract_room_kw(np.full(DAY.size, 250.0), 630)
    mean, reliable = room_by_quarter_kw(room, DAY, QUARTER, np.ones(DAYS, dtype=np.bool_))
    assert set(mean) == set(reliable) == {380.0}
    for is_within in (ALWAYS, is_stress_hour(QUARTER), is_night(QUARTER)):
        assert reliable_room_kw(room, DAY, is_within) == 380


def test_feed_in_is_no_load_and_room_only_when_counted() -> None:
    offtake, feed_in = np.array([0.0, 700.0]), np.array([50.0, 0.0])
    assert contract_room_kw(offtake, 630).tolist() == [630, -70]
    assert contract_room_kw(offtake, 630, feed_in).tolist() == [680, -70]


def test_one_busy_day_in_twenty_one_does_not_count_but_two_do() -> None:
    # Room 100, 101, ... 120 on 21 days: a twentieth of the way lies the second lowest.
    day = np.arange(21)
    room = 100.0 + day
    assert reliable_room_kw(room, day, np.ones(21, dtype=np.bool_)) == pytest.approx(101)
    mean, reliable = room_by_quarter_kw(room, day, np.zeros(21, int), np.ones(21, dtype=np.bool_))
    assert (mean[0], reliable[0]) == (pytest.approx(110), pytest.approx(101))
    assert np.isnan(mean[1:]).all()


def test_the_least_quarter_of_a_part_counts_and_a_missing_one_does_not() -> None:
    room = np.full(DAY.size, 100.0)
    room[QUARTER == 70] = 30  # 17:30
    room[QUARTER == 71] = np.nan
    assert reliable_room_kw(room, DAY, is_stress_hour(QUARTER)) == 30
    assert reliable_room_kw(room, DAY, is_night(QUARTER)) == 100
    assert np.isnan(reliable_room_kw(room, DAY, QUARTER == 71))


def test_a_night_belongs_to_the_evening_it_begins_on() -> None:
    # Full at 3:00 on one day: that is one night, of the day before.
    room = np.full(DAY.size, 100.0)
    room[(DAY == 5) & (QUARTER == 12)] = 0
    nights = night_of(DAY, QUARTER)
    assert set(nights[(DAY == 5) & (QUARTER < 48)]) == {4}
    assert set(nights[(DAY == 4) & (QUARTER >= 48)]) == {4}
    # 21 nights with the one before the first day: 0, 100, 100, ...
    assert reliable_room_kw(room, nights, is_night(QUARTER)) == pytest.approx(100)
    room[(DAY == 6) & (QUARTER == 90)] = 0
    assert reliable_room_kw(room, nights, is_night(QUARTER)) == pytest.approx(0)


def test_stress_hours_and_night_begin_and_end_on_the_hour() -> None:
    quarters = np.arange(96)
    # 16:00 to 21:00, and 21:00 to 6:00.
    assert quarters[is_stress_hour(quarters)].tolist() == list(range(64, 84))
    assert quarters[is_night(quarters)].tolist() == [*range(24), *range(84, 96)]
