r"""How a total over companies that differ in size divides at a limit."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr

from models.units import HALF

Floats = npt.NDArray[np.float64]


def share_below(mean: Floats, limit: float, log_sd: float) -> Floats:
    r"""Return the part of a total that lies with companies below a limit, shape (n,) [1].

    Sizes X are lognormal with mean m and deviation sigma of the logarithm. Of their sum companies
    below L hold ``E[X; X < L] / m = Phi((ln(L / m) - sigma^2 / 2) / sigma)``.

    Parameters
    ----------
    mean
        m, shape (n,), in the unit of the limit.
    limit
        L, above zero.
    log_sd
        sigma [1].

    Notes
    -----
    One where the mean is zero: nothing is too large; one or zero where all are alike (sigma 0).

    Examples
    --------
    >>> share_below(np.array([0.0, 10.0]), limit=10.0, log_sd=1.0).round(3)
    array([1.   , 0.309])
    """
    with np.errstate(divide="ignore"):
        room = np.log(limit / np.asarray(mean, dtype=np.float64))
    if log_sd <= 0:
        return np.asarray(room >= 0, dtype=np.float64)
    return np.asarray(ndtr((room - HALF * log_sd**2) / log_sd))
