"""Totals survive their way down to the terrains, whatever the numbers are."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.allocation import (
    Margin,
    capped_proportional,
    fit_margins,
    largest_remainder,
    proportional,
    rake_odds,
    saturating_totals,
)

weights = st.lists(st.floats(0.01, 1e4), min_size=1, max_size=30).map(np.array)


def test_largest_remainder_gives_the_first_of_equals_the_unit() -> None:
    # 1.5 + 1.5 + 2.0 = 5: floors 1 + 1 + 2 leave one unit for two equal fractions.
    assert largest_remainder(np.array([1.5, 1.5, 2.0]), 5).tolist() == [2, 1, 2]


@given(weights, st.integers(0, 10_000))
def test_largest_remainder_adds_up_and_stays_within_one(values: np.ndarray, total: int) -> None:
    exact = proportional(float(total), values)
    rounded = largest_remainder(exact, total)
    assert rounded.sum() == total
    assert (np.abs(rounded - exact) < 1 + 1e-9).all()


def test_largest_remainder_refuses_values_of_another_total() -> None:
    with pytest.raises(ValueError, match="not to 9"):
        largest_remainder(np.array([1.0, 2.0]), 9)


def test_one_margin_is_met_by_one_factor_per_group() -> None:
    # Group 0 holds 1 and 3, to become 8: factor 2. Group 1 holds 5, to become 10: factor 2.
    margin = Margin("rows", np.array([0, 0, 1]), np.array([8.0, 10.0]))
    assert fit_margins(np.array([1.0, 3.0, 5.0]), [margin]).tolist() == [2.0, 6.0, 10.0]


def test_independent_margins_multiply() -> None:
    # From equal cells: row share times column share, 3/10 x 4/10 x 10 and so on.
    rows = Margin("rows", np.array([0, 0, 1, 1]), np.array([3.0, 7.0]))
    columns = Margin("columns", np.array([0, 1, 0, 1]), np.array([4.0, 6.0]))
    assert fit_margins(np.ones(4), [rows, columns]) == pytest.approx([1.2, 1.8, 2.8, 4.2])


@given(
    st.lists(st.floats(0.01, 100), min_size=12, max_size=12),
    st.lists(st.floats(1, 50), min_size=12, max_size=12),
)
def test_margins_are_met_and_odds_ratios_kept(start: list[float], made: list[float]) -> None:
    cells, target = np.array(start), np.array(made).reshape(3, 4)
    rows = Margin("rows", np.repeat(np.arange(3), 4), target.sum(axis=1))
    columns = Margin("columns", np.tile(np.arange(4), 3), target.sum(axis=0))
    fitted = fit_margins(cells, [rows, columns]).reshape(3, 4)
    assert fitted.sum(axis=1) == pytest.approx(target.sum(axis=1), rel=1e-9)
    assert fitted.sum(axis=0) == pytest.approx(target.sum(axis=0), rel=1e-9)

    def odds_ratio(table: np.ndarray) -> float:
        return float(table[0, 0] * table[1, 1] / (table[0, 1] * table[1, 0]))

    assert odds_ratio(fitted) == pytest.approx(odds_ratio(cells.reshape(3, 4)), rel=1e-6)


def test_cells_outside_a_margin_are_left_to_the_others() -> None:
    whole = Margin("whole", np.zeros(3, dtype=int), np.array([30.0]))
    part = Margin("part", np.array([0, -1, -1]), np.array([10.0]))
    assert fit_margins(np.ones(3), [whole, part]) == pytest.approx([10, 10, 10])


def test_margins_that_do_not_agree_are_an_error() -> None:
    rows = Margin("rows", np.array([0, 0, 1, 1]), np.array([3.0, 7.0]))
    columns = Margin("columns", np.array([0, 1, 0, 1]), np.array([4.0, 7.0]))
    with pytest.raises(ValueError, match=r"'columns' adds up to 11, but 'rows' .* to 10"):
        fit_margins(np.ones(4), [rows, columns])


def test_margins_that_zeros_forbid_are_an_error() -> None:
    # The first row can only put its 7 in the first column, which wants 4.
    rows = Margin("rows", np.array([0, 0, 1, 1]), np.array([7.0, 3.0]))
    columns = Margin("columns", np.array([0, 1, 0, 1]), np.array([4.0, 6.0]))
    with pytest.raises(ValueError, match="contradict each other"):
        fit_margins(np.array([1.0, 0.0, 1.0, 1.0]), [rows, columns])


def test_a_group_with_nothing_to_scale_is_an_error() -> None:
    with pytest.raises(ValueError, match="nothing to scale"):
        fit_margins(np.array([0.0]), [Margin("rows", np.array([0]), np.array([5.0]))])


def test_capped_spread_hands_the_excess_to_the_others() -> None:
    # Equal weights would give 5 each; the first takes no more than 2, the second gets 8.
    spread = capped_proportional(10.0, np.array([1.0, 1.0]), np.array([2.0, 20.0]))
    assert spread.tolist() == [2.0, 8.0]


@given(weights, st.floats(0, 1e5), st.floats(0.1, 1e3))
def test_capped_spread_keeps_total_and_caps(
    values: np.ndarray, total: float, cap_per_weight: float
) -> None:
    caps = np.sqrt(values) * cap_per_weight
    spread = capped_proportional(total, values, caps)
    assert (spread <= caps * (1 + 1e-12)).all()
    assert spread.sum() == pytest.approx(min(total, caps.sum()))


def test_on_terrain_totals_meet_the_national_share() -> None:
    vehicles = np.array([1000.0, 500.0, 800.0])
    on_terrain = saturating_totals(
        vehicles, np.array([50.0, 5.0, 0.0]), np.array([5000.0, 5000.0, 0.0]), 0.3
    )
    assert on_terrain.sum() == pytest.approx(0.3 * 2300)
    assert on_terrain[2] == 0  # a municipality without terrain keeps its vehicles elsewhere
    # More terrain per vehicle, a larger part on it: 50/1000 against 5/500.
    assert on_terrain[0] / 1000 > on_terrain[1] / 500


def test_on_terrain_totals_refuse_what_terrains_cannot_hold() -> None:
    with pytest.raises(ValueError, match="hold at most 100"):
        saturating_totals(np.array([1000.0]), np.array([1.0]), np.array([100.0]), 0.5)
    # Room on terrains that draw no vehicles is no room.
    with pytest.raises(ValueError, match="hold at most 100 of the 500"):
        saturating_totals(
            np.array([500.0, 500.0]), np.array([1.0, 0.0]), np.array([100.0, 1000.0]), 0.5
        )


@given(
    st.floats(0.001, 0.75),
    st.lists(st.tuples(st.floats(0, 3), st.integers(0, 500)), min_size=1, max_size=40),
)
def test_raking_odds_keeps_the_national_number_below_the_ceiling(
    share: float, rows: list[tuple[float, int]]
) -> None:
    shift = np.array([row[0] for row in rows])
    vehicles = np.array([float(row[1]) for row in rows])
    ceiling = 0.8
    shares = rake_odds(share, shift, vehicles, ceiling=ceiling).shares
    assert (vehicles * shares).sum() == pytest.approx(share * vehicles.sum(), rel=1e-12)
    assert (shares <= ceiling * (1 + 1e-9)).all()


def test_raking_odds_by_hand() -> None:
    # Two equal terrains share 20 electric of 200, one at twice the odds of the other.
    shares = rake_odds(0.1, np.array([np.log(2), 0.0]), np.array([100.0, 100.0])).shares
    odds = shares / (1 - shares)
    assert odds[0] / odds[1] == pytest.approx(2)
    assert shares.sum() == pytest.approx(0.2)


def test_equal_shifts_change_nothing() -> None:
    shares = rake_odds(0.37, np.full(3, 1.7), np.array([1.0, 10.0, 100.0])).shares
    assert shares == pytest.approx(np.full(3, 0.37))
