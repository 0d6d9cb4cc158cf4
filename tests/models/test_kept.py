"""What is kept is what was made, and is made once."""

from __future__ import annotations

import numpy as np

from models.kept import KeptRows


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
