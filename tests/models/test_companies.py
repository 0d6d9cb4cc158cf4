"""How a total over companies divides at a limit."""

from __future__ import annotations

import numpy as np
import pytest

from models.companies import share_below


@pytest.mark.parametrize("mean", [2.0, 10.0, 40.0])
@pytest.mark.parametrize("log_sd", [0.5, 1.5])
def test_the_share_is_that_of_drawn_companies(mean: float, log_sd: float) -> None:
    rng = np.random.default_rng(7)
    sizes = rng.lognormal(np.log(mean) - log_sd**2 / 2, log_sd, 400_000)
    drawn = sizes[sizes < 25].sum() / sizes.sum()
    assert share_below(np.array([mean]), 25.0, log_sd)[0] == pytest.approx(drawn, abs=0.01)


def test_limits() -> None:
    means = np.array([0.0, 24.0, 26.0])
    assert share_below(means, 25.0, 0.0).tolist() == [1.0, 1.0, 0.0]
    falling = share_below(np.linspace(1, 100, 50), 25.0, 1.5)
    assert (np.diff(falling) < 0).all()
    assert share_below(np.array([0.0]), 25.0, 1.5)[0] == 1.0
