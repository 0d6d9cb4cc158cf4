"""Hubs: the best place first, none that can't carry itself, and old ones stay."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from models.siting import NONE, site_hubs

LINE = sparse.csr_array(np.abs(np.subtract.outer(np.arange(6), np.arange(6))) <= 1)


def test_the_place_that_reaches_most_comes_first() -> None:
    demand = np.array([0.5, 1, 5, 1, 1, 4])
    hubs, served_by = site_hubs(demand, LINE, least_demand=2)
    # Place 2 reaches 1 + 5 + 1 = 7; then 4 and 5 reach 5 each, and the first is taken; 0 brings 1.
    assert hubs == [2, 4]
    assert served_by.tolist() == [NONE, 2, 2, 2, 4, 4]


def test_an_existing_hub_stays_and_keeps_what_it_reaches() -> None:
    demand = np.array([1.0, 1, 5, 1, 1, 4])
    hubs, served_by = site_hubs(demand, LINE, least_demand=2, existing=[0])
    assert hubs[0] == 0
    assert served_by[:2].tolist() == [0, 0]


@given(st.lists(st.floats(0, 10), min_size=6, max_size=6), st.floats(0.5, 8))
def test_every_new_hub_carries_itself_and_stands_where_it_serves(
    demand: list[float], least: float
) -> None:
    wanted = np.array(demand)
    hubs, served_by = site_hubs(wanted, LINE, least_demand=least)
    for hub in hubs:
        assert wanted[served_by == hub].sum() >= least * (1 - 1e-9)
        assert served_by[hub] == hub
    left = np.where(served_by == NONE, wanted, 0)
    assert (LINE @ left)[served_by == NONE].max(initial=0) <= least * (1 + 1e-9)


@given(st.lists(st.floats(0, 10), min_size=6, max_size=6))
def test_greedy_covers_at_least_six_tenths_of_the_best(demand: list[float]) -> None:
    wanted = np.array(demand)
    hubs, served_by = site_hubs(wanted, LINE, least_demand=0.1)
    covered = wanted[served_by != NONE].sum()
    reach = LINE.toarray()
    best = max(
        (
            wanted[reach[list(chosen)].any(axis=0)].sum()
            for chosen in combinations(range(6), len(hubs))
        ),
        default=0.0,
    )
    assert covered >= 0.63 * best - 1e-9


@given(
    st.lists(st.integers(0, 9), min_size=12, max_size=12),
    st.lists(st.booleans(), min_size=144, max_size=144),
)
def test_hubs_are_those_of_looking_at_every_place_each_time(
    demand: list[int], near: list[bool]
) -> None:
    half = np.array(near).reshape(12, 12)
    reach = half | half.T | np.eye(12, dtype=bool)
    wanted = np.array(demand, dtype=float)
    left, is_free, expected = wanted.copy(), np.ones(12, dtype=bool), []
    while (gains := np.where(is_free, reach @ left, 0)).max() >= 5:
        expected.append(int(gains.argmax()))
        left[reach[expected[-1]]] = 0
        is_free &= ~reach[expected[-1]]
    hubs, _ = site_hubs(wanted, sparse.csr_array(reach.astype(float)), least_demand=5)
    assert hubs == expected


def test_impossible_demand_is_refused() -> None:
    with pytest.raises(ValueError, match="numbers from zero"):
        site_hubs(np.array([1.0, np.nan]), LINE[:2, :2], least_demand=1)
    with pytest.raises(ValueError, match="above zero"):
        site_hubs(np.ones(6), LINE, least_demand=0)
    with pytest.raises(ValueError, match="on itself"):
        site_hubs(np.ones(2), sparse.csr_array(np.array([[1, 1], [0, 0]])), least_demand=1)
