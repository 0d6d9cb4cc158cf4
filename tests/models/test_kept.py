"""Arrays and rows that are kept: made once, let go within their bound of memory."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from models.kept import Arrays, KeptArrays, KeptRows

STEP_BYTES = 4
"""Of a float32."""


def maker(steps: int, made: list[int]) -> Callable[[], Arrays]:
    def make() -> Arrays:
        made.append(steps)
        return (np.zeros(steps, dtype=np.float32),)

    return make


def test_a_longer_array_serves_who_asks_for_a_shorter_one() -> None:
    made: list[int] = []
    kept = KeptArrays(100 * STEP_BYTES)
    for steps in (10, 4, 10, 20, 15):
        assert len(kept.get("a", steps, maker(steps, made))[0]) >= steps
    assert made == [10, 20]


def test_those_asked_for_longest_ago_are_let_go_first() -> None:
    made: list[int] = []
    kept = KeptArrays(25 * STEP_BYTES)
    for key, steps in (("a", 10), ("b", 11), ("a", 10), ("c", 12), ("a", 10), ("b", 11)):
        kept.get(key, steps, maker(steps, made))
    assert made == [10, 11, 12, 11]


def test_what_was_replaced_no_longer_takes_memory() -> None:
    made: list[int] = []
    kept = KeptArrays(25 * STEP_BYTES)
    for key, steps in (("a", 5), ("a", 20), ("b", 5), ("a", 20), ("b", 5)):
        kept.get(key, steps, maker(steps, made))
    assert made == [5, 20, 5]


def test_the_last_array_stays_however_large() -> None:
    made: list[int] = []
    kept = KeptArrays(STEP_BYTES)
    for _ in range(2):
        kept.get("a", 30, maker(30, made))
    assert made == [30]


def squares_of(numbers: np.ndarray, made: list[int]) -> np.ndarray:
    made += numbers.tolist()
    return np.stack([numbers, numbers**2], axis=1).astype(float)


def test_rows_are_made_once_whatever_is_asked_beside_them() -> None:
    kept, made = KeptRows(100), list[int]()
    for asked in ([3, 5], [1, 3, 4, 5, 9], [4]):
        numbers = np.array(asked)
        rows = kept.get("squares", numbers, lambda lacking, n=numbers: squares_of(n[lacking], made))
        assert rows.tolist() == [[number, number**2] for number in asked]
    assert sorted(made) == [1, 3, 4, 5, 9]


def test_beyond_the_bound_what_was_asked_longest_ago_is_made_again() -> None:
    kept, made = KeptRows(4), list[int]()
    numbers = np.array([1, 2])
    for key in ("first", "second", "first", "third", "first", "second"):
        kept.get(key, numbers, lambda lacking: squares_of(numbers[lacking], made))
    # The third pushes the second out, as the first was asked for after it.
    assert len(made) == 2 * 4


def test_rows_that_were_let_go_while_others_are_made_are_still_given() -> None:
    kept, made = KeptRows(4), list[int]()
    numbers = np.array([1, 4, 5, 9])

    def make(lacking: np.ndarray) -> np.ndarray:
        # Another thread asks for so much that what is held of the squares is let go.
        kept.get("cubes", numbers, lambda every: numbers[every, np.newaxis] ** 3.0)
        return squares_of(numbers[lacking], made)

    kept.get("squares", numbers[:3], lambda lacking: squares_of(numbers[lacking], made))
    rows = kept.get("squares", numbers, make)
    assert rows.tolist() == [[number, number**2] for number in numbers.tolist()]
