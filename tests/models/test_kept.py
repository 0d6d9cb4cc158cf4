"""Arrays and rows that are kept: made once, let go within their bound of memory."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from models.kept import Arrays, KeptRows, KeptSteps

STEP_BYTES = 4
"""Of a float32."""


def maker(key: str, made: list[str]) -> Callable[[Sequence[int]], dict[int, Arrays]]:
    """Arrays of as many numbers as their step."""

    def make(steps: Sequence[int]) -> dict[int, Arrays]:
        made.extend(f"{key}{step}" for step in steps)
        return {step: (np.full(step, step, dtype=np.float32),) for step in steps}

    return make


def test_only_steps_that_are_not_held_are_made() -> None:
    made: list[str] = []
    kept = KeptSteps(100 * STEP_BYTES)
    for steps in ([10, 4], [4], [4, 6, 10], []):
        found = kept.get("a", steps, maker("a", made))
        assert {step: array.tolist() for step, (array,) in found.items()} == {
            step: [step] * step for step in steps
        }
    assert made == ["a10", "a4", "a6"]


def test_steps_asked_for_longest_ago_are_let_go_first() -> None:
    made: list[str] = []
    kept = KeptSteps(25 * STEP_BYTES)
    for key, step in (("a", 10), ("b", 11), ("a", 10), ("c", 12), ("a", 10), ("b", 11)):
        kept.get(key, [step], maker(key, made))
    assert made == ["a10", "b11", "c12", "b11"]


def test_steps_made_at_once_are_given_even_where_they_do_not_all_stay() -> None:
    made: list[str] = []
    kept = KeptSteps(25 * STEP_BYTES)
    assert [*kept.get("a", [10, 20], maker("a", made))] == [10, 20]
    kept.get("a", [20], maker("a", made))
    kept.get("a", [10], maker("a", made))
    assert made == ["a10", "a20", "a10"]


def test_the_last_array_stays_however_large() -> None:
    made: list[str] = []
    kept = KeptSteps(STEP_BYTES)
    for _ in range(2):
        kept.get("a", [30], maker("a", made))
    assert made == ["a30"]


def test_steps_that_two_threads_made_at_once_are_counted_once() -> None:
    made: list[str] = []
    kept = KeptSteps(25 * STEP_BYTES)

    def meanwhile(steps: Sequence[int]) -> dict[int, Arrays]:
        kept.get("a", steps, maker("other", made))
        return maker("a", made)(steps)

    kept.get("a", [10], meanwhile)
    kept.get("b", [15], maker("b", made))
    kept.get("a", [10], maker("a", made))
    assert made == ["other10", "a10", "b15"]


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
