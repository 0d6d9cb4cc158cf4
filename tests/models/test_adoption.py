"""The curve runs through its anchors and behaves like a Gompertz curve."""

from __future__ import annotations

import numpy as np
import pytest

from models.adoption import Anchor, Gompertz


def test_curve_through_two_anchors_gives_the_published_third() -> None:
    # docs/method.md's reference case: 3 % in 2025 and 20 % in 2030 give 47.77 % in 2035.
    # By hand: ln(-ln 0.03) = 1.2546, ln(-ln 0.2) = 0.4759, difference 0.7787 in five years;
    # 0.4759 - 0.7787 = -0.3028; exp(-exp(-0.3028)) = exp(-0.7387) = 0.4777.
    curve = Gompertz.through(Anchor(2025, 0.03), Anchor(2030, 0.20), ceiling=1.0)
    assert curve.share(np.array([2025.0, 2030.0, 2035.0])) == pytest.approx(
        [0.03, 0.20, 0.4777], abs=5e-5
    )


def test_curve_rises_to_its_ceiling_and_from_nothing() -> None:
    curve = Gompertz.through(Anchor(2025, 0.03), Anchor(2030, 0.20), ceiling=0.9)
    shares = curve.share(np.arange(2000.0, 2200.0))
    assert (np.diff(shares) >= 0).all()
    assert shares[0] == pytest.approx(0, abs=1e-9)
    assert shares[-1] == pytest.approx(0.9)


def test_running_ahead_by_nothing_gains_nothing() -> None:
    curve = Gompertz.through(Anchor(2025, 0.03), Anchor(2030, 0.20), ceiling=1.0)
    assert curve.log_odds_gain(2028.0, 0.0) == 0
    # Five years ahead of 2025 is the anchor of 2030: logit(0.20) - logit(0.03) = 2.0898.
    assert curve.log_odds_gain(2025.0, 5.0) == pytest.approx(2.0898, abs=1e-4)


@pytest.mark.parametrize(
    ("first", "second", "ceiling"),
    [
        pytest.param(Anchor(2025, 0.2), Anchor(2030, 0.1), 1.0, id="falling"),
        pytest.param(Anchor(2030, 0.1), Anchor(2025, 0.2), 1.0, id="dates swapped"),
        pytest.param(Anchor(2025, 0.1), Anchor(2030, 0.95), 0.9, id="above the ceiling"),
        pytest.param(Anchor(2025, 0.0), Anchor(2030, 0.2), 1.0, id="from nothing"),
    ],
)
def test_impossible_anchors_are_refused(first: Anchor, second: Anchor, ceiling: float) -> None:
    with pytest.raises(ValueError, match="do not rise below ceiling"):
        Gompertz.through(first, second, ceiling)
