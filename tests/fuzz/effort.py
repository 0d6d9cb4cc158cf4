"""How many inputs are tried, and what came of them.

In the suite the inputs are few and always the same. ``python -m tests.fuzz`` tries others for as
long as it is told.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from hypothesis import HealthCheck, Phase, settings

from forecast.errors import LaadvraagError

EFFORT: Final = int(os.environ.get("LAADVRAAG_FUZZ_EFFORT", "0"))
"""Times as many inputs as in the suite, and other ones by the seed; 0 in the suite itself."""

TALLY: Final[Counter[str]] = Counter()
"""Inputs of this session by what they were and what came of them."""


def inputs(number: int) -> Callable[..., Callable[..., None]]:
    """Try this many inputs in the suite, more by command."""
    return settings(
        max_examples=number * max(EFFORT, 1),
        derandomize=not EFFORT,
        database=None,
        deadline=None,
        print_blob=True,
        phases=(Phase.explicit, Phase.generate),  # explaining takes long
        suppress_health_check=list(HealthCheck),
    )


@contextmanager
def allowed(kind: str) -> Iterator[None]:
    """Let an input be taken or refused with a sentence; anything else fails the test."""
    refusal: LaadvraagError | None = None
    try:
        yield
    except LaadvraagError as error:
        refusal = error
    TALLY[f"{kind}: {'refused' if refusal else 'taken'}"] += 1
    assert refusal is None or str(refusal).strip(), "it is refused without a word"
    assert "Traceback" not in str(refusal)
