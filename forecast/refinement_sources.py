"""The closed lists of a refinement: what it rests on, and what it does to its municipality."""

from __future__ import annotations

from typing import Final

SOURCES: Final = ("talk", "survey", "meter", "visit")
RESTS: Final = ("rebalance", "leave")
"""What the rest of a municipality does when a terrain is corrected: keep the total, or nothing."""
