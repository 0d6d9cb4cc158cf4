"""Electric share of the stock: a curve through two dated anchors below a fixed ceiling.

The Gompertz curve is the simplest that is honest here: unlike the logistic curve through the same
anchors it does not ask for more electric sales than the stock has replacements in 2030-2035.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Anchor:
    """A known share of the stock: at a date [year with fraction], a share [1]."""

    date: float
    share: float


@dataclass(frozen=True)
class Gompertz:
    r"""Gompertz curve ``s(t) = L exp(-exp(a - c (t - t0)))``.

    Attributes
    ----------
    ceiling
        Share that the curve tends to, L [1].
    offset
        a [1]; ``ln(-ln(s/L))`` at the first anchor.
    rate_per_year
        c [1/year].
    origin
        t0, the date of the first anchor [year].

    References
    ----------
    B. Gompertz, "On the nature of the function expressive of the law of human mortality",
    Phil. Trans. R. Soc. 115, 1825.
    """

    ceiling: float
    offset: float
    rate_per_year: float
    origin: float

    @classmethod
    def through(cls, first: Anchor, second: Anchor, ceiling: float) -> Gompertz:
        """Return the curve through two anchors.

        Raises
        ------
        ValueError
            Unless ``0 < first.share < second.share < ceiling`` and the dates are in order.

        Examples
        --------
        >>> curve = Gompertz.through(Anchor(2025, 0.03), Anchor(2030, 0.20), ceiling=1.0)
        >>> round(float(curve.share(2035)), 4)
        0.4777
        """
        if not 0 < first.share < second.share < ceiling or not first.date < second.date:
            raise ValueError(f"anchors {first} and {second} do not rise below ceiling {ceiling}")
        levels = np.log(-np.log(np.array([first.share, second.share]) / ceiling))
        rate = (levels[0] - levels[1]) / (second.date - first.date)
        return cls(ceiling, float(levels[0]), float(rate), first.date)

    def share(self, date: float | Floats) -> Floats:
        """Return the electric share of the stock [1] at a date [year]; rises from 0 to L."""
        elapsed = np.asarray(date, dtype=np.float64) - self.origin
        return np.asarray(
            self.ceiling * np.exp(-np.exp(self.offset - self.rate_per_year * elapsed))
        )

    def log_odds_gain(self, date: float, advance_years: float) -> float:
        r"""Return how far the log-odds of s/L rise when the curve is run ahead [1].

        ``logit(s(t + d) / L) - logit(s(t) / L)``; zero when ``d`` is zero.
        """
        relative = self.share(np.array([date, date + advance_years])) / self.ceiling
        log_odds = np.log(relative) - np.log1p(-relative)
        return float(log_odds[1] - log_odds[0])
