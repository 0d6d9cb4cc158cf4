"""How long to wait before asking again, and when to give up."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


@dataclass(frozen=True)
class Patience:
    """Waits between attempts, with the clock they are taken from.

    Attributes
    ----------
    attempts
        How often one answer is asked for at most.
    first_wait_seconds, longest_wait_seconds
        The wait doubles from the first up to the longest.
    total_seconds
        How long one answer may take with all attempts and waits.
    connect_seconds, silence_seconds
        How long to wait for a connection, and for the next bytes of an answer.
    now, sleep, chance
        Seconds that only grow, a wait, and a number from 0 to 1; tests give their own.
    """

    attempts: int = 6
    first_wait_seconds: float = 1.0
    longest_wait_seconds: float = 60.0
    total_seconds: float = 900.0
    connect_seconds: float = 15.0
    silence_seconds: float = 60.0
    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    chance: Callable[[], float] = field(default=random.random)

    def wait_seconds(self, attempt: int, asked_seconds: float | None) -> float:
        """Return the wait after a failed attempt, counted from 1.

        Exponential, with jitter from half the wait to all of it, so that many who were refused
        together do not come back together. What the server asked for (Retry-After) is the least.
        """
        longest = min(self.first_wait_seconds * 2.0 ** (attempt - 1), self.longest_wait_seconds)
        return max(longest * (1 + self.chance()) / 2, asked_seconds or 0.0)


def asked_wait_seconds(header: str | None, now: datetime | None = None) -> float | None:
    """Return what a Retry-After asks for [s]: seconds, or until a date; None if nothing it says.

    >>> asked_wait_seconds("120"), asked_wait_seconds("soon")
    (120.0, None)
    """
    if header is None:
        return None
    text = header.strip()
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        until = parsedate_to_datetime(text)
    except ValueError:
        return None
    if until.tzinfo is None:
        until = until.replace(tzinfo=UTC)
    return max((until - (now or datetime.now(UTC))).total_seconds(), 0.0)
