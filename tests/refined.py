"""Refinements as a run takes them, for tests."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import polars as pl

from forecast.refine import no_refinements
from forecast.settings import parse_setting

START = datetime(2026, 1, 2, 12, tzinfo=UTC).replace(tzinfo=None)


def refine(*entries: tuple[str, str], municipal_rest: str = "rebalance") -> pl.DataFrame:
    """Return refinements that count, such as ``("190044", "tractors=80")``, in the order given."""
    rows = []
    for number, (terrain, text) in enumerate(entries):
        setting = parse_setting(text)
        rows.append(
            {
                "refinement_id": f"r{number:04d}",
                "terrain_id": terrain,
                "terrain_name": "a terrain",
                "field": setting.field.name,
                "value": float(setting.value),
                "unit": setting.field.unit,
                "year": setting.year,
                "municipal_rest": municipal_rest,
                "author_name": "A. Adviser",
                "observed_on": date(2026, 1, 2),
                "entered_at": START + timedelta(seconds=number),
                "reason": "counted on the spot",
                "source": "visit",
                "undoes": None,
            }
        )
    return pl.DataFrame(rows, schema=no_refinements().schema)
