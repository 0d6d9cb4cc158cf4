"""The band of a sum of terrains."""

from __future__ import annotations

import numpy as np
import pytest

from models.pooled_band import own_log_sd, pooled_log_sd, pooled_ratio


def test_one_part_keeps_its_own_doubt() -> None:
    assert pooled_log_sd([(7.0, 0.6)]) == pytest.approx(0.6)
    # What goes into a terrain's band comes out of it again.
    assert own_log_sd(pooled_ratio(1.3, 0.6), 1.3) == pytest.approx(0.6)


def test_many_equal_parts_leave_the_shared_doubt() -> None:
    assert pooled_log_sd([(1.0, 0.6)] * 100_000) == pytest.approx(0.0, abs=3e-3)
    assert pooled_ratio(1.3, 0.0) == pytest.approx(1.3)


def test_nothing_has_no_doubt() -> None:
    assert pooled_log_sd([]) == 0.0
    assert pooled_log_sd([(0.0, 0.6)]) == 0.0


def test_a_simulation_gives_the_same_band() -> None:
    rng = np.random.default_rng(1)
    medians = np.array([40.0, 25.0, 10.0, 5.0, 5.0, 3.0, 2.0] * 4)
    shared = rng.normal(0.0, 0.2, (200_000, 1))
    own = rng.normal(0.0, 0.6, (200_000, medians.size))
    sums = (medians * np.exp(shared + own)).sum(axis=1)
    p10, p50, p90 = np.quantile(sums, (0.1, 0.5, 0.9))
    log_sd = pooled_log_sd([(median, 0.6) for median in medians])
    ratio = pooled_ratio(float(np.exp(1.2815515655 * 0.2)), log_sd)
    assert p90 / p50 == pytest.approx(ratio, rel=0.03)
    assert p50 / p10 == pytest.approx(ratio, rel=0.03)


def test_sums_of_many_terrains_lie_around_their_total() -> None:
    # Own doubts of mean one: what is spread over terrains adds up to what was counted.
    rng = np.random.default_rng(2)
    sizes = rng.lognormal(2.0, 1.0, 300)
    shared = rng.normal(0.0, 0.2, (20_000, 1))
    own = rng.normal(-(0.6**2) / 2, 0.6, (20_000, sizes.size))
    sums = (sizes * np.exp(shared + own)).sum(axis=1)
    ratio = pooled_ratio(
        float(np.exp(1.2815515655 * 0.2)), pooled_log_sd([(size, 0.6) for size in sizes])
    )
    p10, p90 = np.quantile(sums, (0.1, 0.9))
    assert p10 == pytest.approx(sizes.sum() / ratio, rel=0.03)
    assert p90 == pytest.approx(sizes.sum() * ratio, rel=0.03)
